"""Questions of identity that wait for a reviewer, with the sealed records that they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.base import AgencyCode
from services.gateway.store.keyset import Place, keyset
from services.platform.database import Connection


@dataclass(frozen=True)
class QuestionRow:
    """A question: which requests stand under one ID number with names that disagree."""

    question_id: UUID
    person_key: str
    sides: list[list[tuple[AgencyCode, str]]]
    """(agency, request_id), by name."""
    raised_at: datetime


@dataclass(frozen=True)
class RecordRow:
    """What one request says."""

    status: str
    programme: str | None
    window_start: str | None
    due_date: str | None
    village_code: str | None
    box: str | None
    """Its personal data, sealed under the person's key."""
    personal_at: str
    """When these were said, ISO 8601: the later one is the better one."""


_SEEN = """(%(areas)s::text[] IS NULL
    OR (SELECT bool_and(coalesce(v.village_code ^@ ANY(%(areas)s::text[]), false))
        FROM scheduler.visit v WHERE v.person_key = q.person_key))"""
"""All visits of the person lie in the areas, and there is one."""
_PAGE = f"""
SELECT question_id, person_key, sides, raised_at FROM scheduler.identity_question q
WHERE standing AND settled_same IS NULL AND {_SEEN}
    AND (%(at)s::timestamptz IS NULL OR (raised_at, question_id) > (%(at)s, %(last)s::uuid))
ORDER BY raised_at, question_id LIMIT %(limit)s
"""  # noqa: S608 (made of the constant above)
_FIND = f"""
SELECT person_key, standing FROM scheduler.identity_question q WHERE question_id = %(id)s AND {_SEEN}
"""  # noqa: S608 (made of the constant above)


async def page_of_questions(
    connection: Connection,
    *,
    after: Place | None,
    limit: int,
    areas: Sequence[str] | None = None,
) -> list[QuestionRow]:
    """Questions that stand and are not decided, the oldest first; with areas, of people who are visited there alone."""
    cursor = await connection.execute(
        _PAGE,
        {
            **keyset(after, limit),
            "areas": None if areas is None else list(areas),
        },
    )
    return [QuestionRow(row[0], row[1], _sides(row[2]), row[3]) for row in await cursor.fetchall()]


async def find_question(
    connection: Connection, question_id: UUID, *, areas: Sequence[str] | None = None
) -> tuple[str, bool] | None:
    """Whose ID number a question is about, and whether it stands; with areas, of people who are visited there alone."""
    cursor = await connection.execute(
        _FIND,
        {"id": question_id, "areas": None if areas is None else list(areas)},
    )
    row = await cursor.fetchone()
    return (row[0], row[1]) if row else None


async def records_of(connection: Connection, people: Sequence[str]) -> dict[tuple[AgencyCode, str], RecordRow]:
    """What all requests of these people say, by (agency, request_id)."""
    cursor = await connection.execute(
        "SELECT agency, request_id, status, statement, personal, personal_at FROM scheduler.request"
        " WHERE person_key = ANY(%s::text[])",
        (list(people),),
    )
    return {
        (agency, request_id): RecordRow(
            status,
            _field(statement, "programme"),
            _field(statement, "window_start"),
            _field(statement, "due_date"),
            _field(statement, "village_code"),
            box,
            personal_at,
        )
        for agency, request_id, status, statement, box, personal_at in await cursor.fetchall()
    }


def _field(statement: Mapping[str, Any], name: str) -> str | None:
    """The value of a field; each is stored with the moment at which it was said."""
    _, value = statement.get("fields", {}).get(name, ("", None))
    return value if isinstance(value, str) else None


def _sides(stored: Sequence[Sequence[Mapping[str, str]]] | None) -> list[list[tuple[AgencyCode, str]]]:
    return [[(entry["agency"], entry["request_id"]) for entry in side] for side in stored or ()]
