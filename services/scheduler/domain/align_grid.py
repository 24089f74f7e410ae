"""What every change of one or two campaigns saves, at once and exactly.

A person's fewest visits depend only on which of their windows meet, and two windows meet when each opens no later than
the other ends. Widened by (earlier, later) days these are comparisons of whole numbers, so for all changes of a
campaign together they are comparisons of small arrays, one axis for each direction. Persons with equally placed windows
count once with their number. Only who needs more than one visit can save any.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.scheduler.domain.align_campaigns import NO_CHANGE, Change, Limits

FIXED: Final = -1
"""Campaign number of a window that does not move."""
PlacedWindow = tuple[int, int, int]
"""(first day, due day, number of the campaign or FIXED); days counted from anywhere."""
Pattern = tuple[PlacedWindow, ...]
"""All windows of one person (or dwelling), the first of them opening on day 0."""
Counts = NDArray[np.int32]
_Days = NDArray[np.int32]
_Met = NDArray[np.bool_]


def fewest(windows: Iterable[tuple[int, int]]) -> int:
    """The fewest days such that each window holds one: `merge.merge` in numbers."""
    count, last = 0, None
    for due, first in sorted((due, first) for first, due in windows):
        if last is None or first > last:
            count, last = count + 1, due
    return count


def patterns(groups: Iterable[Sequence[PlacedWindow]]) -> Counter[Pattern]:
    """How often each pattern occurs. Equal windows of a group ask for the same days, so one stands for all."""
    found: Counter[Pattern] = Counter()
    for windows in groups:
        zero = min(first for first, _, _ in windows)
        found[tuple(sorted((first - zero, due - zero, campaign) for first, due, campaign in set(windows)))] += 1
    return found


def visits_of(pattern: Pattern, changes: Mapping[int, Change]) -> int:
    """The fewest visits of a pattern after the changes."""
    return fewest(
        (first - change.days_earlier, due + change.days_later)
        for first, due, campaign in pattern
        for change in (changes.get(campaign, NO_CHANGE),)
    )


def can_save(found: Mapping[Pattern, int], limits: Mapping[int, Limits]) -> Counter[Pattern]:
    """The patterns that need fewer visits when every campaign is widened to its limits."""
    widest = {number: Change(limit.earlier, limit.later) for number, limit in limits.items()}
    return Counter(
        {
            pattern: count
            for pattern, count in found.items()
            if any(campaign in widest for _, _, campaign in pattern)
            and visits_of(pattern, widest) < visits_of(pattern, {})
        }
    )


def useful_limits(found: Iterable[Pattern], limits: Mapping[int, Limits]) -> dict[int, Limits]:
    """The limits, cut to the widest gap that can be closed at all: what lies beyond saves nothing more."""
    earlier, later = dict.fromkeys(limits, 0), dict.fromkeys(limits, 0)
    for pattern in found:
        for first, _, after in pattern:
            for _, due, before in pattern:
                gap = first - due
                opens = limits[after].earlier if after in limits else 0
                ends = limits[before].later if before in limits else 0
                if 0 < gap <= opens + ends:
                    if opens:
                        earlier[after] = max(earlier[after], min(gap, opens))
                    if ends:
                        later[before] = max(later[before], min(gap, ends))
    return {
        number: Limits(earlier[number], later[number], limit.together, limit.fixed) for number, limit in limits.items()
    }


def saved_grid(
    found: Mapping[Pattern, int], free: Sequence[int], limits: Mapping[int, Limits], state: Mapping[int, Change]
) -> Counts:
    """Visits saved by each change of the ``free`` campaigns, while the others stay as in ``state``.

    Returns an array with two axes for each free campaign, days earlier and days later, from 0 to its limits; what is
    saved is counted against no change of the free campaigns. A change that the limits exclude has -1.
    """
    sizes = tuple(size for c in free for size in (limits[c].earlier + 1, limits[c].later + 1))
    parts: dict[tuple[int, ...], Counts] = {}
    for pattern, count in found.items():
        if any(campaign in free for _, _, campaign in pattern):
            visits = _visits(pattern, free, sizes, state)
            if visits.size > 1:
                saved = visits.flat[0] - visits
                part = parts.get(saved.shape)
                parts[saved.shape] = count * saved if part is None else part + count * saved
    total = np.zeros(sizes, np.int32)
    for part in parts.values():
        total += part
    for index, campaign in enumerate(free):
        days = _axis(sizes, 2 * index) + _axis(sizes, 2 * index + 1)
        total[np.broadcast_to(days > limits[campaign].together, sizes)] = -1
    return total


def days_grid(sizes: tuple[int, ...]) -> _Days:
    """The campaign-days of each cell of a grid."""
    return sum((_axis(sizes, axis) for axis in range(len(sizes))), np.zeros(sizes, np.int32))


def _axis(sizes: tuple[int, ...], axis: int) -> _Days:
    shape = tuple(size if index == axis else 1 for index, size in enumerate(sizes))
    return np.arange(sizes[axis], dtype=np.int32).reshape(shape)


def _visits(pattern: Pattern, free: Sequence[int], sizes: tuple[int, ...], state: Mapping[int, Change]) -> Counts:
    """The fewest visits for each change; axes that make no difference have length 1."""
    firsts: list[_Days] = []
    dues: list[_Days] = []
    flat = np.zeros((1,) * len(sizes), np.int32)
    for first, due, campaign in pattern:
        change = state.get(campaign, NO_CHANGE)
        if campaign in free:
            index = 2 * free.index(campaign)
            firsts.append(first - _axis(sizes, index))
            dues.append(due + _axis(sizes, index + 1))
        else:
            firsts.append(flat + (first - change.days_earlier))
            dues.append(flat + (due + change.days_later))
    if len(pattern) > 3:
        return _greedy(firsts, dues)
    met = [_meet(firsts, dues, i, j) for i in range(len(pattern)) for j in range(i)]
    if len(met) == 1:
        return (2 - met[0]).astype(np.int32)
    # Three intervals: one day for all when all three pairs meet (Helly), two days when any pair does.
    one, two, three = met
    return (3 - (one | two | three).astype(np.int32) - (one & two & three)).astype(np.int32)


def _meet(firsts: Sequence[_Days], dues: Sequence[_Days], i: int, j: int) -> _Met:
    return _not_after(firsts[i], dues[j]) & _not_after(firsts[j], dues[i])


def _not_after(first: _Days, due: _Days) -> _Met:
    if first.max() <= due.min():
        return np.ones((1,) * first.ndim, np.bool_)
    return first <= due


def _greedy(firsts: Sequence[_Days], dues: Sequence[_Days]) -> Counts:
    """Interval stabbing in every cell at once: the earliest end of what no day holds yet is the next day."""
    never: Final = np.int32(1 << 30)
    shape = np.broadcast_shapes(*(a.shape for a in (*firsts, *dues)))
    waiting = [np.ones(shape, np.bool_) for _ in firsts]
    visits = np.zeros(shape, np.int32)
    for _ in firsts:
        day = np.full(shape, never, np.int32)
        for index, due in enumerate(dues):
            day = np.minimum(day, np.where(waiting[index], due, never))
        open_cells = day < never
        if not open_cells.any():
            break
        visits += open_cells
        for index, first in enumerate(firsts):
            waiting[index] &= first > day
    return visits
