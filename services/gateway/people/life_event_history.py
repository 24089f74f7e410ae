"""What was said of one life event so far, and whether one more voice is a second source. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from schemas.life_event import LifeEventRecorded, LifeEventSource, LifeEventStage, LifeEventState
from schemas.life_event_steps import LifeEventSteps, source_id, source_of


@dataclass(frozen=True)
class History(LifeEventSteps):
    """All that was said of one life event so far."""

    state: LifeEventState | None
    """As the scheduler sees it; None while it has not read of it."""

    @classmethod
    def from_steps(cls, steps: Iterable[LifeEventRecorded], state: LifeEventState | None) -> History:
        """The history of these steps, in whatever order they are given."""
        return cls(LifeEventSteps.of(steps).steps, state)

    def find_step(self, event_id: UUID) -> LifeEventRecorded | None:
        """The step of this id."""
        return next((step for step in self.steps if step.event_id == event_id), None)

    @property
    def is_over(self) -> bool:
        """Whether it was voided or has ended."""
        return self.has(LifeEventStage.VOIDED) or self.has(LifeEventStage.ENDED)

    @property
    def is_contradicted(self) -> bool:
        """Whether a single source had reported the death, and the person was seen alive since."""
        return self.state is LifeEventState.CONTRADICTED

    def is_second(self, source: LifeEventSource, voice: str) -> bool:
        """Whether this would be a second source: another one, by somebody else, beside one that has said so."""
        mine = source_id(source, voice)
        return any(source_of(step) != mine and step.reported_by != voice for step in self.saying_so)

    def is_said_by(self, voice: str) -> bool:
        """Whether this voice has said so."""
        return any(step.reported_by == voice for step in self.saying_so)

    @property
    def source_count(self) -> int:
        """How many different sources say so; each agency is one of its own."""
        return len({source_of(step) for step in self.saying_so})
