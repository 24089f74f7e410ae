"""How somebody moved, as a small table of numbers, and whether one recording moves as an earlier one did. Pure.

Nobody moves twice alike: two nods of one person go down and up, but head, mouth, lids and the hand that holds the phone
never keep the same measure together. A copy does, whatever was done to its pictures: cut, compressed anew, mirrored,
played faster or backwards. So two recordings are compared where both move, over every stretch of `WINDOW_S`, in all
channels at once; what an encoder changes (`_NOISE`) counts for nothing.

A motion is no picture and no template of a face: nobody can be found by it. Calibration: docs/seen-before.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Final

import numpy as np
from pydantic import JsonValue

from schemas.verification import SeenBefore
from services.certify.domain.observation import Series

RATE: Final = 15.0
"""Rows a second: as often as faces are looked at where no blink is asked."""
WINDOW_S: Final = 3.0
"""What must be alike at least: longer than a nod or a turn, so that what is alike in all of them says little; shorter
than a prompt's 5 s, so that whoever answers each prompt with another old recording is found."""
LEAST_CHANNELS: Final = 3
"""So many of the nine must move in it …"""
LEAST_MOTION: Final = 5.0
"""… and so much beside the one that moves most: the sum over the other moving channels of log(spread² / noise²), of
which one that moves ten times its noise gives 4.6. A face at rest is like any face at rest, and of a nod before a
camera that stands still only the nod could be told."""
_LEAST_KEPT: Final = 0.7
"""Of that is enough in the earlier recording: else a copy of little motion falls short in one of the two."""

CHANNELS: Final = ("yaw", "pitch", "roll", "jaw_open", "lip_gap", "lids", "x", "y", "size")
_NOISE: Final = np.array([0.6, 0.8, 0.4, 0.03, 0.04, 0.05, 0.015, 0.015, 0.012])
"""What a channel reads otherwise once a recording was encoded anew (root mean square on small faces, about half of it
on large ones): degrees, blendshapes, ratio, distances between the eyes, logarithm."""
_MOVES: Final = 2.5
"""A channel moves when it spreads this many times its noise."""
_FACE_BEFORE_NECK: Final = 1.2
"""Distances between the eyes: how far the face stands before the axis about which it turns and nods, so that this much
of its way across the picture is told by the angles already (0.9–1.4 on the development clips)."""
_MIRROR: Final = np.array([-1.0, 1.0, -1.0, 1.0, 1.0, 1.0, -1.0, 1.0, 1.0])
_SPEEDS: Final = (1.0, 0.95, 1.05)
"""Of the new recording against the old one; what lies between, and 2 % beyond, is found as well. More speeds would be
more chances to be alike. The first of equals counts."""
_GAP_S: Final = 0.25
"""A face unseen for longer leaves rows without numbers."""
_SEEN_SHARE: Final = 0.8
"""Of a window must be seen in both: a face turned to profile is lost for some frames."""
_STEP: Final = 3
"""Rows from one window of the new recording to the next."""
_FINE: Final = 2
"""Places a row at which windows of the old one begin: at 15 a second a fast turn is 7° further on the next row."""


@dataclass(frozen=True)
class Pose:
    """A face at one moment, as the mesh gives it: degrees and blendshapes as in ``FaceSigns``, place and distance
    between the eyes in pixels."""

    at_s: float
    yaw: float
    pitch: float
    roll: float
    jaw_open: float
    lip_gap: float
    lids: float
    """Mean of both eyes' blink scores: the same in a mirror."""
    x: float
    y: float
    eyes: float


_COLUMNS: Final = attrgetter(*(field.name for field in fields(Pose)))
"""All of a pose in order; ``astuple`` would copy each number, at a hundred times the cost."""


@dataclass(frozen=True)
class Motion:
    """``CHANNELS`` at `RATE`, NaN where no face was seen; ``x`` and ``y`` in distances between the eyes, without what
    the turn of the head explains, ``size`` as a logarithm."""

    first_s: float
    """Second of the first row."""
    rows: Series
    """Shape (rows, channels)."""


def motion_of(poses: Sequence[Pose]) -> Motion:
    """The motion of a recording: at even times, whatever the frame rate."""
    if len(poses) < 2:
        return Motion(0.0, np.empty((0, len(CHANNELS))))
    table = np.array([_COLUMNS(pose) for pose in poses], dtype=np.float64)
    t, eyes = table[:, 0], np.maximum(table[:, 9], 1e-6)
    values = np.column_stack([table[:, 1:7], table[:, 7:9] / np.median(eyes), np.log(eyes)])
    values[:, 6:8] -= _FACE_BEFORE_NECK * np.radians(values[:, 0:2])
    at = np.arange(t[0], t[-1] + 1e-9, 1.0 / RATE)
    rows = np.column_stack([np.interp(at, t, column) for column in values.T])
    behind = np.clip(np.searchsorted(t, at), 1, len(t) - 1)
    rows[t[behind] - t[behind - 1] > _GAP_S] = np.nan
    return Motion(float(t[0]), rows)


def pack_motion(motion: Motion) -> dict[str, JsonValue]:
    """As JSON: each channel in quarters of its noise, null where nothing was seen."""
    steps = 4.0 * motion.rows / _NOISE
    columns: dict[str, JsonValue] = {
        name: [None if np.isnan(value) else round(float(value)) for value in column]
        for name, column in zip(CHANNELS, steps.T, strict=True)
    }
    return {"first_s": round(motion.first_s, 3), **columns}


def unpack_motion(packed: Mapping[str, JsonValue]) -> Motion:
    """The reverse of ``pack_motion``. Raises ``ValueError`` when it is something else."""
    try:
        columns = [np.array(packed[name], dtype=np.float64) for name in CHANNELS]
        return Motion(float(str(packed["first_s"])), np.column_stack(columns) * _NOISE / 4.0)
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no motion of a recording ({type(error).__name__})") from None


def moves_enough(motion: Motion) -> bool:
    """Whether there is a window in which a copy could be told."""
    return len(_Windows.of(motion.rows, _STEP, 1).starts) > 0


def compare_motion(new: Motion, old: Motion, earlier: str) -> SeenBefore:
    """Where ``new`` moves most like ``old``, which is called ``earlier``; without a likeness when one of them nowhere
    moves enough."""
    best = SeenBefore(earlier=earlier, likeness=None)
    fresh = _Windows.of(new.rows, _STEP, 1)
    if not len(fresh.starts) or not moves_enough(old):
        return best
    for speed, backwards, rows in _played(old.rows):
        kept = _Windows.of(rows, 1, _FINE, _LEAST_KEPT * LEAST_MOTION)
        if not len(kept.starts):
            continue
        for mirrored, likeness in _likenesses(fresh, kept):
            at, where = np.unravel_index(int(likeness.argmax()), likeness.shape)
            found = max(0.0, round(float(likeness[at, where]), 3))
            if np.isinf(likeness[at, where]) or (best.likeness is not None and found <= best.likeness):
                continue
            here = new.first_s + float(fresh.starts[at]) / RATE
            there = float(kept.starts[where]) * speed / _FINE / RATE
            if backwards:
                there = (len(old.rows) - 1) / RATE - there - WINDOW_S * speed
            best = SeenBefore(
                earlier=earlier,
                likeness=found,
                mirrored=mirrored,
                backwards=backwards,
                speed=speed,
                span_s=_span(here, WINDOW_S),
                earlier_span_s=_span(old.first_s + there, WINDOW_S * speed),
            )
    return best


def most_alike(compared: Sequence[SeenBefore]) -> SeenBefore | None:
    """The earlier recording that is most alike, the first of equals; ``None`` where there was none."""
    return max(compared, key=lambda one: -1.0 if one.likeness is None else one.likeness, default=None)


def _span(start: float, length: float) -> tuple[float, float]:
    start = max(0.0, start)
    return round(start, 2), round(start + length, 2)


def _played(rows: Series) -> Iterator[tuple[float, bool, Series]]:
    """The old recording as it may have been played: its rows at `_FINE` times the rate."""
    for backwards in (False, True):
        played = rows[::-1] if backwards else rows
        for speed in _SPEEDS:
            at = np.arange(0.0, len(rows) - 1 + 1e-9, speed / _FINE)
            columns = [np.interp(at, np.arange(len(rows)), column) for column in played.T]
            yield speed, backwards, np.column_stack(columns)


@dataclass(frozen=True)
class _Windows:
    """The windows of a recording in which enough moves, about their own mean and drift: a head that slowly turns aside
    is like any other. Unseen rows are zero."""

    starts: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    """First row of each."""
    rows: Series
    """Shape (channels, windows, rows)."""
    seen: Series
    """Shape (windows, rows): 1 where a face was seen, else 0."""

    @classmethod
    def of(cls, rows: Series, step: int, stride: int, least: float = LEAST_MOTION) -> "_Windows":
        """Every ``step``-th window, of every ``stride``-th row, in which ``least`` moves."""
        length = round(WINDOW_S * RATE)
        starts = np.arange(0, len(rows) - (length - 1) * stride, step)
        windows = rows[starts[:, None] + np.arange(length) * stride].transpose(2, 0, 1)
        seen = (~np.isnan(windows[0])).astype(np.float64)
        count = np.maximum(seen.sum(axis=1), 1.0)
        windows = np.nan_to_num(windows)
        time = np.arange(length) * seen
        time = (time - (time.sum(axis=1) / count)[:, None]) * seen
        windows = (windows - (windows.sum(axis=2) / count)[..., None]) * seen
        drift = (windows * time).sum(axis=2) / np.maximum((time**2).sum(axis=1), 1.0)
        windows -= drift[..., None] * time
        spread = (windows**2).sum(axis=2) / count
        moving = spread >= _least()
        told = np.log(np.maximum(spread, 1e-12) / (_NOISE**2)[:, None]) * moving
        motion = told.sum(axis=0) - told.max(axis=0, initial=0.0)
        good = (seen.mean(axis=1) >= _SEEN_SHARE) & (moving.sum(axis=0) >= LEAST_CHANNELS) & (motion >= least)
        return cls(starts[good], windows[:, good], seen[good])


def _least() -> Series:
    return np.asarray(((_MOVES * _NOISE) ** 2)[:, None], dtype=np.float64)


def _likenesses(new: _Windows, old: _Windows) -> Iterator[tuple[bool, Series]]:
    """For each window of the one and of the other, shape (new, old): how alike they are; −∞ where too little is seen.
    As they are, then mirrored.

    The share of log(spread / noise) that log(spread / difference) reaches, over all channels in which either moves. A
    copy differs by noise only and comes near 1; movements that have nothing to do with each other differ by as much as
    they move: 0 and below. On this scale two large turns that agree to a tenth stay far from a copy: a correlation
    would call them the same.
    """
    both = new.seen @ old.seen.T
    count = np.maximum(both, 1.0)
    mean_new, mean_old = (new.rows @ old.seen.T) / count, (new.seen @ old.rows.transpose(0, 2, 1)) / count
    spread_new = (new.rows**2 @ old.seen.T) / count - mean_new**2
    spread_old = (new.seen @ (old.rows**2).transpose(0, 2, 1)) / count - mean_old**2
    together = (new.rows @ old.rows.transpose(0, 2, 1)) / count - mean_new * mean_old
    spread = np.maximum(spread_new + spread_old, 1e-12)
    moving = np.maximum(spread_new, spread_old) >= _least()[..., None]
    unseen = both < _SEEN_SHARE * new.seen.shape[1]
    noise = 2.0 * (_NOISE**2)[:, None, None]
    told = np.log(np.maximum(spread, noise) / noise) * moving
    whole = np.maximum(told.sum(axis=0), 1e-9)
    for mirrored in (False, True):
        product = together * _MIRROR[:, None, None] if mirrored else together
        difference = np.maximum(spread - 2.0 * product, noise)
        alike = (np.log(spread / difference) * moving).sum(axis=0) / whole
        yield mirrored, np.where(unseen, -np.inf, np.minimum(alike, 1.0))
