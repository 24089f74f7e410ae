"""Evidence of life that is no recording made at a visit: a witnessed visit, a video call, or a trace in other data.

A comparison of data comes before a trip (Regulation on social-insurance handling, in force 2023-12-01, art. 26). What
counts for which programme is the county's policy (`services/certify/domain/recognition.py`).
"""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import Event, PersonKey
from schemas.certificate import EvidenceGrade, EvidenceSource


class ActedBy(StrEnum):
    """Who did what left the trace: medicine fetched by a daughter proves nothing about her father."""

    PERSON = "person"
    PROXY = "proxy"
    UNKNOWN = "unknown"


_GRADE_OF: dict[EvidenceSource, EvidenceGrade] = {
    EvidenceSource.WITNESSED_VISIT: EvidenceGrade.IN_PERSON_WITNESSED,
    EvidenceSource.VIDEO_CALL: EvidenceGrade.VIDEO_CALL,
    EvidenceSource.SELF_CAPTURE: EvidenceGrade.SELF_CAPTURE,
}


def grade_of(source: EvidenceSource) -> EvidenceGrade:
    """How strong evidence from this source is; every record in other data is a data trace."""
    return _GRADE_OF.get(source, EvidenceGrade.DATA_TRACE)


class EvidenceRecorded(Event):
    """Somebody was seen alive, or has left a trace, on a day."""

    event_type: ClassVar[str] = "org.onevisit.evidence.recorded.v1"

    evidence_id: UUID
    """Names the evidence."""
    person_key: PersonKey
    """Whose life it proves."""
    source: EvidenceSource
    """Where it comes from."""
    acted_by: ActedBy
    """Who acted."""
    happened_on: date
    """The day, in the county's calendar."""
    provided_by: str = Field(min_length=1, max_length=64)
    """Account that handed it in; never a name."""
    visit_id: UUID | None = None
    """The visit for which a reviewer handed it in; null of a trace."""
