"""Back-off: pauses grow, are capped, and a program is never given up."""

from hypothesis import given
from hypothesis import strategies as st

from deploy.embedded.keeper import FIRST_PAUSE_S, LONGEST_PAUSE_S, Revival, pause_s


@given(st.integers(1, 10_000))
def test_pauses_grow_and_are_capped(failures: int) -> None:
    """A later pause is never shorter, and never longer than the cap."""
    assert FIRST_PAUSE_S <= pause_s(failures) <= pause_s(failures + 1) <= LONGEST_PAUSE_S


def test_pauses_double_until_the_cap() -> None:
    """The pauses that the docs name."""
    assert [pause_s(n) for n in range(1, 7)] == [5, 10, 20, 40, 60, 60]


@given(st.integers(1, 40))
def test_a_program_given_up_any_number_of_times_is_due_again(times: int) -> None:
    """After each failure there is one next try, at the end of its pause and not before."""
    revival, now = Revival(), 0.0
    for _ in range(times):
        pause = revival.gave_up("workers:certify", now)
        assert revival.take_due(now + pause - 0.001) == []
        now += pause
        assert revival.take_due(now) == ["workers:certify"]
        assert revival.take_due(now) == []


def test_a_program_that_runs_starts_over_with_the_first_pause() -> None:
    """Success forgets the failures, and a try that is no longer needed is dropped."""
    revival = Revival()
    revival.gave_up("workers:certify", 0)
    revival.gave_up("workers:certify", 0)
    revival.runs("workers:certify")
    assert revival.take_due(10_000) == []
    assert revival.gave_up("workers:certify", 0) == FIRST_PAUSE_S


def test_programs_are_counted_apart() -> None:
    """One program's failures do not lengthen another's pause."""
    revival = Revival()
    for _ in range(5):
        revival.gave_up("workers:certify", 0)
    assert revival.gave_up("workers:relay", 0) == FIRST_PAUSE_S
