"""Two sources: what counts as a second one, and what two who do not know of each other have said."""

import psycopg
import pytest

from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from tests.integration.gateway.conftest import VILLAGE, Bench
from tests.integration.gateway.county import LIFE_EVENTS, County, day, id_number

WANG = id_number(1)


@pytest.fixture
async def county(bench: Bench) -> County:
    """A person whom two agencies have asked for, and a third that has not."""
    county = County(bench)
    await county.ask("P-1", WANG)
    await county.ask("S-1", WANG, agency="civil_affairs")
    return county


@pytest.mark.parametrize("second", ["hospital", "agency"])
async def test_an_account_cannot_confirm_its_own_report(county: County, second: str) -> None:
    """Neither by another register nor by its own name."""
    life_event_id = await county.report_death()
    confirmation = f"{LIFE_EVENTS}/{life_event_id}/confirmation"
    hrss = county.bench.as_role["hrss"]
    assert await county.refused(hrss, confirmation, {"source": second}) == (409, "SECOND_SOURCE_NEEDED")
    assert await county.refused(hrss, confirmation) == (422, "LIFE_EVENT_SOURCE_MISSING")
    assert await county.state(life_event_id) == "reported"
    assert len(await county.steps()) == 1


async def test_two_keys_of_one_agency_are_one_voice(county: County) -> None:
    """A second client of the office that has reported is no second source, and says the same by saying it again."""
    bench, life_event_id = county.bench, await county.report_death()
    async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
        client = await enrol_client(connection, Role.AGENCY, agency="hrss")
    form = {"grant_type": "client_credentials", **vars(client)}
    token = (await bench.http.post("/v1/token", data=form)).json()["access_token"]
    other_key = {"Authorization": f"Bearer {token}"}
    path = f"{LIFE_EVENTS}/{life_event_id}/confirmation"
    assert await county.refused(other_key, path, {"source": "funeral_home"}) == (409, "SECOND_SOURCE_NEEDED")
    body = {"kind": "deceased", "source": "agency", "request_id": "P-1", "happened": {"day": day(-3)}}
    assert (await county.move(other_key, LIFE_EVENTS, body))["life_event_id"] == life_event_id
    assert len(await county.steps()) == 1


async def test_two_phones_of_one_cadre_are_one_voice(county: County) -> None:
    """The cadre may not be the second source by a second phone; another cadre who names the same source is none."""
    visit = str(await county.visit(WANG))
    first, second = await county.phone(VILLAGE), await county.phone(VILLAGE)
    other = await county.phone(VILLAGE, cadre="C002")
    body = {"kind": "deceased", "source": "cadre", "visit_id": visit}
    life_event_id = (await county.move(first.headers, LIFE_EVENTS, body))["life_event_id"]
    path = f"{LIFE_EVENTS}/{life_event_id}/confirmation"
    assert await county.refused(second.headers, path, {"source": "family"}) == (409, "SECOND_SOURCE_NEEDED")
    assert await county.refused(other.headers, path, {"source": "cadre"}) == (409, "SECOND_SOURCE_NEEDED")
    await county.move(other.headers, path, {"source": "family"})
    assert await county.state(life_event_id) == "confirmed"


async def test_a_death_that_two_report_without_knowing_of_each_other_has_two_sources(county: County) -> None:
    """The second report joins the first; a third that adds no source is sent to the first."""
    first = await county.report_death()
    phone = await county.phone(VILLAGE)
    (visit,) = await county.visits(WANG, "paused")
    body = {"kind": "deceased", "source": "family", "visit_id": visit["visit_id"]}
    taken = await county.move(phone.headers, LIFE_EVENTS, body)
    assert (taken["life_event_id"], taken["stage"]) == (first, "confirmed")
    assert await county.state(first) == "confirmed"
    again = await county.move(phone.headers, LIFE_EVENTS, body)
    assert again == taken
    other = {"kind": "deceased", "source": "agency", "request_id": "P-1", "happened": {"day": day(-2)}}
    hrss = county.bench.as_role["hrss"]
    taken_too = await county.move(hrss, LIFE_EVENTS, other)  # beside the family's word the agency's is a second source
    assert (taken_too["life_event_id"], taken_too["stage"]) == (first, "confirmed")
    (seen,) = (await county.get(county.bench.as_role["auditor"], LIFE_EVENTS))["items"]
    assert (seen["source_count"], seen["sources"], len(seen["steps"])) == (2, ["agency", "family"], 3)


async def test_a_second_death_of_the_same_account_is_no_news(county: County) -> None:
    """Another day is a correction, not another death."""
    await county.report_death()
    body = {"kind": "deceased", "source": "agency", "request_id": "P-1", "happened": {"day": day(-2)}}
    refused = await county.refused(county.bench.as_role["hrss"], LIFE_EVENTS, body)
    assert refused == (409, "DEATH_ALREADY_REPORTED")


async def test_whoever_was_seen_alive_since_has_not_died_that_death(county: County) -> None:
    """A contradicted report is neither joined nor repeated nor confirmed; what is reported then is another death."""
    bench, hrss = county.bench, county.bench.as_role["hrss"]
    first = await county.report_death()
    await bench.execute(
        "UPDATE scheduler.person SET proofs = jsonb_build_array(jsonb_build_array("
        "gen_random_uuid(), now(), true, 0, '', '[]'::jsonb))"
    )
    await county.ask("P-9", WANG)
    assert await county.state(first) == "contradicted"
    repeated = {"kind": "deceased", "source": "agency", "request_id": "P-1", "happened": {"day": day(-3)}}
    assert await county.refused(hrss, LIFE_EVENTS, repeated) == (409, "LIFE_EVENT_CONTRADICTED")
    civil = bench.as_role["civil_affairs"]
    confirmed = await county.refused(civil, f"{LIFE_EVENTS}/{first}/confirmation", {"source": "hospital"})
    assert confirmed == (409, "LIFE_EVENT_CONTRADICTED")
    anew = {"kind": "deceased", "source": "hospital", "request_id": "S-1", "known_on": day(0)}
    taken = await county.move(civil, LIFE_EVENTS, anew)
    assert taken["stage"] == "reported"
    assert taken["life_event_id"] != first


async def test_two_who_may_speak_of_two_people_are_no_two_sources(county: County) -> None:
    """Names disagree under the ID number: two reports stay two, and only a reviewer confirms one of them."""
    bench, two = county.bench, id_number(2)
    await county.ask("P-2", two, name="欧阳翠花")
    await county.ask("S-2", two, agency="civil_affairs", name="赫连铁柱")
    said = {"kind": "deceased", "source": "agency", "request_id": "P-2"}
    first = await county.move(bench.as_role["hrss"], LIFE_EVENTS, said)
    said = {"kind": "deceased", "source": "funeral_home", "request_id": "S-2"}
    second = await county.move(bench.as_role["civil_affairs"], LIFE_EVENTS, said)
    assert (first["stage"], second["stage"]) == ("reported", "reported")
    path, said = f"{LIFE_EVENTS}/{first['life_event_id']}/confirmation", {"source": "funeral_home"}
    refused = await county.refused(bench.as_role["civil_affairs"], path, said)
    assert refused == (409, "LIFE_EVENT_IDENTITY_UNCLEAR")
    assert len(await county.visits(two, "paused")) == 2
    await county.move(bench.as_role["reviewer"], path, said)
    assert await county.state(first["life_event_id"]) == "confirmed"


async def test_a_step_is_judged_before_the_scheduler_has_read_the_report(county: County) -> None:
    """What the door itself has said it remembers: nobody confirms himself in the second in between."""
    hrss, reviewer = county.bench.as_role["hrss"], county.bench.as_role["reviewer"]
    body = {"kind": "deceased", "source": "agency", "request_id": "P-1"}
    life_event_id = (await county.bench.http.post(LIFE_EVENTS, json=body, headers=hrss)).json()["life_event_id"]
    path = f"{LIFE_EVENTS}/{life_event_id}"
    refused = await county.refused(hrss, f"{path}/confirmation", {"source": "police"})
    assert refused == (409, "SECOND_SOURCE_NEEDED")
    taken = await county.bench.http.post(f"{path}/confirmation", json={"source": "hospital"}, headers=reviewer)
    assert taken.status_code == 202, taken.text
    await county.fold()
    assert await county.state(life_event_id) == "confirmed"
