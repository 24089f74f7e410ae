"""What the steps of one life event say together: read alike by the door, which judges who may add one, and by the
scheduler, which acts on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from uuid import UUID

from schemas.life_event import LifeEventKind, LifeEventRecorded, LifeEventSource, LifeEventStage, RoughDate

SAYS_SO = (LifeEventStage.REPORTED, LifeEventStage.CONFIRMED)
"""Steps of somebody who says that it happened."""


@dataclass(frozen=True)
class LifeEventSteps:
    """All steps of one life event; they may be heard in any order."""

    steps: tuple[LifeEventRecorded, ...]
    """In the order in which they were written down; at least one."""

    @classmethod
    def of(cls, steps: Iterable[LifeEventRecorded]) -> LifeEventSteps:
        """The steps, put in order."""
        return cls(tuple(sorted(steps, key=lambda step: (step.recorded_at, str(step.event_id)))))

    @property
    def life_event_id(self) -> UUID:
        """Names it."""
        return self.steps[0].life_event_id

    @property
    def person_key(self) -> str:
        """Whom it is about."""
        return self.steps[0].person_key

    @property
    def kind(self) -> LifeEventKind:
        """What was found, as first said."""
        return self.steps[0].kind

    def has(self, stage: LifeEventStage) -> bool:
        """Whether such a step was taken."""
        return any(step.stage is stage for step in self.steps)

    @property
    def saying_so(self) -> list[LifeEventRecorded]:
        """The steps of those who say that it happened."""
        return [step for step in self.steps if step.stage in SAYS_SO]

    @property
    def sources(self) -> tuple[LifeEventSource, ...]:
        """Who says so, in alphabetical order."""
        return tuple(sorted({step.source for step in self.saying_so}))

    @property
    def has_two_sources(self) -> bool:
        """Whether two independent sources say so: different ones, written down by different accounts."""
        said = {(source_of(step), step.reported_by) for step in self.saying_so}
        return any(one != other and by != also_by for (one, by), (other, also_by) in combinations(said, 2))

    @property
    def happened(self) -> RoughDate | None:
        """When it happened, as last said."""
        return next((step.happened for step in reversed(self._telling) if step.happened is not None), None)

    @property
    def known_on(self) -> date | None:
        """When it became known: as last corrected, else as first said."""
        corrected = [step for step in reversed(self.steps) if step.stage is LifeEventStage.CORRECTED]
        return next((step.known_on for step in (*corrected, *self.saying_so) if step.known_on is not None), None)

    @property
    def village(self) -> tuple[datetime, str] | None:
        """Moment and code of the village in which the person lives now, as last said."""
        given = [(step.recorded_at, step.village_code) for step in self._telling if step.village_code is not None]
        return given[-1] if given else None

    @property
    def _telling(self) -> list[LifeEventRecorded]:
        return [step for step in self.steps if step.stage in (*SAYS_SO, LifeEventStage.CORRECTED)]


def source_id(source: LifeEventSource, voice: str) -> str:
    """What tells two sources apart: each agency is one of its own."""
    return f"{source}:{voice}" if source is LifeEventSource.AGENCY else source.value


def source_of(step: LifeEventRecorded) -> str:
    """`source_id` of who says it."""
    return source_id(step.source, step.reported_by)
