"""Sessions of members of staff: seen, ended by themselves, by their owner, by an administrator, and at once."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from services.gateway.access import sessions
from services.gateway.access.rate_limit import Allowance
from services.gateway.policy import DoorPolicy
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.people import account, browser, signed_in
from tests.integration.gateway.test_access_command import onevisit


@pytest.fixture
async def browsers() -> AsyncIterator[AsyncExitStack]:
    """Closes the browsers."""
    async with AsyncExitStack() as browsers:
        yield browsers


async def test_signing_out_ends_the_session_at_the_door(bench: Bench, browsers: AsyncExitStack) -> None:
    """The cookie is taken away, and whoever has kept a copy of it has nothing."""
    page = await signed_in(bench, browsers, await account(bench, "scheduler"))
    token = page.cookies[sessions.COOKIE]
    assert (await page.get("/v1/visits")).status_code == 200
    answer = await page.delete("/v1/session")
    assert answer.status_code == 204
    assert f'{sessions.COOKIE}=""' in answer.headers["set-cookie"]
    page.cookies.set(sessions.COOKIE, token)
    ended = await page.get("/v1/visits")
    assert (ended.status_code, ended.json()["code"]) == (401, "SESSION_ENDED")


async def test_own_sessions_are_listed_and_ended_one_by_one(bench: Bench, browsers: AsyncExitStack) -> None:
    """A forgotten browser elsewhere is ended from here; nobody's else is seen or ended."""
    who, other = await account(bench, "scheduler"), await account(bench, "reviewer", name="李大山")
    here, there, foreign = [await signed_in(bench, browsers, each) for each in (who, who, other)]
    listed = (await here.get("/v1/sessions")).json()["items"]
    assert [(each["staff_id"], each["is_this"]) for each in listed] == [(who.staff_id, False), (who.staff_id, True)]
    assert all(set(each) & {"token", "token_hash"} == set() for each in listed)
    theirs = (await foreign.get("/v1/sessions")).json()["items"][0]["session_id"]
    refused = await here.delete(f"/v1/sessions/{theirs}")
    assert (refused.status_code, refused.json()["code"]) == (404, "SESSION_UNKNOWN")
    assert (await foreign.get("/v1/review-cases/figures")).status_code == 200
    assert (await here.delete(f"/v1/sessions/{listed[0]['session_id']}")).status_code == 204
    assert (await there.get("/v1/visits")).json()["code"] == "SESSION_ENDED"
    assert (await here.get("/v1/visits")).status_code == 200
    again = await here.delete(f"/v1/sessions/{listed[0]['session_id']}")
    assert again.json()["code"] == "SESSION_UNKNOWN"


async def test_an_administrator_sees_and_ends_all(bench: Bench, browsers: AsyncExitStack) -> None:
    """Also with client credentials; the act is noted with who did it."""
    page = await signed_in(bench, browsers, await account(bench, "scheduler"))
    (listed,) = (await bench.http.get("/v1/sessions", headers=bench.as_role["admin"])).json()["items"]
    path = f"/v1/sessions/{listed['session_id']}"
    assert (await bench.http.delete(path, headers=bench.as_role["reviewer"])).json()["code"] == "SESSION_UNKNOWN"
    assert (await bench.http.delete(path, headers=bench.as_role["admin"])).status_code == 204
    assert (await page.get("/v1/visits")).json()["code"] == "SESSION_ENDED"
    ((line,),) = await bench.execute("SELECT line FROM platform.audit ORDER BY number DESC LIMIT 1")
    assert '"session.ended"' in line
    assert listed["session_id"] in line


@pytest.mark.parametrize(
    ("column", "by"),
    [
        ("seen_at", timedelta(minutes=DoorPolicy().session_idle_minutes)),
        ("ends_at", timedelta(hours=DoorPolicy().session_hours)),
    ],
)
async def test_a_session_ends_by_itself(bench: Bench, browsers: AsyncExitStack, column: str, by: timedelta) -> None:
    """Unused for half an hour, or at the end of a working day: the clock is put back by so much."""
    page = await signed_in(bench, browsers, await account(bench, "scheduler"))
    earlier = {"seen_at": "UPDATE gateway.session SET seen_at = seen_at - %s"}
    earlier["ends_at"] = "UPDATE gateway.session SET ends_at = ends_at - %s"
    await bench.execute(earlier[column], (by - timedelta(minutes=2),))
    assert (await page.get("/v1/visits")).status_code == 200
    await bench.execute(earlier[column], (by,))
    assert (await page.get("/v1/visits")).json()["code"] == "SESSION_ENDED"
    assert (await bench.http.get("/v1/sessions", headers=bench.as_role["admin"])).json()["items"] == []


async def test_using_a_session_keeps_it_open(bench: Bench, browsers: AsyncExitStack) -> None:
    """Each look counts, so that nobody is thrown out while he works."""
    page = await signed_in(bench, browsers, await account(bench, "scheduler"))
    for _ in range(3):
        await bench.execute("UPDATE gateway.session SET seen_at = seen_at - interval '20 minutes'")
        assert (await page.get("/v1/visits")).status_code == 200


async def test_a_page_that_was_left_open_does_not_keep_its_session(bench: Bench, browsers: AsyncExitStack) -> None:
    """What it asks by itself is answered as long as the session lives, and does not lengthen it."""
    page = await signed_in(bench, browsers, await account(bench, "scheduler"))
    by_itself = {sessions.PAGE_HEADER: sessions.UNATTENDED}
    await bench.execute("UPDATE gateway.session SET seen_at = seen_at - interval '20 minutes'")
    assert (await page.get("/v1/visits", headers=by_itself)).status_code == 200
    await bench.execute("UPDATE gateway.session SET seen_at = seen_at - interval '20 minutes'")
    assert (await page.get("/v1/visits", headers=by_itself)).json()["code"] == "SESSION_ENDED"


async def test_a_request_of_a_foreign_page_is_refused_with_the_cookie_too(
    bench: Bench, browsers: AsyncExitStack
) -> None:
    """What a foreign page can send without leave carries no header of ours: neither reads nor writes."""
    page = await signed_in(bench, browsers, await account(bench, "scheduler"))
    del page.headers["Onevisit-Page"]
    for method, path in (("GET", "/v1/visits"), ("POST", "/v1/desk/publish"), ("DELETE", "/v1/session")):
        answer = await page.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "PAGE_HEADER_MISSING")
    asked = await page.options("/v1/visits", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in asked.headers


async def test_a_token_that_was_made_up_is_no_session(bench: Bench) -> None:
    """Neither as a cookie nor as a bearer token; nor does a session pass as a bearer token."""
    who = await account(bench, "scheduler")
    async with AsyncExitStack() as browsers, browser(bench) as stranger:
        real = (await signed_in(bench, browsers, who)).cookies[sessions.COOKIE]
        stranger.cookies.set(sessions.COOKIE, "ovx_guess")
        assert (await stranger.get("/v1/visits")).json()["code"] == "SESSION_ENDED"
        stranger.cookies.clear()
        bearer = await stranger.get("/v1/visits", headers={"Authorization": f"Bearer {real}"})
        assert bearer.json()["code"] == "TOKEN_INVALID"


async def test_the_operator_ends_sessions_and_accounts(bench: Bench, browsers: AsyncExitStack) -> None:
    """`access sessions list` and `revoke` for a browser or all of a person; `access revoke` for the person."""
    who = await account(bench, "scheduler")
    one, two, three = [await signed_in(bench, browsers, who) for _ in range(3)]
    listed = (await onevisit(bench, "sessions", "list")).stdout
    assert listed.count(who.staff_id) == 3
    first = (await one.get("/v1/sessions")).json()["items"][-1]["session_id"]
    assert (await onevisit(bench, "sessions", "revoke", first)).returncode == 0
    assert (await one.get("/v1/visits")).json()["code"] == "SESSION_ENDED"
    assert (await two.get("/v1/visits")).status_code == 200
    assert "2 ended" in (await onevisit(bench, "sessions", "revoke", who.staff_id)).stdout
    assert (await two.get("/v1/visits")).json()["code"] == "SESSION_ENDED"
    again = await onevisit(bench, "sessions", "revoke", who.staff_id)
    assert (again.returncode, "sessions list" in again.stderr) == (1, True)
    four = await signed_in(bench, browsers, who)
    assert (await onevisit(bench, "revoke", who.staff_id)).returncode == 0
    assert (await four.get("/v1/visits")).json()["code"] == "SESSION_ENDED"
    assert (await three.get("/v1/visits")).json()["code"] == "SESSION_ENDED"


async def test_the_operator_invites(bench: Bench) -> None:
    """A link with the code in its fragment; rights that are not said, or do not fit, are refused with what to do."""
    made = await onevisit(bench, "invite", "--role", "scheduler", "--area", "990101001", "--name", "王芳")
    assert made.returncode == 0, made.stderr
    assert "http://localhost:8080/staff/invited.html#code=ovi_" in made.stdout
    staff_id = made.stdout.split()[1]
    assert staff_id in (await onevisit(bench, "list")).stdout
    assert (await onevisit(bench, "invite", "--account", staff_id)).returncode == 0
    for wrong in (
        ["--role", "scheduler"],
        ["--role", "root", "--area", "county"],
        ["--role", "admin", "--area", "990101001"],
        ["--account", "staff-none"],
    ):
        refused = await onevisit(bench, "invite", *wrong)
        assert (refused.returncode, refused.stdout) == (1, ""), wrong
        assert refused.stderr


async def test_a_caller_who_asks_too_much_waits(bench: Bench, browsers: AsyncExitStack) -> None:
    """429 with a code and Retry-After, for this caller alone; and so for an address that says no name."""
    page = await signed_in(bench, browsers, await account(bench, "scheduler"))
    for name in ("calls", "open_calls"):
        object.__setattr__(bench.door, name, Allowance(per_second=0.001, at_once=3))
    answers = [await page.get("/v1/visits") for _ in range(4)]
    open_answers = [await bench.http.get("/v1/status-lists") for _ in range(4)]
    for made in (answers, open_answers):
        assert [each.status_code for each in made] == [200, 200, 200, 429]
        assert made[-1].json()["code"] == "TOO_MANY_CALLS"
        assert int(made[-1].headers["retry-after"]) > 60
    assert (await bench.http.get("/v1/visits", headers=bench.as_role["scheduler"])).status_code == 200
    assert (await bench.http.get("/healthz")).status_code == 200
