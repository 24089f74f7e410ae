"""What people read of plans: days in words, no options of a command on a desk."""

from services.scheduler.domain.plan_codes import TEXTS
from services.scheduler.domain.plan_move_codes import MoveFaultCode, StepCode, words
from services.scheduler.domain.plan_said import days_said


def test_days_are_said_in_words_in_both_languages() -> None:
    """A half-day too; what is no day stays as it is."""
    said = words(MoveFaultCode.CADRE_AWAY, "C001, 2026-03-04 am")
    assert "C001, 2026年3月4日上午" in said["zh"]
    assert "C001, 4 March 2026 in the morning" in said["en"]
    assert words(StepCode.PLANNED, "2026-03-02 – 2026-12-29")["zh"] == "编制计划：2026年3月2日 – 2026年12月29日。"
    assert days_said("2026-13-41, 9 ampere", "en") == "2026-13-41, 9 ampere"


def test_no_message_of_a_plan_names_an_option_of_the_command_line() -> None:
    """The desk shows the same messages as the command."""
    assert not [
        text for texts in TEXTS.values() for text in texts if " --" in text.replace("`onevisit plan --json`", "")
    ]
