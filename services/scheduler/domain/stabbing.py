"""The fewest days that meet every window: interval stabbing, exact, keeping as many announced days as can be.

Without announced days the greedy choice is optimal: take the windows by their end, and open a day at the end of each
one that no day meets yet. With them, all optimal choices are searched by dynamic programming over the candidate days
(ends of windows, and announced days): after a day d, the next one may lie no later than the earliest end of the windows
that open after d. So a choice meets every window if and only if each step is allowed, and the best rest of a choice
depends on its last day alone.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from typing import Final

Window = tuple[date, date]
"""First and last day, both included."""

_BEFORE_ALL: Final = date.min


def fewest_days(windows: Sequence[Window], announced: frozenset[date] = frozenset()) -> list[date]:
    """The fewest days, ascending, such that every window holds at least one.

    Of all such choices: one with the most announced days; of these the one by earliest due date: the first day is as
    late as the due dates allow, then the second, and so on, so that each visit meets all who can be met by then.
    """
    useful = {day for day in announced if any(first <= day <= last for first, last in windows)}
    return _keeping(windows, useful) if useful else _greedy(windows)


def _greedy(windows: Sequence[Window]) -> list[date]:
    days: list[date] = []
    for first, last in sorted(windows, key=lambda window: window[1]):
        if not days or days[-1] < first:
            days.append(last)
    return days


def _keeping(windows: Sequence[Window], announced: set[date]) -> list[date]:
    candidates = sorted({last for _, last in windows} | announced)
    by_start = sorted(windows)
    starts = [first for first, _ in by_start]
    earliest_end = list(accumulate((last for _, last in reversed(by_start)), min))[::-1]

    def latest_next(day: date) -> date | None:
        """No later than this must the day after `day` be; None when no window opens after it."""
        after = bisect_right(starts, day)
        return earliest_end[after] if after < len(starts) else None

    best: dict[date, tuple[int, int, date | None]] = {}
    """For a day that is chosen: how many more are needed, minus how many of these are announced, and the next one."""
    for day in [*reversed(candidates), _BEFORE_ALL]:
        limit = latest_next(day)
        if limit is None:
            best[day] = (0, 0, None)
            continue
        options = (
            (best[following][0] + 1, best[following][1] - (following in announced), following)
            for following in candidates[bisect_right(candidates, day) : bisect_right(candidates, limit)]
        )
        best[day] = min(options, key=lambda option: (option[0], option[1], -option[2].toordinal()))
    days: list[date] = []
    following = best[_BEFORE_ALL][2]
    while following is not None:
        days.append(following)
        following = best[following][2]
    return days
