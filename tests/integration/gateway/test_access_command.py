"""`onevisit access`: what the operator does, on a real database."""

import asyncio
import json
import stat
import subprocess
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import OKPKey

from tests.integration.gateway.command_line import run
from tests.integration.gateway.conftest import VILLAGE, Bench


async def onevisit(bench: Bench, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line on this installation."""
    environment = {"ONEVISIT_DATABASE": bench.settings.database, "ONEVISIT_VAR": str(bench.settings.var)}
    return await asyncio.to_thread(run, environment, "access", *arguments)


async def test_an_agency_comes_in_with_what_the_command_printed(bench: Bench) -> None:
    """Made, used, listed without its secret, revoked."""
    made = json.loads((await onevisit(bench, "agency", "health", "--json")).stdout)
    answer = await bench.http.post(
        "/v1/token",
        data={"grant_type": "client_credentials"},
        auth=httpx.BasicAuth(made["client_id"], made["client_secret"]),
    )
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await bench.http.get("/v1/certificates", headers=headers)).status_code == 200
    listed = (await onevisit(bench, "list")).stdout
    assert made["client_id"] in listed
    assert made["client_secret"] not in listed
    assert (await onevisit(bench, "revoke", made["client_id"])).returncode == 0
    assert (await bench.http.get("/v1/certificates", headers=headers)).json()["code"] == "CLIENT_UNKNOWN"
    again = await onevisit(bench, "revoke", made["client_id"])
    assert (again.returncode, "onevisit access list" in again.stderr) == (1, True)


async def test_a_phone_is_enrolled_with_its_own_or_a_new_key(bench: Bench, tmp_path: Path) -> None:
    """A key made here is readable to its owner alone; a file that is there is never written over."""
    key_file, public = tmp_path / "phone.jwk", tmp_path / "public.jwk"
    device = ("device", "--cadre", "C001", "--village", VILLAGE, "--json")
    made = json.loads((await onevisit(bench, *device, "--key-file", str(key_file))).stdout)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert (await onevisit(bench, *device, "--key-file", str(key_file))).returncode == 1
    public.write_text(json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=False)))
    own = json.loads((await onevisit(bench, *device, "--public-key", str(public))).stdout)
    for token in (made["token"], own["token"]):
        answer = await bench.http.get("/v1/visits", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200


async def test_whose_access_was_ended_is_told_apart_from_who_has_an_account(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator gives a person of the single sign-on an account once; of an ended one he reads so, and
    by what the person comes in again."""
    monkeypatch.setenv("ONEVISIT_OIDC_ISSUER", "https://sso.example")
    let_in = ("sso", "zhang", "--role", "reviewer", "--area", "county")
    made = await onevisit(bench, *let_in)
    assert made.returncode == 0, made.stderr
    account = made.stdout.strip()
    again = await onevisit(bench, *let_in)
    assert (again.returncode, "has an account already" in again.stderr, account in again.stderr) == (1, True, True)
    assert (await onevisit(bench, "revoke", account)).returncode == 0
    ended = await onevisit(bench, *let_in)
    assert (ended.returncode, "already" in ended.stderr, account in ended.stderr) == (1, False, True)
    assert "onevisit access invite --role" in ended.stderr
    assert (await onevisit(bench, "invite", *let_in[2:])).returncode == 0


async def test_what_is_wrong_is_said_with_what_to_do(bench: Bench, tmp_path: Path) -> None:
    """No traceback, exit code 1, a next step."""
    broken = tmp_path / "key.jwk"
    broken.write_text("[]")
    for arguments in (
        ("agency", "nobody"),
        ("staff", "--role", "king"),
        ("device", "--cadre", "C001", "--village", VILLAGE),
        ("device", "--cadre", "C001", "--village", "12", "--key-file", str(tmp_path / "new.jwk")),
        ("device", "--cadre", "C001", "--village", VILLAGE, "--public-key", str(broken)),
    ):
        told = await onevisit(bench, *arguments)
        assert told.returncode == 1, arguments
        assert told.stderr.strip() and "Traceback" not in told.stderr, arguments
    assert not (tmp_path / "new.jwk").exists()
