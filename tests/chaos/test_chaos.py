"""Twelve faults in the middle of some thousand requests: nothing lost, doubled, wrong or out of order."""

import pytest

from tests.chaos.run import Load, chaos_stack, run


@pytest.mark.e2e
@pytest.mark.timeout(600)
def test_faults_in_the_middle_of_a_load_change_nothing(seed: int) -> None:
    """Kills and freezes of workers, relay, broker and database; the seed is new each time."""
    with chaos_stack() as stack:
        found = run(stack, Load(requests=6000, faults=12, away_s=8, seed=seed), print)
        assert found.right, found.table()
