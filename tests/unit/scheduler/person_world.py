"""What can be said of one made-up person: short makers of events, for the tests of the person and its parts."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.base import Sealed, stable_id
from schemas.certificate import EvidenceGrade
from schemas.generate.specimens.verifications import PASSED
from schemas.identity import IdentityDecided
from schemas.life_event import (
    LifeEventAcknowledged,
    LifeEventKind,
    LifeEventRecorded,
    LifeEventSource,
    LifeEventStage,
    RoughDate,
)
from schemas.request import AcceptedAmendment, AcceptedRequest, AcceptedWithdrawal
from schemas.review_reasons import ReviewDecision, ReviewReason
from schemas.revocation import RevocationOrdered, RevocationReason
from schemas.verdict import Answer, EvidenceRecognised, Reviewed, VerdictReached
from schemas.visit import AnnouncedRequest, VisitAnnounced
from services.scheduler.domain.life_event_policy import LifeEventPolicy
from services.scheduler.domain.person import Heard, Person, Rules
from services.scheduler.domain.question import KnownNames
from services.scheduler.domain.visit import RequestKey

WHO = "a" * 64
START = date(2026, 3, 1)
COUNTY = ZoneInfo("Asia/Shanghai")
RULES = Rules(LifeEventPolicy(), COUNTY)
ZHANG, ZHANG_TRADITIONAL, LI = "1" * 32, "2" * 32, "3" * 32
NAMES = KnownNames({ZHANG: "张伟", ZHANG_TRADITIONAL: "張偉", LI: "李娜"}, female=False)
NOW = datetime(2026, 4, 1, tzinfo=UTC)
_BOX = Sealed(key_id=stable_id("key"), box="A" * 40)


def day(number: int) -> date:
    """Day `number` of the calendar of these tests."""
    return START + timedelta(days=number)


def moment(number: int) -> datetime:
    """Four moments a day, from two days before the first window."""
    return datetime(2026, 2, 27, 3, tzinfo=UTC) + timedelta(hours=6 * number)


def told_all(events: Iterable[Heard], names: KnownNames | None = NAMES, person: Person | None = None) -> Person:
    """The person after one batch of events."""
    heard = Person(WHO) if person is None else person
    for event in events:
        heard = heard.hear(event)
    return heard.settled(RULES, names, NOW)


def request(
    first: int,
    last: int,
    at: int = 0,
    *,
    key: RequestKey = ("hrss", "R-1"),
    programme: str = "pension",
    name: str | None = None,
    village: str | None = None,
    dwelling: str | None = None,
) -> AcceptedRequest:
    """A request for a proof between two days."""
    return AcceptedRequest(
        person_key=WHO, agency=key[0], request_id=key[1], programme=programme, window_start=day(first),
        due_date=day(last), village_code=village, dwelling=dwelling, personal=_BOX, name_tag=name,
        recorded_at=moment(at),
    )  # fmt: skip


def amended(
    key: RequestKey,
    at: int,
    *,
    programme: str | None = None,
    first: int | None = None,
    last: int | None = None,
    village: str | None = None,
) -> AcceptedAmendment:
    """A change of some fields."""
    return AcceptedAmendment(
        person_key=WHO, agency=key[0], request_id=key[1], programme=programme, village_code=village,
        window_start=None if first is None else day(first), due_date=None if last is None else day(last),
        recorded_at=moment(at),
    )  # fmt: skip


def withdrawn(key: RequestKey, at: int) -> AcceptedWithdrawal:
    """The agency no longer asks."""
    return AcceptedWithdrawal(person_key=WHO, agency=key[0], request_id=key[1], recorded_at=moment(at))


def _answers(keys: Iterable[RequestKey]) -> tuple[Answer, ...]:
    return tuple(Answer(agency=a, request_id=r, certificate_id=stable_id("certificate", a, r)) for a, r in keys)


def certified(keys: Iterable[RequestKey], at: int, visit_id: UUID | None = None) -> VerdictReached:
    """A recording certified these requests."""
    keys = sorted(keys)
    cause = stable_id("verdict", str(keys), str(at))
    return VerdictReached(
        event_id=cause, recorded_at=moment(at), verdict_id=cause, capture_id=cause, visit_id=visit_id or cause,
        person_key=WHO, captured_at=moment(at), decided_by="machine", verification=PASSED,
        answers=_answers(keys),
    )  # fmt: skip


def recognised(keys: Iterable[RequestKey], on: int, grade: EvidenceGrade) -> EvidenceRecognised:
    """Evidence answered these requests."""
    keys = sorted(keys)
    cause = stable_id("evidence", str(keys), str(on), grade)
    return EvidenceRecognised(
        event_id=cause, recorded_at=NOW, evidence_id=cause, person_key=WHO, grade=grade, happened_on=day(on),
        answers=_answers(keys),
    )  # fmt: skip


def reviewed(proof: VerdictReached, decision: ReviewDecision, number: int, at: int) -> VerdictReached:
    """Reviewers have decided on a recording."""
    reasons = () if decision is ReviewDecision.CERTIFIED else (ReviewReason.ANOTHER_PERSON,)
    return proof.model_copy(
        update={
            "event_id": stable_id("reviewed", str(proof.capture_id), str(number), str(at)),
            "recorded_at": moment(at),
            "decided_by": "reviewer",
            "reviewed": Reviewed(round=number, decision=decision, reasons=reasons),
            "answers": (),
        }
    )


def revoked(key: RequestKey, reason: RevocationReason, at: int) -> RevocationOrdered:
    """Somebody says that a request's certificate does not hold."""
    return RevocationOrdered(
        event_id=stable_id("revoked", *key, reason, str(at)), recorded_at=moment(at), agency=key[0],
        request_id=key[1], certificate_id=stable_id("certificate", *key), person_key=WHO,
        reason=reason, ordered_by="reviewer-1",
    )  # fmt: skip


def announced(visit_id: UUID, keys: Iterable[RequestKey], on: int | None, at: int) -> VisitAnnounced:
    """The person was told of a day, or that nobody comes."""
    return VisitAnnounced(
        event_id=stable_id("announced", str(visit_id), str(on), str(at)), recorded_at=moment(at), visit_id=visit_id,
        person_key=WHO, day=None if on is None else day(on), announced_by="cadre-1",
        requests=tuple(AnnouncedRequest(agency=agency, request_id=number) for agency, number in sorted(keys)),
    )  # fmt: skip


def step(
    report: str,
    stage: LifeEventStage = LifeEventStage.REPORTED,
    kind: LifeEventKind = LifeEventKind.DECEASED,
    *,
    at: int = 0,
    source: LifeEventSource = LifeEventSource.CADRE,
    by: str = "cadre-1",
    happened: RoughDate | None = None,
    known_on: int | None = None,
    village: str | None = None,
) -> LifeEventRecorded:
    """One step of a report."""
    return LifeEventRecorded(
        event_id=stable_id("step", report, stage, str(at), source, by, str(happened), str(known_on), str(village)),
        recorded_at=moment(at), life_event_id=stable_id("life-event", report), person_key=WHO, kind=kind, stage=stage,
        source=source, reported_by=by, happened=happened, village_code=village,
        known_on=None if known_on is None else day(known_on),
    )  # fmt: skip


def acknowledged(report: str, agency: str, version: int, at: int = 0) -> LifeEventAcknowledged:
    """An agency has taken note."""
    return LifeEventAcknowledged(
        event_id=stable_id("acknowledged", report, agency, str(version)), recorded_at=moment(at),
        life_event_id=stable_id("life-event", report), person_key=WHO, agency=agency, version=version,
        acknowledged_by=f"{agency}-desk",
    )  # fmt: skip


def decided(question_id: UUID, same: bool, at: int, by: str = "reviewer-1") -> IdentityDecided:
    """A reviewer has decided."""
    return IdentityDecided(
        event_id=stable_id("decided", str(question_id), str(same), str(at), by), recorded_at=moment(at),
        question_id=question_id, person_key=WHO, same=same, decided_by=by,
    )  # fmt: skip
