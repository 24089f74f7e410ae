"""What a person should be, from the set of all that was said: no state, no order, all choices of days tried.

Written from the rules (docs/life-events.md, docs/linkage.md, the docstrings of `schemas`), not from the domain; of the
domain it knows the shape of a visit and the namespace of names only. `report_oracle` says what a life event amounts to,
`visits_oracle` which days are best.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from schemas.base import stable_id
from schemas.identity import IdentityDecided
from schemas.life_event import Effect, LifeEventAcknowledged
from schemas.request import AcceptedAmendment, AcceptedRequest, AcceptedWithdrawal
from schemas.revocation import RevocationOrdered, RevocationReason
from schemas.verdict import EvidenceRecognised, VerdictReached
from schemas.visit import UnannouncedBecause, VisitRequest
from services.scheduler.domain.person import Heard
from services.scheduler.domain.visit import RequestKey, Visit
from tests.unit.scheduler.person_world import COUNTY, WHO, ZHANG, ZHANG_TRADITIONAL
from tests.unit.scheduler.report_oracle import UNTOLD, Finding, findings
from tests.unit.scheduler.visits_oracle import Asked, last_told, repeated, visits_should_be, whole_visit

Ask = AcceptedRequest | AcceptedAmendment | AcceptedWithdrawal
Word = tuple[datetime, str]
FALSE = (RevocationReason.WRONG_PERSON, RevocationReason.EVIDENCE_FALSE, RevocationReason.DEAD_BEFORE_PROOF)


@dataclass(frozen=True)
class Expected:
    """One person as it should be. Visits have version 0."""

    status: dict[RequestKey, str]
    """Of every request that was stated."""
    duplicates: dict[RequestKey, str]
    sides: frozenset[frozenset[RequestKey]]
    question_id: UUID | None
    """The question that stands, decided or not."""
    decisions: dict[UUID, tuple[bool, str]]
    visits: dict[UUID, Visit]
    """All that are not over."""
    lost: dict[UUID, UnannouncedBecause]
    """Visits whose told day binds and cannot stay."""
    findings: dict[UUID, Finding]
    notices: dict[tuple[UUID, str], dict[str, object]]
    """What each agency should know of each event, once it has to be told."""
    acknowledged: dict[tuple[UUID, str], int]
    proved_on: date | None


def person_should_be(events: Sequence[Heard]) -> Expected:
    """The person of whom all this was said, in whatever order."""
    proofs = [event for event in events if isinstance(event, VerdictReached | EvidenceRecognised)]
    proved_on = _proved_on(proofs, [event for event in events if isinstance(event, RevocationOrdered)])
    asked = _all_asked(events, {(one.agency, one.request_id) for proof in proofs for one in proof.answers})
    standing = [one for one in asked if one.status != "withdrawn"]
    decisions = _decisions(events)
    sides, question_id = _sides(standing), None
    groups = [standing]
    if len(sides) > 1:
        question_id = _question_on({one.name or "" for one in standing})
        groups, sides = _parted(sides, _last_decisions(events))
    apart = len(groups) > 1
    found = findings(events, proved_on, COUNTY)
    visits, kept, lost = visits_should_be(groups, last_told(events), proved_on)
    return Expected(
        status={one.key: one.status for one in asked},
        duplicates={key: of for group in groups for key, of in repeated(group).items()},
        sides=frozenset(frozenset(one.key for one in side) for side in sides),
        question_id=question_id,
        decisions=decisions,
        visits={
            visit_id: replace(
                whole_visit(visit_id, mine, found),
                announced_on=kept.get(visit_id),
                unannounced_because=lost.get(visit_id),
                question_id=question_id if apart else None,
            )
            for visit_id, mine in visits.items()
        },
        lost=lost,
        findings={one.life_event_id: one for one in found},
        notices=_notices(found, asked),
        acknowledged=_acknowledged(events),
        proved_on=proved_on,
    )


def _proved_on(
    proofs: Sequence[VerdictReached | EvidenceRecognised], orders: Sequence[RevocationOrdered]
) -> date | None:
    """The last day on which somebody was seen, of the proofs whose last round certifies and that nobody calls false."""
    last_first = sorted(orders, key=lambda one: (one.recorded_at, one.reason), reverse=True)
    first = {one.certificate_id: one for one in last_first}
    false = {key: one.recorded_at for key, one in first.items() if one.reason in FALSE}
    days = set()
    for proof in proofs:
        same = [one for one in proofs if _name_of(one) == _name_of(proof)]
        called = [false[a.certificate_id] for one in same for a in one.answers if a.certificate_id in false]
        rounds = [(one.reviewed.round, one) for one in same if isinstance(one, VerdictReached) and one.reviewed]
        if rounds:
            number = max(number for number, _ in rounds)
            last = [one for round_of, one in rounds if round_of == number]
            given_back = min(one.recorded_at for one in last)
            stands = last[0].decision == "certified" and all(given_back > moment for moment in called)
        else:
            stands = not called
        if stands and (on := _seen_on(proof)):
            days.add(on)
    return max(days, default=None)


def _name_of(proof: VerdictReached | EvidenceRecognised) -> UUID:
    return proof.capture_id if isinstance(proof, VerdictReached) else proof.evidence_id


def _seen_on(proof: VerdictReached | EvidenceRecognised) -> date | None:
    if isinstance(proof, VerdictReached):
        return proof.captured_at.astimezone(COUNTY).date()
    return proof.happened_on if proof.grade.value in ("in_person_face", "in_person_witnessed") else None


def _all_asked(events: Iterable[Heard], answered: set[RequestKey]) -> list[Asked]:
    said: dict[RequestKey, list[Ask]] = {}
    for event in events:
        if isinstance(event, Ask):
            said.setdefault((event.agency, event.request_id), []).append(event)
    found = (_asked(key, mine, key in answered) for key, mine in sorted(said.items()))
    return [one for one in found if one is not None]


def _asked(key: RequestKey, said: Sequence[Ask], answered: bool) -> Asked | None:
    """The request as last said; None while it was not stated."""
    stated = [one for one in said if isinstance(one, AcceptedRequest)]
    if not stated:
        return None

    def last(field: str) -> Word:
        """The last word on a field; of one moment the larger. An amendment without the field says nothing of it."""
        words = [(one.recorded_at, str(getattr(one, field, None) or "")) for one in said]
        return max(word for one, word in zip(said, words, strict=True) if isinstance(one, AcceptedRequest) or word[1])

    _, back = max((one.recorded_at, isinstance(one, AcceptedWithdrawal)) for one in said if one.kind != "amended")
    due = date.fromisoformat(last("due_date")[1])
    shown = VisitRequest(
        agency=key[0],
        request_id=key[1],
        programme=last("programme")[1],
        window_start=min(due, date.fromisoformat(last("window_start")[1])),
        due_date=due,
    )
    village, dwelling = last("village_code"), last("dwelling")
    return Asked(
        key=key,
        status="certified" if answered else "withdrawn" if back else "open",
        stated_at=min(one.recorded_at for one in stated),
        shown=shown,
        name=last("name_tag")[1] or None,
        village=village if village[1] else None,
        dwelling=dwelling[1] or None if dwelling[0] >= village[0] else None,
    )


def _sides(standing: Sequence[Asked]) -> list[list[Asked]]:
    zhang = [one for one in standing if one.name in (ZHANG, ZHANG_TRADITIONAL)]
    unnamed = [one for one in standing if one.name is None]
    li = [one for one in standing if one not in zhang and one not in unnamed]
    return [side for side in (zhang, li, unnamed) if side] or [[]]


def _decisions(events: Iterable[Heard]) -> dict[UUID, tuple[bool, str]]:
    return {key: (one.same, one.decided_by) for key, one in _last_decisions(events).items()}


def _last_decisions(events: Iterable[Heard]) -> dict[UUID, IdentityDecided]:
    """The last decision on each question; of one moment the one that parts."""
    ruled = [event for event in events if isinstance(event, IdentityDecided)]
    ruled.sort(key=lambda one: (one.recorded_at, not one.same, one.decided_by))
    return {one.question_id: one for one in ruled}


def _question_on(labels: Iterable[str]) -> UUID:
    return stable_id("identity-question", WHO, *sorted(labels))


def _parted(
    sides: list[list[Asked]], decided: dict[UUID, IdentityDecided]
) -> tuple[list[list[Asked]], list[list[Asked]]]:
    """Whose visits are merged, and what is shown to the reviewer; nameless rows are asked about by themselves."""
    unnamed = [one for side in sides for one in side if one.name is None]
    named = [side for side in sides if side[0].name is not None]
    names = {str(one.name) for side in named for one in side}
    alone, beside = decided.get(_question_on(names)), decided.get(_question_on({*names, ""}))
    one_person = alone is not None and alone.same
    if beside is not None and beside.same and (alone is None or beside.recorded_at > alone.recorded_at):
        one_person = True
    merged = [[one for side in named for one in side]] if one_person else named
    if not unnamed:
        return merged, sides
    everybody = [one for side in sides for one in side]
    joined = beside is not None and beside.same and len(merged) == 1
    return [everybody] if joined else [*merged, unnamed], [*merged, unnamed]


def _notices(found: Iterable[Finding], asked: Sequence[Asked]) -> dict[tuple[UUID, str], dict[str, object]]:
    told = [one for one in found if one.kind not in UNTOLD]
    return {
        (one.life_event_id, agency): {
            "kind": one.kind,
            "state": one.state,
            "happened": one.happened,
            "known_on": one.known_on,
            "sources": one.sources,
            "requests": [
                (r.key[1], r.shown.programme, one.effect if r.status == "open" else Effect.NONE)
                for r in asked
                if r.key[0] == agency
            ],
        }
        for one in told
        for agency in {r.key[0] for r in asked}
    }


def _acknowledged(events: Iterable[Heard]) -> dict[tuple[UUID, str], int]:
    furthest: dict[tuple[UUID, str], int] = {}
    for one in events:
        if isinstance(one, LifeEventAcknowledged):
            of = (one.life_event_id, one.agency)
            furthest[of] = max(furthest.get(of, 0), one.version)
    return furthest
