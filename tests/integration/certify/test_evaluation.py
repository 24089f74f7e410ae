"""A whole evaluation on real clips: counted right, and gone on with where it was broken off."""

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.verify.films import encode, read
from bench.verify.photo_warps import mirrored
from schemas.verification import Action, Decision
from services.certify.engines.loader import get_engines
from services.certify.evaluation.evaluate import evaluate
from services.certify.evaluation.looks import SWINGS, Looker, decide_alone
from services.certify.evaluation.manifest import EARLIER_COLUMN, LABEL_COLUMNS, MANIFEST_COLUMNS, Folder
from services.certify.policy import VerificationPolicy
from services.certify.verify import Verifier
from tests.integration.certify.test_command import run

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


def written(folder: Path, films: dict[str, bytes], kinds: dict[str, str], labels: list[tuple[str, ...]]) -> Path:
    """A county's own folder: clips of one person, with these labels."""
    for name, film in films.items():
        (folder / name).write_bytes(film)
    rows = [(name, hashlib.sha256(film).hexdigest(), "video", "one", "", kinds[name]) for name, film in films.items()]
    for name, lines in (
        ("manifest.csv", [MANIFEST_COLUMNS, *rows]),
        ("labels.csv", [(*LABEL_COLUMNS, EARLIER_COLUMN), *labels]),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
    return folder / "manifest.csv"


def test_a_copy_of_an_earlier_recording_is_counted_as_found(face_data: Path, tmp_path: Path) -> None:
    """A session cut and mirrored is certified while the earlier one is not known, and found when it is; the same
    person nodding at another time is not taken for a copy."""
    first, other = (face_data / "video" / name for name in ("affinsys__vhn.mp4", "affinsys__hhn.mp4"))
    films = {
        "first.mp4": first.read_bytes(),
        "other.mp4": other.read_bytes(),
        "again.mp4": encode(mirrored(read(first, 0.6, 4.3))),
    }
    kinds = {"first.mp4": "genuine", "other.mp4": "genuine", "again.mp4": "attack: replay of an own clip"}
    unsure = "nod open_mouth turn_left turn_right blink"
    manifest = written(
        *(tmp_path, films, kinds),
        labels=[
            ("again.mp4", "0", "", "nod", "", "", unsure, "first.mp4@0.2", "", "", "", "other.mp4; first.mp4@0-4.3"),
            ("other.mp4", "0", "", "turn_left turn_right", "yes", "", unsure, "other.mp4@5", "", "", "", "first.mp4"),
            ("first.mp4", "0", "4.3", "nod", "yes", "", unsure, "first.mp4@0.2", "", "", "", ""),
        ],
    )
    made = run("evaluate", manifest, "--earlier", "--json")
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    genuine, replay = told["seen_before"]
    assert [(row["species"], row["seen_before"]["n"]) for row in (genuine, replay)] == [
        ("genuine", 1),
        ("replay of an own clip", 1),
    ]
    counts = [
        [row[name]["count"] for name in ("seen_before", "certified_alone", "certified")] for row in (genuine, replay)
    ]
    assert counts == [[0, 1, 1], [1, 1, 0]]
    (copy,) = (row for row in told["beside"] if row["path"] == "again.mp4")
    assert (copy["most_alike"]["earlier"], copy["most_alike"]["mirrored"]) == ("first.mp4@0-4.3", True)
    shown = run("evaluate", manifest, "--earlier")
    assert shown.returncode == 0, shown.stderr
    assert "\n0 looks made" in shown.stderr
    assert "对照旧录像" in shown.stdout


def test_without_any_earlier_recording_the_command_says_what_is_missing(tmp_path: Path) -> None:
    """A usage error that names the column."""
    made = run("evaluate", written(tmp_path, {}, {}, []), "--earlier")
    assert made.returncode == 2
    assert "earlier" in made.stderr
