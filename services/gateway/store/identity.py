"""Questions of identity that wait for a reviewer, with the sealed records that they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.base import AgencyCode
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


async def page_of_questions(
    connection: Connection, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[QuestionRow]:
    """Questions that stand and are not decided, the oldest first."""
    cursor = await connection.execute(
        "SELECT question_id, person_key, sides, raised_at FROM scheduler.identity_question"
        " WHERE standing AND settled_same IS NULL"
        " AND (%(at)s::timestamptz IS NULL OR (raised_at, question_id) > (%(at)s, %(last)s::uuid))"
        " ORDER BY raised_at, question_id LIMIT %(limit)s",
        {"at": after[0] if after else None, "last": after[1] if after else None, "limit": limit},
    )
    return [QuestionRow(row[0], row[1], _sides(row[2]), row[3]) for row in await cursor.fetchall()]


async def find_question(connection: Connection, question_id: UUID) -> tuple[str, bool] | None:
    """Whose ID number a question is about, and whether it stands."""
    cursor = await connection.execute(
        "SELECT person_key, standing FROM scheduler.identity_question WHERE question_id = %s", (question_id,)
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
