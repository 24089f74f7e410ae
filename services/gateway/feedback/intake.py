"""Reports that come in by phones: text first, files after it, each once however often it is sent."""

import asyncio
import hashlib
import hmac
import warnings
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from PIL import Image, UnidentifiedImageError

from services.gateway.access.callers import Principal
from services.gateway.access.device_keys import verify_text
from services.gateway.domain.feedback import (
    LONG_SIDE,
    TELLING,
    FeedbackHolder,
    Medium,
    Part,
    base_type,
    is_what_it_says,
)
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.feedback.report import FeedbackReport, FeedbackTaken, check_report, names_nobody
from services.gateway.feedback.sealing import sealed_part
from services.gateway.store import feedback
from services.gateway.store.feedback import FeedbackRow, FeedbackSight, PartRow
from services.platform.database import Connection

_DAY = timedelta(days=1)


async def receive_report(door: Door, caller: Principal, feedback_id: UUID, report: FeedbackReport) -> FeedbackTaken:
    """Takes a report in; the same again changes nothing.

    Raises:
        Refusal: SIGNATURE_WRONG, FEEDBACK_EMPTY, FEEDBACK_FILE_TOO_LARGE, FEEDBACK_FILE_UNFIT,
            FEEDBACK_HAS_ID_NUMBER, FEEDBACK_VILLAGE_NOT_YOURS, FEEDBACK_ID_USED, FEEDBACK_TOO_MANY.
    """
    device, now = caller.own_device, door.now()
    if not verify_text(device.public_key, report.signed_text(feedback_id), report.signature):
        raise Refusal(Code.SIGNATURE_WRONG)
    check_report(report, largest=door.policy.feedback_file_bytes)
    village = report.village_code or device.village_codes[0]
    tag = hmac.digest(
        door.secrets.county_secret,
        f"{feedback_id} {report.model_dump_json(exclude={'signature'})}".encode(),
        hashlib.sha256,
    )
    async with door.pool.connection() as connection, connection.transaction():
        sender = await feedback.find_sender(connection, feedback_id)
        if sender is not None:
            return await _as_before(connection, sender, feedback_id, device.device_id, tag)
        names_nobody(report.text)
        if village not in device.village_codes:
            raise Refusal(Code.FEEDBACK_VILLAGE_NOT_YOURS)
        if await feedback.count_since(connection, device.device_id, now - _DAY) >= door.policy.feedback_a_day:
            raise Refusal(Code.FEEDBACK_TOO_MANY)
        text = await sealed_part(door, connection, feedback_id, Part.TEXT, report.text.encode())
        parts = {Part.TEXT: PartRow(Part.TEXT, "text/plain", len(report.text), None, True, False)}
        for medium, claim in report.files().items():
            part = Part(medium)
            parts[part] = PartRow(part, base_type(claim.media_type), claim.size, claim.sha256, False, False)
        row = FeedbackRow(
            feedback_id=feedback_id,
            kind=report.kind.value,
            village_code=village,
            office=FeedbackHolder.TRIAGE,
            agency=None,
            version=1,
            written_at=report.written_at,
            recorded_at=now,
            answered_at=None,
            parts=parts,
        )
        if not await feedback.add_report(connection, row, device_id=device.device_id, content_tag=tag, text=text):
            sender = await feedback.find_sender(connection, feedback_id)
            assert sender is not None, "its id is there"
            return await _as_before(connection, sender, feedback_id, device.device_id, tag)
    return _taken(row)


async def receive_file(
    door: Door, caller: Principal, feedback_id: UUID, medium: Medium, content: bytes
) -> FeedbackTaken:
    """Takes a file of a report in; the same again changes nothing.

    Raises:
        Refusal: FEEDBACK_UNKNOWN for another phone's, or a file that was not announced; FEEDBACK_FILE_DAMAGED,
            FEEDBACK_FILE_UNFIT, FEEDBACK_PICTURE_TELLS, FEEDBACK_FILE_GONE.
    """
    own, part = FeedbackSight(device_id=caller.own_device.device_id), Part(medium)
    async with door.pool.connection() as connection:
        row = await feedback.find_feedback(connection, feedback_id, own)
    claim = row.parts.get(part) if row else None
    if row is None or claim is None:
        raise Refusal(Code.FEEDBACK_UNKNOWN)
    if claim.arrived:
        return _taken(row)
    if claim.erased:
        raise Refusal(Code.FEEDBACK_FILE_GONE)
    if len(content) != claim.size or hashlib.sha256(content).hexdigest() != claim.sha256:
        raise Refusal(Code.FEEDBACK_FILE_DAMAGED)
    if not is_what_it_says(medium, claim.media_type, content):
        raise Refusal(Code.FEEDBACK_FILE_UNFIT)
    if medium is Medium.PICTURE:
        await asyncio.to_thread(_check_picture, content)
    async with door.pool.connection() as connection, connection.transaction():
        sealed = await sealed_part(door, connection, feedback_id, part, content)
        await feedback.keep_part(connection, feedback_id, medium, sealed)
        kept = await feedback.find_feedback(connection, feedback_id, own)
    assert kept is not None, "it was there, and reports stay"
    return _taken(kept)


async def _as_before(
    connection: Connection, sender: tuple[UUID | None, bytes | None], feedback_id: UUID, device_id: UUID, tag: bytes
) -> FeedbackTaken:
    owner, known = sender
    if owner != device_id or known is None or not hmac.compare_digest(known, tag):
        raise Refusal(Code.FEEDBACK_ID_USED)
    row = await feedback.find_feedback(connection, feedback_id, FeedbackSight(device_id=device_id))
    assert row is not None, "it is this phone's"
    return _taken(row)


def _taken(row: FeedbackRow) -> FeedbackTaken:
    waiting = {part for part, each in row.parts.items() if not each.arrived and not each.erased}
    return FeedbackTaken(feedback_id=row.feedback_id, missing=[m.value for m in Medium if Part(m) in waiting])


def _check_picture(content: bytes) -> None:
    """Decodes the picture once, after its size in pixels is known, and looks for what it may tell beside it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata, which is refused below
            with Image.open(BytesIO(content), formats=("JPEG",)) as image:
                if max(image.size) > LONG_SIDE:
                    raise Refusal(Code.FEEDBACK_FILE_TOO_LARGE)
                if TELLING & image.info.keys():
                    raise Refusal(Code.FEEDBACK_PICTURE_TELLS)
                image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise Refusal(Code.FEEDBACK_FILE_UNFIT) from None
