"""A visit from opened to closed, its announcement, how it went, a plan, a message that nobody could read."""

import base64
from datetime import date

from schemas.base import Event
from schemas.capture import LegalBasis
from schemas.consent import ConsentVoice, ConsentWithdrawn
from schemas.dead_letter import DeadLetter
from schemas.generate.specimens.story import (
    CERTIFICATE,
    PENSION,
    PERSON,
    SUBSIDY,
    VILLAGE,
    VISIT,
    at,
    digest,
    example_id,
    sealed,
)
from schemas.outcome import VisitOutcome, VisitOutcomeRecorded
from schemas.plan import HalfDay, PlanPublished, Route, Stop
from schemas.visit import AnnouncedRequest, ClosedBecause, Reopened, VisitAnnounced, VisitChanged, VisitStatus


def visit_events() -> dict[str, Event]:
    """By the name of the example."""
    return {
        "opened": _visit("opened", 1, VisitStatus.OPEN),
        "closed": _visit("closed", 2, VisitStatus.CLOSED, ClosedBecause.CERTIFIED),
        "reopened": _reopened(),
        "announced": VisitAnnounced(
            event_id=example_id("announcement"),
            recorded_at=at(2),
            visit_id=VISIT,
            person_key=PERSON,
            day=date(2026, 11, 26),
            requests=tuple(AnnouncedRequest(agency=r.agency, request_id=r.request_id) for r in (PENSION, SUBSIDY)),
            announced_by="scheduler-1",
        ),
        "not-at-home": VisitOutcomeRecorded(
            event_id=example_id("outcome event"),
            recorded_at=at(3, 20),
            outcome_id=example_id("outcome"),
            visit_id=VISIT,
            person_key=PERSON,
            outcome=VisitOutcome.NOT_AT_HOME,
            happened_at=at(3),
            note_code="in_the_fields",
            come_again_on=date(2026, 11, 27),
            come_again_half_day=HalfDay.MORNING,
            legal_basis=LegalBasis.STATUTORY_DUTY,
            reported_by="cadre:cadre-0007",
        ),
        "eligibility-answered": VisitOutcomeRecorded(
            event_id=example_id("eligibility event"),
            recorded_at=at(3, 20),
            outcome_id=example_id("eligibility"),
            visit_id=VISIT,
            person_key=PERSON,
            outcome=VisitOutcome.ELIGIBILITY,
            happened_at=at(3),
            details=sealed("answers"),
            legal_basis=LegalBasis.SEPARATE_CONSENT,
            reported_by="cadre:cadre-0007",
        ),
        "withdrawn-by-the-person": ConsentWithdrawn(
            event_id=example_id("withdrawal event"),
            recorded_at=at(3, 20),
            withdrawal_id=example_id("withdrawal"),
            person_key=PERSON,
            said_by=ConsentVoice.PERSON,
            withdrawn_at=at(3),
            recorded_by="cadre:cadre-0007",
        ),
        "one-morning": PlanPublished(
            event_id=example_id("plan"),
            recorded_at=at(1, 30),
            cadre_id="cadre-0007",
            version=3,
            routes=(
                Route(
                    day=date(2026, 11, 26),
                    half_day=HalfDay.MORNING,
                    stops=(Stop(visit_ids=(VISIT, example_id("the neighbour's visit")), arrive_at=at(1, 20, day=26)),),
                ),
            ),
        ),
        "no-cloudevent": DeadLetter(
            event_id=example_id("dead letter"),
            recorded_at=at(5),
            topic="request",
            partition=2,
            offset=1041,
            reader="scheduler",
            code="NOT_A_CLOUDEVENT",
            error="the CloudEvents headers are wrong: CloudEventValidationError",
            key=base64.b64encode(b"hrss").decode(),
            headers=(("content-type", base64.b64encode(b"text/plain").decode()),),
            value=base64.b64encode(b"hello").decode(),
        ),
    }


def _reopened() -> VisitChanged:
    """The pension did not take its certificate, and somebody is sent again for it alone."""
    why = Reopened(certificates=(CERTIFICATE,), at=at(6, day=25), on=date(2026, 11, 25), code="PERSON_DOUBTED")
    again = PENSION.model_copy(update={"reopened": why})
    change = {"visit_id": example_id("visit again"), "requests": (again,)}
    return _visit("reopened", 3, VisitStatus.OPEN).model_copy(update=change)


def _visit(name: str, version: int, status: VisitStatus, because: ClosedBecause | None = None) -> VisitChanged:
    return VisitChanged(
        event_id=example_id(f"visit {name}"),
        recorded_at=at(1, version),
        visit_id=VISIT,
        person_key=PERSON,
        version=version,
        status=status,
        closed_because=because,
        window=(date(2026, 11, 15), date(2026, 12, 31)),
        requests=(PENSION, SUBSIDY),
        village_code=VILLAGE,
        opened_at=at(1),
        dwelling=digest("example dwelling")[:32],
    )
