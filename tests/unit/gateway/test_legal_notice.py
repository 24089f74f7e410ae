"""The notice says for how long a recording is held, as the county has it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.certify.domain.retention import RetentionPolicy
from services.gateway.phone.legal_notice import read_notice


def test_the_notice_says_the_days_of_the_retention_policy(tmp_path: Path) -> None:
    """Those that certify reads of the same file; each text has a version of its own."""
    told = {}
    for days in (0, 1, 45):
        file = tmp_path / f"{days}.toml"
        file.write_text(f"certified_days = {days}\nretry_days = 3\n", "utf-8")
        assert RetentionPolicy.from_toml(file.read_text("utf-8")).certified_days == days
        told[days] = read_notice(file)
    assert "通过后45天删除" in told[45].words.zh and "deleted 45 days after" in told[45].words.en
    assert "deleted 1 day after" in told[1].words.en
    assert "通过后立即删除" in told[0].words.zh and "as soon as it is accepted" in told[0].words.en
    assert len({notice.version for notice in told.values()}) == len(told)


def test_without_a_file_it_says_the_default_that_certify_keeps_to() -> None:
    """Two services, one default."""
    assert f"通过后{RetentionPolicy().certified_days}天删除" in read_notice(None).words.zh


def test_a_number_that_certify_refuses_is_refused_here(tmp_path: Path) -> None:
    """Before anybody is told it."""
    file = tmp_path / "retention.toml"
    file.write_text("certified_days = -1\n", "utf-8")
    with pytest.raises(ValidationError, match="certified_days"):
        read_notice(file)
