"""Telling: what has changed of a person becomes events, each with an id that follows from what it says."""

from collections.abc import Iterator
from datetime import UTC, datetime

from schemas.base import Event, stable_id
from schemas.request import RequestNoticed
from schemas.topics import LIFE_EVENT_NOTICE, REQUEST_NOTICE, VISIT
from schemas.visit import VisitChanged
from services.platform.ledger import Transaction
from services.scheduler.domain.codes import RepeatCode, WarningCode, explain
from services.scheduler.domain.person import Person
from services.scheduler.domain.question import Question
from services.scheduler.domain.visit import RequestKey, Visit

_Told = tuple[str, str, Event]
"""Topic, key, event."""


def tell(transaction: Transaction, before: Person, after: Person) -> None:
    """Sends all that is new of one person."""
    for topic, key, event in _news(before, after):
        transaction.emit(topic, key, event)


def _news(before: Person, after: Person) -> Iterator[_Told]:
    now = datetime.now(UTC)
    for visit_id, visit in after.visits.items():
        if before.visits.get(visit_id) is not visit:
            yield VISIT.name, str(visit_id), _changed(visit, now)
    for key, notice in after.notices.items():
        if notice.told is not None and (key not in before.notices or before.notices[key].told != notice.told):
            yield LIFE_EVENT_NOTICE.named(notice.agency), str(notice.life_event_id), notice.told
    for (agency, request_id), said in after.statements.items():
        earlier = before.statements.get((agency, request_id))
        if said.duplicate_of is not None and (earlier is None or earlier.duplicate_of != said.duplicate_of):
            yield _notice(agency, request_id, RepeatCode.REQUEST_SENT_AGAIN, said.duplicate_of, said.duplicate_of, now)
    for question_id, question in after.questions.items():
        was = before.questions.get(question_id)
        knew = {key for side in was.sides for key in side} if was is not None and was.waits else set()
        for asked in (one for side in question.sides for one in side if question.waits):
            code = _name_notice(after, question, asked)
            if asked not in knew and code is not None:
                yield _notice(*asked, code, str(question_id), None, now)


def _name_notice(person: Person, question: Question, key: RequestKey) -> WarningCode | None:
    """What a request of an open question must know: nothing, where its own is the only name."""
    if person.statements[key].name_tag is None:
        return WarningCode.NAME_UNCONFIRMED
    named = [side for side in question.sides if person.statements[side[0]].name_tag is not None]
    return WarningCode.NAME_DIFFERS if len(named) > 1 else None


def _changed(visit: Visit, now: datetime) -> VisitChanged:
    return VisitChanged(
        event_id=stable_id("visit-changed", str(visit.visit_id), str(visit.version)),
        recorded_at=now,
        visit_id=visit.visit_id,
        person_key=visit.person_key,
        version=visit.version,
        status=visit.status,
        closed_because=visit.closed_because,
        window=visit.window,
        requests=visit.requests,
        village_code=visit.village_code,
        opened_at=visit.opened_at,
        dwelling=visit.dwelling,
        announced_on=visit.announced_on,
        unannounced_because=visit.unannounced_because,
        life_event_id=visit.life_event_id,
        question_id=visit.question_id,
    )


def _notice(
    agency: str, request_id: str, code: RepeatCode | WarningCode, cause: str, of: str | None, now: datetime
) -> _Told:
    chinese, english = explain(code, language="zh"), explain(code, language="en")
    event = RequestNoticed(
        event_id=stable_id("request-noticed", agency, request_id, code.value, cause),
        recorded_at=now,
        agency=agency,
        request_id=request_id,
        code=code.value,
        of=of,
        message=f"{chinese.message} {english.message}",
        next_step=f"{chinese.next_step} {english.next_step}",
    )
    return REQUEST_NOTICE.named(agency), request_id, event
