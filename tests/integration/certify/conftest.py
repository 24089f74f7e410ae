"""The real models, and the shared face media where they are."""

import os
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import pytest

from services.certify.engines.loader import Engines, get_engines
from services.certify.engines.store import ModelStore
from services.certify.policy import VerificationPolicy
from services.certify.verify import Verifier

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The project's own models folder; what is missing is pulled once, as the demo does."""
    folder = ROOT / "var" / "models"
    ModelStore(folder).pull()
    return folder


@pytest.fixture(scope="session")
def engines(models_dir: Path) -> Engines:
    """Loaded once."""
    return get_engines(models_dir)


@pytest.fixture(scope="session")
def verifier(models_dir: Path) -> Verifier:
    """With the default policy."""
    return Verifier(VerificationPolicy(), models_dir)


@pytest.fixture(scope="session")
def face_data() -> Path:
    """The shared face media: never in the project. Without them the test is skipped, but not silently in CI."""
    folder = Path(os.environ.get("ONEVISIT_SHARED_DATA", ROOT.parent / "shared" / "data")) / "face"
    if not (folder / "manifest.csv").is_file():
        if os.environ.get("CI"):
            pytest.fail("the shared face media are missing; set ONEVISIT_SHARED_DATA to the folder that holds face/")
        pytest.skip("no shared face media here (ONEVISIT_SHARED_DATA)")
    return folder


@pytest.fixture(scope="session")
def still(face_data: Path) -> Callable[[str, float], bytes]:
    """A still of a clip at a second, as a JPEG: a reference from another moment."""
    made: dict[tuple[str, float], bytes] = {}

    def take(name: str, at_s: float) -> bytes:
        if (name, at_s) not in made:
            with av.open(str(face_data / "video" / name)) as container:
                frame = next(f for f in container.decode(video=0) if f.time is not None and f.time >= at_s)
                ok, jpeg = cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"))
                assert ok
            made[name, at_s] = jpeg.tobytes()
        return made[name, at_s]

    return take
