"""The lists of an evaluation: every bad row gets its code, and the rest goes on."""

import csv
import hashlib
from pathlib import Path

import pytest

from schemas.verification import Action
from services.certify.evaluation.manifest import (
    EARLIER_COLUMN,
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


def folder(
    tmp_path: Path,
    rows: list[list[str]],
    labels: list[list[str]] | None = None,
    label_columns: tuple[str, ...] = LABEL_COLUMNS,
) -> Folder:
    """A folder with one clip and these lists."""
    (tmp_path / "set").mkdir(exist_ok=True)
    (tmp_path / "set" / "a.mp4").write_bytes(b"clip")
    (tmp_path / "outside.mp4").write_bytes(b"clip")
    for name, columns, lines in (("manifest", MANIFEST_COLUMNS, rows), ("labels", label_columns, labels or [])):
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


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("b.mp4", RowFault.CLIP_UNKNOWN),
        ("a.mp4; b.mp4@0-2", RowFault.CLIP_UNKNOWN),
        ("a.mp4@then", RowFault.SPAN_INVALID),
        ("a.mp4@3-2", RowFault.SPAN_INVALID),
    ],
)
def test_a_bad_earlier_recording_gets_its_code(tmp_path: Path, value: str, code: RowFault) -> None:
    """The row is left out; the next one names a clip and a part of it."""
    columns = (*LABEL_COLUMNS, EARLIER_COLUMN)
    found = folder(tmp_path, [GOOD], [[*LABEL, value], [*LABEL, "a.mp4; a.mp4@1.5-4"]], columns)
    assert [(row.row, row.code) for row in found.bad] == [(2, code)]
    (label,) = found.labels
    assert [(one.name, one.media.path, one.from_s, one.to_s) for one in label.earlier] == [
        ("a.mp4", "a.mp4", 0.0, None),
        ("a.mp4@1.5-4", "a.mp4", 1.5, 4.0),
    ]


def test_the_column_of_earlier_recordings_may_be_left_out(tmp_path: Path) -> None:
    """Lists from before it are read as they were."""
    assert folder(tmp_path, [GOOD], [LABEL]).labels[0].earlier == ()


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
