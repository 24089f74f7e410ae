"""Compares the pairs of pictures with every engine: wrong matches and wrong non-matches, and the whole DET curve."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.verification import Reason
from services.certify.engines.arrays import FloatArray
from services.certify.engines.loader import Engines
from services.certify.evaluation.looks import still_at
from services.certify.evaluation.manifest import GENUINE, Folder, Media, Pair
from services.certify.evaluation.statistics import DetPoint, Rate, det_points, equal_error
from services.certify.policy import MatchEngine, MatchPolicy
from services.certify.reference import Reference, find_reference

CROSS_AGE = "cross_age"
"""A pair whose ``kind`` begins so is reported apart: pictures at least ten years from each other."""

_STILL_S = 1.0
"""A clip in a pair stands for its frame at this second: after the camera has set its light."""


@dataclass(frozen=True)
class Compared:
    """Pairs of one engine and group, at the threshold of the policy."""

    engine: str
    group: str
    threshold: float
    fmr: Rate
    fnmr: Rate
    not_comparable: dict[str, int]
    """How many pairs had a picture that the engine could not read, per reason."""
    equal_error: DetPoint | None = None
    det: list[DetPoint] = field(default_factory=list)


def compare_pairs(
    folder: Folder, engines: Engines, policy: MatchPolicy, tell: Callable[[str], None] = lambda _: None
) -> list[Compared]:
    """Each engine over all pairs; groups: all, each kind of pair, and each age band that both pictures share.

    Pairs with a picture that is an attack (the same person on paper or on a screen) are not errors of matching: they
    form the group ``attack`` and are left out of the others.
    """
    found: list[Compared] = []
    for engine in MatchEngine:
        tell(f"pairs, {engine}")
        templates = _Templates(folder, engines, engine, policy)
        scored = [(pair, templates.compare(pair)) for pair in folder.pairs]
        found += _groups(folder, engine, policy.threshold(engine), scored)
    return found


class _Templates:
    """The template of each picture, made once for an engine."""

    def __init__(self, folder: Folder, engines: Engines, engine: MatchEngine, policy: MatchPolicy) -> None:
        self._folder, self._policy = folder, policy
        self._detector, self._matcher = engines.detector(), engines.matcher(engine)
        self._made: dict[str, FloatArray | Reason] = {}

    def compare(self, pair: Pair) -> float | Reason:
        """How alike the two are, or why that cannot be said."""
        a, b = self._template(pair.a), self._template(pair.b)
        if isinstance(a, Reason):
            return a
        return b if isinstance(b, Reason) else self._matcher.similarity(a, b)

    def _template(self, path: str) -> FloatArray | Reason:
        if path not in self._made:
            media, file = self._folder.media.get(path), self._folder.file(path)
            data = still_at(file, _STILL_S) if media is not None and media.video else file.read_bytes()
            found = find_reference(data, self._detector, self._policy)
            if isinstance(found, Reference):
                self._made[path] = self._matcher.embed(found.image, found.face)
            else:
                self._made[path] = found
        return self._made[path]


def _groups(
    folder: Folder, engine: MatchEngine, threshold: float, scored: list[tuple[Pair, float | Reason]]
) -> list[Compared]:
    groups: dict[str, list[tuple[Pair, float | Reason]]] = {"all": []}
    for pair, score in scored:
        sides = [folder.media.get(pair.a), folder.media.get(pair.b)]
        if any(side is not None and side.species != GENUINE for side in sides):
            groups.setdefault("attack", []).append((pair, score))
            continue
        if pair.kind.startswith(CROSS_AGE):
            groups.setdefault(CROSS_AGE, []).append((pair, score))
        names = ["all", f"kind: {pair.kind}", *_band(sides)]
        for name in names:
            groups.setdefault(name, []).append((pair, score))
    return [_compared(engine, name, threshold, rows) for name, rows in groups.items()]


def _band(sides: list[Media | None]) -> list[str]:
    bands = {side.age_band for side in sides if side is not None}
    return [f"age: {bands.pop()}"] if len(bands) == 1 and None not in sides else []


def _compared(engine: MatchEngine, group: str, threshold: float, rows: list[tuple[Pair, float | Reason]]) -> Compared:
    same = [score for pair, score in rows if pair.same and not isinstance(score, Reason)]
    different = [score for pair, score in rows if not pair.same and not isinstance(score, Reason)]
    points = det_points(same, different)
    return Compared(
        engine=engine,
        group=group,
        threshold=threshold,
        fmr=Rate.of(score >= threshold for score in different),
        fnmr=Rate.of(score < threshold for score in same),
        not_comparable=dict(sorted(Counter(str(score) for _, score in rows if isinstance(score, Reason)).items())),
        equal_error=equal_error(points),
        det=points if group in ("all", CROSS_AGE) else [],
    )
