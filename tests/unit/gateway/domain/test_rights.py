"""What a person may do: typed out in full, by groups or by the operator, and denied by default."""

import pytest

from schemas.areas import covers
from services.gateway.domain.areas import read_areas
from services.gateway.domain.groups import SeveralRoles, rights_in
from services.gateway.domain.roles import Rights, read_rights

TOWNSHIP, VILLAGE, NEXT_TOWNSHIP = "990101001", "990101001001", "990101002"
RULES = {
    "qinghe": Rights("scheduler", None, (TOWNSHIP,)),
    "shimen": Rights("scheduler", None, (NEXT_TOWNSHIP,)),
    "county-desk": Rights("scheduler", None, None),
    "reviewers": Rights("reviewer", None, None),
    "hrss": Rights("agency", "hrss", None),
    "health": Rights("agency", "health", None),
}


def test_an_area_covers_what_lies_in_it() -> None:
    """County, township and village by their codes; a visit without a village is the whole county's."""
    for areas in ((TOWNSHIP,), ("990101",), (VILLAGE,), (NEXT_TOWNSHIP, VILLAGE), None):
        assert covers(areas, VILLAGE), areas
    assert not covers((NEXT_TOWNSHIP,), VILLAGE)
    assert not covers((VILLAGE,), "990101001002")
    assert not covers(("990101",), None)
    assert covers(None, None)
    assert not covers((), VILLAGE)


@pytest.mark.parametrize(
    "typed", [[], [""], ["county", TOWNSHIP], ["99"], ["9901010011"], ["99010100100a"], ["１" * 6]]
)
def test_nobody_gets_the_county_by_leaving_something_out(typed: list[str]) -> None:
    """No area, half a code, or `county` beside a code is refused."""
    with pytest.raises(ValueError, match="an area is"):
        read_areas(typed)


def test_the_whole_county_is_said() -> None:
    """`county` is nobody's slip of the finger."""
    assert read_areas(["county"]) is None
    assert read_areas([TOWNSHIP, TOWNSHIP]) == (TOWNSHIP,)


@pytest.mark.parametrize(
    ("role", "areas", "agency"),
    [
        ("device", ["county"], None),
        ("root", ["county"], None),
        ("", ["county"], None),
        ("agency", ["county"], None),
        ("scheduler", ["county"], "hrss"),
        ("admin", [TOWNSHIP], None),
        ("joint_group", [TOWNSHIP], None),
        ("agency", [TOWNSHIP], "hrss"),
        ("scheduler", [], None),
    ],
)
def test_rights_that_do_not_fit_are_refused(role: str, areas: list[str], agency: str | None) -> None:
    """A phone is no person, an agency needs its code, and an administrator is not of a township."""
    with pytest.raises(ValueError, match=r"role|agency|county"):
        read_rights(role, areas, agency)


def test_groups_give_rights_and_nothing_else_does() -> None:
    """Areas of one role add up; the whole county takes all; an unknown group gives nothing."""
    assert rights_in(["qinghe", "canteen"], RULES) == Rights("scheduler", None, (TOWNSHIP,))
    assert rights_in(["qinghe", "shimen"], RULES) == Rights("scheduler", None, (TOWNSHIP, NEXT_TOWNSHIP))
    assert rights_in(["qinghe", "county-desk"], RULES) == RULES["county-desk"]
    assert rights_in(["canteen", "Qinghe", "qinghe "], RULES) is None
    assert rights_in([], RULES) is None
    assert rights_in(["qinghe"], {}) is None


@pytest.mark.parametrize("groups", [["qinghe", "reviewers"], ["hrss", "health"], ["hrss", "reviewers"]])
def test_two_roles_are_none(groups: list[str]) -> None:
    """Who decides and who checks are two accounts, and nobody speaks for two agencies."""
    with pytest.raises(SeveralRoles):
        rights_in(groups, RULES)
