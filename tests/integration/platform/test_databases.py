"""What a test finds in its database: never what another one left (tests/databases.py)."""

import psycopg
import pytest

from tests.databases import FILLED, OURS, Databases

ROWS = (
    "INSERT INTO platform.position (reader, topic, partition, next_offset) VALUES ('trial', 'request', 0, 7)",
    "INSERT INTO platform.outbox (topic, key, headers, value) VALUES ('request', 'a', 'b', 'c')",
    "INSERT INTO platform.keyring (key_id) VALUES (gen_random_uuid())",
    "UPDATE platform.audit_head SET number = 9",
    "ANALYZE platform.outbox",
)
LAST_VALUE = "SELECT last_value, is_called FROM platform.outbox_id_seq"
STATISTICS = f"SELECT count(*) FROM pg_statistic JOIN pg_class ON starelid = pg_class.oid WHERE {OURS}"
WHICH = "SELECT oid FROM pg_database WHERE datname = current_database()"
"""Of a database under any name."""


def contents(uri: str) -> dict[str, object]:
    """Every row of the services' tables, and what else may tell of a test before."""
    with psycopg.connect(uri) as connection:
        found: dict[str, object] = {query: connection.execute(query).fetchall() for query in (LAST_VALUE, STATISTICS)}
        for (table,) in connection.execute(FILLED).fetchall():
            found[table] = connection.execute(f"SELECT * FROM {table}".encode()).fetchall()
    return found


def which(uri: str) -> object:
    """The same for the same files."""
    with psycopg.connect(uri) as connection:
        return connection.execute(WHICH).fetchone()


def test_a_used_database_comes_as_a_new_one(databases: Databases) -> None:
    """Rows, numbers, heads of logs and statistics are those of the template; whoever held it before is shut out."""
    with databases.copied(databases.template) as new:
        expected = contents(new)
    with databases.lent() as first:
        before = which(first)
        held = psycopg.connect(first, autocommit=True)
        for query in ROWS:
            held.execute(query.encode())
        assert len(contents(first)) == len(expected) + 3
        held.execute("BEGIN")
        held.execute("LOCK TABLE platform.outbox")
    with databases.lent() as second:
        assert (which(second), contents(second)) == (before, expected)
        with pytest.raises(psycopg.OperationalError):
            held.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(first)
    held.close()


@pytest.mark.parametrize("change", ["ALTER TABLE platform.audit DISABLE TRIGGER audit_stays", "CREATE TABLE more ()"])
def test_a_database_with_another_schema_goes_to_nobody(databases: Databases, change: str) -> None:
    """The next test gets another one."""
    with databases.lent() as first:
        before = which(first)
        with psycopg.connect(first) as connection:
            connection.execute(change.encode())
    with databases.lent() as second:
        assert which(second) != before
