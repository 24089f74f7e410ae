"""Intake and merging as folds, on a real PostgreSQL and without Kafka: rows in, outcomes and visits out."""

from datetime import date

import pytest

from schemas.base import stable_id
from schemas.request import CertificationRequested, RequestAmended, RequestBatch, RequestWithdrawn
from services.platform.ledger import Transaction
from services.platform.sealing import key_id_of, seal
from tests.integration.line import made_up_ids
from tests.streams.desk import MOMENT, Desk


async def test_a_bad_row_goes_back_and_the_rest_goes_on(desk: Desk) -> None:
    """Of three rows the middle one is rejected with its code; the others become visits."""
    one, two = made_up_ids(1001)[0], made_up_ids(1001)[1000]
    back = await desk.say(
        await desk.request(one, "A"), await desk.request(one[:-1] + "?", "B"), await desk.request(two, "C")
    )
    assert back == [("ID_CHARACTERS", "B")]
    assert [requests for requests, _, _ in await desk.open_visits()] == [["A"], ["C"]]


async def test_an_amendment_moves_the_window_and_a_withdrawal_closes_the_visit(desk: Desk) -> None:
    """The later statement of an agency wins, field by field."""
    await desk.say(await desk.request(made_up_ids(1)[0], "A"))
    await desk.say(RequestAmended(request_id="A", due_date="2026-03-20", recorded_at=desk.now()))
    assert await desk.open_visits() == [(["A"], date(2026, 3, 1), date(2026, 3, 20))]
    await desk.say(RequestWithdrawn(request_id="A", recorded_at=desk.now()))
    assert await desk.open_visits() == []


async def test_a_number_belongs_to_the_first_person_it_was_given_to(desk: Desk) -> None:
    """The same agency's number for a second person goes back; another agency may use it."""
    one, two = made_up_ids(2)
    await desk.say(await desk.request(one, "A"))
    assert await desk.say(await desk.request(two, "A")) == [("REQUEST_ID_REUSED", "A")]
    assert await desk.say(await desk.request(two, "A"), agency="health") == []


async def test_what_was_never_accepted_can_be_neither_changed_nor_withdrawn(desk: Desk) -> None:
    """An amendment of an unknown number goes back with a code."""
    back = await desk.say(RequestWithdrawn(request_id="nobody", recorded_at=desk.now()))
    assert back == [("REQUEST_UNKNOWN", "nobody")]


async def test_a_request_of_an_erased_person_goes_back(desk: Desk) -> None:
    """Once the key is destroyed, the statement cannot be opened: rejected with a code, not a crash."""
    request = await desk.request(made_up_ids(1)[0], "A")
    async with desk.pool.connection() as connection:
        await connection.execute("UPDATE platform.keyring SET wrapped = NULL, destroyed_at = now()")
    assert await desk.say(request) == [("PERSON_ERASED", "A")]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("no\0body", "REQUEST_UNKNOWN"),
        ("\0 \u200b", "FIELD_MISSING"),
        ("\u200e", "FIELD_MISSING"),
        ("长" * 65, "TEXT_TOO_LONG"),
        ("2.026E+17", "REQUEST_ID_PRECISION_LOST"),
        ("R11010519491231002X", "REQUEST_ID_IS_ID_NUMBER"),
        ("2026111010519491231002X8", "REQUEST_ID_IS_ID_NUMBER"),
    ],
)
async def test_one_bad_number_does_not_take_its_batch_with_it(desk: Desk, bad: str, code: str) -> None:
    """Withdrawn, amended or requested under such a number: each goes back, the good ones beside it take effect."""
    one, two = made_up_ids(1001)[0], made_up_ids(1001)[1000]
    await desk.say(await desk.request(one, "A"))
    request = await desk.request("not an ID", bad)
    changes = (
        RequestWithdrawn(request_id=bad, recorded_at=desk.now()),
        RequestAmended(request_id=bad, due_date="2026-03-20", recorded_at=desk.now()),
    )
    back = await desk.say(await desk.request(two, "C"), request, *changes, await desk.request(one, "B"))
    assert len(back) == 3
    assert [found for found, _ in back][1:] == [code, code]
    assert sorted(name for requests, _, _ in await desk.open_visits() for name in requests) == ["A", "B", "C"]
    assert "11010519491231002X" not in str(back)


async def test_a_change_finds_its_request_under_the_number_as_typed(desk: Desk) -> None:
    """A number with a blank or a control character is the same number in the request, its change and its withdrawal."""
    await desk.say(await desk.request(made_up_ids(1)[0], " P\0-1 "))
    await desk.say(RequestAmended(request_id="\x07P-1", due_date="2026-03-20", recorded_at=desk.now()))
    assert await desk.open_visits() == [(["P-1"], date(2026, 3, 1), date(2026, 3, 20))]
    assert await desk.say(RequestWithdrawn(request_id="P-1\u3000", recorded_at=desk.now())) == []
    assert await desk.open_visits() == []


async def test_personal_data_in_a_strange_form_cost_one_row(desk: Desk) -> None:
    """Sealed text that is no `PersonalData` goes back with its code; the row beside it becomes a visit."""
    number = made_up_ids(1)[0]
    good = await desk.request(number, "A")
    key_id = key_id_of(desk.person(number))
    async with desk.pool.connection() as connection:
        keys = await desk.keyring.get(connection, [key_id])
    assert isinstance(good, CertificationRequested)
    bad = good.model_copy(update={"request_id": "B", "personal": seal(keys[key_id], key_id, b'{"id_number": 7}')})
    assert await desk.say(bad, good) == [("PERSON_UNREADABLE", "B")]
    assert [requests for requests, _, _ in await desk.open_visits()] == [["A"]]


async def test_overlapping_windows_of_three_agencies_are_one_visit_and_a_later_one_another(desk: Desk) -> None:
    """Three requests, two of them overlapping: two visits, the first in what the windows have in common."""
    person = made_up_ids(1)[0]
    await desk.say(await desk.request(person, "A", "2026-03-01", "2026-03-20"))
    await desk.say(await desk.request(person, "B", "2026-03-10", "2026-03-31"), agency="health")
    await desk.say(await desk.request(person, "C", "2026-06-01", "2026-06-30"), agency="civil_affairs")
    assert await desk.open_visits() == [
        (["A", "B"], date(2026, 3, 10), date(2026, 3, 20)),
        (["C"], date(2026, 6, 1), date(2026, 6, 30)),
    ]


async def test_a_batch_that_is_sent_twice_is_answered_the_same_to_the_byte(desk: Desk) -> None:
    """After a kill of the relay the same batch comes again: its refusals and what is passed on are identical."""
    items = (await desk.request(made_up_ids(1)[0], "A"), await desk.request("not an ID", "B"))
    batch = RequestBatch(event_id=stable_id("twice"), recorded_at=MOMENT, agency="hrss", items=items)
    sent = []
    for _ in range(2):
        async with desk.pool.connection() as connection, connection.transaction():
            await connection.execute("TRUNCATE platform.outbox")
            transaction = Transaction(connection, "/test")
            await desk.intake.fold(transaction, [batch])
            await transaction.flush()
            cursor = await connection.execute("SELECT topic, key, headers, value FROM platform.outbox ORDER BY id")
            sent.append(await cursor.fetchall())
    assert len(sent[0]) == 2
    assert sent[0] == sent[1]
