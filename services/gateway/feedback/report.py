"""What a phone sends of a report: its text, and what it says of the files that follow. Pure: no clock, no database."""

import hashlib
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.base import Sha256, UtcDateTime, VillageCode
from schemas.feedback import FeedbackKind
from schemas.id_in_text import holds_id_number
from services.gateway.domain.feedback import MEDIA_TYPES, Medium, base_type
from services.gateway.errors import Code, Refusal

TEXT_CHARACTERS: Final = 500
"""Longest text of a report: half a page, more than anybody types with a thumb."""


class FileClaim(BaseModel):
    """A file that follows."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    media_type: str = Field(min_length=1, max_length=100)
    """What it is: `audio/webm`, `audio/mp4` or `audio/ogg`; a picture is `image/jpeg`."""
    size: int = Field(ge=1, le=2**31 - 1, strict=True)
    """Bytes."""
    sha256: Sha256
    """Of the file, in hex."""


class FeedbackReport(BaseModel):
    """A problem or an idea of a cadre."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    kind: FeedbackKind
    """A problem or an idea."""
    text: Annotated[str, Field(max_length=TEXT_CHARACTERS, repr=False)] = ""
    """In the cadre's own words; may be empty when a voice or a picture follows. Kept sealed."""
    village_code: VillageCode | None = None
    """Which of the phone's villages it is about; absent: its first one."""
    written_at: UtcDateTime
    """When it was written, by the phone's clock, with zone."""
    voice: FileClaim | None = None
    """A voice note that follows: PUT …/voice."""
    picture: FileClaim | None = None
    """A picture that follows: PUT …/picture."""
    signature: Annotated[str, Field(min_length=1, max_length=200)]
    """Base64 of the phone's signature over the ASCII text 'feedback.' + feedback_id + '.' + kind + '.' + the SHA-256
    (hex) of the text in UTF-8 + '.' + that of the voice + '.' + that of the picture, each empty when there is none."""

    def files(self) -> dict[Medium, FileClaim]:
        """The files that follow."""
        claims: tuple[tuple[Medium, FileClaim | None], ...] = (
            (Medium.VOICE, self.voice),
            (Medium.PICTURE, self.picture),
        )
        return {medium: claim for medium, claim in claims if claim is not None}

    def signed_text(self, feedback_id: UUID) -> bytes:
        """What the phone signs."""
        hashes = [hashlib.sha256(self.text.encode()).hexdigest()]
        hashes += [claim.sha256 if claim else "" for claim in (self.voice, self.picture)]
        return f"feedback.{feedback_id}.{self.kind}.{'.'.join(hashes)}".encode("ascii")


class FeedbackTaken(BaseModel):
    """The report, or one of its files, was taken in. Repeating it changes nothing."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    feedback_id: UUID
    """Names the report."""
    missing: list[Literal["voice", "picture"]]
    """Files that have not come yet; when there are none, the phone may delete its copy."""


def check_report(report: FeedbackReport, *, largest: int) -> None:
    """Refuses FEEDBACK_EMPTY, FEEDBACK_FILE_TOO_LARGE, FEEDBACK_FILE_UNFIT, before a byte of a file has travelled."""
    if not report.text.strip() and not report.files():
        raise Refusal(Code.FEEDBACK_EMPTY)
    for medium, claim in report.files().items():
        if claim.size > largest:
            raise Refusal(Code.FEEDBACK_FILE_TOO_LARGE)
        if base_type(claim.media_type) not in MEDIA_TYPES[medium]:
            raise Refusal(Code.FEEDBACK_FILE_UNFIT)


def names_nobody(text: str) -> None:
    """Refuses FEEDBACK_HAS_ID_NUMBER: a text that others read holds nobody's number. A voice and a picture are not
    searched."""
    if holds_id_number(text):
        raise Refusal(Code.FEEDBACK_HAS_ID_NUMBER)
