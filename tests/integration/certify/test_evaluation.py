"""A whole evaluation on real clips: counted right, and gone on with where it was broken off."""

from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.verification import Action, Decision
from services.certify.engines.loader import get_engines
from services.certify.evaluation.evaluate import evaluate
from services.certify.evaluation.looks import SWINGS, Looker, decide_alone
from services.certify.evaluation.manifest import Folder
from services.certify.policy import VerificationPolicy
from services.certify.verify import Verifier

pytestmark = pytest.mark.data

ROOT = Path(__file__).resolve().parents[3]
CHOSEN = ("video/affinsys__vhn.mp4", "video/lv_lestari__fake.mp4")


def chosen(face_data: Path) -> Folder:
    """A genuine nod and a photo on a phone, from the committed labels."""
    folder = Folder(face_data / "manifest.csv", ROOT / "bench" / "verify" / "shared_labels.csv")
    assert folder.bad == []
    folder.labels = [label for label in folder.labels if label.media.path in CHOSEN]
    folder.media = {path: media for path, media in folder.media.items() if not media.video or path in CHOSEN}
    folder.pairs = folder.pairs[:4]
    return folder


def test_an_evaluation_counts_and_is_resumed(face_data: Path, models_dir: Path, tmp_path: Path) -> None:
    """The nod is certified, the photo and the strangers are not; a second run looks at no clip again."""
    results = []
    for _ in range(2):
        looker = Looker(chosen(face_data), VerificationPolicy(), models_dir, tmp_path)
        results.append(evaluate(chosen(face_data), looker, get_engines(models_dir)))
    assert results[0] == results[1]
    assert looker.made == 0
    assert looker.known > 3
    found = results[0]
    assert [(t.role, t.decision is Decision.CERTIFIED) for t in found.trials] == [
        ("asked", True),
        ("stranger", False),
        ("stranger", False),
        ("attack", False),
    ]
    assert (found.species[0].certified.count, found.species[0].passed_pad.n) == (0, 1)
    assert next(a for a in found.actions if a.action is Action.NOD).true.count == 1
    changed = Looker(chosen(face_data), VerificationPolicy(name="other"), models_dir, tmp_path)
    label = chosen(face_data).labels[0]
    part = (label.from_s, label.to_s)
    changed.look(label.media.path, label.media.sha256, part, label.asked, label.reference)
    assert changed.made == 1, "another policy never answers from old looks"


@pytest.mark.parametrize("action", [Action.NOD, Action.OPEN_MOUTH])
def test_a_decision_made_anew_is_the_decision(
    verifier: Verifier, face_data: Path, still: Callable[[str, float], bytes], action: Action
) -> None:
    """One look at all actions gives the verdict that a look at one of them gives."""
    clip = face_data / "video" / "affinsys__vhn.mp4"
    photo = still("affinsys__vhn.mp4", 0.2)
    wide, alone = verifier.verify(clip, SWINGS, photo), verifier.verify(clip, [action], photo)
    assert decide_alone(wide, action, verifier.policy) is alone.decision
    assert alone.decision is (Decision.CERTIFIED if action is Action.NOD else Decision.RETRY)
