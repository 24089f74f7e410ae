"""Damaged messages of every kind that our readers take, through the real folds on a real PostgreSQL, and the account.

    python -m tests.streams.fuzz --messages 100000       # make fuzz-messages

Each message ends folded, rejected with a code (what an agency says), or as a dead letter with its error: one of these,
and none is lost. No error, no log and no key repeats what was planted in the content. Whatever does not agree is
printed with the seed. The readers and their events are taken from the services themselves, not from a list.
"""

import argparse
import asyncio
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.embedded.stack import EmbeddedStack
from schemas.base import Event
from schemas.topic import Topic, dead_topic
from schemas.topics import REQUEST, TOPICS
from schemas.wire import decode
from services.certify.app import build_readers as certify_readers
from services.certify.engines.store import ModelStore
from services.platform import secrets
from services.platform.database import Pool, migrate, open_pool
from services.platform.ledger import start_positions, unpack_headers
from services.platform.runner import Message, Runner
from services.platform.settings import Settings
from services.scheduler.app import build_readers as scheduler_readers
from tests.streams.accounting import Account, Subscription
from tests.streams.mutations import ALL_SPECIMENS, Raw, crossed, injured, specimens
from tests.streams.statements import Agency

MODELS = Path(__file__).resolve().parents[2] / "var" / "models"
PER_BATCH = 25
KEPT = 300
"""Messages of a topic that are kept to be damaged; what the folds themselves send takes the place of earlier ones."""


class Fuzz:
    """Feeds damaged messages to every reader of the line, in turns, and keeps the account."""

    def __init__(self, pool: Pool, settings: Settings, seed: int) -> None:
        self.pool = pool
        self.account = Account()
        self.subscriptions = [
            Subscription(service, reader)
            for service, build in (("scheduler", scheduler_readers), ("certify", certify_readers))
            for reader in build(settings)
        ]
        self._runners = {service: Runner(service, pool) for service in ("scheduler", "certify")}
        self._chance = random.Random(seed)
        self._agency = Agency(secrets.load(settings.secrets).master_key, self._chance)
        self._real = {subscription.topic.name: specimens(subscription.topic) for subscription in self.subscriptions}
        self._ends: Counter[Subscription] = Counter()
        self._begun: set[str] = set()
        self._topics = {name for topic in TOPICS for name in topic.names(settings.agencies)} | {
            dead_topic(subscription.topic).name for subscription in self.subscriptions
        }

    async def run(self, messages: int) -> Account:
        """Sends this many messages."""
        async with self.pool.connection() as connection:
            for subscription in self.subscriptions:
                await start_positions(connection, subscription.service, {subscription.at: 0})
        with _listening() as heard:
            for start in range(0, messages, PER_BATCH):
                turn = self.subscriptions[start // PER_BATCH % len(self.subscriptions)]
                await self._send(turn, min(PER_BATCH, messages - start))
        self.account.look_for_content_in_logs(heard)
        await self.account.check_database(self.pool, self._ends)
        return self.account

    async def _send(self, subscription: Subscription, count: int) -> None:
        raws = [await self._next(subscription.topic) for _ in range(count)]
        first = self._ends[subscription]
        batch = [
            Message(subscription.at, first + n, b"key", value, tuple(headers))
            for n, (headers, value) in enumerate(raws)
        ]
        await self._runners[subscription.service].run(subscription.reader, batch)
        self._ends[subscription] += count
        self.account.settle(subscription, first, raws, await self._sent())

    async def _next(self, topic: Topic) -> Raw:
        """A message: what an agency says, what the line itself has sent, or one of another topic; mostly damaged.

        The first of each topic is whole: else a damaged key makes a request another person's for ever, and all that
        follows is buried.
        """
        if topic.name not in self._begun:
            self._begun.add(topic.name)
            raw = self._real[topic.name][0]
            self.account.types[dict(raw[0])["ce_type"].decode()] += 1
            return raw
        if topic is REQUEST and self._chance.random() < 0.6:
            raw, whole = await self._agency.speak(self.pool), 0.5
        elif self._chance.random() < 0.1:
            raw, whole = self._chance.choice(ALL_SPECIMENS), 0.1
        else:
            raw, whole = self._chance.choice(self._real[topic.name]), 0.1
        self.account.types[dict(raw[0])["ce_type"].decode()] += 1
        if self._chance.random() < whole:
            return raw
        if self._chance.random() < 0.4:
            return crossed(raw, self._chance.choice(self._real[topic.name]), self._chance)
        return injured(raw, self._chance)

    async def _sent(self) -> list[tuple[str, bytes, Event]]:
        """What lies in the outbox, all of it readable and for topics that exist; then it is published."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute(
                "WITH sent AS (DELETE FROM platform.outbox RETURNING id, topic, key, headers, value)"
                " SELECT topic, key, headers, value FROM sent ORDER BY id"
            )
            rows = await cursor.fetchall()
        for topic, _, headers, value in rows:
            if topic not in self._topics:
                self.account.wrong.append(f"sent to {topic}, which the county does not have")
            real = self._real.get(topic, [])
            if len(real) < KEPT:
                real.append((unpack_headers(headers), value))
            else:
                real[self._chance.randrange(KEPT)] = (unpack_headers(headers), value)
        return [(topic, key, decode(unpack_headers(headers), value)) for topic, key, headers, value in rows]


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


@contextmanager
def _listening() -> Iterator[list[str]]:
    """What is logged meanwhile, before anything is blanked in it; nothing of it is printed."""
    root, ear = logging.getLogger(), _Ear()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = [ear]
    root.setLevel(logging.INFO)
    try:
        yield ear.heard
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def make_settings(database: str, var: Path) -> Settings:
    """An installation with its own secrets, and the project's models."""
    ModelStore(MODELS).pull()
    settings = Settings(database=database, var=var)
    settings.var.mkdir(exist_ok=True)
    settings.models.symlink_to(MODELS)
    secrets.make_missing(settings.secrets)
    return settings


async def fuzz(settings: Settings, messages: int, seed: int) -> Account:
    """Sends this many damaged messages to an empty installation."""
    migrate(settings.database)
    async with open_pool(settings.database) as pool:
        return await Fuzz(pool, settings, seed).run(messages)


def print_account(account: Account) -> None:
    """The sums, reader by reader and code by code."""
    tell = sys.stdout.write
    tell(f"{'reader':<12}{'topic':<20}{'sent':>9}{'folded':>9}{'rejected':>9}{'dead':>9}\n")
    for (service, topic), counts in account.outcomes.items():
        numbers = "".join(f"{counts[what]:>9}" for what in ("sent", "folded", "rejected", "dead"))
        tell(f"{service:<12}{topic:<20}{numbers}\n")
    sent, folded, rejected, dead = map(account.total, ("sent", "folded", "rejected", "dead"))
    tell(f"{sent} sent = {folded} folded + {rejected} rejected + {dead} dead letters\n")
    said = account.statements
    tell(f"{said['asked']} statements in taken batches = {said['accepted']} accepted + {said['rejected']} rejected\n")
    tell(f"{sum(map(len, account.effects.values()))} effects looked for in the database\n")
    tell(f"{account.planted} messages held a planted ID number or name; ")
    tell(f"errors, logs and keys that repeat one: {account.repeated}\n")
    for title, counts in (("ended with", account.codes), ("began as", account.types)):
        tell(f"{title}\n")
        for what, count in counts.most_common():
            tell(f"{count:>9}  {what}\n")
    for wrong in account.wrong:
        tell(f"WRONG {wrong}\n")


def main() -> int:
    """Prints the account; exit status 1 when something does not agree."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="onevisit-fuzz-"))
    folder.chmod(0o711)
    try:
        with EmbeddedStack(folder) as stack:
            stack.start(programs=[])
            started = time.perf_counter()
            account = asyncio.run(fuzz(make_settings(stack.database, folder / "fuzz"), given.messages, given.seed))
            sys.stdout.write(f"seed {given.seed}, {time.perf_counter() - started:.0f} s\n")
    finally:
        shutil.rmtree(folder)
    print_account(account)
    return 1 if account.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
