"""Pictures that a reviewer compares a clip with, and what kind of file something is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from services.platform.database import Connection

_SIGNS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG", "image/png"),
    (8, b"WEBP", "image/webp"),
)
"""Where which bytes stand at the beginning of a file, and what it is then (MP4 and MOV alike)."""


@dataclass(frozen=True)
class PhotoRow:
    """A sealed picture of a person."""

    kind: Literal["id_photo", "accepted_proof"]
    blob_id: UUID
    taken_on: date | None
    kept_at: datetime


async def photos_of(connection: Connection, person: str, capture_id: UUID) -> list[PhotoRow]:
    """The agency's photo and the still of an accepted proof, if they are held; never a still of the very recording."""
    cursor = await connection.execute(
        "SELECT 'id_photo', blob_id, taken_on, kept_at, 0 FROM platform.reference WHERE person_key = %(person)s"
        " UNION ALL (SELECT 'accepted_proof', blob_id, NULL, captured_at, 1 FROM certify.still"
        " WHERE person_key = %(person)s AND accepted AND capture_id <> %(capture)s"
        " ORDER BY captured_at DESC LIMIT 1) ORDER BY 5",
        {"person": person, "capture": capture_id},
    )
    return [PhotoRow(*row[:4]) for row in await cursor.fetchall()]


def media_type_of(content: bytes) -> str:
    """What a clip or a picture is, by its first bytes.

    Example:
        >>> media_type_of(b"....ftypisom"), media_type_of(b"hello")
        ('video/mp4', 'application/octet-stream')
    """
    for at, sign, media_type in _SIGNS:
        if content[at : at + len(sign)] == sign:
            return media_type
    return "application/octet-stream"
