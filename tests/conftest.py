"""Fixtures of the whole suite: one real broker and one real PostgreSQL for each process of tests.

``stack`` starts them when the first test asks; ``kafka`` and ``database`` are what most tests need. A test that uses
one of them gets the marker ``stack`` by itself, so ``-m "not stack"`` runs what needs no server.
"""

import random
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from deploy.embedded.stack import EmbeddedStack
from services.platform.database import migrate
from tests.databases import Databases
from tests.hanging_names import HangingNames
from tests.kafka_sockets import close_forgotten

close_forgotten()
TOGETHER = ("tests/browser/", "tests/integration/certify/")
"""Folders whose files share what is dear to make: one Chromium, one planned county; models and looks at clips."""

BEFORE_MIDNIGHT = timedelta(minutes=1)
"""Most tests that count days take seconds."""


def share_of(nodeid: str) -> str:
    """What one process of tests takes on at once: such a folder whole, else a file."""
    file = nodeid.split("::", 1)[0]
    return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """How `pytest -n 2` shares the tests out: in the order of collection, which begins with what takes longest."""
    config.option.loadscopereorder = False
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = share_of
    return scheduler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the servers."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker("stack")


def pytest_runtest_setup() -> None:
    """Hold a test back from midnight, the county's and that of UTC: it may count from the day on which it began."""
    for zone in (UTC, ZoneInfo("Asia/Shanghai")):
        now = datetime.now(zone)
        left = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0) - now
        if left < BEFORE_MIDNIGHT:
            time.sleep(left.total_seconds())


@pytest.fixture
def seed() -> int:
    """Another one each time; a test that fails shows it among its arguments."""
    return random.SystemRandom().randrange(1, 2**31)


@pytest.fixture(scope="session")
def stack_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own system user can reach, which pytest's private folders do not allow."""
    folder = Path(tempfile.mkdtemp(prefix="onevisit-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def stack(stack_folder: Path) -> Iterator[EmbeddedStack]:
    """The broker and the database of this session, without any worker.

    Its files need not outlive a failure of the machine, only of processes: nothing waits for the disk (fsync), which
    each new and each dropped database did. Whatever is about the product's own settings starts a stack of its own.
    """
    with EmbeddedStack(stack_folder) as running:
        running.start(programs=[])
        with psycopg.connect(running.database, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield running


@pytest.fixture
def kafka(stack: EmbeddedStack) -> str:
    """Bootstrap servers of the session's broker. It is shared: give topics and groups names of your own."""
    return stack.kafka


@pytest.fixture(scope="session")
def databases(stack: EmbeddedStack) -> Databases:
    """The databases of the session's server, with one that is `migrated` once for all."""
    databases = Databases(stack.database)
    migrate(databases.copy("migrated", "template0"))
    databases.use_template("migrated")
    return databases


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """URI of a database of this test alone, with the newest schema and without rows."""
    with databases.lent() as uri:
        yield uri


@pytest.fixture
def hanging_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[HangingNames]:
    """While the test runs."""
    names = HangingNames()
    monkeypatch.setattr(socket, "getaddrinfo", names.look_up)
    yield names
    names.end.set()
