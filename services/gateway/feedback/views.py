"""Reports of cadres as staff, agencies and the phone read them: a village, never a cadre."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from schemas.base import AgencyCode, VillageCode
from schemas.feedback import FeedbackKind
from services.gateway.domain.feedback import FeedbackHolder, FeedbackState, Medium, Part, Step
from services.gateway.door import Door
from services.gateway.store.feedback import FeedbackRow, StepRow

SAID_CHARACTERS = 1000
"""Longest answer, note or reason: it is read on a phone, in large letters."""
Said = Annotated[str, Field(min_length=1, max_length=SAID_CHARACTERS, pattern=r"\S", repr=False)]


def day_of(moment: datetime, door: Door) -> date:
    """The county's day."""
    return moment.astimezone(ZoneInfo(door.settings.timezone)).date()


class FileView(BaseModel):
    """A voice note or a picture of a report."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    part: Medium
    """Which: GET /v1/feedback/{feedback_id}/voice or …/picture."""
    media_type: str
    """What it is."""
    size: int
    """Bytes."""
    state: Literal["coming", "here", "gone"]
    """`coming`: still on the phone; `gone`: its time is over."""


class FeedbackView(BaseModel):
    """A report, without what it says: that is opened one by one, and each opening is noted."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    feedback_id: UUID
    """Names the report."""
    kind: FeedbackKind
    """A problem or an idea."""
    state: FeedbackState
    """Where it stands."""
    agency: AgencyCode | None
    """Which agency has it."""
    village_code: VillageCode
    """Which village it is about; which cadre wrote it is told to nobody."""
    village: str | None
    """Its name, where the county says it."""
    version: int
    """As which it was read; say it when you act."""
    written_at: datetime
    """When it was written, by the phone's clock."""
    recorded_at: datetime
    """When it came."""
    recorded_on: date
    """On which day of the county's calendar."""
    answered_at: datetime | None
    """When it was answered."""
    files: list[FileView]
    """Its voice and picture."""

    @classmethod
    def of(cls, row: FeedbackRow, door: Door) -> "FeedbackView":
        """As everybody may see it who sees it."""
        files = [
            FileView(
                part=medium,
                media_type=part.media_type,
                size=part.size,
                state="gone" if part.erased else "here" if part.arrived else "coming",
            )
            for medium in Medium
            if (part := row.parts.get(Part(medium))) is not None
        ]
        place = door.villages.get(row.village_code)
        shown = {
            "state": row.state,
            "files": files,
            "village": place.name if place else None,
            "recorded_on": day_of(row.recorded_at, door),
        }
        return cls.model_validate(vars(row) | shown)


class FeedbackPage(BaseModel):
    """Reports, those that have waited longest first."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    items: list[FeedbackView]
    next_cursor: str | None
    agencies: list[AgencyCode]
    """To whom a report may be passed on, besides the joint group; empty for those who pass none on."""


class FeedbackStepView(BaseModel):
    """One step of a report."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    step: Step
    """What was done."""
    office: FeedbackHolder
    """Of passed_on: to whom; else by whom."""
    agency: AgencyCode | None
    """Which agency."""
    said: str | None = Field(repr=False)
    """The note, the reason or the answer; null when there is none, or its time is over."""
    taken_at: datetime
    """When."""
    taken_on: date
    """On which day of the county's calendar."""

    @classmethod
    def of(cls, row: StepRow, said: str | None, door: Door) -> "FeedbackStepView":
        """With the words that go with it."""
        return cls.model_validate(vars(row) | {"said": said, "taken_on": day_of(row.taken_at, door)})


class FeedbackOpened(FeedbackView):
    """A report with what was written."""

    text: str | None = Field(default=None, repr=False)
    """In the cadre's words; null when its time is over."""
    steps: list[FeedbackStepView] = []
    """What became of it."""

    @classmethod
    def of_row(cls, row: FeedbackRow, text: str | None, steps: list[FeedbackStepView], door: Door) -> "FeedbackOpened":
        """The report, opened."""
        return cls.model_validate(FeedbackView.of(row, door).model_dump() | {"text": text, "steps": steps})


class PassingOn(BaseModel):
    """To whom a report goes."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    version: int = Field(ge=1, le=2**31 - 1, strict=True)
    """The `version` that you have read."""
    agency: AgencyCode | None
    """The agency that is to answer; null: the joint group."""
    note: Annotated[str, Field(max_length=SAID_CHARACTERS, repr=False)] = ""
    """What it should know; read by whoever gets it, not by the phone."""


class Reason(BaseModel):
    """Why it is given back."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    version: int = Field(ge=1, le=2**31 - 1, strict=True)
    """The `version` that you have read."""
    reason: Said
    """Why it is not yours, for triage."""


class FeedbackAnswer(BaseModel):
    """The answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    version: int = Field(ge=1, le=2**31 - 1, strict=True)
    """The `version` that you have read."""
    text: Said
    """What the cadre reads on the phone."""


class OwnFeedback(BaseModel):
    """How far a report of this phone is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    feedback_id: UUID
    """Names the report."""
    state: FeedbackState
    """Where it stands; of an answered one the phone fetches the answer."""
    agency: AgencyCode | None
    """Which agency has it."""
    missing: list[Medium]
    """Files that have not come."""


class OwnFeedbackList(BaseModel):
    """The reports of this phone, the newest first."""

    items: list[OwnFeedback]


class AnswerRead(BaseModel):
    """What became of a report."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    feedback_id: UUID
    """Names the report."""
    answer: str = Field(repr=False)
    """In the words of whoever answered."""
