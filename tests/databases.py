"""Databases of the tests: each has the newest schema and no rows, and is of one test alone.

A new one is a copy of the template, file by file: 750 files, which took half of what most tests of the door cost. So
what a test leaves is emptied and goes to the next one under another name: whoever still holds the old name or an old
connection is shut out. A test that changed more than rows (the template's own trigger notes it) leaves nothing.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

NOTE_CHANGES = """
CREATE SCHEMA tests;
CREATE SEQUENCE tests.changes;
CREATE FUNCTION tests.note() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
    AS $$ BEGIN PERFORM nextval('tests.changes'); END $$;
CREATE EVENT TRIGGER tests_changed ON ddl_command_end EXECUTE FUNCTION tests.note();
"""
"""What is committed and what is taken back count alike; TRUNCATE is no change of this kind."""

OURS = "relnamespace <> ALL ('{pg_catalog,information_schema,pg_toast,public,tests}'::regnamespace[])"
"""Of `pg_class`: the services' own; `public` holds what yoyo notes of migrations."""
FILLED = f"SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND {OURS} AND pg_relation_size(oid) > 0"

SHUT_OUT = """
SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
START_AGAIN = f"""
SELECT setval(oid, (SELECT seqstart FROM pg_sequence WHERE seqrelid = oid), false)
FROM pg_class WHERE relkind = 'S' AND {OURS}
"""
FORGET_STATISTICS = "DELETE FROM pg_statistic USING pg_class WHERE starelid = pg_class.oid AND " + OURS


class Databases:
    """Those of one server. Its settings of a single database (ALTER DATABASE) must not be touched by a test."""

    def __init__(self, server: str) -> None:
        """Take the URI of a database of the server."""
        self._server = server
        self.plain = self.template = ""
        self._seeds: dict[str, bytes] = {}
        self._spare: list[str] = []

    def uri(self, name: str) -> str:
        """Return the URI of a database."""
        return f"{self._server.rpartition('/')[0]}/{name}"

    def copy(self, name: str, template: str) -> str:
        """Copy a database file by file, whose checkpoint costs little without fsync; returns the URI of the copy."""
        self._do("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return self.uri(name)

    def use_template(self, name: str) -> None:
        """Lend what is like this database, which is migrated and stays as it is, from now on."""
        self.plain, self.template = name, f"{name}_watched"
        with psycopg.connect(self.copy(self.template, name), autocommit=True) as connection:
            connection.execute(NOTE_CHANGES)
            for (table,) in connection.execute(FILLED).fetchall():
                with connection.cursor().copy(f"COPY {table} TO STDOUT") as rows:
                    self._seeds[table] = b"".join(bytes(each) for each in rows)

    @contextmanager
    def copied(self, template: str) -> Iterator[str]:
        """URI of a copy of this database; dropped at the end, with whoever is still connected."""
        name = _new_name()
        yield self.copy(name, template)
        self._drop(name)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """URI of a database like the template, for one test."""
        name = _new_name()
        if self._spare:
            self._do("ALTER DATABASE {} RENAME TO {}", self._spare.pop(), name)
        else:
            self.copy(name, self.template)
        yield self.uri(name)
        if self._emptied(name):
            self._spare.append(name)
        else:
            self._drop(name)

    def _emptied(self, name: str) -> bool:
        """Makes a database as the template is; False when more than rows was changed."""
        with psycopg.connect(self.uri(name), autocommit=True) as connection:
            connection.execute(SHUT_OUT)
            if connection.execute("SELECT is_called FROM tests.changes").fetchone() != (False,):
                return False
            connection.execute("SET session_replication_role = replica")  # no trigger: lines of the audit log stay
            filled = [table for (table,) in connection.execute(FILLED).fetchall()]
            if written := [table for table in filled if table not in self._seeds]:
                connection.execute(f"TRUNCATE {', '.join(written)} CASCADE".encode())
            for table, rows in self._seeds.items():
                connection.execute(f"DELETE FROM {table}".encode())
                with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(rows)
            connection.execute(START_AGAIN.encode())
            connection.execute(FORGET_STATISTICS.encode())
        return True

    def _drop(self, name: str) -> None:
        self._do("DROP DATABASE {} WITH (FORCE)", name)

    def _do(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*(sql.Identifier(each) for each in names)))


def _new_name() -> str:
    return f"test_{uuid.uuid4().hex}"
