"""Passkeys: registered once by an invitation, good for one answer to one question, and for nobody else."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.gateway.access import sessions
from services.gateway.store.staff import Staff
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.people import PRESENT, Authenticator, account, browser, invited
from tests.integration.gateway.test_access_command import onevisit

ASK, ANSWER = "/v1/sign-in/passkey/question", "/v1/sign-in/passkey"
ASK_INVITED, REGISTER = "/v1/sign-in/invitation/question", "/v1/sign-in/invitation"


@pytest.fixture
async def page(bench: Bench) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before our page."""
    async with browser(bench) as client:
        yield client


async def asked(page: httpx.AsyncClient, path: str = ASK, **body: str) -> dict[str, Any]:
    """A question of the door."""
    answer = await page.post(path, json=body or None)
    assert answer.status_code == 200, answer.text
    question: dict[str, Any] = answer.json()
    return question


async def registered(bench: Bench, page: httpx.AsyncClient, who: Staff) -> Authenticator:
    """The passkey of somebody who has followed his invitation; nobody is signed in any more."""
    device, code = Authenticator(), await invited(bench, who)
    question = await asked(page, ASK_INVITED, code=code)
    given = {"sign_in": question["sign_in"], "code": code, "credential": device.register(question["options"])}
    answer = await page.post(REGISTER, json=given)
    assert answer.status_code == 204, answer.text
    page.cookies.clear()
    return device


async def holder(page: httpx.AsyncClient) -> dict[str, Any] | None:
    """Who is signed in in this browser."""
    found: dict[str, Any] | None = (await page.get("/v1/sign-in")).json()["signed_in"]
    return found


async def test_who_signs_in_over_a_session_ends_it(bench: Bench, page: httpx.AsyncClient) -> None:
    """A browser is one person's at a time: the session that was there is over, also for who has kept its cookie, and
    the log says by which it was replaced."""
    first, second = await account(bench, "scheduler", name="李大山"), await account(bench, "reviewer")
    devices = [await registered(bench, page, who) for who in (first, second)]
    await bench.execute("UPDATE gateway.session SET ended_at = now()")
    tokens = []
    for device in devices:
        question = await asked(page)
        credential = device.sign(question["options"])
        answer = await page.post(ANSWER, json={"sign_in": question["sign_in"], "credential": credential})
        assert answer.status_code == 204, answer.text
        tokens.append(page.cookies[sessions.COOKIE])
    now = await holder(page)
    assert now is not None and now["staff_id"] == second.staff_id
    assert await bench.execute("SELECT staff_id FROM gateway.session WHERE ended_at IS NULL") == [(second.staff_id,)]
    page.cookies.set(sessions.COOKIE, tokens[0])
    assert (await page.get("/v1/visits")).json()["code"] == "SESSION_ENDED"
    lines = (await bench.http.get("/v1/audit?limit=500", headers=bench.as_role["auditor"])).json()["items"]
    ended = [line for line in (json.loads(each["line"]) for each in lines) if line["act"] == "session.ended"]
    assert [(line["actor"], line["detail"]) for line in ended] == [(first.staff_id, {"replaced_by": now["session_id"]})]


async def test_an_invited_person_signs_in_with_a_passkey_and_no_password(bench: Bench, page: httpx.AsyncClient) -> None:
    """By the link, then again by the passkey alone; the door knows who it is, and both are in the audit log."""
    who = await account(bench, "reviewer")
    assert await holder(page) is None
    device = await registered(bench, page, who)
    assert await holder(page) is None
    question = await asked(page)
    answer = await page.post(
        ANSWER, json={"sign_in": question["sign_in"], "credential": device.sign(question["options"])}
    )
    assert answer.status_code == 204, answer.text
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-onevisit=ovx_")
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    found = await holder(page)
    assert found is not None
    assert (found["staff_id"], found["role"], found["areas"]) == (who.staff_id, "reviewer", None)
    assert (await page.get("/v1/review-cases/figures")).status_code == 200
    assert (await page.get("/v1/audit")).json()["code"] == "ROLE_NOT_ALLOWED"
    lines = [line for (line,) in await bench.execute("SELECT line FROM platform.audit ORDER BY number")]
    assert sum('"session.begun"' in line and who.staff_id in line for line in lines) == 2
    assert not any("ovx_" in line or "ovi_" in line for line in lines)
    stored = await bench.execute("SELECT row_to_json(s)::text FROM gateway.session s")
    assert not any(page.cookies["__Host-onevisit"] in text for (text,) in stored)


async def test_an_invitation_is_good_once_in_time_and_for_its_person(bench: Bench, page: httpx.AsyncClient) -> None:
    """Used, expired, made up, or of somebody whose access has ended: each says which, and nobody comes in."""
    who = await account(bench, "scheduler")
    code = await invited(bench, who)
    first, second = await asked(page, ASK_INVITED, code=code), await asked(page, ASK_INVITED, code=code)
    for question, status in ((first, 204), (second, 409)):
        device = Authenticator()
        given = {"sign_in": question["sign_in"], "code": code, "credential": device.register(question["options"])}
        assert (await page.post(REGISTER, json=given)).status_code == status
    page.cookies.clear()
    late = await invited(bench, who, hours=-0.01)
    gone = await account(bench, "scheduler")
    of_gone = await invited(bench, gone)
    await bench.execute("UPDATE gateway.staff SET revoked_at = now() WHERE staff_id = %s", (gone.staff_id,))
    codes = {code: "INVITATION_USED", late: "INVITATION_EXPIRED", "ovi_guess": "INVITATION_UNKNOWN"}
    for given_code, refusal in {**codes, of_gone: "PASSKEY_UNKNOWN"}.items():
        answer = await page.post(ASK_INVITED, json={"code": given_code})
        assert answer.json()["code"] == refusal
        assert given_code not in answer.text
    assert await bench.execute("SELECT count(*) FROM gateway.passkey") == [(1,)]


async def test_an_answer_counts_once(bench: Bench, page: httpx.AsyncClient) -> None:
    """Sent again, or for another question, it is worth nothing; nor is a question answered late."""
    device = await registered(bench, page, await account(bench, "scheduler"))
    first, other = await asked(page), await asked(page)
    good = device.sign(first["options"])
    crossed = await page.post(ANSWER, json={"sign_in": other["sign_in"], "credential": good})
    assert (crossed.status_code, crossed.json()["code"]) == (401, "PASSKEY_REFUSED")
    again = await page.post(ANSWER, json={"sign_in": other["sign_in"], "credential": device.sign(other["options"])})
    assert again.json()["code"] == "SIGN_IN_EXPIRED", "a refused answer has used the question up"
    assert (await page.post(ANSWER, json={"sign_in": first["sign_in"], "credential": good})).status_code == 204
    replayed = await page.post(ANSWER, json={"sign_in": first["sign_in"], "credential": good})
    assert replayed.json()["code"] == "SIGN_IN_EXPIRED"
    late = await asked(page)
    await bench.execute("UPDATE gateway.sign_in SET expires_at = expires_at - %s", (timedelta(hours=1),))
    answer = await page.post(ANSWER, json={"sign_in": late["sign_in"], "credential": device.sign(late["options"])})
    assert answer.json()["code"] == "SIGN_IN_EXPIRED"


async def test_answers_that_do_not_hold_are_refused(bench: Bench, page: httpx.AsyncClient) -> None:
    """Another page, another site, nobody recognised, a copied key, a stranger's key, no answer at all."""
    device = await registered(bench, page, await account(bench, "scheduler"))
    stranger = Authenticator(credential_id=device.credential_id)
    wrong: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "another page": lambda options: device.sign(options, origin="https://onevisit.example.evil"),
        "another site": lambda options: device.sign(options, site="evil.example"),
        "not recognised": lambda options: device.sign(options, flags=PRESENT),
        "a copied key": lambda options: device.sign(options, steps=-device.count),
        "a stranger's key": stranger.sign,
        "a registration": lambda options: device.register({**options, "rp": {"id": "localhost"}}),
        "nothing": lambda options: {},
        "garbage": lambda options: {"id": 7, "response": [], "type": 7},
        "deep": lambda options: {"id": device.sign(options)["id"], "response": {"clientDataJSON": {"a": [1]}}},
    }
    question = await asked(page)
    good = {"sign_in": question["sign_in"], "credential": device.sign(question["options"])}
    assert (await page.post(ANSWER, json=good)).status_code == 204
    page.cookies.clear()
    for what, made in wrong.items():
        question = await asked(page)
        given = {"sign_in": question["sign_in"], "credential": made(question["options"])}
        answer = await page.post(ANSWER, json=given)
        assert (answer.status_code, answer.json()["code"]) == (401, "PASSKEY_REFUSED"), what
        assert "set-cookie" not in answer.headers
    question = await asked(page)
    unknown = {"sign_in": question["sign_in"], "credential": Authenticator().sign(question["options"])}
    assert (await page.post(ANSWER, json=unknown)).json()["code"] == "PASSKEY_UNKNOWN"


@pytest.mark.parametrize("ended", ["revoked_at = now()", "from_groups = true"])
async def test_whose_access_has_ended_does_not_sign_in(bench: Bench, page: httpx.AsyncClient, ended: str) -> None:
    """The passkey still signs; the account is over, or its rights come from groups, which are asked at each sign-in."""
    who = await account(bench, "scheduler")
    device = await registered(bench, page, who)
    await bench.execute(f"UPDATE gateway.staff SET {ended}")
    question = await asked(page)
    given = {"sign_in": question["sign_in"], "credential": device.sign(question["options"])}
    assert (await page.post(ANSWER, json=given)).json()["code"] == "PASSKEY_UNKNOWN"


async def test_a_lost_device_is_replaced(bench: Bench, page: httpx.AsyncClient) -> None:
    """`access invite --replace`: the old passkey, an open invitation and all sessions end; the new one comes in."""
    who = await account(bench, "scheduler")
    device, pending = await registered(bench, page, who), await invited(bench, who)
    made = await onevisit(bench, "invite", "--account", who.staff_id, "--replace", "--json")
    assert made.returncode == 0, made.stderr
    assert await bench.execute("SELECT count(*) FROM gateway.session WHERE ended_at IS NULL") == [(0,)]
    question = await asked(page)
    given = {"sign_in": question["sign_in"], "credential": device.sign(question["options"])}
    assert (await page.post(ANSWER, json=given)).json()["code"] == "PASSKEY_UNKNOWN"
    assert (await page.post(ASK_INVITED, json={"code": pending})).json()["code"] == "INVITATION_UNKNOWN"
    code = json.loads(made.stdout)["url"].partition("#code=")[2]
    assert (await page.post(ASK_INVITED, json={"code": code})).status_code == 200
    assert (await onevisit(bench, "invite", "--role", "scheduler", "--area", "county", "--replace")).returncode == 1


async def test_a_foreign_page_cannot_begin_a_sign_in(bench: Bench, page: httpx.AsyncClient) -> None:
    """It cannot send our header: nobody is signed in as somebody else behind his back."""
    del page.headers["Onevisit-Page"]
    for path in (ASK, ANSWER, ASK_INVITED, REGISTER):
        answer = await page.post(path, json={"sign_in": "x", "code": "x", "credential": {}})
        assert (answer.status_code, answer.json()["code"]) in {(403, "PAGE_HEADER_MISSING"), (422, "MALFORMED")}, path
    assert (await page.post(ASK)).json()["code"] == "PAGE_HEADER_MISSING"


async def test_guessing_invitations_is_slow(bench: Bench, page: httpx.AsyncClient) -> None:
    """Wrong codes of one address end for a minute, and the answer says for how long."""
    for _ in range(bench.door.policy.wrong_sign_ins_per_minute):
        assert (await page.post(ASK_INVITED, json={"code": "ovi_guess"})).json()["code"] == "INVITATION_UNKNOWN"
    answer = await page.post(ASK_INVITED, json={"code": "ovi_guess"})
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_TRIES")
    assert int(answer.headers["retry-after"]) > 0
    assert (await page.get("/healthz")).status_code == 200
