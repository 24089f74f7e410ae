"""Workers that are broken on purpose, so that the checker can be seen to fail. `CHAOS_BREAK` says how.

python -m tests.chaos.broken
"""

import os
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg

from schemas.topics import REQUEST, REQUEST_REJECTED
from schemas.wire import decode
from services.platform.ledger import Transaction, read_positions, write_positions
from services.platform.relay import Relay
from services.platform.runner import Message, Reader, Runner
from services.platform.settings import Settings
from services.platform.telemetry import configure_logging
from services.platform.worker import Worker
from services.scheduler.app import build_readers

VARIABLE = "CHAOS_BREAK"
DIES_AT = 2
"""From which batch of `request` on the broken worker ends in the middle of one, once."""
DEATH_MARK = "died-once"
PILE_UP_S = 1.5
"""How long the backward relay lets the outbox fill."""


class Break(StrEnum):
    """How the transaction, or the order, is broken."""

    NOT_AT_ALL = "nothing is broken"
    POSITION_FIRST = "the position is committed before state and outbox"
    POSITION_LAST = "the position is committed after state and outbox"
    OUTBOX_LAST = "the outbox is committed after state and position"
    BACKWARDS = "the relay publishes the newest rows first"


class TornRunner(Runner):
    """Commits in two transactions what belongs in one, and is killed between them, once."""

    how: Break
    mark: Path
    batches = 0

    async def run(self, reader: Reader, messages: Sequence[Message]) -> None:
        """As `Runner.run`, torn apart."""
        async with self.pool.connection() as connection:
            fresh = self._fresh(messages, await read_positions(connection, self.service))
            await connection.commit()  # else both halves below would be parts of the transaction begun by reading
            if not fresh:
                return
            transaction = Transaction(connection, source=f"/onevisit/{self.service}")
            positions = {message.partition: message.offset + 1 for message in fresh}
            refuses = False
            async with connection.transaction():
                if self.how is Break.POSITION_FIRST:
                    await write_positions(connection, self.service, positions)
                else:
                    await reader.fold(transaction, [decode(m.headers, m.value) for m in fresh])
                    refuses = any(topic.startswith(REQUEST_REJECTED.name) for topic, *_ in transaction._rows)
                    if self.how is Break.POSITION_LAST:
                        await transaction.flush()
                    else:
                        await write_positions(connection, self.service, positions)
            self._die_once(reader, refuses)
            async with connection.transaction():
                if self.how is Break.POSITION_FIRST:
                    await reader.fold(transaction, [decode(m.headers, m.value) for m in fresh])
                await transaction.flush()
                if self.how is Break.POSITION_LAST:
                    await write_positions(connection, self.service, positions)

    def _die_once(self, reader: Reader, refuses: bool) -> None:
        """All but refusals are folded twice without a trace, so the repeating one dies where something is refused."""
        self.batches += reader.topic is REQUEST
        telling = refuses or self.how is not Break.POSITION_LAST
        if self.batches >= DIES_AT and telling and not self.mark.exists():
            self.mark.touch()
            os._exit(137)


class _NewestFirst:
    """A connection that reads the outbox from its end."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def execute(self, sql: str, *arguments: Any) -> Any:
        return self._connection.execute(sql.replace("ORDER BY id", "ORDER BY id DESC").encode(), *arguments)


class BackwardRelay(Relay):
    """Lets the outbox fill and publishes the newest rows first."""

    def publish_batch(self, connection: "psycopg.Connection[Any]") -> int:
        """As `Relay.publish_batch`, backwards."""
        time.sleep(PILE_UP_S)
        return super().publish_batch(_NewestFirst(connection))  # type: ignore[arg-type]


def main() -> None:
    """Runs the broken program until a signal stops it."""
    configure_logging()
    settings = Settings.from_env()
    how = Break(os.environ[VARIABLE])
    if how is Break.BACKWARDS:
        BackwardRelay(settings).run()
        return
    worker = Worker("scheduler", settings, build_readers(settings))
    if how is not Break.NOT_AT_ALL:
        torn = TornRunner("scheduler", worker.pool)
        torn.how, torn.mark = how, settings.var / DEATH_MARK
        worker.runner = torn
    worker.main()


if __name__ == "__main__":
    main()
