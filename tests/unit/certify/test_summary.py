"""Facts of a clip from what was measured frame by frame."""

from dataclasses import replace

import pytest

from services.certify.domain.observation import FaceCheck, Observation
from services.certify.domain.summary import (
    longest_gap_s,
    most_faces,
    mouth_covered,
    summarise_quality,
)
from services.certify.policy import QualityPolicy
from tests.unit.certify.faces import Face


def check(live: tuple[float, ...] | None = (0.9, 0.8), count: int = 1) -> FaceCheck:
    """One look of the detector."""
    return FaceCheck(count=count, eye_distance_px=60.0, room=2.7, brightness=100.0, sharpness=100.0, live=live)


def test_a_passing_bystander_and_a_false_alarm_are_not_two_faces() -> None:
    """Two faces count when seen for a share of the clip, or for some looks in a row."""
    policy = QualityPolicy(other_face_share=0.2, other_face_looks=4)
    assert most_faces([], policy) == 0
    assert most_faces([1] * 20 + [2], policy) == 1
    assert most_faces([1] * 12 + [2] * 3 + [3] * 2, policy) == 2
    assert most_faces([1] * 40 + [2] * 4 + [1] * 4, policy) == 2
    assert most_faces([1, 1, 1, 1, 1, 2] * 8, policy) == 1


def test_somebody_who_comes_in_for_half_a_second_is_a_second_face() -> None:
    """In a long recording, too; one look alone may be a false alarm."""
    assert most_faces([1] * 30 + [2] * 2, QualityPolicy()) == 2
    assert most_faces([1] * 30 + [2], QualityPolicy()) == 1


def test_the_longest_time_without_a_face() -> None:
    """Before the first and after the last look with a face nothing is missed."""
    seen = [False, True, True, False, False, True, False]
    looks = [Observation(float(i), seen=s, face=None) for i, s in enumerate(seen)]
    assert longest_gap_s(looks, lambda o: o.seen) == 3.0
    apart = [Observation(0.0, seen=True, face=None), Observation(9.0, seen=True, face=None)]
    assert longest_gap_s(apart, lambda o: o.seen) == 0.0


def test_a_face_that_is_seen_but_not_clear_is_covered_not_gone() -> None:
    """A hand before it: the detector still sees a face, the mesh finds none."""
    looks = Face(seconds=3.0, fps=10.0).observations()
    for index in range(10, 20):
        looks[index] = replace(looks[index], face=None)
    quality = summarise_quality(looks, [check()], [], None, QualityPolicy())
    assert (quality.face_gap_s, quality.unclear_gap_s) == (0.0, 1.1)


def test_cloth_is_less_red_than_skin_or_of_one_colour() -> None:
    """What cannot be told (turned away, a grey picture) counts for neither side."""
    limits = QualityPolicy()
    bare, white, pink = (0.4, 0.5), (-0.5, 0.3), (0.1, 0.03)
    checks = [replace(check(), mouth_tone=tone, mouth_variety=variety) for tone, variety in (bare, white, pink)]
    assert [mouth_covered(each, limits) for each in (*checks, check())] == [False, True, True, None]
    assert mouth_covered(replace(checks[1], brightness=15.0), limits)
    assert not mouth_covered(replace(checks[2], brightness=15.0), limits)
    assert not mouth_covered(replace(checks[2], sharpness=2.0), limits)
    quality = summarise_quality([], [*checks, check()], [], None, limits)
    assert (quality.covered_share, quality.covered_looks) == (0.667, 2)
    assert summarise_quality([], [check()], [], None, limits).covered_share is None


CLOTH = replace(
    check(), mouth_tone=0.1, mouth_variety=0.14, skin_tone=0.8, mouth_lips=0.02, mouth_purple=0.5, mouth_blue=0.4
)
"""Pink: no lips on a plain surface."""
FACE = replace(CLOTH, mouth_lips=0.3, mouth_variety=0.5)


@pytest.mark.parametrize(
    ("seen", "covered"),
    [
        (CLOTH, True),
        (replace(CLOTH, mouth_lips=0.12), False),  # pale, but lips
        (replace(CLOTH, mouth_variety=0.25), False),  # pale lips of an old face, whose skin varies
        (replace(CLOTH, skin_tone=0.4), False),  # a camera that leaves little colour of anything
        (replace(FACE, mouth_purple=1.3), True),  # red, purple
        (replace(FACE, mouth_purple=0.7), False),  # flushed
        (replace(FACE, mouth_blue=-0.7), True),  # yellow, orange
        (replace(CLOTH, mouth_lips=None), False),  # a verdict from before lips were measured
    ],
)
def test_cloth_as_red_as_skin_lacks_lips_or_has_a_colour_of_its_own(seen: FaceCheck, covered: bool) -> None:
    """Lips, beards, make-up and cameras differ; none gives a face a plain surface or these colours."""
    assert mouth_covered(seen, QualityPolicy()) is covered


@pytest.mark.parametrize(
    ("seen", "share"),
    [
        (replace(FACE, hues=1.2), 0.0),
        (replace(FACE, hues=0.2), 1.0),  # black and white, a little tinted
        (replace(check(), skin_tone=-0.1, hues=1.2), 1.0),  # skin of a colour that it never has: a mouth tells nothing
        (FACE, 0.0),  # a verdict from before hues were measured
        (check(), None),  # turned away
    ],
)
def test_a_picture_without_natural_colour_is_counted(seen: FaceCheck, share: float | None) -> None:
    """Behind it a mask would go unnoticed."""
    assert summarise_quality([], [seen, check()], [], None, QualityPolicy()).colourless_share == share


def test_only_looks_for_it_count_for_a_turned_picture() -> None:
    """Most frames are followed by the mesh, which does not ask which way up the picture is."""
    turned = [None, 3, None, None, 3, None, 0, 3]
    looks = [Observation(float(i), seen=False, face=None, light=90.0, turned=t) for i, t in enumerate(turned)]
    quality = summarise_quality(looks, [], [], None, QualityPolicy())
    assert (quality.turned_share, quality.light) == (0.75, 90.0)


def test_a_clip_without_a_face_has_facts_all_the_same() -> None:
    """What needs a face is null."""
    quality = summarise_quality([Observation(0.0, seen=False, face=None)] * 3, [], [], None, QualityPolicy())
    assert (quality.face_share, quality.eye_distance_px, quality.faces_most) == (0.0, None, 0)
