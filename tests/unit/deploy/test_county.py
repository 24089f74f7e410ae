"""The made-up county: reproducible, as dirty as promised, and with a truth that the real command agrees with."""

from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from deploy.demo.county import CAMPAIGNS, County, make_county, write_county
from deploy.demo.dirt import HARMLESS, REJECTED
from schemas.resident_id import ResidentId
from services.cli.merge_lists import MergeResult, merge_lists

PEOPLE = 1500


@pytest.fixture(scope="module")
def county() -> County:
    """A quarter of the demo's county."""
    return make_county(7, people=PEOPLE, villages=30)


@pytest.fixture(scope="module")
def merged(county: County, tmp_path_factory: pytest.TempPathFactory) -> MergeResult:
    """What the command line makes of its files."""
    files = write_county(county, tmp_path_factory.mktemp("county"))
    return merge_lists(files, county_secret=b"a secret of this test", today=date(2026, 12, 1))


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    """Also for the spreadsheet."""
    for folder, seed in (("one", 5), ("two", 5), ("three", 6)):
        write_county(make_county(seed, people=60, villages=5), tmp_path / folder)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
        assert file.read_bytes() != (tmp_path / "three" / file.name).read_bytes()


def test_the_command_finds_what_the_county_knows(county: County, merged: MergeResult) -> None:
    """Rows, accepted, rejected and repeated by code, and persons: all as laid on purpose."""
    assert merged.requests == county.truth.rows
    assert len(merged.register) == county.truth.accepted
    assert Counter(remark.code.value for remark in merged.rejected) == county.truth.rejected
    assert Counter(remark.code.value for remark in merged.duplicates) == county.truth.duplicates
    assert merged.persons == county.truth.persons


def test_the_visits_are_the_fewest_for_this_county(merged: MergeResult) -> None:
    """Person by person, equal to trying all sets of due dates."""
    windows: dict[str, list[tuple[date, date]]] = {}
    for entry in merged.register:
        request = entry.request
        windows.setdefault(request.resident_id.number, []).append((request.window_start, request.due_date))
    fewest = sum(
        next(
            count
            for count in range(1, len(mine) + 1)
            for days in combinations({due for _, due in mine}, count)
            if all(any(start <= day <= due for day in days) for start, due in mine)
        )
        for mine in windows.values()
    )
    assert len(merged.visits) == fewest < len(merged.register)


def test_the_dirt_does_not_hide_in_one_agency(county: County) -> None:
    """Every agency has rejected rows, and the lists overlap in people."""
    assert all(county.truth.rejected_by_agency[campaign.agency] > 0 for campaign in CAMPAIGNS)
    assert county.truth.accepted > county.truth.persons * 1.2


def test_nobody_in_it_can_exist(county: County) -> None:
    """Valid numbers of a prefecture that was never assigned, all different, all of age 60 and more."""
    numbers = [ResidentId.parse(person.id_number, today=date(2026, 12, 1)) for person in county.people]
    assert len(set(numbers)) == PEOPLE
    assert {number.region[2:4] for number in numbers} == {"99"}
    assert max(number.birth_date for number in numbers) <= date(1966, 12, 1)


def test_every_kind_of_dirt_occurs_in_the_demo_county() -> None:
    """A kind that never occurs proves nothing; the whole county is large enough for all."""
    truth = make_county(1).truth
    assert set(truth.rejected) == {code for _, code, _ in REJECTED.values()} | {"REQUEST_ID_REUSED"}
    assert set(truth.duplicates) == {"REQUEST_REPEATED", "REQUEST_AMENDED"}
    assert all(share > 0 for share, _ in HARMLESS.values())
