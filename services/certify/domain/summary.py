"""From what was measured frame by frame to the facts of a clip. Pure."""

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np

from schemas.verification import Quality
from services.certify.domain.observation import FaceCheck, Observation
from services.certify.policy import QualityPolicy


def summarise_quality(
    observations: Sequence[Observation],
    checks: Sequence[FaceCheck],
    motions: Sequence[float],
    identity_floor: float | None,
    policy: QualityPolicy,
) -> Quality:
    """Quality facts of a clip; what needs a face is null when none was found."""
    times = [o.at_s for o in observations]
    seen = [o.at_s for o in observations if o.seen]
    covered = [cloth for check in checks if (cloth := mouth_covered(check, policy)) is not None]
    return Quality(
        seconds=round(times[-1] - times[0], 3) if times else None,
        frames=len(observations),
        faces_most=most_faces([check.count for check in checks], policy),
        face_share=round(len(seen) / len(times), 3) if times else None,
        face_gap_s=longest_gap_s(observations, lambda o: o.seen) if seen else None,
        eye_distance_px=_median([check.eye_distance_px for check in checks]),
        room=_median([check.room for check in checks]),
        brightness=_median([check.brightness for check in checks]),
        sharpness=_median([check.sharpness for check in checks]),
        light=_median([o.light for o in observations if o.light is not None]),
        glare=_median([check.glare for check in checks if check.glare is not None]),
        covered_share=_share(covered),
        covered_looks=longest_row(covered) if covered else None,
        colourless_share=_share([grey for check in checks if (grey := _colourless(check, policy)) is not None]),
        unclear_gap_s=longest_gap_s(observations, lambda o: not o.seen or o.face is not None) if seen else None,
        turned_share=_share([o.turned > 0 for o in observations if o.turned is not None]),
        motion=round(float(np.percentile(motions, 90)), 2) if motions else None,
        identity_floor=identity_floor,
    )


def most_faces(counts: Sequence[int], policy: QualityPolicy) -> int:
    """The largest number of faces that was seen in a share of the looks (two at least), or in some looks in a row."""
    for number in range(max(counts, default=0), 1, -1):
        looks = [count >= number for count in counts]
        if longest_row(looks) >= policy.other_face_looks or sum(looks) >= max(2, policy.other_face_share * len(counts)):
            return number
    return 1 if counts else 0


def longest_row(looks: Sequence[bool]) -> int:
    """How many true ones there are in a row."""
    return max((len(list(row)) for true, row in groupby(looks) if true), default=0)


def mouth_covered(check: FaceCheck, policy: QualityPolicy) -> bool | None:
    """Whether cloth is where the mouth should be; null when the picture does not tell."""
    if check.mouth_tone is None or check.mouth_variety is None:
        return None
    # Darkness (through the codec) and blur leave one colour of everything.
    colours_seen = check.brightness >= policy.backlit_brightness and check.sharpness >= policy.min_sharpness
    dyed = colours_seen and (check.mouth_variety < policy.min_mouth_variety or _no_skin(check, policy))
    return dyed or check.mouth_tone < policy.min_mouth_tone


def _no_skin(check: FaceCheck, policy: QualityPolicy) -> bool:
    """Whether lips are missing from a plain surface, or its colour is none that blood, hair or shade give a face."""
    skin, lips, purple, blue = check.skin_tone, check.mouth_lips, check.mouth_purple, check.mouth_blue
    if skin is None or lips is None or purple is None or blue is None or check.mouth_variety is None:
        return False  # a verdict from before these were measured
    plain = check.mouth_variety < min(policy.plain_mouth_variety, policy.plain_mouth_share * skin)
    strange = purple > policy.max_mouth_purple or blue < min(policy.min_mouth_blue, -policy.mouth_blue_share * skin)
    return (plain and lips < policy.plain_mouth_lips) or strange


def _colourless(check: FaceCheck, policy: QualityPolicy) -> bool | None:
    """Whether the picture is black and white, or of a colour that skin never has; null when it does not tell."""
    if check.skin_tone is None:
        return None
    return check.mouth_tone is None or (check.hues is not None and check.hues < policy.min_hues)


def longest_gap_s(observations: Sequence[Observation], well: Callable[[Observation], bool]) -> float:
    """Longest time between two looks that are well and have others between them."""
    longest, last_well, missed = 0.0, None, False
    for observation in observations:
        if not well(observation):
            missed = True
            continue
        if missed and last_well is not None:
            longest = max(longest, observation.at_s - last_well)
        last_well, missed = observation.at_s, False
    return round(longest, 3)


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 3) if values else None


def _median(values: Sequence[float]) -> float | None:
    return round(float(np.median(values)), 2) if values else None
