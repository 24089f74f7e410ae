"""The files of a backup: what is new is copied, what has gone is kept as long as the backups that name it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.cli.backup import copy_new, forget


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def test_only_what_is_new_or_changed_is_copied(tmp_path: Path) -> None:
    """Recordings never change and are many; a journal grows."""
    source, target = tmp_path / "var" / "blobs", tmp_path / "backup" / "blobs"
    _write(source / "ab" / "one.sealed", "1")
    _write(source / "journal", "a")
    assert copy_new(source, target) == 2
    assert copy_new(source, target) == 0
    _write(source / "journal", "ab")
    assert copy_new(source, target) == 1
    assert (target / "journal").read_text() == "ab"


def test_what_has_gone_is_kept_with_the_backups_of_its_day(tmp_path: Path) -> None:
    """An empty disk empties no backup; when those backups go, it goes too, so that an erasure is complete."""
    source, target = tmp_path / "var" / "blobs", tmp_path / "backup" / "blobs"
    _write(source / "ab" / "one.sealed", "1")
    copy_new(source, target)
    (source / "ab" / "one.sealed").unlink()
    assert copy_new(source, target) == 0
    now = datetime.now(UTC)
    aside = tmp_path / "backup" / f"gone-{now:%Y%m%d}" / "blobs" / "ab" / "one.sealed"
    assert aside.read_text() == "1" and not (target / "ab" / "one.sealed").exists()
    old = now - timedelta(days=20)
    for moment in (old, now):
        _write(tmp_path / "backup" / f"onevisit-{moment:%Y%m%dT%H%M%SZ}.dump", "")
    assert forget(tmp_path / "backup", now - timedelta(days=14)) == 1
    assert aside.exists()
    assert forget(tmp_path / "backup", now + timedelta(days=1)) == 2
    assert list((tmp_path / "backup").glob("*")) == [target]
