"""Matters before a lapse as they are told to staff and agencies."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.base import AgencyCode
from schemas.lapse import LapseStep, Office
from services.gateway.access.callers import Principal, Role
from services.gateway.domain.lapses import LapseDecisionCode
from services.gateway.store.lapses import LapseCounts, LapseRow


class LapseView(BaseModel):
    """A request that stands on a step before a lapse."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    lapse_id: UUID
    """Names the matter: this request with this due date; open again after a certificate was turned down, it is another
    one."""
    agency: AgencyCode
    """Who asks."""
    request_id: str
    """Its number."""
    programme: str
    """Programme code."""
    person_key: str | None
    """Whom it is about; null for agencies, who know their own numbers."""
    visit_id: UUID
    """The visit that waits."""
    due_date: date
    """The agency's last day."""
    counts_until: date
    """The last day on which a proof counts as in time: the due date, or the last day of grace."""
    step: LapseStep
    """Where it stands."""
    since: date
    """Since when."""
    next_step: LapseStep | None
    """What comes next, when nothing changes; null: a person decides."""
    next_on: date | None
    """When."""
    office: Office
    """Who must act when it is escalated."""
    taken_by: str | None
    """The account that has taken it; null for agencies."""
    taken_at: datetime | None
    """When."""
    decision: LapseDecisionCode | None
    """What was decided; the request still waits for a proof."""
    decided_at: datetime | None
    """When."""

    @classmethod
    def of(cls, row: LapseRow, caller: Principal) -> "LapseView":
        """As this caller may see it."""
        is_agency = caller.role is Role.AGENCY
        hidden = {"person_key": None, "taken_by": None} if is_agency else {}
        return cls.model_validate(vars(row) | hidden)


class LapsePage(BaseModel):
    """Matters, the most urgent first."""

    items: list[LapseView]
    next_cursor: str | None


class TakeOver(BaseModel):
    """A matter is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    take_over: bool = Field(default=False, strict=True)
    """Take it also from somebody who has it, e.g. who is on leave."""


class Close(BaseModel):
    """What was decided."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    decision: LapseDecisionCode
    """By its code (docs/codes.md). None of them stops a payment here: that is the agency's own act."""


class ProgrammeFigures(BaseModel):
    """What the ladder did for one programme."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    programme: str
    """Programme code."""
    reached: dict[LapseStep, int]
    """Matters that came to each step (in the month)."""
    standing: dict[LapseStep, int]
    """Matters that stand on each step now."""
    saved_in_grace: int
    """Proved after the due date and within the grace: it would have lapsed, and was saved."""
    saved_after_escalation: int
    """Proved in time after a person was called."""
    saved: int
    """Either of the two, each request once for a due date."""
    proved_too_late: int
    """Proved when it no longer counted as in time: the agency decides on back-pay."""
    escalated_open: int
    """Escalated, and nothing is decided yet."""
    suspended_by_agency: int
    """The agency says that it has suspended the payment; it is not the system that does."""


class LapseFigures(BaseModel):
    """By programme."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    month: str | None
    """Of which month, e.g. 2026-11; null: of all time."""
    saved: int
    """What would have lapsed and was saved, of all programmes."""
    programmes: list[ProgrammeFigures]
    """One entry each."""

    @classmethod
    def of(cls, month: str | None, counts: list[LapseCounts]) -> "LapseFigures":
        """With the sum of the saved."""
        shown = [ProgrammeFigures.model_validate(vars(each)) for each in counts]
        return cls(month=month, saved=sum(each.saved for each in shown), programmes=shown)


def month_of(text: str) -> date:
    """The first day of a month, ``2026-11``. Raises ValueError for what is none."""
    return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 (a day, no moment)
