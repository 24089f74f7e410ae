"""Whether something else is shown for a moment, and then what was there before.

A picture of the right person that is put into the recording of another one for a frame or two, where faces are looked
at, is two cuts that hide each other: each stands beside the other, so that neither stands out (`timeline.jumped`).
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np

from services.certify.cues.timeline import (
    BESIDE,
    JUMP_FLOOR,
    PLACE_FLOOR,
    THUMB,
    Moment,
    apart,
    jumped,
    places,
    thinned,
)

_LONGEST: Final = 3
"""Frames at 15 a second: beside what lasts longer both cuts are seen by themselves."""
_UNLIKE: Final = 2.0
"""A frame is foreign when it is so many times as far from the frames on both sides as these are from each other."""


def cut(moments: Sequence[Moment]) -> float | None:
    """How much a cut stands out: one by itself, or two that lie beside each other."""
    return max((score for score in (jumped(moments), fleeting(moments)) if score is not None), default=None)


def fleeting(moments: Sequence[Moment]) -> float | None:
    """How much the way into a foreign picture and out of it stands out from the steps beside, where all foreign ones
    are left out: the geometric mean for picture and face, or half of that of the picture, as for a cut.

    The far end of a swing is foreign, too: there the steps beside are as large. A lamp that flickers lies over the rows
    of a sensor as bands, brighter and darker, in each picture elsewhere: another picture is foreign without them, too.
    """
    kept = thinned(moments)
    scores = _fleeting(kept), _fleeting([_without_bands(each) for each in kept])
    return None if None in scores else min(score for score in scores if score is not None)


def _without_bands(one: Moment) -> Moment:
    """Rows and columns at their mean taken out of the thumbnail; which of them the sensor's rows are is not known."""
    thumb = one.thumb.reshape(THUMB[::-1])
    bands = thumb.mean(axis=0, keepdims=True) + thumb.mean(axis=1, keepdims=True) - thumb.mean()
    return replace(one, thumb=(thumb - bands).ravel())


def _fleeting(kept: Sequence[Moment]) -> float | None:
    runs = _foreign(kept)
    if not runs:
        return None
    foreign = {at for first, last in runs for at in range(first, last + 1)}
    place = places(kept)
    own = [at for at in range(len(kept)) if at not in foreign]
    largest = None
    for first, last in runs:
        before = [at for at in own if at < first][-BESIDE - 1 :]
        after = [at for at in own if at > last][: BESIDE + 1]
        if len(before) < 2 or len(after) < 2:
            continue
        beside = [*pairwise(before), *pairwise(after)]
        usual = max(JUMP_FLOOR, *(apart(kept[one], kept[other]) / (other - one) for one, other in beside))
        ways = (before[-1], first), (last, after[0])
        picture = min(apart(kept[one], kept[other]) for one, other in ways) / usual
        there = [float(np.linalg.norm(place[other] - place[one])) for one, other in ways]
        here = [float(np.linalg.norm(place[other] - place[one])) / (other - one) for one, other in beside]
        face = float(np.min(there) / np.maximum(np.max(here), PLACE_FLOOR))  # NaN without a mesh on one of them
        both = 0.0 if np.isnan(face) else float(np.sqrt(picture * face))
        largest = max(largest or 0.0, both, picture / 2)
    return largest


def _foreign(kept: Sequence[Moment]) -> list[tuple[int, int]]:
    """First and last index of each run of up to `_LONGEST` frames unlike those on both sides, which are alike. Between
    two runs at least one frame is the recording's own: where two take turns each would be foreign to the other."""
    runs, at = [], 1
    while at < len(kept) - 1:
        lasts = range(at, min(at + _LONGEST, len(kept) - 1))
        found = next((last for last in lasts if _is_foreign(kept, at, last)), None)
        if found is not None:
            runs.append((at, found))
        at = at + 1 if found is None else found + 2
    return runs


def _is_foreign(kept: Sequence[Moment], first: int, last: int) -> bool:
    before, after = kept[first - 1], kept[last + 1]
    least = _UNLIKE * max(apart(before, after), JUMP_FLOOR)
    return all(min(apart(before, kept[at]), apart(kept[at], after)) > least for at in range(first, last + 1))
