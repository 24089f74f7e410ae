"""One person: all that was said, folded so that neither order nor repetition matters, and what follows from it.

`hear` takes one event in. `settled` works out afresh, from all that was heard, what is to be done: the visits
(`regrouping`), the questions (`question`), the notices (`notice`). So a person who was told the same things in another
order, twice, or in other portions ends in the same state; what was undone leaves no trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.identity import IdentityDecided
from schemas.life_event import LifeEventAcknowledged, LifeEventRecorded
from schemas.receipt import ReceiptGiven
from schemas.request import AcceptedAmendment, AcceptedItem, AcceptedRequest, AcceptedWithdrawal
from schemas.revocation import RevocationOrdered
from schemas.verdict import Answer, EvidenceRecognised, VerdictReached
from schemas.visit import VisitAnnounced
from services.scheduler.domain.announcement import Announcement
from services.scheduler.domain.identity import repeats
from services.scheduler.domain.life_event import LastSeen, Report
from services.scheduler.domain.life_event_policy import LifeEventPolicy
from services.scheduler.domain.notice import Notice, NoticeKey, notices_after
from services.scheduler.domain.proof import Proof, seen_last
from services.scheduler.domain.question import KnownNames, Question, Sides, name_tags, part_by_name, questions_after
from services.scheduler.domain.receipt import LastWord
from services.scheduler.domain.regrouping import Circumstances, regroup
from services.scheduler.domain.statement import Statement
from services.scheduler.domain.visit import RequestKey, Visit

Heard = (
    AcceptedItem
    | VerdictReached
    | EvidenceRecognised
    | VisitAnnounced
    | LifeEventRecorded
    | LifeEventAcknowledged
    | IdentityDecided
    | ReceiptGiven
    | RevocationOrdered
)
"""What a person can be told of."""


class AnotherPersons(ValueError):
    """An event speaks of a request that this person does not have: nobody is closed by somebody else's proof."""

    code = "ANOTHER_PERSONS"

    def __init__(self) -> None:
        super().__init__(f"{self.code}: it names a request that this person does not have")


@dataclass(frozen=True)
class Rules:
    """What does not depend on the person."""

    life_events: LifeEventPolicy
    """What each life event does."""
    county: ZoneInfo
    """In whose days proofs count."""


@dataclass(frozen=True)
class Person:
    """All that the scheduler knows of one ID number. `version` counts the changes of the visits."""

    person_key: str
    version: int = 0
    statements: Mapping[RequestKey, Statement] = field(default_factory=dict)
    announcements: Mapping[UUID, Announcement] = field(default_factory=dict)
    """By visit."""
    reports: Mapping[UUID, Report] = field(default_factory=dict)
    """Life events."""
    proofs: Mapping[UUID, Proof] = field(default_factory=dict)
    """When the person was seen alive in person."""
    visits: Mapping[UUID, Visit] = field(default_factory=dict)
    questions: Mapping[UUID, Question] = field(default_factory=dict)
    notices: Mapping[NoticeKey, Notice] = field(default_factory=dict)

    def hear(self, event: Heard) -> Person:
        """The person with one more event taken in.

        Raises:
            AnotherPersons: when it answers a request that this person does not have.
        """
        match event:
            case AcceptedRequest() | AcceptedAmendment() | AcceptedWithdrawal():
                key = (event.agency, event.request_id)
                said = (self.statements.get(key) or Statement.blank(event)).hear(event)
                heard = replace(self, statements={**self.statements, key: said})
            case VerdictReached() | EvidenceRecognised():
                heard = self._answered(event.answers)._seen(Proof.find(event))
            case VisitAnnounced():
                told = Announcement.of(event).after(self.announcements.get(event.visit_id))
                heard = replace(self, announcements={**self.announcements, told.visit_id: told})
            case LifeEventRecorded():
                report = self.reports.get(event.life_event_id) or Report(event.life_event_id, self.person_key)
                heard = replace(self, reports={**self.reports, report.life_event_id: report.hear(event)})
            case LifeEventAcknowledged():
                of = (event.life_event_id, event.agency)
                notice = self.notices.get(of) or Notice(*of, self.person_key)
                heard = replace(self, notices={**self.notices, of: notice.hear(event)})
            case IdentityDecided():
                question = self.questions.get(event.question_id) or Question(event.question_id, self.person_key)
                heard = replace(self, questions={**self.questions, question.question_id: question.hear(event)})
            case ReceiptGiven() | RevocationOrdered():
                heard = self._receipted(event)
        return heard

    def _receipted(self, event: ReceiptGiven | RevocationOrdered) -> Person:
        key = (event.agency, event.request_id)
        if key not in self.statements:
            raise AnotherPersons
        said = self.statements[key].receipted(event.certificate_id, LastWord.of(event))
        return replace(self, statements={**self.statements, key: said})

    def _answered(self, answers: tuple[Answer, ...]) -> Person:
        statements = dict(self.statements)
        for answer in answers:
            key = (answer.agency, answer.request_id)
            if key not in statements:
                raise AnotherPersons
            statements[key] = statements[key].answered(answer.certificate_id)
        return replace(self, statements=statements)

    def _seen(self, proof: Proof | None) -> Person:
        if proof is None:
            return self
        return replace(self, proofs={**self.proofs, proof.proof_id: proof.after(self.proofs.get(proof.proof_id))})

    @property
    def has_two_names(self) -> bool:
        """Whether `settled` needs the opened names."""
        return len(name_tags(self.statements.values())) > 1

    def last_seen(self, county: ZoneInfo) -> LastSeen:
        """The last day on which the person was seen alive in person."""
        at = seen_last(self.proofs.values(), self.statements.values())
        return LastSeen(None if at is None else at.astimezone(county).date(), county)

    def settled(self, rules: Rules, names: KnownNames | None, at: datetime) -> Person:
        """The person with visits, questions, duplicates and notices as they follow from all that was heard.

        Args:
            rules: the county's.
            names: the opened names of the requests; needed when `has_two_names`.
            at: the moment at which notices are written.
        """
        by_name = part_by_name(self.statements, names)
        questions, question, sides = questions_after(self.person_key, self.questions, self.statements, by_name)
        seen = self.last_seen(rules.county)
        circumstances = Circumstances(
            person_key=self.person_key,
            sides=sides,
            question_id=question.question_id if question is not None and len(sides) > 1 else None,
            reports=tuple(self.reports.values()),
            announcements=tuple(self.announcements.values()),
            seen=seen,
            policy=rules.life_events,
        )
        version, visits = regroup(self.version, self.statements, self.visits, circumstances)
        notices, reports = self.notices, self.reports
        if reports:
            reports = {key: replace(one, settled_state=one.state(seen)) for key, one in reports.items()}
            notices = notices_after(
                self.person_key,
                notices,
                self.reports.values(),
                self.statements.values(),
                policy=rules.life_events,
                seen=seen,
                at=at,
            )
        return replace(
            self,
            version=version,
            statements=_linked(self.statements, sides),
            reports=reports,
            visits=visits,
            questions=questions,
            notices=notices,
        )


def _linked(statements: Mapping[RequestKey, Statement], sides: Sides) -> Mapping[RequestKey, Statement]:
    """The statements, each that asks the same as an earlier one linked to the first."""
    if len(statements) < 2:
        return statements
    of: dict[RequestKey, str] = {}
    for side in sides:
        mine = sorted((statements[key] for key in side), key=lambda s: (s.stated_at, s.request_id))
        of |= {(s.agency, s.request_id): first.request_id for s, first in repeats(mine, lambda s: s.cycle)}
    return {
        key: said if said.duplicate_of == of.get(key) else replace(said, duplicate_of=of.get(key))
        for key, said in statements.items()
    }
