"""The statistics of error rates: Wilson intervals, DET points. Pure: numbers in, numbers out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

Z_95: Final = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""

LEAST_N: Final = 30
"""Below this many trials counts are shown and no rate: with no error at all in 29 trials the interval still reaches
11.7 %, beyond the 5 % that the bars are about, and around one half it is 34 points wide. A rate would pretend to
know more."""


@dataclass(frozen=True)
class Rate:
    """``count`` of ``n`` with its 95 % interval; ``rate`` is null where ``n`` is below ``LEAST_N``."""

    count: int
    n: int
    rate: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, outcomes: Iterable[bool]) -> "Rate":
        """Of a list of hits and misses; a rate only where there are enough of them."""
        known = list(outcomes)
        count, n = sum(known), len(known)
        if n < LEAST_N:
            return cls(count, n, None, None, None)
        low, high = wilson(count, n)
        return cls(count, n, round(count / n, 4), round(low, 4), round(high, 4))

    def __str__(self) -> str:
        if self.rate is None or self.low is None or self.high is None:
            return f"{self.count} of {self.n}"
        return f"{self.count} of {self.n}: {self.rate:.1%} ({self.low:.1%}–{self.high:.1%})"


def wilson(count: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of ``count`` successes in ``n`` trials, in 0–1.

    It stays in 0–1 and is not empty at zero errors, where the textbook interval is a point. Raises ``ValueError``
    unless 0 ≤ count ≤ n and n > 0.
    """
    if not 0 <= count <= n or n == 0:
        raise ValueError(f"{count} of {n} is no share: give 0 ≤ count ≤ n with n above 0.")
    share = count / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (0.0 if count == 0 else middle - half), (1.0 if count == n else middle + half)


@dataclass(frozen=True)
class DetPoint:
    """At this threshold (a score of at least it is a match): shares of wrong matches and of wrong non-matches."""

    threshold: float
    fmr: float
    fnmr: float


def det_points(same: Sequence[float], different: Sequence[float]) -> list[DetPoint]:
    """One point for each score that occurs, rising; empty when either list is."""
    if not same or not different:
        return []
    return [
        DetPoint(
            round(at, 4),
            sum(score >= at for score in different) / len(different),
            sum(score < at for score in same) / len(same),
        )
        for at in sorted({*same, *different})
    ]


def equal_error(points: Sequence[DetPoint]) -> DetPoint | None:
    """The point where both errors are nearest to each other; at a tie the lower threshold."""
    return min(points, key=lambda p: (abs(p.fmr - p.fnmr), p.fmr + p.fnmr, p.threshold), default=None)
