"""A copy of a recording is known by how it moves, whatever was done to it; another performance is not."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from schemas.verification import CueName, Decision, Reason, SeenBefore
from services.certify.domain.measurements import Measurements
from services.certify.domain.motion import (
    CHANNELS,
    RATE,
    WINDOW_S,
    Motion,
    Pose,
    compare_motion,
    most_alike,
    motion_of,
    moves_enough,
    pack_motion,
    unpack_motion,
)
from services.certify.domain.replay import replay, replay_under
from services.certify.policy import PadPolicy, VerificationPolicy
from tests.unit.certify.clips import measured, nodding, verdict_on

FOUND = PadPolicy().max_seen_before
NOISE = np.array([0.3, 0.4, 0.2, 0.015, 0.02, 0.025, 1.0, 1.0, 0.8])
"""What an encoder does to a pose: half of what the rule allows for; place in pixels at 100 between the eyes."""
MIRROR = np.array([-1.0, 1.0, -1.0, 1.0, 1.0, 1.0, -1.0, 1.0, 1.0])


def performance(
    seed: int, seconds: float = 10.0, fps: float = 30.0
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """Somebody who nods, looks about and speaks before a hand-held phone: random movements, each of its own size, and
    two nods at moments of their own. Columns: time, then the nine of ``Pose``."""
    chance = np.random.default_rng(seed)
    t = np.arange(0.0, seconds, 1.0 / fps)
    sizes = np.array([4.0, 3.0, 1.5, 0.06, 0.06, 0.08, 6.0, 6.0, 3.0])
    waves = [
        sum(chance.normal() * np.sin(2 * np.pi * f * t + chance.uniform(0, 6.3)) for f in chance.uniform(0.2, 2.5, 8))
        for _ in sizes
    ]
    poses = np.column_stack(waves) * sizes / np.sqrt(8.0)
    for at in (chance.uniform(1.0, 4.0), chance.uniform(5.0, 8.5)):
        poses[:, 1] += chance.uniform(14, 22) * np.exp(-(((t - at) / chance.uniform(0.25, 0.5)) ** 2))
    poses[:, 6:8] += 300.0
    poses[:, 8] += 100.0
    return np.column_stack([t, poses])


def filmed(table: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> Motion:
    return motion_of([Pose(*row) for row in table.tolist()])


def encoded(
    table: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", seed: int, *, fps: float = 30.0, mirrored: bool = False
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """The same, at another frame rate, compressed, perhaps mirrored."""
    kept = table[:: max(1, round(30.0 / fps))].copy()
    kept[:, 1:] += np.random.default_rng(seed).normal(size=kept[:, 1:].shape) * NOISE
    if mirrored:
        kept[:, 1:] *= MIRROR
        kept[:, 7] += 640.0
    return kept


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    start=st.floats(0.0, 5.5),
    seconds=st.floats(WINDOW_S + 0.5, 6.0),
    speed=st.floats(0.95, 1.05),
    fps=st.sampled_from([15.0, 30.0]),
    mirrored=st.booleans(),
)
def test_a_copy_is_found(seed: int, start: float, seconds: float, speed: float, fps: float, mirrored: bool) -> None:
    """A part of it, compressed anew, at another rate, mirrored, a little faster or slower; and where it was."""
    old = performance(seed)
    part = old[(old[:, 0] >= start) & (old[:, 0] <= start + seconds)]
    new = encoded(part, seed + 1, fps=fps, mirrored=mirrored)
    new[:, 0] = (new[:, 0] - start) / speed
    if not moves_enough(filmed(new)):
        return
    found = compare_motion(filmed(new), filmed(old), "old")
    assert found.likeness is not None
    assert found.likeness > FOUND
    assert found.span_s is not None
    assert found.earlier_span_s is not None
    assert found.earlier_span_s[0] == pytest.approx(start + speed * found.span_s[0], abs=0.25)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_another_performance_is_not(seed: int) -> None:
    """Of the same length, with two nods as well."""
    found = compare_motion(filmed(performance(seed)), filmed(performance(seed + 10**7)), "old")
    assert found.likeness is None or found.likeness < FOUND


def test_its_mirror_is_found_and_told() -> None:
    """Left and right exchanged, in another place of the picture."""
    old = performance(11)
    found = compare_motion(filmed(encoded(old, 12, mirrored=True)), filmed(old), "old")
    assert found.likeness is not None
    assert found.likeness > FOUND
    assert (found.mirrored, found.backwards) == (True, False)


def test_it_is_found_between_other_things_and_played_backwards() -> None:
    """Cut out of its place and set between two other performances; the same from its end."""
    old, before, behind = performance(1), performance(2, 4.0), performance(3, 4.0)
    part = encoded(old[90:210], 4)
    for piece, backwards in ((part, False), (part[::-1], True)):
        tables = [before, piece.copy(), behind]
        for number, table in enumerate(tables):
            table[:, 0] = np.arange(len(table)) / 30.0 + 4.0 * number
        found = compare_motion(filmed(np.concatenate(tables)), filmed(old), "old")
        assert found.likeness is not None
        assert found.likeness > FOUND
        assert found.backwards == backwards
        assert found.span_s is not None
        assert found.earlier_span_s is not None
        assert 3.8 <= found.span_s[0] <= 5.2
        assert 2.8 <= found.earlier_span_s[0] <= 4.2


def test_a_face_at_rest_is_like_any_face_at_rest_and_says_nothing() -> None:
    """Nor does one that slowly turns aside, nor one that only blinks."""
    still = performance(5)
    still[:, 1:] = encoded(np.zeros_like(still), 6)[:, 1:] + [0, 0, 0, 0, 0, 0, 300, 300, 100]
    turning, blinking = still.copy(), still.copy()
    turning[:, 1] += 2.0 * turning[:, 0]
    blinking[::60, 6] = 0.9
    for table in (still, turning, blinking):
        assert not moves_enough(filmed(table))
        assert compare_motion(filmed(table), filmed(table), "old").likeness is None
    assert compare_motion(filmed(still), filmed(performance(7)), "old").likeness is None


def test_where_the_face_is_lost_the_rest_still_tells() -> None:
    """A turn to profile hides it for half a second in the one and not in the other."""
    old = performance(8)
    new = encoded(old, 9)
    found = compare_motion(filmed(np.delete(new, slice(120, 135), axis=0)), filmed(old), "old")
    assert found.likeness is not None
    assert found.likeness > FOUND
    assert compare_motion(motion_of([]), filmed(old), "old").likeness is None
    assert compare_motion(filmed(old), motion_of([]), "old").likeness is None


def test_what_is_kept_comes_back_and_compares_the_same() -> None:
    """Within a quarter of what an encoder changes; in a few kilobytes; anything else is refused by name."""
    motion = filmed(np.delete(performance(10), slice(60, 75), axis=0))
    packed = json.loads(json.dumps(pack_motion(motion)))
    again = unpack_motion(packed)
    assert again.first_s == pytest.approx(motion.first_s, abs=0.001)
    assert np.array_equal(np.isnan(again.rows), np.isnan(motion.rows))
    assert compare_motion(again, motion, "old").likeness == 1.0
    assert len(json.dumps(packed)) < 40 * len(motion.rows)
    assert set(packed) == {"first_s", *CHANNELS}
    assert len(motion.rows) == pytest.approx(10 * RATE, abs=2)
    nothing: dict[str, JsonValue] = {}
    for wrong in (nothing, packed | {"yaw": None}, packed | {"roll": ["a"]}, packed | {"x": [1.0]}):
        with pytest.raises(ValueError, match=r"motion|could not convert|must match"):
            unpack_motion(wrong)


def seen(likeness: float | None, earlier: str = "a") -> SeenBefore:
    return SeenBefore(earlier=earlier, likeness=likeness, span_s=(1.0, 4.0), earlier_span_s=(2.0, 5.0))


def shown_again(*compared: SeenBefore) -> Measurements:
    return dataclasses.replace(measured(nodding()), earlier=compared)


def test_one_that_was_seen_before_is_shown_to_a_reviewer() -> None:
    """Never refused; the one that is most alike is named; the verdict is judged again from what it carries."""
    told = verdict_on(shown_again(seen(0.2), seen(None, "b"), seen(0.91, "c")))
    assert (told.decision, told.reasons) == (Decision.REVIEW, (Reason.SEEN_BEFORE,))
    assert told.seen is not None
    assert told.seen.earlier == "c"
    assert replay(told).differences == ()
    forged = told.model_copy(update={"seen": seen(0.91, "d")})
    assert [one.field for one in replay(forged).differences] == ["seen.earlier"]
    lenient = VerificationPolicy(pad=PadPolicy(max_seen_before=1.0))
    assert replay_under(told, lenient).judged.decision is Decision.CERTIFIED


@pytest.mark.parametrize("compared", [(), (seen(0.55),), (seen(None),)])
def test_one_that_is_not_alike_is_certified(compared: tuple[SeenBefore, ...]) -> None:
    """Nothing to compare with, another performance, too little motion: none speaks against it."""
    told = verdict_on(shown_again(*compared))
    assert told.decision is Decision.CERTIFIED
    assert told.seen == most_alike(compared)
    assert told.pad.cues[CueName.SEEN_BEFORE].passed


def test_a_verdict_from_before_this_still_holds() -> None:
    """It names neither the cue nor the comparison."""
    told = verdict_on(measured(nodding()))
    document = told.model_dump(mode="json", exclude={"seen"})
    del document["pad"]["cues"]["seen_before"]
    del document["measurements"]["earlier"]
    assert replay(type(told).model_validate_json(json.dumps(document))).differences == ()
