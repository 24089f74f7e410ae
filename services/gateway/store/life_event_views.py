"""Life events as they are shown: to an agency what it was told, to others what the scheduler knows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import TypeAdapter

from schemas.base import AgencyCode
from schemas.life_event import LifeEventNotified, LifeEventRecorded, LifeEventState
from services.gateway.people.life_event_history import History
from services.gateway.store.keyset import Place, keyset
from services.platform.database import Connection

_STEPS = TypeAdapter(tuple[LifeEventRecorded, ...])
_NOTICE = TypeAdapter(LifeEventNotified)


@dataclass(frozen=True)
class TaskForAgency:
    """A life event that an agency was told of."""

    notice: LifeEventNotified
    """What it was told last."""
    noticed_at: datetime
    acknowledged_version: int
    """Up to which notice it has taken note; 0: not at all."""
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class Told:
    """How far an agency was told of a life event, and has taken note."""

    agency: AgencyCode
    version: int
    acknowledged_version: int
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class LifeEventRow:
    """A life event as the scheduler knows it."""

    history: History
    state: LifeEventState
    told_at: str
    """When the last step was written down, as the page is ordered by it."""
    visit_ids: list[UUID]
    """The person's visits, of a phone those in its villages."""
    told: list[Told]


@dataclass(frozen=True)
class Onlooker:
    """What somebody who is no agency may see: all, or what touches these villages and what this voice has said, or what
    touches these areas."""

    villages: Sequence[str] | None = None
    voice: str = ""
    areas: Sequence[str] | None = None
    """Beginnings of village codes (a member of staff)."""


async def page_of_notices(
    connection: Connection,
    agency: AgencyCode,
    *,
    unacknowledged: bool,
    after: Place | None,
    limit: int,
    life_event_id: UUID | None = None,
) -> list[TaskForAgency]:
    """What this agency was told, the longest unchanged first."""
    cursor = await connection.execute(
        "SELECT content::text, noticed_at, acknowledged_version, acknowledged_at FROM scheduler.life_event_notice"
        " WHERE agency = %(agency)s AND content IS NOT NULL"
        " AND (NOT %(open)s OR acknowledged_version < version)"
        " AND (%(one)s::uuid IS NULL OR life_event_id = %(one)s)"
        " AND (%(at)s::timestamptz IS NULL OR (noticed_at, life_event_id) > (%(at)s, %(last)s::uuid))"
        " ORDER BY noticed_at, life_event_id LIMIT %(limit)s",
        {
            "agency": agency,
            "open": unacknowledged,
            "one": life_event_id,
            **keyset(after, limit),
        },
    )
    return [TaskForAgency(_NOTICE.validate_json(row[0]), *row[1:]) for row in await cursor.fetchall()]


@dataclass(frozen=True)
class Unacknowledged:
    """A notice of which its agency has not taken note."""

    agency: AgencyCode
    life_event_id: UUID
    kind: str
    state: str
    version: int
    noticed_at: datetime
    requests: int
    """How many requests of the agency it touches."""


async def unacknowledged_notices(connection: Connection, month: date | None, timezone: str) -> list[Unacknowledged]:
    """Of all agencies, the longest unanswered first; of a month (its first day, in the county's calendar) what was told
    in it."""
    cursor = await connection.execute(
        "SELECT agency, life_event_id, content ->> 'kind', content ->> 'state', version, noticed_at,"
        " jsonb_array_length(content -> 'requests') FROM scheduler.life_event_notice"
        " WHERE content IS NOT NULL AND acknowledged_version < version AND (%(first)s::date IS NULL"
        "  OR date_trunc('month', noticed_at AT TIME ZONE %(timezone)s)::date = %(first)s)"
        " ORDER BY agency, noticed_at, life_event_id",
        {"first": month, "timezone": timezone},
    )
    return [Unacknowledged(*row) for row in await cursor.fetchall()]


_PAGE = """
SELECT e.life_event_id, e.state, e.steps::text, t.told_at FROM scheduler.life_event e,
LATERAL (SELECT max(s.step ->> 'recorded_at') AS told_at FROM jsonb_array_elements(e.steps) AS s (step)) AS t
WHERE (%(villages)s::text[] IS NULL
       OR EXISTS (SELECT 1 FROM scheduler.visit v
                  WHERE v.person_key = e.person_key AND v.village_code = ANY(%(villages)s::text[]))
       OR EXISTS (SELECT 1 FROM jsonb_array_elements(e.steps) AS s (step)
                  WHERE s.step ->> 'reported_by' = %(voice)s))
  AND (%(areas)s::text[] IS NULL
       OR EXISTS (SELECT 1 FROM scheduler.visit v
                  WHERE v.person_key = e.person_key AND v.village_code ^@ ANY(%(areas)s::text[])))
  AND (%(state)s::text IS NULL OR e.state = %(state)s)
  AND (NOT %(open)s OR EXISTS (SELECT 1 FROM scheduler.life_event_notice n
                               WHERE n.life_event_id = e.life_event_id AND n.acknowledged_version < n.version))
  AND (%(one)s::uuid IS NULL OR e.life_event_id = %(one)s)
  AND (%(at)s::text IS NULL OR (t.told_at, e.life_event_id) < (%(at)s, %(last)s::uuid))
ORDER BY t.told_at DESC, e.life_event_id DESC LIMIT %(limit)s
"""


async def page_of_life_events(
    connection: Connection,
    onlooker: Onlooker,
    *,
    state: str | None,
    unacknowledged: bool,
    after: tuple[str, UUID] | None,
    limit: int,
    life_event_id: UUID | None = None,
) -> list[LifeEventRow]:
    """Life events, the one last spoken of first."""
    villages = None if onlooker.villages is None else list(onlooker.villages)
    areas = None if onlooker.areas is None else list(onlooker.areas)
    cursor = await connection.execute(
        _PAGE,
        {
            "villages": villages,
            "voice": onlooker.voice,
            "areas": areas,
            "state": state,
            "open": unacknowledged,
            "one": life_event_id,
            **keyset(after, limit),
        },
    )
    rows = await cursor.fetchall()
    histories = [History.from_steps(_STEPS.validate_json(steps), LifeEventState(found)) for _, found, steps, _ in rows]
    told = await _told(connection, [row[0] for row in rows])
    visits = await _visits(connection, {history.person_key for history in histories}, villages, areas)
    return [
        LifeEventRow(history, LifeEventState(row[1]), row[3], visits[history.person_key], told[row[0]])
        for row, history in zip(rows, histories, strict=True)
    ]


async def _told(connection: Connection, life_event_ids: Sequence[UUID]) -> defaultdict[UUID, list[Told]]:
    cursor = await connection.execute(
        "SELECT life_event_id, agency, version, acknowledged_version, acknowledged_at FROM scheduler.life_event_notice"
        " WHERE life_event_id = ANY(%s::uuid[]) AND content IS NOT NULL ORDER BY agency",
        (list(life_event_ids),),
    )
    found: defaultdict[UUID, list[Told]] = defaultdict(list)
    for life_event_id, *rest in await cursor.fetchall():
        found[life_event_id].append(Told(*rest))
    return found


async def _visits(
    connection: Connection, people: set[str], villages: Sequence[str] | None, areas: Sequence[str] | None
) -> defaultdict[str, list[UUID]]:
    cursor = await connection.execute(
        "SELECT person_key, visit_id FROM scheduler.visit WHERE person_key = ANY(%(people)s::text[])"
        " AND (%(villages)s::text[] IS NULL OR village_code = ANY(%(villages)s::text[]))"
        " AND (%(areas)s::text[] IS NULL OR village_code ^@ ANY(%(areas)s::text[]))"
        " ORDER BY window_last, visit_id",
        {"people": sorted(people), "villages": villages, "areas": areas},
    )
    found: defaultdict[str, list[UUID]] = defaultdict(list)
    for person_key, visit_id in await cursor.fetchall():
        found[person_key].append(visit_id)
    return found
