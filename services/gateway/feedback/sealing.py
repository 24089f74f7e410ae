"""The keys of a report: one for each part, so that each part ends by itself, in every backup too (ADR 4)."""

from uuid import UUID

from schemas.base import stable_id
from services.gateway.domain.feedback import Part
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.platform.database import Connection
from services.platform.sealing import Unsealable, seal_bytes


def key_of(feedback_id: UUID, part: Part) -> UUID:
    """The id of the data key of a part; notes, reasons and answers are sealed under that of the text."""
    return stable_id("feedback-data-key", str(feedback_id), part.value)


async def sealed_part(door: Door, connection: Connection, feedback_id: UUID, part: Part, content: bytes) -> bytes:
    """Seals what somebody said. Raises Refusal FEEDBACK_FILE_GONE when the part's time is over."""
    key_id = key_of(feedback_id, part)
    try:
        keys = await door.keyring.get_or_make(connection, [key_id])
    except Unsealable:
        raise Refusal(Code.FEEDBACK_FILE_GONE) from None
    return seal_bytes(keys[key_id], key_id, content)
