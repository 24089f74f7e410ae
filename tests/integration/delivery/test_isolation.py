"""One agency's trouble is its own: what fails for one endpoint, be it our fault, costs no other an attempt."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from services.delivery.posting import Answer, DeliveryFault, Poster
from services.delivery.store.items import forget_items
from services.delivery.store.sendings import due_sendings, lock_endpoint
from services.gateway.store import webhooks
from services.platform.database import Connection
from services.platform.delivery_policy import DeliveryPolicy, DeliveryPolicyInvalid
from services.platform.look_ups import MOST_OPEN, THREADS
from tests.hanging_names import HANGING, HangingNames
from tests.integration.delivery.office import PATIENT, Office, until
from tests.integration.delivery.receivers import LATE_S, receiving

WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
"""Somebody of this test waits for a lock."""
REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON delivery.sending FOR EACH ROW WHEN (NEW.webhook_id = '{}')
EXECUTE FUNCTION refuse();
"""


async def _taken(office: Office, webhook_id: UUID) -> bool:
    return [row[0] for row in await office.log(webhook_id)] == ["delivered"]


async def test_a_secret_that_cannot_be_opened_stops_nobody_else(office: Office) -> None:
    """It is a failed attempt, tried again; another agency's slow endpoint is posted to once, and answers in peace."""
    async with receiving() as receiver:
        address = f"http://127.0.0.1:{receiver.port}"
        spoilt, _ = await office.register(f"{address}/good", agency="health")
        slow, _ = await office.register(f"{address}/late")
        await office.rows("UPDATE delivery.webhook SET secret = 'x' WHERE webhook_id = %s RETURNING 1", spoilt)
        await office.deliver("P-1", agency="health")
        await office.deliver("P-1")
        async with office.sending(PATIENT):
            await until(lambda: _taken(office, slow), 60 + LATE_S)

            async def tried() -> bool:
                return int((await office.log(spoilt))[0][2]) > 1

            await until(tried)
        assert (await office.log(spoilt))[0][:2] == ("waiting", DeliveryFault.SENDER_FAILED)
        assert (len(receiver.heard["/late"]), len(receiver.heard["/good"])) == (1, 0)


async def test_an_answer_that_cannot_be_noted_is_noted_later_and_not_sent_again(office: Office) -> None:
    """The database refuses one endpoint's row for a while: the others go on, and the answer is not lost."""
    async with receiving() as receiver:
        address = f"http://127.0.0.1:{receiver.port}"
        refused, _ = await office.register(f"{address}/refused", agency="health")
        other, _ = await office.register(f"{address}/late")
        async with office.pool.connection() as connection:
            await connection.execute(REFUSE.format(refused).encode())
        await office.deliver("P-1", agency="health")
        await office.deliver("P-1")
        async with office.sending(PATIENT):
            await until(lambda: _taken(office, other), 60 + LATE_S)
            assert not await _taken(office, refused)
            async with office.pool.connection() as connection:
                await connection.execute("DROP TRIGGER refuse ON delivery.sending")
            await until(lambda: _taken(office, refused))
        assert {path: len(heard) for path, heard in receiver.heard.items()} == {"/refused": 1, "/late": 1}


async def _send_from(connection: Connection, webhook_id: UUID) -> object:
    return await webhooks.send_from(connection, "hrss", webhook_id, after=0, now=datetime.now(UTC))


async def _resume(connection: Connection, webhook_id: UUID) -> object:
    return await webhooks.resume_webhook(connection, "hrss", webhook_id, datetime.now(UTC))


async def _forget(connection: Connection, webhook_id: UUID) -> object:
    return await forget_items(connection, before=datetime.now(UTC) + timedelta(days=1))


@pytest.mark.parametrize("change", [_send_from, _resume, _forget])
async def test_nobody_holds_a_sending_and_waits_for_its_endpoint(
    office: Office, change: Callable[[Connection, UUID], Awaitable[object]]
) -> None:
    """While the sender notes an answer, whoever changes many sendings waits at the endpoint, and holds none of them."""
    webhook_id, _ = await office.register("https://a.example/")
    await office.deliver("P-1", "P-2")
    async with await psycopg.AsyncConnection.connect(office.database) as sender:
        due = await due_sendings(sender, datetime.now(UTC), most=8)
        assert len(due) == 2 and await lock_endpoint(sender, due[0]) is not None

        async def changed() -> None:
            async with office.pool.connection() as connection:
                await change(connection, webhook_id)

        changing = asyncio.create_task(changed())

        async def waits() -> bool:
            assert not changing.done()
            return bool(await office.rows(WAITING))

        await until(waits)
        await sender.execute("SELECT FROM delivery.sending FOR UPDATE NOWAIT")
        await sender.commit()
        await asyncio.wait_for(changing, 60)


async def test_what_comes_while_an_endpoint_is_deleted_is_kept_without_it(office: Office) -> None:
    """The delivery program does not stop at a row of an endpoint that is there no more."""
    webhook_id, _ = await office.register("https://a.example/")
    async with await psycopg.AsyncConnection.connect(office.database) as agency:
        assert await webhooks.delete_webhook(agency, "hrss", webhook_id)
        delivering = asyncio.create_task(office.deliver("P-1"))

        async def waits() -> bool:
            return bool(await office.rows(WAITING))

        await until(waits)
        await agency.commit()
        await asyncio.wait_for(delivering, 60)
    assert await office.rows("SELECT count(*) FROM delivery.item") == [(1,)]
    assert await office.rows("SELECT count(*) FROM delivery.sending") == [(0,)]


async def test_names_that_hang_hold_up_only_their_agency(hanging_names: HangingNames) -> None:
    """One has more of them than there are threads; another's endpoint is reached all the while."""
    async with receiving() as receiver:
        poster, headers = Poster(PATIENT), {"content-length": "0"}
        addresses = [f"https://a{n}{HANGING}/" for n in range(2 * MOST_OPEN)]
        waiting = [asyncio.create_task(poster.post("health", one, headers, b"")) for one in addresses]
        await until(lambda: hanging_names.asked(THREADS))
        answer = await poster.post("hrss", f"http://127.0.0.1:{receiver.port}/good", headers, b"")
        assert (answer.response_code, answer.fault) == (200, None)

        async def rest_refused() -> bool:
            return sum(one.done() for one in waiting) >= MOST_OPEN

        await until(rest_refused)
        for one in waiting:
            one.cancel()
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        faults = [one.fault for one in ended if isinstance(one, Answer)]
        assert faults == [DeliveryFault.TIMED_OUT] * MOST_OPEN
        await poster.close()


async def test_as_many_are_on_their_way_as_the_policy_says(office: Office) -> None:
    """To an endpoint that answers none of them."""
    policy = PATIENT.model_copy(update={"parallel": 60})
    async with receiving() as receiver:
        await office.register(f"http://127.0.0.1:{receiver.port}/hangs")
        await office.deliver(*(f"P-{n}" for n in range(70)))

        async def sixty() -> bool:
            return len(receiver.heard["/hangs"]) >= 60

        async with office.sending(policy):
            await until(sixty)
        assert len(receiver.heard["/hangs"]) == 60


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_authority_that_cannot_be_read_is_told_before_anything_is_sent(tmp_path: Path, content: str | None) -> None:
    """With a code, where the program begins."""
    authority = tmp_path / f"{uuid4()}.pem"
    if content is not None:
        authority.write_text(content)
    with pytest.raises(DeliveryPolicyInvalid, match="authority"):
        Poster(DeliveryPolicy(authority=authority))
