"""What a life event amounts to, said once more and another way: straight from the tables of docs/life-events.md.

For `person_oracle`. Nothing here imports the rules that it judges.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.life_event import Effect, LifeEventKind, LifeEventRecorded, LifeEventStage, LifeEventState, RoughDate

TABLE = {
    LifeEventKind.DECEASED: (Effect.PAUSED, Effect.CLOSED),
    LifeEventKind.MOVED: (Effect.PAUSED, Effect.PAUSED),
    LifeEventKind.IN_PRISON: (Effect.PAUSED, Effect.PAUSED),
    LifeEventKind.IDENTITY_MISMATCH: (Effect.NONE, Effect.PAUSED),
    LifeEventKind.BEDRIDDEN: (Effect.NONE, Effect.NONE),
    LifeEventKind.IN_CARE_HOME: (Effect.NONE, Effect.NONE),
}
"""Effect when reported and when confirmed."""
REHOMING = (LifeEventKind.MOVED, LifeEventKind.IN_CARE_HOME)
UNTOLD = (LifeEventKind.BEDRIDDEN, LifeEventKind.IN_CARE_HOME)
OVER = (LifeEventState.VOIDED, LifeEventState.ENDED)
NO_NEWS = (*OVER, LifeEventState.CONTRADICTED)


@dataclass(frozen=True)
class Finding:
    """One life event as it should be."""

    life_event_id: UUID
    kind: LifeEventKind
    state: LifeEventState
    effect: Effect
    happened: RoughDate | None
    known_on: date | None
    sources: tuple[str, ...]
    village: tuple[datetime, str] | None


def findings(events: Iterable[object], proved_on: date | None, county: ZoneInfo) -> list[Finding]:
    """All life events, in no particular order."""
    steps = [event for event in events if isinstance(event, LifeEventRecorded)]
    distinct = {one.event_id: one for one in steps}.values()
    return [
        _finding([one for one in distinct if one.life_event_id == named], proved_on, county)
        for named in {one.life_event_id for one in distinct}
    ]


def _finding(steps: list[LifeEventRecorded], proved_on: date | None, county: ZoneInfo) -> Finding:
    steps.sort(key=lambda one: str(one.event_id))
    steps.sort(key=lambda one: one.recorded_at)
    witnesses = [one for one in steps if one.stage in ("reported", "confirmed")]
    words = [one for one in steps if one.stage in ("reported", "confirmed", "corrected")]
    dates = [one.happened for one in words if one.happened]
    mended = [one.known_on for one in words if one.known_on and one.stage == "corrected"]
    known = mended[-1:] + [one.known_on for one in witnesses if one.known_on]
    villages = [(one.recorded_at, one.village_code) for one in words if one.village_code]
    kind, happened, known_on = steps[0].kind, dates[-1] if dates else None, known[0] if known else None
    latest_day = known_on or (witnesses[0].recorded_at.astimezone(county).date() if witnesses else None)
    if happened is not None:
        latest_day = _end(happened)
    state = _state(kind, {one.stage for one in steps}, witnesses, latest_day, proved_on)
    effect = Effect.NONE
    if state not in NO_NEWS and not (kind in REHOMING and villages):
        effect = TABLE[kind][state is LifeEventState.CONFIRMED]
    sources = tuple(sorted({one.source.value for one in witnesses}))
    village = villages[-1] if villages else None
    return Finding(steps[0].life_event_id, kind, state, effect, happened, known_on, sources, village)


def _state(
    kind: LifeEventKind,
    stages: set[LifeEventStage],
    witnesses: list[LifeEventRecorded],
    latest_day: date | None,
    proved_on: date | None,
) -> LifeEventState:
    for final, state in (("voided", LifeEventState.VOIDED), ("ended", LifeEventState.ENDED)):
        if final in stages:
            return state
    sure = "confirmed" in stages
    if kind is LifeEventKind.DECEASED:
        sure = any(_independent(*pair) for pair in combinations(witnesses, 2))
        if not sure and proved_on and latest_day and latest_day < proved_on:
            return LifeEventState.CONTRADICTED
    return LifeEventState.CONFIRMED if sure else LifeEventState.REPORTED


def _independent(one: LifeEventRecorded, other: LifeEventRecorded) -> bool:
    if one.reported_by == other.reported_by:
        return False
    return one.source != other.source or one.source == "agency"


def _end(rough: RoughDate) -> date:
    following = {"day": 1, "month": 31, "year": 366}[rough.precision]
    after = rough.day + timedelta(days=following)
    if rough.precision == "month":
        after = after.replace(day=1)
    elif rough.precision == "year":
        after = date(rough.day.year + 1, 1, 1)
    return after - timedelta(days=1)


def strongest(found: Iterable[Finding]) -> tuple[Effect, UUID | None]:
    """What lies over the visits: closing before pausing, of equals the one with the smallest id."""
    for effect in (Effect.CLOSED, Effect.PAUSED):
        ids = [one.life_event_id for one in found if one.effect is effect]
        if ids:
            return effect, min(ids)
    return Effect.NONE, None


def last_move(found: Iterable[Finding]) -> tuple[datetime, str] | None:
    """When it was said, and where the person lives since, by the last move that stands."""
    moves = [one.village for one in found if one.kind in REHOMING and one.state not in OVER and one.village]
    return max(moves, default=None)
