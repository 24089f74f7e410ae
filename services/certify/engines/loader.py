"""Loads the engines: each once a process, when first needed, from checked files, one thread each."""

import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from services.certify.engines.ports import FaceDetector, FaceLandmarker, FaceMatcher, LivenessNet
from services.certify.engines.store import ModelStore
from services.certify.policy import MatchEngine

if TYPE_CHECKING:
    from services.certify.engines.face_chart import FaceChart
    from services.certify.engines.sface import SFaceMatcher

YUNET, SFACE, LANDMARKER = "yunet-2023mar", "sface-2021dec", "face-landmarker-v2"
MINIFASNET, FR_LIVENESS = "minifasnet-v2", "fr-liveness"


class Engines:
    """All engines over one folder of models. Use ``get_engines``, so that a process loads them once."""

    def __init__(self, models_dir: Path) -> None:
        import cv2  # noqa: PLC0415 - engines are loaded late so that `onevisit --help` is fast

        cv2.setNumThreads(1)
        if hasattr(cv2, "utils"):
            cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        self._store = ModelStore(models_dir)
        self._lock = threading.RLock()
        self._detector: FaceDetector | None = None
        self._landmarker: FaceLandmarker | None = None
        self._charts: tuple[FaceChart, FaceChart] | None = None
        self._matchers: dict[MatchEngine, FaceMatcher] = {}
        self._nets: tuple[LivenessNet, ...] | None = None

    def detector(self) -> FaceDetector:
        """YuNet."""
        from services.certify.engines.yunet import YuNetDetector  # noqa: PLC0415

        with self._lock:
            if self._detector is None:
                self._detector = YuNetDetector(self._store.get_path(YUNET))
            return self._detector

    def landmarker(self) -> FaceLandmarker:
        """The face mesh."""
        from services.certify.engines.face_mesh import FaceMeshTracker  # noqa: PLC0415

        with self._lock:
            if self._landmarker is None:
                self._landmarker = FaceMeshTracker(self._store.get_path(LANDMARKER))
            return self._landmarker

    def charts(self) -> "tuple[FaceChart, FaceChart]":
        """The layouts of the mesh's face as seen from the front: by all of its points, and by 68 of them."""
        from services.certify.engines.face_chart import COARSE, FaceChart  # noqa: PLC0415

        with self._lock:
            if self._charts is None:
                front = self.landmarker().front
                self._charts = FaceChart(front), FaceChart(front, COARSE)
            return self._charts

    def matcher(self, engine: MatchEngine) -> FaceMatcher:
        """The matcher of that name."""
        with self._lock:
            if engine not in self._matchers:
                self._matchers[engine] = self._load_matcher(engine)
            return self._matchers[engine]

    def sface(self) -> "SFaceMatcher":
        """The matcher that may certify; it knows halves of faces, too."""
        from services.certify.engines.sface import SFaceMatcher  # noqa: PLC0415

        matcher = self.matcher(MatchEngine.SFACE)
        assert isinstance(matcher, SFaceMatcher)
        return matcher

    def liveness_nets(self) -> tuple[LivenessNet, ...]:
        """Both nets: each misses what the other catches."""
        from services.certify.engines.fr_liveness import FrLiveness  # noqa: PLC0415
        from services.certify.engines.minifasnet import MiniFasNet  # noqa: PLC0415

        with self._lock:
            if self._nets is None:
                self._nets = (
                    MiniFasNet(self._store.get_path(MINIFASNET)),
                    FrLiveness(self._store.get_path(FR_LIVENESS)),
                )
            return self._nets

    def hashes(self, engine: MatchEngine) -> dict[str, str]:
        """Name and SHA-256 of each model that takes part with that matcher."""
        hashes = {pin.name: pin.sha256 for pin in self._store.pins}
        if engine is MatchEngine.FACE_RECOGNITION:
            from services.certify.engines.dlib_encoding import model_hashes  # noqa: PLC0415

            hashes |= model_hashes()
        return hashes

    def _load_matcher(self, engine: MatchEngine) -> FaceMatcher:
        match engine:
            case MatchEngine.SFACE:
                from services.certify.engines.sface import SFaceMatcher  # noqa: PLC0415

                return SFaceMatcher(self._store.get_path(SFACE))
            case MatchEngine.FACE_RECOGNITION:
                from services.certify.engines.dlib_encoding import FaceRecognitionMatcher  # noqa: PLC0415

                return FaceRecognitionMatcher()


@lru_cache(maxsize=4)
def get_engines(models_dir: Path) -> Engines:
    """The engines of this process over that folder."""
    return Engines(models_dir)
