"""What the integration tests of the line share: an installation of their own, and workers as real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg

from schemas.base import stable_id
from schemas.request import CertificationRequested, Origin, PersonalData, RequestBatch
from schemas.resident_id import check_character
from schemas.topics import REQUEST
from services.platform import secrets
from services.platform.database import open_pool
from services.platform.ledger import Transaction
from services.platform.prepare import prepare
from services.platform.relay import Relay
from services.platform.sealing import Keyring, key_id_of, seal
from services.platform.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
STOP_S = 60.0
"""How long a worker may take to end in order before it is killed."""


@dataclass
class Process:
    """A worker as a real process, restarted when asked."""

    module: str
    env: dict[str, str]
    log: Path
    may_end: bool = False
    """Whoever waits for the line starts it again himself when it has ended."""
    running: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", self.module], cwd=ROOT, env=self.env, stderr=log, stdout=log
            )

    def kill(self) -> None:
        """kill -9, and start again."""
        self.running.kill()
        self.running.wait()
        self.start()

    @property
    def ended(self) -> bool:
        """Whether it has ended although nobody stopped it."""
        return not self.may_end and self.running.poll() is not None

    def stop(self) -> int:
        self.ask_to_stop()
        return self.wait_stopped()

    def ask_to_stop(self) -> None:
        self.running.send_signal(signal.SIGTERM)

    def wait_stopped(self) -> int:
        try:
            return self.running.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.running.kill()
            return self.running.wait()


@dataclass(frozen=True)
class Installation:
    """An installation with its own database and topics on the session's servers."""

    settings: Settings
    running: list[Process] = field(default_factory=list, compare=False)
    """The workers of now."""

    @classmethod
    def make(cls, kafka: str, database: str, var: Path, **changes: object) -> "Installation":
        prefix = f"t{uuid4().hex[:8]}."
        given = {"kafka": kafka, "database": database, "var": var, "topic_prefix": prefix, "worker": "1", **changes}
        settings = Settings.model_validate(given)
        prepare(settings)
        return cls(settings)

    @property
    def env(self) -> dict[str, str]:
        return os.environ | self.settings.to_env()

    @contextmanager
    def workers(self, *modules: str, may_end: bool = False) -> Iterator[dict[str, Process]]:
        """These programs, each as its own process, until the end; `may_end` as in `Process`."""
        logs = self.settings.var / "log"
        logs.mkdir(exist_ok=True)
        processes = {m: Process(m, self.env, logs / f"{m}.log", may_end) for m in modules}
        self.running.extend(processes.values())
        try:
            yield processes
        finally:
            for process in processes.values():  # all at once: each takes a second to end in order
                self.running.remove(process)
                process.ask_to_stop()
            for process in processes.values():
                process.wait_stopped()

    def query(self, sql: str, *arguments: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.settings.database, autocommit=True) as connection:
            return connection.execute(sql.encode(), arguments).fetchall()

    def publish(self) -> None:
        """Sends what lies in the outbox, as the relay does."""
        relay = Relay(self.settings)
        with psycopg.connect(self.settings.database, autocommit=True) as connection:
            while relay.publish_batch(connection):
                pass

    def wait_until(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        give_up_at = time.monotonic() + seconds
        while not done():
            self.check_workers()
            if time.monotonic() > give_up_at:
                raise AssertionError(f"not done within {seconds} s; logs:\n{self.last_words()}")
            time.sleep(0.1)

    def check_workers(self) -> None:
        """Fails at once, with the logs, when a worker has ended by itself: nobody need wait for what it would do."""
        if ended := [each.module for each in self.running if each.ended]:
            raise AssertionError(f"{', '.join(ended)} ended by itself; logs:\n{self.last_words()}")

    def last_words(self) -> str:
        """The end of what each worker has logged: why a line stands still."""
        logs = sorted((self.settings.var / "log").glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text()[-3000:]}" for log in logs)

    async def send_requests(
        self,
        agency: str,
        people: Sequence[str],
        *,
        per_batch: int = 100,
        window: tuple[date, date] = (date(2026, 3, 1), date(2026, 3, 31)),
        village: str | None = None,
    ) -> UUID:
        """Puts one valid request of `agency` for each of these IDs into the outbox, as the gateway would."""
        own = secrets.load(self.settings.secrets)
        keyring = Keyring(own.master_key)
        list_id = stable_id("list", agency, str(len(people)), people[0])
        moment = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=self.settings.agencies.index(agency))
        async with open_pool(self.settings.database) as pool, pool.connection() as connection, connection.transaction():
            transaction = Transaction(connection, "/onevisit/test")
            for start in range(0, len(people), per_batch):
                items = []
                for row, number in enumerate(people[start : start + per_batch], start + 1):
                    key_id = key_id_of(number)
                    keys = await keyring.get_or_make(connection, [key_id])
                    personal = PersonalData(id_number=number, name="张三").model_dump_json().encode()
                    items.append(
                        CertificationRequested(
                            request_id=f"{agency}-{row}-{number[6:17]}",
                            programme="pension",
                            window_start=window[0].isoformat(),
                            due_date=window[1].isoformat(),
                            village_code=village,
                            personal=seal(keys[key_id], key_id, personal),
                            origin=Origin(list_id=list_id, row=row),
                            recorded_at=moment + timedelta(microseconds=row),
                        )
                    )
                batch = RequestBatch(
                    event_id=stable_id("batch", str(list_id), str(start)),
                    recorded_at=moment,
                    agency=agency,
                    items=tuple(items),
                )
                transaction.emit(REQUEST.name, agency, batch)
            await transaction.flush()
        return list_id


def made_up_ids(count: int) -> list[str]:
    """Valid IDs of a county that does not exist (region 990101)."""
    numbers = []
    for n in range(count):
        birth = date(1930, 1, 1) + timedelta(days=n // 900)
        first_17 = f"990101{birth:%Y%m%d}{n % 900:03d}"
        numbers.append(first_17 + check_character(first_17))
    return numbers
