"""What agencies say of certificates, folded: the last word counts, whatever the order and however often it is heard."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import stable_id
from schemas.receipt import ReceiptGiven
from schemas.receipt_codes import RECEIPT_TEXTS, ReceiptCode, reopens
from schemas.revocation import REVOCATION_TEXTS, RevocationOrdered, RevocationReason, find_text
from schemas.visit import VisitStatus
from services.scheduler.domain.person import AnotherPersons, Heard, Person
from services.scheduler.domain.visit import Visit
from tests.unit.scheduler.person_world import (
    COUNTY,
    WHO,
    announced,
    certified,
    moment,
    request,
    revoked,
    told_all,
    withdrawn,
)

HRSS, HEALTH = ("hrss", "R-1"), ("health", "H-1")
ASKED = [request(0, 20, 0, key=HRSS), request(0, 20, 1, key=HEALTH)]
PROVED = certified([HRSS, HEALTH], 12)


def _first(key: tuple[str, str]) -> UUID:
    return stable_id("certificate", *key)


def _receipt(
    key: tuple[str, str], code: str | None, at: int, of: UUID | None = None, sequence: int = 1
) -> ReceiptGiven:
    return ReceiptGiven(
        event_id=stable_id("receipt", *key, str(at), str(sequence)), recorded_at=moment(at), agency=key[0],
        request_id=key[1], certificate_id=of or _first(key), person_key=WHO, code=code,
        outcome="accepted" if code is None else "rejected", decided_at=moment(at), sequence=sequence,
    )  # fmt: skip


def _open(person: Person) -> list[Visit]:
    return [visit for visit in person.visits.values() if visit.status is VisitStatus.OPEN]


def test_every_code_has_its_words_and_what_follows() -> None:
    """Nobody is told of a rejection without what to do next; and some codes reopen while others are held."""
    assert set(RECEIPT_TEXTS) == set(ReceiptCode)
    assert all(all(text[:4]) for text in RECEIPT_TEXTS.values())
    assert {reopens(code) for code in ReceiptCode} == {True, False}
    assert not reopens("A_CODE_OF_NEXT_YEAR")
    assert set(REVOCATION_TEXTS) == set(RevocationReason)
    assert not set(RevocationReason) & set(ReceiptCode), "one word would mean two things"
    assert find_text("A_CODE_OF_NEXT_YEAR") is None


def test_a_rejection_that_a_visit_can_settle_sends_somebody_again() -> None:
    """For the agency that rejected alone, by a new visit; the one that was made stays as it was, as history."""
    before = told_all([*ASKED, PROVED], person=told_all(ASKED))
    after = told_all([_receipt(HRSS, "PERSON_DOUBTED", 16)], person=before)
    (again,) = _open(after)
    (made,) = [visit for visit in after.visits.values() if visit is not again]
    assert made == next(iter(before.visits.values()))
    assert [(r.agency, r.request_id) for r in again.requests] == [HRSS]
    (reopened,) = [r.reopened for r in again.requests]
    assert reopened is not None
    assert (reopened.certificates, reopened.at, reopened.code) == ((_first(HRSS),), moment(16), "PERSON_DOUBTED")
    assert reopened.on == moment(16).astimezone(COUNTY).date()


@pytest.mark.parametrize("code", ["NAME_DIFFERS", "DECEASED_IN_RECORD", "OTHER", "A_CODE_OF_NEXT_YEAR"])
def test_nobody_is_sent_where_a_visit_cannot_help(code: str) -> None:
    """The agency's record is put right by the agency: no cadre rides for it."""
    before = told_all([PROVED], person=told_all(ASKED))
    after = told_all([_receipt(HRSS, code, 16)], person=before)
    assert (after.visits, after.version) == (before.visits, before.version)
    assert after.statements[HRSS].status == "certified"


def test_who_changes_its_mind_is_heard() -> None:
    """Accepted after all: the visit need not be made. Rejected again: it is the same visit again."""
    person = told_all([PROVED], person=told_all(ASKED))
    person = told_all([_receipt(HRSS, "PROOF_TOO_OLD", 16)], person=person)
    (again,) = _open(person)
    person = told_all([_receipt(HRSS, None, 17, sequence=2)], person=person)
    assert _open(person) == []
    person = told_all([_receipt(HRSS, "PROOF_TOO_OLD", 18, sequence=3)], person=person)
    assert [visit.visit_id for visit in _open(person)] == [again.visit_id]


def test_a_second_proof_closes_it_and_may_be_rejected_again() -> None:
    """Each time somebody is sent it is a visit of its own, and both certificates stand as turned down."""
    person = told_all([PROVED, _receipt(HRSS, "PERSON_DOUBTED", 16)], person=told_all(ASKED))
    (second_visit,) = _open(person)
    other = stable_id("second certificate")
    proof = certified([HRSS], 20, second_visit.visit_id)
    proof = proof.model_copy(update={"answers": (proof.answers[0].model_copy(update={"certificate_id": other}),)})
    person = told_all([proof], person=person)
    assert (_open(person), person.statements[HRSS].certificate_id) == ([], other)
    person = told_all([_receipt(HRSS, "EVIDENCE_NOT_ACCEPTED", 24, of=other)], person=person)
    (third_visit,) = _open(person)
    assert third_visit.visit_id not in {second_visit.visit_id, *told_all(ASKED).visits}
    assert third_visit.requests[0].reopened is not None
    assert set(third_visit.requests[0].reopened.certificates) == {_first(HRSS), other}


def test_a_withdrawn_request_stays_withdrawn() -> None:
    """The agency that asks no more sends nobody by rejecting."""
    person = told_all([PROVED, withdrawn(HRSS, 14)], person=told_all(ASKED))
    assert _open(told_all([_receipt(HRSS, "PROOF_TOO_OLD", 16)], person=person)) == []


def test_a_day_that_was_told_for_the_first_visit_is_past() -> None:
    """Who was seen before the told day does not wait on it any more; the second visit has a day of its own."""
    person = told_all(ASKED)
    (visit,) = person.visits.values()
    person = told_all([announced(visit.visit_id, [HRSS, HEALTH], 15, 3), PROVED], person=person)
    person = told_all([_receipt(HRSS, "PERSON_DOUBTED", 16)], person=person)
    (again,) = _open(person)
    assert (again.announced_on, again.visit_id == visit.visit_id) == (None, False)
    told = told_all([announced(again.visit_id, [HRSS], 18, 17)], person=person)
    assert [v.announced_on for v in _open(told)] == [moment(0).date() + timedelta(days=20)]


def test_a_receipt_for_somebody_elses_request_is_refused() -> None:
    """Nobody is visited again for another person's certificate."""
    with pytest.raises(AnotherPersons):
        told_all([_receipt(("hrss", "R-9"), "OTHER", 16)], person=told_all(ASKED))


@pytest.mark.parametrize(("reason", "again"), [("WRONG_PERSON", [HRSS]), ("DEAD_BEFORE_PROOF", [])])
def test_what_was_revoked_stays_revoked(reason: str, again: list[tuple[str, str]]) -> None:
    """Whether somebody is sent again, the reason says; no receipt changes it, whenever it is heard."""
    order = revoked(HRSS, RevocationReason(reason), 15)
    late = _receipt(HRSS, None, 18)
    orders: list[list[Heard]] = [[PROVED, order, late], [late, order, PROVED], [order, PROVED, late, order]]
    for heard in orders:
        person = told_all(ASKED)
        for event in heard:
            person = told_all([event], person=person)
        assert [(r.agency, r.request_id) for v in _open(person) for r in v.requests] == again


words = st.lists(
    st.builds(
        _receipt,
        st.sampled_from([HRSS, HEALTH]),
        st.sampled_from([None, "PERSON_DOUBTED", "PROOF_TOO_OLD", "NAME_DIFFERS"]),
        st.integers(13, 18),
        sequence=st.integers(1, 3),
    ),
    max_size=6,
    unique_by=lambda event: (event.certificate_id, event.decided_at, event.sequence),
)
orders = st.lists(
    st.builds(revoked, st.sampled_from([HRSS, HEALTH]), st.sampled_from(RevocationReason), st.integers(13, 18)),
    max_size=3,
    unique_by=lambda event: (event.certificate_id, event.recorded_at),
)


@given(words, orders, st.data())
def test_in_any_order_and_however_often_the_last_word_counts(
    said: list[ReceiptGiven], ordered: list[RevocationOrdered], data: st.DataObject
) -> None:
    """Requests first (nothing can be said of what was never asked), then all else in any order, repeated, in portions:
    the same is open, for the same reason, under the same name, as after each word once in its order; and of what is
    revoked the first order counts."""
    heard: list[Heard] = [PROVED, *said, *ordered]
    straight = told_all([PROVED], person=told_all(ASKED))
    for word in sorted(said, key=lambda word: (word.decided_at, word.sequence)):
        straight = told_all([word], person=straight)
    for order in sorted(ordered, key=_ordered):
        straight = told_all([order], person=straight)
    mixed = data.draw(st.permutations([*heard, *data.draw(st.lists(st.sampled_from(heard), max_size=4))]))
    person = told_all(ASKED)
    while mixed:
        portion = data.draw(st.integers(1, len(mixed)))
        person, mixed = told_all(mixed[:portion], person=person), mixed[portion:]
    assert person.statements == straight.statements
    assert [replace(v, version=0) for v in _by_id(person)] == [replace(v, version=0) for v in _by_id(straight)]
    last = {key: max((w for w in said if w.agency == key[0]), key=_order, default=None) for key in (HRSS, HEALTH)}
    expected = {key for key, word in last.items() if word is not None and word.code is not None and reopens(word.code)}
    first = {key: min((o for o in ordered if o.agency == key[0]), key=_ordered, default=None) for key in (HRSS, HEALTH)}
    for key, one in first.items():
        if one is not None:
            expected = (expected | {key}) if REVOCATION_TEXTS[one.reason].reopens else expected - {key}
    assert {(r.agency, r.request_id) for v in _open(person) for r in v.requests} == expected


def _by_id(person: Person) -> list[Visit]:
    return sorted(_open(person), key=lambda visit: visit.visit_id)


def _order(word: ReceiptGiven) -> tuple[object, int]:
    return word.decided_at, word.sequence


def _ordered(order: RevocationOrdered) -> datetime:
    return order.recorded_at
