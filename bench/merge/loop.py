"""The hand-written loop that the line is compared with: aiokafka drives the same folds, with the same ledger.

What an experienced hand would write instead of a stream engine: get many, fold by topic, let the ledger decide.

    python -m bench.merge.loop
"""

import asyncio
import contextlib
import signal
from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.structs import TopicPartition

from services.platform.database import Pool, open_pool
from services.platform.ledger import Partition, read_positions, start_positions
from services.platform.runner import Message, Reader, Runner, collect_rarely
from services.platform.settings import Settings
from services.platform.telemetry import configure_logging
from services.platform.topics_asked import log_bounds
from services.scheduler.app import build_readers

SERVICE = "scheduler"


class _SeekToLedger(ConsumerRebalanceListener):  # type: ignore[misc]
    """Starts every assigned partition where the ledger says."""

    def __init__(self, consumer: AIOKafkaConsumer, pool: Pool, prefix: str) -> None:
        self._consumer, self._pool, self._prefix = consumer, pool, prefix

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        pass

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        async with self._pool.connection() as connection:
            positions = await read_positions(connection, SERVICE)
        for tp in assigned:
            self._consumer.seek(tp, positions[Partition(tp.topic.removeprefix(self._prefix), tp.partition)])


async def _run(settings: Settings) -> None:
    readers = {settings.topic_prefix + reader.topic.name: reader for reader in build_readers(settings)}
    async with open_pool(settings.database) as pool:
        names = [reader.topic.name for reader in readers.values()]
        bounds = await asyncio.to_thread(log_bounds, settings, names)
        async with pool.connection() as connection:
            await start_positions(connection, SERVICE, {at: first for at, (first, _) in bounds.items()})
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka,
            group_id=f"{settings.topic_prefix}loop-{SERVICE}",
            group_instance_id=settings.worker or None,
            enable_auto_commit=False,
            max_partition_fetch_bytes=8 * 1024 * 1024,
        )
        consumer.subscribe(list(readers), listener=_SeekToLedger(consumer, pool, settings.topic_prefix))
        runner = Runner(SERVICE, pool)
        await consumer.start()
        try:
            while True:
                for tp, records in (await consumer.getmany(timeout_ms=200)).items():
                    await _fold(runner, readers[tp.topic], settings.topic_prefix, records)
        finally:
            await consumer.stop()


async def _fold(runner: Runner, reader: Reader, prefix: str, records: list) -> None:  # type: ignore[type-arg]
    messages = [
        Message(Partition(r.topic.removeprefix(prefix), r.partition), r.offset, r.key, r.value, tuple(r.headers))
        for r in records
    ]
    for start in range(0, len(messages), reader.batch):
        await runner.run(reader, messages[start : start + reader.batch])


async def main() -> None:
    """Runs until a signal stops it."""
    task = asyncio.ensure_future(_run(Settings.from_env()))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


if __name__ == "__main__":
    configure_logging()
    collect_rarely()
    asyncio.run(main())
