"""Pulling models when things go wrong: a wrong byte, a full disk, a registry that is away, a kill in the middle."""

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from services.certify.engines.carriers import take_out
from services.certify.engines.errors import ModelError, ModelFault
from services.certify.engines.lock import ModelPin, Registry, read_lock
from services.certify.engines.store import FileState, ModelStore
from tests.structure.source import ROOT
from tests.unit.certify.test_models import CONTENT, pin

FAIL_AFTER = """
import resource, sys
from pathlib import Path
from services.certify.engines.store import ModelStore
from tests.unit.certify.test_models import CONTENT, pin
sys.stderr.flush()
big = CONTENT * 100_000
resource.setrlimit(resource.RLIMIT_FSIZE, (len(big) // 2, -1))
try:
    ModelStore(Path(sys.argv[1]), [pin(content=big)]).put(pin(content=big), big)
except Exception as error:
    print(error)
    raise SystemExit(1)
"""


def carrier_of(one: ModelPin, folder: Path, content: bytes) -> Path:
    """A wheel that holds the file where the real one does."""
    path = folder / f"{one.package}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(one.path, content)
    return path


def test_one_flipped_bit_of_a_real_model_is_refused(tmp_path: Path) -> None:
    """Taken out of a carrier, anywhere in the file; nothing is stored, and the folder's own file is seen through."""
    real = next(one for one in read_lock() if one.name == "yunet-2023mar")
    source = ROOT / "var" / "models" / real.file
    if not source.is_file():
        pytest.skip("the models are not here: onevisit models pull")
    whole = source.read_bytes()
    store = ModelStore(tmp_path / "models", [real])
    for at in (0, len(whole) // 2, len(whole) - 1):
        bad = bytearray(whole)
        bad[at] ^= 1
        with pytest.raises(ModelError) as caught:
            store.put(real, take_out(real, carrier_of(real, tmp_path, bytes(bad))))
        assert caught.value.code is ModelFault.WRONG_BYTES
        assert not list((tmp_path / "models").glob("*"))
        (tmp_path / "models").mkdir(exist_ok=True)
        (tmp_path / "models" / real.file).write_bytes(bad)
        assert store.state(real) is FileState.WRONG_BYTES
        (tmp_path / "models" / real.file).unlink()
    store.put(real, take_out(real, carrier_of(real, tmp_path, whole)))
    assert store.state(real) is FileState.PRESENT


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    """Written as far as it goes, told with a code, and cleaned up."""
    result = subprocess.run(
        [sys.executable, "-c", FAIL_AFTER, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stdout.startswith("model_not_stored: ")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_has_a_code(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "models").write_text("")
    with pytest.raises(ModelError) as caught:
        ModelStore(tmp_path / "models", [pin()]).put(pin(), CONTENT)
    assert caught.value.code is ModelFault.NOT_STORED


def test_what_a_killed_pull_left_is_swept_by_the_next(tmp_path: Path) -> None:
    """A part that never became a file is no model, and goes."""
    (tmp_path / ".part-killed").write_bytes(CONTENT[:3])
    os.utime(tmp_path / ".part-killed", (0, 0))
    store = ModelStore(tmp_path, [pin()])
    assert store.state(pin()) is FileState.MISSING
    store.put(pin(), CONTENT)
    store.pull()
    assert [path.name for path in tmp_path.iterdir()] == ["weights.onnx"]


@pytest.mark.parametrize("code", [1, -signal.SIGKILL])
def test_a_registry_that_is_away_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """A real client that fails, or is killed: one code, and nothing stored."""
    client = tmp_path / "bin" / "npm"
    client.parent.mkdir()
    how = "kill -9 $$" if code < 0 else "echo 'npm ERR! network unreachable' >&2; exit 1"
    client.write_text(f"#!/bin/sh\n{how}\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{client.parent}:{os.environ['PATH']}")
    store = ModelStore(tmp_path / "models", [pin(Registry.NPM)])
    with pytest.raises(ModelError) as caught:
        store.pull()
    assert caught.value.code is ModelFault.DOWNLOAD_FAILED
    assert "onevisit models pull" in str(caught.value)
    assert list((tmp_path / "models").iterdir()) == []
