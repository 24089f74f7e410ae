"""Who comes in: tokens, roles, revocation; and that no answer repeats what was sent."""

import base64
import logging
import time

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.gateway.access.callers import declared_access
from services.gateway.access.tokens import read_token
from tests.integration.gateway.conftest import VILLAGE, Bench

PERSON = "11010519491231002X"


def fill(path: str) -> str:
    """An address of a route."""
    for name in ("{list_id}", "{visit_id}", "{capture_id}"):
        path = path.replace(name, "00000000-0000-4000-8000-000000000000")
    return path.replace("{uuid}", "0" * 32).replace("{request_id}", "P-1")


async def test_no_route_serves_a_stranger(bench: Bench) -> None:
    """Every route that is not declared anonymous answers 401 without a token, and with a token that we did not make."""
    foreign = OKPKey.generate_key("Ed25519")
    forged = jwt.encode(
        {"alg": "Ed25519", "typ": "at+jwt"},
        {"sub": "admin", "iss": bench.settings.issuer, "aud": "onevisit-gateway", "exp": int(time.time()) + 600},
        foreign,
        algorithms=["Ed25519"],
    )
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=") + ".e30."
    for method, path, roles in declared_access(bench.app):
        if roles == ():
            continue
        for token in (None, forged, unsigned, "ovd_unknown", ""):
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            answer = await bench.http.request(method, fill(path), headers=headers)
            assert answer.status_code == 401, (method, path, token)
            assert answer.headers["onevisit-code"] in {"TOKEN_MISSING", "TOKEN_INVALID"}


async def test_each_role_is_kept_to_its_routes(bench: Bench) -> None:
    """Whoever is not in a route's declaration gets 403, whatever else is wrong with the request."""
    phone = await bench.enrol_phone(VILLAGE)
    callers = {"agency": bench.as_role["hrss"], "device": phone.headers} | {
        role: bench.as_role[role] for role in ("scheduler", "reviewer", "auditor", "admin")
    }
    tried = 0
    for method, path, roles in declared_access(bench.app):
        for role, headers in callers.items():
            if roles == () or role in (roles or ()):
                continue
            answer = await bench.http.request(method, fill(path), headers=headers)
            assert answer.status_code == 403, (method, path, role)
            tried += 1
    assert tried > 60


async def test_client_credentials_come_by_basic_or_form(bench: Bench) -> None:
    """RFC 6749: both ways work; a wrong secret, a wrong id and another grant do not."""
    assert (await bench.http.post("/v1/token", data={"grant_type": "password"})).json()["code"] == "GRANT_UNSUPPORTED"
    wrong = await bench.http.post(
        "/v1/token", data={"grant_type": "client_credentials"}, auth=httpx.BasicAuth("agency-hrss", "guess")
    )
    assert (wrong.status_code, wrong.json()["code"]) == (401, "CLIENT_UNKNOWN")
    assert wrong.headers["www-authenticate"].startswith("Basic")
    nobody = await bench.http.post("/v1/token", data={"grant_type": "client_credentials"})
    assert nobody.json()["code"] == "CLIENT_UNKNOWN"
    assert nobody.headers["cache-control"] == "no-store"
    assert nobody.headers["www-authenticate"] == "Bearer", "told of Basic, a browser asks for a password of its own"


async def test_revoking_ends_access_at_once(bench: Bench) -> None:
    """A token that has not expired is worth nothing after its client was revoked; a phone is told what to do."""
    phone = await bench.enrol_phone(VILLAGE)
    await bench.execute("UPDATE gateway.client SET revoked_at = now() WHERE agency = 'hrss'")
    await bench.execute("UPDATE gateway.device SET revoked_at = now()")
    agency = await bench.http.get("/v1/certificates", headers=bench.as_role["hrss"])
    assert (agency.status_code, agency.json()["code"]) == (401, "CLIENT_UNKNOWN")
    lost = await bench.http.get("/v1/visits", headers=phone.headers)
    assert (lost.status_code, lost.json()["code"]) == (403, "DEVICE_REVOKED")
    assert lost.json()["next_step"]["zh"]


async def test_other_signatures_of_the_county_are_no_tokens(bench: Bench) -> None:
    """The same key signs certificates and challenges: neither passes as a token, nor does an expired token."""
    key = bench.door.secrets.signing_key
    claims = {"sub": "x", "iss": bench.settings.issuer, "aud": "onevisit-gateway", "exp": int(time.time()) + 600}
    certificate = jwt.encode({"alg": "Ed25519", "typ": "vc+jwt"}, claims, key, algorithms=["Ed25519"])
    expired = jwt.encode(
        {"alg": "Ed25519", "typ": "at+jwt"}, claims | {"exp": int(time.time()) - 10}, key, algorithms=["Ed25519"]
    )
    endless = {name: value for name, value in claims.items() if name != "exp"}
    without_end = jwt.encode({"alg": "Ed25519", "typ": "at+jwt"}, endless, key, algorithms=["Ed25519"])
    for token, code in ((certificate, "TOKEN_INVALID"), (expired, "TOKEN_EXPIRED"), (without_end, "TOKEN_INVALID")):
        answer = await bench.http.get("/v1/visits", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_public_keys_check_what_we_sign(bench: Bench) -> None:
    """The published key reads our tokens, and its private half is not published."""
    (published,) = (await bench.http.get("/.well-known/jwks.json")).json()["keys"]
    assert "d" not in published
    token = bench.as_role["hrss"]["Authorization"].removeprefix("Bearer ")
    decoded = jwt.decode(token, OKPKey.import_key(published), algorithms=["Ed25519"])
    assert (decoded.claims["agency"], decoded.claims["sub"]) == ("hrss", read_token(bench.door, token))
    assert (await bench.http.get("/healthz")).json() == {"status": "ok"}


async def test_refusals_are_problems_and_repeat_nothing(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """A national ID in a wrong place comes back neither in the answer nor in the log."""
    caplog.set_level(logging.DEBUG)
    hrss = bench.as_role["hrss"]
    answers = [
        await bench.http.get(f"/v1/{PERSON}", headers=hrss),
        await bench.http.get(f"/v1/lists/{PERSON}", headers=hrss),
        await bench.http.get(f"/v1/certificates/{PERSON}?after={PERSON}", headers=hrss),
        await bench.http.patch(f"/v1/requests/{PERSON}", json={"id_number": PERSON}, headers=hrss),
        await bench.http.put("/v1/reference-photos", data={"id_number": PERSON * 9}, headers=hrss),
        await bench.http.put(f"/v1/lists/{PERSON}", headers=hrss),
        await bench.http.get(f"/v1/requests/{PERSON}%00", headers=hrss),
        await bench.http.post("/v1/token", data={"grant_type": "client_credentials", "client_id": f"\0{PERSON}"}),
    ]
    for answer in answers:
        assert answer.status_code >= 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert PERSON not in answer.text
        problem = answer.json()
        assert problem["code"] == answer.headers["onevisit-code"]
        assert problem["status"] == answer.status_code
        assert problem["next_step"]["zh"] and problem["next_step"]["en"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("httpx")]
    assert any("/v1/certificates/{request_id:path} 404" in line for line in ours)
    assert not any(PERSON in line for line in ours)


async def test_an_absent_database_is_said(bench: Bench) -> None:
    """Nothing was taken in, and the caller is told so, with a code."""
    await bench.door.pool.close()
    answer = await bench.http.get("/healthz")
    assert (answer.status_code, answer.json()["code"]) == (503, "DATABASE_AWAY")
