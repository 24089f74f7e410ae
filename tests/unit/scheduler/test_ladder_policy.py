"""The policy of the ladder: an empty file is the default, and no file can skip the person at its end."""

import pytest
from pydantic import ValidationError

from schemas.lapse import LapseStep
from schemas.life_event import LifeEventKind
from services.scheduler.domain.ladder_policy import LadderPolicy, ProgrammeLadder


def test_an_empty_file_is_the_default() -> None:
    """And the default promises no grace in the name of an agency that has not granted it."""
    read = LadderPolicy.from_toml("")
    assert read == LadderPolicy()
    assert (read.of("pension").grace_days, read.of("heating").grace_days) == (0, 0)


def test_a_named_programme_replaces_its_default_and_the_others_stay() -> None:
    """By its code or by any name that lists use."""
    read = LadderPolicy.from_toml('[programmes."养老保险"]\ngrace_days = 60\n[default]\nremind_days_before = 40\n')
    assert read.of("pension").grace_days == 60
    assert read.of("pension").ended_by == {LifeEventKind.DECEASED}
    assert read.of("senior_subsidy") == LadderPolicy().of("senior_subsidy")
    assert (read.of("heating").remind_days_before, read.longest_before) == (40, 40)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"remind_days_before": 5}, "the reminder comes first"),
        ({"escalate_days_before_end": 8}, "other paths are offered before"),
        ({"grace_days": 10, "escalate_days_before_end": 10}, "within the grace"),
        ({"grace_days": 121}, "less than or equal to 120"),
        ({"escalate_to": "nobody"}, "township"),
        ({"stop_days": 1}, "Extra inputs"),
    ],
)
def test_a_ladder_that_would_harm_somebody_is_refused(rule: dict[str, object], told: str) -> None:
    """With the reason; and there is no field that could stop a payment."""
    with pytest.raises(ValidationError, match=told):
        ProgrammeLadder.model_validate(rule)


def test_one_programme_is_named_once() -> None:
    """Two tables for one programme would hide one of them."""
    with pytest.raises(ValidationError, match="named twice"):
        LadderPolicy.from_toml("[programmes.pension]\n[programmes.'养老保险']\n")


def test_death_ends_every_ladder() -> None:
    """A county that names other events cannot forget it."""
    assert LifeEventKind.DECEASED in ProgrammeLadder(ended_by=frozenset({LifeEventKind.IN_PRISON})).ended_by


def test_there_is_no_step_that_stops_a_payment() -> None:
    """The four steps tell, offer, wait and call a person."""
    assert [step.value for step in LapseStep] == ["remind", "offer_paths", "grace", "escalate"]
