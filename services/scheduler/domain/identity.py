"""Who is who among requests that bear one valid ID number: one person, or a question for a person to decide.

The rule. The ID number alone makes the person (`person_key`), and a name never joins two numbers. Of one number:

* names that agree (see `linkage_names`) are one person, whose visits are merged;
* names that disagree may be two people, one of whom bears a wrong number, and a request without a visible name may be
  of another person than the named ones. Then each group of agreeing names is a *side*, requests without a visible name
  are a side of their own, and visits are merged within each side only. So nobody is missed (every request keeps a
  visit) and nobody is confused (no visit answers for two names), until a person decides; where the decision is that it
  is one person, the sides are joined and merged as if nothing had been held.
* where no request has a visible name, the number is all that anybody asks about, and all of them are one person's.

The result does not depend on the order of the requests. `sides_of` judges one person's requests, for a store that
holds them (`sides_by_name`, where only names are at hand); `settle` takes a whole register.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from schemas.resident_id import Sex
from services.scheduler.domain.linkage_groups import MOST_SPELLINGS, group_names
from services.scheduler.domain.linkage_names import compare_names, is_visible, name_similarity
from services.scheduler.domain.linkage_reasons import LinkReason
from services.scheduler.domain.register import Entry

OriginT = TypeVar("OriginT")

KeyT = TypeVar("KeyT")
ItemT = TypeVar("ItemT")

Cycle = tuple[str, str, date]
"""Agency, programme and due date."""

Side = tuple[Entry[OriginT], ...]
"""Requests of one number whose names agree, ordered by agency and request number."""


@dataclass(frozen=True, slots=True)
class Settled(Generic[OriginT]):
    """The requests of one ID number."""

    number: str
    """The ID number. Personal: never shown."""
    sides: tuple[Side[OriginT], ...]
    """At least one; several only when the names disagree and nobody has decided yet."""

    @property
    def held(self) -> bool:
        """Whether a person must decide."""
        return len(self.sides) > 1

    @property
    def names_disagree(self) -> bool:
        """Whether two sides have names; else a side without any is held apart from the one that has."""
        return sum(map(is_named, self.sides)) > 1

    def joined(self) -> Settled[OriginT]:
        """All requests as one side: a person has decided that the names are one person's."""
        entries = sorted((entry for side in self.sides for entry in side), key=lambda entry: entry.request.key)
        return Settled(self.number, (tuple(entries),))

    def likeness(self) -> tuple[float, tuple[LinkReason, ...]]:
        """Likeness (0 to 1) of the two nearest names of different sides, and what speaks for and against one person.

        0.5 where only one side has a name: nothing speaks for or against.
        """
        named = [
            sorted({name for entry in side if (name := entry.request.name) is not None and is_visible(name)})
            for side in self.sides[:MOST_SPELLINGS]
        ]
        pairs = [
            (name_similarity(name, other), name, other)
            for index, names in enumerate(named)
            for others in named[index + 1 :]
            for name in names
            for other in others
        ]
        if not pairs:
            return 0.5, (LinkReason.ID_SAME, LinkReason.NAME_NOT_GIVEN)
        score, name, other = max(pairs)
        return score, (LinkReason.ID_SAME, LinkReason.of_name(compare_names(name, other), score, name, other))


def is_named(side: Side[OriginT]) -> bool:
    """Whether the requests of this side have a visible name: either all have one, or none."""
    name = side[0].request.name
    return name is not None and is_visible(name)


def sides_of(entries: Sequence[Entry[OriginT]]) -> tuple[Side[OriginT], ...]:
    """The sides of one ID number: one when all names agree or none is seen; by name, then the one without a name."""
    by_key = {entry.request.key: entry for entry in sorted(entries, key=lambda entry: entry.request.key)}
    female = entries[0].request.resident_id.sex is Sex.FEMALE
    sides = sides_by_name({key: entry.request.name for key, entry in by_key.items()}, female=female)
    return tuple(tuple(by_key[key] for key in side) for side in sides)


def sides_by_name(names: Mapping[KeyT, str | None], *, female: bool) -> tuple[tuple[KeyT, ...], ...]:
    """The requests of one ID number by side, from the name that each states; in each side in the order given."""
    stated = {name for name in names.values() if name is not None}
    hidden = {name for name in stated if not is_visible(name)}
    unnamed = tuple(key for key, name in names.items() if name is None or name in hidden)
    if len(unnamed) == len(names):
        return (unnamed,)
    groups = sorted(group_names(stated - hidden, female=female), key=min)
    sides = tuple(tuple(key for key, name in names.items() if name in group) for group in groups)
    return (*sides, unnamed) if unnamed else sides


def settle(entries: Iterable[Entry[OriginT]]) -> Iterator[Settled[OriginT]]:
    """The distinct accepted requests of a register by person, in the order in which the persons come."""
    people: defaultdict[str, list[Entry[OriginT]]] = defaultdict(list)
    for entry in entries:
        people[entry.request.resident_id.number].append(entry)
    for number, mine in people.items():
        yield Settled(number, sides_of(mine))


def sent_again(side: Iterable[Entry[OriginT]]) -> Iterator[tuple[Entry[OriginT], Entry[OriginT]]]:
    """Requests of one person that say an earlier one once more under another number, each with the one it repeats.

    Same agency, programme and due date (`cycle`): the first day is often given differently. Both stay accepted, for the
    agency waits for both numbers, and one visit answers both where their first days allow it; the agency is told, and
    may withdraw one. "Earlier" is the order in which they are given.
    """
    return repeats(side, lambda entry: cycle(entry.request.agency, entry.request.programme, entry.request.due_date))


def cycle(agency: str, programme: str, due_date: date) -> Cycle:
    """What makes two requests of one person the same question: the due date is what a cycle is reckoned by."""
    return agency, programme, due_date


def repeats(items: Iterable[ItemT], same: Callable[[ItemT], Hashable]) -> Iterator[tuple[ItemT, ItemT]]:
    """Each item that is the same as an earlier one, with the first of its kind."""
    first: dict[Hashable, ItemT] = {}
    for item in items:
        earlier = first.setdefault(same(item), item)
        if earlier is not item:
            yield item, earlier
