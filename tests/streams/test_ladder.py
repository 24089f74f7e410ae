"""The clock of the ladder: each step is made and told once, through kills, amendments and answers."""

import signal
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from schemas.base import stable_id
from schemas.certificate import EvidenceGrade
from schemas.lapse import LapseStep, LapseStepReached
from schemas.life_event import LifeEventKind, LifeEventRecorded, LifeEventSource, LifeEventStage
from schemas.receipt import ReceiptGiven
from schemas.receipt_codes import ReceiptCode
from schemas.request import RequestAmended, RequestWithdrawn
from schemas.verdict import Answer, EvidenceRecognised
from services.platform.ledger import Transaction
from services.scheduler.domain.ladder_policy import LadderPolicy
from services.scheduler.ladder_clock import LadderClock
from services.scheduler.store import ladder
from tests.streams.desk import RULES, Desk
from tests.streams.killed import run_killed
from tests.streams.test_alignment import id_number

ROOT = Path(__file__).parents[2]
ANNA, BERT = id_number(1), id_number(2)


@dataclass
class Tower:
    """A desk with a clock whose day the test says."""

    desk: Desk
    database: str
    today: date = date(2026, 3, 1)

    @property
    def now(self) -> datetime:
        """Noon of that day in UTC."""
        return datetime(self.today.year, self.today.month, self.today.day, 4, tzinfo=UTC)

    async def strike(self, day: str) -> Counter[str]:
        """One round on a day; what it made."""
        self.today = date.fromisoformat(day)
        return await LadderClock(self.database, LadderPolicy(), RULES.county, lambda: self.now).climb()

    async def told(self) -> list[tuple[str, LapseStepReached]]:
        """What agencies have been told since the last time."""
        sent = await self.desk.fold(_nothing, [])
        return [(topic, event) for topic, event in sent if isinstance(event, LapseStepReached)]

    async def stands(self) -> dict[str, tuple[str, date | None]]:
        """By request: step, and the day of the next one."""
        rows = await self.desk.query("SELECT request_id, step, next_on FROM scheduler.lapse")
        return {request_id: (step, next_on) for request_id, step, next_on in rows}

    async def ask(self, number: str, request_id: str, due: str, programme: str = "pension") -> None:
        """One request, due on a day."""
        agency = "hrss" if programme == "pension" else "civil_affairs"
        await self.desk.say(await self.desk.request(number, request_id, last=due, programme=programme), agency=agency)

    async def prove(self, number: str, request_id: str, day: str) -> UUID:
        """A video call on a day answers a pension's request; the certificate."""
        proof, certificate = stable_id("proof", request_id, day), stable_id("certificate", request_id, day)
        recognised = EvidenceRecognised(
            event_id=proof, recorded_at=self.desk.now(), evidence_id=proof, person_key=self.desk.person(number),
            grade=EvidenceGrade.VIDEO_CALL, happened_on=date.fromisoformat(day),
            answers=(Answer(agency="hrss", request_id=request_id, certificate_id=certificate),),
        )  # fmt: skip
        await self.desk.fold(self.desk.merging.fold_verdicts, [recognised])
        return certificate

    async def reject(self, number: str, request_id: str, certificate: UUID) -> None:
        """The agency does not take it, today at noon: somebody is sent again."""
        receipt = ReceiptGiven(
            event_id=stable_id("receipt", str(certificate)), recorded_at=self.now, agency="hrss",
            request_id=request_id, certificate_id=certificate, person_key=self.desk.person(number),
            outcome="rejected", code=ReceiptCode.PERSON_DOUBTED.value, decided_at=self.now, sequence=1,
        )  # fmt: skip
        await self.desk.fold(self.desk.merging.fold_receipts, [receipt])

    async def life_event(self, number: str, kind: LifeEventKind, *sources: LifeEventSource) -> None:
        """Reported by the first source, confirmed by the second."""
        for stage, source in zip((LifeEventStage.REPORTED, LifeEventStage.CONFIRMED), sources, strict=False):
            event = LifeEventRecorded(
                event_id=stable_id("step", number, kind, stage),
                recorded_at=self.desk.now(),
                life_event_id=stable_id("life event", number, kind),
                person_key=self.desk.person(number),
                kind=kind,
                stage=stage,
                source=source,
                reported_by=source.value,
            )
            await self.desk.fold(self.desk.merging.fold_life_events, [event])


async def _nothing(_: Transaction, __: object) -> None:
    """A fold that takes what lies in the outbox."""


@pytest.fixture
def tower(desk: Desk, database: str) -> Tower:
    """An empty county on the first of March 2026."""
    return Tower(desk, database)


async def test_each_step_is_made_on_its_day_and_once(tower: Tower) -> None:
    """A pension without grace: two weeks, one week, three days; the agency hears of the last one, on its own topic."""
    await tower.ask(ANNA, "R-1", "2026-03-31")
    assert await tower.strike("2026-03-16") == Counter()
    assert await tower.strike("2026-03-17") == Counter(remind=1)
    assert await tower.stands() == {"R-1": ("remind", date(2026, 3, 24))}
    assert await tower.strike("2026-03-18") == Counter()
    assert await tower.strike("2026-03-24") == Counter(offer_paths=1)
    assert await tower.told() == []
    assert await tower.strike("2026-03-30") == Counter(escalate=1)
    assert await tower.strike("2026-04-30") == Counter()
    ((topic, event),) = await tower.told()
    assert topic == "request.notice.hrss"
    assert (event.request_id, event.step) == ("R-1", LapseStep.ESCALATE)
    assert (event.reached_on, event.counts_until) == (date(2026, 3, 28), date(2026, 3, 31))


async def test_an_agency_hears_that_its_grace_runs(tower: Tower) -> None:
    """The subsidy's campaign has 30 days; what is due of another agency is not told to this one."""
    await tower.ask(ANNA, "S-1", "2026-03-31", "senior_subsidy")
    await tower.ask(ANNA, "R-1", "2026-09-30")
    await tower.strike("2026-04-01")
    ((topic, event),) = await tower.told()
    assert topic == "request.notice.civil_affairs"
    assert (event.step, event.counts_until) == (LapseStep.GRACE, date(2026, 4, 30))
    assert "2026-04-30" in event.message


async def test_what_is_proved_withdrawn_or_dead_stands_on_nothing(tower: Tower) -> None:
    """And a death that one source reports is not told to the family, but to a person."""
    await tower.ask(ANNA, "R-1", "2026-03-31")
    await tower.ask(BERT, "R-2", "2026-03-31")
    await tower.strike("2026-03-25")
    assert set(await tower.stands()) == {"R-1", "R-2"}
    await tower.prove(ANNA, "R-1", "2026-03-25")
    await tower.life_event(BERT, LifeEventKind.DECEASED, LifeEventSource.CADRE)
    assert await tower.strike("2026-03-25") == Counter()
    assert await tower.stands() == {}
    assert await tower.strike("2026-03-28") == Counter(escalate=1)
    await tower.life_event(BERT, LifeEventKind.DECEASED, LifeEventSource.CADRE, LifeEventSource.CIVIL_REGISTRATION)
    await tower.strike("2026-03-28")
    assert await tower.stands() == {}


async def test_prison_rests_the_pension_and_not_the_subsidy(tower: Tower) -> None:
    """As the county's rules say; and while nobody is sent, nobody is reminded to ride."""
    await tower.ask(ANNA, "R-1", "2026-03-31")
    await tower.ask(ANNA, "S-1", "2026-03-31", "senior_subsidy")
    await tower.life_event(ANNA, LifeEventKind.IN_PRISON, LifeEventSource.CADRE, LifeEventSource.POLICE)
    assert await tower.strike("2026-03-20") == Counter()
    await tower.strike("2026-04-01")
    assert {request_id: step for request_id, (step, _) in (await tower.stands()).items()} == {"S-1": "grace"}


async def test_an_amended_due_date_is_another_matter(tower: Tower) -> None:
    """More time takes the request off the ladder, and its steps come again before the new date."""
    await tower.ask(ANNA, "R-1", "2026-03-31")
    await tower.strike("2026-03-29")
    assert len(await tower.told()) == 1
    later = RequestAmended(request_id="R-1", due_date="2026-06-30", recorded_at=tower.desk.now())
    await tower.desk.say(later)
    assert await tower.strike("2026-03-29") == Counter()
    assert await tower.stands() == {}
    assert await tower.strike("2026-06-29") == Counter(remind=1, offer_paths=1, escalate=1)
    ((_, event),) = await tower.told()
    assert event.due_date == date(2026, 6, 30)
    await tower.desk.say(RequestWithdrawn(request_id="R-1", recorded_at=tower.desk.now()))
    await tower.strike("2026-06-29")
    assert await tower.stands() == {}


async def test_a_request_that_is_open_again_climbs_again(tower: Tower) -> None:
    """What an agency turns down is another matter, from that day: a person is called, and the agency told, anew."""
    await tower.ask(ANNA, "R-1", "2026-03-31")
    assert await tower.strike("2026-03-28") == Counter(remind=1, offer_paths=1, escalate=1)
    ((_, first),) = await tower.told()
    certificate = await tower.prove(ANNA, "R-1", "2026-03-28")
    assert await tower.strike("2026-03-29") == Counter()
    assert await tower.stands() == {}
    tower.today = date(2026, 3, 30)
    await tower.reject(ANNA, "R-1", certificate)
    assert await tower.strike("2026-03-30") == Counter(remind=1, offer_paths=1, escalate=1)
    assert await tower.stands() == {"R-1": ("escalate", None)}
    ((_, second),) = await tower.told()
    assert (second.step, second.reached_on, second.due_date) == (LapseStep.ESCALATE, date(2026, 3, 30), first.due_date)
    assert second.lapse_id != first.lapse_id
    assert await tower.strike("2026-03-31") == Counter()
    assert await tower.told() == []


@pytest.mark.parametrize(("where", "left"), [("before", 9), ("between", 3), ("after", 0)])
async def test_kill_9_makes_and_tells_each_step_once(tower: Tower, where: str, left: int) -> None:
    """Whether a round dies before a commit, between two or after the last: the next one makes what is left of
    nine steps, and nothing is told twice."""
    for number, due in ((ANNA, "2026-03-31"), (BERT, "2026-03-30")):
        await tower.ask(number, "R-1" if number == ANNA else "R-2", due)
    await tower.ask(ANNA, "S-1", "2026-03-20", "senior_subsidy")
    tower.today = date(2026, 3, 29)
    killed = await run_killed("tests.streams.killed_climb", tower.database, tower.now.isoformat(), where)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    made = await tower.strike("2026-03-29")
    assert sum(made.values()) == left
    told = await tower.told()
    assert sorted((event.request_id, event.step.value) for _, event in told) == [
        ("R-1", "escalate"), ("R-2", "escalate"), ("S-1", "grace"),
    ]  # fmt: skip
    assert await tower.strike("2026-03-29") == Counter()
    assert await tower.told() == []


async def test_only_what_has_moved_is_written(tower: Tower) -> None:
    """Of all that stands, a round says and writes what stands elsewhere than before, with an empty day or without."""
    await tower.ask(ANNA, "R-1", "2026-03-31")
    await tower.ask(BERT, "R-2", "2026-03-30")
    versions = "SELECT request_id, xmin::text FROM scheduler.lapse"
    await tower.strike("2026-03-26")
    before = dict(await tower.desk.query(versions))
    assert await tower.strike("2026-03-27") == Counter(escalate=1)
    after = dict(await tower.desk.query(versions))
    assert before["R-1"] == after["R-1"]
    assert before["R-2"] != after["R-2"]
    assert (await tower.stands())["R-2"] == ("escalate", None)
    await tower.strike("2026-03-27")
    assert dict(await tower.desk.query(versions)) == after


async def test_two_clocks_do_not_climb_at_once(tower: Tower) -> None:
    """Scheduler workers may be several; while one climbs the others wait for their next round."""
    await tower.ask(ANNA, "R-1", "2026-03-31")
    async with await psycopg.AsyncConnection.connect(tower.database, autocommit=True) as other:
        assert await ladder.is_alone(other)
        assert await tower.strike("2026-03-20") == Counter()
        await other.execute("SELECT pg_advisory_unlock_all()")  # a server may end a closed connection only later
    assert await tower.strike("2026-03-20") == Counter(remind=1)


async def test_every_request_is_looked_at(tower: Tower, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there are more visits than a portion has, and several are due on one day."""
    monkeypatch.setattr(ladder, "PORTION", 2)
    for number in range(1, 8):
        await tower.ask(id_number(number), f"R-{number}", "2026-03-31" if number % 3 else "2026-03-30")
    await tower.strike("2026-03-20")
    assert set(await tower.stands()) == {f"R-{number}" for number in range(1, 8)}
