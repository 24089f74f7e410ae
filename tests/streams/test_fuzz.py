"""A short run of the long fuzz, with another seed each time, and proof that its account can fail."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.base import Event
from schemas.topic import Topic
from schemas.topics import REQUEST, VISIT
from schemas.wire import UnreadableCode, UnreadableMessage
from services.platform.database import open_pool
from services.platform.ledger import Transaction
from services.platform.runner import Fold
from tests.streams.accounting import Account, Subscription
from tests.streams.fuzz import Fuzz, fuzz, make_settings
from tests.streams.mutations import MARKERS

MESSAGES = 3000


async def test_every_damaged_message_is_accounted_for(database: str, tmp_path: Path, seed: int) -> None:
    """Sent = folded + rejected + dead letters, for every reader; nothing that was planted is repeated."""
    account = await fuzz(make_settings(database, tmp_path / "var"), MESSAGES, seed)
    assert account.wrong == []
    assert account.total("sent") == MESSAGES
    for counts in account.outcomes.values():
        assert counts["sent"] == counts["folded"] + counts["rejected"] + counts["dead"]
        assert min(counts["folded"], counts["dead"]) > 0
    assert account.total("rejected") > 0
    assert {f"dead {code}" for code in UnreadableCode} <= account.codes.keys()
    assert account.planted > 0


async def test_every_event_that_a_reader_takes_is_damaged(database: str, tmp_path: Path) -> None:
    """What is sent is begun from the readers' own topics, so that no new event escapes."""
    settings = make_settings(database, tmp_path / "var")
    async with open_pool(database) as pool:
        line = Fuzz(pool, settings, seed=1)
        await line.run(MESSAGES)
    taken = {event.event_type for subscription in line.subscriptions for event in subscription.topic.carries}
    assert taken <= line.account.types.keys()


async def _broken(database: str, var: Path, topic: Topic, fold: Fold) -> Account:
    """The account of a line in which one reader has this fold."""
    settings = make_settings(database, var)
    async with open_pool(database) as pool:
        line = Fuzz(pool, settings, seed=1)
        line.subscriptions = [
            Subscription(s.service, replace(s.reader, fold=fold)) if s.topic is topic else s for s in line.subscriptions
        ]
        return await line.run(600)


@pytest.mark.parametrize(("topic", "complaint"), [(REQUEST, "0 accepted, 0 rejected"), (VISIT, "had no effect")])
async def test_a_message_that_is_forgotten_is_noticed(
    database: str, tmp_path: Path, topic: Topic, complaint: str
) -> None:
    """A fold that takes messages and does nothing is caught: by the sum of statements, or by the missing effect."""

    async def forget(transaction: Transaction, events: Sequence[Event]) -> None:
        return

    account = await _broken(database, tmp_path / "var", topic, forget)
    assert any(complaint in wrong for wrong in account.wrong)


async def test_an_error_that_repeats_content_is_noticed(database: str, tmp_path: Path) -> None:
    """A fold whose error holds a planted number is caught, in the dead letter and in the log."""

    async def tattle(transaction: Transaction, events: Sequence[Event]) -> None:
        raise UnreadableMessage(UnreadableCode.UNFOLDABLE, f"no such number: {MARKERS[0]}")

    account = await _broken(database, tmp_path / "var", REQUEST, tattle)
    assert any("in what is told on request.dead" in wrong for wrong in account.wrong)
    assert any("in a log" in wrong for wrong in account.wrong)
