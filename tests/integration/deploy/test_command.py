"""`./onevisit` and its commands `up`, `down` and `doctor`, run as a person runs them."""

import json
import os
import signal
import subprocess
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from deploy.embedded.checks import Outcome
from deploy.embedded.programs import PROJECT
from deploy.embedded.stack import EmbeddedStack

TIMEOUT_S = 120


def _run(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [PROJECT / "onevisit", *arguments],
        cwd=folder,
        env={**os.environ, "ONEVISIT_VAR": str(folder / "var"), "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def _findings(run: "subprocess.CompletedProcess[str]") -> dict[str, dict[str, Any]]:
    found = {one["name"]: one for one in json.loads(run.stdout)}
    lacking = [one for one in found.values() if one["outcome"] == Outcome.MISSING]
    assert all(one["remedy"] for one in lacking), "what is missing comes with a way to get it"
    assert run.returncode == (1 if lacking else 0)
    return found


def test_no_start_compiles_everything_anew(tmp_path: Path) -> None:
    """Who wants no bytecode beside the source has it in another folder."""
    wanted = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(tmp_path / "bytecode")}
    assert _run(tmp_path, "--help", **wanted).returncode == 0
    assert list((tmp_path / "bytecode").rglob("services/cli/main.*.pyc"))


def test_the_command_works_from_any_folder_and_through_a_link(tmp_path: Path) -> None:
    """The environment is found where the script is, and the caller's folder stays the current one."""
    (tmp_path / "ov").symlink_to(PROJECT / "onevisit")
    run = subprocess.run(
        ["./ov", "doctor", "--json"],
        cwd=tmp_path,
        env={**os.environ, "ONEVISIT_VAR": "here"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    found = _findings(run)
    assert found["python"]["outcome"] == Outcome.OK
    assert found["postgresql"]["outcome"] == Outcome.OK


@pytest.mark.parametrize("command", ["up", "down", "doctor"])
def test_every_command_explains_itself_with_an_example(tmp_path: Path, command: str) -> None:
    """`--help` shows what to type."""
    run = _run(tmp_path, command, "--help")
    assert run.returncode == 0
    assert f"Example: onevisit {command}" in run.stdout


def test_doctor_names_servers_that_do_not_answer(tmp_path: Path) -> None:
    """A wrong address is missing, with the variable to look at, and the password is not shown."""
    run = _run(
        tmp_path,
        "doctor",
        "--json",
        ONEVISIT_KAFKA="127.0.0.1:9",
        ONEVISIT_DATABASE="postgresql://someone:hidden@127.0.0.1:9/none",
    )
    found = _findings(run)
    assert found["kafka"]["outcome"] == found["database"]["outcome"] == Outcome.MISSING
    assert "ConnectionRefusedError" in found["kafka"]["detail"], "nobody listens: that is known at once"
    assert "ONEVISIT_KAFKA" in found["kafka"]["remedy"]
    assert "ONEVISIT_DATABASE" in found["database"]["remedy"]
    assert "hidden" not in run.stdout + run.stderr


def test_doctor_asks_the_servers_in_use(tmp_path: Path, kafka: str, database: str) -> None:
    """Live servers are ok; topics that nobody made yet are missing, by name."""
    run = _run(
        tmp_path, "doctor", "--json", ONEVISIT_KAFKA=kafka, ONEVISIT_DATABASE=database, ONEVISIT_TOPIC_PREFIX="x."
    )
    found = _findings(run)
    assert found["kafka"]["outcome"] == found["database"]["outcome"] == Outcome.OK
    assert found["topics"]["outcome"] == Outcome.MISSING
    assert "x.request" in found["topics"]["detail"]


def test_down_says_when_nothing_runs(tmp_path: Path) -> None:
    """Stopping nothing is not an error."""
    run = _run(tmp_path, "down")
    assert (run.returncode, run.stderr.strip()) == (0, "onevisit: nothing was running")


def test_up_runs_the_line_until_it_is_told_to_stop(tmp_path: Path, stack: EmbeddedStack, database: str) -> None:
    """All workers start on the servers that the user names, and SIGTERM stops them in order with status 0."""
    environment = {
        **os.environ,
        "ONEVISIT_VAR": str(tmp_path / "var"),
        "ONEVISIT_KAFKA": stack.kafka,
        "ONEVISIT_DATABASE": database,
        "ONEVISIT_TOPIC_PREFIX": "up-test.",
        "COLUMNS": "200",
        "PYTHONFAULTHANDLER": "1",
    }
    models = PROJECT / "var" / "models"
    (tmp_path / "var").mkdir()
    if models.is_dir():
        (tmp_path / "var" / "models").symlink_to(models)
    with subprocess.Popen(
        [PROJECT / "onevisit", "up"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        assert running.stdout is not None
        seen: list[str] = []
        says_where_it_hangs = Timer(2 * TIMEOUT_S, running.send_signal, [signal.SIGABRT])
        says_where_it_hangs.start()
        try:
            for line in running.stdout:
                seen.append(line)
                if line.startswith("logs:"):
                    running.send_signal(signal.SIGTERM)
            assert running.wait(timeout=TIMEOUT_S) == 0, "".join(seen)
        finally:
            says_where_it_hangs.cancel()
            running.kill()
    shown = "".join(seen)
    for name in ("scheduler", "certify", "relay", "gateway"):
        assert f"{name} is ready" in shown
    assert "kafka is ready" not in shown, "the user's own broker is used"
    assert "stopped; the data stays" in shown
    assert stack.alive
