"""The order of a half-day that a person chose: kept by searches and mendings, given up for a due date alone."""

from dataclasses import replace
from datetime import date
from itertools import permutations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.plan import HalfDay
from services.scheduler.domain.plan_codes import PlanInputCode
from services.scheduler.domain.plan_insert import insert
from services.scheduler.domain.plan_model import Cadre, Place, PlaceVisit, Plan, places
from services.scheduler.domain.plan_order import broken, shortest, with_stop
from services.scheduler.domain.plan_parts import CadrePlan, Season, cadre_plan
from services.scheduler.domain.plan_problem import Routes
from services.scheduler.planner.county import County
from services.scheduler.planner.draft import Draft, difference
from services.scheduler.planner.jobs import documents_of
from services.scheduler.planner.mending import mended
from services.scheduler.planner.moving import Move, moved
from services.scheduler.planner.undoing import restored
from services.scheduler.planning.county import Effort, plan_county
from services.scheduler.store.plan import stops_of
from tests.unit.scheduler.planning.plans import cadre, day, season, visit
from tests.unit.scheduler.planning.test_draft import a_county, a_draft, check
from tests.unit.scheduler.planning.test_properties import counties

SEARCH = Effort(seconds=2, processes=1, patience=1000)
AM, PM = HalfDay.MORNING, HalfDay.AFTERNOON
ZIGZAG = ("n3", "n1", "n4", "n2")
"""Chosen by hand; 1, 2, 3, 4 km along one road, so 12 km of riding instead of 8."""


def road(*names: str) -> list[PlaceVisit]:
    """Houses so many kilometres along one road, to be seen on the Monday."""
    return [visit(name, 0, 0, north=float(name[1:])) for name in names]


def stood(*names: str) -> dict[str, Place]:
    """They stand in this order on the Monday morning."""
    return {name: Place("c1", day(0), AM, number) for number, name in enumerate(names)}


def order_of(plan: Plan, names: tuple[str, ...]) -> list[str]:
    """The visits, which stand on one half-day, in order."""
    at = places(plan)
    assert len({at[one][:3] for one in names}) == 1
    return sorted(names, key=lambda one: at[one].order)


def chosen(names: tuple[str, ...] = ZIGZAG) -> Season:
    """A plan before, with an order chosen by hand."""
    return replace(season(1, stood(*names)), ordered=set(names))


def test_a_search_turns_a_zigzag_into_a_road_unless_a_person_chose_it() -> None:
    """A late request lets the cadre's day be searched again: only a chosen order survives it, and says nothing."""
    visits = road("n1", "n2", "n3", "n4", "n5")
    anybodys = plan_county(visits, [cadre()], season(1, stood(*ZIGZAG)), SEARCH)
    assert order_of(anybodys.plan, ZIGZAG) in (["n1", "n2", "n3", "n4"], ["n4", "n3", "n2", "n1"])
    by_hand = plan_county(visits, [cadre()], chosen(), SEARCH)
    assert order_of(by_hand.plan, ZIGZAG) == list(ZIGZAG)
    assert not by_hand.plan.unplanned
    assert PlanInputCode.ORDER_GIVEN_UP not in {code for code, _ in by_hand.warnings}
    (route,) = [route for route in by_hand.plan.routes if any(each.ordered for each in route.stops)]
    assert [each.stop.stop_id for each in route.stops if each.ordered] == list(ZIGZAG)
    assert route.longer_minutes > 5, "what the order costs is said"


def test_an_order_holds_wherever_its_stops_stand_together() -> None:
    """All of them prefer the afternoon: the search leads them there, and not into another order by that."""
    visits = [replace(one, half_day=PM) for one in road("n1", "n2", "n3", "n4")]
    anybodys = plan_county([*visits, *road("n5")], [cadre()], season(1, stood(*ZIGZAG)), SEARCH)
    assert order_of(anybodys.plan, ZIGZAG) != list(ZIGZAG)
    by_hand = plan_county([*visits, *road("n5")], [cadre()], chosen(), SEARCH)
    assert {places(by_hand.plan)[one].half for one in ZIGZAG} == {PM}
    assert order_of(by_hand.plan, ZIGZAG) == list(ZIGZAG)


def test_an_order_is_given_up_for_a_due_date_and_it_is_said() -> None:
    """One half-day, and no room for the late person in the chosen order, but in the short one."""
    one_morning = cadre(hours=((AM, 510, 640),))
    visits = road("n1", "n2", "n3", "n4", "n5")
    found = plan_county(visits, [one_morning], chosen(), SEARCH)
    assert not found.plan.unplanned, "the due date counts before the order"
    assert order_of(found.plan, ZIGZAG) != list(ZIGZAG)
    assert (PlanInputCode.ORDER_GIVEN_UP, "c1, 2026-03-02 am") in found.warnings
    (route,) = found.plan.routes
    assert route.given_up and not any(each.ordered for each in route.stops)
    before = plan_county(visits[:4], [one_morning], chosen(), SEARCH)
    assert order_of(before.plan, ZIGZAG) == list(ZIGZAG), "without him it holds"


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(5)), st.lists(st.floats(-3, 3), min_size=5, max_size=5))
def test_the_shortest_order_is_the_shortest_of_all(order: list[int], east: list[float]) -> None:
    """Against trying every order; and one stop more goes to the best place of it."""
    visits = [visit(f"n{n}", 0, 4, north=1.0 + n % 3, east=east[n]) for n in range(5)]
    problem = cadre_plan(cadre(), visits, season()).problem
    assert problem.riding(shortest(problem, order)) == min(problem.riding(way) for way in permutations(range(5)))
    longer = with_stop(problem, order[1:], order[0])
    assert [stop for stop in longer if stop != order[0]] == order[1:]
    assert broken({0: longer}, {0: order[1:]}) == []


@settings(max_examples=100, deadline=None)
@given(counties(), st.randoms(use_true_random=False))
def test_a_search_is_arranged_within_the_rules(made: tuple[list[PlaceVisit], list[Cadre]], chance: Random) -> None:
    """Whatever a search finds: every stop once, no half-day too full, no due date missed that either plan keeps; an
    order is lost only where it saves one."""
    visits, cadres = made
    of = season(9, places(plan_county(visits, cadres, season(9), Effort(seconds=0)).plan))
    of = replace(of, ordered={one.visit_id for one in visits})
    for who in cadres:
        part = cadre_plan(who, [one for one in visits if one.village_code in who.villages], of)
        problem = part.problem
        found: Routes = {}
        for stop in chance.sample(range(len(problem.stops)), len(problem.stops)):
            found = insert(problem, found, [stop])
        for slot, order in list(found.items()):
            mixed = chance.sample(order, len(order))
            found[slot] = mixed if problem.fits(slot, mixed) else order
        best = part.better(found, of.last)
        assert all(problem.fits(slot, order) for slot, order in best.items())
        assert len(problem.served(best)) == sum(map(len, best.values()))

        def missed(routes: Routes, part: CadrePlan = part) -> int:
            return sum(part.problem.people(stop) for stop in replace(part, routes=routes).due_missed(of.last))

        assert missed(best) <= min(missed(found), missed(part.routes))
        if broken(best, part.chosen):
            assert missed(best) < missed(part.routes)


def a_desk() -> tuple[County, Draft, tuple[str, date, HalfDay]]:
    """A draft of four houses along one road, and the half-day in which they stand."""
    county = a_county([visit(f"n{n}", 0, 8, north=float(n)) for n in range(1, 5)], [cadre()])
    draft = a_draft(county)
    (at,) = {standing.place[:3] for standing in draft.standings.values()}
    return county, draft, at


def on(draft: Draft) -> list[str]:
    """The visits of the only half-day, in order."""
    (route,) = draft.documents["c1"]["routes"]
    return [one for stop in route["stops"] for one in stop["visit_ids"]]


def flags(draft: Draft) -> dict[str, bool]:
    """Of which visits the order is kept."""
    return {one: standing.ordered for one, standing in draft.standings.items()}


def again(draft: Draft, county: County) -> Draft:
    """The plan made again, with a search."""
    standings = draft.standings
    of = draft.season(county, standings)
    planned = plan_county(county.visits.values(), list(county.cadres.values()), of, SEARCH)
    return draft.with_documents(documents_of(draft, county, of, standings, planned))


def test_a_chosen_order_outlives_planning_again_and_is_undone() -> None:
    """Put by hand, planned again with somebody more, mended: it stays. Undone, it is as before and kept no more."""
    county, draft, at = a_desk()
    first, *rest = on(draft)
    found = moved(draft, county, Move((first,), *at, 2))
    wished = [rest[0], rest[1], first, rest[2]]
    assert on(found.draft) == wished and all(flags(found.draft).values())
    assert found.draft.documents["c1"]["routes"][0]["longer_minutes"] > 0
    more = replace(county, visits={**county.visits, "n5": visit("n5", 0, 8, north=5.0)})
    for after in (again(found.draft, more), mended(found.draft, more, {"n5"})[0]):
        check(after, more)
        standing = after.standings
        assert sorted(wished, key=lambda one: standing[one].place) == wished
        assert {one for one, kept in flags(after).items() if kept} == set(wished), (
            "nobody chose the place of the late one"
        )
    was, _ = difference(draft, found.draft)
    back = restored(found.draft.standings, was, found.draft.today, found.draft.first)
    undone, _ = mended(found.draft, county, set(was), back)
    assert on(undone) == [first, *rest] and not any(flags(undone).values())


def test_a_half_day_put_onto_itself_lets_the_order_go() -> None:
    """It is ridden the shortest way again; the days stay as they were held."""
    county, draft, at = a_desk()
    short = on(draft)
    found = moved(draft, county, Move((short[0],), *at, 3)).draft
    assert on(found) == [*short[1:], short[0]]
    let_go = moved(found, county, Move(tuple(on(found)), *at, only_order=True)).draft
    assert on(let_go) in (short, short[::-1]) and not any(flags(let_go).values())
    pinned = {one for one, standing in let_go.standings.items() if standing.pinned}
    assert pinned == {short[0]}, "only the one that was put by hand keeps its day"


def test_who_comes_to_a_half_day_leaves_its_order() -> None:
    """A stop that is put there where it costs least stands among the others and changes nothing of their order."""
    county, draft, at = a_desk()
    more = replace(county, visits={**county.visits, "n9": visit("n9", 0, 8, north=2.5)})
    first, *rest = on(draft)
    found = moved(draft, county, Move((first,), *at, 2)).draft
    joined = moved(found, more, Move(("n9",), *at)).draft
    assert [one for one in on(joined) if one != "n9"] == [rest[0], rest[1], first, rest[2]]
    assert flags(joined) == {"n9": False, "n1": True, "n2": True, "n3": True, "n4": True}


def test_a_household_whose_order_is_chosen_stays_one_stop() -> None:
    """Though one of its people is seen at another time; moved elsewhere and mended, too."""
    household = [visit(name, 0, 4, dwelling="d", north=1.0) for name in "ab"]
    county = a_county([*household, visit("later", 7, 8, dwelling="d"), visit("e", 0, 0, north=2.0)], [cadre()])
    draft = a_draft(county)
    cadre_id, on, half, _ = draft.standings["a"].place
    assert draft.standings["e"].place[:3] == (cadre_id, on, half)
    for move in (Move(("a", "b"), cadre_id, on, half, 1), Move(("a", "b"), cadre_id, day(3), PM)):
        draft = moved(draft, county, move).draft
        assert ["a", "b"] in stops_now(draft)
        assert {draft.standings[name].place for name in "ab"} == {draft.standings["a"].place}
        still, _ = mended(draft, county, set(county.visits))
        assert (still.standings, stops_now(still)) == (draft.standings, stops_now(draft))


def test_who_comes_to_somebody_who_was_taken_from_the_household_is_one_stop_with_them() -> None:
    """One is moved to another day, then the other one, too."""
    county = a_county([visit(name, last=8, dwelling="d") for name in ("a", "b", "c")], [cadre()])
    draft = a_draft(county)
    assert stops_now(draft) == [["a", "b", "c"]]
    for name in "ab":
        draft = moved(draft, county, Move((name,), "c1", day(3), PM)).draft
    assert sorted(stops_now(draft)) == [["a", "b"], ["c"]]


def stops_now(draft: Draft) -> list[list[str]]:
    """The visits of each stop of the draft."""
    return [stop["visit_ids"] for document in draft.documents.values() for stop in stops_of(document)]
