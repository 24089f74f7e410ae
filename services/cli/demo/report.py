"""The counts of the line, as tables, and whether they are right."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import IsolationLevel
from rich.table import Table

from deploy.demo.county import Truth
from services.cli.demo.agencies import Agency
from services.cli.demo.persist import Connection, query
from services.cli.demo.phone import Capture
from services.cli.demo.screen import show

MOST_CODES = 4
"""Rejection codes named in the table; the rest are summed."""


@dataclass(frozen=True)
class Counts:
    """What the databases of scheduler and certify hold."""

    requests: int
    persons: int
    open_visits: int
    certified_visits: int
    by_agency: dict[str, dict[str, int]]
    """Requests by agency and status."""
    unanswered: int
    """Open requests that stand in no open visit, or in more than one: must be 0."""
    unmatched: int
    """Requests marked certified without exactly one certificate, or the reverse: must be 0."""

    @property
    def visits(self) -> int:
        """Trips: made and still to be made."""
        return self.open_visits + self.certified_visits


_UNANSWERED = """
    SELECT count(*) FROM (
        SELECT r.agency, r.request_id FROM scheduler.request r
        LEFT JOIN (SELECT v.visit_id, e.value->>'agency' AS agency, e.value->>'request_id' AS request_id
                   FROM scheduler.visit v, jsonb_array_elements(v.requests) e WHERE v.status = 'open') held
        USING (agency, request_id)
        WHERE r.status = 'open' GROUP BY r.agency, r.request_id HAVING count(held.visit_id) <> 1
    ) wrong"""
_UNMATCHED = """
    SELECT count(*) FROM scheduler.request r FULL JOIN certify.certificate c USING (agency, request_id)
    WHERE (r.status = 'certified') IS DISTINCT FROM (c.certificate_id IS NOT NULL)"""


async def read_counts(database: str) -> Counts:
    """Counts everything in one snapshot."""
    return await query(database, _count)


async def _count(connection: Connection) -> Counts:
    await connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)

    async def count(sql: str) -> int:
        row = await (await connection.execute(sql.encode())).fetchone()
        return int(row[0]) if row else 0

    cursor = await connection.execute("SELECT agency, status, count(*) FROM scheduler.request GROUP BY 1, 2")
    by_agency: dict[str, dict[str, int]] = {}
    for agency, status, number in await cursor.fetchall():
        by_agency.setdefault(agency, {})[status] = number
    return Counts(
        requests=sum(sum(states.values()) for states in by_agency.values()),
        persons=await count("SELECT count(DISTINCT person_key) FROM scheduler.request"),
        open_visits=await count("SELECT count(*) FROM scheduler.visit WHERE status = 'open'"),
        certified_visits=await count("SELECT count(*) FROM scheduler.visit WHERE closed_because = 'certified'"),
        by_agency=by_agency,
        unanswered=await count(_UNANSWERED),
        unmatched=await count(_UNMATCHED),
    )


def show_merge(counts: Counts) -> None:
    """What the merge saves."""
    saved = counts.requests - counts.visits
    table = Table(box=None)
    for title in ("requests in 申请", "people 人数", "visits out 上门次数", "trips saved 节省次数", "%"):
        table.add_column(title, justify="right")
    share = f"{100 * saved / counts.requests:.1f}" if counts.requests else "–"
    table.add_row(str(counts.requests), str(counts.persons), str(counts.visits), str(saved), share)
    show(table)


def told(capture: Capture) -> str:
    """One line about a capture."""
    why = f" ({', '.join(capture.reasons)})" if capture.reasons else ""
    answered = f", certificates {capture.issued}/{capture.expected}" if capture.decision == "certified" else ""
    return (
        f"{capture.scene.title}; asked {' → '.join(capture.actions)}: {capture.decision}{why}{answered},"
        f" {capture.seconds:.1f} s"
    )


def show_agencies(agencies: Sequence[Agency], counts: Counts, certificates: dict[str, int]) -> None:
    """Per agency: what it asked, what came back, what is pending."""
    table = Table(title="Per agency 各部门情况", title_justify="left", box=None)
    table.add_column("agency 部门")
    for title in ("rows 行数", "requests 申请", "certificates 证明", "pending 待办", "rejected 退回"):
        table.add_column(title, justify="right")
    table.add_column("rejected, by code 退回原因")
    for agency in agencies:
        states = counts.by_agency.get(agency.code, {})
        common = agency.rejected.most_common(MOST_CODES)
        rest = agency.rejected.total() - sum(number for _, number in common)
        codes = ", ".join(f"{code} {number}" for code, number in common) + (f", others {rest}" if rest else "")
        table.add_row(
            agency.code,
            str(agency.receipt["rows"]),
            str(sum(states.values())),
            str(certificates[agency.code]),
            str(states.get("open", 0)),
            str(agency.receipt["rejected"]),
            codes,
        )
    show(table)


def show_checks(
    truth: Truth, agencies: Sequence[Agency], counts: Counts, captures: Sequence[Capture], certificates: dict[str, int]
) -> bool:
    """Compares what came out with what must come out; says every difference."""
    rejected = sum((agency.rejected for agency in agencies), start=type(agencies[0].rejected)())
    wrong = [
        f"{what}: expected {expected}, found {found}"
        for what, expected, found in (
            ("rows read", truth.rows_by_agency, {a.code: a.receipt["rows"] for a in agencies}),
            ("rows rejected, by code", truth.rejected, dict(sorted(rejected.items()))),
            ("requests accepted", truth.accepted, counts.requests),
            ("people with a request", truth.persons, counts.persons),
            ("open requests without exactly one open visit", 0, counts.unanswered),
            ("requests whose status and certificate disagree", 0, counts.unmatched),
            ("decisions", [c.scene.expected for c in captures], [c.decision for c in captures]),
            (
                "certificates fetched",
                _certified(counts),
                {agency: number for agency, number in sorted(certificates.items()) if number},
            ),
            (
                "certificates of certified visits",
                [c.expected for c in _good(captures)],
                [c.issued for c in _good(captures)],
            ),
        )
        if expected != found
    ]
    for line in wrong:
        show(f"[red]✗ {line}[/red]")
    if not wrong:
        show("[green]✓ all counts are right 全部数目相符[/green]")
    return not wrong


def _good(captures: Sequence[Capture]) -> list[Capture]:
    return [capture for capture in captures if capture.decision == "certified"]


def _certified(counts: Counts) -> dict[str, int]:
    return {a: states["certified"] for a, states in sorted(counts.by_agency.items()) if states.get("certified")}
