"""A capture: a recording made at a visit, with the challenge that it answers and the device that vouches for it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from schemas.base import Event, PersonKey, Schema, Sealed, Sha256, UtcDateTime
from schemas.verification import Action, Seconds

CHALLENGE_TYPE = "onevisit-challenge+jws"
"""``typ`` of a signed challenge: the same key signs certificates and tokens, and none of them may pass for another."""


class LegalBasis(StrEnum):
    """Why the face may be processed: recorded for every capture."""

    STATUTORY_DUTY = "statutory_duty"
    SEPARATE_CONSENT = "separate_consent"


class PromptForm(StrEnum):
    """How the person is told what to do."""

    SPOKEN = "spoken"
    """Said aloud, in the person's own dialect: for everybody who hears."""
    SHOWN = "shown"
    """Shown by a card or by doing it before the person: for the deaf."""
    TOUCHED = "touched"
    """By an agreed touch of the hand: for who neither hears nor sees."""


class Prompt(Schema):
    """When one action is asked and until when it counts. Second 0 is the first picture of the recording."""

    action: Action
    """What is asked."""
    at_s: Seconds
    """When the prompt is given: the action begins after it."""
    until_s: Seconds
    """The action has ended by then."""


class Challenge(Schema):
    """What the person was asked to do: drawn at random, valid once, for one visit, for a short time.

    Signed by the county it is the bundle that a phone carries into the mountains (docs/challenge.md).
    """

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
    prompts: tuple[Prompt, ...] = Field(default=(), max_length=4)
    """One for each asked action, one after the other. Empty in challenges of before 2026-12: the order alone counts."""
    longest_s: float | None = Field(default=None, gt=0, le=60)
    """The longest recording that answers it, in seconds; null: certify's own limit alone."""
    prompt_form: PromptForm = PromptForm.SPOKEN
    """How the prompts are given."""

    @property
    def is_sound(self) -> bool:
        """Whether there is one prompt for each action, in order, no action twice, each window after the one before, and
        all within the longest recording. Without prompts there is nothing to be unsound.

        A JSON Schema cannot say so; hence it is asked, not enforced by reading.
        """
        asked = tuple(prompt.action for prompt in self.prompts)
        marks = [second for prompt in self.prompts for second in (prompt.at_s, prompt.until_s)]
        marks += [self.longest_s] if self.longest_s is not None else []
        in_order = all(prompt.at_s < prompt.until_s for prompt in self.prompts) and marks == sorted(marks)
        return not self.prompts or (asked == self.actions and len(set(asked)) == len(asked) and in_order)


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
    made_not_before: UtcDateTime | None = None
    """From when on it can have been made, though the phone's clock be ahead as far as a clock may be: its challenge was
    not given before. What was possibly made before consent was withdrawn counts as made before. Null: not said."""
    recording: Recording
    """The recording."""
    challenge: Challenge
    """What was asked."""
    device_signature: str = Field(min_length=1, max_length=200)
    """Base64 of the phone's signature over the recording's SHA-256, the challenge id and, where there is one, what was
    said of the camera, with dots between them."""
    camera: Sealed | None = None
    """What the phone's browser said of the camera, as it was signed: the JSON text of a `CameraStatement`, sealed under
    the person's key, for a label may name somebody. Null from phones that say nothing."""
    legal_basis: LegalBasis
    """Why this face may be processed."""

    @property
    def counts_as_made(self) -> datetime:
        """Its moment, where a withdrawal of consent is of before or after: doubt is for the withdrawal."""
        return self.made_not_before or min(self.captured_at, self.received_at)
