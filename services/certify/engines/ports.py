"""What the verifier needs of a face engine, as protocols: adapters are named for their technology and live beside
this file.

Every image is BGR, 0–255, (height, width, 3). Boxes and points are in pixels of the image that was given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.certify.engines.arrays import FloatArray, Image


@dataclass(frozen=True)
class FaceBox:
    """One detected face: corner and size in pixels, ``points`` (5, 2) = the person's right eye, left eye, nose,
    right and left mouth corner."""

    x: float
    y: float
    width: float
    height: float
    score: float
    points: FloatArray

    @property
    def area(self) -> float:
        """Pixels squared."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the box in pixels."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class FaceMesh:
    """478 points of one face, with what is read from them.

    ``points`` (478, 3) pixels (z in the same scale, negative towards the camera), ``presence`` 0–1, ``blendshapes``
    (52,) 0–1,
    ``pitch``, ``yaw``, ``roll`` in degrees: pitch > 0 looks down, yaw > 0 turns to the person's own left, roll > 0
    leans
    the head to the person's own left shoulder. Left and right hold for a recording that is not mirrored.
    """

    points: FloatArray
    presence: float
    blendshapes: FloatArray
    pitch: float
    yaw: float
    roll: float


class FaceDetector(Protocol):
    """Finds faces in a picture."""

    def detect(self, image: Image) -> list[FaceBox]:
        """All faces, the largest first; an empty list when there is none."""


class FaceLandmarker(Protocol):
    """Follows one face through a clip."""

    @property
    def front(self) -> FloatArray:
        """(468, 2): the points of the mesh on the canonical face as seen from the front, x to the image's right, y
        down, in centimetres."""

    def trace(self, image: Image, near: FaceBox | FaceMesh) -> FaceMesh | None:
        """The mesh of the face at ``near`` (a detection, or the mesh of the frame before); ``None`` when no face is
        there."""


class FaceMatcher(Protocol):
    """Tells whether two pictures show one person."""

    @property
    def name(self) -> str:
        """The engine's name in a verdict and on the command line."""

    def embed(self, image: Image, face: FaceBox) -> FloatArray:
        """A template of the face (one vector; its length is the engine's own)."""

    def pool(self, templates: Sequence[FloatArray]) -> FloatArray:
        """One template of several pictures of one person: what is chance in one picture cancels out."""

    def similarity(self, a: FloatArray, b: FloatArray) -> float:
        """How alike two templates are; larger is more alike, the scale is the engine's own."""


class LivenessNet(Protocol):
    """A learned presentation-attack detector that judges single frames."""

    @property
    def name(self) -> str:
        """The net's name in a verdict."""

    def live_score(self, image: Image, face: FaceBox) -> float:
        """0 (attack) to 1 (a live face before the camera)."""
