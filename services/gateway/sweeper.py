"""What the door does by itself: it finishes interrupted uploads that are whole, removes those that expired, closes the
months of the burden index, erases what cadres reported when its time is over (`feedback.sweeper`), deletes agencies'
answers about their records that count no more, works out of which requests they are asked, and keeps the journal.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

from services.gateway.agencies.asked_rounds import AskedRounds
from services.gateway.agencies.record_check_intake import forget_old_checks
from services.gateway.burden.closing import close_months
from services.gateway.door import Door
from services.gateway.errors import Refusal
from services.gateway.feedback.sweeper import sweep_feedback
from services.gateway.journal import EVERY_S, Journal
from services.gateway.phone.upload_files import UploadFiles
from services.gateway.phone.uploads import finish_upload
from services.gateway.store import accounts

log = logging.getLogger(__name__)

Work = Callable[[Door], Awaitable[object]]

SETTLED_S = 30.0
"""An upload that changed more recently is in somebody's hands."""


async def repeat(door: Door, every_s: float, *works: Work) -> None:
    """Does all of it now, and again after each pause; what fails is logged and tried again. Nothing is done while the
    clock is in doubt: an erased report does not come back, and a month is closed once."""
    while True:
        try:
            await door.clock.look(door.pool)
        except Exception as error:
            log.warning("the clock could not be looked at (%s); trying again", type(error).__name__)
        for work in () if door.clock.doubted else works:
            try:
                await work(door)
            except Exception as error:
                log.warning("%s failed (%s); trying again later", work.__name__, type(error).__name__)
        await asyncio.sleep(every_s)


async def sweep(door: Door, *, settled_s: float = SETTLED_S) -> None:
    """One round over the uploads of all phones."""
    root = door.settings.var / "uploads"
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        try:
            device_id = UUID(folder.name)
        except ValueError:
            continue
        async with door.pool.connection() as connection:
            device = await accounts.find_device(connection, device_id)
        files = UploadFiles(folder)
        for upload_id in list(files.ids()):
            await _sweep_one(door, device, files, upload_id, settled_s)


async def _sweep_one(
    door: Door, device: accounts.Device | None, files: UploadFiles, upload_id: str, settled_s: float
) -> None:
    now = door.now()
    if device is None or device.revoked or files.expired(upload_id, now):
        files.remove(upload_id)
        log.info("removed an unfinished upload: it expired, or its phone was revoked")
        return
    if files.idle_seconds(upload_id, now) < settled_s:
        return
    metadata = files.repair_offset(upload_id)
    if metadata is None:
        return
    try:
        await finish_upload(door, device, upload_id, metadata)
        log.info("finished an upload that had been interrupted after its last byte")
    except Refusal as refusal:
        log.warning("an interrupted upload was refused: %s", refusal.code)
    except FileNotFoundError:
        log.info("an interrupted upload was finished by its phone meanwhile")


def rounds() -> tuple[tuple[float, *tuple[Work, ...]], ...]:
    """Seconds between two rounds, and what each does. The first is at the start: a kill may have left whole uploads."""
    return (
        (600.0, sweep, close_months, sweep_feedback, forget_old_checks),
        (60.0, AskedRounds().keep_up),
        (EVERY_S, Journal().keep),
    )
