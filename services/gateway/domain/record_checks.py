"""Before a visit an agency looks into its own record of the person: what it may find, and for how long that counts."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class RecordCheckCode(StrEnum):
    """What an agency found in its own register."""

    FOUND = "found"
    """The record is there, is open, and has this name."""
    NAME_DIFFERS = "name_differs"
    """The record is there under another name."""
    DECEASED = "deceased"
    """The record is closed: the person is said to have died. This warns, and reports no death."""
    MOVED = "moved"
    """The record is closed: the person is said to have moved away."""
    SUSPENDED = "suspended"
    """The record is closed or suspended for another reason."""
    UNKNOWN_PERSON = "unknown_person"
    """There is no record of this person."""


class RecordCheckPolicy(BaseModel):
    """How records are checked before visits. A county's own comes from TOML; an empty table is the default."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    agencies: frozenset[str] = frozenset()
    """Agencies that have agreed to answer: of these alone a visit is shown as not checked while they have not."""
    ahead_days: int = Field(default=7, ge=0, le=60, strict=True)
    """Of visits that may be made within so many days an agency is asked: as far as a phone looks ahead."""
    good_days: int = Field(default=14, ge=1, le=180, strict=True)
    """For so many days an answer counts; then the agency is asked again. Two weeks: a register changes every month."""

    def counts_from(self, now: datetime) -> datetime:
        """What was checked before this moment counts no more."""
        return now - timedelta(days=self.good_days)
