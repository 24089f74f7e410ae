"""What is committed is what the models say today."""

from pathlib import Path

from schemas.generate.__main__ import main
from schemas.generate.files import differences, expected_files, stale_files


def test_the_committed_files_are_up_to_date() -> None:
    """A change of a model without its derived files cannot be merged; mend it with `python -m schemas.generate`."""
    assert differences() == ""


def test_a_changed_a_missing_and_a_stale_file_are_noticed(tmp_path: Path) -> None:
    """The check sees each way of being out of date, and the command mends each."""
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    changed, missing = list(expected_files())[:2]
    (tmp_path / changed).write_text("{}\n", encoding="utf-8")
    (tmp_path / missing).unlink()
    stale = tmp_path / "schemas/examples/org.onevisit.gone.v1/valid-old.json"
    stale.parent.mkdir()
    stale.write_text("{}\n", encoding="utf-8")
    assert main(["--check"], tmp_path) == 1
    difference = differences(tmp_path)
    assert all(str(path) in difference for path in (changed, missing, stale.relative_to(tmp_path)))
    assert main([], tmp_path) == 0
    assert differences(tmp_path) == ""
    assert stale_files(tmp_path) == []
