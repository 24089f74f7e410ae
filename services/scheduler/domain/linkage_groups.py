"""The names of one ID number, parted into groups that can each be one person's."""

from itertools import pairwise
from typing import Final

from services.scheduler.domain.linkage_names import compare_names, spelling_key

MOST_SPELLINGS: Final = 40
"""An ID number with more spellings was filled down a column by a slip: then only equal ones are put together."""


def group_names(names: set[str], *, female: bool = False) -> list[frozenset[str]]:
    """The names of one ID number in groups of which each can be one person's; the same in any order.

    Agreement is not transitive (张三 and 张四 both agree with 张?), so a chain must not join what disagrees: names that
    hang together form one group only if each agrees with each; otherwise every spelling stands for itself.
    """
    if len(names) > MOST_SPELLINGS:
        return _by_spelling(list(names))
    left, groups = sorted(names), list[frozenset[str]]()
    while left:
        linked, rest = [left[0]], left[1:]
        for name in linked:
            near = [other for other in rest if compare_names(name, other, female=female).agrees]
            linked += near
            rest = [other for other in rest if other not in near]
        left = rest
        alike = all(compare_names(a, b, female=female).agrees for i, a in enumerate(linked) for b in linked[i + 1 :])
        groups += [frozenset(linked)] if alike else _by_spelling(linked)
    return groups


def _by_spelling(names: list[str]) -> list[frozenset[str]]:
    ordered = sorted(names, key=lambda name: (spelling_key(name), name))
    groups: list[list[str]] = [[ordered[0]]]
    for before, name in pairwise(ordered):
        if spelling_key(before) == spelling_key(name):
            groups[-1].append(name)
        else:
            groups.append([name])
    return [frozenset(group) for group in groups]
