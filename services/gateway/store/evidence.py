"""Whom evidence is about, and which evidence was handed in before."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from schemas.base import AgencyCode
from services.gateway.store.requests import find_own_number
from services.platform.database import Connection
from services.platform.sealing import key_id_of


async def people_of_requests(
    connection: Connection, agency: AgencyCode, request_ids: Collection[str]
) -> dict[str, str]:
    """The person of each of these requests of this agency, by the number as typed; unknown numbers are left out."""
    found = await _people_of_numbers(connection, agency, request_ids)
    typed = {number: await find_own_number(connection, agency, number) for number in set(request_ids) - found.keys()}
    normal = {number: own for number, own in typed.items() if own is not None and own != number}
    people = await _people_of_numbers(connection, agency, set(normal.values())) if normal else {}
    return found | {number: people[own] for number, own in normal.items() if own in people}


async def _people_of_numbers(connection: Connection, agency: AgencyCode, numbers: Collection[str]) -> dict[str, str]:
    cursor = await connection.execute(
        "SELECT request_id, person_key FROM scheduler.request WHERE agency = %s AND request_id = ANY(%s::text[])",
        (agency, list(numbers)),
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def people_of_visits(connection: Connection, visit_ids: Collection[UUID]) -> dict[UUID, str]:
    """The person of each of these visits; unknown ones are left out."""
    cursor = await connection.execute(
        "SELECT visit_id, person_key FROM scheduler.visit WHERE visit_id = ANY(%s::uuid[])", (list(visit_ids),)
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def known_people(connection: Connection, people: Collection[str]) -> set[str]:
    """Those of these people for whom some agency of the county has made a request."""
    cursor = await connection.execute(
        "SELECT DISTINCT person_key FROM scheduler.request WHERE person_key = ANY(%s::text[])", (list(people),)
    )
    return {person for (person,) in await cursor.fetchall()}


async def erased_people(connection: Connection, people: Collection[str]) -> set[str]:
    """Those of these people whose key is destroyed."""
    by_key = {key_id_of(person): person for person in people}
    cursor = await connection.execute(
        "SELECT key_id FROM platform.keyring WHERE key_id = ANY(%s::uuid[]) AND wrapped IS NULL", (list(by_key),)
    )
    return {by_key[key_id] for (key_id,) in await cursor.fetchall()}


async def note_new(connection: Connection, event_ids: Sequence[UUID], recorded_at: datetime) -> set[UUID]:
    """Writes these statements down; returns those that were not written down before."""
    cursor = await connection.execute(
        "INSERT INTO gateway.statement (event_id, recorded_at) SELECT id, %s FROM unnest(%s::uuid[]) AS t (id)"
        " ON CONFLICT DO NOTHING RETURNING event_id",
        (recorded_at, sorted(event_ids)),
    )
    return {event_id for (event_id,) in await cursor.fetchall()}
