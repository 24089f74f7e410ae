"""From what was measured frame by frame to the facts of a clip. Pure."""

from collections.abc import Sequence

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
    return Quality(
        seconds=round(times[-1] - times[0], 3) if times else None,
        frames=len(observations),
        faces_most=most_faces([check.count for check in checks], policy.other_face_share),
        face_share=round(len(seen) / len(times), 3) if times else None,
        face_gap_s=longest_gap_s(observations) if seen else None,
        eye_distance_px=_median([check.eye_distance_px for check in checks]),
        room=_median([check.room for check in checks]),
        brightness=_median([check.brightness for check in checks]),
        sharpness=_median([check.sharpness for check in checks]),
        motion=round(float(np.percentile(motions, 90)), 2) if motions else None,
        identity_floor=identity_floor,
    )


def most_faces(counts: Sequence[int], share: float) -> int:
    """The largest number of faces that was seen in at least ``share`` of the looks, and in two looks at least."""
    for number in range(max(counts, default=0), 1, -1):
        looks = sum(count >= number for count in counts)
        if looks >= 2 and looks >= share * len(counts):
            return number
    return 1 if counts else 0


def longest_gap_s(observations: Sequence[Observation]) -> float:
    """Longest time between two looks with a face that has looks without one in it."""
    longest, last_seen, missed = 0.0, None, False
    for observation in observations:
        if not observation.seen:
            missed = True
            continue
        if missed and last_seen is not None:
            longest = max(longest, observation.at_s - last_seen)
        last_seen, missed = observation.at_s, False
    return round(longest, 3)


def _median(values: Sequence[float]) -> float | None:
    return round(float(np.median(values)), 2) if values else None
