"""Webhooks to endpoints that behave in every way: nothing is lost, nothing is followed, nothing is stuck."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from onevisit_agency import Kind, WebhookInvalid, verify_webhook
from standardwebhooks import Webhook, WebhookVerificationError

from deploy.embedded import kafka_tls
from services.delivery.posting import DeliveryFault, Poster
from services.gateway.store import webhooks
from services.platform.webhook_signing import new_secret, seal_secret, shown
from tests.integration.delivery.office import MASTER_KEY, PATIENT, QUICK, Office, until
from tests.integration.delivery.receivers import LATE_S, Receiver, receiving


async def test_an_endpoint_may_do_anything(office: Office, tmp_path: Path) -> None:
    """Each way of failing has its code and delays nobody else; once healed, everything arrives, each under its id."""
    faults = {
        "/hangs": DeliveryFault.TIMED_OUT,
        "/late": DeliveryFault.TIMED_OUT,
        "/drips": DeliveryFault.TIMED_OUT,
        "/closes": DeliveryFault.CONNECTION_FAILED,
        "/breaks": DeliveryFault.CONNECTION_FAILED,
        "/nonsense": DeliveryFault.ANSWER_MALFORMED,
        "/error": DeliveryFault.ANSWERED_ERROR,
        "/moved": DeliveryFault.REDIRECTED,
        "/busy": DeliveryFault.THROTTLED,
        "/gone": DeliveryFault.ENDPOINT_GONE,
    }
    kafka_tls.prepare(tmp_path, "127.0.0.1")
    untrusted = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    untrusted.load_cert_chain(tmp_path / kafka_tls.BROKER)
    async with receiving() as receiver, receiving(untrusted) as secure, office.sending():
        address = f"http://127.0.0.1:{receiver.port}"
        hooks = {path: (await office.register(address + path))[0] for path in (*faults, "/good", "/huge")}
        elsewhere = {
            (await office.register(f"https://127.0.0.1:{secure.port}/"))[0]: DeliveryFault.TLS_FAILED,
            (await office.register(f"https://{'n' * 64}.example/"))[0]: DeliveryFault.NAME_UNKNOWN,
            (await office.register("https://10.1.2.3/"))[0]: DeliveryFault.ADDRESS_REFUSED,
            (await office.register("http://127.0.0.1:1/"))[0]: DeliveryFault.CONNECTION_FAILED,
        }
        (event_id,) = await office.deliver("P-1")

        wanted: dict[UUID, tuple[str, str | None]] = {hooks[path]: ("waiting", str(f)) for path, f in faults.items()}
        wanted |= {one: ("waiting", str(fault)) for one, fault in elsewhere.items()}
        wanted |= {hooks[path]: ("delivered", None) for path in ("/good", "/huge")}

        async def each_in_its_way() -> bool:  # in the end: a busy machine may stand still while an answer is due
            return {one: (await office.log(one))[0][:2] for one in wanted} == wanted

        await until(each_in_its_way)
        (_, _, attempts), *_ = await office.log(hooks["/good"])
        assert 1 <= len(receiver.heard["/good"]) <= attempts  # a redirect to it was not followed
        assert await office.state(hooks["/gone"]) == "gone"

        receiver.healed = True
        async with office.pool.connection() as connection:
            assert await webhooks.resume_webhook(connection, "hrss", hooks["/gone"], datetime.now(UTC))

        async def all_taken() -> bool:
            return all([(await office.log(one))[0][0] == "delivered" for one in hooks.values()])

        await until(all_taken)
        ids = {headers["webhook-id"] for heard in receiver.heard.values() for headers, _ in heard}
        assert ids == {str(event_id)}
        assert secure.heard == {}


async def test_signatures_hold_for_two_receivers_that_share_no_code(office: Office) -> None:
    """The conventions' own library and our client take it, once; changed, old or foreign it is refused by both."""
    async with receiving() as receiver, office.sending():
        _, secret = await office.register(f"http://127.0.0.1:{receiver.port}/good")
        (event_id,) = await office.deliver("P-1")
        await until(lambda: _heard(receiver, "/good", 1))
    headers, body = receiver.heard["/good"][0]
    message = Webhook(secret).verify(body, headers)
    assert message["type"] == "request.noticed.v1" and message["data"]["event_id"] == str(event_id)
    delivery = verify_webhook(secret, headers, body)
    assert (delivery.event_id, delivery.kind, delivery.request_id) == (event_id, Kind.REQUEST_NOTICED, "P-1")
    old = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 3600)}
    for given, changed in ((headers, body + b" "), (old, body), (headers | {"webhook-id": str(uuid4())}, body)):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(changed, given)
        with pytest.raises(WebhookInvalid):
            verify_webhook(secret, given, changed)
    late = float(headers["webhook-timestamp"]) + 301
    with pytest.raises(WebhookInvalid, match="too old"):
        verify_webhook(secret, headers, body, now=late)
    with pytest.raises(WebhookInvalid):
        verify_webhook(shown(new_secret()), headers, body)


async def test_a_new_secret_overlaps_with_the_old_one(office: Office) -> None:
    """While both hold, a receiver with either takes what comes; afterwards only the new one signs."""
    async with receiving() as receiver, office.sending():
        webhook_id, old = await office.register(f"http://127.0.0.1:{receiver.port}/good")
        secret = new_secret()
        both_until = datetime.now(UTC) + timedelta(hours=1)
        async with office.pool.connection() as connection:
            sealed = seal_secret(MASTER_KEY, webhook_id, secret)
            assert await webhooks.change_secret(connection, "hrss", webhook_id, sealed, both_until=both_until)
        await office.deliver("P-1")
        await until(lambda: _heard(receiver, "/good", 1))
        await office.rows("UPDATE delivery.webhook SET before_until = now() RETURNING 1")
        await office.deliver("P-2")
        await until(lambda: _heard(receiver, "/good", 2))
    (first, second) = receiver.heard["/good"]
    for one in (old, shown(secret)):
        Webhook(one).verify(first[1], first[0])
    Webhook(shown(secret)).verify(second[1], second[0])
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(second[1], second[0])


async def test_what_is_about_one_request_keeps_its_order(office: Office) -> None:
    """A second notice about a request waits for the first, however long that fails; other requests do not."""
    async with receiving() as receiver, office.sending():
        webhook_id, _ = await office.register(f"http://127.0.0.1:{receiver.port}/error")
        first, second, other = await office.deliver("P-1", "P-1", "P-2")
        await until(lambda: _heard(receiver, "/error", 6))
        tried = {headers["webhook-id"] for headers, _ in receiver.heard["/error"]}
        assert tried == {str(first), str(other)}
        receiver.healed = True
        await until(lambda: _all(office, webhook_id, "delivered"))
    heard = [headers["webhook-id"] for headers, _ in receiver.heard["/error"]]
    assert heard.index(str(second)) > max(i for i, one in enumerate(heard) if one == str(first))


async def test_an_endpoint_that_fails_for_long_is_paused_probed_and_goes_on(office: Office) -> None:
    """Paused, it gets one probe at a time; the first that it takes brings everything that waited."""
    policy = QUICK.model_copy(update={"pause_hours": 0.5 / 3600, "probe_s": 0.3})
    async with receiving() as receiver, office.sending(policy):
        webhook_id, _ = await office.register(f"http://127.0.0.1:{receiver.port}/error")
        await office.deliver("P-1", "P-2", "P-3")

        async def paused() -> bool:
            return await office.state(webhook_id) == "paused"

        await until(paused)
        await office.deliver("P-4")
        receiver.healed = True
        await until(lambda: _all(office, webhook_id, "delivered"))
        assert await office.state(webhook_id) == "active"


async def test_after_its_time_a_delivery_is_given_up_and_can_be_sent_again(office: Office) -> None:
    """It is shown as failed, not tried again, and one order sends it under its old id."""
    policy = QUICK.model_copy(update={"try_hours": 0.4 / 3600})
    async with receiving() as receiver, office.sending(policy):
        webhook_id, _ = await office.register(f"http://127.0.0.1:{receiver.port}/error")
        (event_id,) = await office.deliver("P-1")
        await until(lambda: _all(office, webhook_id, "failed"))
        receiver.healed = True
        async with office.pool.connection() as connection:
            assert await webhooks.send_again(connection, webhook_id, 1, datetime.now(UTC))
        await until(lambda: _all(office, webhook_id, "delivered"))
        assert receiver.heard["/error"][-1][0]["webhook-id"] == str(event_id)


async def test_an_answer_that_comes_too_late_is_followed_by_a_repetition(office: Office) -> None:
    """The receiver did its work and answered late: it gets the same id again, and knows it."""
    async with receiving() as receiver, office.sending():
        webhook_id, _ = await office.register(f"http://127.0.0.1:{receiver.port}/late")
        await office.deliver("P-1")
        await until(lambda: _heard(receiver, "/late", 2), seconds=60 + LATE_S)
        receiver.healed = True
        await until(lambda: _all(office, webhook_id, "delivered"))
    assert len({headers["webhook-id"] for headers, _ in receiver.heard["/late"]}) == 1


async def test_a_name_that_leads_into_a_private_network_is_refused() -> None:
    """The name is looked up at every attempt and judged by its addresses: registering a good one first helps nobody."""
    async with receiving() as receiver:
        poster = Poster(QUICK.model_copy(update={"networks": ()}))
        answer = await poster.post("hrss", f"https://localhost:{receiver.port}/good", {"content-length": "0"}, b"")
        await poster.close()
    assert answer.fault is DeliveryFault.ADDRESS_REFUSED
    assert receiver.heard == {}


async def test_only_who_is_busy_may_ask_to_wait() -> None:
    """Retry-After counts with 429 and 503, as the guide says; with another answer it holds nothing back."""
    async with receiving() as receiver:
        poster, address = Poster(PATIENT), f"http://127.0.0.1:{receiver.port}"
        headers = {"content-length": "0"}
        answers = {path: await poster.post("hrss", address + path, headers, b"") for path in ("/busy", "/moved-later")}
        await poster.close()
    assert {path: one.retry_after_s for path, one in answers.items()} == {"/busy": 2.0, "/moved-later": None}


async def test_https_is_taken_from_the_county_s_own_authority(tmp_path: Path) -> None:
    """Endpoints in the government's network have certificates of its own authority."""
    kafka_tls.prepare(tmp_path, "127.0.0.1")
    trusted = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trusted.load_cert_chain(tmp_path / kafka_tls.BROKER)
    async with receiving(trusted) as receiver:
        poster = Poster(PATIENT.model_copy(update={"authority": tmp_path / kafka_tls.AUTHORITY}))
        answer = await poster.post("hrss", f"https://127.0.0.1:{receiver.port}/good", {"content-length": "2"}, b"{}")
        await poster.close()
    assert (answer.response_code, answer.fault) == (200, None)


async def _heard(receiver: Receiver, path: str, count: int) -> bool:
    return len(receiver.heard[path]) >= count


async def _all(office: Office, webhook_id: UUID, status: str) -> bool:
    return {row[0] for row in await office.log(webhook_id)} == {status}
