"""``onevisit verify`` and ``onevisit models`` as a user runs them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import cv2
import pytest
from pydantic import ValidationError
from typer.testing import CliRunner, Result

from schemas.verification import Verification
from services.cli.main import app
from tests.integration.certify.conftest import ROOT
from tests.integration.certify.films import film, pattern
from tests.integration.certify.offline import WAYS

LIMIT_S = 280
"""Seconds that one command may take on a busy machine."""


class Lingering:
    """A judgement whose process stays when it has ended."""

    def __init__(self, folder: Path, clip: Path, photo: Path) -> None:
        self._said, self._complained = folder / "stdout", folder / "stderr"
        judge = ("linger", "verify", str(clip), "--challenge", "nod", "--reference", str(photo), "--json")
        command = [sys.executable, "-m", "tests.integration.certify.offline", *judge]
        with self._said.open("wb") as said, self._complained.open("wb") as complained:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=complained, env=environment())

    def end(self) -> tuple[int, str, str]:
        """Its exit status, what it said, and what it complained of."""
        return self.process.wait(LIMIT_S), self._said.read_text("utf-8"), self._complained.read_text("utf-8")


def environment() -> dict[str, str]:
    """That of a terminal of 160 characters without colours."""
    return os.environ | {"COLUMNS": "160", "TERM": "dumb", "NO_COLOR": "1"}


def run(
    *arguments: str | Path, module: tuple[str, ...] = ("services.cli",), **variables: str
) -> "subprocess.CompletedProcess[str]":
    """The command line in a process of its own."""
    command = [sys.executable, "-m", *module, *map(str, arguments)]
    env = environment() | variables
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT_S, env=env)


def invoke(*arguments: str | Path) -> Result:
    """The command line in this process, where the engines are loaded once; `run` shows what a process of its own adds:
    its exit status, and what native code writes."""
    return CliRunner().invoke(app, [*map(str, arguments)])


@pytest.fixture(scope="session")
def faceless(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """A clip without a face."""
    path = tmp_path_factory.mktemp("clips") / "faceless.mp4"
    path.write_bytes(film([pattern(i) for i in range(60)]))
    return path


def test_json_is_the_contract_and_nothing_else(faceless: Path) -> None:
    """No line of any library on stdout or stderr."""
    result = run("verify", faceless, "--challenge", "nod,open_mouth", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    found = Verification.model_validate_json(result.stdout)
    assert list(json.loads(result.stdout)) == [
        "decision", "reasons", "challenge", "pad", "match", "quality", "timing_ms", "models", "policy_version",
        "policy", "measurements", "bundle", "seen",
    ]  # fmt: skip
    assert (found.decision, found.reasons) == ("retry", ("no_face",))
    assert list(found.challenge) == ["nod", "open_mouth"]
    assert len(found.models) == 5
    with pytest.raises(ValidationError):
        Verification.model_validate_json(result.stdout.replace("retry", "refused"))


def test_people_are_told_in_both_languages(faceless: Path) -> None:
    """What is wrong, and what to do next."""
    result = run("verify", faceless)
    assert result.returncode == 0
    assert "No face is seen" in result.stdout
    assert "未看到人脸" in result.stdout


@pytest.mark.parametrize("content", [b"", b"not a video", film([pattern(0)])[:200]], ids=["empty", "text", "cut"])
def test_a_bad_file_is_a_verdict(tmp_path: Path, models_dir: Path, content: bytes) -> None:
    """Exit 0: the decision was made."""
    (tmp_path / "bad.mp4").write_bytes(content)
    result = invoke("verify", tmp_path / "bad.mp4", "--challenge", "nod", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["decision"], len(found["reasons"])) == (0, "retry", 1)
    assert found["challenge"] == {"nod": {"passed": False, "span_s": None, "window_s": None}}


@pytest.mark.parametrize(
    "arguments",
    [
        ("missing.mp4",),
        (__file__, "--challenge", "jump"),
        (__file__, "--challenge", "nod,nod"),
        (__file__, "--reference", "missing.jpg"),
        (__file__, "--engine", "other"),
        (__file__, "--from", "3", "--to", "2"),
        (__file__, "--policy", __file__),
        (__file__, "--used", "used.txt"),
        (__file__, "--bundle", "missing.jws"),
        (__file__, "--bundle", __file__, "--keys", "missing.json"),
        (__file__, "--bundle", __file__, "--keys", __file__),
        (__file__, "--bundle", __file__, "--challenge", "nod"),
    ],
)
def test_wrong_usage_is_told_apart_from_a_verdict(arguments: tuple[str, ...]) -> None:
    """Exit 2, and nothing on stdout."""
    result = invoke("verify", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr) > 20


def test_wrong_usage_is_the_exit_status_of_the_process() -> None:
    """2, and nothing on stdout."""
    result = run("verify", __file__, "--challenge", "jump")
    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr) > 20


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle drawn offline, beside the public half of the key that signed it."""
    folder = tmp_path_factory.mktemp("bundle")
    drawn = run("challenge", "draw", "--secrets", folder, "--out", folder / "bundle.jws", "--ability", "deaf")
    assert (drawn.returncode, drawn.stdout, drawn.stderr) == (0, "", "")
    return folder / "bundle.jws"


def test_a_bundle_is_checked_and_used_up_offline(faceless: Path, bundle: Path, tmp_path: Path) -> None:
    """Windows and nonce in the finding; a second clip for it, an old one and one of another key have their codes."""
    keys = bundle.with_name("public-keys.json")

    def reasons(*options: str | Path) -> list[str]:
        result = invoke("verify", faceless, "--bundle", bundle, "--json", *options)
        assert (result.exit_code, result.stderr) == (0, "")
        found = json.loads(result.stdout)
        assert found["decision"] == ("review" if "challenge_untrusted" in found["reasons"] else "retry")
        assert list(found["bundle"]["faults"]) == found["reasons"][: len(found["bundle"]["faults"])]
        return list(found["reasons"])

    ledger = tmp_path / "used.txt"
    assert reasons("--keys", keys, "--used", ledger) == ["no_face"]
    assert reasons("--keys", keys, "--used", ledger)[0] == "challenge_used"
    long_ago, in_years = "2020-01-01T00:00:00+08:00", "2199-01-01T00:00:00+08:00"
    assert reasons("--keys", keys, "--captured-at", long_ago)[0] == "clip_older_than_challenge"
    assert reasons("--keys", keys, "--captured-at", in_years)[0] == "challenge_expired"
    assert reasons("--keys", keys, "--visit", str(uuid4()))[0] == "challenge_other_visit"
    other = tmp_path / "other"
    run("challenge", "draw", "--secrets", other)
    assert reasons("--keys", other / "public-keys.json") == ["challenge_untrusted", "no_face"]


def test_a_challenge_that_nobody_can_answer_is_not_drawn(bundle: Path) -> None:
    """Exit 1 with the door's code; windows that contradict each other are wrong usage."""
    draw = ("challenge", "draw", "--secrets", bundle.parent)
    nobody = run(*draw, "--ability", "cannot_move_head", "--ability", "stroke")
    assert (nobody.returncode, nobody.stdout, "NO_ACTION_LEFT" in nobody.stderr) == (1, "", True)
    for windows in (["nod@5-3"], ["nod@1-6", "blink@4-8"], ["jump@1-3"], ["nod"], ["nod@1-3", "nod@4-6"]):
        wrong = invoke(*draw, *(option for window in windows for option in ("--prompt", window)))
        assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "cannot_move_head" in run("challenge", "abilities").stdout


def test_an_unreadable_reference_is_for_a_reviewer(faceless: Path, tmp_path: Path) -> None:
    """Not an error of the caller: agencies send what they have."""
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0 broken")
    result = invoke("verify", faceless, "--reference", tmp_path / "photo.jpg", "--json")
    assert (result.exit_code, json.loads(result.stdout)["match"]["score"]) == (0, None)


def test_the_list_of_models_shows_what_is_here(models_dir: Path) -> None:
    """As a table and as JSON."""
    assert "yunet-2023mar" in run("models", "list").stdout
    rows = json.loads(run("models", "list", "--json").stdout)
    assert {row["state"] for row in rows} == {"present"}


def test_a_second_pull_fetches_nothing(models_dir: Path) -> None:
    """Under the filter that kills whoever opens a socket."""
    result = run("cli", "models", "pull", module=("tests.integration.certify.offline",))
    assert (result.returncode, "0 of 5" in result.stdout) == (0, True)


def test_a_pull_that_fails_says_what_to_do(tmp_path: Path) -> None:
    """Exit 1, the permanent code, and nothing half stored."""
    result = run("models", "pull", ONEVISIT_VAR=str(tmp_path), PIP_NO_INDEX="1")
    assert (result.returncode, result.stdout) == (1, "")
    assert "model_download_failed" in result.stderr
    assert "onevisit models pull" in result.stderr
    assert list((tmp_path / "models").iterdir()) == []


@pytest.mark.parametrize("way", WAYS)
def test_the_filter_kills_who_opens_a_socket(way: str) -> None:
    """In Python, in C, in a thread, in a child: else the tests below would prove nothing."""
    returncode = run(way, module=("tests.integration.certify.offline",)).returncode
    killed = -signal.SIGSYS
    assert returncode == (killed % 256 if way == "look-up-in-a-child" else killed)


def test_no_daemon_of_this_machine_is_asked_either() -> None:
    """It could ask on our behalf."""
    assert run("unix", module=("tests.integration.certify.offline",)).returncode == 1


def test_verifying_opens_no_network_connection(faceless: Path, tmp_path: Path) -> None:
    """Native code and the decoding process included."""
    cv2.imwrite(str(tmp_path / "photo.png"), pattern(0))
    for engine in ("sface", "face_recognition"):
        result = run(
            "cli", "verify", faceless, "--reference", tmp_path / "photo.png", "--engine", engine, "--json",
            module=("tests.integration.certify.offline",),
        )  # fmt: skip
        assert (result.returncode, json.loads(result.stdout)["decision"]) == (0, "retry")


@pytest.fixture(scope="module")
def lingering(face_data: Path, models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lingering]:
    """A judgement without a network that stays for half a minute. The last test here asks how it ended; others begin
    it, so that nobody has to wait for so long."""
    clip, photo = face_data / "video" / "affinsys__vhn.mp4", face_data / "image" / "face_recognition" / "obama.jpg"
    begun = Lingering(tmp_path_factory.mktemp("lingering"), clip, photo)
    yield begun
    begun.process.kill()
    begun.process.wait()


@pytest.mark.data
@pytest.mark.usefixtures("lingering")
@pytest.mark.parametrize("engine", ["sface", "face_recognition"])
def test_judging_a_real_face_writes_nothing_to_disk(
    face_data: Path, models_dir: Path, tmp_path: Path, engine: str
) -> None:
    """No temporary file either, be it deleted again at once: clip and photo are in the open only in memory."""
    control = run("write", tmp_path / "file", module=("tests.integration.certify.diskless",))
    assert (control.returncode, (tmp_path / "file").stat().st_size) == (-signal.SIGXFSZ, 0)
    clip, photo = face_data / "video" / "affinsys__vhn.mp4", face_data / "image" / "face_recognition" / "obama.jpg"
    result = run(
        "cli", "verify", clip, "--challenge", "nod", "--reference", photo, "--engine", engine, "--json",
        module=("tests.integration.certify.diskless",),
    )  # fmt: skip
    found = json.loads(result.stdout)
    assert (result.returncode, result.stderr) == (0, "")
    assert found["challenge"]["nod"]["passed"]
    assert found["match"]["frames"] > 0


def test_the_default_engine_never_loads_dlib_or_its_non_commercial_model(faceless: Path) -> None:
    """The 68-point model (300-W) is loaded when ``face_recognition`` is imported: the default path never imports it."""
    code = (
        "import runpy, sys\n"
        f"sys.argv = ['onevisit', 'verify', {str(faceless)!r}, '--challenge', 'nod', '--json', '--engine', ENGINE]\n"
        "try:\n    runpy.run_module('services.cli', run_name='__main__')\n"
        "finally:\n    print([m for m in ('dlib', 'face_recognition', 'face_recognition_models') if m in sys.modules],"
        " 'shape_predictor_68' in open('/proc/self/maps').read(), file=sys.stderr)\n"
    )
    for engine, loaded in (("sface", "[] False"), ("face_recognition", "['dlib', 'face_recognition'")):
        command = [sys.executable, "-c", f"ENGINE = {engine!r}\n{code}"]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT_S)
        assert result.returncode == 0
        assert result.stderr.startswith(loaded)


@pytest.mark.data
def test_judging_a_real_face_opens_no_network_connection(lingering: Lingering) -> None:
    """All nets run on this one; and not later either, while the process lives on as a worker does."""
    status, said, complained = lingering.end()
    found = json.loads(said)
    assert (status, complained) == (0, "")
    assert (found["decision"], found["reasons"]) == ("review", ["face_differs"])
    assert found["challenge"]["nod"]["passed"]
