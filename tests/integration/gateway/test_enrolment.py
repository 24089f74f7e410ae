"""A phone enrols itself by a one-time code, once, in time; a lost one is revoked."""

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey, OKPKey

from services.gateway.access.tokens import hash_secret
from services.gateway.policy import DoorPolicy
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.test_access_command import onevisit

ORDER = {"cadre_id": "C007", "cadre_name": "李卫国", "village_codes": [VILLAGE, OTHER_VILLAGE], "name": "红米"}


def public_key() -> dict[str, Any]:
    """Of a new key, as WebCrypto exports it."""
    return dict(ECKey.generate_key("P-256").as_dict(private=False)) | {"ext": True, "key_ops": ["verify"]}


async def ordered(bench: Bench, role: str = "scheduler", **changes: Any) -> dict[str, Any]:
    """A new one-time code."""
    answer = await bench.http.post("/v1/device-enrolments", json=ORDER | changes, headers=bench.as_role[role])
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def enrolled(bench: Bench, code: str, key: dict[str, Any]) -> httpx.Response:
    """What a phone is answered that sends this code and key."""
    return await bench.http.post("/v1/devices", json={"code": code, "public_key": key})


async def test_a_scanned_code_enrols_the_phone(bench: Bench) -> None:
    """What the desk said of the cadre comes back with a token that works; the desk sees the phone."""
    made = await ordered(bench, "admin")
    address = urlsplit(made["url"])
    assert (address.path, address.fragment, address.query) == ("/phone/", f"enrol={made['code']}", "")
    assert made["qr_svg"].startswith("<svg") and made["code"] not in made["qr_svg"]
    answer = await enrolled(bench, made["code"], public_key())
    assert answer.status_code == 201, answer.text
    phone = answer.json()
    assert {name: phone[name] for name in ("cadre_id", "cadre_name", "village_codes")} == {
        name: ORDER[name] for name in ("cadre_id", "cadre_name", "village_codes")
    }
    headers = {"Authorization": f"Bearer {phone['token']}"}
    assert (await bench.http.get("/v1/visits", headers=headers)).status_code == 200
    (listed,) = (await bench.http.get("/v1/devices", headers=bench.as_role["auditor"])).json()["items"]
    assert (listed["device_id"], listed["cadre_name"], listed["name"]) == (phone["device_id"], "李卫国", "红米")
    assert phone["token"] not in json.dumps(listed)


async def test_only_the_hash_of_a_code_is_kept_and_none_is_logged(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the code nor the phone's token stands in the database or the log."""
    caplog.set_level(logging.DEBUG)
    made = await ordered(bench)
    token = (await enrolled(bench, made["code"], public_key())).json()["token"]
    rows = await bench.execute(
        "SELECT e.*, d.* FROM gateway.device_enrolment e JOIN gateway.device d USING (device_id)"
    )
    stored = repr(rows) + "\n".join(record.getMessage() for record in caplog.records)
    assert made["code"] not in stored and token not in stored
    assert await bench.execute(
        "SELECT 1 FROM gateway.device_enrolment WHERE code_hash = %s", (hash_secret(made["code"]),)
    )


async def test_a_lost_answer_is_asked_for_again(bench: Bench) -> None:
    """The same code and key: the same phone, a new token, and the token before is void."""
    made, key = await ordered(bench), public_key()
    first, second = [(await enrolled(bench, made["code"], key)).json() for _ in range(2)]
    assert first["device_id"] == second["device_id"]
    for token, status in ((first["token"], 401), (second["token"], 200)):
        answer = await bench.http.get("/v1/visits", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status


async def test_a_code_enrols_one_phone_however_many_try_at_once(bench: Bench) -> None:
    """One of several keys wins, the others are told; so is whoever comes later."""
    made = await ordered(bench)
    answers = await asyncio.gather(*(enrolled(bench, made["code"], public_key()) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"ENROLMENT_USED"}
    assert len((await bench.http.get("/v1/devices", headers=bench.as_role["admin"])).json()["items"]) == 1


async def test_a_code_that_is_not_good_is_refused_with_its_reason(bench: Bench) -> None:
    """Unknown, expired (used or not), a key that is none, a wrong form; each in both languages."""
    used, late, good = [await ordered(bench) for _ in range(3)]
    key = public_key()
    await enrolled(bench, used["code"], key)
    await bench.execute(
        "UPDATE gateway.device_enrolment SET expires_at = now() WHERE enrolment_id = ANY(%s::uuid[])",
        ([used["enrolment_id"], late["enrolment_id"]],),
    )
    private = OKPKey.generate_key("Ed25519").as_dict(private=True)
    for code, sent, expected in (
        ("ove_" + "x" * 43, key, (404, "ENROLMENT_UNKNOWN")),
        (used["code"], key, (410, "ENROLMENT_EXPIRED")),
        (used["code"], public_key(), (409, "ENROLMENT_USED")),
        (late["code"], key, (410, "ENROLMENT_EXPIRED")),
        (good["code"], {"kty": "RSA"}, (422, "PUBLIC_KEY_INVALID")),
        (good["code"], {}, (422, "PUBLIC_KEY_INVALID")),
        ("", key, (422, "MALFORMED")),
        (good["code"], private, (201, None)),
    ):
        answer = await enrolled(bench, code, sent)
        problem = answer.json()
        assert (answer.status_code, problem.get("code")) == expected
        assert expected[1] is None or (problem["next_step"]["zh"] and problem["next_step"]["en"])
    (stored,) = await bench.execute("SELECT public_key FROM gateway.device WHERE public_key->>'crv' = 'Ed25519'")
    assert "d" not in stored[0], "a private key that a phone sent by mistake is not kept"


async def test_who_guesses_codes_is_slowed_down(bench: Bench) -> None:
    """After ten wrong codes nothing is looked up for a minute, not even a right one."""
    made, tries = await ordered(bench), DoorPolicy().wrong_codes_per_minute
    for number in range(tries):
        assert (await enrolled(bench, f"ove_{number}", public_key())).status_code == 404
    answer = await enrolled(bench, made["code"], public_key())
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_TRIES")
    assert 0 < int(answer.headers["retry-after"]) <= 60


@pytest.mark.parametrize(
    "changes",
    [{"village_codes": []}, {"village_codes": ["12"]}, {"cadre_name": ""}, {"cadre_id": "x" * 58}, {"more": 1}],
)
async def test_an_order_that_says_not_enough_is_refused(bench: Bench, changes: dict[str, Any]) -> None:
    """A phone of nobody, or of no village, is not enrolled."""
    answer = await bench.http.post("/v1/device-enrolments", json=ORDER | changes, headers=bench.as_role["scheduler"])
    assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED")


async def test_a_lost_phone_is_revoked(bench: Bench) -> None:
    """Whatever it asks afterwards is refused with one code that says what to do; its code gives no new token either."""
    made, key = await ordered(bench), public_key()
    phone = (await enrolled(bench, made["code"], key)).json()
    path = f"/v1/devices/{phone['device_id']}"
    assert (await bench.http.delete(path, headers=bench.as_role["auditor"])).status_code == 403
    first, again = [await bench.http.delete(path, headers=bench.as_role["scheduler"]) for _ in range(2)]
    assert first.json()["revoked_at"] and first.json() == again.json()
    headers = {"Authorization": f"Bearer {phone['token']}"}
    for method, address in (("GET", "/v1/visits"), ("POST", "/v1/captures"), ("HEAD", f"/v1/captures/{'0' * 32}")):
        answer = await bench.http.request(method, address, headers=headers)
        assert (answer.status_code, answer.headers["onevisit-code"]) == (403, "DEVICE_REVOKED")
    assert (await enrolled(bench, made["code"], key)).json()["code"] == "DEVICE_REVOKED"
    unknown = await bench.http.delete(f"/v1/devices/{made['enrolment_id']}", headers=bench.as_role["admin"])
    assert (unknown.status_code, unknown.json()["code"]) == (404, "DEVICE_UNKNOWN")


async def test_the_list_of_phones_has_pages(bench: Bench) -> None:
    """Each phone once, in the order in which they came."""
    phones = [str((await bench.enrol_phone()).device_id) for _ in range(3)]
    seen: list[str] = []
    query = "?limit=2"
    while query:
        page = (await bench.http.get(f"/v1/devices{query}", headers=bench.as_role["admin"])).json()
        seen += [item["device_id"] for item in page["items"]]
        query = f"?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert seen == phones


async def test_the_terminal_shows_a_code(bench: Bench) -> None:
    """`onevisit access enrol` draws the QR code and prints the address, with which a phone enrols."""
    arguments = ("enrol", "--cadre", "C007", "--cadre-name", "李卫国", "--village", VILLAGE)
    shown = (await onevisit(bench, *arguments)).stdout
    assert "▀" in shown and "/phone/#enrol=ove_" in shown
    made = json.loads((await onevisit(bench, *arguments, "--json")).stdout)
    assert (await enrolled(bench, made["code"], public_key())).json()["cadre_name"] == "李卫国"
    wrong = await onevisit(bench, *arguments[:-1], "12")
    assert (wrong.returncode, "12 digits" in wrong.stderr) == (1, True)
