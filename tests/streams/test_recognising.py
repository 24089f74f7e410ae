"""Recognition as a fold: evidence answers without a visit, and never against a report or a question."""

import itertools
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from joserfc.jwk import KeySet

from schemas.base import Event, stable_id
from schemas.certificate import EvidenceGrade, EvidenceSource
from schemas.evidence import ActedBy, EvidenceRecorded
from schemas.verdict import EvidenceRecognised
from schemas.visit import ClosedBecause, VisitChanged, VisitStatus
from services.certify.certificate import check
from services.certify.domain.recognition import ProgrammePolicy
from tests.streams.certifying_office import CAPTURE, CERTIFIED, KEY, NOW, Office, later_visit, make_visit, split

LAX = ProgrammePolicy(accepted=frozenset(EvidenceGrade))
"""Every grade of evidence is accepted, within the window."""
IN_WINDOW = date(2026, 3, 12)


def _trace(day: date = IN_WINDOW, *, by: ActedBy = ActedBy.PERSON, visit_id: UUID | None = None) -> EvidenceRecorded:
    source = EvidenceSource.WITNESSED_VISIT if visit_id else EvidenceSource.VACCINATION
    evidence_id = stable_id("evidence", day.isoformat(), by, source)
    return EvidenceRecorded(
        event_id=stable_id("event", str(evidence_id)),
        recorded_at=NOW,
        evidence_id=evidence_id,
        person_key=CAPTURE.person_key,
        source=source,
        acted_by=by,
        happened_on=day,
        provided_by="health-1",
        visit_id=visit_id,
    )


def _stopped(visit: VisitChanged, status: VisitStatus, version: int) -> VisitChanged:
    because = ClosedBecause.LIFE_EVENT if status is VisitStatus.CLOSED else None
    return visit.model_copy(
        update={
            "status": status,
            "closed_because": because,
            "life_event_id": stable_id("death"),
            "version": version,
        }
    )


def _recognised(sent: list[Event]) -> list[EvidenceRecognised]:
    return [event for event in sent if isinstance(event, EvidenceRecognised)]


@pytest.mark.parametrize("evidence_first", [True, False])
async def test_a_trace_that_the_policy_accepts_is_certified_without_a_visit(
    office: Office, evidence_first: bool
) -> None:
    """The certificate names the evidence, its source and its day, and no visit; the scheduler is told once."""
    office = office.accepting(LAX)
    visit = make_visit(1, ["hrss", "health"])
    order: list[Event] = [_trace(), visit] if evidence_first else [visit, _trace()]
    sent = [event for heard in order for event in await office.hear(heard)]
    certificates, verdicts = split(sent)
    (told,) = _recognised(sent)
    assert verdicts == []
    assert {answer.certificate_id for answer in told.answers} == {one.certificate_id for one in certificates}
    assert (told.grade, told.happened_on) == (EvidenceGrade.DATA_TRACE, IN_WINDOW)
    assert sorted(one.agency for one in certificates) == ["health", "hrss"]
    for one in certificates:
        assert (one.visit_id, one.proof_id) == (None, _trace().evidence_id)
        assert (one.evidence, one.evidence_source) == (EvidenceGrade.DATA_TRACE, EvidenceSource.VACCINATION)
        assert one.proved_at == datetime(2026, 3, 11, 16, tzinfo=UTC)
        subject = check(one.jws, KeySet([KEY]), now=datetime.now(UTC))["credentialSubject"]
        assert (subject["evidence"], subject["evidenceSource"]) == ("data_trace", "vaccination")
        assert (subject["provedOn"], subject["policyVersion"][:5]) == ("2026-03-12", "test+")


async def test_by_default_a_trace_answers_nothing(office: Office) -> None:
    """The county has to say that it counts; evidence is kept all the same, and counts once it does."""
    await office.hear(make_visit(1, ["hrss"]))
    assert await office.hear(_trace()) == []
    certificates, _ = split(await office.accepting(LAX).hear(make_visit(2, ["hrss"])))
    assert len(certificates) == 1


@pytest.mark.parametrize("by", [ActedBy.PROXY, ActedBy.UNKNOWN])
async def test_a_trace_that_somebody_else_left_answers_nothing(office: Office, by: ActedBy) -> None:
    """Medicine fetched by a daughter proves nothing about her father."""
    office = office.accepting(LAX)
    await office.hear(make_visit(1, ["hrss"]))
    assert await office.hear(_trace(by=by)) == []


async def test_evidence_heard_again_gives_nothing_twice(office: Office) -> None:
    """Nor does other evidence for a request that has its answer."""
    office = office.accepting(LAX)
    await office.hear(make_visit(1, ["hrss"]))
    assert len(await office.hear(_trace())) == 2
    assert await office.hear(_trace()) == []
    assert await office.hear(_trace(IN_WINDOW + timedelta(days=1))) == []
    assert await office.hear(make_visit(2, ["hrss"])) == []


@pytest.mark.parametrize("status", [VisitStatus.PAUSED, VisitStatus.CLOSED])
async def test_a_trace_never_outweighs_a_report_of_death(office: Office, status: VisitStatus) -> None:
    """While a death is reported or confirmed a trace answers nothing; when it is voided it answers as before."""
    office = office.accepting(LAX)
    await office.hear(_stopped(make_visit(1, ["hrss"]), status, 2))
    assert await office.hear(_trace()) == []
    assert await office.hear(make_visit(1, ["hrss"])) == []
    certificates, _ = split(await office.hear(make_visit(3, ["hrss"])))
    assert [one.evidence for one in certificates] == [EvidenceGrade.DATA_TRACE]


async def test_an_older_proof_never_outweighs_a_report_of_death(office: Office) -> None:
    """A recording from before the report does not answer a paused request; one made at the paused visit does."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    await office.hear(make_visit(1, ["hrss"]))
    await office.hear(CAPTURE)
    day = CAPTURE.captured_at.date()
    later = _stopped(later_visit(day - timedelta(days=20), day + timedelta(days=20)), VisitStatus.PAUSED, 6)
    assert await office.hear(later) == []
    again = CAPTURE.model_copy(update={"capture_id": stable_id("at the door"), "visit_id": later.visit_id})
    await office.judged(again.capture_id, CERTIFIED)
    certificates, verdicts = split(await office.hear(again))
    assert [one.request_id for one in certificates] == ["C-9"]
    assert [verdict.visit_id for verdict in verdicts] == [later.visit_id]


async def test_after_a_confirmed_death_a_capture_is_told_and_answers_nothing(office: Office) -> None:
    """When the death is voided, the visit is open again and the proof answers as the policy says."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    day = CAPTURE.captured_at.date()
    visit = later_visit(day - timedelta(days=20), day + timedelta(days=20))
    await office.hear(_stopped(visit, VisitStatus.CLOSED, 6))
    certificates, verdicts = split(await office.hear(CAPTURE.model_copy(update={"visit_id": visit.visit_id})))
    assert certificates == []
    assert [verdict.answers for verdict in verdicts] == [()]
    certificates, verdicts = split(await office.hear(visit.model_copy(update={"version": 7})))
    assert [one.request_id for one in certificates] == ["C-9"]
    assert [len(verdict.answers) for verdict in verdicts] == [1]


async def test_while_it_is_in_question_who_is_who_no_proof_crosses(office: Office) -> None:
    """A recording at a questioned visit answers that visit alone; a trace answers no questioned visit. When the
    question is gone, both do."""
    office = office.accepting(LAX)
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    question = {"question_id": stable_id("who is who")}
    day = CAPTURE.captured_at.date()
    other = later_visit(day - timedelta(days=20), day + timedelta(days=20))
    await office.hear(make_visit(5, ["hrss"]).model_copy(update=question))
    await office.hear(other.model_copy(update=question))
    assert await office.hear(_trace(day)) == []
    certificates, _ = split(await office.hear(CAPTURE))
    assert [one.request_id for one in certificates] == ["A-1"]
    assert await office.hear(other.model_copy(update=question | {"version": 6})) == []
    sent = await office.hear(other.model_copy(update={"version": 7}))
    assert [answer.request_id for event in _recognised(sent) for answer in event.answers] == ["C-9"]


async def test_a_proof_from_a_questioned_visit_crosses_once_the_question_is_answered(office: Office) -> None:
    """Until then it is not known whose it is."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    question = {"question_id": stable_id("who is who")}
    day = CAPTURE.captured_at.date()
    other = later_visit(day - timedelta(days=20), day + timedelta(days=20))
    await office.hear(make_visit(1, ["hrss"]).model_copy(update=question))
    await office.hear(CAPTURE)
    assert await office.hear(other) == []
    certificates, _ = split(await office.hear(make_visit(2, ["hrss"])))
    assert [one.request_id for one in certificates] == ["C-9"]


async def test_a_witnessed_visit_is_the_path_without_a_face(office: Office) -> None:
    """It counts by default, and the certificate names the visit at which the witness was."""
    await office.hear(make_visit(1, ["hrss"]))
    certificates, _ = split(await office.hear(_trace(visit_id=CAPTURE.visit_id)))
    (one,) = certificates
    assert (one.evidence, one.visit_id) == (EvidenceGrade.IN_PERSON_WITNESSED, CAPTURE.visit_id)


async def test_a_video_call_for_a_visit_is_no_visit(office: Office) -> None:
    """The reviewer names the visit that it spares; the certificate names none."""
    call = _trace(visit_id=CAPTURE.visit_id).model_copy(update={"source": EvidenceSource.VIDEO_CALL})
    await office.hear(make_visit(1, ["hrss"]))
    certificates, _ = split(await office.accepting(LAX).hear(call))
    (one,) = certificates
    assert (one.evidence, one.evidence_source) == (EvidenceGrade.VIDEO_CALL, EvidenceSource.VIDEO_CALL)
    assert one.visit_id is None


async def test_any_order_of_the_same_events_answers_the_same(office: Office) -> None:
    """Capture, trace and two visits in all 24 orders: the same requests have certificates, each one."""
    office = office.accepting(LAX)
    day = CAPTURE.captured_at.date()
    later = later_visit(day - timedelta(days=20), day + timedelta(days=20))
    for order in itertools.permutations([make_visit(1, ["hrss"]), later, CAPTURE, _trace(date(2026, 3, 30))]):
        async with office.pool.connection() as connection:
            await connection.execute(
                "TRUNCATE certify.visit, certify.capture, certify.evidence, certify.certificate, certify.judgement"
            )
        await office.judged(CAPTURE.capture_id, CERTIFIED)
        certificates, _ = split([event for heard in order for event in await office.hear(heard)])
        assert sorted(one.request_id for one in certificates) == ["A-1", "C-9"]
