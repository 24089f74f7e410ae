"""A person of an agency, signed in on a page: what he may do, what only the agency's program may, what is another's.

The routes are those of the code: each that serves agencies is declared for its people too (`by_officer`), or refuses
them. What belongs to another agency, tried by an officer of this one: `test_foreign_objects.py`.
"""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import httpx
import psycopg
import pytest

from schemas.base import stable_id
from schemas.delivery import DeliveryKind
from services.delivery.store.items import NewItem, keep_items
from services.gateway.access.callers import Role, allow, declarations
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.people import account, signed_in

URL = "https://93.184.215.14/onevisit"
FOR_OFFICERS = {
    ("DELETE", "/v1/session"),
    ("GET", "/v1/sessions"),
    ("DELETE", "/v1/sessions/{session_id}"),
    ("GET", "/v1/delivery-ways"),
    ("GET", "/v1/webhooks"),
    ("GET", "/v1/webhooks/{webhook_id}"),
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"),
    ("POST", "/v1/webhooks/{webhook_id}/deliveries/{number}/resend"),
    ("POST", "/v1/webhooks/{webhook_id}/resume"),
    ("POST", "/v1/webhooks/{webhook_id}/send-from"),
    ("GET", "/v1/life-events"),
    ("GET", "/v1/life-events/{life_event_id}"),
    ("POST", "/v1/life-events/{life_event_id}/acknowledgement"),
    ("GET", "/v1/receipts"),
    ("POST", "/v1/receipts"),
    ("GET", "/v1/receipts/unanswered"),
    ("GET", "/v1/alignment-proposals"),
    ("POST", "/v1/alignment-proposals/{proposal_id}/answer"),
    ("GET", "/v1/alignments/{alignment_id}"),
    ("GET", "/v1/feedback"),
    ("GET", "/v1/feedback/{feedback_id}"),
    ("GET", "/v1/feedback/{feedback_id}/{medium}"),
    ("POST", "/v1/feedback/{feedback_id}/answer"),
    ("POST", "/v1/feedback/{feedback_id}/giving-back"),
    ("GET", "/v1/lapses"),
    ("GET", "/v1/lapses/figures"),
    ("POST", "/v1/lapses/{lapse_id}/close"),
    ("GET", "/v1/certificates/{request_id}"),
    ("GET", "/v1/certificates/{request_id}.pdf"),
    ("POST", "/v1/certificates/{certificate_id}/revocation"),
    ("GET", "/v1/campaigns"),
    ("POST", "/v1/campaigns"),
    ("POST", "/v1/campaign-lists"),
    ("GET", "/v1/campaign-lists/template.csv"),
    ("GET", "/v1/campaign-lists/template.xlsx"),
    ("GET", "/v1/record-checks"),
    ("POST", "/v1/record-checks"),
    ("POST", "/v1/record-check-lists"),
    ("GET", "/v1/record-check-lists/open.csv"),
    ("GET", "/v1/record-check-lists/open.xlsx"),
}
"""What the page /agency/ asks for, and the records that somebody without a program checks; nothing else."""


@pytest.fixture
async def officer(bench: Bench) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which a person of hrss is signed in."""
    async with AsyncExitStack() as stack:
        yield await signed_in(bench, stack, await account(bench, "agency", agency="hrss", name="周敏"))


async def test_what_officers_may_do_is_listed_here_and_the_rest_is_refused(
    bench: Bench, officer: httpx.AsyncClient
) -> None:
    """Denied by default: registering an address, secrets, lists, pulling and reporting are the program's alone."""
    declared = [each for each in declarations(bench.app) if Role.AGENCY in (each.roles or ())]
    assert {(each.method, each.path) for each in declared if each.by_officer} == FOR_OFFICERS
    tried = 0
    for each in declared:
        if each.by_officer:
            continue
        answer = await officer.request(each.method, each.path)
        assert (answer.status_code, answer.json()["code"]) == (403, "PROGRAM_ONLY"), each
        tried += 1
    assert tried > 15


def test_officers_are_declared_with_their_role() -> None:
    """A route that serves no agency serves none of its people."""
    with pytest.raises(ValueError, match="name the role too"):
        allow(Role.SCHEDULER, by_officer=True)


async def test_an_officer_needs_the_page_and_sees_no_secret(bench: Bench, officer: httpx.AsyncClient) -> None:
    """Without the page's header the cookie opens nothing (CSRF); the log and the endpoint hold no secret."""
    made = await bench.http.post("/v1/webhooks", json={"url": URL}, headers=bench.as_role["hrss"])
    secret, webhook_id = made.json()["secret"], made.json()["webhook"]["webhook_id"]
    path = f"/v1/webhooks/{webhook_id}/resume"
    del officer.headers["Onevisit-Page"]
    for method, where in (("POST", path), ("GET", "/v1/webhooks")):
        refused = await officer.request(method, where)
        assert (refused.status_code, refused.json()["code"]) == (403, "PAGE_HEADER_MISSING")
    officer.headers["Onevisit-Page"] = "staff"
    seen = [(await officer.get(f"/v1/webhooks{rest}")).text for rest in ("", f"/{webhook_id}")]
    assert all(webhook_id in text and secret not in text for text in seen)


async def test_what_an_officer_sends_again_is_a_line_with_the_person(bench: Bench, officer: httpx.AsyncClient) -> None:
    """One, all from a point on, and resuming; the program's own orders are no lines."""
    made = await bench.http.post("/v1/webhooks", json={"url": URL}, headers=bench.as_role["hrss"])
    own = f"/v1/webhooks/{made.json()['webhook']['webhook_id']}"
    now = datetime.now(UTC)
    item = NewItem("hrss", stable_id("item", "1"), DeliveryKind.REQUEST_NOTICED, "request_id:P-1", "{}", now)
    async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
        await keep_items(connection, [item])
    await bench.execute(
        "UPDATE delivery.sending SET status = 'failed', attempts = 9, fault = 'TIMED_OUT', last_attempt_at = now()"
    )
    await bench.execute("UPDATE delivery.webhook SET state = 'paused', failing_since = now(), not_before = now()")
    sent = await officer.post(f"{own}/deliveries/1/resend")
    assert (sent.status_code, sent.json()["status"]) == (200, "waiting")
    told = (await officer.get(own)).json()
    assert (told["state"], told["fault"], told["waiting"]) == ("paused", "TIMED_OUT", 1) and told["not_before"]
    assert (await officer.post(f"{own}/resume")).json()["state"] == "active"
    assert (await officer.post(f"{own}/send-from", json={"after": 0})).status_code == 200
    assert (await bench.http.post(f"{own}/resume", headers=bench.as_role["hrss"])).status_code == 200
    lines = [json.loads(line) for (line,) in await bench.execute("SELECT line FROM platform.audit ORDER BY number")]
    ((staff_id,),) = await bench.execute("SELECT staff_id FROM gateway.staff")
    assert [(line["actor"], line["act"]) for line in lines if line["subject"].startswith("webhook:")] == [
        (staff_id, "delivery.sent_again"), (staff_id, "webhook.resumed"), (staff_id, "delivery.sent_again"),
    ]  # fmt: skip


async def test_an_officer_hears_how_far_each_way_is(bench: Bench, officer: httpx.AsyncClient) -> None:
    """The newest number, and the newest file that is whole; nothing of another agency."""
    ways = (await officer.get("/v1/delivery-ways")).json()
    assert (ways["newest"], ways["files"]["on"], ways["files"]["file_number"]) == (0, False, None)
    now = datetime.now(UTC)
    items = [
        NewItem(agency, stable_id("item", agency, str(n)), DeliveryKind.REQUEST_NOTICED, f"request_id:P-{n}", "{}", now)
        for agency, n in (("hrss", 1), ("hrss", 2), ("civil_affairs", 1), ("civil_affairs", 2), ("civil_affairs", 3))
    ]
    async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
        await keep_items(connection, items)
    await bench.execute(
        "INSERT INTO delivery.file (agency, file_number, first_number, last_number, planned_at, written_at)"
        " VALUES ('hrss', 1, 1, 1, now(), now()), ('hrss', 2, 2, 2, now(), NULL), ('civil_affairs', 7, 1, 3, now(),"
        " now())"
    )
    ways = (await officer.get("/v1/delivery-ways")).json()
    assert (ways["newest"], ways["files"]["file_number"], ways["files"]["up_to"]) == (2, 1, 1)
