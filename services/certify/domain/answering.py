"""What a person's proofs may answer: where each request stands now, and which proof reaches it there.

A trace never outweighs a report: requests of a paused visit, or of one closed by a life event, are out of the reach of
recognition. Who was filmed at the very visit that is paused was seen alive, and that does answer. While it is open
whose name stands with an ID number, no proof crosses from one visit to another.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from schemas.visit import VisitRequest, VisitStatus
from services.certify.domain.recognition import Proof, RecognitionPolicy, recognise

RequestKey = tuple[str, str]
"""(agency, request_id): agencies number their requests themselves."""


@dataclass(frozen=True)
class KnownVisit:
    """A visit as certify last heard of it."""

    visit_id: UUID
    version: int
    status: VisitStatus
    question_id: UUID | None
    requests: tuple[VisitRequest, ...]


@dataclass(frozen=True)
class Home:
    """A request with the visit that stands for it now."""

    visit: KnownVisit
    request: VisitRequest


@dataclass(frozen=True)
class Given:
    """A certificate that was issued before."""

    certificate_id: UUID
    proof_id: UUID | None
    """On what it rests."""


@dataclass(frozen=True)
class Answered:
    """What the proofs of one person answer: each request once."""

    here: tuple[tuple[VisitRequest, Proof], ...]
    """By a capture, requests of the visit at which it was made."""
    across: tuple[tuple[VisitRequest, Proof], ...]
    """By recognition."""


def homes_of(visits: Iterable[KnownVisit]) -> dict[RequestKey, Home]:
    """Where each request of one person stands: in the newest visit that has it, rather an open one than a closed one.

    Visits arrive in any order, so of a request that has moved two visits may be known, or only the one it has left:
    a visit that was closed keeps what it last answered, and is of the same version as the one that took it over.
    """
    homes: dict[RequestKey, Home] = {}
    for visit in sorted(visits, key=lambda v: (v.version, v.status is not VisitStatus.CLOSED, v.visit_id)):
        homes |= {(request.agency, request.request_id): Home(visit, request) for request in visit.requests}
    return homes


def answer(
    fresh: Iterable[Proof],
    proofs: Iterable[Proof],
    visits: Sequence[KnownVisit],
    given: Mapping[RequestKey, Collection[Given]],
    policy: RecognitionPolicy,
) -> Answered:
    """What is answered now, the same in whatever order things are given.

    Args:
        fresh: certified captures of one person that are told now; each answers its own visit, whatever the policy, but
            for programmes that it is barred from.
        proofs: all proofs of that person, the fresh ones too.
        visits: all visits of that person that are known.
        given: the certificates that these requests have. One that its agency turned down answers no more, nor does the
            proof on which it rests, nor anything that was seen before that. Only an appeal that is won afterwards
            restores what rested on the recording.
        policy: what is recognised.
    """
    homes = {key: home for key, home in homes_of(visits).items() if not _is_answered(home.request, given.get(key, ()))}
    by_id = {visit.visit_id: visit for visit in visits}
    here: dict[RequestKey, tuple[VisitRequest, Proof]] = {}
    for proof in sorted(fresh, key=lambda proof: proof.rank):
        if proof.visit_id in by_id:
            for key, request in _made_here(by_id[proof.visit_id], homes):
                if request.programme not in proof.barred and _is_news(proof, request, given.get(key, ())):
                    here.setdefault(key, (request, proof))
    crossing = [proof for proof in proofs if _crosses(proof, by_id)]
    reached = [(key, home.request) for key, home in homes.items() if key not in here and _is_reached(home)]
    standing = {key: homes[key].visit.visit_id for key, _ in reached}
    first = [request for _, request in reached if request.reopened is None]
    across = recognise(crossing, first, policy, standing)
    for key, request in reached:
        if request.reopened is None:
            continue
        if restored := [proof for proof in crossing if _is_restored(proof, request, given.get(key, ()))]:
            across.append((request, restored[0]))
        else:
            news = [proof for proof in crossing if _is_news(proof, request, given.get(key, ()))]
            across += recognise(news, [request], policy, standing)
    return Answered(tuple(here.values()), tuple(across))


def _is_answered(request: VisitRequest, given: Collection[Given]) -> bool:
    turned_down = request.reopened.certificates if request.reopened else ()
    return any(one.certificate_id not in turned_down for one in given)


def _is_news(proof: Proof, request: VisitRequest, given: Collection[Given]) -> bool:
    """Whether a proof says more than what the agency did not take."""
    why = request.reopened
    if why is None:
        return True
    later = proof.seen_at > why.at if proof.seen_at else proof.day >= why.on
    return later and proof.proof_id not in {one.proof_id for one in given}


def _is_restored(proof: Proof, request: VisitRequest, given: Collection[Given]) -> bool:
    """Whether an answer that was taken back rests on this proof, and reviewers have certified it on appeal since."""
    why = request.reopened
    if why is None or proof.restored_at is None or request.programme in proof.barred:
        return False
    rested = any(one.proof_id == proof.proof_id and one.certificate_id in why.certificates for one in given)
    return rested and proof.restored_at > why.at


def _made_here(visit: KnownVisit, homes: Mapping[RequestKey, Home]) -> Iterable[tuple[RequestKey, VisitRequest]]:
    """The requests of the visit at which a capture was made, wherever they have moved since."""
    for asked in visit.requests:
        key = (asked.agency, asked.request_id)
        home = homes.get(key)
        if home is None or home.visit.status is VisitStatus.CLOSED:
            continue
        questioned = visit.question_id is not None or home.visit.question_id is not None
        if home.visit.visit_id == visit.visit_id or not questioned:
            yield key, home.request


def _crosses(proof: Proof, visits: Mapping[UUID, KnownVisit]) -> bool:
    """Whether a proof may answer requests of other visits: not while it is in question whose it is."""
    if proof.visit_id is None:
        return True
    visit = visits.get(proof.visit_id)
    return visit is not None and visit.question_id is None


def _is_reached(home: Home) -> bool:
    return home.visit.status is VisitStatus.OPEN and home.visit.question_id is None
