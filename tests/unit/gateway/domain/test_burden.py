"""The burden index: what counts, row by row, exact shares, ranks, and who gets a letter."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.domain.burden import (
    AVOIDABLE,
    Asked,
    Component,
    Figures,
    Rejection,
    Rows,
    Seen,
    days_apart,
    figures_of,
    standings,
    what_lies_behind,
)
from services.gateway.domain.burden_decisions import BURDEN_DECISION_TEXTS, BurdenDecisionCode
from services.gateway.domain.burden_policy import BurdenPolicy
from services.gateway.domain.burden_texts import ADVICE, COMPONENT_WORDS
from services.gateway.domain.campaigns import Campaign, Plan

NOVEMBER, POLICY = date(2026, 11, 1), BurdenPolicy()
AGENCIES = ("civil_affairs", "health", "hrss")


def asked(
    request_id: str,
    *,
    agency: str = "health",
    person: str = "a",
    programme: str = "family_planning",
    window: tuple[date, date] = (date(2026, 12, 1), date(2026, 12, 31)),
    on: date = date(2026, 11, 5),
    duplicate_of: str | None = None,
) -> Asked:
    """A request."""
    moment = f"{on.isoformat()}T02:00:00.000000+00:00"
    return Asked(agency, request_id, person, programme, *window, moment, on, duplicate_of)


def count(rows: Rows, plan: Plan | None = None, policy: BurdenPolicy = POLICY) -> dict[tuple[str, Component], Fraction]:
    """What is counted in November, by agency and component; nothing where there is nothing."""
    behind = what_lies_behind(NOVEMBER, rows, plan or Plan(), policy)
    return {
        (each.agency, component): number
        for each in figures_of([], rows.people, behind)
        for component, number in each.counts.items()
        if number
    }


def rows(*requests: Asked, seen: tuple[Seen, ...] = (), rejections: tuple[Rejection, ...] = ()) -> Rows:
    """Of a month."""
    return Rows(requests, seen, rejections, {})


def test_a_request_counts_in_the_month_in_which_it_was_made() -> None:
    """Once; and what asks the same again is a duplicate instead, with the number asked before."""
    found = rows(
        asked("F-1"),
        asked("F-2", duplicate_of="F-1"),
        asked("F-0", on=date(2026, 10, 31)),
        asked("F-9", on=date(2026, 12, 1)),
    )
    assert count(found) == {("health", Component.REQUESTS): 1, ("health", Component.DUPLICATES): 1}
    (duplicate,) = (one for one in what_lies_behind(NOVEMBER, found, Plan(), POLICY) if one.note)
    assert (duplicate.request_ids, duplicate.note) == (("F-2",), "F-1")


def test_windows_of_two_agencies_that_share_no_day_count_for_who_asked_later() -> None:
    """31 December and 5 January are 5 days apart: one visit cannot answer both, and the windows could have met."""
    subsidy = asked(
        "S-1",
        agency="civil_affairs",
        programme="senior_subsidy",
        window=(date(2027, 1, 5), date(2027, 2, 5)),
        on=date(2026, 11, 6),
    )
    found = rows(asked("F-1"), subsidy)
    assert count(found)["civil_affairs", Component.UNMERGED] == 1
    assert ("health", Component.UNMERGED) not in count(found)
    assert days_apart(subsidy, found.asked) == 5
    met = replace(subsidy, window_start=date(2026, 12, 31))
    assert ("civil_affairs", Component.UNMERGED) not in count(rows(asked("F-1"), met))
    far = replace(subsidy, window_start=date(2027, 3, 2), due_date=date(2027, 4, 1))
    assert days_apart(far, found.asked) == 61
    assert ("civil_affairs", Component.UNMERGED) not in count(rows(asked("F-1"), far))


def test_a_window_that_shares_a_day_with_anybody_needs_no_ride_of_its_own() -> None:
    """Though it lies apart from a third one."""
    third = asked(
        "P-1", agency="hrss", programme="pension", window=(date(2026, 12, 20), date(2027, 1, 10)), on=date(2026, 1, 2)
    )
    subsidy = asked(
        "S-1", agency="civil_affairs", programme="senior_subsidy", window=(date(2027, 1, 5), date(2027, 2, 5))
    )
    assert ("civil_affairs", Component.UNMERGED) not in count(rows(asked("F-1", on=date(2026, 11, 1)), subsidy, third))


def test_who_follows_each_persons_own_cycle_is_neither_off_plan_nor_unmerged() -> None:
    """The pension's due dates cannot be moved; who stands beside them with a campaign can."""
    pension = asked(
        "P-1", agency="hrss", programme="pension", window=(date(2027, 1, 5), date(2027, 2, 5)), on=date(2026, 11, 9)
    )
    plan = Plan([Campaign("civil_affairs", "senior_subsidy", date(2026, 3, 1), date(2026, 4, 1))])
    for year in (2026, 2027):
        plan = Plan([*plan.campaigns, Campaign("civil_affairs", "senior_subsidy", date(year, 3, 1), date(year, 4, 1))])
    found = count(rows(asked("F-1", on=date(2026, 11, 1)), pension), plan)
    assert found == {
        ("health", Component.REQUESTS): 1,
        ("health", Component.OFF_PLAN): 1,
        ("hrss", Component.REQUESTS): 1,
    }
    beside = asked("F-1", on=date(2026, 11, 12))
    assert count(rows(beside, pension))["health", Component.UNMERGED] == 1


def test_off_plan_is_what_lies_in_no_accepted_campaign_of_a_planned_year() -> None:
    """Without any plan nothing is; with one, also who handed in none; approved or agreed windows are on it."""
    request = rows(asked("F-1"))
    key = ("health", Component.OFF_PLAN)
    assert key not in count(request)
    others = Campaign("civil_affairs", "senior_subsidy", date(2026, 3, 1), date(2026, 4, 1))
    assert count(request, Plan([others]))[key] == 1
    own = Campaign("health", "family_planning", date(2026, 12, 1), date(2026, 12, 31))
    assert key not in count(request, Plan([others, own]))
    for wrong in (
        replace(own, programme="senior_subsidy"),
        replace(own, agency="hrss"),
        replace(own, last_day=date(2026, 12, 30)),
        replace(own, first_day=date(2026, 12, 2)),
    ):
        assert count(request, Plan([others, wrong]))[key] == 1
    short = replace(own, first_day=date(2026, 12, 2), last_day=date(2026, 12, 29))
    assert count(request, Plan([short], {("health", "family_planning"): (1, 1)}))[key] == 1
    assert key not in count(request, Plan([short], {("health", "family_planning"): (1, 2)}))
    assert key not in count(request, Plan([replace(others, first_day=date(2027, 1, 1), last_day=date(2027, 2, 1))]))


def test_a_ride_is_shared_among_the_agencies_that_it_was_for() -> None:
    """Two people of one dwelling on one day are one ride, another day is another one, and who rode is not looked at."""
    wang = Seen("v1", "home", date(2026, 11, 3), (("hrss", "P-1", "pension"), ("health", "F-1", "family_planning")))
    li = Seen("v2", "home", date(2026, 11, 3), (("hrss", "P-2", "pension"), ("civil_affairs", "S-1", "senior_subsidy")))
    again = Seen("v2", "home", date(2026, 11, 4), li.requests)
    found = count(rows(seen=(wang, li, again)))
    third, half = Fraction(1, 3), Fraction(1, 2)
    assert found == {
        ("hrss", Component.TRIPS): third + half,
        ("civil_affairs", Component.TRIPS): third + half,
        ("health", Component.TRIPS): third,
    }
    behind = what_lies_behind(NOVEMBER, rows(seen=(wang, li)), Plan(), POLICY)
    assert [one.request_ids for one in behind if one.agency == "hrss"] == [("P-1", "P-2")]


def test_rejections_count_but_for_those_that_protect_the_person() -> None:
    """A record that differs counts; that somebody doubts who was filmed does not, nor what a cadre did not ask."""
    on = date(2026, 11, 3)
    codes = ("NAME_DIFFERS", "PERSON_DOUBTED", "QUESTION_UNANSWERED", "RECORD_NOT_FOUND")
    given = tuple(Rejection("hrss", f"P-{code}", "pension", code, on) for code in codes)
    assert count(rows(rejections=given)) == {("hrss", Component.REJECTED): 2}


def figures(agency: str, people: int, **counts: int) -> Figures:
    """An agency's, with these counts."""
    return Figures(agency, people, {each: Fraction(counts.get(each.value, 0)) for each in Component})


def test_the_index_is_the_sum_of_weighed_rates() -> None:
    """By hand: 100 people; 20 requests, 5 duplicates, 10 off plan, 2 unmerged, 4 rejected, 10 trips."""
    one = figures("health", 100, requests=20, duplicates=5, off_plan=10, unmerged=2, rejected=4, trips=10)
    assert [one.points(each, POLICY) for each in Component] == [10, 10, 20, 20, 20, 100]
    assert [one.index(POLICY), one.avoidable(POLICY)] == [180, 70]
    assert one.heaviest(POLICY) is Component.OFF_PLAN


def test_an_agency_is_not_high_because_it_is_large() -> None:
    """Ten times the people with ten times the cases stand the same, and share the rank."""
    small, large = figures("health", 100, unmerged=2), figures("hrss", 1000, unmerged=20)
    assert [one.rank for one in standings([small, large], POLICY)] == [1, 1]


def test_ranks_leave_gaps_after_ties_and_letters_go_to_the_three_highest() -> None:
    """Of equal ones at the third place both get one; who is fourth gets none."""
    found = standings(
        [figures(code, 100, unmerged=count) for code, count in zip("abcdef", (9, 7, 7, 5, 5, 5), strict=True)], POLICY
    )
    assert [(one.figures.agency, one.rank, one.letter) for one in found] == [
        *(("a", 1, True), ("b", 2, True), ("c", 2, True)),
        *(("d", 4, False), ("e", 4, False), ("f", 4, False)),
    ]
    tied = standings([figures(code, 100, unmerged=n) for code, n in zip("abcd", (9, 7, 5, 5), strict=True)], POLICY)
    assert [one.letter for one in tied] == [True] * 4


def test_who_has_no_fault_gets_no_letter() -> None:
    """However many people are visited for it; from one avoidable trip for a hundred people on there is one."""
    busy = figures("hrss", 1000, requests=900, trips=900)
    below, at = figures("health", 1000, unmerged=9), figures("civil_affairs", 1000, unmerged=10)
    found = {one.figures.agency: one for one in standings([busy, below, at], POLICY)}
    assert {code: (one.rank, one.letter) for code, one in found.items()} == {
        "hrss": (1, False),
        "civil_affairs": (2, True),
        "health": (3, False),
    }


def test_who_has_nothing_or_few_people_is_shown_and_not_ranked() -> None:
    """One case among 29 people says nothing of an agency's manner."""
    found = standings(
        [figures("a", 29, unmerged=5), figures("b", 500), figures("c", 0), figures("d", 30, trips=1)], POLICY
    )
    assert [(one.figures.agency, one.rank, one.letter) for one in found] == [
        ("d", 1, False),
        ("a", None, False),
        ("b", None, False),
        ("c", None, False),
    ]
    assert found[-1].index == 0


def test_a_month_without_anything_has_everybody_and_no_rank() -> None:
    """No figure is invented."""
    found = standings(figures_of(AGENCIES, {}, []), POLICY)
    assert [(one.figures.agency, one.rank) for one in found] == [(code, None) for code in AGENCIES]
    assert [one.index for one in found] == [0, 0, 0]


DAYS = st.integers(0, 90).map(lambda offset: date(2026, 10, 1) + timedelta(days=offset))


@st.composite
def months(draw: st.DrawFn) -> Rows:
    """Some requests and rides of few people."""
    requests = []
    for number in range(draw(st.integers(0, 12))):
        first = draw(DAYS)
        requests.append(
            asked(
                f"R-{number}",
                agency=draw(st.sampled_from(AGENCIES)),
                person=draw(st.sampled_from("ab")),
                programme=draw(st.sampled_from(("pension", "senior_subsidy"))),
                window=(first, first + timedelta(days=draw(st.integers(0, 40)))),
                on=draw(DAYS),
                duplicate_of=draw(st.sampled_from((None, None, "R-0"))),
            )
        )
    known = [(one.agency, one.request_id, one.programme) for one in requests]
    seen = [
        Seen(
            f"v{number}",
            draw(st.sampled_from(("x", "y"))),
            draw(DAYS),
            tuple(draw(st.sets(st.sampled_from(known), min_size=1))),
        )
        for number in range(draw(st.integers(0, 6)) if known else 0)
    ]
    return Rows(requests, seen, [], dict.fromkeys(AGENCIES, 50))


@given(months(), st.randoms(use_true_random=False))
def test_neither_order_nor_anything_but_the_rows_matters(found: Rows, chance: Random) -> None:
    """The same rows in another order give the same list, and so the same ranks."""
    shuffled = [*found.asked]
    chance.shuffle(shuffled)
    again = replace(found, asked=shuffled, seen=[*reversed(found.seen)])
    plan = Plan([Campaign("hrss", "senior_subsidy", date(2026, 10, 1), date(2026, 12, 31))])
    assert what_lies_behind(NOVEMBER, again, plan, POLICY) == what_lies_behind(NOVEMBER, found, plan, POLICY)


def test_two_rides_of_a_day_for_one_request_stand_in_the_same_order() -> None:
    """One that is shared, one that is not."""
    hrss, health = ("hrss", "P-1", "pension"), ("health", "F-1", "family_planning")
    rides = [Seen("v1", "home", NOVEMBER, (hrss, health)), Seen("v2", "barn", NOVEMBER, (hrss,))]
    there, back = (what_lies_behind(NOVEMBER, Rows([], seen, [], {}), Plan(), POLICY) for seen in (rides, rides[::-1]))
    assert there == back


@given(months())
def test_the_shares_of_all_agencies_add_up_to_the_rides(found: Rows) -> None:
    """No ride is lost and none is counted twice."""
    behind = what_lies_behind(NOVEMBER, found, Plan(), POLICY)
    rides = sum(Fraction(1, one.share) for one in behind if one.component is Component.TRIPS)
    assert rides == len({(one.place, one.on) for one in found.seen})


@given(months())
def test_every_number_is_the_sum_of_what_lies_behind_it(found: Rows) -> None:
    """And every avoidable row is a request of the month, so that it can be looked up."""
    behind = what_lies_behind(NOVEMBER, found, Plan(), POLICY)
    for each in figures_of(AGENCIES, found.people, behind):
        for component, number in each.counts.items():
            mine = [one for one in behind if (one.agency, one.component) == (each.agency, component)]
            assert number == sum(Fraction(1, one.share) for one in mine)
    known = {(one.agency, one.request_id) for one in found.asked}
    assert all((one.agency, number) in known for one in behind for number in one.request_ids)


@given(months(), st.sampled_from(sorted(AVOIDABLE)), st.sampled_from(AGENCIES))
def test_one_more_case_never_lowers_the_own_index_nor_another_agencys_rank(
    found: Rows, component: Component, agency: str
) -> None:
    """Nobody comes to stand better by causing more."""
    behind = what_lies_behind(NOVEMBER, found, Plan(), POLICY)
    before = figures_of(AGENCIES, found.people, behind)
    after = [
        replace(each, counts={**each.counts, component: each.counts[component] + 1}) if each.agency == agency else each
        for each in before
    ]
    was = {one.figures.agency: one for one in standings(before, POLICY)}
    now = {one.figures.agency: one for one in standings(after, POLICY)}
    assert now[agency].index > was[agency].index
    assert (now[agency].rank or 99) <= (was[agency].rank or 99)
    for other in set(AGENCIES) - {agency}:
        assert (now[other].rank or 0) >= (was[other].rank or 0)


def test_an_empty_file_is_the_default_and_weights_are_exact() -> None:
    """0.05 is a twentieth, not the float nearest to it; own names of programmes are read as lists are."""
    assert BurdenPolicy.from_toml("") == POLICY
    assert BurdenPolicy.from_toml("[weights]\nrequests = 0.05").weights.of(Component.REQUESTS) == Fraction(1, 20)
    assert BurdenPolicy.from_toml('own_cycle = ["养老保险", "高龄津贴"]').own_cycle == {"pension", "senior_subsidy"}
    assert BurdenPolicy.from_toml("letter_from = 12.5").letter_from == Decimal("12.5")
    assert BurdenPolicy.model_validate(POLICY.model_dump(mode="json")) == POLICY


@pytest.mark.parametrize(
    "text",
    [
        "letter_from = 0",
        "fewest_people = 0",
        "[weights]\ntrips = -1",
        "[weights]\ncadres = 1",
        'rejections_not_counted = ["NO_SUCH_CODE"]',
        "close_after_days = 28",
        "cadres_ranked = true",
    ],
)
def test_a_policy_that_would_be_unfair_or_means_nothing_is_refused(text: str) -> None:
    """Nobody gets a letter for nothing, and there is no field that ranks a cadre."""
    with pytest.raises(ValueError, match="validation error"):
        BurdenPolicy.from_toml(text)


def test_everything_has_its_words() -> None:
    """In both languages where both are shown."""
    assert set(COMPONENT_WORDS) == set(Component)
    assert set(ADVICE) == AVOIDABLE
    assert set(BURDEN_DECISION_TEXTS) == set(BurdenDecisionCode)
    assert all(all(words) for words in (*COMPONENT_WORDS.values(), *BURDEN_DECISION_TEXTS.values()))
