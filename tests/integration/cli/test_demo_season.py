"""The demo's days are the county's, and the visits that it films may still be made when midnight passes."""

from datetime import UTC, date, datetime

import psycopg
import pytest

from services.cli.demo.errors import DemoFailed
from services.cli.demo.season import today_in_county, visits_to_make

TODAY = date(2025, 12, 31)
SQL = (
    "INSERT INTO scheduler.visit (visit_id, person_key, version, status, window_first, window_last, requests,"
    " village_code, opened_at) SELECT gen_random_uuid(), n::text, 1, 'open', first::date, last::date, requests::jsonb,"
    " '990101001001', now() FROM (VALUES (1, '2025-12-31', '2026-01-01', '[1]'), (2, '2025-12-01', '2025-12-31',"
    " '[1, 2]'), (3, '2026-01-01', '2026-01-31', '[1, 2]'), (4, '2025-12-01', '2026-02-28', '[1, 2]'))"
    " AS v (n, first, last, requests)"
)


@pytest.mark.parametrize(("hour", "day"), [(15, date(2025, 12, 31)), (16, date(2026, 1, 1)), (23, date(2026, 1, 1))])
def test_the_countys_day_is_one_ahead_from_16_utc(hour: int, day: date) -> None:
    """Whoever films then is in the new year."""
    assert today_in_county(datetime(2025, 12, 31, hour, 59, tzinfo=UTC)) == day


async def test_a_visit_is_filmed_that_may_be_made_today_and_tomorrow(database: str) -> None:
    """That of the most requests first; neither one that ends today nor one that begins tomorrow."""
    async with await psycopg.AsyncConnection.connect(database) as connection:
        await connection.execute(SQL.encode())
        found = await visits_to_make(connection, TODAY, 2)
        assert [one["requests"] for one in found] == [[1, 2], [1]]
        with pytest.raises(DemoFailed):
            await visits_to_make(connection, TODAY, 3)
