"""Fixtures of the whole suite: one real broker and one real PostgreSQL for the session.

``stack`` starts them when the first test asks; ``kafka`` and ``database`` are what most tests need. A test that uses
one of them gets the marker ``stack`` by itself, so ``-m "not stack"`` runs what needs no server.
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from deploy.embedded.stack import EmbeddedStack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the servers."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker("stack")


@pytest.fixture(scope="session")
def stack_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own system user can reach, which pytest's private folders do not allow."""
    folder = Path(tempfile.mkdtemp(prefix="onevisit-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def stack(stack_folder: Path) -> Iterator[EmbeddedStack]:
    """The broker and the database of this session, without any worker."""
    with EmbeddedStack(stack_folder) as running:
        running.start(programs=[])
        yield running


@pytest.fixture
def kafka(stack: EmbeddedStack) -> str:
    """Bootstrap servers of the session's broker. It is shared: give topics and groups names of your own."""
    return stack.kafka


@pytest.fixture
def database(stack: EmbeddedStack) -> Iterator[str]:
    """URI of an empty database of this test alone; dropped after it, with whoever is still connected."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(stack.database, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    yield stack.database.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(stack.database, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
