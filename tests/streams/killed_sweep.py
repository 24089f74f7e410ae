"""A sweep that is killed as hard as can be: ``python -m tests.streams.killed_sweep DATABASE BLOBS NOW``.

It dies by SIGKILL after it has deleted the first file, before anything is committed.
"""

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

import psycopg

from services.certify.domain.retention import RetentionPolicy
from services.certify.sweeper import Sweeper
from services.platform.blobs import FolderBlobs


class LastBlobs(FolderBlobs):
    """Deletes once, and is killed."""

    def delete(self, blob_id: UUID) -> None:
        super().delete(blob_id)
        os.kill(os.getpid(), signal.SIGKILL)


async def main(database: str, folder: str, now: str) -> None:
    """One sweep that does not end."""
    sweeper = Sweeper(LastBlobs(Path(folder)), RetentionPolicy(), lambda: datetime.fromisoformat(now))
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await sweeper.sweep(connection)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
