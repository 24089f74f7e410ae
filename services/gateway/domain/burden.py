"""The burden that agencies cause in a month: what counts, row by row, and how agencies stand by it (docs/burden.md).

Agencies are ranked, cadres never: nothing here knows who rode. All figures are exact fractions: a ride that three
agencies share counts a third for each, so that the rides of all agencies add up to the rides that were made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from services.gateway.domain.burden_policy import BurdenPolicy
from services.gateway.domain.campaigns import Plan

PEOPLE: Final = 1000
"""Rates are for so many people."""


class Component(StrEnum):
    """What the index is made of. Permanent."""

    REQUESTS = "requests"
    """What the agency asked in the month, each question once."""
    DUPLICATES = "duplicates"
    """What it had asked already, under another number."""
    OFF_PLAN = "off_plan"
    """What it asked outside of its accepted campaigns."""
    UNMERGED = "unmerged"
    """What it asked beside another agency's window, so that one visit cannot answer both."""
    REJECTED = "rejected"
    """Certificates that it did not take."""
    TRIPS = "trips"
    """Rides that were made for it, shared with whom else they were for."""


AVOIDABLE: Final = frozenset({Component.DUPLICATES, Component.OFF_PLAN, Component.UNMERGED, Component.REJECTED})
"""What an agency can bring to nothing by its manner. To ask, and that somebody rides for it, is its duty."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that stands."""

    agency: str
    request_id: str
    person_key: str
    programme: str
    window_start: date
    due_date: date
    stated_at: str
    """When it was first made (ISO 8601, UTC, so that text order is time order)."""
    stated_on: date
    """The county's day of it."""
    duplicate_of: str | None = None
    """The agency's own earlier number that asks the same."""

    @property
    def order(self) -> tuple[str, str, str]:
        """Who asked first."""
        return self.stated_at, self.agency, self.request_id


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that was recorded at a visit: a clip, or how it went without one."""

    visit_id: str
    place: str
    """The dwelling; the visit, where none is known."""
    on: date
    requests: tuple[tuple[str, str, str], ...]
    """(agency, request_id, programme) that the visit was for."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A certificate whose agency's last word is that it does not take it."""

    agency: str
    request_id: str
    programme: str
    code: str
    on: date


@dataclass(frozen=True, slots=True)
class Behind:
    """One thing that is counted."""

    agency: str
    component: Component
    request_ids: tuple[str, ...]
    """The agency's own numbers: of a ride all that it was for."""
    programme: str
    on: date
    """When it was asked, recorded or ridden, in the county's calendar."""
    note: str = ""
    """Duplicates: the number asked before; rejections: the code; unmerged: days to the nearest other window."""
    share: int = 1
    """Among how many agencies it is divided."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What is known of a month."""

    asked: Sequence[Asked]
    """All standing requests, up to the month's end, of everybody for whom one was made in the month."""
    seen: Sequence[Seen]
    """What was recorded at visits in the month."""
    rejections: Sequence[Rejection]
    """Those of the month."""
    people: Mapping[str, int]
    """By agency: for how many people it asked in the twelve months that end with the month."""


def what_lies_behind(month: date, rows: Rows, plan: Plan, policy: BurdenPolicy) -> list[Behind]:
    """Everything that is counted in a month (its first day), each thing once; the same in whatever order rows come."""
    found = [*_of_requests(month, rows.asked, plan, policy), *_rides(rows.seen)]
    found += [
        Behind(one.agency, Component.REJECTED, (one.request_id,), one.programme, one.on, one.code)
        for one in rows.rejections
        if one.code not in policy.rejections_not_counted
    ]
    return sorted(found, key=_place)


def _place(one: Behind) -> tuple[object, ...]:
    """Where it stands in the list, by all that it says: one number may be ridden for twice on a day, at two doors."""
    return one.agency, one.component, one.on, one.request_ids, one.programme, one.note, one.share


def _of_requests(month: date, asked: Sequence[Asked], plan: Plan, policy: BurdenPolicy) -> Iterable[Behind]:
    of_person: defaultdict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        of_person[one.person_key].append(one)
    for one in asked:
        if one.stated_on.replace(day=1) != month:
            continue
        named = (one.agency, (one.request_id,), one.programme, one.stated_on)
        if one.duplicate_of is not None:
            yield _behind(Component.DUPLICATES, *named, one.duplicate_of)
            continue
        yield _behind(Component.REQUESTS, *named)
        if one.programme in policy.own_cycle:
            continue
        if plan.is_off(one.agency, one.programme, one.window_start, one.due_date):
            yield _behind(Component.OFF_PLAN, *named)
        apart = days_apart(one, of_person[one.person_key])
        if apart is not None and apart <= policy.near_days:
            yield _behind(Component.UNMERGED, *named, str(apart))


def _behind(
    component: Component, agency: str, request_ids: tuple[str, ...], programme: str, on: date, note: str = ""
) -> Behind:
    return Behind(agency, component, request_ids, programme, on, note)


def days_apart(one: Asked, of_person: Iterable[Asked]) -> int | None:
    """Days from a request's window to the nearest window of another agency that had asked for this person before.

    None when there is none, or when the window shares a day with any other agency's: one visit can answer both then.
    """
    apart: list[int] = []
    for other in of_person:
        if other.agency == one.agency:
            continue
        gap = (max(one.window_start, other.window_start) - min(one.due_date, other.due_date)).days
        if gap <= 0:
            return None
        if other.order < one.order:
            apart.append(gap)
    return min(apart, default=None)


def _rides(seen: Iterable[Seen]) -> Iterable[Behind]:
    """What was recorded at one place on one day is one ride, whoever rode; each agency it was for has its share."""
    at: defaultdict[tuple[str, date], set[tuple[str, str, str]]] = defaultdict(set)
    for one in seen:
        at[one.place, one.on].update(one.requests)
    for (_, on), requests in at.items():
        agencies = {agency for agency, *_ in requests}
        for agency in agencies:
            mine = sorted((number, programme) for whose, number, programme in requests if whose == agency)
            numbers = tuple(number for number, _ in mine)
            yield Behind(agency, Component.TRIPS, numbers, mine[0][1], on, share=len(agencies))


@dataclass(frozen=True, slots=True)
class Figures:
    """What one agency caused in one month."""

    agency: str
    people: int
    """For how many people it asked in twelve months."""
    counts: Mapping[Component, Fraction]

    def rate(self, component: Component) -> Fraction:
        """For 1,000 people; 0 for an agency that asks for nobody."""
        return self.counts[component] * PEOPLE / self.people if self.people else Fraction(0)

    def points(self, component: Component, policy: BurdenPolicy) -> Fraction:
        """What it adds to the index."""
        return self.rate(component) * policy.weights.of(component)

    def index(self, policy: BurdenPolicy) -> Fraction:
        """Trips' worth of work for 1,000 people, of all components."""
        return sum((self.points(each, policy) for each in Component), Fraction(0))

    def avoidable(self, policy: BurdenPolicy) -> Fraction:
        """What of the index the agency can bring to nothing."""
        return sum((self.points(each, policy) for each in AVOIDABLE), Fraction(0))

    def heaviest(self, policy: BurdenPolicy) -> Component:
        """The avoidable component that adds most: what would lower the index most. Of equal ones the first."""
        return max((each for each in Component if each in AVOIDABLE), key=lambda each: self.points(each, policy))


def figures_of(agencies: Iterable[str], people: Mapping[str, int], behind: Iterable[Behind]) -> list[Figures]:
    """Each agency's figures, also of those that caused nothing, by their codes."""
    counts: defaultdict[str, dict[Component, Fraction]] = defaultdict(lambda: dict.fromkeys(Component, Fraction(0)))
    for one in behind:
        counts[one.agency][one.component] += Fraction(1, one.share)
    return [Figures(each, people.get(each, 0), counts[each]) for each in sorted({*agencies, *people, *counts})]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agency stands among the others."""

    figures: Figures
    index: Fraction
    avoidable: Fraction
    rank: int | None
    """1 is the highest burden; equal ones share a rank. None: nothing to rank, or too few people to be fair."""
    letter: bool
    """Whether it gets the month's letter."""


def standings(figures: Iterable[Figures], policy: BurdenPolicy) -> list[Standing]:
    """The agencies by their index, the highest first; those that are not ranked come last, by their codes."""
    of = {each.agency: (each, each.index(policy)) for each in figures}
    ranked = {code: index for code, (each, index) in of.items() if index > 0 and each.people >= policy.fewest_people}
    found = []
    for code, (each, index) in of.items():
        rank = 1 + sum(other > index for other in ranked.values()) if code in ranked else None
        avoidable = each.avoidable(policy)
        letter = rank is not None and rank <= policy.letters and avoidable >= policy.letter_from
        found.append(Standing(each, index, avoidable, rank, letter))
    return sorted(found, key=lambda one: (one.rank is None, one.rank or 0, one.figures.agency))
