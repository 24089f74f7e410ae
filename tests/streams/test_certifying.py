"""Certifying as a fold: capture and visit in either order, one answer per request."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import KeySet

from schemas.base import Event, stable_id
from schemas.visit import ClosedBecause, VisitChanged
from services.certify.certificate import check
from services.certify.domain.recognition import RecognitionPolicy
from services.certify.policy import MatchPolicy, ProgrammeMatch
from services.platform.ledger import Transaction
from tests.streams.certifying_office import (
    CAPTURE,
    CERTIFIED,
    KEY,
    Office,
    later_visit,
    make_certifier,
    make_visit,
    split,
)


@pytest.mark.parametrize("visit_first", [True, False])
async def test_each_request_has_one_certificate_in_either_order(office: Office, visit_first: bool) -> None:
    """Capture then visit, or visit then capture: one certificate per agency, one verdict that names them."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    visit = make_visit(1, ["hrss", "health"])
    order: list[Event] = [visit, CAPTURE] if visit_first else [CAPTURE, visit]
    certificates, verdicts = split([event for heard in order for event in await office.hear(heard)])
    assert sorted(certificate.agency for certificate in certificates) == ["health", "hrss"]
    assert [{a.certificate_id for a in v.answers} for v in verdicts] == [{c.certificate_id for c in certificates}]
    keys = KeySet([KEY])
    for certificate in certificates:
        subject = check(certificate.jws, keys, now=datetime.now(UTC))["credentialSubject"]
        assert subject["requestId"] == certificate.request_id
        assert CAPTURE.person_key not in certificate.jws


async def test_what_is_heard_again_changes_nothing(office: Office) -> None:
    """A visit told again, an older state of it, and a second recording make no second certificate."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    await office.hear(make_visit(2, ["hrss", "health"]))
    await office.hear(CAPTURE)
    assert await office.hear(make_visit(2, ["hrss", "health"])) == []
    assert await office.hear(make_visit(1, ["hrss"])) == []
    again = CAPTURE.model_copy(update={"capture_id": stable_id("another recording")})
    await office.judged(again.capture_id, CERTIFIED)
    certificates, verdicts = split(await office.hear(again))
    assert certificates == []
    assert [verdict.answers for verdict in verdicts] == [()]


async def test_a_withdrawn_visit_is_not_certified(office: Office) -> None:
    """When the agencies have withdrawn everything, a certified recording answers nothing."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    await office.hear(make_visit(1, ["hrss"]))
    await office.hear(make_visit(2, ["hrss"], ClosedBecause.WITHDRAWN))
    certificates, verdicts = split(await office.hear(CAPTURE))
    assert certificates == []
    assert len(verdicts) == 1


@pytest.mark.parametrize("proof_first", [True, False])
async def test_a_recent_proof_answers_another_request_of_the_person(office: Office, proof_first: bool) -> None:
    """A request in another visit, whose window holds the day of the proof, is answered at once; the verdict says so."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    await office.hear(make_visit(1, ["hrss"]))
    day = CAPTURE.captured_at.date()
    later = later_visit(day - timedelta(days=20), day + timedelta(days=20))
    order: list[Event] = [CAPTURE, later] if proof_first else [later, CAPTURE]
    certificates, verdicts = split([event for heard in order for event in await office.hear(heard)])
    assert [c.agency for c in certificates] == ["hrss", "civil_affairs"]
    assert [a.request_id for v in verdicts for a in v.answers] == ["A-1", "C-9"]
    assert len({verdict.event_id for verdict in verdicts}) == 2


async def test_a_proof_outside_the_window_answers_nothing_by_default(office: Office) -> None:
    """A window that begins after the proof asks for a new one."""
    await office.judged(CAPTURE.capture_id, CERTIFIED)
    await office.hear(make_visit(1, ["hrss"]))
    await office.hear(CAPTURE)
    day = CAPTURE.captured_at.date()
    assert await office.hear(later_visit(day + timedelta(days=10), day + timedelta(days=40))) == []


@pytest.mark.parametrize("decision", ["review", "retry"])
async def test_only_certified_makes_certificates(office: Office, decision: str) -> None:
    """A finding that is not certified is told, and answers nothing: neither its own visit nor another of that day."""
    await office.judged(CAPTURE.capture_id, CERTIFIED | {"decision": decision, "reasons": ["face_differs"]})
    await office.hear(make_visit(1, ["hrss"]))
    day = CAPTURE.captured_at.date()
    await office.hear(later_visit(day - timedelta(days=20), day + timedelta(days=20)))
    certificates, verdicts = split(await office.hear(CAPTURE))
    assert certificates == []
    assert [verdict.verification.decision.value for verdict in verdicts] == [decision]


async def test_folds_that_certify_for_the_same_agencies_never_wait_in_a_circle(office: Office) -> None:
    """One fold comes to them in one order, another in the opposite one, at once; both end."""

    def fold_order(start: int) -> list[VisitChanged]:
        agencies = ("hrss", "health") if start % 2 else ("health", "hrss")
        return [_visit_of(start * 10 + n, agencies[n % 2]) for n in range(6)]

    orders = [fold_order(start) for start in range(4)]
    for visit in itertools.chain(*orders):
        update = {"visit_id": visit.visit_id, "person_key": visit.person_key}
        capture = CAPTURE.model_copy(update=update | {"capture_id": stable_id("capture", visit.person_key)})
        await office.judged(capture.capture_id, CERTIFIED)
        await office.hear(capture)

    async def fold(visits: list[VisitChanged]) -> None:
        async with office.pool.connection() as connection, connection.transaction():
            transaction = Transaction(connection, "/test")
            await office.certifier.fold_visits(transaction, visits)
            await transaction.flush()

    await asyncio.wait_for(asyncio.gather(*(fold(visits) for visits in orders)), timeout=60)
    async with office.pool.connection() as connection:
        cursor = await connection.execute("SELECT count(*) FROM certify.certificate")
        assert await cursor.fetchone() == (24,)


def _visit_of(person: int, agency: str) -> VisitChanged:
    visit = make_visit(1, [agency])
    requests = tuple(r.model_copy(update={"request_id": f"R-{person}"}) for r in visit.requests)
    return visit.model_copy(
        update={"visit_id": stable_id("v", str(person)), "person_key": f"{person:064x}", "requests": requests}
    )


async def test_a_programme_that_asks_more_of_the_match_is_not_answered(office: Office) -> None:
    """Neither at the visit itself, where its request came after the recording, nor across visits."""
    match = MatchPolicy(programmes={"senior_subsidy": ProgrammeMatch(sface_threshold=0.9)})
    careful = Office(office.pool, make_certifier(RecognitionPolicy(), match))
    await careful.judged(CAPTURE.capture_id, CERTIFIED)
    day = CAPTURE.captured_at.date()
    await careful.hear(later_visit(day - timedelta(days=20), day + timedelta(days=20)))
    visit = make_visit(1, ["hrss", "health"])
    requests = (visit.requests[0], visit.requests[1].model_copy(update={"programme": "senior_subsidy"}))
    await careful.hear(visit.model_copy(update={"requests": requests}))
    certificates, verdicts = split(await careful.hear(CAPTURE))
    assert [(c.agency, c.programme) for c in certificates] == [("hrss", "pension")]
    assert [len(verdict.answers) for verdict in verdicts] == [1]
