"""The cues on made-up pictures: what each of them must see, and what it must leave alone."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from services.certify.cues.fleeting import fleeting
from services.certify.cues.moire import spectral_peak
from services.certify.cues.pixel_grid import pixel_grid
from services.certify.cues.planarity import OVAL, View, measure_depth
from services.certify.cues.timeline import Moment, jumped, moment, repeated, stalled_s, unseen_s
from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox
from services.certify.policy import PadPolicy

POLICY = PadPolicy()
FPS = 15.0
SIDE = 224


def texture(seed: int, height: int = 120, width: int = 160) -> Image:
    """Blobs of all sizes, as of a room."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width)).astype(np.float32)
    coarse, fine = cv2.GaussianBlur(noise, (0, 0), 8), cv2.GaussianBlur(noise, (0, 0), 2)
    mixed = coarse / coarse.std() + 0.7 * fine / fine.std()
    return np.asarray(np.clip(128 + 40 * mixed, 0, 255), dtype=np.uint8)


def filmed(seconds: float, seed: int, speed: float = 1.0) -> list[Image]:
    """A hand-held phone before a textured wall: it drifts along a smooth line that never comes back exactly."""
    chance = np.random.default_rng(seed)
    wall = texture(seed, 240, 320)
    t = speed * np.arange(0, seconds, 1 / FPS)
    phases = chance.uniform(0, 6, 6)
    x = 60 + 9 * np.sin(1.9 * t + phases[0]) + 5 * np.sin(3.1 * t + phases[1]) + 2 * t
    y = 50 + 7 * np.sin(1.3 * t + phases[2]) + 4 * np.sin(2.7 * t + phases[3])
    frames = []
    for shift in np.column_stack([x, y]):
        seen = cv2.warpAffine(wall, np.array([[1, 0, -shift[0]], [0, 1, -shift[1]]]), (160, 120))
        frames.append(np.clip(seen + chance.normal(0, 2, seen.shape), 0, 255).astype(np.uint8))
    return frames


def sitting(seconds: float, seed: int) -> list[Image]:
    """Before a fixed camera, head, hands and curtain each stir a little, and each comes back to where it was; a
    recorder has smoothed the noise away."""
    chance = np.random.default_rng(seed)
    room, frames, places = texture(seed), [], np.zeros((3, 2))
    for _ in range(int(seconds * FPS)):
        places = 0.8 * places + chance.normal(0, 0.08, places.shape)
        parts = [
            cv2.warpAffine(part, np.array([[1, 0, x], [0, 1, y]]), part.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
            for part, (x, y) in zip(np.split(room[:, :159], 3, axis=1), places, strict=True)
        ]
        seen = np.hstack(parts)
        frames.append(np.clip(seen + chance.normal(0, 0.7, seen.shape), 0, 255).astype(np.uint8))
    return frames


def uneven(seen: list[Moment], seed: int) -> list[Moment]:
    """A recorder that is too slow: a third of the pictures are the one before, and bursts of up to three are lost."""
    chance = np.random.default_rng(seed)
    kept, lost = seen[:1], 0
    for one in seen[1:]:
        lost = lost - 1 if lost else int(chance.integers(1, 4)) if chance.random() < 0.05 else 0
        if not lost:
            kept.append(replace(kept[-1], at_s=one.at_s) if chance.random() < 0.33 else one)
    return kept


def moments(frames: list[Image]) -> list[Moment]:
    """At 15 a second, without a face."""
    return [moment(index / FPS, frame, None) for index, frame in enumerate(frames)]


@pytest.mark.parametrize("seed", range(5))
def test_a_live_recording_neither_repeats_nor_stalls_nor_jumps(seed: int) -> None:
    """Whatever way the hand goes."""
    seen = moments(filmed(8, seed))
    again, still, step = repeated(seen), stalled_s(seen), jumped(seen)
    assert again is not None and again >= POLICY.min_repeated
    assert still == 0.0
    assert step is not None and step <= POLICY.max_jumped


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("backwards", [False, True])
def test_a_loop_repeats(seed: int, backwards: bool) -> None:
    """Also one that is played back, so that it has no cut."""
    part = filmed(2, seed)
    again = repeated(moments([*part, *part[:: -1 if backwards else 1]]))
    assert again is not None and again < POLICY.min_repeated


def test_a_picture_at_rest_is_no_loop() -> None:
    """Somebody who sits still before a fixed camera is alike all the time."""
    noise = np.random.default_rng(0)
    for level in (1, 2, 6):
        rest = [np.clip(texture(3) + noise.normal(0, level, (120, 160)), 0, 255).astype(np.uint8) for _ in range(90)]
        again = repeated(moments(rest))
        assert again is None or again >= POLICY.min_repeated


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("slow", [False, True])
def test_who_sits_still_does_not_repeat_however_uneven_the_recording(seed: int, slow: bool) -> None:
    """People at rest come back to where they were, which no step from one picture to the next tells from a loop."""
    seen = moments(sitting(10, seed))
    again = repeated(uneven(seen, seed) if slow else seen)
    assert again is not None and again >= POLICY.min_repeated


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("backwards", [False, True])
def test_a_loop_repeats_however_uneven_the_recording(seed: int, backwards: bool) -> None:
    """Other pictures are lost in each round, so that the second shows what the first one left out."""
    part = filmed(3, seed)
    again = repeated(uneven(moments([*part, *part[:: -1 if backwards else 1]]), seed))
    assert again is not None and again < POLICY.min_repeated


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("lasting", [1, 2, 3])
@pytest.mark.parametrize("every", [4, 5, 6, 15])
def test_another_picture_for_a_moment_is_seen(seed: int, lasting: int, every: int) -> None:
    """However often it comes: two cuts that lie beside each other hide each other from ``jumped``."""
    own, other = filmed(4, seed, speed=0.3), filmed(4, seed + 50, speed=0.3)
    mixed = [b if index % every < lasting else a for index, (a, b) in enumerate(zip(own, other, strict=True))]
    step = fleeting(moments(mixed))
    assert step is not None and step > POLICY.max_jumped


@pytest.mark.parametrize("seed", range(5))
def test_the_far_end_of_a_swing_is_no_other_picture(seed: int) -> None:
    """There the picture goes away and comes back as well, but as far beside it; nor is one that a phone shows again."""
    shaken = filmed(6, seed, speed=6.0)
    for seen in (moments(shaken), uneven(moments(shaken), seed), moments(filmed(6, seed))):
        step = fleeting(seen)
        assert step is None or step <= POLICY.max_jumped


@pytest.mark.parametrize("frames", [0, 1, 2])
def test_a_recording_without_pictures_has_no_other_one(frames: int) -> None:
    """Of a file that cannot be read there are none."""
    assert fleeting(moments(filmed(4, 1)[:frames])) is None


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_bands_of_a_lamp_are_no_other_picture(seed: int, upright: bool) -> None:
    """A lamp that flickers lies over the picture as three bands, in each picture elsewhere."""
    rows = 3 * np.linspace(0, 1, 120)
    frames = []
    for index, frame in enumerate(filmed(4, seed, speed=0.3)):
        light = 1 + 0.12 * np.sin(2 * np.pi * (rows + 0.46 * index))
        frames.append(np.clip(frame * light[:, None], 0, 255).astype(np.uint8))
    step = fleeting(moments([np.ascontiguousarray(frame.T) for frame in frames] if upright else frames))
    assert step is None or step <= POLICY.max_jumped


def test_a_pause_is_measured_and_a_still_end_is_none() -> None:
    """Only a picture that stands between movements has been stopped."""
    frames = filmed(4, 1)
    paused = [*frames[:20], *[frames[20]] * 30, *frames[21:]]
    assert stalled_s(moments(paused)) == pytest.approx(29 / FPS, abs=0.08)
    assert stalled_s(moments([*frames, *[frames[-1]] * 30])) == 0.0
    assert stalled_s(moments([frames[0]] * 30)) is None


@pytest.mark.parametrize("shown_again", [False, True])
def test_what_happens_unseen_is_measured_and_keeping_still_is_not(shown_again: bool) -> None:
    """Five pictures are missing, or the one before them is shown in their stead, as a player would to hide a join."""
    frames = filmed(4, 1)
    seen = moments(frames)
    stuck = moments([*frames[:20], *[frames[19]] * 5, *frames[25:]])
    moved = stuck if shown_again else [*seen[:20], *seen[25:]]
    assert unseen_s(moved) == pytest.approx(6 / FPS, abs=0.01)
    assert unseen_s(seen) == 0.0
    rest = np.random.default_rng(0)
    still = moments([np.clip(texture(3) + rest.normal(0, 2, (120, 160)), 0, 255).astype(np.uint8) for _ in range(60)])
    assert unseen_s([*still[:20], *still[25:]]) == 0.0
    assert unseen_s([*seen[:3], *seen[8:]]) == 0.0  # recorders begin unevenly


def test_a_cut_jumps_and_dropped_frames_do_not() -> None:
    """A phone that misses frames shows the missed way at once, but has shown the same picture before."""
    one, other = filmed(4, 1, speed=0.3), filmed(4, 2, speed=0.3)
    cut = jumped(moments([*one[:30], *other[30:]]))
    assert cut is not None and cut > POLICY.max_jumped
    held = [one[index - index % 3] if 20 <= index < 35 else frame for index, frame in enumerate(one)]
    dropped = jumped(moments(held))
    assert dropped is not None and dropped <= POLICY.max_jumped


@pytest.mark.parametrize("fps", [15.0, 30.0])
def test_a_quick_start_is_no_cut_at_any_frame_rate(fps: float) -> None:
    """A phone that is knocked moves for a sixth of a second; at thirty frames a second that is five frames."""
    wall, noise = texture(4, 240, 320), np.random.default_rng(0)
    way = 20.0 * np.clip((np.arange(0, 4, 1 / fps) - 2.0) / 0.17, 0.0, 1.0)
    frames = []
    for shift in way:
        seen = cv2.warpAffine(wall, np.array([[1, 0, -40 - shift], [0, 1, -50]]), (160, 120))
        frames.append(np.clip(seen + noise.normal(0, 2, seen.shape), 0, 255).astype(np.uint8))
    step = jumped([moment(index / fps, frame, None) for index, frame in enumerate(frames)])
    assert step is not None and step <= POLICY.max_jumped


def test_frames_of_another_shape_can_be_compared() -> None:
    """A clip whose size changes midway cannot get around the cues by it."""
    frames = filmed(4, 1)
    wide = [np.asarray(cv2.resize(frame, (200, 120)), dtype=np.uint8) for frame in frames[30:]]
    assert jumped(moments([*frames[:30], *wide])) is not None


def views(relief: float, flat_turn: float) -> list[View]:
    """A textured face turning by 20° in half a second: what stands out moves by ``relief`` pixels a degree more than
    what lies back; a flat sheet is foreshortened by ``flat_turn``."""
    surface = texture(7, SIDE, SIDE)
    across, down = np.meshgrid(np.arange(SIDE, dtype=np.float32), np.arange(SIDE, dtype=np.float32))
    middle = SIDE / 2
    height = np.exp(-((across - middle) ** 2 + (down - middle) ** 2) / (2 * 28.0**2)).astype(np.float32)
    angles = np.linspace(0, 2 * np.pi, len(OVAL), endpoint=False)
    mesh = np.full((468, 2), middle, dtype=np.float32)
    mesh[list(OVAL)] += (60 * np.column_stack([np.cos(angles), np.sin(angles)])).astype(np.float32)
    made = []
    for index in range(24):
        yaw = 20.0 * max(0.0, min(1.0, (index - 12) / 8))
        narrow = np.float32(np.cos(np.radians(yaw * flat_turn)))
        source = (across - middle) / narrow + middle - relief * yaw * height
        seen = cv2.remap(surface, source.astype(np.float32), down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        made.append(View(index / FPS, np.asarray(seen, dtype=np.uint8), mesh, 60.0, 0.0, yaw, upright=True))
    return made


def test_a_face_with_relief_has_depth_and_a_sheet_has_none() -> None:
    """The nose moves against the cheeks; print does not."""
    face, sheet = measure_depth(views(0.8, 1.0)), measure_depth(views(0.0, 1.8))
    assert face is not None and sheet is not None
    assert face.angle == sheet.angle == pytest.approx(20.0, abs=3)
    assert sheet.residual < 1.0
    assert face.residual > POLICY.min_depth


def test_depth_is_not_measured_without_views() -> None:
    """Nobody there, or a face that lies on its side."""
    assert measure_depth([]) is None
    lying = [replace(view, upright=False) for view in views(0.5, 1.0)]
    assert measure_depth(lying) is None


def test_a_grid_over_the_face_is_a_peak() -> None:
    """Slanted, as a phone that is held by hand sees the grid of a screen."""
    face = FaceBox(80, 60, 160, 120, 0.9, np.zeros((5, 2)))
    skin = np.repeat(cv2.resize(texture(5), (320, 240))[:, :, None], 3, axis=2)
    noise = np.random.default_rng(1).normal(0, 2, skin.shape)
    y, x = np.mgrid[0:240, 0:320]
    grid = 6 * np.sin(2 * np.pi * (0.21 * x + 0.13 * y))[:, :, None]
    plain, striped = (np.clip(skin + noise + more, 0, 255).astype(np.uint8) for more in (0, grid))
    low, high = spectral_peak(plain, face), spectral_peak(striped, face)
    assert low is not None and high is not None
    assert low < POLICY.max_moire < high
    assert spectral_peak(plain[:100], face) is None


@pytest.mark.parametrize(
    ("left", "lean", "told"),
    [(0, 0.0, True), (0, 0.02, True), (320, 0.0, False), (None, 0.0, False)],
)
def test_a_grid_along_the_sides_lies_over_the_whole_picture(left: int | None, lean: float, told: bool) -> None:
    """That of a screen, upright or hardly askew; blinds beside a face and a room without any are none."""
    face = FaceBox(80, 150, 160, 160, 0.9, np.zeros((5, 2)))
    room = np.repeat(cv2.resize(texture(5), (640, 480))[:, :, None], 3, axis=2)
    noise = np.random.default_rng(1).normal(0, 2, room.shape)
    y, x = np.mgrid[0:480, 0:640]
    where = np.full(x.shape, False) if left is None else x >= left
    lines = (4 * np.sin(2 * np.pi * 0.3 * (x + lean * y)) * where)[:, :, None]
    found = pixel_grid(np.clip(room + noise + lines, 0, 255).astype(np.uint8), face)
    assert found is not None
    assert (found > POLICY.max_grid) is told
    assert pixel_grid(np.zeros((100, 640, 3), np.uint8), face) is None
