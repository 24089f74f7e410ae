"""Facts of a clip from what was measured frame by frame."""

from services.certify.domain.observation import Observation
from services.certify.domain.summary import longest_gap_s, most_faces, summarise_quality
from services.certify.policy import QualityPolicy


def test_a_passing_bystander_and_a_false_alarm_are_not_two_faces() -> None:
    """Two faces count when seen for a share of the clip."""
    assert most_faces([], 0.2) == 0
    assert most_faces([1] * 20 + [2], 0.2) == 1
    assert most_faces([1] * 12 + [2] * 3 + [3] * 2, 0.2) == 2


def test_the_longest_time_without_a_face() -> None:
    """Before the first and after the last look with a face nothing is missed."""
    seen = [False, True, True, False, False, True, False]
    looks = [Observation(float(i), seen=s, face=None) for i, s in enumerate(seen)]
    assert longest_gap_s(looks) == 3.0
    assert longest_gap_s([Observation(0.0, seen=True, face=None), Observation(9.0, seen=True, face=None)]) == 0.0


def test_a_clip_without_a_face_has_facts_all_the_same() -> None:
    """What needs a face is null."""
    quality = summarise_quality([Observation(0.0, seen=False, face=None)] * 3, [], [], None, QualityPolicy())
    assert (quality.face_share, quality.eye_distance_px, quality.faces_most) == (0.0, None, 0)
