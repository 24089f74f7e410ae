"""Further steps of a life event: corrected, ended, voided, and taken note of."""

import pytest

from schemas.life_event import LifeEventAcknowledged
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.county import LIFE_EVENTS, County, day, id_number

WANG = id_number(1)


@pytest.fixture
async def county(bench: Bench) -> County:
    """A person whom two agencies have asked for, and a third that has not."""
    county = County(bench)
    await county.ask("P-1", WANG)
    await county.ask("S-1", WANG, agency="civil_affairs")
    return county


async def test_a_cadre_can_mend_a_move_that_took_the_visit_away(county: County) -> None:
    """The wrong village was typed: the visit is gone to it, but who has said so may still correct it."""
    phone = await county.phone(VILLAGE)
    body = {"kind": "moved", "visit_id": str(await county.visit(WANG)), "village_code": OTHER_VILLAGE}
    life_event_id = (await county.move(phone.headers, LIFE_EVENTS, body))["life_event_id"]
    assert [visit["village_code"] for visit in await county.visits(WANG)] == [OTHER_VILLAGE]
    third = "990101001003"
    await county.move(phone.headers, f"{LIFE_EVENTS}/{life_event_id}/correction", {"village_code": third})
    assert [visit["village_code"] for visit in await county.visits(WANG)] == [third]
    (seen,) = (await county.get(phone.headers, LIFE_EVENTS))["items"]
    assert seen["village_code"] == third


@pytest.mark.parametrize("role", ["hrss", "civil_affairs", "scheduler", "auditor", "admin"])
async def test_only_a_reviewer_voids(county: County, role: str) -> None:
    """Not even who has reported it."""
    life_event_id = await county.report_death()
    headers = county.bench.as_role[role]
    refused = await county.refused(headers, f"{LIFE_EVENTS}/{life_event_id}/voiding")
    assert refused == (403, "ROLE_NOT_ALLOWED")
    phone = await county.phone(VILLAGE)
    assert (await county.refused(phone.headers, f"{LIFE_EVENTS}/{life_event_id}/voiding"))[0] == 403


async def test_what_is_voided_or_ended_takes_no_further_step(county: County) -> None:
    """The same report is told so, another day makes another report; voiding twice is voiding once."""
    hrss, reviewer = county.bench.as_role["hrss"], county.bench.as_role["reviewer"]
    body = {"kind": "abroad", "request_id": "P-1", "happened": {"day": day(-30)}}
    life_event_id = (await county.move(hrss, LIFE_EVENTS, body))["life_event_id"]
    path = f"{LIFE_EVENTS}/{life_event_id}"
    ended = await county.move(hrss, f"{path}/ending", {"happened": {"day": day(-1)}})
    assert await county.state(life_event_id) == "ended"
    assert await county.move(reviewer, f"{path}/ending") == ended
    assert await county.refused(reviewer, f"{path}/confirmation", {"source": "family"}) == (409, "LIFE_EVENT_OVER")
    assert await county.refused(hrss, f"{path}/correction", {"known_on": day(0)}) == (409, "LIFE_EVENT_OVER")
    assert await county.refused(hrss, LIFE_EVENTS, body) == (409, "LIFE_EVENT_OVER")
    voided = await county.move(reviewer, f"{path}/voiding")
    assert await county.move(reviewer, f"{path}/voiding") == voided
    assert await county.state(life_event_id) == "voided"
    assert len(await county.steps()) == 3
    assert (await county.move(hrss, LIFE_EVENTS, body | {"known_on": day(0)}))["life_event_id"] != life_event_id


async def test_a_death_does_not_end(county: County) -> None:
    """It is voided or stands."""
    path = f"{LIFE_EVENTS}/{await county.report_death()}/ending"
    assert await county.refused(county.bench.as_role["reviewer"], path) == (422, "LIFE_EVENT_CANNOT_END")


async def test_a_day_may_be_corrected_to_and_fro(county: County) -> None:
    """The last word stands, also when it was said before; said twice in a row it is one."""
    hrss, life_event_id = county.bench.as_role["hrss"], await county.report_death()
    path = f"{LIFE_EVENTS}/{life_event_id}/correction"
    for offset in (-5, -4, -5, -5):
        body = {"happened": {"day": day(offset), "precision": "day"}}
        await county.move(hrss, path, body)
        seen = await county.get(hrss, f"{LIFE_EVENTS}/{life_event_id}")
        assert seen["happened"] == {"day": day(offset), "precision": "day"}
    assert [step.stage.value for step in await county.steps()] == ["reported", *["corrected"] * 3]
    assert await county.refused(hrss, path) == (422, "LIFE_EVENT_NOTHING_CORRECTED")
    assert await county.refused(hrss, path, {"known_on": day(-6)}) == (422, "LIFE_EVENT_DAYS_CROSSED")


async def test_only_who_has_said_so_or_a_reviewer_corrects_or_ends(county: County) -> None:
    """Another agency that was told may confirm; then it is its word too."""
    bench, civil, reviewer = county.bench, county.bench.as_role["civil_affairs"], county.bench.as_role["reviewer"]
    body = {"kind": "abroad", "request_id": "P-1", "happened": {"day": day(-9)}}
    path = f"{LIFE_EVENTS}/{(await county.move(bench.as_role['hrss'], LIFE_EVENTS, body))['life_event_id']}"
    known = {"known_on": day(-1)}
    assert await county.refused(civil, f"{path}/correction", known) == (403, "LIFE_EVENT_NOT_YOURS")
    assert await county.refused(civil, f"{path}/ending") == (403, "LIFE_EVENT_NOT_YOURS")
    await county.move(reviewer, f"{path}/correction", known)
    await county.move(civil, f"{path}/confirmation")
    await county.move(civil, f"{path}/correction", {"known_on": day(-2)})
    seen = await county.get(reviewer, path)
    assert (seen["state"], seen["known_on"]) == ("confirmed", day(-2))
    await county.move(civil, f"{path}/ending")
    assert (await county.get(reviewer, path))["state"] == "ended"


async def test_an_agency_takes_note_of_what_it_was_told(county: County) -> None:
    """Only of a version that it was told; others see who has; a later notice asks again."""
    bench, hrss, auditor = county.bench, county.bench.as_role["hrss"], county.bench.as_role["auditor"]
    life_event_id = await county.report_death()
    path = f"{LIFE_EVENTS}/{life_event_id}/acknowledgement"
    assert await county.refused(hrss, path, {"version": 2}) == (409, "LIFE_EVENT_VERSION_UNTOLD")
    assert await county.refused(hrss, path, {"version": 0}) == (422, "MALFORMED")
    for _ in range(2):
        await county.move(hrss, path, {"version": 1})
    (told,) = [event for _, _, event in await bench.events() if isinstance(event, LifeEventAcknowledged)]
    assert (told.agency, told.version, str(told.life_event_id)) == ("hrss", 1, life_event_id)
    assert (await county.get(hrss, f"{LIFE_EVENTS}?unacknowledged=true"))["items"] == []
    assert len((await county.get(hrss, LIFE_EVENTS))["items"]) == 1
    (seen,) = (await county.get(auditor, f"{LIFE_EVENTS}?unacknowledged=true"))["items"]
    assert [(one["agency"], one["acknowledged_version"]) for one in seen["told"]] == [("civil_affairs", 0), ("hrss", 1)]
    await county.move(hrss, f"{LIFE_EVENTS}/{life_event_id}/correction", {"happened": {"day": day(-2)}})
    (open_again,) = (await county.get(hrss, f"{LIFE_EVENTS}?unacknowledged=true"))["items"]
    assert (open_again["version"], open_again["acknowledged_version"]) == (2, 1)
