"""What was said of one life event so far, and when one more voice is a second source. Pure: no clock, no database."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from schemas.life_event import (
    LifeEventKind,
    LifeEventRecorded,
    LifeEventSource,
    LifeEventStage,
    LifeEventState,
    RoughDate,
)

_SAYS = (LifeEventStage.REPORTED, LifeEventStage.CONFIRMED)
_FINAL = (LifeEventStage.VOIDED, LifeEventStage.ENDED)


@dataclass(frozen=True)
class History:
    """All that was said of one life event so far."""

    steps: tuple[LifeEventRecorded, ...]
    """In the order in which they were written down; at least one."""
    state: LifeEventState | None
    """As the scheduler sees it; None while it has not read of it."""

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
        """What was found."""
        return self.steps[0].kind

    def find_step(self, event_id: UUID) -> LifeEventRecorded | None:
        """The step of this id."""
        return next((step for step in self.steps if step.event_id == event_id), None)

    def has(self, stage: LifeEventStage) -> bool:
        """Whether such a step was taken."""
        return any(step.stage is stage for step in self.steps)

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
        mine = _identity(source, voice)
        said = [step for step in self.steps if step.stage in _SAYS]
        return any(_identity(s.source, s.reported_by) != mine and s.reported_by != voice for s in said)

    def is_said_by(self, voice: str) -> bool:
        """Whether this voice has said so."""
        return any(step.reported_by == voice for step in self.steps if step.stage in _SAYS)

    @property
    def sources(self) -> list[LifeEventSource]:
        """Who says so, in alphabetical order."""
        return sorted({step.source for step in self.steps if step.stage in _SAYS})

    @property
    def source_count(self) -> int:
        """How many different sources say so; each agency is one of its own."""
        return len({_identity(step.source, step.reported_by) for step in self.steps if step.stage in _SAYS})

    @property
    def happened(self) -> RoughDate | None:
        """When it happened, as last said."""
        return next((step.happened for step in reversed(self._told) if step.happened is not None), None)

    @property
    def known_on(self) -> date | None:
        """When it became known: as last corrected, else as first said."""
        corrections = [step for step in reversed(self.steps) if step.stage is LifeEventStage.CORRECTED]
        return next((step.known_on for step in (*corrections, *self._told) if step.known_on is not None), None)

    @property
    def village_code(self) -> str | None:
        """Where the person lives now, as last said."""
        return next((step.village_code for step in reversed(self._told) if step.village_code is not None), None)

    @property
    def _told(self) -> list[LifeEventRecorded]:
        return [step for step in self.steps if step.stage not in _FINAL]


def _identity(source: LifeEventSource, voice: str) -> str:
    """Each agency is a source of its own."""
    return f"{source}:{voice}" if source is LifeEventSource.AGENCY else source.value
