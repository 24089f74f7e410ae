"""Months of the burden index that were closed: how agencies stood, what lay behind each number, who had a letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from psycopg.types.json import Jsonb

from schemas.base import AgencyCode
from services.gateway.domain.burden import Behind, Component, Figures, Standing, standings
from services.gateway.domain.burden_policy import BurdenPolicy
from services.platform.database import Connection

_ALL: Final = 2**31 - 1
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('gateway.burden_month', 3))"


@dataclass(frozen=True)
class Closed:
    """A closed month."""

    month: date
    closed_at: datetime
    policy: BurdenPolicy
    """As it was: what a letter says is worked out by the rules under which it was written."""


async def lock_months(connection: Connection) -> None:
    """Months are closed one after the other, until the commit by nobody else."""
    await connection.execute(_LOCK)


async def last_closed(connection: Connection) -> date | None:
    """The newest month that is closed."""
    row = await (await connection.execute("SELECT max(month) FROM gateway.burden_month")).fetchone()
    return row[0] if row else None


async def find_month(connection: Connection, month: date) -> Closed | None:
    """A month, if it is closed."""
    cursor = await connection.execute(
        "SELECT month, closed_at, policy FROM gateway.burden_month WHERE month = %s", (month,)
    )
    row = await cursor.fetchone()
    return Closed(row[0], row[1], BurdenPolicy.model_validate(row[2])) if row else None


async def months_closed(connection: Connection, limit: int) -> list[date]:
    """The newest first."""
    cursor = await connection.execute("SELECT month FROM gateway.burden_month ORDER BY month DESC LIMIT %s", (limit,))
    return [row[0] for row in await cursor.fetchall()]


async def freeze(connection: Connection, closed: Closed, found: Sequence[Standing], behind: Sequence[Behind]) -> None:
    """Writes a month down, with all that its numbers count."""
    month = closed.month
    await connection.execute(
        "INSERT INTO gateway.burden_month (month, closed_at, policy) VALUES (%s, %s, %s)",
        (month, closed.closed_at, Jsonb(closed.policy.model_dump(mode="json"))),
    )
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO gateway.burden_standing (month, agency, people, counts, rank, letter)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (month, one.figures.agency, one.figures.people, Jsonb(_texts(one.figures)), one.rank, one.letter)
                for one in found
            ],
        )
        await cursor.executemany(
            "INSERT INTO gateway.burden_behind (month, number, agency, component, request_ids, programme, on_day, note,"
            " share) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (month, number, b.agency, b.component, list(b.request_ids), b.programme, b.on, b.note, b.share)
                for number, b in enumerate(behind, 1)
            ],
        )


def _texts(figures: Figures) -> dict[str, str]:
    return {component.value: str(count) for component, count in figures.counts.items()}


async def standings_of(connection: Connection, closed: Closed) -> list[Standing]:
    """How the agencies stood; rank and letter are those that were written down."""
    cursor = await connection.execute(
        "SELECT agency, people, counts, rank, letter FROM gateway.burden_standing WHERE month = %s", (closed.month,)
    )
    kept = {row[0]: row for row in await cursor.fetchall()}
    figures = [
        Figures(agency, people, {each: Fraction(counts[each]) for each in Component})
        for agency, people, counts, *_ in kept.values()
    ]
    found = [
        Standing(one.figures, one.index, one.avoidable, *kept[one.figures.agency][3:])
        for one in standings(figures, closed.policy)
    ]
    return sorted(found, key=lambda one: (one.rank is None, one.rank or 0, one.figures.agency))


async def behind_of(
    connection: Connection, month: date, agency: AgencyCode, component: Component, *, after: int, limit: int
) -> list[tuple[int, Behind]]:
    """What a number of a closed month counts, in order, each with its number."""
    cursor = await connection.execute(
        "SELECT number, agency, component, request_ids, programme, on_day, note, share FROM gateway.burden_behind"
        " WHERE month = %s AND agency = %s AND component = %s AND number > %s ORDER BY number LIMIT %s",
        (month, agency, component.value, after, limit),
    )
    return [
        (number, Behind(whose, Component(what), tuple(requests), programme, on, note, share))
        for number, whose, what, requests, programme, on, note, share in await cursor.fetchall()
    ]


async def all_behind(connection: Connection, month: date, agency: AgencyCode) -> list[Behind]:
    """Everything that an agency's numbers of a closed month count, component by component."""
    found = [
        await behind_of(connection, month, agency, component, after=0, limit=_ALL) for component in sorted(Component)
    ]
    return [one for page in found for _, one in page]


async def months_with_letter(connection: Connection, agency: AgencyCode) -> set[date]:
    """The months of which an agency had a letter."""
    cursor = await connection.execute(
        "SELECT month FROM gateway.burden_standing WHERE agency = %s AND letter", (agency,)
    )
    return {row[0] for row in await cursor.fetchall()}


async def people_of(connection: Connection, agency: AgencyCode, request_ids: Sequence[str]) -> dict[str, str]:
    """By request whose it is, while that is known."""
    cursor = await connection.execute(
        "SELECT request_id, person_key FROM scheduler.request WHERE agency = %s AND request_id = ANY(%s)",
        (agency, list(request_ids)),
    )
    return dict(await cursor.fetchall())
