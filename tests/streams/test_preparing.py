"""Long work before a fold, on a real PostgreSQL: what fails because of one event buries that event and no other."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import psycopg
import pytest

from schemas.base import Event, stable_id
from schemas.capture import CaptureReceived
from schemas.topics import CAPTURE
from schemas.wire import encode
from services.certify.app import build_readers
from services.certify.engines.store import ModelStore
from services.platform import secrets
from services.platform.database import Pool, open_pool
from services.platform.ledger import Partition, Transaction, start_positions
from services.platform.runner import Message, Reader, Runner
from services.platform.settings import Settings
from tests.streams.mutations import EXAMPLES

AT = Partition(CAPTURE.name, 0)
MODELS = Path(__file__).resolve().parents[2] / "var" / "models"
SPECIMEN = CaptureReceived.model_validate_json(
    next((EXAMPLES / CaptureReceived.event_type).glob("valid*.json")).read_bytes()
)
CAPTURES = [
    SPECIMEN.model_copy(update={"event_id": stable_id("event", str(n)), "capture_id": stable_id("capture", str(n))})
    for n in range(3)
]


def _message(offset: int, event: Event) -> Message:
    headers, value = encode(event, source="/test")
    return Message(AT, offset, b"key", value, tuple(headers))


BATCH = [_message(n, capture) for n, capture in enumerate(CAPTURES)]


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    """A database at the newest schema, with the reader at offset 0."""
    async with open_pool(database) as opened:
        async with opened.connection() as connection:
            for service in ("test", "certify"):
                await start_positions(connection, service, {AT: 0})
        yield opened


async def _rows(pool: Pool, sql: str) -> list[tuple[object, ...]]:
    async with pool.connection() as connection:
        return await (await connection.execute(sql.encode())).fetchall()


LETTERS = (
    "SELECT v->>'offset', v->>'code', v->>'error' FROM (SELECT convert_from(value, 'utf8')::jsonb AS v"
    " FROM platform.outbox WHERE topic = 'capture.dead') AS dead"
)


class Desk:
    """Prepares and folds captures; `hinder` is what preparing the second one meets."""

    def __init__(self, hinder: str | Exception | None) -> None:
        self.hinder = hinder
        self.prepared: list[Event] = []
        self.folded: list[Event] = []

    async def prepare(self, pool: Pool, events: Sequence[Event]) -> None:
        for event in events:
            if event == CAPTURES[1] and isinstance(self.hinder, Exception):
                raise self.hinder
            if event == CAPTURES[1] and isinstance(self.hinder, str):
                async with pool.connection() as connection:
                    await connection.execute(self.hinder.encode())
            self.prepared.append(event)

    async def fold(self, transaction: Transaction, events: Sequence[Event]) -> None:
        self.folded += events

    def reader(self) -> Reader:
        return Reader(CAPTURE, self.fold, prepare=self.prepare, unready=(NotImplementedError,))


@pytest.mark.parametrize(
    ("hinder", "kind"),
    [
        (ValueError("990101193001010017"), "ValueError"),
        (KeyError("990101193001010017"), "KeyError"),
        ("SELECT 1 / 0", "22012"),
        ("SELECT repeat('[', 100000)::jsonb", "54001"),
    ],
)
async def test_an_event_that_cannot_be_prepared_is_buried_alone(pool: Pool, hinder: str, kind: str) -> None:
    """Whatever preparing it raises, when no repetition mends it; the captures beside it are prepared and folded."""
    desk = Desk(hinder)
    await Runner("test", pool).run(desk.reader(), BATCH)
    assert [capture for capture in CAPTURES if capture in desk.prepared] == [CAPTURES[0], CAPTURES[2]]
    assert desk.folded == [CAPTURES[0], CAPTURES[2]]
    ((offset, code, error),) = await _rows(pool, LETTERS)
    assert (offset, code) == ("1", "UNFOLDABLE")
    assert error == f"{kind} in _prepare"
    assert await _rows(pool, "SELECT next_offset FROM platform.position WHERE reader = 'test'") == [(3,)]


@pytest.mark.parametrize(
    ("hinder", "raised"),
    [
        ("SELECT pg_terminate_backend(pg_backend_pid())", psycopg.OperationalError),
        (OSError("the disk is full"), OSError),
        (NotImplementedError("a model is missing"), NotImplementedError),
    ],
)
async def test_what_is_not_the_events_fault_buries_nothing(
    pool: Pool, hinder: str | Exception, raised: type[Exception]
) -> None:
    """The database away, a full disk, a missing model: the batch waits, and is folded whole once that is mended."""
    desk = Desk(hinder)
    with pytest.raises(raised):
        await Runner("test", pool).run(desk.reader(), BATCH)
    assert desk.folded == []
    assert await _rows(pool, "SELECT next_offset FROM platform.position WHERE reader = 'test'") == [(0,)]
    desk.hinder = None
    await Runner("test", pool).run(desk.reader(), BATCH)
    assert desk.folded == CAPTURES
    assert await _rows(pool, LETTERS) == []


async def test_a_finding_that_the_database_refuses_costs_one_capture(pool: Pool, database: str, tmp_path: Path) -> None:
    """Certify's own judge and models: the refused capture is buried, and judged when it comes again."""
    ModelStore(MODELS).pull()
    (tmp_path / "models").symlink_to(MODELS)
    settings = Settings(database=database, var=tmp_path)
    secrets.make_missing(settings.secrets)
    (reader,) = (reader for reader in build_readers(settings) if reader.topic is CAPTURE)
    refuse = f"ALTER TABLE certify.judgement ADD CONSTRAINT refuse CHECK (capture_id <> '{CAPTURES[1].capture_id}')"
    async with pool.connection() as connection:
        await connection.execute(refuse.encode())
    await Runner("certify", pool).run(reader, BATCH)
    judged = {str(capture.capture_id) for capture in CAPTURES}
    assert (
        await _ids(pool, "certify.judgement")
        == await _ids(pool, "certify.capture")
        == judged - {str(CAPTURES[1].capture_id)}
    )
    assert await _rows(pool, LETTERS) == [("1", "UNFOLDABLE", "23514 in prepare")]
    async with pool.connection() as connection:
        await connection.execute("ALTER TABLE certify.judgement DROP CONSTRAINT refuse")
    await Runner("certify", pool).run(reader, [_message(3, CAPTURES[1])])
    assert await _ids(pool, "certify.judgement") == await _ids(pool, "certify.capture") == judged


async def _ids(pool: Pool, table: str) -> set[str]:
    return {str(capture_id) for (capture_id,) in await _rows(pool, f"SELECT capture_id FROM {table}")}
