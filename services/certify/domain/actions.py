"""Finds actions in the time series of a face: where the head nodded or turned, the mouth stood open, the eyes blinked.

All rules compare the person with themselves (their own neutral pose, closed mouth, open eyes), because faces differ
more than actions.
"""

from dataclasses import dataclass

import numpy as np

from schemas.verification import Action
from services.certify.domain.observation import FaceSeries, Series, calmed
from services.certify.policy import ChallengePolicy


@dataclass(frozen=True, order=True)
class Span:
    """Where an action was seen, in seconds of the clip."""

    start_s: float
    end_s: float


def find_actions(series: FaceSeries, action: Action, policy: ChallengePolicy) -> list[Span]:
    """Every span in which the action was done, in order of time."""
    if len(series) < 3:
        return []
    match action:
        case Action.NOD:
            found = _nods(series, policy)
        case Action.TURN_LEFT:
            found = _turns(series, policy, side=1)
        case Action.TURN_RIGHT:
            found = _turns(series, policy, side=-1)
        case Action.OPEN_MOUTH:
            found = _open_mouths(series, policy)
        case Action.BLINK:
            found = _blinks(series, policy)
    return sorted(set(found))


@dataclass(frozen=True)
class _Swing:
    """One movement out and back: indices of its start, extreme and end, and how far it went."""

    start: int
    peak: int
    end: int
    out: float


def _nods(series: FaceSeries, policy: ChallengePolicy) -> list[Span]:
    """Up or down and back, without turning, not as a part of a yawn, and more than this head moves anyway."""
    open_mouth = series.jaw_open >= _closed(series, series.jaw_open, policy) + policy.mouth_open
    nods = []
    for side in (1, -1):
        for swing in _swings(series.t, side * series.pitch, policy.nod_out_deg, policy.nod_back_deg, policy):
            part = slice(swing.start, swing.end + 1)
            turned = float(np.ptp(series.yaw[part]))
            steady = turned <= max(policy.nod_max_yaw_deg, policy.nod_max_yaw_share * swing.out)
            steady = steady and _sway(series, part, policy) <= policy.nod_max_sway
            if steady and float(np.mean(open_mouth[part])) <= policy.nod_max_mouth_share:
                nods.append(swing)
    plain = min(policy.nod_plain_deg, policy.above_rest * _restlessness(series.pitch, nods))
    return [_span(series, nod.start, nod.end) for nod in nods if nod.out >= plain]


def _turns(series: FaceSeries, policy: ChallengePolicy, side: int) -> list[Span]:
    """To one side of the neutral pose and back, more than this head moves anyway; the way back from the other side is
    not a turn."""
    first = float(np.median(series.yaw[series.t <= series.t[0] + policy.baseline_s]))
    neutral = min(first, float(np.median(series.yaw)), key=abs)
    limits, profile = (policy.turn_out_deg, policy.turn_back_deg), policy.turn_profile_deg
    turns: dict[int, list[_Swing]] = {}
    for way in (1, -1):
        away = way * (series.yaw - neutral)
        swings = _swings(series.t, away, *limits, policy, profile=profile)
        turns[way] = [swing for swing in swings if away[swing.peak] >= policy.turn_out_deg]
    plain = min(policy.turn_plain_deg, policy.above_rest * _restlessness(series.yaw, turns[1] + turns[-1]))
    return [_span(series, turn.start, turn.end) for turn in turns[side] if turn.out >= plain]


def _open_mouths(series: FaceSeries, policy: ChallengePolicy) -> list[Span]:
    """Held open with the face to the camera, after having been closed, wider than the mouth opens in speech."""
    frontal = np.abs(series.yaw) < policy.mouth_max_yaw_deg
    closed = _closed(series, series.jaw_open, policy)
    enough_gap = max(policy.mouth_gap_ratio * _closed(series, series.lip_gap, policy), policy.mouth_min_gap)
    wide = (series.jaw_open >= closed + policy.mouth_open) & frontal
    still = (series.jaw_open >= closed + policy.mouth_still_open) & frontal
    frame = float(np.median(np.diff(series.t)))
    held: list[tuple[int, int, np.ndarray, float]] = []
    syllables: list[float] = []
    for start, end in _runs(still, series.t, policy.max_gap_s):
        inside = np.flatnonzero(wide[start : end + 1]) + start
        lasted = float(series.t[inside[-1]] - series.t[inside[0]]) + frame if len(inside) else 0.0
        if lasted > policy.mouth_speech_s:
            held.append((start, end, inside, lasted))
        else:
            syllables.append(float(series.jaw_open[start : end + 1].max()))
    widest_speech = sorted(syllables)[-policy.mouth_syllables] if len(syllables) >= policy.mouth_syllables else closed
    spans = []
    for start, end, inside, lasted in held:
        steady = len(inside) >= 0.8 * (inside[-1] - inside[0] + 1)
        above_speech = float(np.median(series.jaw_open[inside])) >= widest_speech + policy.mouth_above_speech
        apart = float(np.median(series.lip_gap[inside])) >= enough_gap
        if start > 0 and steady and above_speech and apart and lasted >= policy.mouth_min_s:
            spans.append(_span(series, start, end))
    return spans


def _blinks(series: FaceSeries, policy: ChallengePolicy) -> list[Span]:
    """Both eyes open, closed, open again within half a second, head not bowed."""
    frame = float(np.median(np.diff(series.t)))
    if frame > 1.0 / policy.blink_min_fps:
        return []
    eyes = series.eyes_closed
    usual = _closed(series, eyes, policy)
    margin = policy.blink_closed - policy.blink_open
    open_below = max(policy.blink_open, usual + margin / 2)
    shut_above = max(policy.blink_closed, open_below + margin)
    neutral = float(np.median(series.pitch))
    spans = []
    for start, end in _runs(eyes >= open_below, series.t, policy.max_gap_s):
        lasted = float(series.t[end] - series.t[start]) + frame
        level = bool(np.all(np.abs(series.pitch[start : end + 1] - neutral) <= policy.blink_max_pitch_deg))
        whole = start > 0 and end < len(series) - 1
        shut = float(eyes[start : end + 1].max()) >= shut_above
        if whole and level and shut and policy.blink_min_s <= lasted <= policy.blink_max_s:
            spans.append(_span(series, start, end))
    return spans


def _swings(
    t: Series, values: Series, out: float, back: float, policy: ChallengePolicy, profile: float = np.inf
) -> list[_Swing]:
    """Every rise of ``values`` by ``out`` that falls again by ``back``, each way within ``swing_side_s``
    (topographic prominence). Of two peaks as high as each other within one movement the first is told.

    A gap in time breaks a swing, unless the face was lost beyond ``profile``: no mesh fits a head seen from the side.
    """
    hidden = np.minimum(values[:-1], values[1:]) >= profile
    whole = np.diff(t) <= np.where(hidden, policy.turn_hidden_s, policy.max_gap_s)
    found: list[_Swing] = []
    for peak in range(1, len(t) - 1):
        if values[peak] < values[peak - 1] or values[peak] <= values[peak + 1]:
            continue
        before, after = _reach(t, values, whole, peak, -1, policy), _reach(t, values, whole, peak, 1, policy)
        if before is None or after is None:
            continue
        rise, fall = float(values[peak] - values[before]), float(values[peak] - values[after])
        if rise < out or fall < back:
            continue
        # Overshoot to the other side belongs to the next movement: the lesser of both ways is the size of this one.
        size = 0.85 * min(rise, fall)
        start = int(np.flatnonzero(values[:peak] <= values[peak] - max(out, size))[-1])
        end = peak + 1 + int(np.flatnonzero(values[peak + 1 :] <= values[peak] - max(back, size))[0])
        if found and start < found[-1].end and values[peak] == values[found[-1].peak]:
            continue
        if policy.swing_min_s <= float(t[end] - t[start]) <= policy.swing_max_s:
            found.append(_Swing(start, peak, end, rise))
    return found


def _sway(series: FaceSeries, part: slice, policy: ChallengePolicy) -> float:
    """Way of the head sideways over its way up and down: small in a nod and in several, near 1 when it wanders about in
    talking, above 1 when a hand before the face disturbs the reading. Trembling does not count."""
    pitch, yaw = (calmed(series.t, values, policy.tremor_s)[part] for values in (series.pitch, series.yaw))
    return float(np.abs(np.diff(yaw)).sum()) / max(float(np.abs(np.diff(pitch)).sum()), 1e-9)


def _restlessness(values: Series, swings: list[_Swing]) -> float:
    """How far an angle goes about outside of these swings, in degrees (middle 90 %); 0 when there is nothing else."""
    rest = np.ones(len(values), dtype=bool)
    for swing in swings:
        rest[swing.start : swing.end + 1] = False
    low, high = np.percentile(values[rest], [5, 95]) if rest.any() else (0.0, 0.0)
    return float(high - low)


def _reach(t: Series, values: Series, whole: np.ndarray, peak: int, step: int, policy: ChallengePolicy) -> int | None:
    """Index of the lowest value on one side of a peak, before a higher one comes, time runs out or the face is lost."""
    lowest: int | None = None
    at = peak
    while 0 <= at + step < len(t):
        if not whole[min(at, at + step)]:
            break
        at += step
        if abs(float(t[at] - t[peak])) > policy.swing_side_s or values[at] > values[peak]:
            break
        if lowest is None or values[at] < values[lowest]:
            lowest = at
    return lowest


def _runs(mask: np.ndarray, t: Series, max_gap_s: float) -> list[tuple[int, int]]:
    """First and last index of each unbroken stretch of true values; a gap in time breaks a stretch."""
    runs: list[tuple[int, int]] = []
    for index in np.flatnonzero(mask):
        at = int(index)
        if runs and runs[-1][1] == at - 1 and float(t[at] - t[at - 1]) <= max_gap_s:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


def _closed(series: FaceSeries, values: Series, policy: ChallengePolicy) -> float:
    """The person's own resting value of a sign that actions raise."""
    return float(np.percentile(values, policy.closed_percentile)) if len(series) else 0.0


def _span(series: FaceSeries, start: int, end: int) -> Span:
    return Span(round(float(series.t[start]), 3), round(float(series.t[end]), 3))
