"""One person's requests and visits: what was said is folded, the visits are proposed anew, the difference is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from schemas.visit import ClosedBecause, VisitRequest, VisitStatus
from services.scheduler.domain.merge import ProposedVisit, merge
from services.scheduler.domain.statement import Statement

RequestKey = tuple[str, str]
"""(agency, request_id): agencies number their requests themselves."""


@dataclass(frozen=True)
class Visit:
    """A visit as it was last told."""

    visit_id: UUID
    person_key: str
    version: int
    status: VisitStatus
    window: tuple[date, date]
    requests: tuple[VisitRequest, ...]
    opened_at: datetime
    village_code: str | None = None
    closed_because: ClosedBecause | None = None


@dataclass(frozen=True)
class Person:
    """All that the scheduler knows of one person. `version` counts the changes of the visits."""

    person_key: str
    version: int
    statements: Mapping[RequestKey, Statement]
    visits: Mapping[UUID, Visit]

    def with_statements(self, statements: Iterable[Statement]) -> Person:
        """The person with these requests put in place of what was there."""
        changed = {(s.agency, s.request_id): s for s in statements}
        return replace(self, statements={**self.statements, **changed})

    def regrouped(self) -> tuple[Person, list[Visit]]:
        """The person with the fewest visits that answer the open requests, and the visits that changed by it."""
        proposals = merge(r for s in self.statements.values() if (r := s.find_open()) is not None)
        wanted = {proposal.visit_id: self._visit_of(proposal) for proposal in proposals}
        changed = [visit for visit in wanted.values() if self._differs(visit)]
        changed += [
            replace(visit, status=VisitStatus.CLOSED, closed_because=self._why_closed(visit))
            for visit in self.visits.values()
            if visit.status is VisitStatus.OPEN and visit.visit_id not in wanted
        ]
        if not changed:
            return self, []
        version = self.version + 1
        changed = [replace(visit, version=version) for visit in changed]
        visits = {**self.visits, **{visit.visit_id: visit for visit in changed}}
        return replace(self, version=version, visits=visits), changed

    def _visit_of(self, proposal: ProposedVisit) -> Visit:
        statements = [self.statements[r.agency, r.request_id] for r in proposal.requests]
        latest = max(statements, key=lambda s: (s.fields["village_code"][0], s.agency, s.request_id))
        return Visit(
            visit_id=proposal.visit_id,
            person_key=self.person_key,
            version=self.version,
            status=VisitStatus.OPEN,
            window=(proposal.window_start, proposal.window_end),
            requests=tuple(
                VisitRequest(
                    agency=r.agency,
                    request_id=r.request_id,
                    programme=r.programme,
                    window_start=r.window_start,
                    due_date=r.due_date,
                )
                for r in proposal.requests
            ),
            opened_at=min(r.recorded_at for r in proposal.requests),
            village_code=latest.village_code,
        )

    def _differs(self, visit: Visit) -> bool:
        before = self.visits.get(visit.visit_id)
        return before is None or replace(before, version=visit.version) != visit

    def _why_closed(self, visit: Visit) -> ClosedBecause:
        states = {self.statements[r.agency, r.request_id].status for r in visit.requests}
        if "open" in states:
            return ClosedBecause.REGROUPED
        return ClosedBecause.CERTIFIED if "certified" in states else ClosedBecause.WITHDRAWN
