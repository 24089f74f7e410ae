"""The lists of an evaluation: every bad row gets its code, and the rest goes on."""

import csv
import hashlib
from pathlib import Path

import pytest

from schemas.verification import Action
from services.certify.evaluation.manifest import (
    LABEL_COLUMNS,
    MANIFEST_COLUMNS,
    Folder,
    ManifestError,
    RowFault,
    age_band,
)

SHA = hashlib.sha256(b"clip").hexdigest()
GOOD = ["a.mp4", SHA, "video", "one", "~70", "genuine"]
LABEL = ["a.mp4", "0", "4.5", "nod open_mouth", "yes", "nod", "blink", "", "face_left", "", "f"]


def folder(tmp_path: Path, rows: list[list[str]], labels: list[list[str]] | None = None) -> Folder:
    """A folder with one clip and these lists."""
    (tmp_path / "set").mkdir(exist_ok=True)
    (tmp_path / "set" / "a.mp4").write_bytes(b"clip")
    (tmp_path / "outside.mp4").write_bytes(b"clip")
    for name, columns, lines in (("manifest", MANIFEST_COLUMNS, rows), ("labels", LABEL_COLUMNS, labels or [])):
        with (tmp_path / "set" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *lines])
    return Folder(tmp_path / "set" / "manifest.csv")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (0, "b.mp4", RowFault.FILE_MISSING),
        (0, "", RowFault.PATH_OUTSIDE),
        (0, "../outside.mp4", RowFault.PATH_OUTSIDE),
        (1, "0" * 64, RowFault.WRONG_BYTES),
        (2, "film", RowFault.KIND_UNKNOWN),
        (5, "fake", RowFault.ATTACK_UNKNOWN),
        (5, "attack:", RowFault.ATTACK_UNKNOWN),
    ],
)
def test_a_bad_row_gets_its_code_and_the_next_is_read(tmp_path: Path, column: int, value: str, code: RowFault) -> None:
    """One bad row before a good one."""
    bad = [value if index == column else cell for index, cell in enumerate(GOOD)]
    found = folder(tmp_path, [bad, GOOD])
    assert [(row.file, row.row, row.code) for row in found.bad] == [("manifest.csv", 2, code)]
    assert list(found.media) == ["a.mp4"]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (0, "b.mp4", RowFault.CLIP_UNKNOWN),
        (1, "soon", RowFault.SPAN_INVALID),
        (2, "0", RowFault.SPAN_INVALID),
        (3, "jump", RowFault.ACTION_UNKNOWN),
        (4, "perhaps", RowFault.VALUE_UNKNOWN),
        (7, "c.png", RowFault.FILE_MISSING),
        (8, "ugly", RowFault.REASON_UNKNOWN),
        (10, "x", RowFault.VALUE_UNKNOWN),
    ],
)
def test_a_bad_label_gets_its_code_and_the_next_is_read(
    tmp_path: Path, column: int, value: str, code: RowFault
) -> None:
    """One bad label before a good one."""
    bad = [value if index == column else cell for index, cell in enumerate(LABEL)]
    found = folder(tmp_path, [GOOD], [bad, LABEL])
    assert [(row.file, row.row, row.code) for row in found.bad] == [("labels.csv", 2, code)]
    assert [label.asked for label in found.labels] == [(Action.NOD, Action.OPEN_MOUTH)]


def test_a_missing_column_stops_the_evaluation(tmp_path: Path) -> None:
    """Nothing can be read without it; its name is told."""
    path = tmp_path / "manifest.csv"
    path.write_text("path,kind\n", encoding="utf-8")
    with pytest.raises(ManifestError, match="sha256") as error:
        Folder(path)
    assert error.value.code is RowFault.COLUMN_MISSING


@pytest.mark.parametrize(
    ("text", "band"),
    [("~70", "65 and over"), ("45-65", "45–64"), ("20s", "under 45"), ("60s", "65 and over"), ("", "unknown")],
)
def test_an_age_falls_into_its_band(text: str, band: str) -> None:
    """By the middle of what the label says; a decade's middle is its fifth year."""
    assert age_band(text) == band
