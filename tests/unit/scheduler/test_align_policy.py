"""The rules of window alignment: an empty file is the default, and no rule can shorten a cycle."""

import pytest
from pydantic import ValidationError

from services.scheduler.domain.align_policy import AlignmentPolicy, NextCycle, ProgrammeRule


def test_an_empty_file_is_the_default() -> None:
    """And the default lets no pension move."""
    read = AlignmentPolicy.from_toml("")
    assert read == AlignmentPolicy()
    assert (read.rule("pension").max_days_earlier, read.rule("pension").max_days_later) == (0, 0)


def test_a_named_programme_replaces_its_default_and_the_others_stay() -> None:
    """One bureau's answer does not unsay another's."""
    read = AlignmentPolicy.from_toml(
        '[programmes.pension]\nnext_cycle_from = "due_date"\nmax_days_earlier = 20\n[other]\ngrace_days = 5\n'
    )
    assert read.rule("pension").max_days_earlier == 20
    assert read.rule("senior_subsidy") == AlignmentPolicy().rule("senior_subsidy")
    assert read.rule("heating").grace_days == 5


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"max_days_earlier": 1}, "would shorten the next cycle"),
        ({"next_cycle_from": "due_date", "max_days_later": 6, "grace_days": 5}, "after them the payment stops"),
        ({"max_days_later": 1}, "after them the payment stops"),
        ({"next_cycle_from": "calendar", "max_days_earlier": 61}, "less than or equal to 60"),
        ({"max_days_soon": 1}, "Extra inputs"),
    ],
)
def test_a_rule_that_would_harm_somebody_is_refused(rule: dict[str, object], told: str) -> None:
    """With the reason and what to do."""
    with pytest.raises(ValidationError, match=told):
        ProgrammeRule.model_validate(rule)


def test_grace_lets_a_due_date_move() -> None:
    """No further than it reaches."""
    rule = ProgrammeRule(next_cycle_from=NextCycle.PROOF, max_days_later=15, grace_days=15)
    assert rule.max_days_later == 15
