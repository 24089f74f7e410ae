"""What holds of a draft on the desk, whatever is moved, mended and undone."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.desk import RowWish
from schemas.plan import HalfDay
from services.scheduler.domain.plan_draft import held
from services.scheduler.domain.plan_model import Cadre, PlaceVisit
from services.scheduler.domain.plan_travel import GreatCircleTravel
from services.scheduler.planner.county import County
from services.scheduler.planner.draft import Draft, difference
from services.scheduler.planner.figures import totals
from services.scheduler.planner.importing import imported
from services.scheduler.planner.jobs import documents_of
from services.scheduler.planner.mending import mended
from services.scheduler.planner.moving import Move, moved
from services.scheduler.planner.undoing import restored
from services.scheduler.planning.county import Effort, plan_county
from services.scheduler.store.plan import PlanRow, stops_of
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
        again, _ = mended(found.draft, county, set(was), restored(found.draft.standings, was, draft.today))
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
    assert imported(draft, county, rows).answer(draft, rows=2, applied=False, version=1)["moved"] == 0
    wrong = imported(draft, county, [rows[0].model_copy(update={"day": "3月4日"}), rows[1]])
    assert [(row, fault.code.value) for row, _, fault in wrong.faults] == [(2, "MOVE_ROW_UNREADABLE")]


def test_undoing_neither_loses_nor_doubles_what_phones_are_out_with() -> None:
    """A visit of today that was moved to another day stays there when the move is undone; one that has come onto today
    since is not moved by undoing: each stands once."""
    county = a_county([visit("a", last=8), visit("b", last=8, north=2.0)], [cadre()])
    draft = moved(a_draft(county), county, Move(("a", "b"), "c1", day(3), HalfDay.MORNING)).draft
    today = replace(draft, today=day(3))
    away = moved(today, county, Move(("a",), "c1", day(7), HalfDay.MORNING)).draft
    check(away, county)
    back = restored(away.standings, difference(today, away)[0], away.today)
    undone, _ = mended(away, county, {"a"}, back)
    check(undone, county)
    assert {one: standing.place.day for one, standing in undone.standings.items()} == {"a": day(7), "b": day(3)}
    before = a_draft(county)
    back = restored(today.standings, difference(before, today)[0], today.today)
    still, _ = mended(today, county, {"a", "b"}, back)
    check(still, county)
    assert still.standings == today.standings
