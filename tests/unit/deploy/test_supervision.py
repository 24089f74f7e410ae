"""The rendered configuration, as supervisord itself understands it."""

from pathlib import Path
from typing import Any

import pytest
from supervisor.options import ServerOptions

from deploy.embedded.programs import WORKERS, Program
from deploy.embedded.supervision import QUICK_RETRIES, Door, render


def _understood(folder: Path, groups: dict[str, list[Program]], door: Door) -> ServerOptions:
    for name in ("run", "log"):
        (folder / name).mkdir(parents=True)
    config = folder / "run" / "supervisord.conf"
    text = render(groups, run=folder / "run", logs=folder / "log", project=folder, door=door)
    config.write_text(text, encoding="utf-8")
    options = ServerOptions()
    options.realize(["-c", str(config)])
    return options


def _programs(options: ServerOptions) -> dict[str, Any]:
    return {p.name: p for group in options.process_group_configs for p in group.process_configs}


@pytest.mark.parametrize("name", ["plain", "with blank", "100%", "%(here)s", "一访通", "it's", 'so "called"', "a;b"])
def test_any_folder_name_reaches_supervisord_unchanged(tmp_path: Path, name: str) -> None:
    """Blanks, quotes, percent signs and Chinese in a path are not syntax."""
    folder = tmp_path / name
    program = Program("one", ("/bin/echo", str(folder), "50%"), env={"FOLDER": "a 50% b"})
    options = _understood(folder, {"workers": [program]}, Door(port=20_000))
    one = _programs(options)["one"]
    assert one.stdout_logfile == str(folder / "log" / "one.log")
    assert one.directory == str(folder)
    assert one.environment["FOLDER"] == "a 50% b"
    import shlex

    assert shlex.split(one.command) == list(program.argv)


def test_workers_stop_before_the_stores(tmp_path: Path) -> None:
    """supervisord stops groups by falling priority, so the stores have the lowest one."""
    groups = {"stores": [Program("kafka", ("true",))], "workers": [Program("relay", ("true",))]}
    options = _understood(tmp_path, groups, Door(port=20_000))
    priority = {group.name: group.priority for group in options.process_group_configs}
    assert priority["stores"] < priority["workers"]


def test_every_program_is_restarted_and_its_log_rotates(tmp_path: Path) -> None:
    """No worker of the line is without restart, a limit to its log and a time to stop in."""
    options = _understood(tmp_path, {"workers": list(WORKERS)}, Door(port=20_000))
    found = _programs(options)
    for worker in WORKERS:
        config = found[worker.name]
        assert config.autorestart
        assert config.startretries == QUICK_RETRIES
        assert 0 < config.stdout_logfile_maxbytes < 100_000_000
        assert config.stdout_logfile_backups > 0
        assert config.stopwaitsecs == worker.stop_wait_s


def test_the_door_asks_for_a_password_that_is_never_printed(tmp_path: Path) -> None:
    """Only who read the file may speak with supervisord, and a log of the door does not tell the password."""
    door = Door(port=20_000)
    options = _understood(tmp_path, {}, door)
    (server,) = options.server_configs
    assert (server["host"], server["port"], server["password"]) == ("127.0.0.1", 20_000, door.password)
    assert door.password not in repr(door)
    assert Door(port=20_000).password != door.password
