"""Runs the readers of a service on Faust.

Faust reads and balances; the ledger decides. On every assignment, and whenever a message is missing, the worker asks
the ledger where it was and starts there (docs/adr/0001-ledger.md). An error that no retry can mend ends the process:
Faust would log it and go on, and the message would be gone.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from typing import Any

import faust
import psycopg
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from faust.types import TP
from prometheus_client import start_http_server
from psycopg_pool import PoolTimeout

from services.platform import telemetry
from services.platform.clock import ClockWatch, await_believed
from services.platform.database import Pool, open_pool
from services.platform.ending import run_until_ended
from services.platform.ledger import LogTruncated, Partition, PositionGap, read_positions, start_positions
from services.platform.runner import Message, Reader, Runner, collect_rarely
from services.platform.seldom import AGAIN
from services.platform.settings import Settings
from services.platform.stores_awaited import await_database, await_topics
from services.platform.topics_asked import log_bounds

log = logging.getLogger(__name__)

Chore = Callable[[Pool], Coroutine[Any, Any, None]]

EXIT_CRASHED = 70
"""Exit status after an error that no retry can mend (EX_SOFTWARE of sysexits.h)."""
MAX_REWINDS = 50
"""Rewinds of one partition without progress before the worker gives up: those messages are gone from the log."""
SESSION_S = 8.0
"""A worker that was killed is missed after this long; the broker's lower bound is 6 s."""
TAKE_WITHIN_S = 0.05
"""How long a batch may wait to be filled."""
RETRY_S = (0.2, 5.0)
"""First and longest pause before a fold is tried again while the database is away."""


class LedgerConsumer(FaustConsumer):
    """Faust's consumer, but it starts where the ledger says, not where Kafka's committed offset says."""

    pool: Pool
    service: str
    prefix: str

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seeks every assigned partition to its position in the ledger and returns these positions."""
        await super().seek_to_committed()
        async with self.pool.connection() as connection:
            positions = await read_positions(connection, self.service)
        offsets = {
            tp: positions.get(Partition(tp.topic.removeprefix(self.prefix), tp.partition), 0)
            for tp in self.assignment()
        }
        for tp, offset in offsets.items():
            await self._seek(tp, offset)
        return offsets


class _App(faust.App):
    """A Faust application that opens its ledger before it reads anything."""

    def __init__(self, worker: "Worker", *args: Any, **kwargs: Any) -> None:
        self._worker = worker
        super().__init__(*args, **kwargs)

    async def on_start(self) -> None:
        await self._worker.open()
        await super().on_start()

    async def on_stop(self) -> None:
        await super().on_stop()
        await self._worker.pool.close()


class Worker:
    """A Faust application that runs the readers of one service, and beside them its ``chores``: endless, and never
    raising."""

    def __init__(
        self,
        service: str,
        settings: Settings,
        readers: Sequence[Reader],
        pool: Pool | None = None,
        chores: Sequence[Chore] = (),
    ) -> None:
        self.service = service
        self.settings = settings
        self.readers = tuple(readers)
        self.pool = pool or open_pool(settings.database)
        self.runner = Runner(service, self.pool)
        self.clock = ClockWatch()
        self.chores = (self.clock.look_for_ever, *chores)
        self._prefix = settings.topic_prefix
        self._rewinds: dict[Partition, int] = {}
        self.app = self._build_app(settings)

    def main(self) -> None:
        """Waits for broker, database and a clock that is believed, and runs until a signal stops it."""
        await_database(self.settings.database, "platform.clock")
        await_topics(self.settings, self._topic_names())
        await_believed(self.settings.database)
        if self.settings.metrics_port:
            start_http_server(self.settings.metrics_port, addr="127.0.0.1")
        collect_rarely()
        worker = faust.Worker(self.app, loglevel="WARNING", quiet=True, redirect_stdouts=False, override_logging=False)
        worker.execute_from_commandline()

    def _topic_names(self) -> list[str]:
        return [name for reader in self.readers for name in reader.topic.names(self.settings.agencies)]

    def _build_app(self, settings: Settings) -> faust.App:
        app = _App(
            self,
            f"{settings.topic_prefix}onevisit-{self.service}",
            broker=[f"aiokafka://{server}" for server in settings.kafka.split(",")],
            store="memory://",
            datadir=settings.var / "faust",
            autodiscover=False,
            web_enabled=False,
            key_serializer="raw",
            value_serializer="raw",
            topic_allow_declare=False,
            topic_disable_leader=True,
            consumer_auto_offset_reset="earliest",
            broker_commit_interval=5.0,
            consumer_group_instance_id=settings.worker or None,
            broker_session_timeout=SESSION_S,
            broker_heartbeat_interval=SESSION_S / 4,
            stream_wait_empty=False,
            stream_buffer_maxsize=512,
            stream_recovery_delay=0.0,
        )
        consumer = type(
            "ServiceConsumer",
            (LedgerConsumer,),
            {"pool": self.pool, "service": self.service, "prefix": settings.topic_prefix},
        )
        app.transport = type("ServiceTransport", (type(app.transport),), {"Consumer": consumer})(app.transport.url, app)

        for reader in self.readers:
            self._add_agent(app, reader)
        for chore in self.chores:
            self._add_chore(app, chore)
        return app

    async def open(self) -> None:
        """Opens the pool and gives every partition a starting position.

        Raises:
            LogTruncated: when Kafka holds less than was read: it would give old offsets to new messages.
        """
        await self.pool.open()
        bounds = await asyncio.to_thread(log_bounds, self.settings, self._topic_names())
        async with self.pool.connection() as connection:
            await start_positions(connection, self.service, {at: first for at, (first, _) in bounds.items()})
            positions = await read_positions(connection, self.service)
        for partition, (_, end) in bounds.items():
            if positions[partition] > end:
                raise LogTruncated(partition, positions[partition], end)
        log.info("%s reads %s", self.service, ", ".join(self._topic_names()))

    def _add_chore(self, app: faust.App, chore: Chore) -> None:
        async def run() -> None:
            await run_until_ended(chore(self.pool))

        app.task(run)

    def _add_agent(self, app: faust.App, reader: Reader) -> None:
        topic = app.topic(
            *(self._prefix + name for name in reader.topic.names(self.settings.agencies)),
            key_type=bytes,
            value_type=bytes,
            allow_empty=True,
        )

        async def agent(stream: faust.StreamT[bytes]) -> None:
            if reader.batch == 1:
                async for event in stream.events():
                    await self._guarded(reader, [event])
            else:
                async for events in _batches(stream, reader.batch):
                    await self._guarded(reader, events)

        app.agent(topic, name=f"{self.service}.{reader.topic.name}")(agent)

    async def _guarded(self, reader: Reader, events: Sequence[Any]) -> None:
        """Folds one batch; waits while the clock is in doubt or the database away; anything else ends the process."""
        await self.clock.until_believed()
        messages = [_message(event, self._prefix) for event in events]
        pause = RETRY_S[0]
        while True:
            try:
                await self.runner.run(reader, messages)
            except PositionGap as gap:
                await self._rewind(reader, gap)
                messages = [m for m in messages if m.partition != gap.partition]
            except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
                why = type(error).__name__
                log.warning("the database does not answer (%s); trying again in %.1f s", why, pause, extra=AGAIN)
                await asyncio.sleep(pause)
                pause = min(pause * 2, RETRY_S[1])
            except asyncio.CancelledError:
                raise
            except BaseException:
                log.critical("%s cannot fold %s; stopping", self.service, reader.topic.name, exc_info=True)
                logging.shutdown()
                os._exit(EXIT_CRASHED)
            else:
                for message in messages:
                    self._rewinds.pop(message.partition, None)
                return

    async def _rewind(self, reader: Reader, gap: PositionGap) -> None:
        count = self._rewinds[gap.partition] = self._rewinds.get(gap.partition, 0) + 1
        if count > MAX_REWINDS:
            raise RuntimeError(f"{gap}: the messages in between are no longer in the log; restore it or the database")
        telemetry.REWINDS.labels(self.service, reader.topic.name).inc()
        log.warning("%s; going back", gap)
        await self.app.consumer.seek(TP(self._prefix + gap.partition.topic, gap.partition.number), gap.expected)


async def _batches(stream: Any, size: int) -> AsyncIterator[Sequence[Any]]:
    async for events in stream.take_events(size, within=TAKE_WITHIN_S):
        yield events


def _message(event: Any, prefix: str) -> Message:
    raw = event.message
    headers = raw.headers.items() if isinstance(raw.headers, Mapping) else raw.headers or ()
    return Message(
        Partition(raw.topic.removeprefix(prefix), raw.partition), raw.offset, raw.key, raw.value, tuple(headers)
    )
