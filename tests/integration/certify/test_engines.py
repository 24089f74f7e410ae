"""The engines, with their real weights."""

import math
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from services.certify.engines.arrays import Image
from services.certify.engines.canonical_face import read_canonical_face
from services.certify.engines.head_pose import HeadPose
from services.certify.engines.liveness_crop import crop_for_liveness
from services.certify.engines.loader import LANDMARKER, Engines
from services.certify.engines.ports import FaceBox
from services.certify.engines.store import ModelStore
from services.certify.policy import MatchEngine

FACE = FaceBox(
    130, 85, 60, 72, 0.9, np.array([[145, 110], [175, 110], [160, 125], [148, 140], [172, 140]], dtype=float)
)


def waves(k: int) -> Image:
    """A coloured pattern on which the liveness nets answer neither 0 nor 1, so that a change of input shows."""
    y, x = np.mgrid[0:240, 0:320]
    bump = np.exp(-((x - 160) ** 2 / 3000 + (y - 120) ** 2 / 5000))
    channels = [
        128 + 100 * np.sin(x / (17.0 + k) + c) * np.cos(y / (23.0 - k) + 2 * c) + (40 - 30 * c) * bump for c in range(3)
    ]
    picture: Image = np.clip(np.stack(channels, -1), 0, 255).astype(np.uint8)
    return picture


# Golden values, computed once from models.lock with the preprocessing of the nets' authors (BGR, 0–255, box × 2.7),
# after
# it was seen to tell the Silent-Face samples T1 (live) from F1 and F2 (attacks); see test_pad_stills below.
@pytest.mark.parametrize(
    ("k", "minifasnet", "fr_liveness"), [(0, 0.0658, 0.9413), (4, 0.2975, 0.9448), (5, 0.7823, 0.9676)]
)
def test_the_preprocessing_of_the_liveness_nets_is_pinned(
    engines: Engines, k: int, minifasnet: float, fr_liveness: float
) -> None:
    """Fed with other channels, another range or another crop they give other numbers, and lie."""
    first, second = engines.liveness_nets()
    assert (first.name, second.name) == ("minifasnet_v2", "fr_liveness")
    assert first.live_score(waves(k), FACE) == pytest.approx(minifasnet, abs=0.01)
    assert second.live_score(waves(k), FACE) == pytest.approx(fr_liveness, abs=0.005)


def test_the_golden_values_notice_swapped_channels(engines: Engines) -> None:
    """Else they would pin nothing."""
    first, second = engines.liveness_nets()
    swapped = np.ascontiguousarray(waves(4)[:, :, ::-1])
    assert abs(first.live_score(swapped, FACE) - 0.2975) > 0.05
    assert abs(second.live_score(swapped, FACE) - 0.9448) > 0.02


@pytest.mark.parametrize(
    ("face", "minifasnet", "fr_liveness"),
    [
        (replace(FACE, x=2.0, y=3.0), 0.8091, 0.9859),
        (replace(FACE, x=60.0, y=20.0, width=200.0, height=210.0), 0.7817, 0.9589),
    ],
)
def test_the_crop_of_a_face_at_the_edge_or_too_close_is_pinned(
    engines: Engines, face: FaceBox, minifasnet: float, fr_liveness: float
) -> None:
    """Shifted back into the picture, and widened less than 2.7 times: not cut and not filled up with black."""
    first, second = engines.liveness_nets()
    assert first.live_score(waves(4), face) == pytest.approx(minifasnet, abs=0.01)
    assert second.live_score(waves(4), face) == pytest.approx(fr_liveness, abs=0.005)


def test_the_crops_of_both_nets_are_pinned(engines: Engines) -> None:
    """Corners, middle and mean of what goes in, blue first, 0 to 255: what the nets were trained on."""
    for side, middle, mean in (
        (80, [255, 103, 122], [144.35, 129.89, 120.74]),
        (128, [255, 104, 121], [144.34, 129.89, 120.74]),
    ):
        crop = crop_for_liveness(waves(4), FACE, side)
        assert crop.shape == (side, side, 3)
        assert crop[side // 2, side // 2].tolist() == pytest.approx(middle, abs=2)
        assert crop.mean((0, 1)).tolist() == pytest.approx(mean, abs=0.1)


def test_the_golden_values_notice_a_picture_scaled_to_one(engines: Engines) -> None:
    """Divided by 255, both nets answer the same for whatever they see."""
    for net in engines.liveness_nets():
        answers = [net.live_score((waves(k) // 255).astype(np.uint8), FACE) for k in (0, 4, 5)]
        assert max(answers) - min(answers) < 0.001
        assert max(answers) < 0.02


@pytest.mark.data
def test_pad_stills(engines: Engines, face_data: Path) -> None:
    """Silent-Face's own samples: a live face, a poster, a tablet."""
    scores = {}
    for name in ("image_T1", "image_F1", "image_F2"):
        image = cv2.imread(str(face_data / "image" / "pad_stills" / f"{name}.jpg"))
        assert image is not None
        picture = image.astype(np.uint8, copy=False)
        face = engines.detector().detect(picture)[0]
        scores[name] = min(net.live_score(picture, face) for net in engines.liveness_nets())
    assert scores["image_T1"] > 0.8
    assert max(scores["image_F1"], scores["image_F2"]) < 0.05


@pytest.mark.parametrize(
    ("pitch", "yaw", "roll"), [(0, 0, 0), (20, 0, 0), (-15, 0, 5), (0, 30, 0), (0, -25, 0), (12, 18, -8)]
)
def test_head_pose_is_recovered_with_its_signs(models_dir: Path, pitch: float, yaw: float, roll: float) -> None:
    """The canonical face turned by known angles and projected by another camera than assumed: within 3°."""
    with zipfile.ZipFile(ModelStore(models_dir).get_path(LANDMARKER)) as task:
        face = read_canonical_face(task.read("geometry_pipeline_metadata_landmarks.binarypb"))
    points = face.points * np.array([1.0, -1.0, -1.0])
    p, y, r = (math.radians(v) for v in (pitch, yaw, roll))
    # Positive pitch carries the nose (−z) down (+y); positive yaw to the image's right; positive roll turns x to y.
    around_x = np.array([[1, 0, 0], [0, math.cos(p), -math.sin(p)], [0, math.sin(p), math.cos(p)]])
    around_y = np.array([[math.cos(y), 0, -math.sin(y)], [0, 1, 0], [math.sin(y), 0, math.cos(y)]])
    around_z = np.array([[math.cos(r), -math.sin(r), 0], [math.sin(r), math.cos(r), 0], [0, 0, 1]])
    seen = points @ (around_y @ around_x @ around_z).T + np.array([1.0, -2.0, 60.0])
    pixels = np.zeros((478, 3))
    pixels[:468, 0] = 320 + 700 * seen[:, 0] / seen[:, 2]
    pixels[:468, 1] = 240 + 700 * seen[:, 1] / seen[:, 2]
    assert seen[1, 2] < seen[:, 2].mean()
    assert HeadPose(face).angles(pixels, (640, 480)) == pytest.approx((pitch, yaw, roll), abs=3.0)


@pytest.mark.parametrize("engine", list(MatchEngine))
def test_every_matcher_knows_a_picture_again(engines: Engines, engine: MatchEngine) -> None:
    """One contract for both: the same picture is as alike as can be, a little noise changes little."""
    matcher = engines.matcher(engine)
    assert matcher.name == engine
    noise = np.random.default_rng(0).integers(-4, 5, (240, 320, 3))
    first = matcher.embed(waves(4), FACE)
    again = matcher.embed(np.clip(waves(4) + noise, 0, 255).astype(np.uint8), FACE)
    assert first.shape == (128,)
    assert matcher.similarity(first, first) == pytest.approx(1.0, abs=1e-6)
    other = matcher.embed(waves(8), FACE)
    assert matcher.similarity(first, again) > matcher.similarity(first, other)
    assert matcher.similarity(matcher.pool([first]), first) == pytest.approx(1.0, abs=1e-6)
    pooled = matcher.pool([first, other])
    assert pooled.shape == (128,)
    assert matcher.similarity(pooled, first) > matcher.similarity(other, first)


def test_a_picture_without_a_face_has_none(engines: Engines) -> None:
    """And the mesh says so too when it is pointed at nothing."""
    assert engines.detector().detect(waves(3)) == []
    assert engines.landmarker().trace(np.zeros((240, 320, 3), dtype=np.uint8), FACE) is None


def test_hashes_name_all_that_takes_part(engines: Engines) -> None:
    """With dlib its two files come on top."""
    plain, with_dlib = engines.hashes(MatchEngine.SFACE), engines.hashes(MatchEngine.FACE_RECOGNITION)
    assert len(plain) == 5
    assert set(with_dlib) - set(plain) == {"dlib-resnet-v1", "dlib-5-points"}
