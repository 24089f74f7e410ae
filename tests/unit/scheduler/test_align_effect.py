"""From acceptance to effect: nothing without everybody's acceptance, no window ever loses a day, no order matters."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alignment import ProgrammeLimit
from services.scheduler.domain.align import align
from services.scheduler.domain.align_campaigns import Campaign, Change
from services.scheduler.domain.align_effect import (
    Amendment,
    Heard,
    Placed,
    Standing,
    WindowNarrowed,
    amend,
    amendments,
    answered,
)
from services.scheduler.domain.align_policy import AlignmentPolicy
from services.scheduler.domain.align_proposal import (
    PROPOSAL_NAMESPACE,
    Decision,
    NotAccepted,
    NotConcerned,
    Proposal,
    ProposalState,
    WindowsChanged,
    basis_of,
)
from services.scheduler.domain.merge import OpenRequest

AT = datetime(2027, 1, 1, tzinfo=UTC)
DAY = date(2027, 3, 1)
AGENCIES = ("civil_affairs", "health", "hrss")


@st.composite
def counties(draw: st.DrawFn) -> list[Standing]:
    """Open requests of up to three agencies; ends said at one moment or at two, some stated upside down."""
    found = []
    for number in range(draw(st.integers(1, 8))):
        agency = draw(st.sampled_from(AGENCIES))
        due = DAY + timedelta(draw(st.integers(0, 40)))
        stated = due + timedelta(draw(st.integers(-20, 3)))
        moments = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
        first_at, last_at = (AT + timedelta(hours=hour) for hour in moments)
        request = OpenRequest(agency, f"R{number}", "campaign", f"p{number % 3}", min(stated, due), due, last_at)
        found.append(Standing(request, stated, None, first_at, last_at, draw(st.booleans())))
    return found


def campaign(request: OpenRequest) -> Campaign:
    """One campaign for each agency."""
    return Campaign(request.agency, request.programme)


def placed(county: list[Standing]) -> list[Placed]:
    """What the agencies are asked about."""
    return [Placed(one.request, campaign(one.request)) for one in county if one.counts]


@st.composite
def proposals(draw: st.DrawFn) -> tuple[list[Standing], Proposal]:
    """A county and changes of some of its agencies' windows."""
    county = draw(counties())
    agencies = draw(st.sets(st.sampled_from(AGENCIES), min_size=1))
    days = st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(any)
    changes = {Campaign(agency, "campaign"): Change(*draw(days)) for agency in sorted(agencies)}
    concerned = [one.request for one in county if one.counts and campaign(one.request) in changes]
    return county, Proposal(changes, basis_of(concerned))


def heard(agency: str, accepted: bool, minute: int = 0) -> Heard:
    """An answer."""
    event_id = uuid5(PROPOSAL_NAMESPACE, f"{agency}{minute}{accepted}")
    return Heard(Decision(accepted, "office", AT + timedelta(minutes=minute)), event_id)


def effective(one: Standing, changes: list[Amendment]) -> tuple[date, date]:
    """The window after the amendments, as the scheduler folds statements: field by field, the later one wins."""
    first, last = one.stated_first, one.request.due_date
    for change in changes:
        if change.window_start is not None and change.said_at > one.first_said_at:
            first = change.window_start
        if change.due_date is not None and change.said_at > one.last_said_at:
            last = change.due_date
    return min(first, last), last


@given(proposals(), st.data())
def test_without_every_acceptance_there_is_no_amendment(
    made: tuple[list[Standing], Proposal], data: st.DataObject
) -> None:
    """Whoever is missing or declines: nothing comes out; with all of them, something may."""
    county, proposal = made
    said = {agency: data.draw(st.sampled_from([True, False, None])) for agency in sorted(proposal.agencies)}
    answers = {agency: heard(agency, accepted) for agency, accepted in said.items() if accepted is not None}
    with_answers = answered(proposal, answers)
    if all(said.values()):
        assert with_answers.state is ProposalState.ACCEPTED
        amendments(with_answers, placed(county), county, DAY)
        return
    with pytest.raises(NotAccepted):
        amendments(with_answers, placed(county), county, DAY)


@given(proposals())
def test_no_window_loses_a_day_and_each_is_as_was_accepted(made: tuple[list[Standing], Proposal]) -> None:
    """After the amendments every window holds the old one, by exactly the days accepted; nobody else's changes."""
    county, proposal = made
    accepted = answered(proposal, {agency: heard(agency, True) for agency in proposal.agencies})
    found = amendments(accepted, placed(county), county, DAY)
    for one in county:
        mine = [change for change in found if (change.agency, change.request_id) == one.key]
        first, last = effective(one, mine)
        assert first <= one.request.window_start
        assert last >= one.request.due_date
        change = proposal.changes.get(campaign(one.request)) if one.counts else None
        days = (change.days_earlier, change.days_later) if change else (0, 0)
        assert (one.request.window_start - first).days == days[0]
        assert (last - one.request.due_date).days == days[1]
        assert all(one.first_said_at < c.said_at or c.window_start is None for c in mine)


@given(counties(), st.integers(-9, 9), st.integers(-9, 9))
def test_a_narrower_window_never_becomes_an_amendment(county: list[Standing], earlier: int, later: int) -> None:
    """Even if a change could be negative (it cannot), the last step refuses it."""
    one = county[0]
    start, due = one.request.window_start - timedelta(earlier), one.request.due_date + timedelta(later)
    if due < start:
        return
    after = OpenRequest(*one.key, "campaign", "p", start, due, AT)
    if earlier < 0 or later < 0:
        with pytest.raises(WindowNarrowed, match="must hold the old one"):
            amend(one, after)
    else:
        assert effective(one, amend(one, after)) == (start, due)


@given(proposals(), st.data())
def test_a_window_that_was_changed_or_added_stops_everything(
    made: tuple[list[Standing], Proposal], data: st.DataObject
) -> None:
    """One other day in one window concerned, or one more request: nothing is applied."""
    county, proposal = made
    accepted = answered(proposal, {agency: heard(agency, True) for agency in proposal.agencies})
    agency = data.draw(st.sampled_from(sorted(proposal.agencies)))
    added = OpenRequest(agency, "added", "campaign", "p", DAY, DAY + timedelta(3), AT)
    more = [*county, Standing(added, DAY, None, AT, AT, counts=True)]
    with pytest.raises(WindowsChanged):
        amendments(accepted, placed(county), more, DAY)


@given(st.permutations(range(5)))
def test_the_first_answer_of_an_agency_stands_in_any_order(order: list[int]) -> None:
    """What was recorded first, whatever was read first and however often."""
    said = [heard("health", n % 2 == 0, minute=n // 2) for n in range(5)]
    kept: Heard | None = None
    for number in [*order, *order]:
        kept = said[number].first(kept)
    assert kept == min(said[:2], key=lambda one: (one.decision.decided_at, str(one.event_id)))


def test_who_is_not_concerned_has_no_say() -> None:
    """Neither to accept nor to decline."""
    proposal = Proposal({Campaign("health", "campaign"): Change(1, 0)}, basis_of([]))
    for accepted in (True, False):
        with pytest.raises(NotConcerned):
            answered(proposal, {"hrss": heard("hrss", accepted)})


@pytest.mark.parametrize("order", list(permutations(AGENCIES)), ids=str)
def test_the_state_does_not_depend_on_the_order_of_agencies(order: tuple[str, ...]) -> None:
    """One no among them, and it is declined."""
    proposal = Proposal({Campaign(agency, "campaign"): Change(1, 0) for agency in AGENCIES}, basis_of([]))
    answers = {agency: heard(agency, agency != "health") for agency in order}
    assert answered(proposal, answers).state is ProposalState.DECLINED


def test_a_limit_narrows_a_rule_and_never_widens_it() -> None:
    """The pension does not move because somebody asks for it."""
    wide, narrow = (ProgrammeLimit(max_days_earlier=days, max_days_later=days) for days in (60, 7))
    policy = AlignmentPolicy().narrowed({"pension": wide, "senior_subsidy": narrow, "unheard_of": wide})
    for programme, days in (("pension", 0), ("senior_subsidy", 7), ("family_planning", 30), ("unheard_of", 0)):
        rule = policy.rule(programme)
        assert (rule.max_days_earlier, rule.max_days_later) == (days, days)


def test_no_window_opens_before_the_answered_cycle_has_ended() -> None:
    """One proof would stand for two cycles: half of the gap is each campaign's, the whole where both are one."""
    old = OpenRequest("health", "old", "family_planning", "p", date(2027, 1, 1), date(2027, 2, 24), AT)
    new = OpenRequest("health", "new", "family_planning", "p", DAY, DAY + timedelta(30), AT)
    other = OpenRequest("civil_affairs", "S", "senior_subsidy", "p", date(2027, 2, 10), date(2027, 2, 20), AT)
    free, bound = align([new, other]), align([new, other], beside=[old])
    assert free.proposals[0].visits_saved == 1
    limit = {one.campaign.agency: one.limits for one in bound.campaigns}
    assert (limit["health"].earlier, limit["civil_affairs"].earlier) == (4, 30)
    assert bound.visits == free.visits == 2
