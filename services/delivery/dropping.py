"""Dropping: an agency's deliveries as numbered files in a folder of its own, each written once and whole.

A file is planned in one transaction, written (its manifest last), and noted as written in another. After a kill in
between the same bytes are written again under the same name.
"""

import asyncio
import hashlib
import logging
import os
from datetime import UTC, datetime
from pathlib import Path

from joserfc.jwk import OKPKey

from services.delivery.drop_files import render
from services.delivery.store.files import has_life_event, items_of_file, note_written, plan_file, write_anew
from services.platform.database import Connection, Pool
from services.platform.delivery_policy import DeliveryPolicy
from services.platform.whole_files import write_whole

log = logging.getLogger(__name__)


class Dropper:
    """Writes the files of one installation."""

    def __init__(
        self, folder: Path, signing_key: OKPKey, issuer: str, agencies: tuple[str, ...], policy: DeliveryPolicy
    ) -> None:
        self._folder = folder
        self._key = signing_key
        self._issuer = issuer
        self._agencies = agencies
        self._policy = policy

    async def drop_for_ever(self, pool: Pool) -> None:
        """Writes what there is now and then, and a life event sooner; what fails for one agency is tried again, and
        delays no other."""
        loop = asyncio.get_running_loop()
        due_at = loop.time()
        while True:
            is_due = loop.time() >= due_at
            if is_due:
                due_at = loop.time() + self._policy.drop_s
            try:
                async with pool.connection() as connection:
                    await connection.set_autocommit(True)
                    try:
                        for agency in self._agencies:
                            await self._try(connection, agency, is_due=is_due)
                    finally:
                        await connection.set_autocommit(False)
            except Exception as error:
                log.warning("files for agencies could not be written (%s); trying again", type(error).__name__)
            await asyncio.sleep(max(0.0, min(due_at - loop.time(), self._policy.drop_life_event_s)))

    async def _try(self, connection: Connection, agency: str, *, is_due: bool) -> None:
        try:
            if is_due or await has_life_event(connection, agency):
                await self.drop(connection, agency)
        except Exception as error:
            log.warning("files for %s could not be written (%s); trying again", agency, type(error).__name__)

    async def drop(self, connection: Connection, agency: str, *, again_from: int | None = None) -> list[str]:
        """Writes all files of an agency that are to be written; returns their names, manifests only.

        Args:
            connection: in autocommit mode; each step is a transaction of its own.
            agency: whose.
            again_from: writes the files from this number on once more.

        Raises:
            OSError: the folder cannot be written; what was planned is written next time.
            FilesForgotten: files that are to be written again hold what was deleted since.
        """
        if again_from is not None:
            async with connection.transaction():
                await write_anew(connection, agency, first=again_from)
        written: list[str] = []
        while True:
            async with connection.transaction():
                planned = await plan_file(connection, agency, rows=self._policy.drop_rows, now=datetime.now(UTC))
            if planned is None:
                return written
            items = await items_of_file(connection, planned)
            files = await asyncio.to_thread(render, planned, items, self._key, self._issuer)
            await asyncio.to_thread(_write, self._folder / agency, files)
            name, manifest = list(files.items())[-1]
            await note_written(connection, planned, hashlib.sha256(manifest).hexdigest(), datetime.now(UTC))
            written.append(name)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Each whole, in the order given, and the folder that names them."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    for name, content in files.items():
        write_whole(folder / name, content, mode=0o640)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
