"""A person follows from the set of what was said: after each step equal to the oracle, in any order the same.

make test-person-long     # the same with many more and longer lives
"""

import os
import random
from dataclasses import replace
from itertools import count
from uuid import UUID

from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from schemas.certificate import EvidenceGrade
from schemas.life_event import DatePrecision, LifeEventKind, LifeEventSource, LifeEventStage, LifeEventState, RoughDate
from schemas.request import AcceptedRequest
from schemas.review_reasons import ReviewDecision
from schemas.revocation import RevocationOrdered, RevocationReason
from schemas.verdict import EvidenceRecognised, VerdictReached
from schemas.visit import ClosedBecause, VisitStatus
from services.scheduler.domain.life_event import LastSeen
from services.scheduler.domain.notice import Notice
from services.scheduler.domain.person import Heard, Person
from services.scheduler.domain.visit import RequestKey, Visit
from tests.unit.scheduler import person_world as world
from tests.unit.scheduler.person_oracle import Expected, person_should_be
from tests.unit.scheduler.report_oracle import NO_NEWS, OVER

LIVES = int(os.environ.get("ONEVISIT_TEST_LIVES", "60"))
"""How many made-up lives are tried."""
STEPS = int(os.environ.get("ONEVISIT_TEST_STEPS", "18"))
"""How many things are said of each."""
KINDS = (
    LifeEventKind.DECEASED,
    LifeEventKind.DECEASED,
    LifeEventKind.MOVED,
    LifeEventKind.IN_PRISON,
    LifeEventKind.BEDRIDDEN,
    LifeEventKind.IN_CARE_HOME,
    LifeEventKind.IDENTITY_MISMATCH,
)
SOURCES = (LifeEventSource.CADRE, LifeEventSource.FAMILY, LifeEventSource.AGENCY, LifeEventSource.CIVIL_REGISTRATION)
UNREPLACED = (RevocationReason.DEAD_BEFORE_PROOF, RevocationReason.NOT_NEEDED)
DAYS = 11

moments = st.integers(0, 50)
windows = st.tuples(st.integers(0, DAYS), st.integers(0, 5)).map(lambda w: (w[0], min(w[0] + w[1], DAYS)))
agencies = st.sampled_from(["hrss", "civil_affairs", "health"])
keys = st.tuples(agencies, st.sampled_from(["R-1", "R-2"]))
programmes = st.sampled_from(["pension", "pension", "subsidy"])
names = st.sampled_from([None, world.ZHANG, world.ZHANG, world.ZHANG_TRADITIONAL, world.LI])
villages = st.sampled_from([None, "990101001001", "990101001002"])
dwellings = st.sampled_from([None, "d" * 32, "e" * 32])
accounts = st.sampled_from(["cadre-1", "office-1", "office-2"])
dates = st.none() | st.builds(
    RoughDate, day=st.integers(0, DAYS).map(world.day), precision=st.just(DatePrecision.DAY)
) | st.just(RoughDate(day=world.START, precision=DatePrecision.MONTH))  # fmt: skip


class Life(RuleBasedStateMachine):
    """Anything may be said of one person, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Heard] = []
        self.batches: list[int] = []
        """How many events were settled together."""
        self.person = Person(world.WHO)
        self.before = self.person
        self.should = person_should_be(())
        self.waiting = 0
        self.numbers = count(1)
        self.reports: dict[str, LifeEventKind] = {}
        self.ever_told: set[tuple[UUID, str]] = set()

    def say(self, event: Heard) -> None:
        """One more event; settled at once, or with those that follow."""
        note(event.model_dump_json(exclude={"personal", "person_key", "verification"}, exclude_none=True))
        self.events.append(event)
        self.before = self.person
        self.person = world.told_all([event], person=self.person)
        self.should = person_should_be(self.events)
        self.ever_told |= {key for key, one in self.should.notices.items() if one["state"] not in NO_NEWS}

    @property
    def to_make(self) -> list[Visit]:
        return [visit for _, visit in sorted(self.person.visits.items()) if not visit.is_over]

    @property
    def verdicts(self) -> list[VerdictReached]:
        return [event for event in self.events if isinstance(event, VerdictReached)]

    @initialize(window=windows, at=moments)
    def first_request(self, window: tuple[int, int], at: int) -> None:
        self.say(world.request(*window, at))

    @rule(key=keys, window=windows, at=moments, programme=programmes, name=names, village=villages, home=dwellings)
    def request(
        self, key: RequestKey, window: tuple[int, int], at: int, programme: str, name: str | None, village: str | None,
        home: str | None,
    ) -> None:  # fmt: skip
        self.say(world.request(*window, at, key=key, programme=programme, name=name, village=village, dwelling=home))

    @rule(at=moments, data=st.data())
    def send_again(self, at: int, data: st.DataObject) -> None:
        """The same request under a new number, or under the same one at another moment."""
        made = [event for event in self.events if isinstance(event, AcceptedRequest)]
        one = data.draw(st.sampled_from(made))
        number = data.draw(st.sampled_from([one.request_id, "R-3"]))
        self.say(one.model_copy(update={"request_id": number, "recorded_at": world.moment(at)}))

    @rule(
        key=keys,
        at=moments,
        field=st.sampled_from(["programme", "first", "last", "village"]),
        number=st.integers(0, DAYS),
    )
    def amend(self, key: RequestKey, at: int, field: str, number: int) -> None:
        value: object = {"programme": "subsidy", "village": "990101001003"}.get(field, number)
        self.say(world.amended(key, at, **{field: value}))  # type: ignore[arg-type]

    @rule(key=keys, at=moments)
    def withdraw(self, key: RequestKey, at: int) -> None:
        self.say(world.withdrawn(key, at))

    @precondition(lambda self: self.to_make)
    @rule(at=moments, data=st.data())
    def certify(self, at: int, data: st.DataObject) -> None:
        visit = data.draw(st.sampled_from(self.to_make))
        self.say(world.certified([(r.agency, r.request_id) for r in visit.requests], at, visit.visit_id))

    @precondition(lambda self: self.to_make)
    @rule(on=st.integers(0, DAYS), grade=st.sampled_from(EvidenceGrade), data=st.data())
    def recognise(self, on: int, grade: EvidenceGrade, data: st.DataObject) -> None:
        """Evidence that one programme accepts and another need not."""
        visit = data.draw(st.sampled_from(self.to_make))
        some = data.draw(st.lists(st.sampled_from(visit.requests), min_size=1, unique=True))
        self.say(world.recognised([(r.agency, r.request_id) for r in some], on, grade))

    @precondition(lambda self: self.verdicts)
    @rule(certifies=st.booleans(), at=moments, data=st.data())
    def review(self, certifies: bool, at: int, data: st.DataObject) -> None:
        """The next round on a recording: an appeal may turn what the one before has found."""
        one = data.draw(st.sampled_from(self.verdicts))
        rounds = [e.reviewed.round for e in self.verdicts if e.capture_id == one.capture_id and e.reviewed]
        decision = ReviewDecision.CERTIFIED if certifies else ReviewDecision.REFUSED
        self.say(world.reviewed(one, decision, 1 + max(rounds, default=0), at))

    @precondition(lambda self: any(getattr(event, "answers", ()) for event in self.events))
    @rule(reason=st.sampled_from(UNREPLACED), at=moments, data=st.data())
    def revoke(self, reason: RevocationReason, at: int, data: st.DataObject) -> None:
        """A certificate does not hold; with these reasons nobody is sent again (the others: `test_receipt`)."""
        given = sorted((a.agency, a.request_id) for event in self.events for a in getattr(event, "answers", ()))
        self.say(world.revoked(data.draw(st.sampled_from(given)), reason, at))

    @precondition(lambda self: self.to_make)
    @rule(at=moments, data=st.data())
    def announce(self, at: int, data: st.DataObject) -> None:
        """A visit of now, for the first time or anew."""
        visit = data.draw(st.sampled_from(self.to_make))
        first, last = ((end - world.START).days for end in visit.window)
        on = data.draw(st.integers(first, last))
        self.say(world.announced(visit.visit_id, [(r.agency, r.request_id) for r in visit.requests], on, at))

    @precondition(lambda self: self.person.announcements)
    @rule(at=moments, data=st.data())
    def take_back(self, at: int, data: st.DataObject) -> None:
        told = self.person.announcements
        visit_id = data.draw(st.sampled_from(sorted(told)))
        self.say(world.announced(visit_id, told[visit_id].requests, None, at))

    @rule(
        kind=st.sampled_from(KINDS), stage=st.sampled_from([LifeEventStage.REPORTED, LifeEventStage.CONFIRMED]),
        at=moments, source=st.sampled_from(SOURCES), by=accounts, happened=dates, village=villages,
        known=st.none() | st.integers(0, DAYS),
    )  # fmt: skip
    def report(
        self, kind: LifeEventKind, stage: LifeEventStage, at: int, source: LifeEventSource, by: str,
        happened: RoughDate | None, village: str | None, known: int | None,
    ) -> None:  # fmt: skip
        named = f"report-{next(self.numbers)}"
        self.reports[named] = kind
        self.say(
            world.step(
                named, stage, kind, at=at, source=source, by=by, happened=happened, known_on=known, village=village
            )
        )

    @precondition(lambda self: self.reports)
    @rule(
        stage=st.sampled_from([*LifeEventStage, LifeEventStage.CONFIRMED]), at=moments,
        source=st.sampled_from(SOURCES), by=accounts, happened=dates, village=villages, data=st.data(),
    )  # fmt: skip
    def next_step(
        self, stage: LifeEventStage, at: int, source: LifeEventSource, by: str, happened: RoughDate | None,
        village: str | None, data: st.DataObject,
    ) -> None:  # fmt: skip
        """Said again, confirmed by the same or another, corrected, voided or ended."""
        named = data.draw(st.sampled_from(sorted(self.reports)))
        self.say(
            world.step(
                named, stage, self.reports[named], at=at, source=source, by=by, happened=happened, village=village
            )
        )

    @precondition(lambda self: self.reports)
    @rule(agency=agencies, version=st.integers(1, 3), at=moments, data=st.data())
    def acknowledge(self, agency: str, version: int, at: int, data: st.DataObject) -> None:
        self.say(world.acknowledged(data.draw(st.sampled_from(sorted(self.reports))), agency, version, at))

    @precondition(lambda self: self.person.questions)
    @rule(same=st.booleans(), at=moments, by=st.sampled_from(["reviewer-1", "reviewer-2"]), data=st.data())
    def decide(self, same: bool, at: int, by: str, data: st.DataObject) -> None:
        """The first decision or a changed one, also on a question that stands no more."""
        self.say(world.decided(data.draw(st.sampled_from(sorted(self.person.questions))), same, at, by))

    @invariant()
    def it_is_as_it_should_be(self) -> None:
        assert_is(self.person, self.should)

    @invariant()
    def agencies_are_told_all_that_stands_and_nothing_that_never_did(self) -> None:
        assert {key for key, one in self.person.notices.items() if one.told} == self.ever_told
        for key in self.ever_told:
            assert content(self.person.notices[key]) == self.should.notices[key]
            was = self.before.notices.get(key)
            news = was is None or was.told is None or content(was) != self.should.notices[key]
            assert self.person.notices[key].version == (was.version if was else 0) + news

    @invariant()
    def each_change_has_a_version_and_each_end_a_reason(self) -> None:
        changed = {key for key, visit in self.person.visits.items() if self.before.visits.get(key) != visit}
        assert self.person.version == self.before.version + bool(changed)
        assert all(self.person.visits[key].version == self.person.version for key in changed)
        for key in changed:
            visit = self.person.visits[key]
            assert (visit.status is VisitStatus.CLOSED) == (visit.closed_because is not None)
            was = self.before.visits.get(key)
            if visit.is_over and (was is None or not was.is_over):
                assert visit.closed_because in self.reasons(visit)

    def reasons(self, visit: Visit) -> set[ClosedBecause]:
        """Why it can have been closed just now."""
        states = {self.should.status[r.agency, r.request_id] for r in visit.requests}
        if "open" in states:
            return {ClosedBecause.REGROUPED}
        return {ClosedBecause(state) for state in states}

    @invariant()
    def a_told_visit_that_is_given_up_says_why(self) -> None:
        """One that has ended says what was true when it ended; answered or withdrawn, it was not given up."""
        for visit_id, why in self.should.lost.items():
            visit = self.person.visits[visit_id]
            if visit.closed_because in (ClosedBecause.CERTIFIED, ClosedBecause.WITHDRAWN):
                continue
            assert visit.unannounced_because is why or (visit.is_over and visit.unannounced_because)
            assert visit.announced_on is None or visit.announced_on != self.person.announcements[visit_id].day

    def teardown(self) -> None:
        """Any order, repetition and batches: the same. And what was voided was never there."""
        if self.events:
            assert_is(self.person, self.should)  # or what follows would hide what an invariant has found
            self.in_another_order()
            self.with_everything_voided()

    def in_another_order(self) -> None:
        """Shuffled by a seed that follows from what was said; an answer comes after the request that it answers."""
        rng = random.Random(len(self.events) * 1009 + sum(len(repr(event)) for event in self.events))
        again = rng.sample(self.events, len(self.events)) + rng.choices(self.events, k=len(self.events))
        again.sort(key=is_answer)
        person = Person(world.WHO)
        while again:
            size = rng.randint(1, 4)
            person, again = world.told_all(again[:size], person=person), again[size:]
        assert_is(person, self.should)

    def with_everything_voided(self) -> None:
        """Every report voided: exactly the visits of a person who never heard of any."""
        voids = [world.step(named, LifeEventStage.VOIDED, kind, at=60) for named, kind in self.reports.items()]
        undone = world.told_all(voids, person=self.person)
        never = Person(world.WHO)
        for event in self.events:
            never = world.told_all([] if hasattr(event, "life_event_id") else [event], person=never)
        assert to_make(undone) == to_make(never)
        assert {key: visit.requests for key, visit in undone.visits.items()} == {
            key: visit.requests for key, visit in never.visits.items()
        }


def is_answer(event: Heard) -> bool:
    """Whether it can only follow requests."""
    return isinstance(event, VerdictReached | EvidenceRecognised | RevocationOrdered)


def to_make(person: Person) -> dict[UUID, Visit]:
    """Visits that are not over, without the count of their changes."""
    return {key: replace(visit, version=0) for key, visit in person.visits.items() if not visit.is_over}


def content(notice: Notice) -> dict[str, object]:
    """What the agency was told last."""
    assert notice.told is not None
    told = notice.told.model_dump(include={"kind", "state", "happened", "known_on", "sources"})
    return {
        **told,
        "happened": notice.told.happened,
        "requests": [(r.request_id, r.programme, r.effect) for r in notice.told.requests],
    }


def assert_is(person: Person, should: Expected) -> None:
    """All of a person that does not depend on the order in which things were heard."""
    stated = {key: said for key, said in person.statements.items() if said.stated_at}
    assert {key: said.status for key, said in stated.items()} == should.status
    assert {key: s.duplicate_of for key, s in person.statements.items() if s.duplicate_of} == should.duplicates
    assert person.last_seen(world.COUNTY) == (seen := LastSeen(should.proved_on, world.COUNTY))
    standing = [question for question in person.questions.values() if question.standing]
    assert [question.question_id for question in standing] == [one for one in [should.question_id] if one]
    assert all(frozenset(map(frozenset, question.sides)) == should.sides for question in standing)
    decided = {q.question_id: (q.same, q.decided_by) for q in person.questions.values() if q.same is not None}
    assert decided == should.decisions
    assert to_make(person) == should.visits
    for life_event_id, finding in should.findings.items():
        assert person.reports[life_event_id].settled_state is finding.state
        assert person.reports[life_event_id].effect(world.RULES.life_events, seen) is finding.effect
    for key, notice in person.notices.items():
        if notice.told and should.notices[key]["state"] not in NO_NEWS:
            assert content(notice) == should.notices[key]
    assert {key: n.acknowledged for key, n in person.notices.items() if n.acknowledged} == should.acknowledged
    live = {key for key, one in should.notices.items() if one["state"] not in (*OVER, LifeEventState.CONTRADICTED)}
    assert live <= {key for key, notice in person.notices.items() if notice.told}


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=LIVES,
    stateful_step_count=STEPS,
    deadline=None,
)
