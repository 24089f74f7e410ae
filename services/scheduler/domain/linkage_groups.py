"""The names of one ID number, parted into groups that can each be one person's."""

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from typing import Final

from services.scheduler.domain.linkage_names import NameRelation, compare_names, spelling_key

MOST_SPELLINGS: Final = 40
"""An ID number with more spellings was filled down a column by a slip: then only equal ones are put together."""
_SAME_SOUND: Final = (NameRelation.EQUAL, NameRelation.VARIANT, NameRelation.HOMOPHONE)

_Agree = Callable[[str, str], bool]


def group_names(names: set[str], *, female: bool = False) -> list[frozenset[str]]:
    """The names of one ID number in groups of which each can be one person's; the same in any order.

    Agreement is not transitive (张三 and 张四 both agree with 张?), so a chain must not join what disagrees: names that
    hang together form one group only if each agrees with each. Of others only those that sound the same stay together;
    where even that is a chain, only equal spellings.
    """
    if len(names) > MOST_SPELLINGS:
        return _by_spelling(list(names))

    def agree(one: str, other: str) -> bool:
        return compare_names(one, other, female=female).agrees

    groups: list[frozenset[str]] = []
    for linked in _hanging_together(sorted(names), agree):
        if _each_with_each(linked, agree):
            groups.append(frozenset(linked))
            continue
        for alike in _hanging_together(linked, _sound_same):
            groups += [frozenset(alike)] if _each_with_each(alike, agree) else _by_spelling(alike)
    return groups


def _hanging_together(names: list[str], agree: _Agree) -> Iterator[list[str]]:
    left = names
    while left:
        linked, left = [left[0]], left[1:]
        for name in linked:
            near = [other for other in left if agree(name, other)]
            linked += near
            left = [other for other in left if other not in near]
        yield linked


def _each_with_each(names: list[str], agree: _Agree) -> bool:
    return all(agree(one, other) for one, other in combinations(names, 2))


def _sound_same(one: str, other: str) -> bool:
    return compare_names(one, other) in _SAME_SOUND


def _by_spelling(names: list[str]) -> list[frozenset[str]]:
    ordered = sorted(names, key=lambda name: (spelling_key(name), name))
    groups: list[list[str]] = [[ordered[0]]]
    for before, name in pairwise(ordered):
        if spelling_key(before) == spelling_key(name):
            groups[-1].append(name)
        else:
            groups.append([name])
    return [frozenset(group) for group in groups]
