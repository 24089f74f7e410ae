"""What is said of a person beside requests, through the real folds on a real PostgreSQL: written, told, undone."""

import re
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

import pytest

from schemas.base import Event, stable_id
from schemas.generate.specimens.verifications import PASSED
from schemas.identity import IdentityDecided
from schemas.life_event import (
    DatePrecision,
    Effect,
    LifeEventAcknowledged,
    LifeEventKind,
    LifeEventNotified,
    LifeEventRecorded,
    LifeEventSource,
    LifeEventStage,
    LifeEventState,
    RoughDate,
)
from schemas.request import RequestNoticed
from schemas.revocation import RevocationOrdered, RevocationReason
from schemas.verdict import Answer, VerdictReached
from schemas.visit import AnnouncedRequest, VisitAnnounced, VisitChanged, VisitStatus
from schemas.wire import UnreadableMessage
from services.scheduler.store.stops import offer_stops
from tests.integration.line import made_up_ids
from tests.streams.desk import Desk

ONE, TWO = made_up_ids(1001)[0], made_up_ids(1001)[1000]
DEATH = stable_id("life-event", "death")
T = TypeVar("T", bound=Event)
VISIT = "SELECT visit_id, status, closed_because, life_event_id, announced_on, unannounced_because FROM scheduler.visit"


def step(desk: Desk, stage: LifeEventStage, source: LifeEventSource, by: str) -> LifeEventRecorded:
    """One step of the report of a death."""
    return LifeEventRecorded(
        event_id=stable_id("step", stage, source, by), recorded_at=desk.now(), life_event_id=DEATH,
        person_key=desk.person(ONE), kind=LifeEventKind.DECEASED, stage=stage, source=source, reported_by=by,
        happened=RoughDate(day=date(2026, 2, 1), precision=DatePrecision.MONTH), known_on=date(2026, 3, 2),
    )  # fmt: skip


def announced(desk: Desk, visit_id: UUID, day: date | None, *requests: str) -> VisitAnnounced:
    """A person was told of a day."""
    asked = tuple(AnnouncedRequest(agency="hrss", request_id=request_id) for request_id in requests)
    return VisitAnnounced(
        event_id=stable_id("told", str(visit_id), str(day)), recorded_at=desk.now(), visit_id=visit_id,
        person_key=desk.person(ONE), day=day, requests=asked, announced_by="scheduler",
    )  # fmt: skip


def of_type(kind: type[T], sent: list[tuple[str, Event]]) -> list[tuple[str, T]]:
    """The events of one type with their topics."""
    return [(topic, event) for topic, event in sent if isinstance(event, kind)]


async def test_a_death_is_held_then_closed_then_undone_and_every_agency_is_told(desk: Desk) -> None:
    """One source pauses, a second closes, voiding restores exactly; agencies hear it on topics of their own."""
    await desk.say(await desk.request(ONE, "P-1"))
    await desk.say(await desk.request(ONE, "H-1"), agency="health")
    ((_, before),) = [*of_type(VisitChanged, desk.told)][-1:]
    reported = step(desk, LifeEventStage.REPORTED, LifeEventSource.CADRE, "device-7")
    sent = await desk.fold(desk.merging.fold_life_events, [reported])
    ((_, paused),) = of_type(VisitChanged, sent)
    assert (paused.status, paused.life_event_id) == (VisitStatus.PAUSED, DEATH)
    told = of_type(LifeEventNotified, sent)
    assert sorted(topic for topic, _ in told) == ["life-event.notice.health", "life-event.notice.hrss"]
    assert {(event.state, event.requests[0].effect) for _, event in told} == {(LifeEventState.REPORTED, Effect.PAUSED)}
    assert await desk.fold(desk.merging.fold_life_events, [reported]) == []
    confirmed = step(desk, LifeEventStage.CONFIRMED, LifeEventSource.FUNERAL_HOME, "civil-1")
    ((_, closed),) = of_type(VisitChanged, await desk.fold(desk.merging.fold_life_events, [confirmed]))
    assert (closed.status, closed.life_event_id) == (VisitStatus.CLOSED, DEATH)
    voided = step(desk, LifeEventStage.VOIDED, LifeEventSource.REVIEWER, "reviewer-1")
    sent = await desk.fold(desk.merging.fold_life_events, [voided])
    ((_, restored),) = of_type(VisitChanged, sent)
    same = {"event_id", "recorded_at", "version"}
    assert restored.model_dump(exclude=same) == before.model_dump(exclude=same)
    assert {event.state for _, event in of_type(LifeEventNotified, sent)} == {LifeEventState.VOIDED}
    assert await desk.query("SELECT state FROM scheduler.life_event") == [("voided",)]


async def test_an_agency_that_asks_later_is_told_and_each_acknowledges_for_itself(desk: Desk) -> None:
    """The notice goes to whoever knows the person, at once; what was acknowledged is kept by agency."""
    await desk.say(await desk.request(ONE, "P-1"))
    await desk.fold(
        desk.merging.fold_life_events,
        [step(desk, LifeEventStage.REPORTED, LifeEventSource.FAMILY, "device-7")],
    )
    await desk.say(await desk.request(ONE, "C-1"), agency="civil_affairs")
    assert [topic for topic, _ in of_type(LifeEventNotified, desk.told)] == [
        "life-event.notice.hrss",
        "life-event.notice.civil_affairs",
    ]
    assert await desk.open_visits() == []
    noted = LifeEventAcknowledged(
        event_id=stable_id("ack"), recorded_at=desk.now(), life_event_id=DEATH, person_key=desk.person(ONE),
        agency="hrss", version=1, acknowledged_by="hrss-1",
    )  # fmt: skip
    assert await desk.fold(desk.merging.fold_life_events, [noted]) == []
    rows = await desk.query(
        "SELECT agency, version, acknowledged_version FROM scheduler.life_event_notice ORDER BY agency"
    )
    assert rows == [("civil_affairs", 1, 0), ("hrss", 1, 1)]


async def test_a_proof_that_was_false_contradicts_no_death(desk: Desk) -> None:
    """Seen alive, the person contradicts a single report; when the proof is revoked as false it is to be settled anew,
    and every agency is told. A second proof, of which nobody says so, contradicts it again."""
    await desk.say(await desk.request(ONE, "P-1"))
    await desk.fold(desk.merging.fold_life_events, [step(desk, LifeEventStage.REPORTED, LifeEventSource.CADRE, "c-1")])
    state = "SELECT state FROM scheduler.life_event"

    def seen(proof: str, *answers: Answer) -> VerdictReached:
        return VerdictReached(
            event_id=stable_id(proof), recorded_at=desk.now(), verdict_id=stable_id(proof), person_key=desk.person(ONE),
            capture_id=stable_id(proof), visit_id=stable_id("visit"), captured_at=datetime(2026, 3, 5, 3, tzinfo=UTC),
            decided_by="machine", verification=PASSED, answers=answers,
        )  # fmt: skip

    given = Answer(agency="hrss", request_id="P-1", certificate_id=stable_id("certificate"))
    await desk.fold(desk.merging.fold_verdicts, [seen("first", given)])
    assert await desk.query(state) == [("contradicted",)]
    order = RevocationOrdered(
        event_id=stable_id("order"), recorded_at=desk.now(), certificate_id=given.certificate_id, agency="hrss",
        request_id="P-1", person_key=desk.person(ONE), reason=RevocationReason.WRONG_PERSON, ordered_by="reviewer-1",
    )  # fmt: skip
    sent = await desk.fold(desk.merging.fold_receipts, [order])
    assert [event.state for _, event in of_type(LifeEventNotified, sent)] == [LifeEventState.REPORTED]
    assert [event.status for _, event in of_type(VisitChanged, sent)] == [VisitStatus.PAUSED]
    assert await desk.query(state) == [("reported",)]
    await desk.fold(desk.merging.fold_verdicts, [seen("first", given)])
    assert await desk.query(state) == [("reported",)]
    await desk.fold(desk.merging.fold_verdicts, [seen("second")])
    assert await desk.query(state) == [("contradicted",)]


async def test_an_announced_day_stays_when_another_request_comes_and_says_why_it_goes(desk: Desk) -> None:
    """The window narrows around the told day; a window that no longer holds it moves the visit, with the reason."""
    await desk.say(await desk.request(ONE, "P-1"))
    ((visit_id,),) = await desk.query("SELECT visit_id FROM scheduler.visit")
    await desk.fold(desk.merging.fold_announcements, [announced(desk, visit_id, date(2026, 3, 10), "P-1")])
    await desk.say(await desk.request(ONE, "H-1", "2026-03-05", "2026-03-12"), agency="health")
    (kept,) = await desk.query(VISIT)
    assert kept == (visit_id, "open", None, None, date(2026, 3, 10), None)
    await desk.say(await desk.request(ONE, "C-1", "2026-03-11", "2026-03-12"), agency="civil_affairs")
    (moved,) = await desk.query(VISIT)
    assert moved[4:] == (None, "fewer_visits")
    await desk.say(await desk.request(ONE, "P-1", "2026-03-11", "2026-03-31"))
    await desk.say(await desk.request(ONE, "H-1", "2026-03-11", "2026-03-12"), agency="health")
    assert (await desk.query(VISIT))[0][4:] == (None, "window_changed")


async def test_two_names_with_one_number_are_apart_until_a_person_decides(desk: Desk) -> None:
    """Held, told to both agencies, with both records at hand; joined by the decision, and apart again by another."""
    await desk.say(await desk.request(ONE, "P-1", name="张伟"))
    await desk.say(await desk.request(ONE, "H-1", name="張偉"), agency="health")
    assert len(await desk.open_visits()) == 1
    await desk.say(await desk.request(ONE, "C-1", name="李娜"), agency="civil_affairs")
    assert [requests for requests, _, _ in await desk.open_visits()] == [["C-1"], ["H-1", "P-1"]]
    noticed = of_type(RequestNoticed, desk.told)
    assert {(event.agency, event.request_id, event.code) for _, event in noticed} == {
        (agency, number, "NAME_DIFFERS")
        for agency, number in (("hrss", "P-1"), ("health", "H-1"), ("civil_affairs", "C-1"))
    }
    assert not any(name in event.message for _, event in noticed for name in ("张伟", "張偉", "李娜"))
    ((question_id, sides, boxes),) = await desk.query(
        "SELECT question_id, sides, (SELECT count(*) FROM scheduler.request WHERE personal IS NOT NULL)"
        " FROM scheduler.identity_question WHERE standing AND same IS NULL"
    )
    assert [sorted(entry["request_id"] for entry in side) for side in sides] == [["H-1", "P-1"], ["C-1"]]
    assert boxes == 3
    for same, visits in ((True, 1), (False, 2)):
        decided = IdentityDecided(
            event_id=stable_id("decided", str(same)), recorded_at=desk.now(), question_id=question_id,
            person_key=desk.person(ONE), same=same, decided_by="reviewer-1",
        )  # fmt: skip
        await desk.fold(desk.merging.fold_decisions, [decided])
        assert len(await desk.open_visits()) == visits
        marked = await desk.query("SELECT DISTINCT question_id FROM scheduler.visit WHERE status = 'open'")
        assert marked == [(None if same else question_id,)]


async def test_a_request_without_a_name_is_apart_until_it_has_one(desk: Desk) -> None:
    """Held, and told to the agency that gave no name; with the name it merges by itself."""
    await desk.say(await desk.request(ONE, "P-1", name="张伟"))
    await desk.say(await desk.request(ONE, "C-1"), agency="civil_affairs")
    assert [requests for requests, _, _ in await desk.open_visits()] == [["C-1"], ["P-1"]]
    noticed = of_type(RequestNoticed, desk.told)
    assert [(event.agency, event.request_id, event.code) for _, event in noticed] == [
        ("civil_affairs", "C-1", "NAME_UNCONFIRMED")
    ]
    await desk.say(await desk.request(ONE, "C-1", name="张偉"), agency="civil_affairs")
    assert [requests for requests, _, _ in await desk.open_visits()] == [["C-1", "P-1"]]


async def test_a_decision_on_names_is_kept_when_a_row_without_a_name_comes(desk: Desk) -> None:
    """The reviewer is asked about the row, not about the names again; written and read back."""
    await desk.say(await desk.request(ONE, "P-1", name="张伟"))
    await desk.say(await desk.request(ONE, "H-1", name="李娜"), agency="health")
    waiting = "SELECT question_id, sides FROM scheduler.identity_question WHERE standing AND settled_same IS NULL"
    ((question_id, _),) = await desk.query(waiting)
    decided = IdentityDecided(
        event_id=stable_id("decided"), recorded_at=desk.now(), question_id=question_id, person_key=desk.person(ONE),
        same=True, decided_by="reviewer-1",
    )  # fmt: skip
    await desk.fold(desk.merging.fold_decisions, [decided])
    assert await desk.query(waiting) == []
    await desk.say(await desk.request(ONE, "C-1"), agency="civil_affairs")
    assert [requests for requests, _, _ in await desk.open_visits()] == [["C-1"], ["H-1", "P-1"]]
    ((_, sides),) = await desk.query(waiting)
    assert [sorted(entry["request_id"] for entry in side) for side in sides] == [["H-1", "P-1"], ["C-1"]]


async def test_a_request_sent_again_is_linked_and_the_agency_is_told_of_which(desk: Desk) -> None:
    """Another number for the same person, programme and due date: one visit, a link, one notice."""
    await desk.say(await desk.request(ONE, "P-1"))
    await desk.say(await desk.request(ONE, "P-2", "2026-03-05"))
    await desk.say(await desk.request(ONE, "P-2", "2026-03-05"))
    ((topic, notice),) = of_type(RequestNoticed, desk.told)
    assert (topic, notice.request_id, notice.code, notice.of) == (
        *("request.notice.hrss", "P-2"),
        *("REQUEST_SENT_AGAIN", "P-1"),
    )
    rows = await desk.query("SELECT request_id, duplicate_of FROM scheduler.request ORDER BY 1")
    assert rows == [("P-1", None), ("P-2", "P-1")]
    assert len(await desk.open_visits()) == 1


async def test_one_dwelling_is_one_stop_on_common_days_and_by_the_told_day(desk: Desk) -> None:
    """Husband and wife at one address, however written; the tag does not say where it is; a told day narrows it."""
    place = {"village_code": "990101001001"}
    await desk.say(await desk.request(ONE, "P-1", residence_address="幸福村3组15号", **place))
    await desk.say(await desk.request(TWO, "P-2", residence_address="幸福村三组十五号", **place))
    async with desk.pool.connection() as connection:
        offer = await offer_stops(connection)
        assert (offer.visits, offer.placed, len(offer.stops), offer.trips_saved) == (2, 2, 1, 1)
        assert (await offer_stops(connection, "990101001002")).visits == 0
    ((visit_id,),) = await desk.query(
        'SELECT visit_id FROM scheduler.visit WHERE requests @> \'[{"request_id": "P-1"}]\''
    )
    await desk.fold(desk.merging.fold_announcements, [announced(desk, visit_id, date(2026, 3, 10), "P-1")])
    async with desk.pool.connection() as connection:
        (stop,) = (await offer_stops(connection)).stops
    assert (stop.window_start, stop.window_end) == (date(2026, 3, 10), date(2026, 3, 10))
    ((tag,),) = await desk.query("SELECT DISTINCT dwelling FROM scheduler.visit")
    assert re.fullmatch("[0-9a-f]{32}", tag)


async def test_a_move_takes_the_visits_along_and_keeps_the_told_day(desk: Desk) -> None:
    """The other village, the same day; the old dwelling no longer counts."""
    await desk.say(await desk.request(ONE, "P-1", residence_address="3组15号", village_code="990101001001"))
    ((visit_id,),) = await desk.query("SELECT visit_id FROM scheduler.visit")
    await desk.fold(desk.merging.fold_announcements, [announced(desk, visit_id, date(2026, 3, 10), "P-1")])
    moved = LifeEventRecorded(
        event_id=stable_id("moved"), recorded_at=desk.now(), life_event_id=stable_id("move"),
        person_key=desk.person(ONE), kind=LifeEventKind.MOVED, stage=LifeEventStage.REPORTED,
        source=LifeEventSource.CADRE, reported_by="device-7", village_code="990101001009",
    )  # fmt: skip
    await desk.fold(desk.merging.fold_life_events, [moved])
    rows = await desk.query("SELECT visit_id, status, village_code, dwelling, announced_on FROM scheduler.visit")
    assert rows == [(visit_id, "open", "990101001009", None, date(2026, 3, 10))]


async def test_what_belongs_to_another_person_is_not_folded(desk: Desk) -> None:
    """A life event or an announcement that is known of one person cannot be moved to another."""
    await desk.say(await desk.request(ONE, "P-1"), await desk.request(TWO, "P-2"))
    reported = step(desk, LifeEventStage.REPORTED, LifeEventSource.CADRE, "device-7")
    await desk.fold(desk.merging.fold_life_events, [reported])
    stolen = reported.model_copy(update={"person_key": desk.person(TWO), "event_id": stable_id("stolen")})
    with pytest.raises(UnreadableMessage):
        await desk.fold(desk.merging.fold_life_events, [stolen])
    assert await desk.query("SELECT DISTINCT person_key FROM scheduler.life_event") == [(desk.person(ONE),)]
