"""Life events as each may see them, and what a request shows of them."""

from uuid import uuid4

import pytest

from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import LIFE_EVENTS, County, day, id_number

WANG = id_number(1)


@pytest.fixture
async def county(bench: Bench) -> County:
    """A person whom two agencies have asked for, and a third that has not."""
    county = County(bench)
    await county.ask("P-1", WANG)
    await county.ask("S-1", WANG, agency="civil_affairs")
    return county


@pytest.mark.parametrize(
    ("status", "because", "shown"), [("paused", None, "paused"), ("closed", "life_event", "ended")]
)
async def test_a_request_shows_the_visit_that_it_waits_for(
    bench: Bench, status: str, because: str | None, shown: str
) -> None:
    """A visit that was given up when requests were regrouped does not hide what a life event does, however new."""
    given_up, life_event_id = await bench.open_visit(("hrss", "P-1")), uuid4()
    await bench.execute(
        "INSERT INTO scheduler.visit (visit_id, person_key, version, status, closed_because, window_first, window_last,"
        " requests, opened_at, life_event_id) SELECT gen_random_uuid(), person_key, 1, %s, %s, window_first,"
        " window_last, requests, opened_at, %s FROM scheduler.visit",
        (status, because, life_event_id),
    )
    await bench.execute(
        "UPDATE scheduler.visit SET status = 'closed', closed_because = 'regrouped', version = 9 WHERE visit_id = %s",
        (given_up,),
    )
    answer = (await bench.http.get("/v1/requests/P-1", headers=bench.as_role["hrss"])).json()
    assert (answer["status"], answer["life_event_id"]) == (shown, str(life_event_id))
    assert answer["visit"]["visit_id"] != str(given_up)


async def test_another_agencys_event_is_not_visible(county: County) -> None:
    """Who has not asked for the person is not told, sees nothing and may add nothing."""
    bench, civil = county.bench, county.bench.as_role["civil_affairs"]
    await county.ask("P-2", id_number(2))
    body = {"kind": "moved", "request_id": "P-2"}
    life_event_id = (await county.move(bench.as_role["hrss"], LIFE_EVENTS, body))["life_event_id"]
    assert (await county.get(civil, LIFE_EVENTS))["items"] == []
    hidden = await bench.http.get(f"{LIFE_EVENTS}/{life_event_id}", headers=civil)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "LIFE_EVENT_UNKNOWN")
    for step, said in (
        ("confirmation", {"source": "agency"}),
        ("correction", {"known_on": day(0)}),
        ("ending", {}),
        ("acknowledgement", {"version": 1}),
    ):
        refused = await county.refused(civil, f"{LIFE_EVENTS}/{life_event_id}/{step}", said)
        assert refused == (404, "LIFE_EVENT_UNKNOWN"), step


async def test_an_agency_sees_what_its_notice_says_and_no_more(county: County) -> None:
    """Its own numbers, no other agency's, no pseudonym, nobody's account."""
    await county.report_death()
    answer = await county.bench.http.get(LIFE_EVENTS, headers=county.bench.as_role["civil_affairs"])
    (seen,) = answer.json()["items"]
    assert [one["request_id"] for one in seen["requests"]] == ["S-1"]
    assert (seen["kind"], seen["state"], seen["sources"]) == ("deceased", "reported", ["agency"])
    assert not {"person_key", "steps", "told", "visit_ids"} & seen.keys()
    for hidden in (county.person(WANG), "P-1", "hrss"):
        assert hidden not in answer.text


async def test_pages_of_life_events_leave_none_out(county: County) -> None:
    """By the cursor every one comes once, for an agency and for the county; a foreign cursor is refused."""
    bench, made = county.bench, set()
    for number in range(5):
        body = {"kind": "moved", "request_id": "P-1", "known_on": day(-number)}
        made.add((await county.move(bench.as_role["hrss"], LIFE_EVENTS, body))["life_event_id"])
    for role in ("hrss", "reviewer"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await county.get(bench.as_role[role], f"{LIFE_EVENTS}?limit=2" + (cursor and f"&cursor={cursor}"))
            seen += [one["life_event_id"] for one in page["items"]]
            cursor = page["next_cursor"]
        assert sorted(seen) == sorted(made), role
        wrong = await bench.http.get(f"{LIFE_EVENTS}?cursor=bm8=", headers=bench.as_role[role])
        assert (wrong.status_code, wrong.json()["code"]) == (400, "CURSOR_INVALID")
    only = await county.get(bench.as_role["reviewer"], f"{LIFE_EVENTS}?state=confirmed")
    assert only["items"] == []


async def test_the_county_sees_who_has_said_what(county: County) -> None:
    """Reviewer, auditor and scheduler see the pseudonym, every step and its account; the newest word comes first."""
    life_event_id = await county.report_death()
    moved = {"kind": "moved", "request_id": "S-1"}
    await county.move(county.bench.as_role["civil_affairs"], LIFE_EVENTS, moved)
    for role in ("reviewer", "auditor", "scheduler"):
        newest, oldest = (await county.get(county.bench.as_role[role], LIFE_EVENTS))["items"]
        assert (newest["kind"], oldest["life_event_id"]) == ("moved", life_event_id)
        assert oldest["person_key"] == county.person(WANG)
        assert [(step["stage"], step["reported_by"]) for step in oldest["steps"]] == [("reported", "agency:hrss")]
        assert [one["agency"] for one in oldest["told"]] == ["civil_affairs", "hrss"]
        assert oldest["happened"] == {"day": day(-3), "precision": "day"}
    refused = await county.bench.http.get(LIFE_EVENTS, headers=county.bench.as_role["admin"])
    assert refused.status_code == 403
