"""Life events: all that was said of one death, move or other outcome, and what follows from it.

A report is the set of its steps. Its state is worked out from all of them, so neither their order nor repetition
matters, and a step that is taken away (voided) leaves nothing behind: what was open is open again, exactly.

A death closes requests only on two sources that two accounts wrote down. A single one pauses them; seen alive on a
later day, the person contradicts it. What two sources say only a person undoes.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.life_event import (
    DatePrecision,
    Effect,
    LifeEventKind,
    LifeEventRecorded,
    LifeEventStage,
    LifeEventState,
    RoughDate,
)
from schemas.life_event_steps import LifeEventSteps
from services.scheduler.domain.life_event_policy import LifeEventPolicy

_STRENGTH = (Effect.NONE, Effect.PAUSED, Effect.CLOSED)


@dataclass(frozen=True)
class LastSeen:
    """The last day on which a person was seen alive in person, and in whose days it is counted."""

    on: date | None
    county: ZoneInfo


@dataclass(frozen=True)
class Report:
    """One life event of one person."""

    life_event_id: UUID
    person_key: str
    steps: Mapping[UUID, LifeEventRecorded] = field(default_factory=dict)
    """By event id; at least one."""
    settled_state: LifeEventState = LifeEventState.REPORTED
    """The state as `Person.settled` last worked it out."""

    def hear(self, step: LifeEventRecorded) -> Report:
        """The report with one more step; a step heard before changes nothing."""
        return replace(self, steps={**self.steps, step.event_id: step})

    @property
    def said(self) -> LifeEventSteps:
        """What the steps say together."""
        return LifeEventSteps.of(self.steps.values())

    def state(self, seen: LastSeen | None = None) -> LifeEventState:
        """How sure it is, given when the person was last seen alive."""
        said = self.said
        if said.has(LifeEventStage.VOIDED):
            return LifeEventState.VOIDED
        if said.has(LifeEventStage.ENDED):
            return LifeEventState.ENDED
        if said.kind is not LifeEventKind.DECEASED:
            return LifeEventState.CONFIRMED if said.has(LifeEventStage.CONFIRMED) else LifeEventState.REPORTED
        if said.has_two_sources:
            return LifeEventState.CONFIRMED
        seen_since = False
        if seen is not None and seen.on is not None and (over_by := _over_by(said, seen.county)) is not None:
            seen_since = seen.on > over_by
        return LifeEventState.CONTRADICTED if seen_since else LifeEventState.REPORTED

    def effect(self, policy: LifeEventPolicy, seen: LastSeen | None = None) -> Effect:
        """What it does to the person's open requests."""
        said = self.said
        rule = policy.of(said.kind)
        if not said.saying_so or (rule.rehomes and said.village is not None):
            return Effect.NONE
        match self.state(seen):
            case LifeEventState.REPORTED:
                return rule.reported
            case LifeEventState.CONFIRMED:
                return rule.confirmed
            case LifeEventState.CONTRADICTED | LifeEventState.VOIDED | LifeEventState.ENDED:
                return Effect.NONE


def strongest(reports: Iterable[Report], policy: LifeEventPolicy, seen: LastSeen) -> tuple[Effect, UUID | None]:
    """The strongest effect of these reports, and whose it is (of equal ones the one with the smallest id)."""
    effects = [(report.effect(policy, seen), report.life_event_id) for report in reports]
    strong = [(effect, life_event_id) for effect, life_event_id in effects if effect is not Effect.NONE]
    return min(strong, key=lambda found: (-_STRENGTH.index(found[0]), found[1])) if strong else (Effect.NONE, None)


def new_village(reports: Iterable[Report], policy: LifeEventPolicy) -> tuple[str, str] | None:
    """Moment (ISO 8601) and code of the village to which the person has moved, by the last move that stands."""
    over = (LifeEventState.VOIDED, LifeEventState.ENDED)
    moves = (r.said.village for r in reports if policy.of(r.said.kind).rehomes and r.state() not in over)
    moment, village = max((move for move in moves if move is not None), default=(None, ""))
    return None if moment is None else (moment.isoformat(timespec="microseconds"), village)


def _over_by(said: LifeEventSteps, county: ZoneInfo) -> date | None:
    """The last day on which it may have happened, as far as was said."""
    if said.happened is not None:
        return _last_day(said.happened)
    return said.known_on or next((step.recorded_at.astimezone(county).date() for step in said.saying_so), None)


def _last_day(rough: RoughDate) -> date:
    match rough.precision:
        case DatePrecision.DAY:
            return rough.day
        case DatePrecision.MONTH:
            return rough.day.replace(day=monthrange(rough.day.year, rough.day.month)[1])
        case DatePrecision.YEAR:
            return date(rough.day.year, 12, 31)
