"""Window alignment: the smallest changes, saving exactly what a new merge saves, and taking no day from anybody."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alignment import CampaignLevel, Objective
from services.scheduler.domain.align import Alignment, align
from services.scheduler.domain.align_campaigns import NO_CHANGE, Campaign, Change, FixedReason
from services.scheduler.domain.align_policy import AlignmentPolicy, NextCycle, ProgrammeRule
from services.scheduler.domain.merge import OpenRequest, merge

FIRST = date(2027, 3, 1)
AT = datetime(2027, 1, 1, tzinfo=UTC)
PROGRAMMES = {"hrss": "pension", "civil_affairs": "senior_subsidy", "health": "family_planning"}


def free(days: int) -> ProgrammeRule:
    """A rule that lets windows move so far either way."""
    return ProgrammeRule(next_cycle_from=NextCycle.CALENDAR, max_days_earlier=days, max_days_later=days)


def policy(*moving: str, days: int) -> AlignmentPolicy:
    """Only these programmes move."""
    return AlignmentPolicy(programmes={programme: free(days) for programme in moving})


def request(number: int, agency: str, start: int, length: int, person: str) -> OpenRequest:
    """A request whose window starts ``start`` days after the first and lasts ``length`` more days."""
    return OpenRequest(
        agency=agency,
        request_id=f"R{number}",
        programme=PROGRAMMES[agency],
        person_key=person,
        window_start=FIRST + timedelta(start),
        due_date=FIRST + timedelta(start + length),
        recorded_at=AT,
    )


@st.composite
def counties(draw: st.DrawFn) -> list[OpenRequest]:
    """Up to nine requests of three people; one person may have several of one agency."""
    shapes = st.tuples(
        st.sampled_from([*PROGRAMMES]), st.integers(0, 14), st.integers(0, 4), st.sampled_from(["p", "q", "r"])
    )
    return [request(number, *shape) for number, shape in enumerate(draw(st.lists(shapes, max_size=9)))]


def widened(requests: list[OpenRequest], changes: Mapping[Campaign, Change], found: Alignment) -> list[OpenRequest]:
    return [changes.get(found.campaign_of[r.agency, r.request_id], NO_CHANGE).widened(r) for r in requests]


def trips(requests: list[OpenRequest], dwelling_of: Mapping[str, str]) -> int:
    """The merge of a dwelling as if it were one person."""
    homes: defaultdict[str, list[OpenRequest]] = defaultdict(list)
    for r in requests:
        homes[dwelling_of.get(r.person_key, f"alone {r.person_key}")].append(r)
    as_one = [
        OpenRequest(r.agency, r.request_id, r.programme, home, r.window_start, r.due_date, AT)
        for home, mine in homes.items()
        for r in mine
    ]
    return len(merge(as_one))


def admissible(found: Alignment) -> Iterator[dict[Campaign, Change]]:
    """Every combination of changes within the limits."""
    choices = [
        [
            (one.campaign, change)
            for days in product(range(one.limits.earlier + 1), range(one.limits.later + 1))
            if one.limits.allow(change := Change(*days))
        ]
        for one in found.campaigns
    ]
    return (dict(chosen) for chosen in product(*choices))


def admissible_beyond(reached: Mapping[Campaign, Change], found: Alignment) -> Iterator[dict[Campaign, Change]]:
    """Those that take nothing of what was reached back."""
    for changes in admissible(found):
        if all(
            change.days_earlier >= (mine := reached.get(campaign, NO_CHANGE)).days_earlier
            and change.days_later >= mine.days_later
            for campaign, change in changes.items()
        ):
            yield changes


def best_by_brute_force(requests: list[OpenRequest], found: Alignment) -> dict[int, int]:
    """Most visits saved for each number of campaign-days, by merging anew for every combination."""
    before = len(merge(requests))
    best: dict[int, int] = {}
    for changes in admissible(found):
        days = sum(change.days for change in changes.values())
        best[days] = max(best.get(days, 0), before - len(merge(widened(requests, changes, found))))
    return best


def as_front(best: Mapping[int, int]) -> list[tuple[int, int]]:
    front = [(0, 0)]
    for days in sorted(best):
        if best[days] > front[-1][1]:
            front.append((days, best[days]))
    return front


@settings(max_examples=40)
@given(counties())
def test_two_moving_campaigns_equal_brute_force(requests: list[OpenRequest]) -> None:
    """The most for any number of days is that of trying all changes and merging anew."""
    found = align(requests, policy=policy("senior_subsidy", "family_planning", days=3))
    assert found.exact
    assert list(found.front) == as_front(best_by_brute_force(requests, found))


@settings(max_examples=15)
@given(counties())
def test_three_campaigns_that_share_people_equal_brute_force(requests: list[OpenRequest]) -> None:
    """Also where the search goes around one campaign."""
    found = align(requests, policy=policy(*PROGRAMMES.values(), days=1))
    assert found.exact
    assert list(found.front) == as_front(best_by_brute_force(requests, found))


@settings(max_examples=40)
@given(counties())
def test_each_campaign_alone_equals_brute_force(requests: list[OpenRequest]) -> None:
    """Every point of a front is the smallest change that saves so much, and none is missing."""
    found = align(requests, policy=policy(*PROGRAMMES.values(), days=6))
    before = len(merge(requests))
    for one in found.campaigns:
        best: dict[int, int] = {}
        for days in product(range(one.limits.earlier + 1), range(one.limits.later + 1)):
            if one.limits.allow(change := Change(*days)):
                after = len(merge(widened(requests, {one.campaign: change}, found)))
                best[change.days] = max(best.get(change.days, 0), before - after)
        assert [(0, 0), *((change.days, saved) for change, saved in one.front)] == as_front(best)
        for change, saved in one.front:
            assert before - len(merge(widened(requests, {one.campaign: change}, found))) == saved


@settings(max_examples=60)
@given(counties(), st.sampled_from(Objective), st.sampled_from([2, 3]))
def test_what_is_promised_is_what_a_new_merge_saves(
    requests: list[OpenRequest], objective: Objective, moving: int
) -> None:
    """Visits and trips of each proposal and each step, and a step saves no more than the most for its days."""
    homes = {"p": "one house", "q": "one house"}
    rules = policy(*[*PROGRAMMES.values()][:moving], days=5)
    found = align(requests, policy=rules, dwelling_of=homes, objective=objective, max_proposals=99)
    assert (found.visits, found.trips) == (len(merge(requests)), trips(requests, homes))
    for saving in [*found.proposals, *(step.so_far for step in found.steps)]:
        after = widened(requests, saving.proposal.changes, found)
        assert saving.visits_saved == found.visits - len(merge(after))
        assert saving.trips_saved == found.trips - trips(after, homes)
    total = 0
    for step in found.steps:
        total += step.saved
        assert total == (step.so_far.visits_saved if objective is Objective.VISITS else step.so_far.trips_saved)
        assert total <= step.most_for_these_days
    if moving == 2 and total != found.front[-1][1]:
        reached = found.steps[-1].so_far.proposal.changes if found.steps else {}
        ahead = (widened(requests, changes, found) for changes in admissible_beyond(reached, found))
        least = min(len(merge(after)) if objective is Objective.VISITS else trips(after, homes) for after in ahead)
        before = found.visits if objective is Objective.VISITS else found.trips
        assert total == before - least, "the steps go on until nothing saves more without taking one back"


def test_a_gap_that_two_windows_share_is_used_once_and_the_front_tells_what_the_other_use_saves() -> None:
    """One person has two windows of the subsidy, two days apart: who takes one day early cannot end two days later.

    So the steps end at one visit saved, though other changes save two: the front and the proposals say so.
    """
    shapes = [
        ("hrss", 0, 0, "p"), ("hrss", 0, 0, "q"), ("civil_affairs", 0, 0, "r"), ("civil_affairs", 1, 1, "p"),
        ("civil_affairs", 5, 0, "p"), ("health", 2, 0, "r"),
    ]  # fmt: skip
    requests = [request(number, *shape) for number, shape in enumerate(shapes)]
    found = align(requests, policy=policy("pension", "senior_subsidy", days=5))
    assert [step.so_far.visits_saved for step in found.steps] == [1]
    assert found.front == ((0, 0), (1, 1), (3, 2))
    assert max(saving.visits_saved for saving in found.proposals) == 2


@given(counties(), st.integers(0, 20))
def test_nobody_loses_a_day_and_no_proof_stands_for_two_cycles(requests: list[OpenRequest], cycle: int) -> None:
    """Windows only grow, not beyond the cycle, and two of one person in one programme that were apart stay apart."""
    rule = free(10).model_copy(update={"cycle_days": cycle + 1})
    found = align(requests, policy=AlignmentPolicy(programmes=dict.fromkeys(PROGRAMMES.values(), rule)))
    for saving in [*found.proposals, *(step.so_far for step in found.steps)]:
        after = widened(requests, saving.proposal.changes, found)
        for old, new in zip(requests, after, strict=True):
            assert new.window_start <= old.window_start <= old.due_date <= new.due_date
            assert new == old or (new.due_date - new.window_start).days < cycle + 1
            for old_other, new_other in zip(requests, after, strict=True):
                if (old.person_key, old.programme) == (old_other.person_key, old_other.programme):
                    assert old.due_date >= old_other.window_start or new.due_date < new_other.window_start


@given(counties().flatmap(lambda requests: st.tuples(st.just(requests), st.permutations(requests))))
def test_order_changes_nothing(both: tuple[list[OpenRequest], list[OpenRequest]]) -> None:
    """The same requests give the same proposals under the same ids."""
    one, other = (align(requests, policy=policy(*PROGRAMMES.values(), days=4)) for requests in both)
    assert one == other
    ids = [[saving.proposal.proposal_id for saving in found.proposals] for found in (one, other)]
    assert ids[0] == ids[1]


def test_by_default_the_pension_stays_and_a_campaign_opens_just_early_enough() -> None:
    """Of two ways with equal gain the one that opens earlier is taken before the one that ends later."""
    requests = [request(0, "hrss", 0, 10, "p"), request(1, "health", 14, 20, "p")]
    found = align(requests)
    (best,) = found.proposals
    assert best.proposal.changes == {Campaign("health", "family_planning"): Change(days_earlier=4)}
    assert (best.visits_saved, best.requests, best.people) == (1, 1, 1)
    fixed = {one.campaign.agency: one.limits.fixed for one in found.campaigns}
    assert fixed == {"hrss": FixedReason.RULE, "health": None}


def test_two_changes_together_close_a_gap_that_neither_closes_alone() -> None:
    """The proposal then concerns both agencies."""
    requests = [request(0, "civil_affairs", 0, 5, "p"), request(1, "health", 12, 5, "p")]
    found = align(requests, max_days=4)
    assert all(one.front == () for one in found.campaigns)
    (both,) = found.proposals
    assert both.proposal.agencies == {"civil_affairs", "health"}
    assert both.proposal.days == 7
    assert len(align(requests, max_days=3).proposals) == 0


def test_what_is_overdue_is_left_alone() -> None:
    """A day that is gone brings no two windows together."""
    requests = [request(0, "health", 0, 5, "p"), request(1, "civil_affairs", 8, 5, "p")]
    assert align(requests, as_of=FIRST).proposals
    found = align(requests, as_of=FIRST + timedelta(6))
    assert (found.overdue, found.visits, found.proposals) == (1, 1, ())


def test_a_programme_without_a_rule_stays_until_somebody_writes_one() -> None:
    """Nothing is guessed about the law of an unknown programme."""
    requests = [request(0, "health", 0, 5, "p"), request(1, "civil_affairs", 8, 5, "p")]
    found = align(requests, policy=AlignmentPolicy(programmes={}))
    assert {one.limits.fixed for one in found.campaigns} == {FixedReason.RULE}


def test_windows_that_fill_the_cycle_stay() -> None:
    """A monthly campaign of a month's windows has no room."""
    monthly = free(10).model_copy(update={"cycle_days": 31})
    requests = [request(0, "health", 0, 30, "p"), request(1, "hrss", 33, 5, "p")]
    found = align(requests, policy=AlignmentPolicy(programmes={"family_planning": monthly}))
    assert {one.campaign.agency: one.limits.fixed for one in found.campaigns} == {
        "health": FixedReason.CYCLE_FULL,
        "hrss": FixedReason.RULE,
    }


def test_two_cycles_of_a_person_who_moved_share_what_lies_between() -> None:
    """Two towns of one programme may each use half of the gap, so that both together never close it."""
    requests = [
        request(0, "health", 0, 5, "p"),
        request(1, "health", 12, 5, "p"),
        request(2, "civil_affairs", 8, 2, "p"),
        request(3, "civil_affairs", 40, 2, "q"),
    ]
    places = {("health", "R0"): "990100100201", ("health", "R1"): "990100101201"}
    found = align(requests, village_of=places, level=CampaignLevel.TOWN, policy=policy("family_planning", days=9))
    limits = {one.campaign.area: one.limits for one in found.campaigns if one.campaign.agency == "health"}
    assert {area: limit.together for area, limit in limits.items()} == {"990100100": 3, "990100101": 3}
    assert [saving.proposal.sorted for saving in found.proposals] == [
        [(Campaign("health", "family_planning", "990100101"), Change(2, 0))],
        [(Campaign("health", "family_planning", "990100100"), Change(0, 3))],
    ]


def test_a_number_that_stands_in_every_row_takes_no_time() -> None:
    """Whoever fills a whole list with one ID number waits no longer than others."""
    many = [request(number, "health", 20, 9, "p") for number in range(3000)]
    found = align([*many, request(3001, "hrss", 0, 9, "p")], policy=policy("family_planning", days=20))
    assert (found.visits, found.whole.visits_saved if found.whole else 0) == (2, 1)


@pytest.mark.parametrize("level", [CampaignLevel.AUTO, CampaignLevel.TOWN])
def test_windows_set_town_by_town_are_changed_town_by_town(level: CampaignLevel) -> None:
    """Where every town has its own window each town is a campaign; rolling windows stay one."""
    requests, places = [], {}
    for town, person in product(range(3), range(10)):
        key = f"{town}-{person}"
        mine = [request(town * 10 + person, "health", 40 + 5 * town, 9, key)]
        mine.append(request(town * 10 + person, "hrss", 3 * person, 9, key))
        for r in mine:
            places[r.agency, r.request_id] = f"99010010{town}201"
        requests += mine
    found = align(requests, village_of=places, level=level)
    areas = [one.campaign.area for one in found.campaigns if one.campaign.agency == "health"]
    assert areas == ["990100100", "990100101", "990100102"]
    if level is CampaignLevel.AUTO:
        assert [one.campaign.area for one in found.campaigns if one.campaign.agency == "hrss"] == [""]


def test_no_requests_need_no_change() -> None:
    """Nothing in, nothing proposed."""
    found = align([])
    assert (found.visits, found.proposals, found.steps, found.front) == (0, (), (), ((0, 0),))
