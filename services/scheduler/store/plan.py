"""The plan in the database: what it is made from, the draft with its steps, what was published."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.platform.database import Connection

CHANNEL = "onevisit_desk"
"""Where the desk is told of changes (NOTIFY); the payload is `event` and its data as JSON."""


@dataclass(frozen=True)
class PlanRow:
    """The draft as a whole."""

    version: int
    """0: there is none yet."""
    hand_version: int
    """Version of the last change by a person."""
    first: date | None
    last: date | None
    seed: int
    published_version: int
    told_until: date | None


_READ_PLAN = (
    "SELECT version, hand_version, first_day, last_day, seed, published_version, told_until FROM scheduler.plan"
)


async def read_plan(connection: Connection, *, lock: bool = False) -> PlanRow:
    """The draft; `lock`: nobody else changes it until the commit."""
    cursor = await connection.execute(f"{_READ_PLAN} FOR UPDATE" if lock else _READ_PLAN)
    row = await cursor.fetchone()
    assert row is not None, "the migration makes the row"
    return PlanRow(*row)


async def write_plan(connection: Connection, plan: PlanRow) -> None:
    """Replaces the row."""
    await connection.execute(
        "UPDATE scheduler.plan SET version = %s, hand_version = %s, first_day = %s, last_day = %s, seed = %s,"
        " published_version = %s, told_until = %s",
        astuple(plan),
    )


async def read_parts(connection: Connection) -> dict[str, dict[str, Any]]:
    """The draft's documents by cadre; that of nobody under the empty id."""
    cursor = await connection.execute("SELECT cadre_id, document FROM scheduler.plan_part ORDER BY cadre_id")
    return dict(await cursor.fetchall())


async def write_parts(connection: Connection, documents: Mapping[str, dict[str, Any] | None]) -> None:
    """Replaces these documents, None takes one away, under a new revision, by which pages read what has changed. The
    plan is locked, so that revisions are committed in their order."""
    cursor = await connection.execute("UPDATE scheduler.plan SET revision = revision + 1 RETURNING revision")
    row = await cursor.fetchone()
    assert row is not None, "the migration makes the row"
    for cadre_id, document in documents.items():
        if document is None:
            await connection.execute("DELETE FROM scheduler.plan_part WHERE cadre_id = %s", (cadre_id,))
            continue
        visits = [one for stop in stops_of(document) for one in stop["visit_ids"]]
        await connection.execute(
            "INSERT INTO scheduler.plan_part (cadre_id, visit_ids, document, revision) VALUES (%s, %s::uuid[], %s, %s)"
            " ON CONFLICT (cadre_id) DO UPDATE SET visit_ids = excluded.visit_ids, document = excluded.document,"
            " revision = excluded.revision",
            (cadre_id, visits, Jsonb(document), row[0]),
        )


def stops_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All stops of a document, planned or not."""
    return [*(stop for route in document["routes"] for stop in route["stops"]), *document["unplanned"]]


async def read_sources(connection: Connection) -> dict[str, dict[str, dict[str, str]]]:
    """What was handed in: kind (cadre, place, travel): name: cells."""
    cursor = await connection.execute("SELECT kind, name, cells FROM scheduler.plan_source ORDER BY kind, name")
    found: dict[str, dict[str, dict[str, str]]] = {"cadre": {}, "place": {}, "travel": {}}
    for kind, name, cells in await cursor.fetchall():
        found[kind][name] = cells
    return found


async def write_sources(connection: Connection, kind: str, rows: Mapping[str, dict[str, str]]) -> None:
    """Replaces these rows; others stay."""
    await connection.execute(
        "INSERT INTO scheduler.plan_source (kind, name, cells)"
        " SELECT %s, * FROM unnest(%s::text[], %s::jsonb[])"
        " ON CONFLICT (kind, name) DO UPDATE SET cells = excluded.cells",
        (kind, list(rows), [Jsonb(cells) for cells in rows.values()]),
    )


async def delete_source(connection: Connection, kind: str, name: str) -> bool:
    """Takes a row away; whether there was one."""
    cursor = await connection.execute("DELETE FROM scheduler.plan_source WHERE kind = %s AND name = %s", (kind, name))
    return cursor.rowcount == 1


async def read_open_visits(connection: Connection) -> list[dict[str, Any]]:
    """All open visits, as `planning.place_visits` reads them, with what the last outcome says of the next try."""
    cursor = await connection.execute(
        "SELECT v.visit_id, v.person_key, v.window_first, v.window_last, jsonb_array_length(v.requests),"
        " v.village_code, v.dwelling, v.announced_on, o.outcome, o.happened_at, o.come_again_on, o.come_again_half_day"
        " FROM scheduler.visit v LEFT JOIN LATERAL (SELECT outcome, happened_at, come_again_on, come_again_half_day"
        " FROM gateway.visit_outcome o WHERE o.visit_id = v.visit_id"
        " ORDER BY happened_at DESC, recorded_at DESC LIMIT 1) o ON true"
        " WHERE v.status = 'open' ORDER BY v.visit_id"
    )
    names = (
        *("visit_id", "person_key", "first", "last", "requests", "village_code", "dwelling", "announced_on"),
        *("outcome", "happened_at", "come_again_on", "come_again_half_day"),
    )
    return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]


async def read_published(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """The published routes by cadre."""
    cursor = await connection.execute("SELECT cadre_id, routes FROM scheduler.plan_published")
    return dict(await cursor.fetchall())


async def write_published(
    connection: Connection, version: int, routes: Mapping[str, Sequence[dict[str, Any]]], by: str, at: datetime
) -> None:
    """Replaces the published routes of these cadres."""
    for cadre_id, mine in routes.items():
        visits = [one for route in mine for stop in route["stops"] for one in stop["visit_ids"]]
        await connection.execute(
            "INSERT INTO scheduler.plan_published (cadre_id, version, routes, visit_ids, published_at, published_by)"
            " VALUES (%s, %s, %s, %s::uuid[], %s, %s) ON CONFLICT (cadre_id) DO UPDATE SET version = excluded.version,"
            " routes = excluded.routes, visit_ids = excluded.visit_ids, published_at = excluded.published_at,"
            " published_by = excluded.published_by",
            (cadre_id, version, Jsonb(list(mine)), visits, at, by),
        )


async def note_dirty(connection: Connection, visit_ids: Collection[str]) -> None:
    """These visits changed."""
    await connection.execute(
        "INSERT INTO scheduler.plan_dirty (visit_id) SELECT unnest(%s::uuid[]) ON CONFLICT DO NOTHING",
        (sorted(visit_ids),),
    )


async def note_all_dirty(connection: Connection) -> None:
    """What all visits are planned from has changed."""
    await connection.execute(
        "INSERT INTO scheduler.plan_dirty (visit_id) SELECT visit_id FROM scheduler.visit WHERE status = 'open'"
        " ORDER BY visit_id ON CONFLICT DO NOTHING"
    )


async def take_dirty(connection: Connection) -> set[str]:
    """The visits that changed; they count as mended once this transaction is committed."""
    cursor = await connection.execute("DELETE FROM scheduler.plan_dirty RETURNING visit_id")
    return {str(visit_id) for (visit_id,) in await cursor.fetchall()}


async def tell_desk(connection: Connection, event: str, data: Mapping[str, Any]) -> None:
    """Tells whoever listens, once this transaction is committed."""
    told = Jsonb({"event": event, "data": dict(data)})
    await connection.execute("SELECT pg_notify(%s, %s::jsonb::text)", (CHANNEL, told))


async def read_announced(
    connection: Connection, visit_ids: Sequence[str]
) -> list[tuple[UUID, str, list[dict[str, str]], date | None]]:
    """Of these visits, if they are open: id, whose, what they answer, and the day that was told."""
    cursor = await connection.execute(
        "SELECT visit_id, person_key, requests, announced_on FROM scheduler.visit"
        " WHERE visit_id = ANY(%s::uuid[]) AND status = 'open' ORDER BY visit_id",
        (list(visit_ids),),
    )
    return [(row[0], row[1], row[2], row[3]) for row in await cursor.fetchall()]


async def is_dirty(connection: Connection) -> bool:
    """Whether visits changed that are not mended yet."""
    cursor = await connection.execute("SELECT EXISTS (SELECT 1 FROM scheduler.plan_dirty)")
    row = await cursor.fetchone()
    return bool(row and row[0])
