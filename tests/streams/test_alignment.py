"""From the joint group's question to wider windows: nothing without every agency's acceptance, and only ever wider."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from schemas.alignment import (
    AlignmentAsked,
    AlignmentProposed,
    ProgrammeLimit,
    ProposalAnswered,
    ProposalSettled,
    ProposedChange,
)
from schemas.base import Event, stable_id
from schemas.request import PersonRequestBatch, RequestAmended, RequestBatch, RequestWithdrawn
from schemas.resident_id import check_character
from schemas.topics import ALIGNMENT
from schemas.wire import encode
from services.platform.ledger import Partition
from services.platform.runner import Message, Reader, Runner
from services.scheduler.alignment import Alignment
from tests.streams.desk import MOMENT, Desk

AS_OF = date(2026, 3, 1)
ASKED = AlignmentAsked(
    event_id=stable_id("asked", "1"),
    recorded_at=MOMENT,
    alignment_id=stable_id("alignment", "1"),
    asked_by="joint_group-1",
    as_of=AS_OF,
)
WINDOWS = """SELECT agency || '/' || request_id, (statement #>> '{fields,window_start,1}')::date,
    (statement #>> '{fields,due_date,1}')::date FROM scheduler.request ORDER BY 1"""


def id_number(number: int) -> str:
    """The ID number of an invented person."""
    first = f"990101195001{number // 1000 % 28 + 1:02}{number % 1000:03}"
    return first + check_character(first)


@dataclass
class Office:
    """The scheduler with its alignment: what it is told goes through the runner, as from Kafka."""

    desk: Desk
    alignment: Alignment = field(default_factory=Alignment)
    offset: int = 0
    told: list[tuple[str, Event]] = field(default_factory=list)

    @property
    def reader(self) -> Reader:
        """The subscription, as it is wired."""
        return Reader(ALIGNMENT, self.alignment.fold, batch=4, prepare=self.alignment.prepare)

    async def hear(self, *events: Event) -> list[Event]:
        """Lets the scheduler read these; returns what it sent, after intake and merging have read their part."""
        messages = []
        for event in events:
            headers, value = encode(event, source="/test")
            where = Partition(ALIGNMENT.name, 0)
            messages.append(Message(where, self.offset, b"k", value, tuple(headers)))
            self.offset += 1
        await Runner("scheduler", self.desk.pool).run(self.reader, messages)
        sent = await self.desk.fold(_nothing, [])
        self.told += sent
        for _, event in sent:
            if isinstance(event, RequestBatch):
                await self.take_in(event)
        return [event for _, event in sent]

    async def take_in(self, batch: RequestBatch) -> None:
        """Intake and merging, as for any batch."""
        passed = await self.desk.fold(self.desk.intake.fold, [batch])
        people = [event for _, event in passed if isinstance(event, PersonRequestBatch)]
        assert len(people) > 0, "intake has refused"
        await self.desk.fold(self.desk.merging.fold_requests, people)

    async def windows(self) -> dict[str, tuple[date, date]]:
        """The windows as stated, by agency and request."""
        return {key: (first, last) for key, first, last in await self.desk.query(WINDOWS)}

    async def visits(self) -> int:
        """Visits to be made."""
        return len(await self.desk.open_visits())

    async def proposals(self) -> list[ProposedChange]:
        """All that was proposed, the best first."""
        rows = await self.desk.query("SELECT proposal FROM scheduler.alignment_proposal ORDER BY rank")
        return [ProposedChange.model_validate(row[0], strict=False) for row in rows]

    async def state(self, proposal: ProposedChange) -> str:
        """What has become of it."""
        rows = await self.desk.query(
            "SELECT state FROM scheduler.alignment_proposal WHERE proposal_id = %s", proposal.proposal_id
        )
        return str(rows[0][0])

    async def accept(self, proposal: ProposedChange) -> list[Event]:
        """All agencies concerned accept; what was sent last."""
        sent: list[Event] = []
        for agency in proposal.agencies:
            sent = await self.hear(answer(proposal, agency))
        return sent


async def _nothing(_: Any, __: Sequence[Event]) -> None:
    """Only collects the outbox."""


def answer(
    proposal: ProposedChange, agency: str, *, accepted: bool = True, minute: int = 5, alignment_id: UUID | None = None
) -> ProposalAnswered:
    """What an agency says of a proposal."""
    return ProposalAnswered(
        event_id=stable_id("answer", str(proposal.proposal_id), agency, str(accepted), str(minute)),
        recorded_at=MOMENT + timedelta(days=1, minutes=minute),
        alignment_id=alignment_id or ASKED.alignment_id,
        proposal_id=proposal.proposal_id,
        agency=agency,
        accepted=accepted,
        decided_by=f"{agency}-1",
    )


@pytest.fixture
async def office(desk: Desk) -> Office:
    """Twelve people; two agencies ask for each, in windows that miss each other by five days."""
    office = Office(desk)
    for number in range(12):
        who = id_number(number)
        await desk.say(
            await desk.request(who, f"S{number}", "2026-03-01", "2026-03-10", programme="senior_subsidy"),
            agency="civil_affairs",
        )
        await desk.say(
            await desk.request(who, f"F{number}", "2026-03-15", "2026-04-10", programme="family_planning"),
            agency="health",
        )
    return office


def both(proposals: Sequence[ProposedChange]) -> ProposedChange:
    """One that needs two agencies, and saves something."""
    return next(proposal for proposal in proposals if len(proposal.agencies) == 2)


async def make_both(office: Office) -> ProposedChange:
    """A proposal that needs both agencies: each alone may move three days only, and five are needed."""
    limit = ProgrammeLimit(max_days_earlier=3, max_days_later=3)
    limits = {"senior_subsidy": limit, "family_planning": limit}
    await office.hear(ASKED.model_copy(update={"limits": limits}))
    return both(await office.proposals())


async def test_asked_proposed_accepted_amended_and_fewer_visits(office: Office) -> None:
    """The whole way: the visits fall by what the proposal said, by amendments that intake takes as any other."""
    before, visits = await office.windows(), await office.visits()
    proposal = await make_both(office)
    told = [(topic, event.agency) for topic, event in office.told if isinstance(event, AlignmentProposed)]
    assert told == [(f"alignment.proposed.{agency}", agency) for agency in ("civil_affairs", "health")]
    assert (proposal.visits_saved, proposal.trips_saved, proposal.days) == (12, 12, 5)
    assert await office.hear(answer(proposal, "health")) == []
    assert (await office.windows(), await office.visits()) == (before, visits)
    sent = await office.hear(answer(proposal, "civil_affairs"))
    assert await office.visits() == visits - proposal.visits_saved
    after = await office.windows()
    assert all(after[key][0] <= first and last <= after[key][1] for key, (first, last) in before.items())
    assert sum((b - a).days for a, b in after.values()) == sum((b - a).days for a, b in before.values()) + 12 * 5
    settled = [e for e in sent if isinstance(e, ProposalSettled) and e.proposal_id == proposal.proposal_id]
    assert [(e.agency, e.state, e.amended) for e in settled] == [
        ("civil_affairs", "applied", 12),
        ("health", "applied", 12),
    ]
    batches = [event for event in sent if isinstance(event, RequestBatch)]
    assert all(isinstance(item, RequestAmended) for batch in batches for item in batch.items)
    assert {batch.agency for batch in batches} == {"civil_affairs", "health"}


async def test_said_again_it_has_no_second_effect(office: Office) -> None:
    """Questions and answers that come twice, and after it was applied, send nothing more."""
    proposal = await make_both(office)
    assert await office.hear(ASKED) == []
    await office.accept(proposal)
    windows = await office.windows()
    again = await office.hear(
        ASKED, *(answer(proposal, a) for a in proposal.agencies), answer(proposal, "health", accepted=False, minute=1)
    )
    assert (again, await office.windows(), await office.state(proposal)) == ([], windows, "applied")


async def test_one_no_and_nothing_changes(office: Office) -> None:
    """The agencies are told, once, and an acceptance afterwards does not revive it."""
    before = await office.windows()
    proposal = await make_both(office)
    sent = await office.hear(answer(proposal, "health", accepted=False))
    assert [(type(e), e.state, e.amended) for e in sent if isinstance(e, ProposalSettled)] == [
        (ProposalSettled, "declined", 0)
    ] * 2
    assert await office.hear(answer(proposal, "civil_affairs"), answer(proposal, "health", minute=9)) == []
    assert (await office.windows(), await office.state(proposal)) == (before, "declined")


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_of_two_answers_of_one_agency_the_first_stands(office: Office, order: tuple[int, ...]) -> None:
    """In whatever order they are read: what was recorded first counts."""
    proposal = await make_both(office)
    answers = [
        answer(proposal, "health", accepted=False, minute=1),
        answer(proposal, "health", accepted=True, minute=2),
        answer(proposal, "civil_affairs", accepted=False, minute=3),
    ]
    for index in order:
        await office.hear(answers[index], answers[index])
    kept = await office.desk.query(
        "SELECT agency, accepted, decided_at FROM scheduler.alignment_answer WHERE proposal_id = %s ORDER BY 1",
        proposal.proposal_id,
    )
    assert kept == [("civil_affairs", False, answers[2].recorded_at), ("health", False, answers[0].recorded_at)]
    assert await office.state(proposal) == "declined"


async def test_windows_that_an_agency_has_changed_outdate_the_proposal(office: Office) -> None:
    """Nothing is applied, and the agencies are told to ask anew."""
    proposal = await make_both(office)
    desk = office.desk
    await desk.say(RequestAmended(request_id="F3", due_date="2026-04-12", recorded_at=desk.now()), agency="health")
    before = await office.windows()
    sent = await office.accept(proposal)
    assert [(e.state, e.code) for e in sent if isinstance(e, ProposalSettled)] == [("outdated", "ALIGN_OUTDATED")] * 2
    assert (await office.windows(), await office.state(proposal)) == (before, "outdated")


async def test_a_request_added_to_a_campaign_outdates_the_proposal(office: Office) -> None:
    """Its agency was not asked about it."""
    proposal = await make_both(office)
    added = await office.desk.request(id_number(99), "F99", "2026-03-15", "2026-04-10", programme="family_planning")
    await office.desk.say(added, agency="health")
    await office.accept(proposal)
    assert await office.state(proposal) == "outdated"


async def test_a_request_that_is_done_meanwhile_does_not_outdate_it(office: Office) -> None:
    """Agencies take days to answer, and visits go on: what was withdrawn or answered drops out, the rest is amended."""
    proposal = await make_both(office)
    desk = office.desk
    await desk.say(RequestWithdrawn(request_id="F3", recorded_at=desk.now()), agency="health")
    before = await office.windows()
    await office.accept(proposal)
    after = await office.windows()
    assert await office.state(proposal) == "applied"
    assert after["health/F3"] == before["health/F3"]
    assert after["health/F4"] != before["health/F4"] or after["civil_affairs/S4"] != before["civil_affairs/S4"]


async def test_what_an_agency_says_meanwhile_stands_against_the_amendment(office: Office) -> None:
    """A statement made before the proposal was applied, but read after it, is not overwritten."""
    proposal = await make_both(office)
    desk = office.desk
    late = RequestAmended(request_id="F3", window_start="2026-03-20", due_date="2026-06-30", recorded_at=desk.now())
    await office.accept(proposal)
    assert await office.state(proposal) == "applied"
    await desk.say(late, agency="health")
    assert (await office.windows())["health/F3"] == (date(2026, 3, 20), date(2026, 6, 30))


async def test_proposals_that_exclude_each_other_are_not_both_applied(office: Office) -> None:
    """The agencies accept two at once: the second is outdated as soon as the first is applied."""
    await office.hear(ASKED)
    one, other = (await office.proposals())[:2]
    events = [answer(p, agency) for p in (one, other) for agency in p.agencies]
    await office.hear(*events)
    assert (await office.state(one), await office.state(other)) == ("applied", "outdated")
    waiting = await office.desk.query("SELECT count(*) FROM scheduler.alignment_proposal WHERE state = 'proposed'")
    assert waiting == [(0,)]


async def test_a_proposal_does_not_wait_for_ever(office: Office) -> None:
    """After 90 days its windows are forgotten, when somebody asks anew; accepted then, it is outdated."""
    proposal = await make_both(office)
    before = await office.windows()
    async with office.desk.pool.connection() as connection:
        await connection.execute("UPDATE scheduler.alignment SET made_at = made_at - interval '91 days'")
    again = ASKED.model_copy(update={"alignment_id": stable_id("alignment", "2"), "event_id": stable_id("asked", "2")})
    await office.hear(again)
    await office.accept(proposal)
    assert (await office.windows(), await office.state(proposal)) == (before, "outdated")


async def test_an_answer_to_nothing_is_buried(office: Office) -> None:
    """An unknown proposal, one of another question, an agency whose windows do not change: a dead letter, no effect."""
    proposal = await make_both(office)
    before = await office.windows()
    for wrong in (
        answer(proposal.model_copy(update={"proposal_id": stable_id("nobody")}), "health"),
        answer(proposal, "health", alignment_id=stable_id("another")),
        answer(proposal, "hrss"),
    ):
        (dead,) = await office.hear(wrong)
        assert dead.event_type == "org.onevisit.dead-letter.v1"
    assert (await office.windows(), await office.state(proposal)) == (before, "proposed")


async def test_nobody_is_counted_to_whom_nobody_is_sent(office: Office) -> None:
    """Paused visits and questions of identity are in no count; they are not visited whatever the windows are."""
    await office.desk.fold(_nothing, [])
    async with office.desk.pool.connection() as connection:
        await connection.execute(
            "UPDATE scheduler.visit SET status = 'paused' WHERE requests @> '[{\"request_id\": \"F1\"}]'"
        )
        await connection.execute(
            'UPDATE scheduler.visit SET question_id = visit_id WHERE requests @> \'[{"request_id": "S2"}]\''
        )
    proposal = await make_both(office)
    rows = await office.desk.query("SELECT requests, people, visits FROM scheduler.alignment")
    assert rows == [(22, 12, 22)]
    assert proposal.visits_saved == 10


async def test_no_window_reaches_into_a_cycle_that_was_answered(office: Office) -> None:
    """The proof of the last cycle must not stand for the next one: the window opens after the last one's due date."""
    desk = office.desk
    who = id_number(0)
    await desk.say(
        await desk.request(who, "F-old", "2026-02-01", "2026-03-12", programme="family_planning"), agency="health"
    )
    async with desk.pool.connection() as connection:
        await connection.execute("UPDATE scheduler.request SET status = 'certified' WHERE request_id = 'F-old'")
    await office.hear(ASKED)
    moved = [c for p in await office.proposals() for c in p.changes if c.programme == "family_planning"]
    assert max((change.days_earlier for change in moved), default=0) <= 2


async def test_an_agency_without_topics_is_not_told(office: Office) -> None:
    """A message for a topic that does not exist would stop the relay for everybody."""
    office.alignment = Alignment(agencies=frozenset({"health"}))
    await make_both(office)
    assert {topic for topic, _ in office.told} == {"alignment.proposed.health"}


async def test_a_large_campaign_travels_in_batches_of_one_agency(desk: Desk) -> None:
    """More than 500 amendments are several messages, none mixed, all with ids of their own."""
    office = Office(desk)
    people = [id_number(number) for number in range(520)]
    for agency, programme, first, last in (
        ("civil_affairs", "senior_subsidy", "2026-03-01", "2026-03-10"),
        ("health", "family_planning", "2026-03-12", "2026-04-10"),
    ):
        items = [await desk.request(who, f"R{n}", first, last, programme=programme) for n, who in enumerate(people)]
        await desk.say(*items[:500], agency=agency)
        await desk.say(*items[500:], agency=agency)
    await office.hear(ASKED)
    proposal = (await office.proposals())[0]
    sent = await office.accept(proposal)
    batches = [event for event in sent if isinstance(event, RequestBatch)]
    assert sorted(len(batch.items) for batch in batches) == [20, 500] * len(proposal.agencies)
    assert len({batch.event_id for batch in batches}) == len(batches)
    assert await office.visits() == 2 * 520 - proposal.visits_saved == 520


@pytest.mark.parametrize("seed", range(4))
async def test_counties_at_random_save_what_was_promised(desk: Desk, seed: int) -> None:
    """Whatever the windows: no window loses a day, and the visits fall by exactly what the proposal said."""
    chance, office = random.Random(seed), Office(desk)
    for number in range(25):
        for agency, programme in (
            ("civil_affairs", "senior_subsidy"),
            ("health", "family_planning"),
            ("hrss", "pension"),
        ):
            if chance.random() < 0.8:
                first = AS_OF + timedelta(chance.choice((0, 12, 14, 30)))
                last = first + timedelta(chance.randint(3, 15))
                item = await desk.request(
                    id_number(number), f"{agency}{number}", first.isoformat(), last.isoformat(), programme=programme
                )
                await desk.say(item, agency=agency)
    before, visits = await office.windows(), await office.visits()
    await office.hear(ASKED)
    proposals = await office.proposals()
    proposal = chance.choice(proposals)
    await office.accept(proposal)
    after = await office.windows()
    assert await office.state(proposal) == "applied"
    assert await office.visits() == visits - proposal.visits_saved < visits
    assert all(after[key][0] <= first and last <= after[key][1] for key, (first, last) in before.items())
    assert all(after[key] == window for key, window in before.items() if key.startswith("hrss"))


async def test_proposals_that_share_nobody_can_both_be_applied(desk: Desk) -> None:
    """Two towns: what one of them gains does not depend on the other."""
    office = Office(desk)
    for town, far in (("990101001001", 0), ("990101002001", 60)):
        for number in range(6):
            for agency, programme, first, last in (
                ("civil_affairs", "senior_subsidy", 0, 9),
                ("health", "family_planning", 14, 40),
            ):
                days = [(AS_OF + timedelta(days=far + day)).isoformat() for day in (first, last)]
                name = f"{town}-{number}"
                item = await desk.request(id_number(number + far), name, *days, programme=programme, village_code=town)
                await desk.say(item, agency=agency)
    visits = await office.visits()
    await office.hear(ASKED)
    single = [p for p in await office.proposals() if len(p.changes) == 1]
    one = single[0]
    other = next(p for p in single if p.changes[0].area != one.changes[0].area)
    await office.accept(one)
    assert await office.state(other) == "proposed"
    await office.accept(other)
    assert (await office.state(one), await office.state(other)) == ("applied", "applied")
    assert await office.visits() == visits - one.visits_saved - other.visits_saved == visits - 12
