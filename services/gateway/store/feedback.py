"""Problems and ideas of cadres: the report, its sealed parts, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from schemas.base import AgencyCode
from services.gateway.domain.feedback import FeedbackHolder, FeedbackState, Medium, Part, Step, state_of
from services.platform.database import Connection


@dataclass(frozen=True)
class FeedbackSight:
    """Whose reports somebody sees; what is not named does not limit."""

    areas: Sequence[str] | None = None
    """Only of villages whose code begins with one of these."""
    office: FeedbackHolder | None = None
    """Only what this office has, or has answered …"""
    agency: AgencyCode | None = None
    """… and of the agencies this one."""
    device_id: UUID | None = None
    """Only what this phone sent."""


@dataclass(frozen=True)
class PartRow:
    """A part, as far as it is known without opening it."""

    part: Part
    media_type: str
    size: int
    sha256: str | None
    arrived: bool
    erased: bool


@dataclass(frozen=True)
class FeedbackRow:
    """A report without its content."""

    feedback_id: UUID
    kind: str
    village_code: str
    office: FeedbackHolder
    agency: AgencyCode | None
    version: int
    written_at: datetime
    recorded_at: datetime
    answered_at: datetime | None
    parts: dict[Part, PartRow] = field(default_factory=dict)

    @property
    def state(self) -> FeedbackState:
        """Where it stands."""
        return state_of(self.office, answered=self.answered_at is not None)


@dataclass(frozen=True)
class StepRow:
    """One step."""

    version: int
    step: Step
    office: FeedbackHolder
    agency: AgencyCode | None
    sealed: bytes | None
    taken_at: datetime


_SELECT: Final = (
    "SELECT f.feedback_id, f.kind, f.village_code, f.office, f.agency, f.version, f.written_at, f.recorded_at,"
    " f.answered_at, (SELECT jsonb_agg(jsonb_build_array(p.part, p.media_type, p.size, p.sha256,"
    " p.sealed IS NOT NULL, p.erased)) FROM gateway.feedback_part p WHERE p.feedback_id = f.feedback_id)"
    " FROM gateway.feedback f WHERE (%(areas)s::text[] IS NULL OR f.village_code ^@ ANY(%(areas)s::text[]))"
    " AND (%(office)s::text IS NULL OR f.office = %(office)s) AND (%(agency)s::text IS NULL OR f.agency = %(agency)s)"
    " AND (%(device)s::uuid IS NULL OR f.device_id = %(device)s)"
)


def _limits(sight: FeedbackSight) -> dict[str, Any]:
    areas = None if sight.areas is None else list(sight.areas)
    return {"areas": areas, "office": sight.office, "agency": sight.agency, "device": sight.device_id}


def _row(row: Sequence[Any]) -> FeedbackRow:
    parts = {Part(part): PartRow(Part(part), *rest) for part, *rest in row[9] or ()}
    feedback_id, kind, village, office, agency, version, written_at, recorded_at, answered_at = row[:9]
    return FeedbackRow(
        feedback_id, kind, village, FeedbackHolder(office), agency, version, written_at, recorded_at, answered_at, parts
    )


async def add_report(
    connection: Connection, row: FeedbackRow, *, device_id: UUID, content_tag: bytes, text: bytes | None
) -> bool:
    """Writes a report down, with its sealed text and what else is on its way; False when its id is there already."""
    cursor = await connection.execute(
        "INSERT INTO gateway.feedback (feedback_id, device_id, content_tag, kind, village_code, written_at,"
        " recorded_at) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (row.feedback_id, device_id, content_tag, row.kind, row.village_code, row.written_at, row.recorded_at),
    )
    if cursor.rowcount == 0:
        return False
    for each in row.parts.values():
        await connection.execute(
            "INSERT INTO gateway.feedback_part (feedback_id, part, media_type, size, sha256, sealed)"
            " VALUES (%s, %s, %s, %s, %s, %b)",
            (
                row.feedback_id,
                each.part,
                each.media_type,
                each.size,
                each.sha256,
                text if each.part is Part.TEXT else None,
            ),
        )
    return True


async def find_sender(connection: Connection, feedback_id: UUID) -> tuple[UUID | None, bytes | None] | None:
    """Which phone sent a report, and the tag of what it sent; both None when they are forgotten already."""
    cursor = await connection.execute(
        "SELECT device_id, content_tag FROM gateway.feedback WHERE feedback_id = %s", (feedback_id,)
    )
    row = await cursor.fetchone()
    return (row[0], bytes(row[1]) if row[1] is not None else None) if row else None


async def count_since(connection: Connection, device_id: UUID, moment: datetime) -> int:
    """How many reports of a phone came since then."""
    cursor = await connection.execute(
        "SELECT count(*) FROM gateway.feedback WHERE device_id = %s AND recorded_at > %s", (device_id, moment)
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def find_feedback(
    connection: Connection, feedback_id: UUID, sight: FeedbackSight, *, lock: bool = False
) -> FeedbackRow | None:
    """A report; None when there is none or the caller may not see it (the two look alike on purpose).

    Args:
        lock: it stays as it is until the commit.
    """
    cursor = await connection.execute(
        f"{_SELECT} AND f.feedback_id = %(id)s{' FOR UPDATE OF f' if lock else ''}",
        _limits(sight) | {"id": feedback_id},
    )
    row = await cursor.fetchone()
    return _row(row) if row else None


async def page_of_feedback(
    connection: Connection,
    sight: FeedbackSight,
    *,
    office: FeedbackHolder | None,
    answered: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[FeedbackRow]:
    """Those that have waited longest first."""
    moment, last = after or (None, None)
    cursor = await connection.execute(
        f"{_SELECT} AND (%(at_office)s::text IS NULL OR f.office = %(at_office)s)"
        " AND (%(answered)s::boolean IS NULL OR (f.answered_at IS NOT NULL) = %(answered)s)"
        " AND (%(moment)s::timestamptz IS NULL OR (f.recorded_at, f.feedback_id) > (%(moment)s, %(last)s::uuid))"
        " ORDER BY f.recorded_at, f.feedback_id LIMIT %(limit)s",
        _limits(sight) | {"at_office": office, "answered": answered, "moment": moment, "last": last, "limit": limit},
    )
    return [_row(row) for row in await cursor.fetchall()]


async def newest_of_device(connection: Connection, device_id: UUID, limit: int) -> list[FeedbackRow]:
    """The reports of a phone, the newest first."""
    cursor = await connection.execute(
        f"{_SELECT} ORDER BY f.recorded_at DESC, f.feedback_id LIMIT %(limit)s",
        _limits(FeedbackSight(device_id=device_id)) | {"limit": limit},
    )
    return [_row(row) for row in await cursor.fetchall()]


async def keep_part(connection: Connection, feedback_id: UUID, medium: Medium, sealed: bytes) -> None:
    """A file has come. What was erased stays so."""
    await connection.execute(
        "UPDATE gateway.feedback_part SET sealed = %b WHERE feedback_id = %s AND part = %s AND NOT erased",
        (sealed, feedback_id, medium),
    )


async def read_part(connection: Connection, feedback_id: UUID, part: Part) -> bytes | None:
    """The sealed content of a part; None when it has not come yet, or is gone."""
    cursor = await connection.execute(
        "SELECT sealed FROM gateway.feedback_part WHERE feedback_id = %s AND part = %s", (feedback_id, part)
    )
    row = await cursor.fetchone()
    return bytes(row[0]) if row and row[0] is not None else None


async def take_step(
    connection: Connection, feedback_id: UUID, step: StepRow, *, office: FeedbackHolder, agency: AgencyCode | None
) -> None:
    """Writes a step down; from now on `office` (and `agency`) has the report."""
    await connection.execute(
        "INSERT INTO gateway.feedback_step (feedback_id, version, step, office, agency, sealed, taken_at)"
        " VALUES (%s, %s, %s, %s, %s, %b, %s)",
        (feedback_id, step.version, step.step, step.office, step.agency, step.sealed, step.taken_at),
    )
    await connection.execute(
        "UPDATE gateway.feedback SET version = %s, office = %s, agency = %s, answered_at = %s WHERE feedback_id = %s",
        (step.version, office, agency, step.taken_at if step.step is Step.ANSWERED else None, feedback_id),
    )


async def steps_of(connection: Connection, feedback_id: UUID) -> list[StepRow]:
    """What became of a report, in order."""
    cursor = await connection.execute(
        "SELECT version, step, office, agency, sealed, taken_at FROM gateway.feedback_step WHERE feedback_id = %s"
        " ORDER BY version",
        (feedback_id,),
    )
    return [
        StepRow(
            row[0], Step(row[1]), FeedbackHolder(row[2]), row[3], bytes(row[4]) if row[4] is not None else None, row[5]
        )
        for row in await cursor.fetchall()
    ]


async def expired_parts(
    connection: Connection, *, media_before: datetime, texts_before: datetime, limit: int
) -> list[tuple[UUID, Part]]:
    """Parts of answered reports whose time is over, locked until the commit."""
    cursor = await connection.execute(
        "SELECT p.feedback_id, p.part FROM gateway.feedback_part p JOIN gateway.feedback f USING (feedback_id)"
        " WHERE NOT p.erased AND f.answered_at < CASE WHEN p.part = 'text' THEN %s ELSE %s END"
        " LIMIT %s FOR UPDATE OF p, f SKIP LOCKED",
        (texts_before, media_before, limit),
    )
    return [(row[0], Part(row[1])) for row in await cursor.fetchall()]


async def erase_parts(connection: Connection, parts: Sequence[tuple[UUID, Part]]) -> None:
    """Their content goes; with the text the words of every step, and which phone it was."""
    await connection.execute(
        "UPDATE gateway.feedback_part p SET sealed = NULL, erased = true FROM unnest(%s::uuid[], %s::text[])"
        " AS gone (feedback_id, part) WHERE p.feedback_id = gone.feedback_id AND p.part = gone.part",
        ([feedback_id for feedback_id, _ in parts], [part.value for _, part in parts]),
    )
    silent = [feedback_id for feedback_id, part in parts if part is Part.TEXT]
    await connection.execute("UPDATE gateway.feedback_step SET sealed = NULL WHERE feedback_id = ANY(%s)", (silent,))
    await connection.execute(
        "UPDATE gateway.feedback SET device_id = NULL, content_tag = NULL WHERE feedback_id = ANY(%s)", (silent,)
    )
