"""Staff sign in by the county's single sign-on: a real provider, everything that can be wrong with its word, and denied
by default."""

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from webauthn.helpers import bytes_to_base64url

from services.gateway.access import sso, staff_accounts
from services.gateway.access.sso import Begun, SingleSignOn, SsoInvalid
from services.gateway.access.sso_groups import GroupsInvalid, read_groups
from services.gateway.domain.roles import read_rights
from services.gateway.errors import Code, Refusal
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.people import browser
from tests.integration.gateway.provider import SECRET, Provider, said

CALLBACK = "http://localhost:8080/v1/sign-in/callback"
GROUPS = """
[groups.qinghe]
role = "scheduler"
areas = ["990101001"]

[groups.reviewers]
role = "reviewer"
areas = ["county"]
"""


@pytest.fixture
async def provider(tmp_path: Path) -> AsyncIterator[Provider]:
    """The county's provider, running."""
    made = Provider(tmp_path, CALLBACK)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def page(bench: Bench, provider: Provider, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before the door of a county that has a single sign-on."""
    rules = tmp_path / "groups.toml"
    rules.write_text(GROUPS)
    connected = SingleSignOn(provider.issuer, "onevisit", provider.secret)
    object.__setattr__(bench.door, "sso", connected)
    object.__setattr__(bench.door, "sso_groups", read_groups(rules))
    async with browser(bench) as client:
        yield client


async def left(page: httpx.AsyncClient) -> str:
    """Where the door sends somebody who wants to sign in."""
    answer = await page.get("/v1/sign-in/sso?page=review")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def back(page: httpx.AsyncClient, address: str) -> httpx.Response:
    """What the door answers to who comes back by this address."""
    return await page.get("/v1/sign-in/callback", params=dict(said(address)))


async def test_a_member_of_a_group_comes_in_with_what_the_group_gives(
    bench: Bench, page: httpx.AsyncClient, provider: Provider
) -> None:
    """The whole way, PKCE and all; the next time it is the same account; what he may not do he may not."""
    asked = said(await left(page))
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    answer = await back(page, await provider.vouch(await left(page), "zhang", "qinghe", "canteen"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/review/")
    holder = (await page.get("/v1/sign-in")).json()["signed_in"]
    assert (holder["role"], holder["areas"], holder["name"]) == ("scheduler", ["990101001"], "Name of zhang")
    assert (await page.get("/v1/visits")).status_code == 200
    assert (await page.get("/v1/audit")).json()["code"] == "ROLE_NOT_ALLOWED"
    assert (await page.post("/v1/desk/publish", json={})).json()["code"] == "AREA_NOT_SERVED"
    await back(page, await provider.vouch(await left(page), "zhang", "qinghe"))
    again = (await page.get("/v1/sign-in")).json()["signed_in"]
    assert again["staff_id"] == holder["staff_id"]
    assert again["session_id"] != holder["session_id"]


async def test_no_secret_of_a_sign_in_reaches_a_log(
    bench: Bench, page: httpx.AsyncClient, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the code and state in the address, nor what the cookies and the client's file hold."""
    caplog.set_level(logging.INFO)
    address = await provider.vouch(await left(page), "zhang", "qinghe")
    browser_secret = page.cookies["__Host-onevisit-sign-in"]
    assert (await back(page, address)).status_code == 303
    secrets = {said(address)["code"], said(address)["state"], browser_secret, page.cookies["__Host-onevisit"], SECRET}
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx"]
    assert any("/v1/sign-in/callback 303" in line for line in ours), "the log was on"
    assert [line for line in ours if any(secret in line for secret in secrets)] == []
    towards_provider = [
        record.getMessage() for record in caplog.records if f"{provider.issuer}/token" in record.getMessage()
    ]
    assert towards_provider, "the exchange of the code is in the log, by its address alone"
    assert [line for line in towards_provider if any(secret in line for secret in secrets)] == []


@pytest.mark.parametrize(
    ("groups", "code"),
    [((), "SSO_NO_ACCOUNT"), (("canteen",), "SSO_NO_ACCOUNT"), (("qinghe", "reviewers"), "SSO_SEVERAL_ROLES")],
)
async def test_whom_nobody_let_in_is_told_so_and_nothing_else(
    bench: Bench, page: httpx.AsyncClient, provider: Provider, groups: tuple[str, ...], code: str
) -> None:
    """A page with the code in both languages: no cookie, no account, and nothing of what the provider said."""
    answer = await back(page, await provider.vouch(await left(page), "li", *groups))
    assert (answer.status_code, answer.headers["onevisit-code"]) == (403, code)
    assert "__Host-onevisit=" not in answer.headers.get("set-cookie", "")
    assert code in answer.text
    assert "请" in answer.text
    assert "Name of" not in answer.text
    assert await bench.execute("SELECT count(*) FROM gateway.staff") == [(0,)]


async def test_an_account_of_the_operator_needs_no_group(
    bench: Bench, page: httpx.AsyncClient, provider: Provider
) -> None:
    """`access sso` lets a subject in, with the rights said there; revoked, he is out, whatever his groups are."""
    made = staff_accounts.new_staff(read_rights("auditor", ["county"]), name="吴")
    async with bench.door.pool.connection() as connection, connection.transaction():
        await staff_accounts.add(connection, made, issuer=provider.issuer, subject="wu")
    assert (await back(page, await provider.vouch(await left(page), "wu", "qinghe"))).status_code == 303
    assert (await page.get("/v1/audit")).status_code == 200
    await bench.execute("UPDATE gateway.staff SET revoked_at = now()")
    refused = await back(page, await provider.vouch(await left(page), "wu", "qinghe"))
    assert refused.headers["onevisit-code"] == "SSO_NO_ACCOUNT"


async def test_who_has_left_the_group_is_out_everywhere(
    bench: Bench, page: httpx.AsyncClient, provider: Provider
) -> None:
    """Signing in without the group ends what was open; another group gives its own rights instead."""
    await back(page, await provider.vouch(await left(page), "zhang", "qinghe"))
    async with browser(bench) as elsewhere:
        answer = await back(elsewhere, await provider.vouch(await left(elsewhere), "zhang", "reviewers"))
        assert answer.status_code == 303
        assert (await elsewhere.get("/v1/sign-in")).json()["signed_in"]["role"] == "reviewer"
        assert (await page.get("/v1/visits")).json()["code"] == "SESSION_ENDED"
        out = await back(elsewhere, await provider.vouch(await left(elsewhere), "zhang"))
        assert out.headers["onevisit-code"] == "SSO_NO_ACCOUNT"
        assert (await elsewhere.get("/v1/review-cases/figures")).json()["code"] == "SESSION_ENDED"


async def test_who_signs_in_over_a_session_ends_it(bench: Bench, page: httpx.AsyncClient, provider: Provider) -> None:
    """Also by the way over the provider, from which a browser comes back without the cookie of its session."""
    await back(page, await provider.vouch(await left(page), "zhang", "qinghe"))
    (before,) = await bench.execute("SELECT staff_id FROM gateway.session WHERE ended_at IS NULL")
    address = await provider.vouch(await left(page), "liu", "reviewers")
    page.cookies.delete("__Host-onevisit")
    assert (await back(page, address)).status_code == 303
    (after,) = await bench.execute("SELECT staff_id FROM gateway.session WHERE ended_at IS NULL")
    assert before != after
    assert (await page.get("/v1/sign-in")).json()["signed_in"]["role"] == "reviewer"


async def test_a_way_back_is_good_once_for_the_browser_that_began_it(
    bench: Bench, page: httpx.AsyncClient, provider: Provider
) -> None:
    """Replayed, of another browser, with a state or an issuer that is not ours, without a code: nobody comes in."""
    good = await provider.vouch(await left(page), "zhang", "qinghe")
    assert (await back(page, good)).status_code == 303
    page.cookies.delete("__Host-onevisit")
    assert (await back(page, good)).headers["onevisit-code"] == "SIGN_IN_EXPIRED"
    used = said(good)["code"]
    replayed = await page.get("/v1/sign-in/callback", params={"state": said(await left(page))["state"], "code": used})
    assert replayed.headers["onevisit-code"] == "SSO_REFUSED", "the provider knows that the code was used"
    stolen = await provider.vouch(await left(page), "zhang", "qinghe")
    async with browser(bench) as other:
        await left(other)
        assert (await back(other, stolen)).headers["onevisit-code"] == "SIGN_IN_EXPIRED"
    for wrong in ({"state": "made up"}, {"iss": "https://evil.example"}, {"code": ""}, {"code": "made up"}):
        address = await provider.vouch(await left(page), "zhang", "qinghe")
        answer = await page.get("/v1/sign-in/callback", params={**said(address), **wrong})
        assert answer.headers["onevisit-code"] in {"SIGN_IN_EXPIRED", "SSO_REFUSED"}, wrong
        assert answer.status_code == 401
    assert (await page.get("/v1/sign-in")).json()["signed_in"] is None


async def test_a_word_of_the_provider_that_does_not_hold_is_refused(
    bench: Bench, page: httpx.AsyncClient, provider: Provider
) -> None:
    """One real ID token: as it is; of another sign-in; expired; for another client; changed; not signed, or signed by
    somebody else, or with the client's secret."""
    connected = bench.door.sso
    assert connected is not None
    begun = sso.begin()
    address = await provider.vouch(await connected.address(begun, state="s", redirect=CALLBACK), "zhang", "qinghe")
    token = await connected.trade(said(address)["code"], begun, redirect=CALLBACK)
    claims = dict(await connected.read(token, begun))
    assert (claims["sub"], claims["groups"]) == ("zhang", ["qinghe"])

    async def refused(text: str, by: SingleSignOn = connected, now: float | None = None) -> Code:
        with pytest.raises(Refusal) as refusal:
            await by.read(text, begun, now=now)
        return refusal.value.code

    with pytest.raises(Refusal) as other_nonce:
        await connected.read(token, Begun("of another sign-in", begun.verifier))
    assert other_nonce.value.code is Code.SSO_TOKEN_INVALID
    head, body, signature = token.split(".")
    foreign, header = RSAKey.generate_key(2048), {"alg": "RS256", "kid": _kid(provider)}
    secret = OctKey.import_key(provider.secret.read_text().strip() * 2)
    for wrong in (
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{_changed(claims)}.{signature}",
        f"{_coded({'alg': 'none'})}.{body}.",
        f"{_coded({'alg': 'none', 'kid': _kid(provider)})}.{body}.{signature}",
        jwt.encode(header, claims, foreign),
        jwt.encode({"alg": "RS256", "kid": "unknown"}, claims, foreign),
        jwt.encode({"alg": "HS256"}, claims, secret),
        "",
        "a.b",
        token + ".x",
    ):
        assert await refused(wrong) is Code.SSO_TOKEN_INVALID, wrong
    assert await refused(token, now=claims["exp"] + sso.LEEWAY_S + 1) is Code.SSO_TOKEN_INVALID
    other_client = SingleSignOn(provider.issuer, "other", provider.secret)
    assert await refused(token, other_client) is Code.SSO_TOKEN_INVALID


async def test_rotated_keys_are_fetched_anew(bench: Bench, page: httpx.AsyncClient, provider: Provider) -> None:
    """The provider signs with a key that we have not seen: we ask for its keys, and take its word."""
    assert (await back(page, await provider.vouch(await left(page), "zhang", "qinghe"))).status_code == 303
    before = _kid(provider)
    await provider.stop()
    await provider.start()
    assert _kid(provider) != before
    assert (await back(page, await provider.vouch(await left(page), "zhang", "qinghe"))).status_code == 303


async def test_a_provider_that_is_down_is_said_and_the_other_ways_work(
    bench: Bench, page: httpx.AsyncClient, provider: Provider
) -> None:
    """Before it was ever reached, and in the middle of a sign-in; client credentials, sessions and health go on."""
    halfway = await provider.vouch(await left(page), "zhang", "qinghe")
    await provider.stop()
    away = await back(page, halfway)
    assert (away.status_code, away.headers["onevisit-code"]) == (503, "SSO_AWAY")
    object.__setattr__(bench.door, "sso", SingleSignOn(provider.issuer, "onevisit", provider.secret))
    never = await page.get("/v1/sign-in/sso")
    assert (never.status_code, never.headers["onevisit-code"]) == (503, "SSO_AWAY")
    assert (await bench.http.get("/v1/visits", headers=bench.as_role["scheduler"])).status_code == 200
    assert (await page.get("/v1/sign-in")).json() == {
        "origin": "http://localhost:8080",
        "timezone": "Asia/Shanghai",
        "sso": True,
        "signed_in": None,
    }
    assert (await page.post("/v1/sign-in/passkey/question")).status_code == 200


async def test_without_a_single_sign_on_there_is_none(bench: Bench) -> None:
    """Said with what to do instead."""
    async with browser(bench) as page:
        answer = await page.get("/v1/sign-in/sso")
        assert (answer.status_code, answer.headers["onevisit-code"]) == (404, "SSO_NOT_SET_UP")


def test_settings_that_cannot_be_used_open_no_door(tmp_path: Path) -> None:
    """Without a client id, or with a secret that is not there: said by the name of the setting."""
    with pytest.raises(SsoInvalid, match="ONEVISIT_OIDC_CLIENT_ID"):
        SingleSignOn("https://sso.county.example", "", None)
    with pytest.raises(SsoInvalid, match="ONEVISIT_OIDC_CLIENT_SECRET"):
        SingleSignOn("https://sso.county.example", "onevisit", tmp_path / "none")


@pytest.mark.parametrize(
    "text",
    [
        "[groups.a]\nrole = 'root'\nareas = ['county']",
        "[groups.a]\nrole = 'scheduler'\nareas = []",
        "[groups.a]\nrole = 'scheduler'",
        "[groups.a]\nrole = 'admin'\nareas = ['990101001']",
        "[group.a]\nrole = 'scheduler'\nareas = ['county']",
        "groups =",
    ],
)
def test_rules_that_cannot_be_used_open_no_door(tmp_path: Path, text: str) -> None:
    """A slip in the file lets nobody in, instead of the wrong people."""
    file = tmp_path / "groups.toml"
    file.write_text(text)
    with pytest.raises(GroupsInvalid, match=r"groups\.toml"):
        read_groups(file)


def _kid(provider: Provider) -> str:
    (key,) = json.loads(provider.keys.read_text())["keys"]
    return str(key["kid"])


def _coded(content: dict[str, object]) -> str:
    return bytes_to_base64url(json.dumps(content).encode())


def _changed(claims: dict[str, object]) -> str:
    return bytes_to_base64url(json.dumps(claims | {"groups": ["reviewers"]}).encode())
