"""An agency's webhooks and its feed by the door: registering, secrets, the log; never another agency's."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from schemas.base import stable_id
from schemas.delivery import DeliveryKind
from services.delivery.store.items import NewItem, keep_items
from services.gateway.routes.webhooks import MOST
from services.platform.look_ups import THREADS
from tests.hanging_names import HANGING, HangingNames
from tests.integration.gateway.conftest import Bench

PUBLIC = "https://93.184.215.14/onevisit"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _item(agency: str, number: int, kind: DeliveryKind = DeliveryKind.REQUEST_NOTICED) -> NewItem:
    content = f'{{"request_id": "P-{number}"}}'
    return NewItem(agency, stable_id("item", agency, str(number)), kind, f"request_id:P-{number}", content, NOW)


async def _deliver(bench: Bench, *items: NewItem) -> None:
    async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
        await keep_items(connection, items)


async def _post(bench: Bench, path: str, body: Any = None, *, agency: str = "hrss") -> tuple[int, Any]:
    answer = await bench.http.post(f"/v1/webhooks{path}", json=body, headers=bench.as_role[agency])
    return answer.status_code, answer.json()


async def _get(bench: Bench, path: str, *, agency: str = "hrss") -> Any:
    return (await bench.http.get(path, headers=bench.as_role[agency])).json()


async def test_an_endpoint_is_registered_with_a_secret_that_is_shown_once(bench: Bench) -> None:
    """From then on it gets the kinds it wants; with `after` also what was told before."""
    await _deliver(bench, _item("hrss", 1), _item("hrss", 2, DeliveryKind.REQUEST_REJECTED))
    status, made = await _post(bench, "", {"url": PUBLIC, "kinds": ["request.noticed.v1"], "after": 0})
    assert status == 201 and made["secret"].startswith("whsec_")
    path = f"/v1/webhooks/{made['webhook']['webhook_id']}"
    await _deliver(bench, _item("hrss", 3), _item("hrss", 4, DeliveryKind.REQUEST_REJECTED), _item("health", 5))
    log = await _get(bench, f"{path}/deliveries")
    assert [(one["number"], one["status"], one["attempts"]) for one in log["items"]] == [
        (3, "waiting", 0),
        (1, "waiting", 0),
    ]
    assert "P-1" not in str(log) and made["secret"] not in str(await _get(bench, "/v1/webhooks"))
    stored = await bench.execute("SELECT secret FROM delivery.webhook")
    assert made["secret"].removeprefix("whsec_").encode() not in bytes(stored[0][0])
    pages = [await _get(bench, f"{path}/deliveries?limit=1&before={before}") for before in (2**62, 3)]
    assert [page["items"][0]["number"] for page in pages] == [3, 1]
    assert [page["next_before"] for page in pages] == [3, None]


async def test_an_endpoint_is_stopped_resumed_renewed_and_deleted(bench: Bench) -> None:
    """Each by one order; the log can be sent again from any point, or one by one."""
    _, made = await _post(bench, "", {"url": PUBLIC})
    own = f"/{made['webhook']['webhook_id']}"
    await _deliver(bench, _item("hrss", 1), _item("hrss", 2))
    await bench.execute("UPDATE delivery.sending SET status = 'failed', attempts = 9")
    status, again = await _post(bench, f"{own}/deliveries/2/resend")
    assert (status, again["status"], again["attempts"]) == (200, "waiting", 0)
    assert (await _post(bench, f"{own}/deliveries/3/resend"))[1]["code"] == "DELIVERY_UNKNOWN"
    assert (await _post(bench, f"{own}/send-from", {"after": 0}))[1]["waiting"] == 2
    assert (await _post(bench, f"{own}/stop"))[1]["state"] == "stopped"
    assert (await _post(bench, f"{own}/resume"))[1]["state"] == "active"
    assert (await _post(bench, f"{own}/secret"))[1]["secret"] != made["secret"]
    gone = await bench.http.delete(f"/v1/webhooks{own}", headers=bench.as_role["hrss"])
    assert gone.status_code == 204 and await bench.execute("SELECT 1 FROM delivery.sending") == []


async def test_no_agency_sees_or_touches_another_s_webhooks_or_deliveries(bench: Bench) -> None:
    """Every route with another agency's id answers as if there were none."""
    _, made = await _post(bench, "", {"url": PUBLIC})
    await _deliver(bench, _item("hrss", 1), _item("civil_affairs", 2))
    own = f"/{made['webhook']['webhook_id']}"
    tries = [("GET", own), ("GET", f"{own}/deliveries"), ("DELETE", own)]
    tries += [("POST", own + rest) for rest in ("/secret", "/stop", "/resume", "/send-from", "/deliveries/1/resend")]
    for method, path in tries:
        answer = await bench.http.request(
            method, f"/v1/webhooks{path}", headers=bench.as_role["civil_affairs"], json={"after": 0}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "WEBHOOK_UNKNOWN"), path
    assert (await _get(bench, "/v1/webhooks", agency="civil_affairs"))["items"] == []
    assert [one["data"] for one in (await _get(bench, "/v1/deliveries", agency="civil_affairs"))["items"]] == [
        {"request_id": "P-2"}
    ]
    for role in ("reviewer", "admin", "auditor", "scheduler"):
        refused = await bench.http.get("/v1/deliveries", headers=bench.as_role[role])
        assert (refused.status_code, refused.json()["code"]) == (403, "ROLE_NOT_ALLOWED")


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.215.14/", "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/", "https://[::1]/",
        "https://169.254.169.254/latest/meta-data", "https://[::ffff:10.0.0.1]/", "https://user:pass@93.184.215.14/",
        "ftp://93.184.215.14/", "https://", "https://93.184.215.14:99999/", "nonsense",
    ],
)  # fmt: skip
async def test_an_address_of_ours_is_refused(bench: Bench, url: str) -> None:
    """An agency must not have us knock at our own doors, or at a cloud's."""
    assert (await _post(bench, "", {"url": url}))[1]["code"] == "WEBHOOK_URL_REFUSED"


async def test_a_name_that_hangs_is_taken_and_holds_up_nothing_else(bench: Bench, hanging_names: HangingNames) -> None:
    """However many an agency names: the threads that everything else needs stay free, and another registers its own."""
    urls = [f"https://a{n}{HANGING}/" for n in range(2 * THREADS)]
    waiting = [asyncio.create_task(_post(bench, "", {"url": url})) for url in urls]
    async with asyncio.timeout(60):
        while not await hanging_names.asked(THREADS):
            await asyncio.sleep(0.02)
        assert await asyncio.to_thread(lambda: 1) == 1
        assert (await _post(bench, "", {"url": "https://localhost/"}, agency="civil_affairs"))[1]["code"] == (
            "WEBHOOK_URL_REFUSED"
        )
        assert sorted({status for status, _ in await asyncio.gather(*waiting)}) == [201, 409]


async def test_an_agency_has_a_handful_of_endpoints(bench: Bench) -> None:
    """One more is refused."""
    for _ in range(MOST):
        assert (await _post(bench, "", {"url": PUBLIC}))[0] == 201
    assert (await _post(bench, "", {"url": PUBLIC}))[1]["code"] == "WEBHOOK_TOO_MANY"


async def test_a_pull_misses_nothing_that_is_committed_late(bench: Bench) -> None:
    """Numbers are drawn under a lock: while one transaction numbers, a later one waits, and a reader sees neither."""
    settings = bench.settings
    async with (
        await psycopg.AsyncConnection.connect(settings.database) as early,
        await psycopg.AsyncConnection.connect(settings.database) as late,
    ):
        await keep_items(early, [_item("hrss", 1)])
        waiting = asyncio.create_task(keep_items(late, [_item("hrss", 2)]))
        await _until_blocked(bench)
        assert (await _get(bench, "/v1/deliveries"))["items"] == []
        await keep_items(early, [_item("health", 3)])
        await early.commit()
        await asyncio.wait_for(waiting, 60)
        page = await _get(bench, "/v1/deliveries")
        assert [one["number"] for one in page["items"]] == [1]
        await late.commit()
    page = await _get(bench, f"/v1/deliveries?after={page['next_after']}")
    assert [(one["number"], one["data"]["request_id"]) for one in page["items"]] == [(2, "P-2")]
    assert not page["more"]
    only = await _get(bench, "/v1/deliveries?kind=request.rejected.v1")
    assert only["items"] == []


async def _until_blocked(bench: Bench) -> None:
    """Waits until a transaction waits for another's lock."""
    async with asyncio.timeout(60):
        while not await bench.execute("SELECT 1 FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.02)


async def test_many_pulls_beside_many_writers_see_every_number_once(bench: Bench) -> None:
    """Writers commit in any order and pace; a reader that goes on from its cursor sees 1, 2, 3, … and no gap."""
    writers, each = 6, 15

    async def write(writer: int) -> None:
        for n in range(each):
            async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
                await keep_items(connection, [_item("hrss", 1000 * writer + n)])
                await asyncio.sleep(0.001 * (writer % 3))

    writing = asyncio.gather(*(write(writer) for writer in range(writers)))
    seen: list[int] = []
    after = 0
    async with asyncio.timeout(60):
        while len(seen) < writers * each:
            page = await _get(bench, f"/v1/deliveries?after={after}&limit=7")
            seen += [one["number"] for one in page["items"]]
            after = page["next_after"]
        await writing
    assert seen == list(range(1, writers * each + 1))


async def test_a_webhook_of_nobody_is_not_found(bench: Bench) -> None:
    """Also when its id is none."""
    assert (await _post(bench, f"/{uuid4()}/stop"))[1]["code"] == "WEBHOOK_UNKNOWN"
    assert (await _post(bench, "/none/stop"))[1]["code"] == "MALFORMED"
