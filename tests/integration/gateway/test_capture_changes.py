"""A phone asks what became of all that it has sent: each change comes once, and for a minute perhaps twice."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.integration.gateway.conftest import Bench, Phone
from tests.integration.gateway.serving import CLIP, send, served

PATH = "/v1/captures"


async def sent(bench: Bench, phone: Phone, visit: UUID, count: int = 1) -> list[str]:
    """So many captures of a visit; their ids."""
    ids = []
    async with served(bench.app) as address:
        for number in range(count):
            clip = CLIP[: 1000 + number]
            sending = await send(address, phone, clip, phone.metadata(clip, await bench.challenge(phone, visit)))
            ids.append(sending.request.response_headers["onevisit-capture"])
    return ids


async def changes(bench: Bench, phone: Phone, **query: Any) -> dict[str, Any]:
    """What has changed."""
    answer = await bench.http.get(PATH, params=query, headers=phone.headers)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def judge(bench: Bench, capture_id: str, visit: UUID, decision: str, reasons: str = "{}") -> None:
    """A verdict, as certify writes it."""
    await bench.execute(
        "INSERT INTO certify.capture (capture_id, visit_id, person_key, captured_at, decision, reasons, told)"
        " VALUES (%s, %s, 'k', now(), %s, %s, true)",
        (capture_id, visit, decision, reasons),
    )


async def test_a_capture_is_followed_to_each_agencys_certificate(bench: Bench) -> None:
    """received → judged → certified by 1 of 2 → by 2 of 2; the hash says what may be deleted from the phone."""
    visit = await bench.open_visit(("hrss", "P-1"), ("civil_affairs", "S-1"))
    phone, stranger = await bench.enrol_phone(), await bench.enrol_phone()
    (capture_id,) = await sent(bench, phone, visit)

    async def told() -> tuple[Any, ...]:
        (item,) = (await changes(bench, phone))["items"]
        return item["state"], item["decision"], [one["state"] for one in item["certificates"]]

    assert await told() == ("received", None, ["waiting", "waiting"])
    await judge(bench, capture_id, visit, "certified")
    await bench.issue("hrss", "P-1", visit)
    assert await told() == ("judged", "certified", ["issued", "waiting"])
    await bench.issue("civil_affairs", "S-1", visit)
    assert await told() == ("certified", "certified", ["issued", "issued"])
    (item,) = (await changes(bench, phone))["items"]
    assert (item["capture_id"], item["visit_id"], len(item["sha256"])) == (capture_id, str(visit), 64)
    assert (await changes(bench, stranger)) == {"items": [], "next_cursor": None, "lost": [], "restored_at": None}


async def test_what_has_not_changed_does_not_come_again(bench: Bench) -> None:
    """After a minute; an old capture comes back when something changes with it."""
    visit, phone = await bench.open_visit(("hrss", "P-1")), await bench.enrol_phone()
    old, new = await sent(bench, phone, visit, 2)
    fresh = await changes(bench, phone)
    assert ([item["capture_id"] for item in fresh["items"]], fresh["next_cursor"]) == ([old, new], None)
    await bench.execute("UPDATE gateway.capture SET received_at = received_at - interval '2 minutes'")
    page = await changes(bench, phone)
    again = await changes(bench, phone, since=page["next_cursor"])
    assert (again["items"], again["next_cursor"]) == ([], page["next_cursor"])
    await judge(bench, old, visit, "retry", "{too_dark}")
    (item,) = (await changes(bench, phone, since=page["next_cursor"]))["items"]
    assert (item["capture_id"], item["decision"], item["reasons"][0]["code"]) == (old, "retry", "too_dark")
    assert item["reasons"][0]["zh"] and item["reasons"][0]["en"]


async def test_pages_hold_each_change_once(bench: Bench) -> None:
    """Five captures by twos."""
    visit, phone = await bench.open_visit(("hrss", "P-1")), await bench.enrol_phone()
    ids = await sent(bench, phone, visit, 5)
    seen: list[str] = []
    page = await changes(bench, phone, limit=2)
    while page["items"]:
        seen += [item["capture_id"] for item in page["items"]]
        if len(page["items"]) < 2:
            break
        page = await changes(bench, phone, limit=2, since=page["next_cursor"])
    assert seen == ids


async def test_a_phone_may_begin_at_a_moment(bench: Bench) -> None:
    """With its zone; what is neither moment nor cursor is refused."""
    visit, phone = await bench.open_visit(("hrss", "P-1")), await bench.enrol_phone()
    await sent(bench, phone, visit)
    now = datetime.now(UTC)
    assert len((await changes(bench, phone, since=(now - timedelta(hours=1)).isoformat()))["items"]) == 1
    assert (await changes(bench, phone, since=(now + timedelta(hours=1)).isoformat()))["items"] == []
    for wrong in ("2026-11-25T10:00:00", "yesterday", "MTIz"):
        answer = await bench.http.get(PATH, params={"since": wrong}, headers=phone.headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "CURSOR_INVALID")
    answer = await bench.http.get(PATH, params={"limit": 0}, headers=phone.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED")


async def test_a_phone_sees_what_each_agency_said(bench: Bench) -> None:
    """issued → rejected, with why and what to do → accepted after all; each word brings the capture back in `since`."""
    visit = await bench.open_visit(("hrss", "P-1"), ("civil_affairs", "S-1"))
    phone = await bench.enrol_phone()
    (capture_id,) = await sent(bench, phone, visit)
    await judge(bench, capture_id, visit, "certified")
    certificate_id = str(await bench.issue("hrss", "P-1", visit))
    await bench.issue("civil_affairs", "S-1", visit)
    for table, column in (("gateway.capture", "received_at"), ("certify.capture", "judged_at")):
        await bench.execute(f"UPDATE {table} SET {column} = {column} - interval '5 minutes'")
    await bench.execute("UPDATE certify.certificate SET issued_at = issued_at - interval '5 minutes'")
    since = (await changes(bench, phone))["next_cursor"]
    assert (await changes(bench, phone, since=since))["items"] == []

    async def said(**words: str) -> list[Any]:
        items = [{"certificate_id": certificate_id, **words}]
        answer = await bench.http.post("/v1/receipts", json={"items": items}, headers=bench.as_role["hrss"])
        assert answer.json()["taken"] == 1, answer.text
        (item,) = (await changes(bench, phone, since=since))["items"]
        assert item["state"] == "certified"
        return [(one["state"], one["because"], one["message"]) for one in item["certificates"]]

    (rejected, other) = await said(outcome="rejected", code="NAME_DIFFERS", message="少一个字")
    assert (rejected[0], rejected[1]["code"], rejected[2]) == ("rejected", "NAME_DIFFERS", "少一个字")
    assert other == ("issued", None, None)
    assert rejected[1]["zh"] and rejected[1]["en"]
    assert await said(outcome="accepted") == [("accepted", None, None), ("issued", None, None)]
    await bench.execute(
        "INSERT INTO certify.status_entry (list, place, certificate_id, revoked_at, reason)"
        " VALUES (1, 1, %s, now(), 'WRONG_PERSON')",
        (certificate_id,),
    )
    (revoked, other) = (await changes(bench, phone, since=since))["items"][0]["certificates"]
    assert (revoked["state"], revoked["because"]["code"], other["state"]) == ("rejected", "WRONG_PERSON", "issued")
