"""`make bench-match`: which engine or fusion tells people apart, and at which threshold; writes into docs/matching.md.

    python -m bench.verify.matching

The shared media lie in ONEVISIT_SHARED_DATA (default ../shared/data), folder ``face``. Where ONEVISIT_RESEARCH_FACES
names a folder of research media (``bench/verify/match_media.py``), all pictures in it are compared with each other and
the page is written; without it the tables are only printed, because the East Asian figures would be missing.
"""

import csv
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.verify.match_media import (
    RULES,
    ClipScores,
    Item,
    Matrix,
    Pictures,
    compare_clips,
    compare_pictures,
    find_items,
)
from services.certify.engines.loader import Engines, get_engines
from services.certify.engines.store import ModelStore
from services.certify.evaluation.statistics import Rate
from services.certify.policy import MatchEngine, VerificationPolicy
from services.certify.reference import Reference, find_reference

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "matching.md"
BEGIN, END = "<!-- measured by make bench-match -->", "<!-- end of what was measured -->"
SFACE, DLIB = MatchEngine.SFACE, MatchEngine.FACE_RECOGNITION
VETO: Final = 0.4
"""dlib's similarity below which it vetoes: the library's own default tolerance of 0.6."""


@dataclass(frozen=True)
class System:
    """An engine or a fusion: one score for two pictures, and thresholds to look at."""

    name: str
    score: Callable[[Matrix, Matrix], Matrix]
    """Of the similarities of SFace and of dlib."""
    thresholds: tuple[float, ...]


def systems(pictures: Pictures, policy: VerificationPolicy) -> list[System]:
    """Both engines and three fusions. Scores are normalised by the mean and spread of strangers in the shared set, so
    that no research picture takes part in making a score."""
    first, second = _pairs(pictures.items, lambda a, b: not (a.research or b.research) and _strangers(a, b))
    mean = {engine: float(alike[first, second].mean()) for engine, alike in pictures.alike.items()}
    spread = {engine: float(alike[first, second].std()) for engine, alike in pictures.alike.items()}

    def normal(engine: MatchEngine, scores: Matrix) -> Matrix:
        return (scores - mean[engine]) / spread[engine]

    strict = policy.match.face_recognition_threshold
    return [
        System("SFace", lambda s, d: s, (0.363, 0.40, 0.45, 0.50)),
        System("dlib", lambda s, d: d, (0.40, 0.50, 0.60, 0.62)),
        System("mean of both, normalised", lambda s, d: (normal(SFACE, s) + normal(DLIB, d)) / 2, (3.0, 3.5, 4.0)),
        System(f"SFace, and dlib ≥ {strict}", lambda s, d: np.where(d >= strict, s, -1.0), (0.363, 0.40, 0.45)),
        System(f"SFace, dlib vetoes < {VETO}", lambda s, d: np.where(d >= VETO, s, -1.0), (0.363, 0.40, 0.45)),
    ]


Chosen = Callable[[Item, Item], bool]
Index = tuple[np.ndarray, np.ndarray]


def _adults(a: Item, b: Item) -> bool:
    return a.genuine and b.genuine and "child" not in a.groups | b.groups


def _strangers(a: Item, b: Item) -> bool:
    return _adults(a, b) and a.identity != b.identity and "+" not in a.identity + b.identity


def _same(a: Item, b: Item) -> bool:
    return _adults(a, b) and a.identity == b.identity and ("young" in a.groups) == ("young" in b.groups)


GROUPS: Final[dict[str, Chosen]] = {
    "strangers, East Asian adults": lambda a, b: _strangers(a, b) and "east_asian" in a.groups & b.groups,
    "strangers, all others": lambda a, b: _strangers(a, b) and "east_asian" not in a.groups & b.groups,
    "one person, East Asian": lambda a, b: _same(a, b) and "east_asian" in a.groups,
    "one person, others": lambda a, b: _same(a, b) and "east_asian" not in a.groups,
    "one person, decades apart, both adult": lambda a, b: (
        _adults(a, b) and a.identity == b.identity and ("young" in a.groups) != ("young" in b.groups)
    ),
}
BESIDE: Final[dict[str, Chosen]] = {
    "strangers, a child among them": lambda a, b: (
        a.genuine and b.genuine and a.identity != b.identity and "child" in a.groups | b.groups
    ),
    "strangers, both children": lambda a, b: a.identity != b.identity and "child" in a.groups & b.groups,
    "one person, child and adult": lambda a, b: (
        a.genuine and b.genuine and a.identity == b.identity and ("child" in a.groups) != ("child" in b.groups)
    ),
    "attack (print or screen) against the same person": lambda a, b: (
        a.identity == b.identity and a.genuine != b.genuine
    ),
    "one person, 45–64": lambda a, b: _same(a, b) and a.age_band == b.age_band == "45–64",
    "one person, 65 and over": lambda a, b: _same(a, b) and a.age_band == b.age_band == "65 and over",
    "strangers, 65 and over": lambda a, b: _strangers(a, b) and a.age_band == b.age_band == "65 and over",
}


def main() -> None:
    """Compare, print, and write the page when the research media are there."""
    shared = Path(os.environ.get("ONEVISIT_SHARED_DATA", ROOT / "../shared/data")) / "face"
    if not (shared / "manifest.csv").is_file():
        sys.exit("The face media are not there: set ONEVISIT_SHARED_DATA to the folder that holds face/manifest.csv.")
    named = os.environ.get("ONEVISIT_RESEARCH_FACES")
    models, policy = ROOT / "var" / "models", VerificationPolicy()
    ModelStore(models).pull()
    engines = get_engines(models)
    items = find_items(shared, Path(named) if named else None)
    pictures = compare_pictures(items, engines, policy)
    clips = compare_clips(items, engines, policy)
    lines = list(_report(pictures, clips, policy, shared / "pairs.csv"))
    sys.stdout.write("\n".join(lines) + "\n\n" + "\n".join(_times(items, engines, policy)) + "\n")
    if not named:
        sys.stdout.write("docs/matching.md is not written: ONEVISIT_RESEARCH_FACES names no folder.\n")
        return
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + "\n".join([BEGIN, *lines, END]) + after, encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")


def _report(pictures: Pictures, clips: ClipScores, policy: VerificationPolicy, pairs: Path) -> Iterator[str]:
    people = {item.identity for item in pictures.items}
    asian = {item.identity for item in pictures.items if "east_asian" in item.groups}
    yield f"\n{len(pictures.items)} pictures of {len(people)} people, {len(asian)} of them East Asian, each with"
    yield f"every other; {pictures.unreadable} more pictures had no single face to take.\n"
    ways = systems(pictures, policy)
    yield from _errors(pictures, ways)
    yield from _where_zero(pictures, ways)
    yield from _groups(pictures, policy)
    yield from _worst(pictures)
    yield from _protocol(pictures, pairs)
    yield from _frames(clips)


def _errors(pictures: Pictures, ways: Sequence[System]) -> Iterator[str]:
    yield "### Engines and fusions\n"
    yield "Wrong decisions of all pairs of pictures, with Wilson 95 % intervals. Pairs of pictures of the same two"
    yield "people are not independent: *people* are the pairs of people (of one person: the people) with a wrong one.\n"
    yield "| system | threshold | " + " | ".join(GROUPS) + " |"
    yield "| --- " * (2 + len(GROUPS)) + "|"
    for way in ways:
        scores = way.score(pictures.alike[SFACE], pictures.alike[DLIB])
        for threshold in way.thresholds:
            cells = [_cell(pictures.items, scores, threshold, name, chosen) for name, chosen in GROUPS.items()]
            yield f"| {way.name} | {threshold} | " + " | ".join(cells) + " |"


def _cell(items: Sequence[Item], scores: Matrix, threshold: float, name: str, chosen: Chosen) -> str:
    first, second = _pairs(items, chosen)
    accepted = scores[first, second] >= threshold
    wrong = accepted if name.startswith(("strangers", "attack")) else ~accepted
    people = [tuple(sorted((items[a].identity, items[b].identity))) for a, b in zip(first, second, strict=True)]
    hurt = {who for who, bad in zip(people, wrong, strict=True) if bad}
    return f"{Rate.of(map(bool, wrong))}; people: {Rate.of(who in hurt for who in set(people))}"


def _where_zero(pictures: Pictures, ways: Sequence[System]) -> Iterator[str]:
    yield "\n### At the lowest threshold without a single wrong match of adults\n"
    yield "| system | highest East Asian strangers | other strangers | one person, not matched | decades apart |"
    yield "| --- | --- | --- | --- | --- |"
    names = list(GROUPS)
    for way in ways:
        scores = way.score(pictures.alike[SFACE], pictures.alike[DLIB])
        east, other, own, own_other, apart = (scores[_pairs(pictures.items, GROUPS[name])] for name in names)
        top, same = max(_highest(east), _highest(other)), np.concatenate([own, own_other])
        yield (
            f"| {way.name} | {_highest(east):.3f} | {_highest(other):.3f} | {Rate.of(map(bool, same <= top))} |"
            f" {Rate.of(map(bool, apart <= top))} |"
        )


def _groups(pictures: Pictures, policy: VerificationPolicy) -> Iterator[str]:
    yield "\n### Beside it: children, attacks, age bands\n"
    yield "At the thresholds of the policy. Wrong is a match of strangers or of an attack, or no match of one person."
    yield "A matcher accepts nearly every attack that shows the right person: it cannot refuse them, liveness has to.\n"
    yield "| group | SFace | dlib |"
    yield "| --- | --- | --- |"
    for name, chosen in BESIDE.items():
        cells = [_cell(pictures.items, pictures.alike[e], policy.match.threshold(e), name, chosen) for e in MatchEngine]
        yield f"| {name} | " + " | ".join(cells) + " |"


def _worst(pictures: Pictures) -> Iterator[str]:
    yield "\n### The most alike strangers, adults\n"
    yield "| SFace | dlib | who |"
    yield "| --- | --- | --- |"
    for engine in MatchEngine:
        first, second = _pairs(pictures.items, _strangers)
        seen: set[tuple[str, ...]] = set()
        for k in np.argsort(-pictures.alike[engine][first, second]):
            a, b = first[k], second[k]
            who = tuple(sorted((pictures.items[a].identity, pictures.items[b].identity)))
            if who not in seen:
                yield f"| {pictures.alike[SFACE][a, b]:.3f} | {pictures.alike[DLIB][a, b]:.3f} | {' / '.join(who)} |"
                seen.add(who)
            if len(seen) == 4:
                break


def _protocol(pictures: Pictures, pairs: Path) -> Iterator[str]:
    """As LFW reports: ten folds, the threshold of each chosen on the nine others."""
    place = {item.path: k for k, item in enumerate(pictures.items) if not item.research}
    rows = [r for r in csv.DictReader(pairs.open(encoding="utf-8")) if r["a"] in place and r["b"] in place]
    yield f"\n### The shared pairs, by the protocol of LFW ({len(rows)} pairs of stills)\n"
    yield "Ten folds, the threshold of each chosen on the nine others. People stand in several folds: flattering.\n"
    same = np.array([row["same"] == "1" for row in rows])
    fold = np.empty(len(rows), dtype=int)
    for kind in (True, False):
        fold[same == kind] = np.arange(int((same == kind).sum())) % 10
    for engine in MatchEngine:
        scores = np.array([pictures.alike[engine][place[r["a"]], place[r["b"]]] for r in rows])
        right = []
        for number in range(10):
            rest = fold != number
            right_at = [float(((scores[rest] >= at) == same[rest]).mean()) for at in sorted(scores[rest])]
            best = sorted(scores[rest])[int(np.argmax(right_at))]
            right.append(float(((scores[~rest] >= best) == same[~rest]).mean()))
        error = np.std(right, ddof=1) / np.sqrt(10)
        yield f"- {engine}: {np.mean(right):.1%} right, standard error {error:.1%}"


def _frames(clips: ClipScores) -> Iterator[str]:
    yield "\n### Which frames of a clip\n"
    yield "SFace; each genuine clip against stills of adults and one still of every other clip.\n"
    yield "| frames | one person, two recordings: lowest | mean | strangers: highest | East Asian strangers: highest |"
    yield "| --- | --- | --- | --- | --- |"
    for rule in RULES:
        same, different = clips.same[rule], clips.different[rule]
        asian = [score for score, both in different if both]
        yield (
            f"| {rule} | {min(same):.3f} (n {len(same)}) | {np.mean(same):.3f} |"
            f" {max(score for score, _ in different):.3f} (n {len(different)}; {clips.worst[rule]}) |"
            f" {max(asian, default=float('nan')):.3f} (n {len(asian)}) |"
        )


def _times(items: Sequence[Item], engines: Engines, policy: VerificationPolicy) -> Iterator[str]:
    """CPU time of one template and of one comparison; printed, not written: it differs from run to run."""
    data = next(item.file.read_bytes() for item in items if item.path.lower().endswith(".jpg"))
    found = find_reference(data, engines.detector(), policy.match)
    assert isinstance(found, Reference)
    for engine in MatchEngine:
        matcher = engines.matcher(engine)
        began = time.process_time()
        made = [matcher.embed(found.image, found.face) for _ in range(20)]
        template = (time.process_time() - began) / 20
        began = time.process_time()
        for one in made * 50:
            matcher.similarity(one, made[0])
        comparison = (time.process_time() - began) / (50 * len(made))
        yield f"{engine}: {1e3 * template:.1f} ms a template, {1e6 * comparison:.1f} µs a comparison"


def _pairs(items: Sequence[Item], chosen: Chosen) -> Index:
    found = [(a, b) for a in range(len(items)) for b in range(a) if chosen(items[a], items[b])]
    pairs = np.array(found, dtype=int).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _highest(scores: Matrix) -> float:
    return float(scores.max(initial=-1.0))


if __name__ == "__main__":
    main()
