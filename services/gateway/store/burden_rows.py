"""What happened in a month, as far as it is a burden: read from what the scheduler, certify and the door keep."""

from datetime import date
from typing import Any, Final

from services.gateway.domain.burden import Asked, Rejection, Rows, Seen
from services.gateway.domain.burden_months import month_after
from services.gateway.domain.campaigns import Campaign, Plan
from services.platform.database import Connection

_STANDING: Final = """
WITH standing AS MATERIALIZED (
SELECT agency, request_id, person_key, statement #>> '{fields,programme,1}' AS programme,
    (statement #>> '{fields,window_start,1}')::date AS first, (statement #>> '{fields,due_date,1}')::date AS last,
    statement ->> 'stated_at' AS stated_at,
    (nullif(statement ->> 'stated_at', '')::timestamptz AT TIME ZONE %(timezone)s)::date AS stated_on, duplicate_of
FROM scheduler.request
WHERE status <> 'withdrawn' AND statement ->> 'stated_at' <> ''
)"""
_BEFORE_ITS_END: Final = "stated_on < %(next)s"
_ASKED: Final = f"""{_STANDING},
concerned AS (SELECT DISTINCT person_key FROM standing WHERE stated_on >= %(month)s AND {_BEFORE_ITS_END})
SELECT agency, request_id, person_key, programme, least(first, last), last, stated_at, stated_on, duplicate_of
FROM standing JOIN concerned USING (person_key) WHERE {_BEFORE_ITS_END}
"""  # noqa: S608 (made of the constants above)
"""Of everybody for whom somebody asked in the month, all that stands. After two amendments a window can begin after its
end: then the due date alone counts, as for the scheduler."""
_PEOPLE: Final = f"""{_STANDING}
SELECT agency, count(DISTINCT person_key) FROM standing
WHERE stated_on >= (%(next)s::date - interval '12 months')::date AND {_BEFORE_ITS_END} GROUP BY agency
"""  # noqa: S608 (made of the constants above)
_SEEN: Final = """
WITH recorded AS (
    SELECT visit_id, (captured_at AT TIME ZONE %(timezone)s)::date AS on_day FROM gateway.capture
    UNION SELECT visit_id, (happened_at AT TIME ZONE %(timezone)s)::date FROM gateway.visit_outcome
)
SELECT v.visit_id::text, coalesce(v.dwelling, v.visit_id::text), r.on_day, v.requests
FROM recorded r JOIN scheduler.visit v USING (visit_id) WHERE r.on_day >= %(month)s AND r.on_day < %(next)s
"""
_REJECTED: Final = """
SELECT r.agency, r.request_id, c.programme, r.code, (r.recorded_at AT TIME ZONE %(timezone)s)::date
FROM gateway.receipt r JOIN certify.certificate c USING (certificate_id)
WHERE r.outcome = 'rejected' AND r.code IS NOT NULL
    AND (r.recorded_at AT TIME ZONE %(timezone)s)::date >= %(month)s
    AND (r.recorded_at AT TIME ZONE %(timezone)s)::date < %(next)s
    AND NOT EXISTS (SELECT 1 FROM gateway.receipt o WHERE o.certificate_id = r.certificate_id
        AND (o.decided_at, o.sequence) > (r.decided_at, r.sequence))
"""


async def rows_of_month(connection: Connection, month: date, timezone: str) -> Rows:
    """All of a month (its first day) as it is known now."""
    parameters: dict[str, Any] = {"month": month, "next": month_after(month), "timezone": timezone}
    asked = await connection.execute(_ASKED, parameters)
    requests = [Asked(*row) for row in await asked.fetchall()]
    seen = await connection.execute(_SEEN, parameters)
    visits = [
        Seen(visit_id, place, on, tuple((one["agency"], one["request_id"], one["programme"]) for one in stored))
        for visit_id, place, on, stored in await seen.fetchall()
    ]
    rejected = await connection.execute(_REJECTED, parameters)
    rejections = [Rejection(*row) for row in await rejected.fetchall()]
    people = await connection.execute(_PEOPLE, parameters)
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
