"""The pictures and clips of the matching bench, reduced to numbers: similarities are kept, and no picture or template.

The research folder (ONEVISIT_RESEARCH_FACES) holds media that may be measured and not passed on: ``index.csv`` with
``path``, ``identity`` and ``genuine_or_attack``. ``match_groups.csv`` says which identities are East Asian and which
pictures show a child or a person decades younger.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from services.certify.candidate import Candidate
from services.certify.decode.reader import Clip
from services.certify.engines.arrays import FloatArray
from services.certify.engines.loader import Engines
from services.certify.engines.ports import FaceMatcher
from services.certify.evaluation.looks import still_at
from services.certify.evaluation.manifest import Folder
from services.certify.observe import Observer
from services.certify.policy import MatchEngine, VerificationPolicy
from services.certify.reference import Reference, find_reference

PICTURES: Final = (".png", ".jpg", ".jpeg", ".bmp")
GROUPS: Final = Path(__file__).with_name("match_groups.csv")
CLIP_SECONDS: Final = 15.0
"""Judged of a clip, as the app films."""
STILL_S: Final = 0.3
"""The second of another clip that stands for a reference: nobody has begun to move or raised a hand."""

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Item:
    """A picture or a clip with what is known of it."""

    file: Path
    path: str
    identity: str
    research: bool
    genuine: bool
    groups: frozenset[str]
    age_band: str = ""

    @property
    def certain(self) -> bool:
        """Whether it is known who is in it, and that it is one person."""
        return not ("+" in self.identity or "elders" in self.identity or self.identity.endswith("?"))


def find_items(shared: Path, research: Path | None) -> list[Item]:
    """Everything that both folders list; of the shared one, what the evaluation can read."""
    folder, groups = Folder(shared / "manifest.csv"), list(csv.DictReader(GROUPS.open(encoding="utf-8")))

    def own_groups(identity: str, path: str) -> frozenset[str]:
        return frozenset(g["group"] for g in groups if identity.startswith(g["identity"]) and g["path_has"] in path)

    items = [
        Item(
            folder.file(m.path),
            m.path,
            m.identity,
            False,
            m.species == "genuine",
            own_groups(m.identity, m.path),
            m.age_band,
        )
        for m in folder.media.values()
    ]
    if research is not None:
        with (research / "index.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                path, identity = row["path"], row["identity"]
                genuine = row["genuine_or_attack"].strip() == "genuine"
                if (research / path).is_file():
                    items.append(Item(research / path, path, identity, True, genuine, own_groups(identity, path)))
    return items


@dataclass(frozen=True)
class Pictures:
    """Pictures that can be compared, and how alike any two are, per engine."""

    items: list[Item]
    alike: dict[MatchEngine, Matrix]
    unreadable: int


def compare_pictures(items: Sequence[Item], engines: Engines, policy: VerificationPolicy) -> Pictures:
    """Every picture with every other."""
    kept: list[Item] = []
    templates: dict[MatchEngine, list[FloatArray]] = {engine: [] for engine in MatchEngine}
    pictures = [item for item in items if item.path.lower().endswith(PICTURES)]
    for item in pictures:
        found = find_reference(item.file.read_bytes(), engines.detector(), policy.match)
        if isinstance(found, Reference):
            kept.append(item)
            for engine in MatchEngine:
                templates[engine].append(engines.matcher(engine).embed(found.image, found.face))
    alike = {engine: _all_pairs(engines.matcher(engine), own, own) for engine, own in templates.items()}
    return Pictures(kept, alike, len(pictures) - len(kept))


RULES: Final = ("first frame", "first 5, median", "best 5, median", "best 8, median", "best 8, pooled")


@dataclass(frozen=True)
class ClipScores:
    """Per rule of choosing frames: scores of one person on two recordings, and of two people."""

    same: dict[str, list[float]]
    different: dict[str, list[tuple[float, bool]]]
    """With whether both are East Asian."""
    worst: dict[str, str]


def compare_clips(items: Sequence[Item], engines: Engines, policy: VerificationPolicy) -> ClipScores:
    """Every genuine clip against stills of adults and against a still of every other clip, with SFace."""
    matcher = engines.matcher(MatchEngine.SFACE)
    clips = [i for i in items if i.genuine and not i.path.lower().endswith(PICTURES) and "elders" not in i.identity]
    stills = [
        (item, one)
        for item in items
        if item.genuine and "+" not in item.identity and "child" not in item.groups
        for one in _still(item, engines, policy)
    ]
    same: dict[str, list[float]] = {rule: [] for rule in RULES}
    different: dict[str, list[tuple[float, bool]]] = {rule: [] for rule in RULES}
    highest: dict[str, tuple[float, str]] = {}
    for clip in clips:
        ways = _templates(clip, engines, policy)
        for other, still in stills:
            if other.path == clip.path or not ways:
                continue
            one = clip.identity.rstrip("?") == other.identity.rstrip("?")
            if not one and not (clip.certain and other.certain):
                continue
            asian = "east_asian" in clip.groups & other.groups
            for rule, own in ways.items():
                score = float(np.median([matcher.similarity(template, still) for template in own]))
                if one:
                    same[rule].append(score)
                else:
                    different[rule].append((score, asian))
                    highest[rule] = max(highest.get(rule, (-1.0, "")), (score, f"{clip.identity} / {other.identity}"))
    return ClipScores(same, different, {rule: who for rule, (_, who) in highest.items()})


class _All(Observer):
    """An observer that keeps every frame in which the detector looked."""

    def __init__(self, engines: Engines, policy: VerificationPolicy) -> None:
        super().__init__(engines, policy)
        self.seen: list[Candidate] = []

    def keep(self, candidate: Candidate) -> None:
        super().keep(candidate)
        self.seen.append(candidate)


def _templates(clip: Item, engines: Engines, policy: VerificationPolicy) -> dict[str, list[FloatArray]]:
    matcher, limit = engines.matcher(MatchEngine.SFACE), policy.match.max_yaw_deg
    observer = _All(engines, policy)
    for frame in Clip(clip.file.read_bytes(), policy.decode, policy.decode.sample_fps, 0.0, CLIP_SECONDS).frames():
        observer.look(frame)
    observer.end()
    first = [c for c in observer.seen if abs(c.yaw) <= limit][:5]
    best = sorted((c for c in observer.best_frames() if abs(c.yaw) <= limit), key=lambda c: c.worth, reverse=True)[:8]
    if not first or not best:
        return {}
    early = [matcher.embed(c.image, c.face) for c in first]
    good = [matcher.embed(c.image, c.face) for c in best]
    return dict(zip(RULES, (early[:1], early, good[:5], good, [matcher.pool(good)]), strict=True))


def _still(item: Item, engines: Engines, policy: VerificationPolicy) -> Iterator[FloatArray]:
    picture = item.path.lower().endswith(PICTURES)
    data = item.file.read_bytes() if picture else still_at(item.file, STILL_S)
    found = find_reference(data, engines.detector(), policy.match)
    if isinstance(found, Reference):
        yield engines.matcher(MatchEngine.SFACE).embed(found.image, found.face)


def _all_pairs(matcher: FaceMatcher, a: Sequence[FloatArray], b: Sequence[FloatArray]) -> Matrix:
    return np.array([[matcher.similarity(x, y) for y in b] for x in a])
