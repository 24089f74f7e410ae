"""Receipts: by when an agency should have answered, and what follows from its answer."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from schemas.receipt_codes import reopens
from services.gateway.domain.record_checks import RecordCheckPolicy

DAY = timedelta(days=1)
Days = Annotated[int, Field(ge=1, le=250, strict=True)]
"""Working days to answer: at most those of a year."""


class Follows(StrEnum):
    """What follows from a receipt."""

    NOTHING = "nothing"
    """The certificate was accepted, or it is revoked."""
    VISIT_AGAIN = "visit_again"
    """The request is open again, and a visit stands for it."""
    HELD = "held"
    """Another visit would not help: it waits at the desk until the agency answers anew."""

    @classmethod
    def from_code(cls, code: str | None) -> Self:
        """What follows from a receipt with this code; None is an acceptance."""
        if code is None:
            return cls(cls.NOTHING)
        return cls(cls.VISIT_AGAIN if reopens(code) else cls.HELD)


class ReceiptPolicy(BaseModel):
    """How long agencies have to answer. A county's own comes from TOML; an empty file is the default."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    days: Days = 10
    """Working days from the day of issue: two weeks, as long as an office has for a simple matter."""
    agencies: Mapping[str, Days] = Field(default_factory=dict)
    """Days of single agencies, by their code."""
    record_checks: RecordCheckPolicy = RecordCheckPolicy()
    """How records are checked before a visit, so that fewer certificates are rejected."""

    def of(self, agency: str) -> int:
        """Working days that this agency has."""
        return self.agencies.get(agency, self.days)


def due_on(issued_on: date, days: int, is_workday: Callable[[date], bool]) -> date:
    """The last day to answer a certificate that was issued on a day: the `days`-th working day after it."""
    day = issued_on
    while days > 0:
        day += DAY
        days -= is_workday(day)
    return day


def overdue_before(today: date, days: int, is_workday: Callable[[date], bool]) -> date:
    """Whatever was issued before this day is overdue today: between them lie as many working days as are allowed."""
    day = today
    while days > 0:
        day -= DAY
        days -= is_workday(day)
    return day
