"""Cross-fades and missing frames, on made-up pictures."""

import cv2
import numpy as np
import pytest

from services.certify.cues.crossfade import blended
from services.certify.cues.timeline import Moment, jumped, moment, stalled_s
from services.certify.engines.arrays import Image
from services.certify.policy import PadPolicy
from tests.unit.certify.test_cues import FPS, filmed, moments, texture

POLICY = PadPolicy()


def faded(one: list[Image], other: list[Image], frames: int) -> list[Image]:
    """The end of one lies over the beginning of the other, more and more."""
    shares = np.arange(1, frames + 1) / (frames + 1)
    pairs = zip(one[-frames:], other[:frames], shares, strict=True)
    mixed = [np.asarray((1 - share) * a + share * b, dtype=np.uint8) for a, b, share in pairs]
    return [*one[:-frames], *mixed, *other[frames:]]


@pytest.mark.parametrize("frames", [2, 4, 8])
@pytest.mark.parametrize("seed", range(3))
def test_a_cross_fade_is_two_pictures_over_one_another(seed: int, frames: int) -> None:
    """Of two rooms, however long it takes; both hands move on meanwhile."""
    found = blended(moments(faded(filmed(3, seed, 0.3), filmed(3, seed + 10, 0.3), frames)))
    assert found is not None and found > POLICY.max_blended


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_moving_camera_shows_the_same_things_elsewhere(seed: int, speed: float) -> None:
    """However fast it goes."""
    found = blended(moments(filmed(6, seed, speed)))
    assert found is None or found <= POLICY.max_blended


def test_a_thing_that_moves_through_the_picture_is_no_cross_fade() -> None:
    """Before a wall at rest it covers and uncovers, and moves by half its width."""
    wall, thing, noise = texture(3), texture(4), np.random.default_rng(0)
    frames = []
    for index in range(60):
        seen, left = wall.copy(), 20 + round(30 + 30 * np.sin(index / 6))
        seen[30:100, left : left + 50] = thing[30:100, 20:70]
        frames.append(np.clip(seen + noise.normal(0, 2, seen.shape), 0, 255).astype(np.uint8))
    found = blended(moments(frames))
    assert found is None or found <= POLICY.max_blended


def test_light_that_changes_is_no_cross_fade() -> None:
    """A lamp that is turned up gives means of before and after, too."""
    wall, noise = texture(3), np.random.default_rng(0)
    shine = np.linspace(0.4, 1.3, 120 * 160).reshape(120, 160)
    ways = np.clip((np.arange(60) - 25) / 8, 0, 1)
    frames = [np.clip(wall * (0.6 + 0.4 * w * shine) + noise.normal(0, 1, wall.shape), 0, 255) for w in ways]
    found = blended(moments([frame.astype(np.uint8) for frame in frames]))
    assert found is None or found <= POLICY.max_blended


def test_upright_pictures_are_looked_at_as_well() -> None:
    """A phone held upright gives them."""
    upright = [np.ascontiguousarray(frame.T) for frame in faded(filmed(3, 1, 0.3), filmed(3, 11, 0.3), 4)]
    found = blended(moments(upright))
    assert found is not None and found > POLICY.max_blended


def without(seen: list[Moment], first: int, frames: int) -> list[Moment]:
    """As a phone that loses some frames sends them: the times go on."""
    return [*seen[:first], *seen[first + frames :]]


@pytest.mark.parametrize("missing", [3, 5, 8])
@pytest.mark.parametrize("seed", range(5))
def test_a_phone_that_loses_frames_has_made_no_cut(seed: int, missing: int) -> None:
    """It goes on where the hand has come meanwhile."""
    step = jumped(without(moments(filmed(6, seed)), 40, missing))
    assert step is not None and step <= POLICY.max_jumped


@pytest.mark.parametrize("missing", [3, 5, 8])
def test_a_cut_is_no_better_hidden_where_frames_are_missing(missing: int) -> None:
    """A calm hand cannot have come into another room in that time."""
    step = jumped(without(moments([*filmed(4, 1, 0.08)[:40], *filmed(4, 2, 0.08)[20:]]), 40 - missing, missing))
    assert step is not None and step > POLICY.max_jumped


def test_where_frames_are_missing_for_long_the_picture_stands() -> None:
    """A player that waits for the prompt may send nothing as well."""
    seen = moments(filmed(6, 1))
    assert stalled_s(without(seen, 40, 20)) == pytest.approx(21 / FPS)
    assert stalled_s(without(seen, 40, 1)) == 0.0
    assert isinstance(moment(0.0, cv2.resize(texture(1), (90, 160)).astype(np.uint8), None).fine, np.ndarray)
