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

from schemas.life_event import (
    DatePrecision,
    Effect,
    LifeEventKind,
    LifeEventRecorded,
    LifeEventSource,
    LifeEventStage,
    LifeEventState,
    RoughDate,
)
from services.scheduler.domain.life_event_policy import LifeEventPolicy

_SAYS = (LifeEventStage.REPORTED, LifeEventStage.CONFIRMED)
_STRENGTH = (Effect.NONE, Effect.PAUSED, Effect.CLOSED)


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
    def in_order(self) -> list[LifeEventRecorded]:
        """The steps in the order in which they were written down."""
        return sorted(self.steps.values(), key=lambda step: (step.recorded_at, str(step.event_id)))

    @property
    def kind(self) -> LifeEventKind:
        """What was found, as first said."""
        return self.in_order[0].kind

    @property
    def sources(self) -> tuple[LifeEventSource, ...]:
        """Who says so, in alphabetical order."""
        return tuple(sorted({step.source for step in self._said}))

    @property
    def happened(self) -> RoughDate | None:
        """When it happened, as last said."""
        return next((step.happened for step in reversed(self._told) if step.happened is not None), None)

    @property
    def known_on(self) -> date | None:
        """When it became known, as first said."""
        return next((step.known_on for step in self._told if step.known_on is not None), None)

    @property
    def village(self) -> tuple[str, str] | None:
        """Moment and code of the village in which the person lives now, as last said."""
        given = [(step.recorded_at, step.village_code) for step in self._told if step.village_code is not None]
        return (given[-1][0].isoformat(timespec="microseconds"), given[-1][1]) if given else None

    def state(self, proved_on: date | None = None) -> LifeEventState:
        """How sure it is, given the last day (in the county) on which the person was seen alive in person."""
        stages = {step.stage for step in self.steps.values()}
        if LifeEventStage.VOIDED in stages:
            return LifeEventState.VOIDED
        if LifeEventStage.ENDED in stages:
            return LifeEventState.ENDED
        if self.kind is not LifeEventKind.DECEASED:
            return LifeEventState.CONFIRMED if LifeEventStage.CONFIRMED in stages else LifeEventState.REPORTED
        if self.has_two_sources:
            return LifeEventState.CONFIRMED
        said_by = self._over_by
        seen_since = proved_on is not None and said_by is not None and proved_on > said_by
        return LifeEventState.CONTRADICTED if seen_since else LifeEventState.REPORTED

    @property
    def has_two_sources(self) -> bool:
        """Whether two independent sources say so: different ones, written down by different accounts."""
        said = {(_source_of(step), step.reported_by) for step in self._said}
        return any(one != other and by != also_by for one, by in said for other, also_by in said)

    def effect(self, policy: LifeEventPolicy, proved_on: date | None = None) -> Effect:
        """What it does to the person's open requests."""
        rule = policy.of(self.kind)
        if not self._said or (rule.rehomes and self.village is not None):
            return Effect.NONE
        match self.state(proved_on):
            case LifeEventState.REPORTED:
                return rule.reported
            case LifeEventState.CONFIRMED:
                return rule.confirmed
            case LifeEventState.CONTRADICTED | LifeEventState.VOIDED | LifeEventState.ENDED:
                return Effect.NONE

    @property
    def _said(self) -> list[LifeEventRecorded]:
        return [step for step in self.in_order if step.stage in _SAYS]

    @property
    def _told(self) -> list[LifeEventRecorded]:
        return [step for step in self.in_order if step.stage in (*_SAYS, LifeEventStage.CORRECTED)]

    @property
    def _over_by(self) -> date | None:
        """The last day on which it may have happened, as far as was said."""
        if (happened := self.happened) is not None:
            return _last_day(happened)
        return self.known_on or next((step.recorded_at.date() for step in self._said), None)


def strongest(reports: Iterable[Report], policy: LifeEventPolicy, proved_on: date | None) -> tuple[Effect, UUID | None]:
    """The strongest effect of these reports, and whose it is (of equal ones the one with the smallest id)."""
    effects = [(report.effect(policy, proved_on), report.life_event_id) for report in reports]
    strong = [(effect, life_event_id) for effect, life_event_id in effects if effect is not Effect.NONE]
    return min(strong, key=lambda found: (-_STRENGTH.index(found[0]), found[1])) if strong else (Effect.NONE, None)


def new_village(reports: Iterable[Report], policy: LifeEventPolicy) -> tuple[str, str] | None:
    """Moment and code of the village to which the person has moved, by the last move that stands."""
    over = (LifeEventState.VOIDED, LifeEventState.ENDED)
    moves = (r.village for r in reports if policy.of(r.kind).rehomes and r.state() not in over)
    return max((village for village in moves if village is not None), default=None)


def _source_of(step: LifeEventRecorded) -> str:
    """Each agency is a source of its own."""
    return f"{step.source}:{step.reported_by}" if step.source is LifeEventSource.AGENCY else step.source.value


def _last_day(rough: RoughDate) -> date:
    match rough.precision:
        case DatePrecision.DAY:
            return rough.day
        case DatePrecision.MONTH:
            return rough.day.replace(day=monthrange(rough.day.year, rough.day.month)[1])
        case DatePrecision.YEAR:
            return date(rough.day.year, 12, 31)
