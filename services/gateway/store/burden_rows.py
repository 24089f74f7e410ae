"""What happened in a month, as far as it is a burden: read from what the scheduler, certify and the door keep."""

from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.gateway.domain.burden import Asked, Rejection, Rows, Seen
from services.gateway.domain.burden_months import month_after
from services.gateway.domain.campaigns import Campaign, Plan
from services.platform.database import Connection

ASKED: Final = """
WITH concerned AS (
SELECT DISTINCT person_key FROM scheduler.request
WHERE status <> 'withdrawn' AND stated_at >= %(said_from)s AND stated_at < %(said_until)s)
SELECT agency, request_id, person_key, statement #>> '{fields,programme,1}',
    least((statement #>> '{fields,window_start,1}')::date, (statement #>> '{fields,due_date,1}')::date),
    (statement #>> '{fields,due_date,1}')::date, stated_at,
    (stated_at::timestamptz AT TIME ZONE %(timezone)s)::date, duplicate_of
FROM concerned JOIN scheduler.request USING (person_key)
WHERE status <> 'withdrawn' AND stated_at <> '' AND stated_at < %(said_until)s
"""
"""Of everybody for whom somebody asked in the month, all that stands. After two amendments a window can begin after its
end: then the due date alone counts, as for the scheduler. It reads what the month has, and these people's other
requests."""
PEOPLE: Final = """
SELECT agency, count(*) FROM (SELECT DISTINCT agency, person_key FROM scheduler.request
    WHERE status <> 'withdrawn' AND stated_at >= %(year_from)s AND stated_at < %(said_until)s) AS asked_for
GROUP BY agency
"""
"""Each person once, so it reads a year; of the index alone, as `ASKED` finds its people."""
SEEN: Final = """
WITH recorded AS (
    SELECT visit_id, (captured_at AT TIME ZONE %(timezone)s)::date AS on_day FROM gateway.capture
    WHERE captured_at >= %(begins)s AND captured_at < %(ends)s
    UNION SELECT visit_id, (happened_at AT TIME ZONE %(timezone)s)::date FROM gateway.visit_outcome
    WHERE happened_at >= %(begins)s AND happened_at < %(ends)s
)
SELECT v.visit_id::text, coalesce(v.dwelling, v.visit_id::text), r.on_day, v.requests
FROM recorded r JOIN scheduler.visit v USING (visit_id)
"""
REJECTED: Final = """
SELECT r.agency, r.request_id, c.programme, r.code, (r.recorded_at AT TIME ZONE %(timezone)s)::date
FROM gateway.receipt r JOIN certify.certificate c USING (certificate_id)
WHERE r.outcome = 'rejected' AND r.code IS NOT NULL
    AND r.recorded_at >= %(begins)s AND r.recorded_at < %(ends)s
    AND NOT EXISTS (SELECT 1 FROM gateway.receipt o WHERE o.certificate_id = r.certificate_id
        AND (o.decided_at, o.sequence) > (r.decided_at, r.sequence))
"""


def parameters_of(month: date, timezone: str) -> dict[str, Any]:
    """Of the queries: when the county's month begins and ends; the same, and the beginning of the year that ends with
    it, as text in UTC down to the second: so text order is time order beside the moments of statements."""
    after = month_after(month)
    year, begins, ends = (
        datetime.combine(day, time.min, ZoneInfo(timezone)).astimezone(UTC)
        for day in (after.replace(year=after.year - 1), month, after)
    )
    year_from, said_from, said_until = (f"{each:%Y-%m-%dT%H:%M:%S}" for each in (year, begins, ends))
    said = {"year_from": year_from, "said_from": said_from, "said_until": said_until}
    return {**said, "begins": begins, "ends": ends, "timezone": timezone}


async def rows_of_month(connection: Connection, month: date, timezone: str) -> Rows:
    """All of a month (its first day) as it is known now."""
    parameters = parameters_of(month, timezone)
    asked = await connection.execute(ASKED, parameters)
    requests = [Asked(*row) for row in await asked.fetchall()]
    seen = await connection.execute(SEEN, parameters)
    visits = [
        Seen(visit_id, place, on, tuple((one["agency"], one["request_id"], one["programme"]) for one in stored))
        for visit_id, place, on, stored in await seen.fetchall()
    ]
    rejected = await connection.execute(REJECTED, parameters)
    rejections = [Rejection(*row) for row in await rejected.fetchall()]
    people = await connection.execute(PEOPLE, parameters)
    return Rows(requests, visits, rejections, dict(await people.fetchall()))


async def plan_of_campaigns(connection: Connection) -> Plan:
    """All that the joint group has accepted, and by how much the agencies have agreed to widen windows."""
    accepted = await connection.execute(
        "SELECT agency, programme, first_day, last_day FROM gateway.campaign WHERE state = 'accepted'"
    )
    campaigns = [Campaign(*row) for row in await accepted.fetchall()]
    widened = await connection.execute(
        "SELECT c.agency, c.programme, max(c.days_earlier), max(c.days_later) FROM scheduler.alignment_proposal p"
        " CROSS JOIN LATERAL jsonb_to_recordset(p.proposal -> 'changes')"
        " AS c (agency text, programme text, days_earlier int, days_later int)"
        " WHERE p.state = 'applied' GROUP BY c.agency, c.programme"
    )
    return Plan(campaigns, {(row[0], row[1]): (row[2], row[3]) for row in await widened.fetchall()})
