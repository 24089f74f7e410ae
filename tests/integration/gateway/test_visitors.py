"""A family asks who comes; a guesser learns nothing, and nobody learns whom the visit is for."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from services.gateway.domain.visitor_code import code_of
from services.gateway.door import Door
from services.gateway.policy import DoorPolicy
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench, Phone
from tests.integration.gateway.county import County, day, id_number


async def code_for(bench: Bench, phone: Phone, **order: Any) -> dict[str, Any]:
    """A code of this phone."""
    answer = await bench.http.post("/v1/visitor-codes", json=order or None, headers=phone.headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def asked(bench: Bench, code: str) -> httpx.Response:
    """What a family is told, without any token."""
    return await bench.http.get(f"/v1/visitors/{code}")


async def test_a_family_learns_who_comes_and_for_what(bench: Bench) -> None:
    """Name, villages, day, benefits, that it is free; the same code all day; nothing of the people who are visited."""
    county = County(bench)
    await county.ask("P-1", id_number(1), name="王秀英", address="向阳路3号")
    await county.ask("S-2", id_number(2), name="李大山", agency="civil_affairs", programme="senior_subsidy")
    phone = await county.phone(VILLAGE, OTHER_VILLAGE)
    await bench.execute("UPDATE gateway.device SET cadre_name = '李卫国'")
    made, again = await code_for(bench, phone), await code_for(bench, phone)
    assert made["code"] == again["code"] and len(made["code"]) == 9
    for typed in (made["code"], made["code"].replace(" ", ""), made["code"].replace(" ", "-")):
        answer = await asked(bench, typed)
        assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["cadre_name"] == "李卫国"
    assert told["village_names"] == [VILLAGE, OTHER_VILLAGE]
    assert (told["on"], told["free"]) == (day(0), True)
    assert [words["zh"] for words in told["for"]] == ["城乡居民养老保险", "高龄津贴"]
    assert set(told) == {"cadre_name", "village_names", "on", "for", "free", "valid_until"}
    assert not any(secret in answer.text for secret in ("王秀英", "李大山", "向阳路", "P-1"))


async def test_a_code_for_a_slip_is_made_ahead(bench: Bench) -> None:
    """Up to two weeks; neither for yesterday nor for later."""
    phone = await bench.enrol_phone()
    made = await code_for(bench, phone, on=day(14))
    assert (await asked(bench, made["code"])).json()["on"] == day(14)
    assert made["code"] != (await code_for(bench, phone))["code"]
    for offset in (-1, 15):
        answer = await bench.http.post("/v1/visitor-codes", json={"on": day(offset)}, headers=phone.headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "VISITOR_DAY_TOO_FAR")


async def test_nobody_comes_with_a_wrong_an_old_or_a_lost_phones_code(bench: Bench) -> None:
    """Mistyped is told apart, so that the family looks again; the rest says what to beware of."""
    phone, lost = await bench.enrol_phone(), await bench.enrol_phone()
    old, stolen = (await code_for(bench, phone))["code"], (await code_for(bench, lost))["code"]
    await bench.execute("UPDATE gateway.visitor_code SET valid_until = now() WHERE code = %s", (old.replace(" ", ""),))
    await bench.http.delete(f"/v1/devices/{lost.device_id}", headers=bench.as_role["admin"])
    mistyped = old[:-1] + str((int(old[-1]) + 1) % 10)
    for code, expected in (
        (mistyped, (422, "VISITOR_CODE_MISTYPED")),
        ("hello", (422, "VISITOR_CODE_MISTYPED")),
        (old, (404, "VISITOR_CODE_UNKNOWN")),
        (stolen, (404, "VISITOR_CODE_UNKNOWN")),
    ):
        answer = await asked(bench, code)
        assert (answer.status_code, answer.json()["code"]) == expected
        assert answer.json()["next_step"]["zh"] and answer.json()["next_step"]["en"]


async def test_who_guesses_is_stopped(bench: Bench) -> None:
    """After ten wrong codes in a minute not even a right one is told; right ones do not count."""
    made = await code_for(bench, await bench.enrol_phone())
    tries = DoorPolicy().wrong_codes_per_minute
    for _ in range(tries + 5):
        assert (await asked(bench, made["code"])).status_code == 200
    free = (code_of(number) for number in range(1, 100))
    wrong = [code for code in free if code != made["code"].replace(" ", "")][:tries]
    assert [(await asked(bench, code)).status_code for code in wrong] == [404] * tries
    answer = await asked(bench, made["code"])
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_TRIES")


async def test_a_code_ends_with_the_countys_day(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """At midnight of the county, not of UTC."""
    phone = await bench.enrol_phone()
    made = await code_for(bench, phone)
    now = bench.door.now()
    ends = datetime.fromisoformat(made["valid_until"])
    assert ends.astimezone(ZoneInfo("Asia/Shanghai")).isoformat().startswith(f"{day(1)}T00:00")
    assert ends > now
    monkeypatch.setattr(Door, "now", lambda _: ends - timedelta(seconds=1))
    assert (await asked(bench, made["code"])).status_code == 200
    monkeypatch.setattr(Door, "now", lambda _: ends)
    assert (await asked(bench, made["code"])).json()["code"] == "VISITOR_CODE_UNKNOWN"
