"""``onevisit verify --replay`` as a user runs it: files, lines, standard input; what is wrong has a code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli.main import app
from tests.structure.source import ROOT
from tests.unit.certify.clips import measured, nodding, verdict_on

TOLD = verdict_on(measured(nodding())).model_dump(mode="json")
EVENT = json.loads((ROOT / "schemas/examples/org.onevisit.verdict.reached.v1/valid-certified.json").read_text())


def run(*arguments: str | Path, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own, in which nothing that reads or judges pictures can be imported."""
    forbidden = ("cv2", "av", "onnxruntime", "ai_edge_litert", "dlib", "face_recognition", "PIL")
    code = f"import sys; sys.modules.update(dict.fromkeys({forbidden})); from services.cli.main import app; app()"
    command = [sys.executable, "-c", code, "verify", "--replay", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120, input=stdin)


def invoke(*arguments: str, stdin: str = "") -> Result:
    """The command in this process."""
    return CliRunner().invoke(app, ["verify", "--replay", *arguments], input=stdin)


def test_a_verdict_that_holds(tmp_path: Path) -> None:
    """Exit status 0, with the decision and every span."""
    (tmp_path / "verdict.json").write_text(json.dumps(TOLD))
    result = run(tmp_path / "verdict.json")
    assert (result.returncode, result.stderr) == (0, "")
    assert "same 一致: certified" in result.stdout
    assert "nod: 2." in result.stdout


def test_lines_of_a_topic_from_standard_input_and_one_was_changed() -> None:
    """Exit status 3; every verdict is told, the changed one field by field."""
    changed = TOLD | {"decision": "review", "reasons": ["face_differs"]}
    event = EVENT | {"verification": TOLD, "measurements": None}
    result = run("-", "--json", stdin="\n".join(map(json.dumps, (TOLD, changed, event))))
    decoder, text, found = json.JSONDecoder(), result.stdout, []
    while text.strip():
        document, end = decoder.raw_decode(text.lstrip())
        found.append(document)
        text = text.lstrip()[end:]
    assert (result.returncode, [document["holds"] for document in found]) == (3, [True, False, True])
    assert [one["field"] for one in found[1]["differences"]] == ["decision", "reasons"]
    assert found[1]["decision"] == "certified"


def test_another_policy(tmp_path: Path) -> None:
    """What it would have decided; exit status 3 when that is something else."""
    (tmp_path / "verdict.json").write_text(json.dumps(TOLD))
    for text, status, decision in (
        ("pad = {threshold = 0.99}", 3, "review"),
        ("pad = {threshold = 0.4}", 0, "certified"),
    ):
        (tmp_path / "policy.toml").write_text(text)
        result = run(tmp_path / "verdict.json", "--policy", tmp_path / "policy.toml", "--json")
        answer = json.loads(result.stdout)
        assert (result.returncode, answer["holds"], answer["other_policy"]["decision"]) == (status, True, decision)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "replay_not_a_verdict"),
        ("no JSON", "replay_not_a_verdict"),
        ("[]", "replay_not_a_verdict"),
        ('{"decision": "certified"}', "replay_not_a_verdict"),
        (json.dumps(TOLD | {"decision": "refused"}), "replay_not_a_verdict"),
        (json.dumps({k: v for k, v in TOLD.items() if k not in {"policy", "measurements"}}), "replay_incomplete"),
        (json.dumps(TOLD | {"measurements": {"asked": {}}}), "replay_measurements_unreadable"),
        (json.dumps(TOLD | {"policy": {"name": "x", "pads": {}}}), "replay_policy_unreadable"),
    ],
)
def test_a_wrong_file_has_a_code(content: str, code: str) -> None:
    """Exit status 1, nothing on standard output."""
    result = invoke("-", stdin=content)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{code}: ")


def test_wrong_usage_is_told_apart() -> None:
    """Exit status 2: a missing file, a clip beside a verdict."""
    assert run("missing.json").returncode == 2
    assert invoke("-", "clip.mp4").exit_code == 2
