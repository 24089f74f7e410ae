"""Challenges to carry along: many visits in one request, each signed, and one that cannot be drawn holds up nothing."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jws

from schemas.capture import Challenge
from tests.integration.gateway.conftest import OTHER_VILLAGE, Bench
from tests.integration.gateway.serving import CLIP, send, served

PATH = "/v1/challenge-bundles"


async def test_each_visit_gets_its_challenges_or_a_reason(bench: Bench) -> None:
    """As many as asked for, all different, within what the person can do; refusals say what to do."""
    visits = [await bench.open_visit(("hrss", f"P-{n}")) for n in range(3)]
    elsewhere = await bench.open_visit(("hrss", "P-9"), village=OTHER_VILLAGE)
    await bench.execute("UPDATE scheduler.visit SET status = 'closed' WHERE visit_id = %s", (visits[2],))
    phone = await bench.enrol_phone()
    wishes: list[dict[str, Any]] = [
        {"visit_id": str(visits[0]), "abilities": ["deaf", "stiff_neck"], "unable": [], "count": 3},
        {"visit_id": str(visits[1]), "abilities": ["cannot_follow"], "count": 1},
        {"visit_id": str(visits[2])},
        {"visit_id": str(elsewhere)},
        {"visit_id": str(visits[1]), "abilities": []},
    ]
    answer = await bench.http.post(PATH, json={"visits": wishes}, headers=phone.headers)
    assert answer.status_code == 201, answer.text
    given = answer.json()
    assert [bundle["visit_id"] for bundle in given["bundles"]] == [str(visits[0])] * 3 + [str(visits[1])]
    assert len({bundle["challenge"]["challenge_id"] for bundle in given["bundles"]}) == 4
    for bundle in given["bundles"]:
        signed = jws.deserialize_compact(bundle["jws"], bench.door.secrets.signing_key, algorithms=["Ed25519"])
        challenge = Challenge.model_validate_json(signed.payload)
        assert challenge.model_dump(mode="json") == bundle["challenge"]
        assert (challenge.expires_at - challenge.issued_at).days == 7
        grace = timedelta(days=bench.door.policy.challenge_grace_days)
        assert datetime.fromisoformat(bundle["send_by"]) == challenge.expires_at + grace
    first = given["bundles"][0]["challenge"]
    assert first["prompt_form"] == "shown" and not {"turn_left", "turn_right"} & set(first["actions"])
    assert [(one["visit_id"], one["code"]) for one in given["refused"]] == [
        (str(visits[1]), "NO_ACTION_LEFT"),
        (str(visits[2]), "VISIT_CLOSED"),
        (str(elsewhere), "VISIT_UNKNOWN"),
    ]
    assert all(one["zh"] and one["en"] for one in given["refused"])


async def test_a_carried_challenge_is_answered_once(bench: Bench) -> None:
    """What was drawn in a bundle is good for a recording like any other."""
    visit, phone = await bench.open_visit(("hrss", "P-1")), await bench.enrol_phone()
    wish = {"visits": [{"visit_id": str(visit), "abilities": [], "unable": [], "count": 2}]}
    given = (await bench.http.post(PATH, json=wish, headers=phone.headers)).json()["bundles"]
    async with served(bench.app) as address:
        for number, bundle in enumerate(given):
            clip = CLIP + bytes([number])
            sent = await send(address, phone, clip, phone.metadata(clip, bundle["challenge"]))
            assert sent.request.response_headers["onevisit-capture"]


@pytest.mark.parametrize(
    "visits",
    [
        [],
        [{"visit_id": str(uuid4())}] * 61,
        [{"visit_id": str(uuid4()), "count": 4}],
        [{"visit_id": str(uuid4()), "count": 0}],
        [{"visit_id": str(uuid4()), "abilities": ["tired"]}],
        [{"visit_id": "x"}],
    ],
)
async def test_what_is_no_order_is_refused(bench: Bench, visits: list[dict[str, Any]]) -> None:
    """Nothing, too much at once, or what does not exist."""
    phone = await bench.enrol_phone()
    answer = await bench.http.post(PATH, json={"visits": visits}, headers=phone.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED")
