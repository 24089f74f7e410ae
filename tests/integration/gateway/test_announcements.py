"""Announced days at the door: within the window, not past, by who may; and what a visit shows of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.visit import VisitAnnounced
from services.gateway.door import Door
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.county import County, day, id_number

WANG = id_number(1)


@pytest.fixture
async def county(bench: Bench) -> County:
    """One person whom two agencies ask for: hrss from five days ago for 20 days, civil affairs for 60."""
    county = County(bench)
    await county.ask("P-1", WANG, first=day(-5), last=day(20), address="向阳路3号", household="0042")
    await county.ask("S-1", WANG, agency="civil_affairs")
    return county


async def _path(county: County) -> str:
    return f"/v1/visits/{await county.visit(WANG)}/announcement"


async def _told(bench: Bench) -> list[VisitAnnounced]:
    events = [(topic, key, event) for topic, key, event in await bench.events() if topic == "visit.announced"]
    told = [event for _, _, event in events if isinstance(event, VisitAnnounced)]
    assert [key for _, key, _ in events] == [str(event.visit_id) for event in told]
    return told


async def _take_back(county: County, headers: dict[str, str], path: str) -> tuple[int, Any]:
    answer = await county.bench.http.delete(path, headers=headers)
    await county.fold()
    return answer.status_code, answer.json().get("code")


@pytest.mark.parametrize("role", ["scheduler", "phone"])
async def test_the_announced_day_is_kept_and_can_be_taken_back(county: County, role: str) -> None:
    """Scheduler or the village's phone; the event names all requests of this moment, and everybody sees the day."""
    bench, path = county.bench, await _path(county)
    phone = await county.phone(VILLAGE)
    headers = phone.headers if role == "phone" else bench.as_role["scheduler"]
    await county.move(headers, path, {"day": day(9)})
    (told,) = await _told(bench)
    assert [(one.agency, one.request_id) for one in told.requests] == [("civil_affairs", "S-1"), ("hrss", "P-1")]
    assert (str(told.day), told.person_key) == (day(9), county.person(WANG))
    for seer in (bench.as_role["hrss"], bench.as_role["auditor"], phone.headers):
        (visit,) = (await county.get(seer, "/v1/visits"))["items"]
        assert visit["announced_on"] == day(9)
    assert await _take_back(county, headers, path) == (202, None)
    assert [visit["announced_on"] for visit in await county.visits(WANG)] == [None]
    assert [event.day for event in await _told(bench)][1:] == [None]


async def test_the_same_day_told_twice_is_told_once_and_told_anew_after_another(county: County) -> None:
    """A repetition has no effect; to and fro, the last word stands."""
    headers, path = county.bench.as_role["scheduler"], await _path(county)
    at_once = [county.bench.http.post(path, json={"day": day(9)}, headers=headers) for _ in range(8)]
    assert {answer.status_code for answer in await asyncio.gather(*at_once)} == {202}
    for offset in (9, 10, 9):
        await county.move(headers, path, {"day": day(offset)})
        assert [visit["announced_on"] for visit in await county.visits(WANG)] == [day(offset)]
    for _ in range(2):
        await _take_back(county, headers, path)
    await county.move(headers, path, {"day": day(9)})
    told = await _told(county.bench)
    assert [str(event.day) for event in told] == [day(9), day(10), day(9), "None", day(9)]
    assert sorted({event.recorded_at for event in told}) == [event.recorded_at for event in told]


async def test_a_new_request_in_the_visit_is_announced_too(county: County) -> None:
    """The same day for more requests is another announcement: the day is kept for the new one as well."""
    headers, path = county.bench.as_role["scheduler"], await _path(county)
    await county.move(headers, path, {"day": day(9)})
    await county.ask("P-2", WANG)
    await county.move(headers, path, {"day": day(9)})
    assert [len(event.requests) for event in await _told(county.bench)] == [2, 3]


async def test_the_day_lies_in_the_window_and_is_not_past(county: County) -> None:
    """First and last day count; the day before and the day after do not, nor does yesterday."""
    headers, path = county.bench.as_role["scheduler"], await _path(county)
    ((first, last),) = [visit["window"] for visit in await county.visits(WANG)]
    assert (first, last) == (day(0), day(20))
    for offset in (0, 20):
        await county.move(headers, path, {"day": day(offset)})
    assert await county.refused(headers, path, {"day": day(21)}) == (422, "ANNOUNCED_DAY_OUTSIDE")
    assert await county.refused(headers, path, {"day": day(-1)}) == (422, "ANNOUNCED_DAY_PAST")
    for wrong in ({}, {"day": None}, {"day": 20261201}, {"day": "2026-02-30"}, {"day": day(9), "more": 1}):
        assert await county.refused(headers, path, wrong) == (422, "MALFORMED"), wrong


async def test_what_is_past_is_past_in_the_countys_time(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 23:59 in the county today counts, a minute later it is past, though UTC still has the same day."""
    headers, path = county.bench.as_role["scheduler"], await _path(county)
    midnight = datetime.fromisoformat(day(1)).replace(tzinfo=UTC) - timedelta(hours=8)
    monkeypatch.setattr(Door, "now", lambda _: midnight - timedelta(minutes=1))
    await county.move(headers, path, {"day": day(0)})
    monkeypatch.setattr(Door, "now", lambda _: midnight)
    assert await county.refused(headers, path, {"day": day(0)}) == (422, "ANNOUNCED_DAY_PAST")


async def test_only_scheduler_and_the_villages_phones_announce(county: County) -> None:
    """A phone of another village does not even see the visit; nobody else may at all."""
    bench, path = county.bench, await _path(county)
    stranger = await county.phone(OTHER_VILLAGE)
    assert await county.refused(stranger.headers, path, {"day": day(9)}) == (404, "VISIT_UNKNOWN")
    assert await _take_back(county, stranger.headers, path) == (404, "VISIT_UNKNOWN")
    for role in ("hrss", "reviewer", "auditor", "admin"):
        refused = await county.refused(bench.as_role[role], path, {"day": day(9)})
        assert refused == (403, "ROLE_NOT_ALLOWED")
        assert await _take_back(county, bench.as_role[role], path) == (403, "ROLE_NOT_ALLOWED")


async def test_a_paused_or_closed_visit_is_not_announced(county: County) -> None:
    """Nobody is sent there; but a paused visit's day can be taken back, and somebody reported dead can be filmed."""
    bench, path = county.bench, await _path(county)
    headers, phone = bench.as_role["scheduler"], await county.phone(VILLAGE)
    await county.move(headers, path, {"day": day(9)})
    death = {"kind": "deceased", "source": "agency", "request_id": "P-1"}
    life_event_id = (await county.move(bench.as_role["hrss"], "/v1/life-events", death))["life_event_id"]
    assert [visit["announced_on"] for visit in await county.visits(WANG, "paused")] == [day(9)]
    assert await county.refused(headers, path, {"day": day(10)}) == (409, "VISIT_PAUSED")
    challenge = path.replace("announcement", "challenge")
    assert (await bench.http.post(challenge, headers=phone.headers)).status_code == 201
    assert await _take_back(county, headers, path) == (202, None)
    confirmation = f"/v1/life-events/{life_event_id}/confirmation"
    await county.move(bench.as_role["reviewer"], confirmation, {"source": "hospital"})
    assert await county.refused(headers, path, {"day": day(10)}) == (409, "VISIT_CLOSED")
    assert await _take_back(county, headers, path) == (409, "VISIT_CLOSED")
    assert await county.refused(phone.headers, challenge) == (409, "VISIT_CLOSED")


async def test_a_day_that_cannot_stay_says_why(county: County) -> None:
    """The agency moves its window: the visit shows that the person must be told anew."""
    bench = county.bench
    await county.move(bench.as_role["scheduler"], await _path(county), {"day": day(18)})
    for agency, number in (("hrss", "P-1"), ("civil_affairs", "S-1")):
        changed = await bench.http.patch(
            f"/v1/requests/{number}", json={"due_date": day(10)}, headers=bench.as_role[agency]
        )
        assert changed.status_code == 202, changed.text
    await county.fold()
    (visit,) = await county.visits(WANG)
    assert (visit["announced_on"], visit["unannounced_because"]) == (None, "window_changed")


async def test_the_dwelling_is_for_those_who_ride(county: County) -> None:
    """Schedulers and phones see which visits share a door, agencies and auditors do not."""
    bench = county.bench
    await county.ask("P-7", id_number(2), household="0042")
    phone = await county.phone(VILLAGE)

    async def dwellings(headers: dict[str, str]) -> set[str | None]:
        return {visit["dwelling"] for visit in (await county.get(headers, "/v1/visits"))["items"]}

    shown = await dwellings(phone.headers)
    assert shown == await dwellings(bench.as_role["scheduler"])
    assert len(shown) == 1 and shown != {None}
    for role in ("hrss", "auditor"):
        assert await dwellings(bench.as_role[role]) == {None}
