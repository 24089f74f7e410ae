"""The same folds driven by Quix Streams, as a sink that writes at each checkpoint.

Not equal in one thing: Quix starts where Kafka's committed offset says, not where the ledger says. It commits after
the sink has written, so a kill only brings repeats, which the ledger ignores. But a database that was restored from a
backup is met with a gap: the fold refuses it and the application ends; somebody has to reset the group's offsets.

    python -m bench.merge.quix
"""

import asyncio
from typing import Any

from quixstreams import Application
from quixstreams.sinks import BatchingSink, SinkBatch

from services.platform.database import Pool, open_pool
from services.platform.ledger import Partition, start_positions
from services.platform.runner import Message, Reader, Runner, collect_rarely
from services.platform.settings import Settings
from services.platform.telemetry import configure_logging
from services.platform.topics_asked import log_bounds
from services.scheduler.app import build_readers

SERVICE = "scheduler"


class LedgerSink(BatchingSink):  # type: ignore[misc]
    """Folds what a checkpoint holds of one partition."""

    def __init__(self, loop: asyncio.AbstractEventLoop, runner: Runner, reader: Reader, prefix: str) -> None:
        super().__init__()
        self._loop, self._runner, self._reader, self._prefix = loop, runner, reader, prefix

    def write(self, batch: SinkBatch) -> None:
        """Runs the fold; only then does Quix commit the offset."""
        at = Partition(batch.topic.removeprefix(self._prefix), batch.partition)
        messages = [Message(at, i.offset, i.key, i.value, tuple(i.headers or ())) for i in batch]
        for start in range(0, len(messages), self._reader.batch):
            chunk = messages[start : start + self._reader.batch]
            self._loop.run_until_complete(self._runner.run(self._reader, chunk))


async def _open(pool: Pool, settings: Settings, readers: tuple[Reader, ...]) -> None:
    await pool.open()
    bounds = log_bounds(settings, [reader.topic.name for reader in readers])
    async with pool.connection() as connection:
        await start_positions(connection, SERVICE, {at: first for at, (first, _) in bounds.items()})


def main() -> None:
    """Runs until a signal stops it."""
    configure_logging()
    settings = Settings.from_env()
    readers = build_readers(settings)
    loop = asyncio.new_event_loop()
    pool = open_pool(settings.database)
    loop.run_until_complete(_open(pool, settings, readers))
    runner = Runner(SERVICE, pool)
    extra: dict[str, Any] = {"group.instance.id": settings.worker} if settings.worker else {}
    application = Application(
        broker_address=settings.kafka,
        consumer_group=f"{settings.topic_prefix}quix-{SERVICE}",
        auto_offset_reset="earliest",
        auto_create_topics=False,
        commit_every=max(reader.batch for reader in readers[:2]),
        commit_interval=0.05,
        consumer_extra_config={"fetch.message.max.bytes": 8 * 1024 * 1024, **extra},
        consumer_poll_timeout=0.05,
        state_dir=str(settings.var / "quix"),
        loglevel="WARNING",
    )
    for reader in readers:
        topic = application.topic(
            settings.topic_prefix + reader.topic.name, key_deserializer="bytes", value_deserializer="bytes"
        )
        application.dataframe(topic).sink(LedgerSink(loop, runner, reader, settings.topic_prefix))
    collect_rarely()
    application.run()


if __name__ == "__main__":
    main()
