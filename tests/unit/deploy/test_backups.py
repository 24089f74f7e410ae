"""`onevisit doctor` says when backups have stopped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.embedded.backups import note_backup
from deploy.embedded.checks import Outcome, _backup


def test_an_installation_without_a_backup_of_today_is_told(tmp_path: Path) -> None:
    """Once there is something to lose; with what to do."""
    now = datetime.now(UTC)
    assert _backup(tmp_path, now).outcome is Outcome.LATER
    (tmp_path / "postgres").mkdir()
    assert _backup(tmp_path, now).outcome is Outcome.SOON
    note_backup(tmp_path)
    assert _backup(tmp_path, now).outcome is Outcome.OK
    stopped = _backup(tmp_path, now + timedelta(days=2))
    assert stopped.outcome is Outcome.SOON and "onevisit backup" in stopped.remedy
