"""A made-up county with three agencies' lists, as dirty as real ones, and the truth about them to check a run against.

Run ``python -m deploy.demo.county --seed 1 --out DIR``; the same seed and first day give the same bytes.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from deploy.demo import dirt
from deploy.demo.dirt import Row
from deploy.demo.list_files import write_lists
from deploy.demo.people import Person, make_people, make_villages

DEFAULT_FIRST_DAY: Final = date(2026, 12, 1)
"""First day of the season, so that a run without arguments is the same for ever."""
_REPEATED_SHARE: Final = 0.006
_AMENDED_SHARE: Final = 0.003
_REUSED_SHARE: Final = 0.001


@dataclass(frozen=True, slots=True)
class Campaign:
    """How one agency asks: whom, and in which days. Window lengths are assumptions (see docs), not field data."""

    agency: str
    programme: str
    prefix: str
    """Start of its request numbers. Two agencies share one: each numbers for itself."""
    min_age: int
    share: float
    """Share of the people of that age who get the benefit."""
    spread_days: int
    """The first days of the windows lie within this many days of ``offset_days``: by person or by town."""
    offset_days: int
    """Days from the season's first day to the first window."""
    window_days: int
    """Length of a window."""
    by_town: bool
    """A campaign goes town by town; a rolling cycle counts from each person's last proof."""


CAMPAIGNS: Final = (
    Campaign("hrss", "pension", "2026", 60, 0.96, 75, 0, 45, by_town=False),
    Campaign("civil_affairs", "senior_subsidy", "2026", 80, 0.97, 28, 14, 30, by_town=True),
    Campaign("health", "family_planning", "FP", 60, 0.22, 14, 35, 40, by_town=True),
)


@dataclass(frozen=True, slots=True)
class Truth:
    """What a right intake and merge make of the lists."""

    rows: int
    accepted: int
    """Distinct requests, each counted once."""
    rejected: dict[str, int]
    """Rows by code."""
    duplicates: dict[str, int]
    """Rows by code."""
    persons: int
    """People with at least one accepted request."""
    rows_by_agency: dict[str, int]
    rejected_by_agency: dict[str, int]


@dataclass(slots=True)
class AgencyList:
    """One agency's list as typed."""

    campaign: Campaign
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class County:
    """The whole made-up county."""

    people: list[Person]
    lists: list[AgencyList]
    truth: Truth


def make_county(seed: int, *, villages: int = 110, people: int = 6000, first_day: date = DEFAULT_FIRST_DAY) -> County:
    """The county of a seed: people, three lists with their dirt, and the truth about them."""
    rng = random.Random(seed)  # noqa: S311 - no secret is made of it
    residents = make_people(rng, make_villages(rng, villages), people, first_day)
    lists: list[AgencyList] = []
    rejected: dict[str, Counter[str]] = {}
    duplicates: Counter[str] = Counter()
    reached: set[str] = set()
    accepted = 0
    for campaign in CAMPAIGNS:
        soiled = _Soiler(rng)
        rows = soiled.soil(list(_requests(rng, campaign, residents, first_day)))
        lists.append(AgencyList(campaign, rows))
        rejected[campaign.agency] = soiled.rejected
        duplicates += soiled.duplicates
        reached |= soiled.reached
        accepted += soiled.accepted
    truth = Truth(
        rows=sum(len(agency_list.rows) for agency_list in lists),
        accepted=accepted,
        rejected=dict(sorted(sum(rejected.values(), Counter[str]()).items())),
        duplicates=dict(sorted(duplicates.items())),
        persons=len(reached),
        rows_by_agency={agency_list.campaign.agency: len(agency_list.rows) for agency_list in lists},
        rejected_by_agency={agency: counts.total() for agency, counts in rejected.items()},
    )
    return County(residents, lists, truth)


def _requests(rng: random.Random, campaign: Campaign, people: Sequence[Person], first_day: date) -> Iterator[Row]:
    """The clean rows of one agency, in its own order: by village."""
    number = 0
    start_of_town: dict[str, int] = {}
    for person in sorted(people, key=lambda person: (person.village.code, person.address, person.id_number)):
        age = (first_day - person.born).days / 365.25
        if age < campaign.min_age or rng.random() >= campaign.share:
            continue
        number += 1
        delay = rng.randrange(campaign.spread_days)
        if campaign.by_town:
            delay = start_of_town.setdefault(person.village.town, delay)
        start = first_day + timedelta(days=campaign.offset_days + delay)
        yield {
            "request_id": f"{campaign.prefix}-{number:06d}",
            "agency": campaign.agency,
            "programme": campaign.programme,
            "id_number": person.id_number,
            "name": person.name,
            "window_start": start.isoformat(),
            "due_date": (start + timedelta(days=campaign.window_days)).isoformat(),
            "residence_address": person.address,
            "village_code": person.village.code,
            "phone": person.phone,
        }


class _Soiler:
    """Lays dirt on the rows of one list and keeps count of what must follow from it."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.accepted = 0
        self.rejected: Counter[str] = Counter()
        self.duplicates: Counter[str] = Counter()
        self.reached: set[str] = set()

    def soil(self, rows: Sequence[Row]) -> list[Row]:
        """The rows as typed, with further ones that repeat, amend or clash, somewhere below their first."""
        typed: list[Row] = []
        later: list[tuple[int, Row]] = []
        for index, row in enumerate(rows):
            number = row["id_number"]
            row_typed, code = self._one(row)
            typed.append(row_typed)
            if code:
                self.rejected[code] += 1
                continue
            self.accepted += 1
            self.reached.add(number)
            if addition := self._addition(row, row_typed, rows):
                later.append((self._rng.randint(index + 1, len(rows)), addition))
        for position, row in sorted(later, key=lambda entry: entry[0], reverse=True):
            typed.insert(position, row)
        return typed

    def _one(self, row: Row) -> tuple[Row, str | None]:
        for share, code, soil in dirt.REJECTED.values():
            if self._rng.random() < share:
                return soil(row, self._rng), code
        for kind, (share, clean) in dirt.HARMLESS.items():
            if dirt.fits(kind, row) and self._rng.random() < share:
                return clean(row, self._rng), None
        return row, None

    def _addition(self, row: Row, typed: Row, rows: Sequence[Row]) -> Row | None:
        chance = self._rng.random()
        if chance < _REPEATED_SHARE:
            self.duplicates["REQUEST_REPEATED"] += 1
            return typed
        if chance < _REPEATED_SHARE + _AMENDED_SHARE:
            self.duplicates["REQUEST_AMENDED"] += 1
            due = date.fromisoformat(row["due_date"]) + timedelta(days=7)
            return row | {"due_date": due.isoformat()}
        other = self._rng.choice(rows)
        if chance < _REPEATED_SHARE + _AMENDED_SHARE + _REUSED_SHARE and other["id_number"] != row["id_number"]:
            self.rejected["REQUEST_ID_REUSED"] += 1
            return other | {"request_id": row["request_id"]}
        return None


def write_county(county: County, folder: Path) -> list[Path]:
    """Write the three lists and ``truth.json`` into ``folder``; returns the lists' paths, in the order of loading."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = write_lists({agency_list.campaign.agency: agency_list.rows for agency_list in county.lists}, folder)
    truth = json.dumps(asdict(county.truth), ensure_ascii=False, indent=1)
    (folder / "truth.json").write_text(truth + "\n", encoding="utf-8")
    return paths


def main() -> None:
    """Entry point of ``python -m deploy.demo.county``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes (default 1)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the lists and truth.json")
    parser.add_argument("--people", type=int, default=6000, help="number of elderly people (default 6000)")
    parser.add_argument("--villages", type=int, default=110, help="number of villages (default 110)")
    parser.add_argument("--first-day", type=date.fromisoformat, default=DEFAULT_FIRST_DAY, help="start of the season")
    arguments = parser.parse_args()
    county = make_county(
        arguments.seed, villages=arguments.villages, people=arguments.people, first_day=arguments.first_day
    )
    for path in write_county(county, arguments.out):
        print(path)  # noqa: T201 - the answer of this command
    print(arguments.out / "truth.json")  # noqa: T201


if __name__ == "__main__":
    main()
