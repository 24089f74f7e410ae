"""The ladder before a lapse: which step on which day, whatever the order in which things were said."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.lapse import LapseStep
from schemas.life_event import LifeEventKind, LifeEventSource, LifeEventStage, LifeEventState
from schemas.visit import VisitStatus
from services.scheduler.domain.ladder import STEPS, Standing, Waiting, stand
from services.scheduler.domain.ladder_policy import LadderPolicy, ProgrammeLadder
from services.scheduler.domain.person import Heard, Person
from tests.unit.scheduler.person_world import (
    COUNTY,
    amended,
    certified,
    day,
    moment,
    request,
    step,
    told_all,
    withdrawn,
)

DUE = date(2026, 6, 30)
DAY = timedelta(days=1)
ASKED = Waiting(window_start=date(2026, 5, 1), due_date=DUE, open_since=date(2026, 4, 20))
PENSION, SUBSIDY = LadderPolicy().of("pension"), LadderPolicy().of("senior_subsidy")
KEY = ("hrss", "R-1")

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def ladders(draw: st.DrawFn) -> ProgrammeLadder:
    """Every ladder that a county may choose."""
    remind = draw(st.integers(0, 60))
    offer = draw(st.integers(0, remind))
    grace = draw(st.sampled_from([0, 2, 10, 60]))
    return ProgrammeLadder(
        remind_days_before=remind,
        offer_paths_days_before=offer,
        grace_days=grace,
        escalate_days_before_end=draw(st.integers(0, grace - 1 if grace else offer)),
        ended_by=draw(st.frozensets(st.sampled_from(LifeEventKind), max_size=2)),
    )


@st.composite
def waitings(draw: st.DrawFn) -> Waiting:
    """Every request that may be open."""
    due = draw(days)
    return Waiting(
        window_start=due - draw(st.integers(0, 90)) * DAY,
        due_date=due,
        open_since=draw(days),
        paused_by=draw(st.none() | st.sampled_from(LifeEventKind)),
        confirmed=draw(st.frozensets(st.sampled_from(LifeEventKind), max_size=2)),
    )


def _step(waiting: Waiting, ladder: ProgrammeLadder, on: date) -> LapseStep | None:
    standing = stand(waiting, ladder, on)
    return standing.step if standing else None


def test_a_pension_without_grace_calls_a_person_while_a_proof_still_counts() -> None:
    """Two weeks, one week and three days before the due date; then nothing more can come."""
    found = [(on - DUE, _step(ASKED, PENSION, on)) for on in (DUE - n * DAY for n in (15, 14, 8, 7, 4, 3, 0, -90))]
    steps = [None, "remind", "remind", "offer_paths", "offer_paths", "escalate", "escalate", "escalate"]
    assert [each for _, each in found] == steps
    last = stand(ASKED, PENSION, DUE + 90 * DAY)
    assert last is not None
    assert (last.counts_until, last.following, last.since) == (DUE, None, DUE - 3 * DAY)


def test_a_campaign_has_its_grace_and_a_person_is_called_within_it() -> None:
    """What comes next and when is said on every step."""
    before, after = stand(ASKED, SUBSIDY, DUE), stand(ASKED, SUBSIDY, DUE + DAY)
    assert before is not None
    assert after is not None
    assert (before.step, before.following and before.following.step) == (LapseStep.OFFER_PATHS, LapseStep.GRACE)
    assert (after.step, after.since, after.counts_until) == (LapseStep.GRACE, DUE + DAY, DUE + 30 * DAY)
    assert after.following is not None
    assert (after.following.step, after.following.on) == (LapseStep.ESCALATE, DUE + 10 * DAY)


def test_a_list_that_comes_late_stands_where_its_days_say() -> None:
    """Asked after the due date it is a person's matter at once, and no step is older than the question."""
    late = Waiting(window_start=date(2026, 5, 1), due_date=DUE, open_since=DUE + 5 * DAY)
    found = stand(late, PENSION, DUE + 5 * DAY)
    assert found is not None
    assert (found.step, found.since) == (LapseStep.ESCALATE, DUE + 5 * DAY)
    assert {each.on for each in found.reached} == {DUE + 5 * DAY}
    assert stand(late, PENSION, DUE) is None


def test_no_grace_runs_for_a_request_that_came_after_it() -> None:
    """An agency is told of no grace that is over before it has asked."""
    later = Waiting(window_start=date(2026, 5, 1), due_date=DUE, open_since=DUE + 31 * DAY)
    found = stand(later, SUBSIDY, DUE + 31 * DAY)
    assert found is not None
    assert LapseStep.GRACE not in {each.step for each in found.reached}
    assert found.step is LapseStep.ESCALATE


def test_nobody_is_reminded_before_the_window_opens() -> None:
    """A proof would not count yet."""
    short = Waiting(window_start=DUE - 5 * DAY, due_date=DUE, open_since=date(2026, 1, 1))
    assert _step(short, PENSION, DUE - 6 * DAY) is None
    assert _step(short, PENSION, DUE - 5 * DAY) is LapseStep.OFFER_PATHS


@pytest.mark.parametrize(
    ("kind", "spared"),
    [
        (LifeEventKind.DECEASED, {LapseStep.REMIND, LapseStep.OFFER_PATHS}),
        (LifeEventKind.ABROAD, {LapseStep.REMIND}),
        (LifeEventKind.MOVED, {LapseStep.REMIND}),
    ],
)
def test_what_pauses_a_visit_spares_reminders_and_never_the_last_steps(
    kind: LifeEventKind, spared: set[LapseStep]
) -> None:
    """One bad record takes nobody's money: the agency still hears of the grace, and a person still has to act."""
    held = Waiting(ASKED.window_start, DUE, ASKED.open_since, paused_by=kind)
    found = stand(held, SUBSIDY, DUE + 60 * DAY)
    assert found is not None
    assert set(STEPS) - {each.step for each in found.reached} == spared


def test_only_what_ends_a_benefit_ends_its_ladder() -> None:
    """By the county's rules: prison rests the pension, a moved registration ends the subsidy, death ends all."""
    for kind, standing in [
        (LifeEventKind.DECEASED, (False, False)),
        (LifeEventKind.IN_PRISON, (False, True)),
        (LifeEventKind.REGISTRATION_MOVED, (True, False)),
        (LifeEventKind.HOSPITALISED, (True, True)),
    ]:
        one = Waiting(ASKED.window_start, DUE, ASKED.open_since, confirmed=frozenset({kind}))
        assert tuple(stand(one, ladder, DUE + DAY) is not None for ladder in (PENSION, SUBSIDY)) == standing


@given(waitings(), ladders(), days, st.integers(0, 200))
def test_days_only_ever_lead_upwards(waiting: Waiting, ladder: ProgrammeLadder, on: date, later: int) -> None:
    """What was reached stays reached on its day, and the step on which a request stands never falls."""
    now, then = stand(waiting, ladder, on), stand(waiting, ladder, on + later * DAY)
    if now is None:
        return
    assert then is not None
    assert then.reached[: len(now.reached)] == now.reached
    assert STEPS.index(then.step) >= STEPS.index(now.step)
    assert list(now.reached) == sorted(now.reached, key=lambda each: (each.on, STEPS.index(each.step)))
    assert now.step is now.reached[-1].step


@given(waitings(), ladders(), days)
def test_what_comes_next_comes_on_its_day_and_not_before(waiting: Waiting, ladder: ProgrammeLadder, on: date) -> None:
    """Whoever plans by `following` is not surprised."""
    now = stand(waiting, ladder, on)
    if now is None or now.following is None:
        return
    eve, morning = (stand(waiting, ladder, now.following.on - n * DAY) for n in (1, 0))
    assert eve == now
    assert morning is not None
    assert now.following in morning.reached


@given(waitings(), ladders())
def test_a_person_is_called_while_a_proof_still_counts(waiting: Waiting, ladder: ProgrammeLadder) -> None:
    """Unless the agency asked too late: and once called, nothing comes after."""
    end = stand(waiting, ladder, date(2028, 1, 1))
    if end is None:
        assert waiting.confirmed & ladder.ended_by
        return
    assert (end.step, end.following) == (LapseStep.ESCALATE, None)
    assert end.since <= max(end.counts_until, waiting.open_since)


def _standing(person: Person, on: date) -> list[Standing | None]:
    """Of each request that a visit waits for, as the clock reads it."""
    reports = person.reports.values()
    confirmed = frozenset(r.said.kind for r in reports if r.settled_state is LifeEventState.CONFIRMED)
    waiting = [
        Waiting(
            asked.window_start,
            asked.due_date,
            moment(0).astimezone(COUNTY).date(),
            person.reports[visit.life_event_id].said.kind if visit.life_event_id else None,
            confirmed,
        )
        for visit in person.visits.values()
        for asked in visit.requests
        if visit.status is not VisitStatus.CLOSED
    ]
    return [stand(each, PENSION, on) for each in waiting]


_CONFIRMED = LifeEventStage.CONFIRMED
_DEATH = [step("d"), step("d", _CONFIRMED, source=LifeEventSource.CIVIL_REGISTRATION, by="registry")]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], [LapseStep.ESCALATE]),
        ([certified([KEY], 12)], []),
        ([withdrawn(KEY, 12)], []),
        (_DEATH, []),
        ([step("d")], [LapseStep.ESCALATE]),
        ([amended(KEY, 12, last=100)], [None]),
        ([amended(KEY, 12, last=40), amended(KEY, 14, last=30)], [LapseStep.REMIND]),
    ],
)
@given(data=st.data())
def test_the_order_of_what_was_said_does_not_matter(
    told: list[Heard], expected: list[LapseStep | None], data: st.DataObject
) -> None:
    """Certified, withdrawn or dead it stands on nothing; a due date that was amended counts as last said."""
    events = data.draw(st.permutations([request(0, 20), *told]))
    asked_first = told_all([request(0, 20)])  # an answer to a request that nobody made is refused
    person = told_all([*events, *events], person=asked_first)
    assert [found and found.step for found in _standing(person, day(20))] == expected
