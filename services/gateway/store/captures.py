"""Challenges that were given, captures that arrived, uploads that are settled."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter, ValidationError

from schemas.capture import Challenge, Prompt, PromptForm
from schemas.verification import Action
from services.platform.database import Connection


@dataclass(frozen=True)
class GivenChallenge:
    """A challenge and to which phone it was given."""

    challenge: Challenge
    device_id: UUID
    used: bool


@dataclass(frozen=True)
class CaptureRow:
    """A capture that arrived."""

    capture_id: UUID
    challenge_id: UUID
    visit_id: UUID
    device_id: UUID
    sha256: str
    size: int
    captured_at: datetime
    received_at: datetime
    blob_id: UUID
    notice_version: str | None
    renews_consent: bool = False
    """Whether the person, having withdrawn consent, has agreed to it anew."""
    made_not_before: datetime | None = None
    """From when on it can have been made; None of recordings from before it was kept."""


@dataclass(frozen=True)
class CaptureState:
    """How far a capture is."""

    capture: CaptureRow
    decision: str | None
    reasons: list[str]
    issued: int
    expected: int


async def add_challenge(connection: Connection, challenge: Challenge, device_id: UUID) -> None:
    """Writes a challenge down before it is given; one that is known stays as it is."""
    await connection.execute(
        "INSERT INTO gateway.challenge (challenge_id, visit_id, device_id, actions, issued_at, expires_at, prompts,"
        " longest_s, prompt_form, used_at) SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s,"
        " (SELECT received_at FROM gateway.capture WHERE challenge_id = %s) ON CONFLICT DO NOTHING",
        (
            challenge.challenge_id,
            challenge.visit_id,
            device_id,
            [action.value for action in challenge.actions],
            challenge.issued_at,
            challenge.expires_at,
            Jsonb([prompt.model_dump(mode="json") for prompt in challenge.prompts]),
            challenge.longest_s,
            challenge.prompt_form.value,
            challenge.challenge_id,
        ),
    )


_CHALLENGE = (
    "SELECT visit_id, actions, issued_at, expires_at, device_id, used_at IS NOT NULL, prompts, longest_s, prompt_form"
    " FROM gateway.challenge WHERE challenge_id = %s"
)
_CHALLENGE_LOCKED = f"{_CHALLENGE} FOR UPDATE"


async def find_challenge(connection: Connection, challenge_id: UUID, *, lock: bool = False) -> GivenChallenge | None:
    """A challenge; with `lock` nobody else can use it until the commit."""
    cursor = await connection.execute(_CHALLENGE_LOCKED if lock else _CHALLENGE, (challenge_id,))
    row = await cursor.fetchone()
    if row is None:
        return None
    challenge = Challenge(
        challenge_id=challenge_id,
        visit_id=row[0],
        actions=tuple(Action(action) for action in row[1]),
        issued_at=row[2],
        expires_at=row[3],
        prompts=tuple(Prompt.model_validate_json(json.dumps(prompt)) for prompt in row[6]),
        longest_s=row[7],
        prompt_form=PromptForm(row[8]),
    )
    return GivenChallenge(challenge, row[4], row[5])


async def find_person(connection: Connection, visit_id: UUID) -> str | None:
    """Who is to be visited; None when there is no such visit."""
    cursor = await connection.execute("SELECT person_key FROM scheduler.visit WHERE visit_id = %s", (visit_id,))
    row = await cursor.fetchone()
    return str(row[0]) if row else None


async def add_capture(connection: Connection, capture: CaptureRow) -> None:
    """Writes a capture down and marks its challenge as used."""
    await connection.execute(
        "UPDATE gateway.challenge SET used_at = %s WHERE challenge_id = %s", (capture.received_at, capture.challenge_id)
    )
    await connection.execute(
        "INSERT INTO gateway.capture (capture_id, challenge_id, visit_id, device_id, sha256, size, captured_at,"
        " received_at, blob_id, notice_version, renews_consent, made_not_before)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        tuple(vars(capture).values()),
    )


_ROW: Final = TypeAdapter(CaptureRow)


async def put_back(connection: Connection, row: Mapping[str, Any]) -> None:
    """Writes down again, from the journal, a capture that came in after the backup that was restored. Not one of a
    phone that was enrolled after it, nor from a journal of before it told all of a capture."""
    try:
        capture = _ROW.validate_python(row)
    except ValidationError:
        return
    cursor = await connection.execute("SELECT 1 FROM gateway.device WHERE device_id = %s", (capture.device_id,))
    if await cursor.fetchone():
        await add_capture(connection, capture)


_CAPTURE = (
    "SELECT capture_id, challenge_id, visit_id, device_id, sha256, size, captured_at, received_at, blob_id,"
    " notice_version, renews_consent, made_not_before FROM gateway.capture"
)


async def find_capture(connection: Connection, capture_id: UUID) -> CaptureRow | None:
    """A capture by its id."""
    cursor = await connection.execute(_CAPTURE + " WHERE capture_id = %s", (capture_id,))
    row = await cursor.fetchone()
    return CaptureRow(*row) if row else None


_STATE = """
SELECT CASE WHEN c.review_round > 0 AND c.reviewed_at IS NULL THEN 'review'
        ELSE coalesce(c.review_decision, c.decision) END,
    CASE WHEN c.review_decision IS NULL THEN c.reasons ELSE c.review_reasons END, n.issued, n.expected
FROM (
    SELECT count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM certify.certificate t
        WHERE t.agency = e.r ->> 'agency' AND t.request_id = e.r ->> 'request_id'
            AND NOT coalesce(e.r #> '{reopened,certificates}' ? t.certificate_id::text, false)
    )) AS issued, count(*) AS expected
    FROM scheduler.visit v, LATERAL jsonb_array_elements(v.requests) AS e (r)
    WHERE v.visit_id = %(v)s
) AS n LEFT JOIN certify.capture c ON c.capture_id = %(c)s
"""


async def find_state(connection: Connection, capture_id: UUID) -> CaptureState | None:
    """How far a capture is: judged or not, and how many of its visit's requests have their certificate."""
    capture = await find_capture(connection, capture_id)
    if capture is None:
        return None
    cursor = await connection.execute(_STATE, {"v": capture.visit_id, "c": capture_id})
    row: Any = await cursor.fetchone()
    return CaptureState(capture, row[0], list(row[1] or ()), row[2], row[3])


async def settle_upload(connection: Connection, upload_id: str, device_id: UUID, size: int, capture_id: UUID) -> None:
    """Remembers that an upload is done, for a phone that did not get the answer."""
    await connection.execute(
        "INSERT INTO gateway.upload (upload_id, device_id, size, capture_id) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (upload_id, device_id, size, capture_id),
    )


async def find_settled(connection: Connection, upload_id: str, device_id: UUID) -> tuple[int, UUID] | None:
    """Size and capture of a settled upload of this phone."""
    cursor = await connection.execute(
        "SELECT size, capture_id FROM gateway.upload WHERE upload_id = %s AND device_id = %s", (upload_id, device_id)
    )
    row = await cursor.fetchone()
    return (row[0], row[1]) if row else None
