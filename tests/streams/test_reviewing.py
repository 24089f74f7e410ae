"""What reviewers decide, as a fold: certificates once, with the mark; a contradicted sample is taken back."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from joserfc.jwk import KeySet

from schemas.base import Event, stable_id
from schemas.certificate import CertificateIssued, CertificateRevoked, EvidenceGrade, EvidenceSource
from schemas.evidence import ActedBy, EvidenceRecorded
from schemas.review import ReviewAppealed, ReviewDecided
from schemas.review_reasons import AppealGround, ReviewDecision, ReviewReason
from schemas.revocation import RevocationOrdered, RevocationReason
from schemas.visit import ClosedBecause, Reopened, VisitChanged
from services.certify.certificate import check
from services.certify.domain.recognition import RecognitionPolicy
from services.certify.domain.review_policy import ProgrammeReview, ReviewPolicy
from services.certify.policy import MatchPolicy, ProgrammeMatch
from tests.streams.certifying_office import (
    CAPTURE,
    CERTIFIED,
    KEY,
    NOW,
    Office,
    later_visit,
    make_certifier,
    make_visit,
    split,
)

DOUBTFUL = CERTIFIED | {"decision": "review", "reasons": ["face_differs"]}
CASE = stable_id("review-case", str(CAPTURE.capture_id))
REASONS = {
    "certified": (),
    "retry": (ReviewReason.PERSON_NOT_CLEAR,),
    "refused": (ReviewReason.ANOTHER_PERSON,),
}


def decided(decision: str, number: int = 1, capture_id: UUID = CAPTURE.capture_id) -> ReviewDecided:
    return ReviewDecided(
        event_id=stable_id("test", decision, str(number)),
        recorded_at=NOW + timedelta(hours=number),
        case_id=stable_id("review-case", str(capture_id)),
        capture_id=capture_id,
        visit_id=CAPTURE.visit_id,
        person_key=CAPTURE.person_key,
        round=number,
        decision=ReviewDecision(decision),
        reasons=REASONS[decision],
        decided_by=(f"reviewer-{number}",),
        waited_s=60,
    )


def appealed(number: int) -> ReviewAppealed:
    return ReviewAppealed(
        event_id=stable_id("appeal", str(number)),
        recorded_at=NOW,
        case_id=CASE,
        capture_id=CAPTURE.capture_id,
        person_key=CAPTURE.person_key,
        round=number,
        appealed_by="family",
        ground=AppealGround.SAME_PERSON,
        recorded_by="desk",
    )


async def fetch(office: Office, query: str) -> list[tuple[object, ...]]:
    async with office.pool.connection() as connection:
        return await (await connection.execute(query.encode())).fetchall()


async def filmed(office: Office, found: dict[str, object]) -> list[Event]:
    """A visit, and a recording of which the machine found this."""
    await office.judged(CAPTURE.capture_id, found)
    await office.hear(make_visit(1, ["hrss", "health"]))
    return await office.hear(CAPTURE)


def sampling(office: Office, rate: float) -> Office:
    """The same under another rate of the sample."""
    policy = ReviewPolicy(default=ProgrammeReview(sample_rate=rate))
    return Office(office.pool, make_certifier(RecognitionPolicy(), review=policy))


@pytest.mark.parametrize(
    ("found", "rate", "causes"),
    [
        (DOUBTFUL, 0.0, ["machine"]),
        (CERTIFIED, 1.0, ["sample"]),
        (CERTIFIED, 0.0, []),
        (CERTIFIED | {"decision": "retry", "reasons": ["too_dark"]}, 1.0, []),
    ],
)
async def test_what_becomes_a_case(office: Office, found: dict[str, object], rate: float, causes: list[str]) -> None:
    """Doubts, and what was drawn; nothing that is filmed again anyway; a visit told again opens no second."""
    office = sampling(office, rate)
    await filmed(office, found)
    await office.hear(make_visit(2, ["hrss"]))
    assert [row[0] for row in await fetch(office, "SELECT cause FROM certify.review_case WHERE open")] == causes


async def test_a_reviewed_recording_answers_every_request_once_with_its_mark(office: Office) -> None:
    """In person and reviewed; said again it changes nothing; another visit of the person is answered too."""
    assert split(await filmed(office, DOUBTFUL))[0] == []
    day = CAPTURE.captured_at.date()
    await office.hear(later_visit(day - timedelta(days=20), day + timedelta(days=20)))
    certificates, verdicts = split(await office.hear(decided("certified")))
    assert sorted(one.agency for one in certificates) == ["civil_affairs", "health", "hrss"]
    for one in certificates:
        assert (one.evidence, one.reviewed, one.proof_id) == (EvidenceGrade.IN_PERSON_FACE, True, CAPTURE.capture_id)
        subject = check(one.jws, KeySet([KEY]), now=NOW + timedelta(days=400))["credentialSubject"]
        assert (subject["evidence"], subject["reviewed"]) == ("in_person_face", True)
    assert sorted(len(verdict.answers) for verdict in verdicts) == [1, 2]
    for verdict in verdicts:
        assert (verdict.decided_by, verdict.decision, verdict.verification.decision) == (
            "reviewer",
            "certified",
            "review",
        )
    assert await office.hear(decided("certified")) == []
    assert await office.hear(make_visit(3, ["hrss", "health"])) == []


async def test_the_machines_own_certificates_bear_no_mark(office: Office) -> None:
    """What nobody looked at does not say so."""
    certificates, verdicts = split(await filmed(sampling(office, 0.0), CERTIFIED))
    assert {one.reviewed for one in certificates} == {False}
    assert (
        "reviewed" not in check(certificates[0].jws, KeySet([KEY]), now=NOW + timedelta(days=400))["credentialSubject"]
    )
    assert [(verdict.decided_by, verdict.reviewed) for verdict in verdicts] == [("machine", None)]


@pytest.mark.parametrize("decision", ["retry", "refused"])
async def test_what_a_reviewer_does_not_certify_answers_nothing(office: Office, decision: str) -> None:
    """It is told with its reasons; no certificate, no revocation: the agency decides what follows."""
    await filmed(office, DOUBTFUL)
    (verdict,) = await office.hear(decided(decision))
    assert split([verdict])[1][0].decision == decision
    assert split([verdict])[1][0].reasons == tuple(reason.value for reason in REASONS[decision])
    assert await office.hear(make_visit(2, ["hrss"])) == []


async def test_a_programme_that_asks_more_of_the_match_takes_a_persons_word(office: Office) -> None:
    """The bar is for the machine's eye: a person has compared the faces."""
    strict = MatchPolicy(programmes={"pension": ProgrammeMatch(sface_threshold=0.99)})
    office = Office(office.pool, make_certifier(RecognitionPolicy(), strict))
    await filmed(office, DOUBTFUL)
    assert len(split(await office.hear(decided("certified")))[0]) == 2


@pytest.mark.parametrize("decision", ["retry", "refused"])
async def test_a_contradicted_sample_is_taken_back_once(office: Office, decision: str) -> None:
    """Every certificate that rests on the recording is revoked; nothing more is answered by it."""
    office = sampling(office, 1.0)
    given, _ = split(await filmed(office, CERTIFIED))
    sent = await office.hear(decided(decision))
    ordered = [event for event in sent if isinstance(event, RevocationOrdered)]
    assert {one.certificate_id for one in ordered} == {one.certificate_id for one in given}
    assert {one.reason.value for one in ordered} == {"ISSUED_IN_ERROR" if decision == "retry" else "WRONG_PERSON"}
    revoked = [event for one in ordered for event in await office.hear(one)]
    assert {event.certificate_id for event in revoked if isinstance(event, CertificateRevoked)} == {
        one.certificate_id for one in given
    }
    assert [event for one in ordered for event in await office.hear(one)] == []
    assert await office.hear(decided(decision)) == []
    day = CAPTURE.captured_at.date()
    assert await office.hear(later_visit(day - timedelta(days=20), day + timedelta(days=20))) == []


@pytest.mark.parametrize("decision", ["certified", "retry", "refused", *RevocationReason])
async def test_a_contradicted_still_is_no_reference_any_more(office: Office, decision: str) -> None:
    """By reviewers, or by an order to revoke that calls the proof false. Nor is a later one that was held to it; one
    held to the agency's photo stays, and so does all that is confirmed. Files are let go."""
    office = sampling(office, 1.0)
    stills = {"own": (CAPTURE.capture_id, 1, 0), "held_to_it": (uuid4(), 2, 1), "held_to_the_photo": (uuid4(), 1, 2)}
    async with office.pool.connection() as connection:
        for capture_id, chain, days in stills.values():
            await connection.execute(
                "INSERT INTO certify.still (capture_id, person_key, blob_id, photo_id, chain, captured_at)"
                " VALUES (%s, %s, %s, gen_random_uuid(), %s, %s)",
                (capture_id, CAPTURE.person_key, capture_id, chain, CAPTURE.captured_at + timedelta(days=days)),
            )
    given, _ = split(await filmed(office, CERTIFIED))
    by_order = decision in set(RevocationReason)
    await office.hear(revoked(given[0], RevocationReason(decision)) if by_order else decided(decision))
    left = {row[0] for row in await fetch(office, "SELECT capture_id FROM certify.still")}
    holds = decision in {"certified", "ISSUED_IN_ERROR", "NOT_NEEDED"}
    gone = set() if holds else {stills["own"][0], stills["held_to_it"][0]}
    assert left == {capture_id for capture_id, *_ in stills.values()} - gone
    assert {row[0] for row in await fetch(office, "SELECT blob_id FROM certify.discarded_blob")} == gone


async def test_a_confirmed_sample_changes_nothing_for_the_agencies(office: Office) -> None:
    """It is told as reviewed, without a second certificate."""
    office = sampling(office, 1.0)
    await filmed(office, CERTIFIED)
    (verdict,) = await office.hear(decided("certified"))
    assert split([verdict])[1][0].answers == ()


async def test_an_appeal_holds_the_recording_and_the_next_round_decides(office: Office) -> None:
    """Refused, appealed, certified: the last round counts, whatever is heard again of those before."""
    await filmed(office, DOUBTFUL)
    await office.hear(decided("refused"))
    assert await fetch(office, "SELECT open FROM certify.review_case") == [(False,)]
    for _ in range(2):
        assert await office.hear(appealed(2)) == []
    held = "SELECT c.reviewed_at IS NULL, r.open FROM certify.capture c JOIN certify.review_case r USING (capture_id)"
    assert await fetch(office, held) == [(True, True)]
    assert await office.hear(decided("refused")) == []
    certificates, _ = split(await office.hear(decided("certified", 2)))
    assert len(certificates) == 2
    assert await fetch(office, held) == [(False, False)]
    assert await office.hear(appealed(2)) == []
    assert await fetch(office, held) == [(False, False)]


def revoked(certificate: CertificateIssued, reason: RevocationReason, hours: int = 0) -> RevocationOrdered:
    """A person's order."""
    return RevocationOrdered(
        event_id=stable_id("order", str(certificate.certificate_id), reason, str(hours)),
        recorded_at=NOW + timedelta(hours=hours),
        certificate_id=certificate.certificate_id,
        agency=certificate.agency,
        request_id=certificate.request_id,
        person_key=certificate.person_key,
        reason=reason,
        ordered_by="reviewer-1",
    )


FALSE = {"WRONG_PERSON", "EVIDENCE_FALSE", "DEAD_BEFORE_PROOF"}


@pytest.mark.parametrize("reason", list(RevocationReason))
@pytest.mark.parametrize("kind", ["recording", "evidence"])
async def test_a_proof_that_was_revoked_as_false_answers_nothing_more(
    office: Office, reason: RevocationReason, kind: str
) -> None:
    """No other agency's later request either; where only the certificate was wrong, the proof still holds."""
    day = CAPTURE.captured_at.date()
    if kind == "recording":
        given, _ = split(await filmed(sampling(office, 0.0), CERTIFIED))
    else:
        visit = make_visit(1, ["hrss"])
        day = visit.window[0] + timedelta(days=14)
        await office.hear(visit)
        source = EvidenceSource.WITNESSED_VISIT
        evidence = EvidenceRecorded(
            event_id=stable_id("seen"), recorded_at=NOW, evidence_id=stable_id("seen"), person_key=CAPTURE.person_key,
            source=source, acted_by=ActedBy.PERSON, happened_on=day, provided_by="reviewer-1",
            visit_id=CAPTURE.visit_id,
        )  # fmt: skip
        given, _ = split(await office.hear(evidence))
    await office.hear(revoked(given[0], reason))
    later = await office.hear(later_visit(day - timedelta(days=20), day + timedelta(days=20)))
    assert len(split(later)[0]) == (reason not in FALSE)


async def test_what_is_revoked_already_is_not_ordered_again(office: Office) -> None:
    """The agency did not need it any more; that reviewers do not certify the recording sends nobody for it."""
    given, _ = split(await filmed(sampling(office, 0.0), CERTIFIED))
    await office.hear(revoked(given[0], RevocationReason.NOT_NEEDED))
    ordered = [event for event in await office.hear(decided("refused")) if isinstance(event, RevocationOrdered)]
    assert [one.certificate_id for one in ordered] == [given[1].certificate_id]


async def test_reviewers_who_certify_after_the_revocation_give_the_proof_back(office: Office) -> None:
    """Refused as another person's, appealed, certified: what the last round says counts for later requests again."""
    day = CAPTURE.captured_at.date()
    office = sampling(office, 1.0)
    await filmed(office, CERTIFIED)
    for order in [e for e in await office.hear(decided("refused")) if isinstance(e, RevocationOrdered)]:
        await office.hear(order)
    await office.hear(appealed(2))
    await office.hear(decided("certified", 2))
    later = await office.hear(later_visit(day - timedelta(days=20), day + timedelta(days=20)))
    assert len(split(later)[0]) == 1


def opened_again(given: list[CertificateIssued]) -> VisitChanged:
    """What the scheduler tells once these certificates of the contradicted sample are revoked: a visit of their own."""
    at = decided("refused").recorded_at
    requests = tuple(
        request.model_copy(
            update={
                "reopened": Reopened(
                    certificates=tuple(one.certificate_id for one in given if one.agency == request.agency),
                    at=at,
                    on=at.date(),
                    code="WRONG_PERSON",
                )
            }
        )
        for request in make_visit(1, ["hrss", "health"]).requests
    )
    visit = make_visit(2, ["hrss"])
    return visit.model_copy(update={"visit_id": stable_id("again"), "requests": requests})


@pytest.mark.parametrize("order", ["visit_first", "appeal_first"])
@pytest.mark.parametrize("won", [True, False])
async def test_an_appeal_that_is_won_gives_new_certificates_for_those_that_were_taken_back(
    office: Office, order: str, won: bool
) -> None:
    """To each agency one, reviewed, with an id of its own, told once, in whatever order visit and appeal are heard;
    an appeal that is lost gives nothing."""
    office = sampling(office, 1.0)
    given, _ = split(await filmed(office, CERTIFIED))
    for event in await office.hear(decided("refused")):
        if isinstance(event, RevocationOrdered):
            await office.hear(event)
    await office.hear(make_visit(2, ["hrss", "health"], ClosedBecause.CERTIFIED))
    heard: list[Event] = [opened_again(given), appealed(2), decided("certified" if won else "refused", 2)]
    if order == "appeal_first":
        heard = [*heard[1:], heard[0]]
    sent = [event for one in heard for event in await office.hear(one)]
    certificates, verdicts = split(sent)
    assert sorted(one.agency for one in certificates) == (["health", "hrss"] if won else [])
    assert {(one.reviewed, one.proof_id) for one in certificates} == ({(True, CAPTURE.capture_id)} if won else set())
    assert not {one.certificate_id for one in certificates} & {one.certificate_id for one in given}
    told = [answer.certificate_id for verdict in verdicts for answer in verdict.answers]
    assert sorted(told) == sorted(one.certificate_id for one in certificates)
    assert [event for one in heard for event in await office.hear(one)] == []


async def test_a_confirmed_sample_does_not_overrule_an_agency(office: Office) -> None:
    """What an agency turned down before reviewers looked at the sample stays turned down: nobody had appealed."""
    office = sampling(office, 1.0)
    given, _ = split(await filmed(office, CERTIFIED))
    visit = opened_again(given)
    early = [
        request.model_copy(update={"reopened": request.reopened.model_copy(update={"at": NOW})})
        for request in visit.requests
        if request.reopened
    ]
    assert len(early) == 2
    await office.hear(visit.model_copy(update={"requests": tuple(early)}))
    assert split(await office.hear(decided("certified")))[0] == []
