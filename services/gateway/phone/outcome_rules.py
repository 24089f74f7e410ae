"""What a cadre's phone may say of a visit that had no recording. Pure: no clock, no database."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from schemas.base import UtcDateTime
from schemas.capture import LegalBasis
from schemas.life_event import LifeEventKind, LifeEventSource
from schemas.outcome import VisitOutcome
from schemas.plan import HalfDay
from services.gateway.access.enrolment import VILLAGE
from services.gateway.people.life_event_rules import Day, Report, RoughDay

KINDS: Final[Mapping[str, LifeEventKind]] = {
    "deceased": LifeEventKind.DECEASED,
    "moved": LifeEventKind.MOVED,
    "hospital": LifeEventKind.HOSPITALISED,
    "wrong_person": LifeEventKind.IDENTITY_MISMATCH,
}
"""What is a life event."""
_SOURCES: Final[Mapping[str, LifeEventSource]] = {
    "cadre": LifeEventSource.CADRE,
    "family": LifeEventSource.FAMILY,
    "neighbour": LifeEventSource.NEIGHBOUR,
    "document": LifeEventSource.CADRE,
}
"""Who says so; of a document (a death certificate) it is the cadre who has seen it."""
ASKED_FOR: Final = frozenset({VisitOutcome.WITNESSED, VisitOutcome.VIDEO_CALL, VisitOutcome.DOCUMENT})
"""Other ways than a recording: asked for, and no proof until a reviewer hands the evidence in."""
ShortCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class OutcomeState(StrEnum):
    """What became of an outcome."""

    RECORDED = "recorded"
    ASKED_FOR = "asked_for"
    REPORTED = "reported"
    """It is a life event now, said by one source."""
    CONFIRMED = "confirmed"
    """It confirmed a death that another source had reported."""
    ALREADY_KNOWN = "already_known"
    """The same source had reported this death before."""


class Outcome(BaseModel):
    """How a visit went."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    outcome_id: UUID
    """Made by the phone: sent again, it is the same outcome."""
    outcome: Literal[
        "not_at_home",
        "deceased",
        "moved",
        "hospital",
        "refused",
        "unable",
        "wrong_person",
        "witnessed",
        "video_call",
        "document",
        "eligibility",
    ]
    """What was found; `witnessed`, `video_call` and `document` ask for that way, `eligibility` answers the question of
    the family-planning programme."""
    happened_at: UtcDateTime
    """When, by the phone's clock, with zone."""
    legal_basis: LegalBasis
    """On which basis the person was asked."""
    notice_version: Annotated[str, Field(pattern=r"^[0-9A-Za-z./-]{1,40}$")] | None = None
    """Version of the notice that was shown (`legal.notice_version` of `today`)."""
    note_code: ShortCode | None = None
    """A closer description by a code of the page; no free text."""
    come_again_on: Day | None = None
    """Not at home: when somebody should come again."""
    come_again_half_day: HalfDay | None = None
    """Morning or afternoon of that day."""
    died_on: RoughDay | None = None
    """Deceased: when, as exactly as it is known."""
    source: Literal["cadre", "family", "neighbour", "document"] | None = None
    """Deceased: who says so. It must be named."""
    to_village: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(default=None, repr=False)
    """Moved: where to, the 12-digit code of a village or in words; words are kept sealed."""
    answers: dict[ShortCode, StrictBool | ShortCode] | None = Field(default=None, max_length=20, repr=False)
    """Eligibility: answers by the code of the question; kept sealed."""
    signature: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Base64 of the phone's signature over the ASCII text 'outcome.' + outcome_id + '.' + visit_id + '.' + outcome."""

    def signed_text(self, visit_id: UUID) -> bytes:
        """What the phone signs, if it signs."""
        return f"outcome.{self.outcome_id}.{visit_id}.{self.outcome}".encode("ascii")

    def report(self, visit_id: UUID) -> Report | None:
        """The life event that this is; None when it is none."""
        kind = KINDS.get(self.outcome)
        if kind is None:
            return None
        village = self.to_village if self.to_village and VILLAGE.fullmatch(self.to_village) else None
        return Report(
            kind=kind,
            visit_id=visit_id,
            source=_SOURCES[self.source] if self.source else None,
            happened=self.died_on if kind is LifeEventKind.DECEASED else None,
            village_code=village if kind is LifeEventKind.MOVED else None,
        )

    def private(self) -> dict[str, object]:
        """What is kept sealed only."""
        return self.model_dump(mode="json", include={"answers", "to_village", "source"}, exclude_none=True)
