"""Who is who among requests that bear one valid ID number: one person, or a question for a person to decide.

The rule. The ID number alone makes the person (`person_key`), and a name never joins two numbers. Of one number:

* names that agree (see `linkage_names`; a missing name disagrees with none) are one person, whose visits are merged;
* names that disagree may be two people, one of whom bears a wrong number. Then each group of agreeing names is a
  *side*, requests without a visible name are a side of their own, and visits are merged within each side only. So
  nobody is missed (every request keeps a visit) and nobody is confused (no visit answers for two names), until a person
  decides; where the decision is that it is one person, the sides are joined and merged as if nothing had been held.

The result does not depend on the order of the requests. `sides_of` judges one person's requests, for a store that
holds them; `settle` takes a whole register.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from schemas.resident_id import Sex
from services.scheduler.domain.linkage_groups import MOST_SPELLINGS, group_names
from services.scheduler.domain.linkage_names import compare_names, is_visible, name_similarity
from services.scheduler.domain.linkage_reasons import LinkReason
from services.scheduler.domain.register import Entry

OriginT = TypeVar("OriginT")

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

    def joined(self) -> Settled[OriginT]:
        """All requests as one side: a person has decided that the names are one person's."""
        entries = sorted((entry for side in self.sides for entry in side), key=lambda entry: entry.request.key)
        return Settled(self.number, (tuple(entries),))

    def likeness(self) -> tuple[float, tuple[LinkReason, ...]]:
        """Likeness (0 to 1) of the two nearest names of different sides, and what speaks for and against one person."""
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
        score, name, other = max(pairs)
        return score, (LinkReason.ID_SAME, LinkReason.of_name(compare_names(name, other), score, name, other))


def sides_of(entries: Sequence[Entry[OriginT]]) -> tuple[Side[OriginT], ...]:
    """The sides of one ID number: one when all names agree; named sides by name, then the one without a name."""
    names = {entry.request.name for entry in entries if entry.request.name is not None}
    ordered = sorted(entries, key=lambda entry: entry.request.key)
    if len(names) <= 1:
        return (tuple(ordered),)
    hidden = {name for name in names if not is_visible(name)}
    groups = group_names(names - hidden, female=entries[0].request.resident_id.sex is Sex.FEMALE)
    if len(groups) <= 1:
        return (tuple(ordered),)
    sides = [tuple(e for e in ordered if e.request.name in group) for group in sorted(groups, key=min)]
    unnamed = tuple(e for e in ordered if e.request.name is None or e.request.name in hidden)
    return (*sides, unnamed) if unnamed else tuple(sides)


def settle(entries: Iterable[Entry[OriginT]]) -> Iterator[Settled[OriginT]]:
    """The distinct accepted requests of a register by person, in the order in which the persons come."""
    people: defaultdict[str, list[Entry[OriginT]]] = defaultdict(list)
    for entry in entries:
        people[entry.request.resident_id.number].append(entry)
    for number, mine in people.items():
        yield Settled(number, sides_of(mine))


def sent_again(side: Iterable[Entry[OriginT]]) -> Iterator[tuple[Entry[OriginT], Entry[OriginT]]]:
    """Requests of one person that say an earlier one once more under another number, each with the one it repeats.

    Same agency, programme and due date: the due date is what a cycle is reckoned by, while its first day is often given
    differently. Both stay accepted, for the agency waits for both numbers, and one visit answers both where their first
    days allow it; the agency is told, and may withdraw one. "Earlier" is the order in which they are given.
    """
    first: dict[tuple[str, str, str], Entry[OriginT]] = {}
    for entry in side:
        request = entry.request
        cycle = (request.agency, request.programme, request.due_date.isoformat())
        earlier = first.setdefault(cycle, entry)
        if earlier is not entry:
            yield entry, earlier
