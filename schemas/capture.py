"""A capture: a recording made at a visit, with the challenge that it answers and the device that vouches for it."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import Event, PersonKey, Schema, Sha256, UtcDateTime
from schemas.verification import Action


class LegalBasis(StrEnum):
    """Why the face may be processed: recorded for every capture."""

    STATUTORY_DUTY = "statutory_duty"
    SEPARATE_CONSENT = "separate_consent"


class Challenge(Schema):
    """What the person was asked to do: drawn at random, valid once, for one visit, for a short time."""

    challenge_id: UUID
    """Names the challenge; it is accepted once."""
    visit_id: UUID
    """The visit it was drawn for."""
    actions: tuple[Action, ...] = Field(min_length=1, max_length=4)
    """The asked actions, in order."""
    issued_at: UtcDateTime
    """When it was drawn."""
    expires_at: UtcDateTime
    """After this moment a recording that answers it is refused."""


class Recording(Schema):
    """Where the sealed recording lies and what it is."""

    blob_id: UUID
    """Name of the sealed file in the blob store."""
    sha256: Sha256
    """Of the recording before sealing, as the phone stated it and the door checked it."""
    size: int = Field(ge=0)
    """Bytes before sealing."""
    media_type: str = Field(max_length=100)
    """As the phone stated it, e.g. video/mp4."""


class CaptureReceived(Event):
    """A recording has arrived whole and is sealed in the store."""

    event_type: ClassVar[str] = "org.onevisit.capture.received.v1"

    capture_id: UUID
    """Names the capture."""
    visit_id: UUID
    """The visit at which it was made."""
    person_key: PersonKey
    """Who should be seen in it."""
    device_id: UUID
    """The phone."""
    captured_at: UtcDateTime
    """When the phone says that the recording was made."""
    received_at: UtcDateTime
    """When the last byte arrived."""
    recording: Recording
    """The recording."""
    challenge: Challenge
    """What was asked."""
    device_signature: str = Field(min_length=1, max_length=200)
    """Base64 of the phone's signature over the recording's SHA-256 and the challenge id."""
    legal_basis: LegalBasis
    """Why this face may be processed."""
