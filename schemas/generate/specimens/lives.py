"""A death from the first report to the notice of an agency, a decision of identity, evidence without a visit."""

from datetime import date, timedelta

from schemas.base import Event
from schemas.certificate import EvidenceGrade, EvidenceSource
from schemas.evidence import ActedBy, EvidenceRecorded
from schemas.feedback import FeedbackKind, FeedbackPassedOn
from schemas.generate.specimens.story import CERTIFICATE, PENSION, PERSON, SUBSIDY, VILLAGE, at, digest, example_id
from schemas.identity import IdentityDecided
from schemas.lapse import LapseStep, LapseStepReached
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
    NoticedRequest,
    RoughDate,
)
from schemas.request import RequestNoticed
from schemas.verdict import Answer, EvidenceRecognised

HAPPENED = RoughDate(day=date(2026, 11, 1), precision=DatePrecision.MONTH)
KNOWN_ON = date(2026, 11, 24)


def life_events() -> dict[str, Event]:
    """By the name of the example."""
    return {
        "death-reported": _death(LifeEventStage.REPORTED, LifeEventSource.CADRE, HAPPENED),
        "death-confirmed": _death(LifeEventStage.CONFIRMED, LifeEventSource.CIVIL_REGISTRATION, HAPPENED),
        "death-voided": _death(LifeEventStage.VOIDED, LifeEventSource.REVIEWER),
        "death-acknowledged": LifeEventAcknowledged(
            event_id=example_id("acknowledgement"),
            recorded_at=at(5),
            life_event_id=example_id("life event"),
            person_key=digest("fourth example person"),
            agency="hrss",
            version=1,
            acknowledged_by="hrss-1",
        ),
        "moved": LifeEventRecorded(
            event_id=example_id("move"),
            recorded_at=at(4),
            life_event_id=example_id("move"),
            person_key=PERSON,
            kind=LifeEventKind.MOVED,
            stage=LifeEventStage.REPORTED,
            source=LifeEventSource.FAMILY,
            reported_by="phone-17",
            village_code=VILLAGE,
        ),
        "suspected-death": LifeEventNotified(
            event_id=example_id("notice"),
            recorded_at=at(4, 1),
            agency="hrss",
            life_event_id=example_id("life event"),
            version=1,
            kind=LifeEventKind.DECEASED,
            state=LifeEventState.REPORTED,
            sources=(LifeEventSource.CADRE,),
            requests=(
                NoticedRequest(request_id=PENSION.request_id, programme=PENSION.programme, effect=Effect.PAUSED),
            ),
            happened=HAPPENED,
            known_on=KNOWN_ON,
        ),
        "two-people": IdentityDecided(
            event_id=example_id("identity decision"),
            recorded_at=at(6),
            question_id=example_id("question"),
            person_key=digest("fifth example person"),
            same=False,
            decided_by="reviewer-2",
        ),
        "sent-again": RequestNoticed(
            event_id=example_id("request notice"),
            recorded_at=at(1, 2),
            agency="hrss",
            request_id="P-2026-000018",
            code="REQUEST_SENT_AGAIN",
            of=PENSION.request_id,
            message="与另一申请同人、同项目、同截止日期。 Same person, programme and due date as another request.",
            next_step="如不需要，请撤回其中一件。 Withdraw one of the two if it is not needed.",
        ),
        "grace-runs": LapseStepReached(
            event_id=example_id("lapse step"),
            recorded_at=at(8),
            lapse_id=example_id("lapse"),
            agency=SUBSIDY.agency,
            request_id=SUBSIDY.request_id,
            programme=SUBSIDY.programme,
            due_date=SUBSIDY.due_date,
            step=LapseStep.GRACE,
            reached_on=SUBSIDY.due_date + timedelta(days=1),
            counts_until=SUBSIDY.due_date + timedelta(days=30),
            message="已过截止日期，宽限期内认证仍视为按时。 The due date is past; a proof within the grace is in time.",
            next_step="宽限期内请勿停发待遇。 Suspend no payment within the grace.",
        ),
        "problem-of-a-cadre": FeedbackPassedOn(
            event_id=example_id("feedback passed on"),
            recorded_at=at(8),
            feedback_id=example_id("feedback"),
            agency=SUBSIDY.agency,
            kind=FeedbackKind.PROBLEM,
        ),
        "vaccination": EvidenceRecorded(
            event_id=example_id("evidence"),
            recorded_at=at(7),
            evidence_id=example_id("evidence"),
            person_key=PERSON,
            source=EvidenceSource.VACCINATION,
            acted_by=ActedBy.PERSON,
            happened_on=date(2026, 11, 20),
            provided_by="health-1",
        ),
        "answered-without-a-visit": EvidenceRecognised(
            event_id=example_id("recognition"),
            recorded_at=at(7, 1),
            evidence_id=example_id("evidence"),
            person_key=PERSON,
            grade=EvidenceGrade.DATA_TRACE,
            happened_on=date(2026, 11, 20),
            answers=(Answer(agency=PENSION.agency, request_id=PENSION.request_id, certificate_id=CERTIFICATE),),
        ),
    }


def _death(stage: LifeEventStage, source: LifeEventSource, happened: RoughDate | None = None) -> LifeEventRecorded:
    return LifeEventRecorded(
        event_id=example_id(f"life event {stage}"),
        recorded_at=at(4),
        life_event_id=example_id("life event"),
        person_key=digest("fourth example person"),
        kind=LifeEventKind.DECEASED,
        stage=stage,
        source=source,
        reported_by=f"{source}-1",
        happened=happened,
        known_on=KNOWN_ON,
    )
