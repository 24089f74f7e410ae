"""Fills a county's register with people who were asked for before, through the scheduler's own folds.

What is left out is Kafka, the sealing of names, and telling anybody: the rows are those that the line writes, whatever
columns they have by now, and a million people take minutes, not an hour.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from os import urandom

import psycopg

from bench.merge.load import FIRST_DAY, NAME, TODAY, id_number
from schemas.base import Event, Sealed, stable_id
from schemas.request import MAX_BATCH, AcceptedRequest, PersonRequestBatch
from schemas.resident_id import ResidentId
from services.platform import secrets
from services.platform.ledger import Transaction
from services.platform.runner import collect_rarely
from services.platform.sealing import KEY_BYTES, key_id_of, seal_bytes
from services.platform.settings import Settings
from services.scheduler.app import build_merging
from services.scheduler.store.intake import claim_requests
from services.scheduler.tags import tag_name

CHUNK = 5_000
FILLERS = 2
"""Processes that fill side by side; the benchmark's smallest machine has two processors."""
AGENCY, PROGRAMME = "hrss", "disability"
SAID_AT = datetime(2026, 1, 15, tzinfo=UTC)
NEAR_DAYS = 14
"""Due dates of those who are near a lapse: on each of so many days from today on as many people."""


class _Silent(Transaction):
    """A transaction of which nobody is told: what was said of these people went out long ago."""

    def emit(self, topic: str, key: str, event: Event, *, partition: int | None = None) -> None:
        """Drops the event."""


def fill(settings: Settings, people: range, near_every: int = 0) -> None:
    """Gives each of these people a data key, one earlier request and its visit.

    Args:
        settings: the county's.
        people: their numbers.
        near_every: every so many-th is near a lapse; 0: nobody is.
    """
    chunks = [people[start : start + CHUNK] for start in range(0, len(people), CHUNK)]
    with ProcessPoolExecutor(FILLERS, initializer=collect_rarely) as pool:
        for _ in pool.map(partial(_fill_chunk, settings, near_every), chunks):
            pass
    with psycopg.connect(settings.database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _fill_chunk(settings: Settings, near_every: int, people: Sequence[int]) -> None:
    asyncio.run(_fold(settings, near_every, people))


async def _fold(settings: Settings, near_every: int, people: Sequence[int]) -> None:
    own = secrets.load(settings.secrets)
    keys = {key_id_of(id_number(number)): urandom(KEY_BYTES) for number in people}
    items = [_item(number, own.county_secret, keys[key_id_of(id_number(number))], near_every) for number in people]
    async with await psycopg.AsyncConnection.connect(settings.database) as connection:
        async with connection.cursor().copy("COPY platform.keyring (key_id, wrapped) FROM STDIN") as copy:
            for key_id, key in keys.items():
                await copy.write_row((key_id, seal_bytes(own.master_key, key_id, key)))
        await claim_requests(connection, {(item.agency, item.request_id): item.person_key for item in items})
        await build_merging(settings).fold_requests(_Silent(connection, source="/onevisit/bench"), _batches(items))


def _batches(items: Sequence[AcceptedRequest]) -> list[PersonRequestBatch]:
    parts = [tuple(items[start : start + MAX_BATCH]) for start in range(0, len(items), MAX_BATCH)]
    return [
        PersonRequestBatch(event_id=stable_id("bench-earlier", part[0].request_id), recorded_at=SAID_AT, items=part)
        for part in parts
    ]


def _item(number: int, secret: bytes, key: bytes, near_every: int) -> AcceptedRequest:
    due_date = FIRST_DAY + timedelta(days=19)
    if near_every and number % near_every == 0:
        due_date = TODAY + timedelta(days=number // near_every % NEAR_DAYS)
    return AcceptedRequest(
        person_key=ResidentId.parse(id_number(number), today=FIRST_DAY).person_key(secret),
        agency=AGENCY,
        request_id=f"earlier-{number}",
        programme=PROGRAMME,
        window_start=due_date - timedelta(days=47),
        due_date=due_date,
        personal=Sealed(key_id=key_id_of(id_number(number)), box="A" * 40),
        name_tag=tag_name(key, NAME),
        recorded_at=SAID_AT,
    )
