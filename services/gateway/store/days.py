"""What a phone needs of its villages for the days to come: visits, tries, photos, abilities, other names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.platform.database import Connection


@dataclass(frozen=True)
class DayVisit:
    """A visit that is to be made."""

    visit_id: UUID
    person_key: str
    version: int
    is_paused: bool
    window: tuple[date, date]
    requests: list[dict[str, Any]]
    village_code: str
    dwelling: str | None
    announced_on: date | None
    question_id: UUID | None
    last_decision: str | None
    last_reasons: list[str]
    tries: int
    """Recordings of this visit that had to be filmed again."""
    has_photo: bool
    last_outcome: str | None
    """How the last visit without a recording went."""


_VISITS = """
SELECT v.visit_id, v.person_key, v.version, v.status = 'paused', v.window_first, v.window_last, v.requests,
    v.village_code, v.dwelling, v.announced_on, v.question_id, v.last_decision, v.last_reasons,
    (SELECT count(*) FROM certify.capture c WHERE c.visit_id = v.visit_id AND c.decision = 'retry'),
    EXISTS (SELECT 1 FROM platform.reference r WHERE r.person_key = v.person_key)
        OR EXISTS (SELECT 1 FROM certify.still s WHERE s.person_key = v.person_key AND s.accepted),
    (SELECT o.outcome FROM gateway.visit_outcome o WHERE o.visit_id = v.visit_id
        ORDER BY o.happened_at DESC, o.recorded_at DESC LIMIT 1)
FROM scheduler.visit v
WHERE v.village_code = ANY(%(villages)s::text[]) AND v.status IN ('open', 'paused') AND v.window_first <= %(until)s
ORDER BY v.window_last, v.visit_id
"""


async def visits_until(connection: Connection, villages: Sequence[str], until: date) -> list[DayVisit]:
    """Visits in these villages that are open or paused and whose window begins by that day, the most urgent first."""
    cursor = await connection.execute(_VISITS, {"villages": list(villages), "until": until})
    return [_visit(row) for row in await cursor.fetchall()]


def _visit(row: Sequence[Any]) -> DayVisit:
    return DayVisit(
        visit_id=row[0],
        person_key=row[1],
        version=row[2],
        is_paused=row[3],
        window=(row[4], row[5]),
        requests=list(row[6]),
        village_code=row[7],
        dwelling=row[8],
        announced_on=row[9],
        question_id=row[10],
        last_decision=row[11],
        last_reasons=list(row[12] or ()),
        tries=row[13],
        has_photo=row[14],
        last_outcome=row[15],
    )


async def sides_of(connection: Connection, questions: Sequence[UUID]) -> Mapping[UUID, list[list[dict[str, str]]]]:
    """The records whose names disagree, side by side, of each of these questions."""
    cursor = await connection.execute(
        "SELECT question_id, sides FROM scheduler.identity_question WHERE question_id = ANY(%s::uuid[])",
        (list(questions),),
    )
    return {question_id: sides or [] for question_id, sides in await cursor.fetchall()}


async def abilities_of(connection: Connection, people: Sequence[str]) -> Mapping[str, bytes]:
    """What was said of these people's abilities, sealed."""
    cursor = await connection.execute(
        "SELECT person_key, box FROM gateway.person_abilities WHERE person_key = ANY(%s::text[])", (list(people),)
    )
    return {person: bytes(box) for person, box in await cursor.fetchall()}


async def put_abilities(connection: Connection, person: str, box: bytes, said_by: str, now: datetime) -> None:
    """Replaces what was said of a person's abilities."""
    await connection.execute(
        "INSERT INTO gateway.person_abilities (person_key, box, said_by, recorded_at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (person_key) DO UPDATE SET box = excluded.box, said_by = excluded.said_by,"
        " recorded_at = excluded.recorded_at",
        (person, box, said_by, now),
    )


def agencies_with_other_names(
    sides: Sequence[Sequence[Mapping[str, Any]]], mine: Sequence[Mapping[str, Any]]
) -> set[str]:
    """Agencies on the sides on which none of these requests stands."""
    own = {(entry["agency"], entry["request_id"]) for entry in mine}
    others = [side for side in sides if not own & {(entry["agency"], entry["request_id"]) for entry in side}]
    return {entry["agency"] for side in others for entry in side}
