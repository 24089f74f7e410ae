"""What holds of a draft on the desk, whatever is moved, mended and undone."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.desk import PlanOrder, RowWish
from schemas.plan import HalfDay
from services.scheduler.domain.plan_draft import Standing, held
from services.scheduler.domain.plan_model import Cadre, PlaceVisit
from services.scheduler.domain.plan_move_codes import MoveFaultCode
from services.scheduler.domain.plan_travel import GreatCircleTravel
from services.scheduler.planner.county import County
from services.scheduler.planner.draft import Draft, difference
from services.scheduler.planner.figures import totals
from services.scheduler.planner.importing import imported
from services.scheduler.planner.jobs import documents_of, with_days
from services.scheduler.planner.mending import mended
from services.scheduler.planner.moving import Move, moved
from services.scheduler.planner.own_part import Part
from services.scheduler.planner.undoing import restored, stepped
from services.scheduler.planning.county import Effort, plan_county
from services.scheduler.store.plan import PlanRow, stops_of
from services.scheduler.store.plan_steps import Step
from tests.unit.scheduler.planning.plans import MONDAY, cadre, day, visit
from tests.unit.scheduler.planning.test_properties import counties

WISH = st.tuples(
    *(st.integers(0, 20), st.sampled_from(["c1", "c2"]), st.integers(-1, 8)),
    *(st.sampled_from(HalfDay), st.none() | st.integers(0, 4)),
)  # fmt: skip


def a_county(visits: list[PlaceVisit], cadres: list[Cadre]) -> County:
    """What the planner reads of the database."""
    return County(
        cadres={one.cadre_id: one for one in cadres},
        names={one.cadre_id: one.cadre_id for one in cadres},
        visits={one.visit_id: one for one in visits},
        nowhere={},
        of_village=frozenset(),
        travel=GreatCircleTravel(),
        published={},
    )


def a_draft(county: County, days: int = 9) -> Draft:
    """A draft by insertion, on the day before the Monday."""
    row = PlanRow(1, 1, MONDAY, day(days - 1), 1, 0, None)
    empty = Draft(row, {}, MONDAY - timedelta(1))
    season = empty.season(county, {})
    planned = plan_county(county.visits.values(), list(county.cadres.values()), season, Effort(seconds=0))
    return Draft(row, documents_of(empty, county, season, {}, planned), empty.today)


def check(draft: Draft, county: County) -> None:
    """Every visit once; days that suit; no half-day over its budget; figures that add up."""
    stops = [stop for document in draft.documents.values() for stop in stops_of(document)]
    assert sorted(one for stop in stops for one in stop["visit_ids"]) == sorted(county.visits)
    for document in draft.documents.values():
        for route in document["routes"]:
            assert route["minutes"] <= route["budget_minutes"] + 0.2
            assert route["persons"] == sum(len(stop["visit_ids"]) for stop in route["stops"]) <= 10
            on = date.fromisoformat(route["day"])
            for one in (county.visits[name] for stop in route["stops"] for name in stop["visit_ids"]):
                assert one.first <= on <= one.last
                assert on not in one.away
                assert on >= (one.not_before or on)
    figures = totals(draft.documents.values())
    assert figures["visits"] == len(county.visits) == figures["planned"] + figures["unplanned"]


@settings(max_examples=60, deadline=None)
@given(counties(), st.lists(WISH, max_size=5), st.integers(-1, 4))
def test_moves_do_what_was_wished_or_nothing_and_can_be_undone(
    made: tuple[list[PlaceVisit], list[Cadre]], wishes: list[tuple[int, str, int, HalfDay, int | None]], now: int
) -> None:
    """A move that breaks no rule puts the visit there; each rule is kept; undoing brings back what stood, but for what
    stands on today or stood there."""
    county = a_county(*made)
    draft, _ = mended(replace(a_draft(county), today=day(now)), county, set(county.visits))
    check(draft, county)
    names = sorted(county.visits)
    for number, who, on, half, at in wishes if names else []:
        one = names[number % len(names)]
        found = moved(draft, county, Move((one,), who, day(on), half, at))
        if found.faults:
            assert found.draft is draft
            continue
        check(found.draft, county)
        standing = found.draft.standings[one]
        assert (standing.place[:3], standing.pinned) == ((who, day(on), half), True)
        was, _ = difference(draft, found.draft)
        again, _ = mended(found.draft, county, set(was), restored(found.draft.standings, was, draft.today, draft.first))
        check(again, county)
        stood = draft.standings
        if one in stood and stood[one].place.day == draft.today:
            assert again.standings[one].place[:3] == standing.place[:3]
        else:
            assert {name: again.standings.get(name) for name in stood} == stood
        draft = found.draft


@settings(max_examples=60, deadline=None)
@given(counties(), st.data())
def test_mending_takes_in_what_is_new_and_moves_nothing_that_can_stay(
    made: tuple[list[PlaceVisit], list[Cadre]], data: st.DataObject
) -> None:
    """Late requests come in, closed visits go, and whoever stood still stands on the same half-day."""
    visits, cadres = made
    late = set(data.draw(st.lists(st.sampled_from([v.visit_id for v in visits]), unique=True))) if visits else set()
    gone = set(data.draw(st.lists(st.sampled_from([v.visit_id for v in visits]), unique=True))) if visits else set()
    before = a_county([v for v in visits if v.visit_id not in late], cadres)
    after = a_county([v for v in visits if v.visit_id not in gone], cadres)
    draft = a_draft(before)
    found, _ = mended(draft, after, late | gone)
    check(found, after)
    stays = {one: standing for one, standing in draft.standings.items() if one in after.visits}
    now = found.standings
    assert {one: now[one].place[:3] for one in stays} == {one: standing.place[:3] for one, standing in stays.items()}
    same, changed = mended(found, after, set())
    assert not changed
    assert same.documents == found.documents


def test_one_of_a_household_can_be_moved_alone_and_comes_back() -> None:
    """The one who is moved is a stop of its own; put beside the other again, they are one stop."""
    county = a_county([visit("a", dwelling="d", last=8), visit("b", dwelling="d", last=8)], [cadre()])
    draft = a_draft(county)
    (route,) = draft.documents["c1"]["routes"]
    assert [stop["visit_ids"] for stop in route["stops"]] == [["a", "b"]]
    away = moved(draft, county, Move(("a",), "c1", day(3), HalfDay.MORNING)).draft
    assert away.standings["a"].apart
    assert {one: standing.place.day for one, standing in away.standings.items()}["a"] == day(3)
    still, _ = mended(away, county, {"a", "b"})
    assert still.standings == away.standings
    to = away.standings["b"].place
    back = moved(away, county, Move(("a",), "c1", to.day, to.half)).draft
    assert not back.standings["a"].apart
    assert len(back.documents["c1"]["routes"]) == 1


def test_who_does_not_work_is_called_by_name() -> None:
    """Nobody at the desk knows the county's ids by heart."""
    county = replace(a_county([visit("a", last=8)], [cadre()]), names={"c1": "李建国"})
    (fault,) = moved(a_draft(county), county, Move(("a",), "c1", day(5), HalfDay.MORNING)).faults
    assert fault == (MoveFaultCode.CADRE_AWAY, f"李建国, {day(5)} am")


def test_a_day_put_by_hand_holds_like_a_told_one() -> None:
    """Planning again does not move it; `held` says how."""
    county = a_county([visit("a", last=8)], [cadre()])
    draft = moved(a_draft(county), county, Move(("a",), "c1", day(4), HalfDay.AFTERNOON)).draft
    standings = draft.standings
    kept = held(county.visits["a"], standings["a"])
    assert kept.announced_on == day(4)
    planned = plan_county([kept], [cadre()], draft.season(county, standings), Effort(seconds=0))
    assert [route.slot.day for route in planned.plan.routes] == [day(4)]


def test_an_imported_table_that_was_not_edited_moves_nothing() -> None:
    """The rows as they were exported, and a row with a typing error that is named."""
    county = a_county([visit("a", last=8), visit("b", last=8, north=2.0)], [cadre()])
    draft = a_draft(county)
    rows = [
        RowWish(row=number, visit_id=one, cadre_id=place.cadre_id, day=str(place.day), half_day=place.half.value,
                order=str(place.order + 1))
        for number, (one, (place, *_)) in enumerate(draft.standings.items(), 2)
    ]  # fmt: skip
    assert imported(Part(draft, None), county, rows).answer(draft, rows=2, applied=False, version=1)["moved"] == 0
    for edited in ({"day": "3月4日"}, {"day": ""}, {"order": "1e400"}, {"order": "nan"}):
        wrong = imported(Part(draft, None), county, [rows[0].model_copy(update=edited), rows[1]])
        assert [(row, fault.code.value) for row, _, fault in wrong.faults] == [(2, "MOVE_ROW_UNREADABLE")]


def test_days_of_an_imported_table_are_read_as_spreadsheets_write_them() -> None:
    """A spreadsheet makes its own kind of date of what it is given."""
    county = a_county([visit("a", last=8)], [cadre()])
    draft = a_draft(county)
    for typed in ("2026/3/4", "2026-03-04 00:00:00", "46085", "2026年3月4日"):
        row = RowWish(row=2, visit_id="a", cadre_id="c1", day=typed, half_day="上午", order="1")
        found = imported(Part(draft, None), county, [row])
        assert (found.faults, found.draft.standings["a"].place.day) == ([], day(2))


def test_who_is_moved_beside_somebody_behind_the_same_door_is_one_stop_with_them() -> None:
    """At once, not when something else is mended: what is undone later finds every order as it was."""
    county = a_county([visit("a", 0, 2, dwelling="d"), visit("b", 2, 2, dwelling="d")], [cadre()])
    draft = a_draft(county)
    assert draft.standings["a"].place.day == MONDAY
    found = moved(draft, county, Move(("a",), "c1", day(2), HalfDay.MORNING)).draft
    assert [stop["visit_ids"] for stop in stops_of(found.documents["c1"])] == [["a", "b"]]
    again, changed = mended(found, county, {"a", "b"})
    assert (again.standings, changed) == (found.standings, set())


def test_what_nobody_made_and_is_put_by_hand_leaves_the_figures_of_nobody() -> None:
    """A visit of a village without a cadre is counted once, wherever it stands."""
    county = a_county([visit("a", last=8), visit("b", last=8, village="v9")], [cadre()])
    draft = a_draft(county)
    assert totals(draft.documents.values())["unplanned"] == 1
    found = moved(draft, county, Move(("b",), "c1", day(2), HalfDay.MORNING))
    check(found.draft, county)
    assert totals(found.draft.documents.values())["unplanned"] == 0


def test_undoing_neither_loses_nor_doubles_what_phones_are_out_with() -> None:
    """A visit of today that was moved to another day stays there when the move is undone; one that has come onto today
    since is not moved by undoing: each stands once."""
    county = a_county([visit("a", last=8), visit("b", last=8, north=2.0)], [cadre()])
    draft = moved(a_draft(county), county, Move(("a", "b"), "c1", day(3), HalfDay.MORNING)).draft
    today = replace(draft, today=day(3))
    away = moved(today, county, Move(("a",), "c1", day(7), HalfDay.MORNING)).draft
    check(away, county)
    back = restored(away.standings, difference(today, away)[0], away.today, away.first)
    undone, _ = mended(away, county, {"a"}, back)
    check(undone, county)
    assert {one: standing.place.day for one, standing in undone.standings.items()} == {"a": day(7), "b": day(3)}
    before = a_draft(county)
    back = restored(today.standings, difference(before, today)[0], today.today, today.first)
    still, _ = mended(today, county, {"a", "b"}, back)
    check(still, county)
    assert still.standings == today.standings


def test_a_plan_made_again_from_later_keeps_what_stands_before_it() -> None:
    """Days between today and the new first day stay as they were told; who is away on such a day is planned anew, and
    undoing brings the days of the plan back."""
    told = [visit("a", last=8, announced_on=day(1)), visit("b", last=8, north=2.0, announced_on=day(2))]
    county = a_county([*told, visit("c", last=8, north=3.0)], [cadre()])
    draft = a_draft(county)
    stood = draft.standings
    assert [stood[one].place.day for one in "ab"] == [day(1), day(2)]
    for anew in (False, True):
        order = PlanOrder(**{"from": day(4)}, days=9, seconds=0, anew=anew)
        wished = with_days(draft, order, county)
        later = planned_anew(wished, county, {} if anew else stood)
        check(later, county)
        assert [later.standings[one].place for one in "ab"] == [stood[one].place for one in "ab"]
        still, _ = mended(later, county, set(county.visits))
        assert still.standings == later.standings
        away = a_county([replace(told[0], away=frozenset({day(1)})), told[1]], [cadre()])
        found, _ = mended(later, away, {"a", "c"})
        check(found, away)
        assert found.standings["a"].place.day >= day(4)
        assert found.standings["b"].place[:3] == stood["b"].place[:3]
        ill = a_county(list(county.visits.values()), [cadre(days_off=frozenset({day(2)}))])
        found, _ = mended(later, ill, set())
        check(found, ill)
        assert found.standings["b"].place.day >= day(4)
        days = {"was": [str(MONDAY), str(draft.plan.last)], "became": [str(day(4)), str(later.plan.last)]}
        was, became = difference(draft, later)
        step = Step(1, "plan", {}, was, became, days)
        back = stepped(later, step, back=True)
        assert (back.plan.first, back.plan.last) == (MONDAY, draft.plan.last)
        to = restored(back.standings, was, back.today, back.first)
        undone, _ = mended(back, county, set(was), to, other_days=True)
        assert undone.standings == stood
        assert undone.documents["c1"]["slots"] == draft.documents["c1"]["slots"]
        assert stepped(undone, step, back=False).plan.first == day(4)


def test_a_plan_made_again_for_fewer_days_keeps_days_that_were_told_or_chosen() -> None:
    """It ends with the last day that somebody was told, or that was put by hand and is not to be planned anew."""
    county = a_county([visit("a", last=8, announced_on=day(4)), visit("b", last=8), visit("c", last=8)], [cadre()])
    draft = moved(a_draft(county), county, Move(("b",), "c1", day(7), HalfDay.MORNING)).draft
    for anew, last in ((False, day(7)), (True, day(4))):
        wished = with_days(draft, PlanOrder(**{"from": MONDAY}, days=2, seconds=0, anew=anew), county)
        assert (wished.plan.first, wished.plan.last) == (MONDAY, last)
        again = planned_anew(wished, county, {} if anew else draft.standings)
        check(again, county)
        assert again.standings["a"].place[:3] == draft.standings["a"].place[:3]
        assert anew or again.standings["b"] == draft.standings["b"]


def planned_anew(wished: Draft, county: County, standings: dict[str, Standing]) -> Draft:
    """The draft made again by insertion."""
    season = wished.season(county, standings)
    staying = wished.staying(county)
    visits = [held(one, standings.get(name)) for name, one in county.visits.items() if name not in staying]
    planned = plan_county(visits, list(county.cadres.values()), season, Effort(seconds=0))
    return replace(wished, documents=documents_of(wished, county, season, standings, planned))
