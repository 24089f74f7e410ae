"""A certificate: the signed answer to one request. It goes to the agency that asked, and to no other."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import AgencyCode, Event, PersonKey, RequestId, UtcDateTime


class EvidenceSource(StrEnum):
    """Where evidence that is no recording made at a visit comes from."""

    WITNESSED_VISIT = "witnessed_visit"
    VIDEO_CALL = "video_call"
    SELF_CAPTURE = "self_capture"
    CLINIC_VISIT = "clinic_visit"
    HOSPITAL_STAY = "hospital_stay"
    VACCINATION = "vaccination"
    BIOMETRIC_PAYMENT = "biometric_payment"
    OTHER_RECORD = "other_record"


class EvidenceGrade(StrEnum):
    """What the proof rests on, strongest first."""

    IN_PERSON_FACE = "in_person_face"
    IN_PERSON_WITNESSED = "in_person_witnessed"
    VIDEO_CALL = "video_call"
    SELF_CAPTURE = "self_capture"
    DATA_TRACE = "data_trace"


class CertificateIssued(Event):
    """One request has its answer."""

    event_type: ClassVar[str] = "org.onevisit.certificate.issued.v1"

    certificate_id: UUID
    """Names the certificate: one per request."""
    agency: AgencyCode
    """Who asked."""
    request_id: RequestId
    """What is answered."""
    programme: str = Field(min_length=1, max_length=64)
    """Programme code."""
    person_key: PersonKey
    """Whom it is about."""
    visit_id: UUID | None
    """The visit at which the proof was given; null when nobody had to ride."""
    proved_at: UtcDateTime
    """When the person was seen alive; of evidence that names a day only, the beginning of that day in the county."""
    evidence: EvidenceGrade
    """What the proof rests on."""
    proof_id: UUID | None = None
    """The capture, or the evidence, that it rests on."""
    evidence_source: EvidenceSource | None = None
    """Where evidence that is no recording comes from."""
    reviewed: bool = False
    """True: a person has decided on the recording, not the machine alone."""
    jws: str = Field(pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")
    """The certificate: compact JWS (Ed25519) over a W3C Verifiable Credential 2.0. It can be checked without us."""


class CertificateRevoked(Event):
    """A certificate no longer holds."""

    event_type: ClassVar[str] = "org.onevisit.certificate.revoked.v1"

    certificate_id: UUID
    """Which certificate."""
    agency: AgencyCode
    """Who had it."""
    request_id: RequestId
    """What it had answered."""
    reason: str = Field(pattern=r"^[A-Z][A-Z0-9_]+$")
    """Permanent code of the reason."""
