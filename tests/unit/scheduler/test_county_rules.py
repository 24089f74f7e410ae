"""A county's own rules as files: the default without one, and a wrong one ends the scheduler with what is wrong."""

from pathlib import Path

import pytest

from services.platform import secrets
from services.platform.settings import Settings
from services.scheduler.app import build_clock, build_readers
from services.scheduler.county_rules import CountyRulesInvalid, read_alignment, read_ladder, read_life_events

READERS = {
    "LIFE_EVENT_POLICY_INVALID": read_life_events,
    "ALIGNMENT_POLICY_INVALID": read_alignment,
    "LADDER_POLICY_INVALID": read_ladder,
}


@pytest.mark.parametrize("code", READERS)
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[programmes", "not TOML"),
        (b"misspelt = 1", "misspelt"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(code: str, content: bytes | None, told: str, tmp_path: Path) -> None:
    """With the rules' own code."""
    file = tmp_path / "rules.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CountyRulesInvalid) as caught:
        READERS[code](file)
    assert code in str(caught.value)
    assert told in str(caught.value)


def test_without_a_file_the_default_counts() -> None:
    """Nothing has to be written to begin."""
    assert read_alignment(None).rule("pension").max_days_earlier == 0
    assert read_life_events(None).kinds == {}
    assert read_ladder(None).of("pension").grace_days == 0


def test_a_file_that_can_be_used_counts(tmp_path: Path) -> None:
    """Read whole, by the names that lists use."""
    file = tmp_path / "ladder.toml"
    file.write_text('[programmes."高龄补贴"]\ngrace_days = 45\n', "utf-8")
    assert read_ladder(file).of("senior_subsidy").grace_days == 45


def test_the_scheduler_reads_its_files_and_does_not_start_on_a_wrong_one(tmp_path: Path) -> None:
    """What the settings name is what counts."""
    secrets.make_missing(tmp_path / "secrets")
    wrong = tmp_path / "rules.toml"
    wrong.write_text("misspelt = 1", "utf-8")
    assert build_readers(Settings(var=tmp_path))
    for named in ({"alignment": wrong}, {"life_events": wrong}):
        with pytest.raises(CountyRulesInvalid):
            build_readers(Settings(var=tmp_path).model_copy(update=named))
    with pytest.raises(CountyRulesInvalid):
        build_clock(Settings(var=tmp_path, ladder=wrong))
