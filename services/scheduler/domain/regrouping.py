"""Regrouping: all open requests of one ID number become the fewest visits, under the circumstances of the person.

The visits are worked out afresh each time (`merge.visits_of`), whatever has happened; a life event then only lies over
them: it pauses or closes all of them, and taken away it leaves them exactly as they would have been without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from schemas.life_event import Effect
from schemas.visit import ClosedBecause, Reopened, UnannouncedBecause, VisitRequest, VisitStatus
from services.scheduler.domain.announcement import Announcement, by_side, lost_because, told_days
from services.scheduler.domain.life_event import LastSeen, Report, new_village, strongest
from services.scheduler.domain.life_event_policy import LifeEventPolicy
from services.scheduler.domain.merge import OpenRequest, ProposedVisit, visits_of
from services.scheduler.domain.question import Sides
from services.scheduler.domain.statement import Statement
from services.scheduler.domain.visit import RequestKey, Visit


@dataclass(frozen=True)
class Circumstances:
    """What stands beside the requests."""

    person_key: str
    sides: Sides
    """The requests that may share a visit; every open one is on one side."""
    question_id: UUID | None
    """The question that parts them."""
    reports: Sequence[Report]
    announcements: Sequence[Announcement]
    seen: LastSeen
    """When the person was last seen alive: what was announced up to then is past."""
    policy: LifeEventPolicy

    def over(self, visit: Visit) -> Visit:
        """An open visit as the strongest life event leaves it."""
        effect, life_event_id = strongest(self.reports, self.policy, self.seen)
        match effect:
            case Effect.NONE:
                return visit
            case Effect.PAUSED:
                return replace(visit, status=VisitStatus.PAUSED, life_event_id=life_event_id)
            case Effect.CLOSED:
                because = ClosedBecause.LIFE_EVENT
                return replace(visit, status=VisitStatus.CLOSED, closed_because=because, life_event_id=life_event_id)


def regroup(
    version: int,
    statements: Mapping[RequestKey, Statement],
    visits: Mapping[UUID, Visit],
    circumstances: Circumstances,
) -> tuple[int, Mapping[UUID, Visit]]:
    """All visits of a person and their version, one further when one of them has changed."""
    asked = {key: request for key, said in statements.items() if (request := said.find_open()) is not None}
    now, lost = _wanted(version + 1, asked, statements, circumstances)
    for visit in visits.values():
        if visit.visit_id not in now:
            now[visit.visit_id] = _ended(version + 1, visit, statements, lost.get(visit.visit_id), circumstances)
    changed = {key: visit for key, visit in now.items() if key not in visits or not _equal(visits[key], visit)}
    return (version + 1, {**visits, **changed}) if changed else (version, visits)


def _wanted(
    version: int,
    asked: Mapping[RequestKey, OpenRequest],
    statements: Mapping[RequestKey, Statement],
    circumstances: Circumstances,
) -> tuple[dict[UUID, Visit], dict[UUID, UnannouncedBecause]]:
    """The visits that the open requests need, and the announced ones whose day cannot stay."""
    again = {key: turned for key in asked if (turned := statements[key].turned_down)}
    since = {key: max(word.decided_at for word in turned.values()) for key, turned in again.items()}
    told = [one for one in circumstances.announcements if _still_counts(one, asked, since, circumstances.seen.on)]
    made = {visit_id for key, turned in again.items() for visit_id in _names_of_visits_made(asked[key], len(turned))}
    moved = new_village(circumstances.reports, circumstances.policy) if circumstances.reports else None
    wanted: dict[UUID, Visit] = {}
    lost: dict[UUID, UnannouncedBecause] = {}
    for side, mine in zip(circumstances.sides, by_side(told, circumstances.sides, asked), strict=True):
        requests = [asked[key] for key in side if key in asked]
        others = frozenset(one.visit_id for one in told if one not in mine)
        proposals = visits_of(circumstances.person_key, requests, told_days(mine), taken=others | made)
        if mine:
            lost |= lost_because(mine, {p.visit_id: p.announced_on for p in proposals if p.announced_on}, requests)
        for proposal in proposals:
            told_why = lost.get(proposal.visit_id)
            visit = _visit_of(proposal, version, statements, moved, circumstances, told_why)
            wanted[proposal.visit_id] = circumstances.over(visit) if circumstances.reports else visit
    return wanted, lost


def _names_of_visits_made(request: OpenRequest, times: int) -> set[UUID]:
    """The names that the visits of a request bear which were made and did not do: those keep them, as history."""
    made: set[UUID] = set()
    for _ in range(times):
        made |= {proposal.visit_id for proposal in visits_of(request.person_key, [request], taken=made)}
    return made


def _still_counts(
    told: Announcement,
    asked: Mapping[RequestKey, OpenRequest],
    since: Mapping[RequestKey, str],
    proved_on: date | None,
) -> bool:
    """Whether somebody still waits on that day: something it was announced for is open, and was not opened again since,
    and the day is not past."""
    waits = told.day is not None and any(
        key in asked and told.announced_at > since.get(key, "") for key in told.requests
    )
    return waits and (proved_on is None or told.day is None or told.day > proved_on)


def _visit_of(
    proposal: ProposedVisit,
    version: int,
    statements: Mapping[RequestKey, Statement],
    moved: tuple[str, str] | None,
    circumstances: Circumstances,
    unannounced_because: UnannouncedBecause | None,
) -> Visit:
    mine = [statements[r.agency, r.request_id] for r in proposal.requests]
    latest = max(mine, key=lambda s: (s.village_said_at, s.agency, s.request_id))
    has_moved = moved is not None and moved[0] > latest.village_said_at
    homes = Counter(s.dwelling for s in mine if s.dwelling is not None and s.village_code == latest.village_code)
    return Visit(
        visit_id=proposal.visit_id,
        person_key=proposal.person_key,
        version=version,
        status=VisitStatus.OPEN,
        window=(proposal.window_start, proposal.window_end),
        requests=tuple(
            VisitRequest(
                agency=r.agency,
                request_id=r.request_id,
                programme=r.programme,
                window_start=r.window_start,
                due_date=r.due_date,
                reopened=_reopened(statements[r.agency, r.request_id], circumstances.seen),
            )
            for r in proposal.requests
        ),
        opened_at=min(r.recorded_at for r in proposal.requests),
        village_code=moved[1] if moved is not None and has_moved else latest.village_code,
        dwelling=None if has_moved else min(homes, key=lambda home: (-homes[home], home), default=None),
        announced_on=proposal.announced_on,
        unannounced_because=unannounced_because,
        question_id=circumstances.question_id,
    )


def _reopened(said: Statement, seen: LastSeen) -> Reopened | None:
    """Why a request that had its answer is open again."""
    turned = said.turned_down
    if not turned:
        return None
    last = max(turned.values(), key=lambda word: (word.decided_at, word.sequence, word.code or ""))
    at = datetime.fromisoformat(last.decided_at)
    return Reopened(
        certificates=tuple(sorted(turned)), at=at, on=at.astimezone(seen.county).date(), code=str(last.code)
    )


def _ended(
    version: int,
    visit: Visit,
    statements: Mapping[RequestKey, Statement],
    lost: UnannouncedBecause | None,
    circumstances: Circumstances,
) -> Visit:
    """A visit that is not needed any more. Whose it is stays in question as long as the question stands."""
    visit = replace(visit, version=version, question_id=circumstances.question_id)
    if visit.is_over:
        return visit
    states = {statements[r.agency, r.request_id].status for r in visit.requests}
    closed = replace(visit, status=VisitStatus.CLOSED, life_event_id=None)
    if "open" in states:
        day = None if lost else visit.announced_on
        return replace(closed, closed_because=ClosedBecause.REGROUPED, announced_on=day, unannounced_because=lost)
    because = ClosedBecause.CERTIFIED if "certified" in states else ClosedBecause.WITHDRAWN
    return replace(closed, closed_because=because)


def _equal(before: Visit, now: Visit) -> bool:
    return replace(before, version=now.version) == now
