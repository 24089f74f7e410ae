"""What a phone takes into the mountains: whom it visits, household by household, and what to know before leaving."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.gateway.villages import read_villages
from services.platform.references import put_reference
from services.platform.sealing import key_id_of
from services.scheduler.domain.ladder_policy import LadderPolicy
from services.scheduler.ladder_clock import LadderClock
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench, Phone
from tests.integration.gateway.county import County, day, id_number

WANG, LI = id_number(1), id_number(2)


@pytest.fixture
async def county(bench: Bench) -> County:
    """A couple of one household, whom two agencies ask for."""
    county = County(bench)
    await county.ask("P-1", WANG, name="王秀英", address="向阳路3号", household="0042", last=day(40))
    await county.ask("S-1", WANG, name="王秀英", agency="civil_affairs", programme="senior_subsidy", last=day(30))
    await county.ask("P-2", LI, name="李大山", household="0042", last=day(20))
    return county


def later(days: int) -> Callable[[], datetime]:
    """A clock that is so many days ahead."""
    return lambda: datetime.now(UTC) + timedelta(days=days)


async def today_of(county: County, phone: Phone) -> dict[str, Any]:
    """What the phone is told."""
    return await county.get(phone.headers, "/v1/today")


def people_in(today: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The people of all stops, by name."""
    return {person["name"]: person for stop in today["stops"] for person in stop["people"]}


def codes(person: dict[str, Any]) -> list[str]:
    """The codes of what is to be known."""
    assert all(warning["zh"] and warning["en"] for warning in person["warnings"])
    assert not any("{" in warning["zh"] + warning["en"] for warning in person["warnings"])
    return [warning["code"] for warning in person["warnings"]]


async def test_a_household_is_one_stop_with_its_names_opened(county: County) -> None:
    """Both people, the more urgent first, with name, sex, year of birth, address, and what their visits answer."""
    today = await today_of(county, await county.phone(VILLAGE))
    assert today["timezone"] == county.bench.settings.timezone
    (stop,) = today["stops"]
    assert (stop["order"], stop["village_code"], stop["address"]) == (1, VILLAGE, "向阳路3号")
    first, second = stop["people"]
    assert [(one["name"], one["born"], one["due_date"]) for one in (first, second)] == [
        ("李大山", "1950", day(20)),
        ("王秀英", "1950", day(30)),
    ]
    assert {one["sex"] for one in (first, second)} <= {"male", "female"}
    assert {(one["agency"], one["request_id"], one["programme"]) for one in second["requests"]} == {
        ("hrss", "P-1", "pension"),
        ("civil_affairs", "S-1", "senior_subsidy"),
    }
    assert (second["abilities"], second["unable"], second["tries"], second["last_decision"]) == ([], [], 0, None)
    assert today["legal"]["zh"] and today["legal"]["basis"] == ["statutory_duty", "separate_consent"]
    assert today["paths"] == ["witnessed", "video_call", "document"]


async def test_only_the_phones_villages_and_the_next_days(county: County) -> None:
    """Neither another village's people nor windows that begin later than in eight days."""
    await county.ask("P-3", id_number(3), name="张远", village=OTHER_VILLAGE)
    await county.ask("P-4", id_number(4), name="陈未", first=day(8))
    await county.ask("P-5", id_number(5), name="赵迟", first=day(9))
    assert set(people_in(await today_of(county, await county.phone(VILLAGE)))) == {"王秀英", "李大山", "陈未"}
    both = await today_of(county, await county.phone(VILLAGE, OTHER_VILLAGE))
    assert set(people_in(both)) == {"王秀英", "李大山", "陈未", "张远"}
    assert [stop["order"] for stop in both["stops"]] == [1, 2, 3]
    assert [village["village_code"] for village in both["villages"]] == [VILLAGE, OTHER_VILLAGE]


async def test_the_phone_knows_what_could_lapse(county: County) -> None:
    """By request, with the last day that counts; what the agency has given more time for since is left out."""
    settings = county.bench.settings
    clock = LadderClock(settings.database, LadderPolicy(), ZoneInfo(settings.timezone), later(35))
    await clock.climb()
    phone = await county.phone(VILLAGE)

    async def lapses() -> dict[str, Any]:
        people = people_in(await today_of(county, phone)).values()
        return {each["request_id"]: each["lapse"] for person in people for each in person["requests"]}

    assert await lapses() == {
        "P-1": {"step": "offer_paths", "counts_until": day(40)},
        "S-1": {"step": "grace", "counts_until": day(60)},
        "P-2": {"step": "escalate", "counts_until": day(20)},
    }
    changed = await county.bench.http.patch(
        "/v1/requests/P-2", json={"due_date": day(90)}, headers=county.bench.as_role["hrss"]
    )
    assert changed.status_code == 202
    await county.fold()
    assert (await lapses())["P-2"] is None


async def test_what_is_known_is_not_sent_again(county: County) -> None:
    """304 with the same ETag until something changes; the moment of the answer alone is no change."""
    phone = await county.phone(VILLAGE)
    first = await county.bench.http.get("/v1/today", headers=phone.headers)
    etag = first.headers["etag"]
    same = await county.bench.http.get("/v1/today", headers=phone.headers | {"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    await county.ask("S-2", LI, name="李大山", agency="civil_affairs")
    changed = await county.bench.http.get("/v1/today", headers=phone.headers | {"If-None-Match": etag})
    assert (changed.status_code, changed.headers["etag"] == etag) == (200, False)
    assert (changed.headers["cache-control"], changed.headers["content-encoding"]) == ("no-store", "gzip")


async def test_what_to_know_before_leaving(county: County) -> None:
    """Another name, another village, a reported death, the last day near, no photo; each says what to do."""
    bench, phone = county.bench, await county.phone(VILLAGE, OTHER_VILLAGE)
    assert codes(people_in(await today_of(county, phone))["王秀英"]) == ["no_reference_photo"]
    async with bench.door.pool.connection() as connection:
        for number in (WANG, LI):
            await put_reference(
                connection, bench.door.keyring, bench.door.blobs, county.person(number), b"x", source="hrss"
            )
    assert codes(people_in(await today_of(county, phone))["王秀英"]) == []
    await county.ask("N-1", LI, name="周桂花", agency="civil_affairs", last=day(2))
    people = people_in(await today_of(county, phone))
    assert codes(people["李大山"]) == ["names_disagree"]
    assert codes(people["周桂花"]) == ["names_disagree", "window_ends_soon"]
    assert "民政" in people["李大山"]["warnings"][0]["zh"] and "人社" in people["周桂花"]["warnings"][0]["zh"]
    await county.ask("S-1", WANG, name="王秀英", agency="civil_affairs", village=OTHER_VILLAGE, last=day(30))
    assert codes(people_in(await today_of(county, phone))["王秀英"]) == ["other_village"]
    await county.report_death()
    assert codes(people_in(await today_of(county, phone))["王秀英"])[0] == "visit_paused"


async def test_what_was_said_of_a_person_is_kept_sealed(county: County, caplog: pytest.LogCaptureFixture) -> None:
    """A phone or a desk says it, every phone of the village is told; no table and no log holds it in the open."""
    caplog.set_level(logging.DEBUG)
    bench, path = county.bench, f"/v1/visits/{await county.visit(WANG)}/abilities"
    phone, stranger = await county.phone(VILLAGE), await county.phone(OTHER_VILLAGE)
    said = {"abilities": ["deaf", "stroke"], "unable": ["nod"]}
    for headers, status in ((phone.headers, 200), (bench.as_role["scheduler"], 200), (stranger.headers, 404)):
        assert (await bench.http.put(path, json=said, headers=headers)).status_code == status
    person = people_in(await today_of(county, await county.phone(VILLAGE)))["王秀英"]
    assert {name: person[name] for name in said} == said
    (row,) = await bench.execute("SELECT * FROM gateway.person_abilities")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("onevisit")]
    for secret in ("stroke", "王秀英", "向阳路"):
        assert secret not in repr(row) + bytes(row[1]).decode("latin-1") + "".join(lines)
    wrong = await bench.http.put(path, json={"abilities": ["tired"]}, headers=phone.headers)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "MALFORMED")


async def test_whose_key_was_destroyed_has_no_name(county: County) -> None:
    """The visit stays, its name, address and abilities are gone, and nothing more of them is kept."""
    bench, phone = county.bench, await county.phone(VILLAGE)
    path = f"/v1/visits/{await county.visit(LI)}/abilities"
    await bench.http.put(path, json={"abilities": ["deaf"]}, headers=phone.headers)
    await bench.execute("UPDATE platform.keyring SET wrapped = NULL WHERE key_id = %s", (key_id_of(county.person(LI)),))
    person = people_in(await today_of(county, phone))[""]
    assert codes(person)[0] == "data_erased"
    assert (person["abilities"], person["sex"], person["born"]) == ([], None, None)
    refused = await bench.http.put(path, json={"abilities": ["deaf"]}, headers=phone.headers)
    assert refused.json()["code"] == "DATA_ERASED"


async def test_an_announced_day_and_a_failed_recording_are_told(county: County) -> None:
    """The day stands at stop and person; tries count what had to be filmed again."""
    visit = await county.visit(WANG)
    await county.move(county.bench.as_role["scheduler"], f"/v1/visits/{visit}/announcement", {"day": day(3)})
    for number, decision in enumerate(("retry", "retry", "review")):
        await county.bench.execute(
            "INSERT INTO certify.capture (capture_id, visit_id, person_key, captured_at, decision, reasons, told)"
            " VALUES (gen_random_uuid(), %s, %s, now(), %s, '{}', true)",
            (visit, str(number), decision),
        )
    today = await today_of(county, await county.phone(VILLAGE))
    assert (today["stops"][0]["on"], today["stops"][0]["half_day"]) == (day(3), None)
    person = people_in(today)["王秀英"]
    assert (person["announced_on"], person["tries"]) == (day(3), 2)


async def test_villages_have_the_names_and_places_of_the_county(county: County, tmp_path: Path) -> None:
    """As the county's file says; one that it does not name is called by its code."""
    file = tmp_path / "villages.toml"
    file.write_text(f'["{VILLAGE}"]\nname = "清河村"\nlat = 30.5\nlon = 104.1\n')
    object.__setattr__(county.bench.door, "villages", read_villages(file))
    first, second = (await today_of(county, await county.phone(VILLAGE, OTHER_VILLAGE)))["villages"]
    assert first == {"village_code": VILLAGE, "name": "清河村", "lat": 30.5, "lon": 104.1}
    assert second == {"village_code": OTHER_VILLAGE, "name": OTHER_VILLAGE, "lat": None, "lon": None}
