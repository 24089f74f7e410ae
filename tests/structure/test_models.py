"""Models are supply chain: the lock, the licences in the documents, and what is never used."""

import ast
import re

import pytest

from services.certify.engines.lock import ModelPin, read_lock
from tests.structure.source import ROOT, project_files

PINS = read_lock()
FREE = {"MIT", "Apache-2.0", "BSD-3-Clause", "CC0-1.0"}
"""SPDX names of licences that allow every use, also by a county that pays for the service."""
CALL_HOME = ("onnxruntime", "mediapipe")
"""Runtimes that look up a telemetry host (face.md for MediaPipe; ONNX Runtime from 1.29 on)."""
NON_COMMERCIAL = ("shape_predictor_68", "pose_predictor_model_location", "pose_predictor_68", "face_landmarks(")
"""Names by which dlib's 68-point model, trained on 300-W, would be reached."""


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.name)
def test_each_model_is_free_to_use_and_documented(pin: ModelPin) -> None:
    """docs/models.md says of each file its licence and its carrier, as the lock does."""
    assert pin.licence in FREE
    assert pin.upstream.startswith("https://")
    rows = [line for line in (ROOT / "docs/models.md").read_text("utf-8").splitlines() if f"`{pin.name}`" in line]
    row = next(line for line in rows if line.startswith("|"))
    assert pin.licence in row
    assert re.search(rf"(PyPI|npm) {re.escape(pin.package)} {re.escape(pin.version)}\b", row)


def test_no_model_is_named_in_the_documents_that_is_not_pinned() -> None:
    """The table and the lock have the same files, but for the two of dlib that come installed."""
    table = (ROOT / "docs/models.md").read_text("utf-8").split("| --- ", 1)[1].split("\n\n", 1)[0]
    named = set(re.findall(r"^\| `([a-z0-9-]+)`", table, re.MULTILINE))
    assert named - {"dlib-resnet-v1"} == {pin.name for pin in PINS}


def test_no_runtime_that_calls_home_is_imported_or_installed() -> None:
    """Not even behind a condition, and not by a dependency."""
    for path in project_files():
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in CALL_HOME], path
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert not re.findall(rf"^({'|'.join(CALL_HOME)})\b", (ROOT / lock).read_text("utf-8"), re.MULTILINE)


def test_the_non_commercial_model_is_not_reached() -> None:
    """It lies in a package that is installed; no module of ours names it, and the encoding takes five points."""
    for path in (ROOT / "services").rglob("*.py"):
        text = path.read_text("utf-8")
        assert not [name for name in NON_COMMERCIAL if name in text], path
    assert 'model="small"' in (ROOT / "services/certify/engines/dlib_encoding.py").read_text("utf-8")
