"""Road engines beside the stack: fetches OSRM or Valhalla, prepares a map extract, and runs the engine.

    python -m deploy.roads osrm county.osm.pbf var/roads/osrm --port 5000
    python -m deploy.roads valhalla county.osm.pbf var/roads/valhalla --port 8002
    python -m deploy.roads osrm county.osm.pbf var/roads/osrm --prepare      # only prepares

The Python wheels of both bring the engines' own programs, which need no Python: their wheels ask for 3.12, the project
has 3.11, so they lie in a folder of their own. Then set ONEVISIT_ROADS, or give `onevisit plan --roads`.
"""

import argparse
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

ROOT: Final = Path(__file__).resolve().parents[1]
UV: Final = ROOT / ".tools" / "bin" / "uv"
WHEELS: Final = {"osrm": "osrm-bindings==26.10.0", "valhalla": "pyvalhalla==3.9.1"}
"""Exact pins: the formats of prepared files change between releases."""
Name = Literal["osrm", "valhalla"]


@dataclass(frozen=True)
class Engine:
    """A prepared engine in its folder."""

    name: Name
    folder: Path

    @property
    def wheel(self) -> Path:
        """Where its wheel is unpacked."""
        return self.folder / "wheel"

    @property
    def is_prepared(self) -> bool:
        """Whether its files are all there."""
        return self._done.exists()

    @property
    def _done(self) -> Path:
        return self.folder / "prepared"

    @property
    def env(self) -> Mapping[str, str]:
        """What its programs need beside ours."""
        return os.environ | {"LD_LIBRARY_PATH": str(self.wheel / "pyvalhalla.libs")}

    def program(self, name: str) -> str:
        """One of its programs."""
        return str(self.wheel / self.name / "bin" / name)

    def fetch(self) -> None:
        """Installs the wheel, without what it asks for. Raises subprocess.CalledProcessError when it cannot be had."""
        if self.wheel.exists():
            return
        unfinished = self.folder / "wheel.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        where = ["--target", str(unfinished), "--python-version", "3.12"]
        kind = ["--python-platform", f"{platform.machine()}-manylinux_2_28", "--only-binary", ":all:", "--no-deps"]
        subprocess.run([UV, "pip", "install", "--quiet", *where, *kind, WHEELS[self.name]], check=True)
        for program in (unfinished / self.name / "bin").iterdir():
            program.chmod(0o755)
        unfinished.rename(self.wheel)

    def prepare(self, extract: Path) -> None:
        """Makes the engine's files of an OpenStreetMap extract; seconds for a county."""
        self._done.unlink(missing_ok=True)
        with (self.folder / "prepare.log").open("ab") as output:
            for argv in self._steps(extract):
                subprocess.run(argv, cwd=self.folder, env=self.env, stdout=output, stderr=output, check=True)
        self._done.touch()

    def _steps(self, extract: Path) -> list[list[str]]:
        if self.name == "osrm":
            here = self.folder / "county.osm.pbf"
            shutil.copyfile(extract, here)
            profile = str(self.wheel / "osrm" / "share" / "profiles" / "car.lua")
            return [
                [self.program("osrm-extract"), "-p", profile, str(here)],
                [self.program("osrm-partition"), "county.osrm"],
                [self.program("osrm-customize"), "county.osrm"],
            ]
        configure = str(self.wheel / "valhalla" / "valhalla_build_config.py")
        made = subprocess.run(
            [sys.executable, configure, "--mjolnir-tile-dir", str(self.folder / "tiles"), "--mjolnir-concurrency", "2"],
            capture_output=True,
            check=True,
        )
        (self.folder / "valhalla.json").write_bytes(made.stdout)
        return [[self.program("valhalla_build_tiles"), "-c", "valhalla.json", str(extract)]]

    def serving(self, port: int) -> list[str]:
        """The command line that serves on 127.0.0.1; run it in the folder with `env`."""
        if self.name == "osrm":
            at = ["--ip", "127.0.0.1", "--port", str(port)]
            return [self.program("osrm-routed"), "--algorithm", "mld", *at, "county.osrm"]
        config = self.folder / "valhalla.json"
        text = config.read_text("utf-8").replace("tcp://*:8002", f"tcp://127.0.0.1:{port}")
        (self.folder / f"valhalla-{port}.json").write_text(text, "utf-8")
        return [self.program("valhalla_service"), f"valhalla-{port}.json", "1"]

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serves on a free port of 127.0.0.1; gives its address once it listens.

        Raises:
            OSError: it does not listen within a minute.
        """
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command, quiet = self.serving(port), subprocess.DEVNULL
        with subprocess.Popen(command, cwd=self.folder, env=self.env, stdout=quiet, stderr=quiet) as serving:
            try:
                _wait_until_it_listens(port)
                yield f"http://127.0.0.1:{port}"
            finally:
                serving.kill()


def _wait_until_it_listens(port: int) -> None:
    give_up_at = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                return
        except OSError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.1)


def main(arguments: list[str] | None = None) -> int:
    """Fetches, prepares and serves; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m deploy.roads", description="Run a road engine beside the stack.")
    parser.add_argument("engine", choices=sorted(WHEELS))
    parser.add_argument("extract", type=Path, help="OpenStreetMap extract (.osm.pbf)")
    parser.add_argument("folder", type=Path, help="where the engine and its files lie")
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--prepare", action="store_true", help="do not serve")
    given = parser.parse_args(arguments)
    engine = Engine(given.engine, given.folder.resolve())
    engine.folder.mkdir(parents=True, exist_ok=True)
    engine.fetch()
    engine.prepare(given.extract.resolve())
    if given.prepare:
        return 0
    return subprocess.run(engine.serving(given.port), cwd=engine.folder, env=engine.env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
