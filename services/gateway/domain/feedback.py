"""What a cadre's report is, who has it, and what may go along with it. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class FeedbackState(StrEnum):
    """Where a report stands."""

    RECEIVED = "received"
    """With triage: the schedulers of its township, the county's schedulers and reviewers."""
    WITH_AGENCY = "with_agency"
    WITH_JOINT_GROUP = "with_joint_group"
    ANSWERED = "answered"
    """Final. Nothing ends without an answer: the phone shows it."""


class FeedbackHolder(StrEnum):
    """Who has a report, or has taken a step with it."""

    TRIAGE = "triage"
    AGENCY = "agency"
    JOINT_GROUP = "joint_group"


class Step(StrEnum):
    """What somebody did with a report."""

    PASSED_ON = "passed_on"
    GIVEN_BACK = "given_back"
    ANSWERED = "answered"


class Part(StrEnum):
    """What a report consists of; each is sealed under a key of its own, so that each has its own end."""

    TEXT = "text"
    VOICE = "voice"
    PICTURE = "picture"


class Medium(StrEnum):
    """A part that is a file."""

    VOICE = "voice"
    PICTURE = "picture"


MEDIA_TYPES: Final[Mapping[Medium, Mapping[str, tuple[int, bytes]]]] = {
    Medium.VOICE: {
        "audio/webm": (0, b"\x1aE\xdf\xa3"),
        "audio/mp4": (4, b"ftyp"),
        "audio/ogg": (0, b"OggS"),
    },
    Medium.PICTURE: {"image/jpeg": (0, b"\xff\xd8\xff")},
}
"""What phones' browsers make (Chromium and Firefox WebM or Ogg, Safari MP4; a canvas JPEG), and which bytes stand where
at its beginning (EBML; ISO/IEC 14496-12; RFC 3533; ISO/IEC 10918-1)."""
LONG_SIDE: Final = 1600
"""Most pixels on a picture's long side: a page of A4 is readable at it, and no more than that is wanted."""
TELLING: Final = frozenset({"exif", "xmp", "photoshop", "comment", "mp"})
"""What a JPEG may carry beside its picture, as Pillow names it: when, where and by which phone it was taken. A canvas
writes none of it."""


def state_of(office: FeedbackHolder, *, answered: bool) -> FeedbackState:
    """Where a report stands, by who has it."""
    if answered:
        return FeedbackState.ANSWERED
    match office:
        case FeedbackHolder.TRIAGE:
            return FeedbackState.RECEIVED
        case FeedbackHolder.AGENCY:
            return FeedbackState.WITH_AGENCY
        case FeedbackHolder.JOINT_GROUP:
            return FeedbackState.WITH_JOINT_GROUP


def base_type(media_type: str) -> str:
    """A media type without its parameters.

    Example:
        >>> base_type("audio/webm;codecs=opus")
        'audio/webm'
    """
    return media_type.partition(";")[0].strip().lower()


def is_what_it_says(medium: Medium, media_type: str, content: bytes) -> bool:
    """Whether a file begins as its type does.

    Example:
        >>> is_what_it_says(Medium.VOICE, "audio/ogg", b"OggS..."), is_what_it_says(Medium.VOICE, "audio/ogg", b"<p>")
        (True, False)
    """
    if media_type not in MEDIA_TYPES[medium]:
        return False
    at, sign = MEDIA_TYPES[medium][media_type]
    return content[at : at + len(sign)] == sign
