"""What intake keeps: whose each request is, and what became of each row."""

from collections.abc import Iterable, Mapping, Sequence

from schemas.request import Outcome, RequestRejected
from services.platform.database import Connection
from services.scheduler.domain.visit import RequestKey


async def claim_requests(connection: Connection, claims: Mapping[RequestKey, str]) -> dict[RequestKey, str]:
    """Whose these requests are after these claims: an earlier claim of another person stands."""
    keys = sorted(claims)
    await connection.execute(
        "INSERT INTO scheduler.request_owner (agency, request_id, person_key)"
        " SELECT * FROM unnest(%b::text[], %b::text[], %b::text[]) ON CONFLICT DO NOTHING",
        ([agency for agency, _ in keys], [request_id for _, request_id in keys], [claims[key] for key in keys]),
    )
    return await owners(connection, keys)


async def owners(connection: Connection, keys: Iterable[RequestKey]) -> dict[RequestKey, str]:
    """Whose these requests are; those never accepted are left out."""
    wanted = list(keys)
    cursor = await connection.execute(
        "SELECT agency, request_id, person_key FROM scheduler.request_owner WHERE (agency, request_id) IN"
        " (SELECT * FROM unnest(%b::text[], %b::text[]))",
        ([agency for agency, _ in wanted], [request_id for _, request_id in wanted]),
    )
    return {(agency, request_id): person_key for agency, request_id, person_key in await cursor.fetchall()}


async def save_outcomes(
    connection: Connection, accepted: Sequence[tuple[str, int, str, str]], rejected: Sequence[RequestRejected]
) -> None:
    """Writes what became of each row that came in a list; `accepted` holds (list_id, row, agency, request_id)."""
    refused = [(r, r.origin) for r in rejected if r.origin is not None]
    rows: list[tuple[object, ...]] = [(*a, Outcome.ACCEPTED.value, None, None, None, None) for a in accepted]
    rows += [
        (str(o.list_id), o.row, r.agency, r.request_id, Outcome.REJECTED.value, r.code, r.field, r.message, r.next_step)
        for r, o in refused
    ]
    if not rows:
        return
    await connection.execute(
        "INSERT INTO scheduler.row_outcome (list_id, row, agency, request_id, outcome, code, field, message, next_step)"
        " SELECT * FROM unnest(%b::uuid[], %b::int[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[],"
        " %b::text[], %b::text[]) ON CONFLICT DO NOTHING",
        [list(column) for column in zip(*rows, strict=True)],
    )
