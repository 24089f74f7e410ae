"""What a page of records to check costs: as much as the page holds, however many visits are open."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from services.gateway.agencies.asked_rounds import AT_LEAST, AskedRounds
from services.gateway.store.record_checks import FIRST, PAGE, PAGE_OPEN, keep_asked, page_of_asked
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.explained import rows_read

TODAY: Final = date(2026, 11, 2)
NOW: Final = datetime(2026, 11, 2, 4, tzinfo=UTC)
VISITS: Final = 6_000
PAGE_SIZE: Final = 50
AGENCIES: Final = ["civil_affairs", "hrss"]
TABLES: Final = ("record_asked", "visit", "record_check", "plan_published")


def visits() -> Iterator[tuple[UUID, str, date, Jsonb]]:
    """Open visits of two requests each, wanted on one of a hundred days."""
    for number in range(VISITS):
        day = TODAY - timedelta(days=3)
        due = (TODAY + timedelta(days=number % 100)).isoformat()
        asked = [
            {"agency": agency, "request_id": f"P-{number}", "programme": "pension", "window_start": day.isoformat(),
             "due_date": due}
            for agency in AGENCIES
        ]  # fmt: skip
        yield uuid4(), f"{number:064x}", day, Jsonb(asked)


@pytest.fixture
async def county(bench: Bench) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """Many open visits; one agency has answered for five of six, those that are wanted first among them."""
    async with (
        await psycopg.AsyncConnection.connect(bench.settings.database, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        await cursor.executemany(
            "INSERT INTO scheduler.visit (visit_id, person_key, version, status, window_first, window_last, requests,"
            " opened_at) VALUES (%s, %s, 1, 'open', %s, '2097-06-01', %s, now())",
            list(visits()),
        )
        await cursor.execute(
            "INSERT INTO gateway.record_check (agency, request_id, person_key, found, checked_at, given_by,"
            " recorded_at) SELECT 'hrss', 'P-' || n, 'x', 'found', %s, 'x', %s FROM generate_series(0, %s) AS n"
            " WHERE n %% 100 < 83",
            (NOW, NOW, VISITS - 1),
        )
        async with connection.transaction():
            await keep_asked(connection, until=TODAY, counts_from=NOW - timedelta(days=14))
        await cursor.execute("VACUUM ANALYZE")
        await cursor.execute("SET random_page_cost = 1.1")  # a disk without heads: tables are small, reading all cheap
        yield connection


async def test_a_page_reads_what_it_holds(county: psycopg.AsyncConnection[Any]) -> None:
    """Of each agency one page of the list, and each row's own visit and answer: the first page like the last one, with
    what is answered and without."""
    said = {"until": TODAY, "counts_from": NOW - timedelta(days=14), "limit": PAGE_SIZE}
    far = (TODAY + timedelta(days=90), UUID(int=0))
    for agencies in (AGENCIES, ["hrss"]):
        for query in (PAGE, PAGE_OPEN):
            for day, last in (FIRST, far):
                parameters = said | {"agencies": agencies, "day": day, "last": last}
                read = await rows_read(county, query, parameters, TABLES)
                assert PAGE_SIZE <= read.pop("record_asked") <= PAGE_SIZE * (len(agencies) + 1), query
                assert read["visit"] and max(read.values()) <= PAGE_SIZE, (query, read)


async def test_page_by_page_it_is_the_whole_list(county: psycopg.AsyncConnection[Any]) -> None:
    """Each request once, those that are wanted first at the front; a visit that has ended meanwhile is left out and
    ends no page; what is worked out anew writes nothing where nothing has changed."""
    await county.execute("UPDATE scheduler.visit SET status = 'closed' WHERE requests -> 0 ->> 'request_id' = 'P-99'")
    for agencies, answered, most in ((AGENCIES, True, 2 * VISITS - 2), (["hrss"], False, VISITS * 17 // 100 - 1)):
        found, after = [], None
        while True:
            rows, after = await page_of_asked(
                county, agencies, until=TODAY, counts_from=NOW - timedelta(days=14), answered=answered, after=after,
                limit=499,
            )  # fmt: skip
            found += rows
            if after is None:
                break
        assert [row.place for row in found] == sorted(row.place for row in found)
        assert len({(row.agency, row.request_id) for row in found}) == len(found) == most
    await keep_asked(county, until=TODAY, counts_from=NOW - timedelta(days=14))
    before = await (await county.execute("SELECT ctid, * FROM gateway.record_asked")).fetchall()
    await keep_asked(county, until=TODAY, counts_from=NOW - timedelta(days=14))
    assert await (await county.execute("SELECT ctid, * FROM gateway.record_asked")).fetchall() == before
    assert len(before) == 2 * VISITS - 2


async def test_a_minute_in_which_nothing_changed_reads_no_visit(
    bench: Bench, county: psycopg.AsyncConnection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor anything else that grows; a change, another day, an hour: then it is worked out anew."""
    now = NOW

    async def read() -> int:
        """Rows of all visits that were read, by any connection that has told."""
        await county.execute("SELECT pg_stat_clear_snapshot()")
        cursor = await county.execute(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables"
            " WHERE relid = 'scheduler.visit'::regclass"
        )
        return int((await cursor.fetchone() or (0,))[0])

    async def told() -> None:
        """Has every connection of the pool tell what it did: by itself one that rests tells up to ten seconds late."""
        async with AsyncExitStack() as held:
            for _ in range(bench.door.pool.get_stats()["pool_size"]):
                connection = await held.enter_async_context(bench.door.pool.connection())
                await connection.execute("SELECT pg_stat_force_next_flush()")
        await county.execute("SELECT pg_stat_force_next_flush()")

    monkeypatch.setattr(type(bench.door), "now", lambda _: now)
    rounds = AskedRounds()
    assert await rounds.keep_up(bench.door)
    await told()
    while await rounds.keep_up(bench.door):  # what was written before it began was told late
        await told()
    before = await read()
    assert before >= VISITS
    assert not await rounds.keep_up(bench.door)
    await told()
    assert await read() == before
    await county.execute("UPDATE scheduler.visit SET version = 2 WHERE requests -> 0 ->> 'request_id' = 'P-5'")
    await told()
    assert [await rounds.keep_up(bench.door) for _ in range(2)] == [True, False]
    for later in (AT_LEAST, timedelta(days=1)):
        now = now + later
        assert [await rounds.keep_up(bench.door) for _ in range(2)] == [True, False]
