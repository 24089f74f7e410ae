"""Whether the frames follow each other as a camera's do: nothing comes twice, nothing stands still, nothing jumps.

A replayed recording that is made to fit (looped, paused, cut) breaks one of these. Each frame is kept as a grey
thumbnail: small enough that sensor noise and compression average out, large enough for a face that moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceMesh

Thumb = npt.NDArray[np.float32]
Values = npt.NDArray[np.float64]

THUMB = (64, 48)
"""Width and height whatever the shape of the frame, so that frames can be compared when it changes in mid-clip."""

RATE: Final = 15.0
"""Frames a second that are compared, as in most clips: where a blink is asked twice as many are there, and steps would
be another thing."""

_FINE = (160, 120)
"""Width and height of the larger picture that cross-fades are looked for in; an upright one lies on its side."""

BESIDE = 3
"""Frames on each side that a step is compared with: 0.2 s at 15 a second, shorter than a head can start and stop."""

_REPEAT_GAP_S = 0.7
"""Frames nearer than this are alike because nothing moves so fast."""
_REPEAT_MOVING = 0.6
"""Grey levels a step (`_step`) below which the picture rests: whoever sits there does come back to where he was."""
_REPEAT_SCALE = 1.5
"""The grey levels that count as one step where the picture moves faster: compression leaves the same error behind
however fast the picture moves."""
_REPEAT_FRAMES = 8
_REPEAT_WINDOW_S = 1.5
_REPEAT_NEAR = 5
"""Of eight frames those nearest to earlier ones, which have to move, too: more than half, as of a median."""
_REPEAT_EVEN, _REPEAT_NEAR_EVEN = 3.0, 1.5
"""Steps between two frames (median of all pairs) when they move evenly along a line: of eight, and of five whose
longest step is left out. When they are scattered about one place, as at rest, it is one, and none."""

_SAME = 0.12
"""Grey levels below which two following thumbnails are one picture shown twice; in live video with nothing moving
0.2 and more are left."""

JUMP_FLOOR, PLACE_FLOOR = 0.5, 0.02
"""Steps of the picture (grey levels) and of the face (distances between the eyes) that count as rest."""
_SHOULDER = 3.5
"""A head that is flung about gathers speed: the steps beside the largest stand out from those further away by this much
(measured 4.5 and more); beside a cut they do not (3 at most)."""
_GAP_S = 0.15
"""A longer time from frame to frame: frames are missing, more than a clip of ten a second would lack."""

_GAP_BESIDE = 8
"""Frames on each side of a gap from which it is told how much moves in such a time: about half a second."""

_STARTING_S = 0.5
"""Cameras and recorders begin unevenly, and whoever has something to hide there may as well cut it off."""
_CHANGED = 1.5
"""Behind a gap the picture is another one when it changed this many times as much as from one picture to the next
beside it: of something that moves evenly more is missing than half a picture."""

_EYES, _STEADY = (33, 263), (33, 263, 1, 61, 291)


@dataclass(frozen=True)
class Moment:
    """One frame: its second, its thumbnail, the same larger, and where the face is (x, y and size in pixels, three
    angles in radians), or ``None`` when no mesh lies on it."""

    at_s: float
    thumb: Thumb
    fine: Image
    place: Values | None


def moment(at_s: float, grey: Image, mesh: FaceMesh | None) -> Moment:
    """Keep what the cues need of one frame. ``grey`` is the whole frame, of any size."""
    thumb = cv2.resize(grey, THUMB, interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    lying = grey if grey.shape[1] >= grey.shape[0] else cv2.transpose(grey)
    fine = cv2.resize(lying, _FINE, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return Moment(at_s, thumb - thumb.mean(), fine, None if mesh is None else _place(mesh))


def repeated(moments: Sequence[Moment]) -> float | None:
    """How near frames come to the line through frames at least 0.7 s earlier, in steps from frame to frame: the median
    over eight in a row, at its lowest. A picture that is shown again is no new one.

    Live people do not move along the same line twice: 1.0 and more; a loop, also one played backwards, comes near 0.
    People at rest do come back to where they were, and the recorder smooths away the noise that told such frames
    apart: what counts as a step is therefore taken from how far the eight get (`_step`), not from how much changes from
    one to the next, which in an uneven recording is nothing now and twice as much then. ``None`` when the picture never
    moves that long.
    """
    fresh = _fresh(moments)
    if len(fresh) < 2 * _REPEAT_FRAMES:
        return None
    t = np.array([moment.at_s for moment in fresh])
    thumbs = np.stack([moment.thumb for moment in fresh])
    # OpenCV's product: numpy's starts threads, which costs more than it saves on matrices of this size.
    products = np.asarray(cv2.mulTransposed(thumbs, False), dtype=np.float64) / thumbs.shape[1]
    size = products.diagonal()
    apart = np.sqrt(np.maximum(size[:, None] + size - 2 * products, 0.0))
    near = _nearest(products, t, _local(apart.diagonal(1)))
    best: float | None = None
    for first in range(len(fresh) - _REPEAT_FRAMES + 1):
        window = slice(first, first + _REPEAT_FRAMES)
        if t[window][-1] - t[window][0] > _REPEAT_WINDOW_S or not np.isfinite(near[window]).all():
            continue
        step = _step(apart[window, window], near[window])
        if step >= _REPEAT_MOVING:
            ratio = float(np.median(near[window])) / min(step, _REPEAT_SCALE)
            best = ratio if best is None else min(best, ratio)
    return best


def stalled_s(moments: Sequence[Moment]) -> float | None:
    """Longest time, in seconds, in which the very same picture is shown while the clip moves before and after; where
    frames are missing for a while the last one is shown."""
    if len(moments) < 3:
        return None
    same = _steps(moments) < _SAME
    moving = np.flatnonzero(~same)
    if not len(moving):
        return None
    longest, began = 0.0, None
    for index in range(moving[0], moving[-1] + 1):
        if not same[index]:
            began = None
            gap = moments[index + 1].at_s - moments[index].at_s
            longest = max(longest, gap if gap > _GAP_S else 0.0)
            continue
        began = moments[index].at_s if began is None else began
        longest = max(longest, moments[index + 1].at_s - began)
    return longest


def unseen_s(moments: Sequence[Moment]) -> float | None:
    """Longest time, in seconds, without a new picture behind which more had changed than from one picture to the next;
    0 without any. A picture that is shown again is no new one. Who keeps still may miss any number of pictures:
    what comes then is what was there before. ``None`` when there are too few pictures."""
    kept = _fresh(moments)
    if len(kept) < 2 * BESIDE + 2:
        return None
    steps = _steps(kept)
    gaps = np.diff([moment.at_s for moment in kept])
    whole = gaps <= _GAP_S
    longest = 0.0
    for at in np.flatnonzero(~whole):
        beside = slice(max(0, at - BESIDE), at + BESIDE + 1)
        usual = float(np.median(steps[beside][whole[beside]])) if whole[beside].any() else 0.0
        changed = float(steps[at]) > _CHANGED * max(usual, JUMP_FLOOR)
        if changed and kept[at].at_s - moments[0].at_s >= _STARTING_S:
            longest = max(longest, float(gaps[at]))
    return longest


def apart(one: Moment, other: Moment) -> float:
    """Root mean square difference of two thumbnails, in grey levels."""
    return float(np.sqrt(np.square(one.thumb - other.thumb).mean()))


def jumped(moments: Sequence[Moment]) -> float | None:
    """How much the largest sudden step of the clip stands out from the three steps before and after it.

    The geometric mean of two ratios: of the step of the picture and of the step of the face (place, size and pose).
    A head or a phone that moves takes several frames to start and to stop; a cut takes none. Where the scene changes so
    much that the picture alone is proof, or the mesh is lost, half of the picture's ratio counts. Where frames are
    missing, a step may be as many times as large as those beside it as steps are missing, and the picture alone is held
    to what it changes beside the gap in as long a time.
    """
    moments = thinned(moments)
    if len(moments) < 2 * BESIDE + 2:
        return None
    steps, moved = _steps(moments), np.linalg.norm(np.diff(places(moments), axis=0), axis=1)
    largest = 0.0
    for at in range(BESIDE, len(steps) - BESIDE):
        beside = np.r_[at - BESIDE : at, at + 1 : at + 1 + BESIDE]
        gap = moments[at + 1].at_s - moments[at].at_s
        if float(steps[beside].min()) < _SAME or _gathers(steps, at):
            continue
        usual = max(float(steps[beside].max()), JUMP_FLOOR)
        missing = gap * RATE if gap > _GAP_S else 1.0
        picture, alone = float(steps[at]) / (missing * usual), float(steps[at]) / usual
        if gap > _GAP_S:
            alone = float(steps[at]) / max(_change_within(moments, at, gap), JUMP_FLOOR)
        face = float(moved[at]) / (missing * max(float(moved[beside].max()), PLACE_FLOOR))
        both = 0.0 if np.isnan(face) else float(np.sqrt(picture * face))
        largest = max(largest, both, alone / 2)
    return largest


def _change_within(moments: Sequence[Moment], at: int, seconds: float) -> float:
    """How much the picture changes at most in as long a time shortly before or after a gap, in grey levels."""
    sides = moments[max(0, at - _GAP_BESIDE) : at + 1], moments[at + 1 : at + 2 + _GAP_BESIDE]
    changes = [
        apart(one, other)
        for side in sides
        for one, other in combinations(side, 2)
        if other.at_s - one.at_s <= seconds + 1e-3
    ]
    return max(changes, default=0.0)


def _gathers(steps: Values, at: int) -> bool:
    """Whether the steps next to this one already stand out from those further away."""
    further = np.r_[steps[max(0, at - 4) : at - 1], steps[at + 2 : at + 5]]
    return float(max(steps[at - 1], steps[at + 1])) > _SHOULDER * max(float(np.median(further)), JUMP_FLOOR)


def thinned(moments: Sequence[Moment]) -> list[Moment]:
    """Chosen by their seconds, as the decoder chooses them."""
    kept: list[Moment] = []
    due = float("-inf")
    for one in moments:
        if one.at_s + 1e-3 >= due:
            kept.append(one)
            due = max(due + 1 / RATE, one.at_s + 0.5 / RATE)
    return kept


def _fresh(moments: Sequence[Moment]) -> list[Moment]:
    """The pictures that are new: one that is shown again is left out."""
    kept = list(moments[:1])
    for one in thinned(moments):
        if apart(kept[-1], one) >= _SAME:
            kept.append(one)
    return kept


def _place(mesh: FaceMesh) -> Values:
    points = mesh.points[:, :2]
    x, y = points[list(_STEADY)].mean(axis=0)
    eyes = float(np.linalg.norm(points[_EYES[0]] - points[_EYES[1]]))
    return np.array([x, y, max(eyes, 1e-6), *np.radians([mesh.pitch, mesh.yaw, mesh.roll])])


def places(moments: Sequence[Moment]) -> Values:
    """Where the face is in each picture, in distances between the eyes, a turn of one radian as one distance; NaN
    without a mesh."""
    nothing = np.full(6, np.nan)
    found = np.stack([nothing if m.place is None else m.place for m in moments])
    if np.isnan(found[:, 2]).all():
        return found
    eyes = float(np.nanmedian(found[:, 2]))
    return np.column_stack([found[:, :2] / eyes, np.log(found[:, 2]), found[:, 3:]])


def _steps(moments: Sequence[Moment]) -> Values:
    """Root mean square change of the thumbnail from frame to frame, in grey levels; brightness as a whole left out."""
    thumbs = np.stack([m.thumb for m in moments]).astype(np.float64)
    return np.asarray(np.sqrt((np.diff(thumbs, axis=0) ** 2).mean(axis=1)), dtype=np.float64)


def _local(steps: Values) -> Values:
    """For each frame the median of the steps about it."""
    return np.array([np.median(steps[max(0, at - 2) : at + 2]) for at in range(len(steps) + 1)])


def _nearest(products: Values, t: Values, local: Values) -> Values:
    """For each frame the distance to the nearest point of the line through earlier frames, in grey levels, infinite
    where there is none: a repeat may be sampled between the frames that were sampled before. ``products`` are the mean
    products of all pairs of frames; over a cut there is no line."""
    size, next_to = products.diagonal(), products.diagonal(1)
    way = np.maximum(size[:-1] - 2 * next_to + size[1:], 1e-9)
    along = products[:, 1:] - products[:, :-1] - next_to + size[:-1]
    share = np.clip(along / way, 0.0, 1.0)
    square = size[:, None] - 2 * products[:, :-1] + size[:-1] - 2 * share * along + share**2 * way
    whole = np.sqrt(way) < 3.0 * np.maximum(local[:-1], JUMP_FLOOR)
    earlier = t[1:] < t[:, None] - _REPEAT_GAP_S
    return np.asarray(np.sqrt(np.maximum(np.where(whole & earlier, square, np.inf).min(axis=1), 0.0)), dtype=np.float64)


def _step(apart: Values, near: Values) -> float:
    """How far these frames get from one to the next, in grey levels, when they go evenly along a line.

    From the median distance of all pairs, of the eight and of the five that are nearest to earlier frames, whichever is
    less: a few that go elsewhere do not make a movement of those at rest. Of the five the longest step is left out: an
    encoder that begins anew, or pictures that were lost, are one step.
    """
    whole = float(np.median(apart[np.triu_indices(len(apart), 1)])) / _REPEAT_EVEN
    nearest = np.sort(np.argsort(near)[:_REPEAT_NEAR])
    five = apart[np.ix_(nearest, nearest)]
    steps = five.diagonal(1)
    longest = int(steps.argmax())
    one, other = np.triu_indices(len(five), 1)
    over = (one <= longest) & (other > longest)
    rest = float(np.median(np.maximum(five[one, other] - over * steps[longest], 0.0))) / _REPEAT_NEAR_EVEN
    return min(whole, rest)
