"""How long anything of a face is held: the shortest time in which it may still be needed. Pure."""

from pydantic import BaseModel, ConfigDict, Field

from services.certify.domain.policy_text import read_policy

FACES_TO_FILE = 100_000
"""Who holds the faces of this many people files it within 30 working days (Measures on face recognition, Order 19, in
force 2025-06-01)."""
FACES_TO_WARN = 80_000
"""Eighty per cent of it."""

LOG_DAYS = 400
"""Days for which the topic of captures keeps an event, which may still ask for its recording."""


class RetentionInvalid(Exception):
    """The retention policy cannot be used; the text says why."""

    code = "RETENTION_INVALID"

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            f"{self.code}: {'; '.join(faults)}. Correct the file that ONEVISIT_RETENTION names (docs/privacy.md)"
        )


class RetentionPolicy(BaseModel):
    """Days, counted from the moment that is named. Measurements go with their recording; decisions, scores and
    certificates stay: they are of no face."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    certified_days: int = Field(default=30, ge=0, le=400)
    """Recording of a certified verdict, from the verdict: an agency that doubts a certificate asks within a month."""
    retry_days: int = Field(default=7, ge=0, le=400)
    """Recording that was to be filmed again, from the verdict: nothing rests on it; a week to ask why it was sent
    back."""
    review_days: int = Field(default=30, ge=0, le=400)
    """Recording for review, from the decision of the reviewer, or from a later recording of that visit that was
    certified. Until then it is held: without it the person would have to be visited again."""
    reference_days: int = Field(default=400, ge=0, le=1200)
    """Reference photo, from its arrival or the person's last recording; a still that serves as one, and the motion
    that later recordings are compared with, from their recording. Never while a visit of the person is open: a
    programme asks at least once a year."""
    unclaimed_days: int = Field(default=60, ge=31, le=400)
    """Sealed file that nothing points to (a photo that was replaced, a recording that could not be read), from its
    last change: longer than a dead letter is kept (30 days), so that a redriven capture still finds its recording."""

    @classmethod
    def from_toml(cls, text: str) -> "RetentionPolicy":
        """What is not named keeps its default. Raises ``RetentionInvalid``."""
        return read_policy(cls, text, RetentionInvalid)
