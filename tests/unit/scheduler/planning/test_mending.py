"""Mending computes what a change touches, and comes to what mending everybody would."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduler.domain.plan_model import Cadre, PlaceVisit
from services.scheduler.planner.county import County
from services.scheduler.planner.draft import Draft
from services.scheduler.planner.mending import mended
from tests.unit.scheduler.planning.plans import cadre, day, visit
from tests.unit.scheduler.planning.test_draft import a_county, a_draft, check

TOWNSHIPS = {"t": ("c1", "c2", "c3"), "u": ("c4", "c5"), "": ("c6", "c7")}
"""The last two are of no township and share a village."""
OF = {who: township for township, cadres in TOWNSHIPS.items() for who in cadres}
DAYS_OFF = st.frozensets(st.integers(0, 8).map(day), max_size=7)


@st.composite
def townships(draw: st.DrawFn) -> tuple[list[PlaceVisit], list[Cadre]]:
    """Cadres of two townships, a village each, and two of one village, with leave; visits of short windows, near and
    far: some find no day with their own cadre."""
    village_of = {who: f"v-{who if township else 'shared'}" for who, township in OF.items()}
    cadres = [cadre(who, [village_of[who]], township, days_off=draw(DAYS_OFF)) for who, township in OF.items()]
    visits = []
    for number in range(draw(st.integers(5, 30))):
        first, long = draw(st.integers(0, 8)), draw(st.integers(0, 3))
        village = village_of[draw(st.sampled_from(list(OF)))]
        north, frail = draw(st.sampled_from([1.0, 4.0, 12.0, 25.0])), draw(st.booleans())
        dwelling = draw(st.sampled_from([None, f"d{north}-{village}"]))
        visits.append(
            visit(f"n{number:02d}", first, first + long, north=north, village=village, frail=frail, dwelling=dwelling)
        )
    return visits, cadres


def settled(county: County) -> Draft:
    """A draft in which mending everybody changes nothing."""
    draft, changed = mended(a_draft(county), county, set(county.visits))
    for _ in range(20):
        if not changed:
            return draft
        draft, changed = mended(draft, county, set(county.visits))
    raise AssertionError("mending does not come to an end")


@settings(max_examples=80, deadline=None)
@given(townships(), st.sampled_from(list(OF)), DAYS_OFF)
def test_a_leave_is_mended_as_if_everybody_were(
    made: tuple[list[PlaceVisit], list[Cadre]], who: str, leave: frozenset[date]
) -> None:
    """A leave taken, or taken back: neighbours help where a due date would be missed, and the other township stays as
    it was, to the byte."""
    county = a_county(*made)
    draft = settled(county)
    ill = replace(county, cadres={**county.cadres, who: replace(county.cadres[who], days_off=leave)})
    found, changed = mended(draft, ill, ())
    check(found, ill)
    assert found.documents == mended(draft, ill, set(ill.visits))[0].documents
    assert {OF[one] for one in changed} <= {OF[who]}
    assert {one: found.documents[one] for one in OF if one not in changed} == {
        one: draft.documents[one] for one in OF if one not in changed
    }


@settings(max_examples=80, deadline=None)
@given(townships(), st.data())
def test_late_and_closed_visits_are_mended_as_if_everybody_were(
    made: tuple[list[PlaceVisit], list[Cadre]], data: st.DataObject
) -> None:
    """A late request, a death, an absence: the cadre's own plan, and those of neighbours who help."""
    visits, cadres = made
    names = st.sampled_from([one.visit_id for one in visits])
    late, gone, away = (set(data.draw(st.lists(names, max_size=2))) for _ in range(3))
    county = a_county([one for one in visits if one.visit_id not in late], cadres)
    draft = settled(county)
    left = [
        replace(one, away=frozenset({one.first})) if one.visit_id in away else one
        for one in visits
        if one.visit_id not in gone
    ]
    after = a_county(left, cadres)
    found, _ = mended(draft, after, late | gone | away)
    check(found, after)
    assert found.documents == mended(draft, after, {one.visit_id for one in visits})[0].documents


@pytest.mark.parametrize(
    ("township", "village"),
    [pytest.param("t", "v2", id="of the township"), pytest.param("", "v1", id="of the village")],
)
def test_a_neighbour_who_is_back_makes_what_was_given_up(township: str, village: str) -> None:
    """Nobody could: the own cadre is away, the neighbour too. Once the neighbour is back, the visit is the neighbour's,
    and stands in one list alone."""
    away = frozenset(day(number) for number in range(5))
    cadres = [cadre("c1", ["v1"], township, days_off=away), cadre("c2", [village], township, days_off=away)]
    county = a_county([visit("a", 0, 4)], cadres)
    draft = settled(county)
    assert draft.documents["c1"]["unplanned"][0]["due_missed"]
    back = replace(county, cadres={**county.cadres, "c2": replace(cadres[1], days_off=frozenset())})
    found, changed = mended(draft, back, ())
    check(found, back)
    assert (found.standings["a"].place.cadre_id, changed) == ("c2", {"c1", "c2"})
