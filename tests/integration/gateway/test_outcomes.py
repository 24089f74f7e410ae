"""How a visit went without a recording: taken in once, told, and never a proof of life."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.outcome import VisitOutcomeRecorded
from services.platform.sealing import key_id_of, unseal
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench, Phone
from tests.integration.gateway.county import County, day, id_number

WANG = id_number(1)


@pytest.fixture
async def county(bench: Bench) -> County:
    """One person whom two agencies ask for."""
    county = County(bench)
    await county.ask("P-1", WANG)
    await county.ask("F-1", WANG, agency="civil_affairs", programme="family_planning")
    return county


def outcome(kind: str, **more: Any) -> dict[str, Any]:
    """What the page sends."""
    stamp = {"outcome_id": str(uuid4()), "happened_at": datetime.now(UTC).isoformat(), "legal_basis": "statutory_duty"}
    return stamp | {"outcome": kind} | more


async def path_of(county: County) -> str:
    """Where outcomes of the visit are sent."""
    return f"/v1/visits/{await county.visit(WANG)}/outcomes"


async def told(bench: Bench) -> list[VisitOutcomeRecorded]:
    """The outcomes that the door has sent."""
    events = [(topic, key, event) for topic, key, event in await bench.events() if topic == "visit.outcome"]
    found = [event for _, _, event in events if isinstance(event, VisitOutcomeRecorded)]
    assert [key for _, key, _ in events] == [str(event.visit_id) for event in found]
    return found


async def taken(county: County, phone: Phone, body: dict[str, Any]) -> str:
    """Sends an outcome, which must be taken; its state."""
    answer = await county.move(phone.headers, await path_of(county), body)
    assert answer["outcome_id"] == body["outcome_id"]
    return str(answer["state"])


async def test_nobody_at_home_is_told_with_when_to_come_again(county: County) -> None:
    """The event, the phone's day and the visit say it; an agency does not see it; the visit stays open."""
    bench, phone = county.bench, await county.phone(VILLAGE)
    body = outcome("not_at_home", come_again_on=day(2), come_again_half_day="pm", note_code="in_the_fields")
    assert await taken(county, phone, body) == "recorded"
    (event,) = await told(bench)
    assert (event.outcome, str(event.come_again_on), event.come_again_half_day) == ("not_at_home", day(2), "pm")
    assert (event.person_key, event.reported_by, event.details) == (county.person(WANG), "cadre:C001", None)
    (visit,) = await county.visits(WANG)
    assert (visit["last_outcome"]["outcome"], visit["last_outcome"]["come_again_on"]) == ("not_at_home", day(2))
    assert visit["last_outcome"]["state"] == "recorded"
    (stop,) = (await county.get(phone.headers, "/v1/today"))["stops"]
    assert stop["people"][0]["last_outcome"] == "not_at_home"
    (seen,) = (await county.get(bench.as_role["hrss"], "/v1/visits"))["items"]
    assert seen["last_outcome"] is None


async def test_the_same_outcome_is_taken_once_however_often_it_is_sent(county: County) -> None:
    """At once, and later; with other content or from another phone its id is taken."""
    bench, phone, other = county.bench, await county.phone(VILLAGE), await county.phone(VILLAGE)
    path, body = await path_of(county), outcome("refused")
    answers = await asyncio.gather(*(bench.http.post(path, json=body, headers=phone.headers) for _ in range(6)))
    assert {(answer.status_code, answer.json()["state"]) for answer in answers} == {(202, "recorded")}
    assert await taken(county, phone, body) == "recorded"
    assert len(await told(bench)) == 1
    for headers, changed in ((phone.headers, body | {"outcome": "unable"}), (other.headers, body)):
        assert await county.refused(headers, path, changed) == (409, "OUTCOME_ID_USED")


@pytest.mark.parametrize("way", ["witnessed", "video_call", "document"])
async def test_another_way_is_asked_for_and_proves_nothing(county: County, way: str) -> None:
    """The visit is as open as before; no proof of life is told."""
    phone = await county.phone(VILLAGE)
    assert await taken(county, phone, outcome(way)) == "asked_for"
    assert {topic for topic, _, _ in await county.bench.events()} & {"evidence", "capture"} == set()
    (visit,) = await county.visits(WANG)
    assert visit["status"] == "open"


async def test_the_answers_of_eligibility_are_sealed(county: County) -> None:
    """In the table and in the event; they open with the person's key."""
    bench, phone = county.bench, await county.phone(VILLAGE)
    body = outcome("eligibility", answers={"children_changed": True, "remarried": "not_said"})
    assert await taken(county, phone, body) == "recorded"
    (event,) = await told(bench)
    (row,) = await bench.execute("SELECT * FROM gateway.visit_outcome")
    assert "children_changed" not in repr(row) + event.model_dump_json()
    async with bench.door.pool.connection() as connection:
        keys = await bench.door.keyring.find(connection, [key_id_of(county.person(WANG))])
    assert event.details is not None
    assert json.loads(unseal(keys, event.details))["answers"] == body["answers"]
    await bench.execute("UPDATE platform.keyring SET wrapped = NULL")
    refused = await county.refused(phone.headers, await path_of(county), outcome("eligibility", answers={"a": True}))
    assert refused[1] == "DATA_ERASED"


async def test_a_death_goes_the_way_of_life_events(county: County) -> None:
    """Reported with day and source, the visit paused; the cadre's second word is known already; no outcome event."""
    bench, phone = county.bench, await county.phone(VILLAGE)
    died = {"day": day(-3), "precision": "month"}
    assert await taken(county, phone, outcome("deceased", died_on=died, source="family")) == "reported"
    (step,) = await county.steps()
    assert (step.kind, step.source, step.reported_by) == ("deceased", "family", "cadre:C001")
    assert step.happened is not None and step.happened.precision == "month"
    (visit,) = await county.visits(WANG, "paused")
    assert visit["last_outcome"]["outcome"] == "deceased"
    assert await told(bench) == []
    path = f"/v1/visits/{visit['visit_id']}/outcomes"
    again = outcome("deceased", died_on=died | {"precision": "year"}, source="family")
    assert (await county.move(phone.headers, path, again))["state"] == "already_known"
    assert len(await county.steps()) == 1


async def test_a_death_that_an_agency_reported_is_confirmed_at_the_door(county: County) -> None:
    """Two sources; of a document that was seen, the cadre is the source."""
    path, phone = await path_of(county), await county.phone(VILLAGE)
    await county.report_death()
    body = outcome("deceased", died_on={"day": day(-3)}, source="document")
    assert (await county.move(phone.headers, path, body))["state"] == "confirmed"
    assert [step.source for step in await county.steps()] == ["agency", "cadre"]
    assert (await county.move(phone.headers, path, body))["state"] == "confirmed"
    assert len(await county.steps()) == 2


@pytest.mark.parametrize(
    ("kind", "life_event", "more"),
    [
        ("moved", "moved", {"to_village": OTHER_VILLAGE}),
        ("moved", "moved", {"to_village": "到省城女儿家"}),
        ("hospital", "hospitalised", {}),
        ("wrong_person", "identity_mismatch", {}),
    ],
)
async def test_other_changes_of_a_life_are_life_events(
    county: County, kind: str, life_event: str, more: dict[str, str]
) -> None:
    """With the village when it is a code; words are kept sealed. Sent again from where nobody lives any more it is the
    same."""
    phone, path, body = await county.phone(VILLAGE), await path_of(county), outcome(kind, **more)
    for _ in range(2):
        assert (await county.move(phone.headers, path, body))["state"] == "reported"
    (step,) = await county.steps()
    assert (step.kind, step.source) == (life_event, "cadre")
    assert step.village_code == (OTHER_VILLAGE if more.get("to_village") == OTHER_VILLAGE else None)
    (row,) = await county.bench.execute("SELECT * FROM gateway.visit_outcome")
    assert "省城" not in repr(row)


async def test_what_cannot_be_taken_is_refused_with_its_code(county: County) -> None:
    """Another village's visit, a death without a source or in the future, a time ahead, a wrong form."""
    phone, stranger = await county.phone(VILLAGE), await county.phone(OTHER_VILLAGE)
    path, later = await path_of(county), (datetime.now(UTC) + timedelta(days=3)).isoformat()
    for headers, body, expected in (
        (stranger.headers, outcome("refused"), (404, "VISIT_UNKNOWN")),
        (phone.headers, outcome("deceased"), (422, "LIFE_EVENT_SOURCE_MISSING")),
        (
            phone.headers,
            outcome("deceased", source="family", died_on={"day": day(2)}),
            (422, "LIFE_EVENT_DAY_IN_FUTURE"),
        ),
        (phone.headers, outcome("refused", happened_at=later), (422, "OUTCOME_IN_FUTURE")),
        (phone.headers, outcome("refused", signature=base64.b64encode(bytes(64)).decode()), (422, "SIGNATURE_WRONG")),
        (phone.headers, outcome("certified"), (422, "MALFORMED")),
        (phone.headers, outcome("refused", note_code="He said no"), (422, "MALFORMED")),
        (phone.headers, outcome("refused", legal_basis="because"), (422, "MALFORMED")),
        (phone.headers, outcome("refused", more=1), (422, "MALFORMED")),
        (county.bench.as_role["scheduler"], outcome("refused"), (403, "ROLE_NOT_ALLOWED")),
    ):
        assert await county.refused(headers, path, body) == expected, body
    assert await county.bench.execute("SELECT 1 FROM gateway.visit_outcome") == []


async def test_a_signed_outcome_is_checked(county: County) -> None:
    """The phone's key over outcome, id and visit."""
    phone, visit = await county.phone(VILLAGE), await county.visit(WANG)
    body = outcome("refused")
    text = f"outcome.{UUID(body['outcome_id'])}.{visit}.refused".encode()
    signed = body | {"signature": base64.b64encode(phone.key.sign(text)).decode()}
    assert await taken(county, phone, signed) == "recorded"


async def carried_by(county: County, visit_id: UUID) -> Phone:
    """A phone that has taken this visit along."""
    phone = await county.phone(VILLAGE)
    await county.bench.challenge(phone, visit_id)
    return phone


async def test_what_was_noted_without_a_signal_follows_a_visit_that_moved(county: County) -> None:
    """Into a village that is not the phone's; who never had the visit is told nothing of it."""
    bench, visit = county.bench, await county.visit(WANG)
    phone, stranger = await carried_by(county, visit), await county.phone(VILLAGE)
    moved = {"kind": "moved", "request_id": "P-1", "village_code": OTHER_VILLAGE}
    await county.move(bench.as_role["hrss"], "/v1/life-events", moved)
    path = f"/v1/visits/{visit}/outcomes"
    assert await county.refused(stranger.headers, path, outcome("refused")) == (404, "VISIT_UNKNOWN")
    assert (await county.move(phone.headers, path, outcome("refused")))["state"] == "recorded"
    (shown,) = await county.visits(WANG)
    assert (shown["village_code"], shown["last_outcome"]["outcome"]) == (OTHER_VILLAGE, "refused")
    died = outcome("deceased", died_on={"day": day(-1)}, source="family")
    assert (await county.move(phone.headers, path, died))["state"] == "reported"
    for days, status in ((6, 200), (8, 404)):  # after the challenge's end; the county's grace is a week
        await bench.execute("UPDATE gateway.challenge SET expires_at = now() - make_interval(days => %s)", (days,))
        body = {"abilities": ["deaf"]}
        able = await bench.http.put(f"/v1/visits/{visit}/abilities", json=body, headers=phone.headers)
        assert able.status_code == status, able.text
    assert await county.refused(phone.headers, path, outcome("refused")) == (404, "VISIT_UNKNOWN")


async def test_what_was_noted_without_a_signal_follows_requests_into_another_visit(county: County) -> None:
    """Two visits have become one meanwhile: the outcome of the one that is gone stands at the other."""
    bench, number = county.bench, id_number(2)
    await county.ask("P-2", number, last=day(5))
    await county.ask("S-2", number, agency="civil_affairs", first=day(10), last=day(30))
    phone = await county.phone(VILLAGE)
    for visit in await county.visits(number):
        await bench.challenge(phone, UUID(visit["visit_id"]))
    changed = await bench.http.patch("/v1/requests/P-2", json={"due_date": day(30)}, headers=bench.as_role["hrss"])
    assert changed.status_code == 202, changed.text
    await county.fold()
    (gone,) = await county.visits(number, "closed")
    (standing,) = await county.visits(number)
    assert gone["closed_because"] == "regrouped"
    body = outcome("not_at_home", come_again_on=day(12))
    for _ in range(2):
        answer = await county.move(phone.headers, f"/v1/visits/{gone['visit_id']}/outcomes", body)
        assert answer["state"] == "recorded"
    (standing,) = await county.visits(number)
    assert standing["last_outcome"]["come_again_on"] == day(12)
    (event,) = await told(bench)
    assert str(event.visit_id) == standing["visit_id"]


async def test_an_outcome_of_a_visit_that_is_over_stays_with_it(county: County) -> None:
    """Withdrawn meanwhile: written down where the desk finds it."""
    bench, visit = county.bench, await county.visit(WANG)
    phone = await carried_by(county, visit)
    for agency, number in (("hrss", "P-1"), ("civil_affairs", "F-1")):
        gone = await bench.http.delete(f"/v1/requests/{number}", headers=bench.as_role[agency])
        assert gone.status_code == 202, gone.text
    await county.fold()
    body = outcome("refused", notice_version="2026-12/30")
    assert (await county.move(phone.headers, f"/v1/visits/{visit}/outcomes", body))["state"] == "recorded"
    shown = await county.get(bench.as_role["scheduler"], f"/v1/visits/{visit}")
    assert (shown["status"], shown["last_outcome"]["outcome"]) == ("closed", "refused")
    assert await bench.execute("SELECT notice_version FROM gateway.visit_outcome") == [("2026-12/30",)]
