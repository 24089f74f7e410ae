"""Error rates: known values, and what is said when there are few trials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.certify.evaluation.statistics import LEAST_N, Rate, det_points, equal_error, wilson


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (15, 50, 0.191, 0.4375),
    ],
)
def test_wilson_gives_the_published_intervals(count: int, n: int, low: float, high: float) -> None:
    """Values of the closed formula, as statistics packages print them."""
    assert wilson(count, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_a_share(case: tuple[int, int]) -> None:
    """For any count; and it mirrors when hits and misses change places."""
    count, n = case
    low, high = wilson(count, n)
    assert 0.0 <= low <= count / n <= high <= 1.0
    assert wilson(n - count, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@pytest.mark.parametrize(("count", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_an_impossible_share_is_refused(count: int, n: int) -> None:
    """Rather than an interval of nonsense."""
    with pytest.raises(ValueError, match="is no share"):
        wilson(count, n)


def test_few_trials_give_counts_and_no_rate() -> None:
    """The bound itself gives a rate, one below does not."""
    few, enough = Rate.of([False] * (LEAST_N - 1)), Rate.of([False] * LEAST_N)
    assert (few.count, few.n, few.rate, few.high) == (0, LEAST_N - 1, None, None)
    assert enough.rate == 0.0
    assert enough.high == pytest.approx(0.1135, abs=1e-4)
    assert str(few) == "0 of 29"


def test_det_points_trade_one_error_for_the_other() -> None:
    """Counted by hand on five scores a side; the equal error is where both meet."""
    same, different = [0.9, 0.8, 0.7, 0.6, 0.3], [0.1, 0.2, 0.3, 0.4, 0.65]
    points = det_points(same, different)
    at = {point.threshold: (point.fmr, point.fnmr) for point in points}
    assert at[0.1] == (1.0, 0.0)
    assert at[0.65] == (0.2, 0.4)
    assert at[0.6] == (0.2, 0.2)
    assert at[0.9] == (0.0, 0.8)
    best = equal_error(points)
    assert best is not None
    assert best.threshold == 0.6
    assert [p.fmr for p in points] == sorted((p.fmr for p in points), reverse=True)


def test_one_empty_side_has_no_curve() -> None:
    """Without impostors nothing can be said."""
    assert det_points([0.5], []) == []
    assert equal_error([]) is None
