"""What the count of an open month reads: as much as the month has, however long the county has been asking."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.types.json import Jsonb

from services.gateway.store.burden_rows import ASKED, PEOPLE, REJECTED, SEEN, parameters_of, rows_of_month
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.explained import rows_read

ZONE: Final = "Asia/Shanghai"
MONTHS: Final = 240
EACH: Final = 50
"""Of everything in each month."""
LAST: Final = date(2025, 11, 1)
BIG: Final = ("request", "visit", "capture", "visit_outcome", "receipt", "certificate")
"""Tables that grow with the years."""


def month(number: int) -> date:
    """So many months before the last one."""
    months = LAST.year * 12 + LAST.month - 1 - number
    return date(months // 12, months % 12 + 1, 1)


@pytest.fixture
async def county(bench: Bench) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """Twenty years: each month fifty requests, recordings, outcomes, certificates and rejections, of other people."""
    phone = await bench.enrol_phone()
    async with (
        await psycopg.AsyncConnection.connect(bench.settings.database, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        await cursor.execute("SET session_replication_role = replica")  # recordings without their challenges
        for number in range(MONTHS):
            moment = datetime(month(number).year, month(number).month, 15, 4, tzinfo=UTC)
            await _fill(cursor, number, moment, phone.device_id)
        await cursor.execute("VACUUM ANALYZE")
        await cursor.execute(
            "SET random_page_cost = 1.1"
        )  # a disk without heads: tables are small, and reading all cheap
        yield connection


async def _fill(cursor: psycopg.AsyncCursor[Any], month_number: int, moment: datetime, device: UUID) -> None:
    rows = []
    for one in range(EACH):
        number = month_number * EACH + one
        day = moment.date().isoformat()
        fields = {name: ["x", day] for name in ("window_start", "due_date")} | {"programme": ["x", "pension"]}
        asked = {"agency": "hrss", "request_id": f"P-{number}", "programme": "pension"}
        rows.append(
            {
                "id": uuid4(),
                "moment": moment,
                "day": day,
                "device": device,
                "request_id": f"P-{number}",
                "person": hashlib.sha256(str(number).encode()).hexdigest(),
                "statement": Jsonb({"fields": fields, "stated_at": moment.isoformat(timespec="microseconds")}),
                "requests": Jsonb([asked]),
                "tag": bytes(32),
            }
        )
    for table, columns, values in _TABLES:
        await cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({values})", rows)


_TABLES: Final = (
    (
        "scheduler.request",
        "agency, request_id, person_key, status, statement, personal",
        "'hrss', %(request_id)s, %(person)s, 'open', %(statement)s, repeat('A', 400)",
    ),
    (
        "scheduler.visit",
        "visit_id, person_key, version, status, window_first, window_last, requests, opened_at",
        "%(id)s, %(person)s, 1, 'closed', %(day)s, %(day)s, %(requests)s, %(moment)s",
    ),
    (
        "gateway.capture",
        "capture_id, challenge_id, visit_id, device_id, sha256, size, captured_at, received_at, blob_id",
        "%(id)s, %(id)s, %(id)s, %(device)s, '', 1, %(moment)s, %(moment)s, %(id)s",
    ),
    (
        "gateway.visit_outcome",
        "outcome_id, visit_id, person_key, device_id, content_tag, outcome, state, happened_at, legal_basis,"
        " recorded_at",
        "%(id)s, %(id)s, %(person)s, %(device)s, %(tag)s, 'not_at_home', 'recorded', %(moment)s, 'statutory_duty',"
        " %(moment)s",
    ),
    (
        "certify.certificate",
        "agency, request_id, certificate_id, programme, person_key, visit_id, proved_at, issued_at, jws",
        "'hrss', %(request_id)s, %(id)s, 'pension', %(person)s, %(id)s, %(moment)s, %(moment)s, ''",
    ),
    (
        "gateway.receipt",
        "agency, receipt_id, event_id, request_id, certificate_id, person_key, sequence, outcome, code, decided_at,"
        " given_by, recorded_at",
        "'hrss', %(request_id)s, %(id)s, %(request_id)s, %(id)s, %(person)s, 1, 'rejected', 'NAME_DIFFERS', %(moment)s,"
        " 'x', %(moment)s",
    ),
)
"""Table, its columns, and a value for each."""


async def test_a_month_is_counted_from_what_it_has(county: psycopg.AsyncConnection[Any]) -> None:
    """The same figures as ever; and of twenty years no more is read than the month has, twice over where it is
    joined; people are counted by a year."""
    rows = await rows_of_month(county, LAST, ZONE)
    assert (len(rows.asked), len(rows.seen), len(rows.rejections)) == (EACH, EACH, EACH)
    assert rows.people == {"hrss": 12 * EACH}
    assert {one.stated_on for one in rows.asked} == {
        datetime(2025, 11, 15, 4, tzinfo=UTC).astimezone(ZoneInfo(ZONE)).date()
    }
    total = MONTHS * EACH
    for query, most in ((ASKED, 2 * EACH), (SEEN, EACH), (REJECTED, 2 * EACH), (PEOPLE, 12 * EACH)):
        read = await rows_read(county, query, parameters_of(LAST, ZONE), BIG)
        assert read and max(read.values()) <= most < total / 4, (query, read)


async def test_months_end_where_the_countys_day_does(bench: Bench) -> None:
    """The last moment before midnight in the county is of the month, the first one after it of the next; and a request
    that is withdrawn is of none."""
    visit = await bench.open_visit(*(("hrss", f"P-{number}") for number in range(5)))
    assert visit
    moments = (
        "2025-10-31T15:59:59.999999+00:00", "2025-10-31T16:00:00.000000+00:00", "2025-11-30T15:59:59.999999+00:00",
        "2025-11-30T16:00:00.000000+00:00", "2025-11-10T04:00:00.000000+00:00",
    )  # fmt: skip
    for number, moment in enumerate(moments):
        await bench.execute(
            "UPDATE scheduler.request SET statement = %s, status = %s, person_key = %s WHERE request_id = %s",
            (
                Jsonb({"fields": {}, "stated_at": moment}),
                "withdrawn" if number == 4 else "open",
                str(number),
                f"P-{number}",
            ),
        )
    async with bench.door.pool.connection() as connection:
        rows = await rows_of_month(connection, LAST, ZONE)
    assert sorted((one.request_id, one.stated_on.isoformat()) for one in rows.asked) == [
        ("P-1", "2025-11-01"),
        ("P-2", "2025-11-30"),
    ]
    assert rows.people == {"hrss": 3}
