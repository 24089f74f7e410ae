"""The audit log on a real PostgreSQL: one order whoever writes, nothing changed or deleted, found when it was."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from joserfc.jwk import KeySet, OKPKey
from psycopg import errors, sql

from services.platform.audit import check_stored, export, note, read_head
from services.platform.audit_chain import Act, Entry, check_export
from services.platform.audit_faults import AuditFault
from services.platform.database import Pool, open_pool

KEY = OKPKey.generate_key("Ed25519")


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    """An empty installation's database."""
    async with open_pool(database, size=6) as pool:
        yield pool


def entry(name: str) -> Entry:
    return Entry(name, "reviewer", Act.REVIEW_OPENED, "capture:1")


async def fill(pool: Pool, count: int) -> None:
    async with pool.connection() as connection:
        for number in range(count):
            await note(connection, entry(f"reviewer-{number}"))


async def test_many_at_once_make_one_chain_without_gaps(pool: Pool) -> None:
    """And what is rolled back leaves nothing."""

    async def one(number: int) -> None:
        async with pool.connection() as connection:
            await note(connection, entry(f"reviewer-{number}"))
            if number % 5 == 0:
                await connection.rollback()

    await asyncio.gather(*(one(number) for number in range(40)))
    async with pool.connection() as connection:
        assert (await read_head(connection))[0] == 32
        assert await check_stored(connection) == ()
        checked = check_export("".join(await export(connection, KEY)).encode(), KeySet([KEY]))
        assert (checked.findings, checked.lines) == ((), 32)
        later = check_export("".join(await export(connection, KEY, first=30)).encode(), KeySet([KEY]))
        assert (later.findings, later.lines) == ((), 3)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE platform.audit SET line = '{}'",
        "DELETE FROM platform.audit WHERE number = 2",
        "TRUNCATE platform.audit",
    ],
)
async def test_nobody_changes_or_deletes_a_line(pool: Pool, statement: str) -> None:
    """Not even the owner of the table."""
    await fill(pool, 3)
    async with pool.connection() as connection:
        with pytest.raises(errors.RaiseException, match="AUDIT_APPEND_ONLY"):
            await connection.execute(statement.encode())
        await connection.rollback()
        assert await check_stored(connection) == ()


async def test_a_role_that_may_only_add_cannot_take_the_guard_away(pool: Pool, database: str) -> None:
    """Run under a role of its own (docs/audit.md), the door adds lines and can neither change them nor drop the
    trigger."""
    role = sql.Identifier("adds_" + database.rpartition("_")[2])
    await fill(pool, 1)
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute(sql.SQL("CREATE ROLE {}").format(role))
        try:
            await connection.execute(sql.SQL("GRANT USAGE ON SCHEMA platform TO {}").format(role))
            await connection.execute(sql.SQL("GRANT SELECT, INSERT ON platform.audit TO {}").format(role))
            await connection.execute(sql.SQL("GRANT SELECT, UPDATE ON platform.audit_head TO {}").format(role))
            await connection.execute(sql.SQL("SET ROLE {}").format(role))
            assert await note(connection, entry("reviewer-9")) == 2
            for statement in (
                "UPDATE platform.audit SET line = line",
                "DELETE FROM platform.audit",
                "TRUNCATE platform.audit",
                "ALTER TABLE platform.audit DISABLE TRIGGER audit_stays",
                "DROP TRIGGER audit_stays ON platform.audit",
            ):
                with pytest.raises(errors.InsufficientPrivilege):
                    await connection.execute(statement.encode())
        finally:
            await connection.execute("RESET ROLE")
            await connection.execute(sql.SQL("DROP OWNED BY {}").format(role))
            await connection.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.mark.parametrize(
    ("statement", "fault", "number"),
    [
        ("UPDATE platform.audit SET line = replace(line, 'reviewer-1', 'nobody') WHERE number = 2", "CHANGED", 2),
        ("DELETE FROM platform.audit WHERE number = 3", "MISSING", 3),
        ("DELETE FROM platform.audit WHERE number = 5", "MISSING", 5),
        (
            "UPDATE platform.audit SET line = replace(line, 'reviewer-1', 'nobody'),"
            " hash = sha256(replace(line, 'reviewer-1', 'nobody')::bytea) WHERE number = 2",
            "BROKEN",
            3,
        ),
    ],
)
async def test_what_the_owner_of_the_database_does_is_found(
    pool: Pool, statement: str, fault: str, number: int
) -> None:
    """Who switches the guard off and changes or removes a line, breaks the chain there."""
    await fill(pool, 5)
    async with pool.connection() as connection:
        await connection.execute("ALTER TABLE platform.audit DISABLE TRIGGER audit_stays")
        await connection.execute(statement.encode())
        (finding,) = await check_stored(connection)
        assert (fault in finding.fault.value, finding.number) == (True, number)
        exported = check_export("".join(await export(connection, KEY)).encode(), KeySet([KEY]))
        assert finding.number in {one.number for one in exported.findings}
        assert AuditFault.PROOF_WRONG not in {one.fault for one in exported.findings}
