"""`make calibrate-pad`: measures every liveness net and cue on labelled media and writes docs/pad-calibration.md.

    python -m bench.verify.calibrate                       # the shared face media and the clips derived from them
    python -m bench.verify.calibrate FOLDER/manifest.csv   # any folder with the columns of `onevisit evaluate`

Nothing is trained and nothing is fitted: the page shows, for each measure, where genuine clips and each species lie,
and where the threshold of the policy stands between them. Research stills that may not be passed on are measured when
ONEVISIT_RESEARCH_DATA names their folder (``index.csv``: path, repo, genuine_or_attack); only figures are kept.
"""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from os import environ
from pathlib import Path
from typing import Annotated, Final

import cv2
import numpy as np
import typer

from bench.verify.report import LABELS, ROOT
from schemas.verification import MeasureName, PadResult, Trace
from services.certify.cues.border import straight_sides
from services.certify.cues.moire import spectral_peak
from services.certify.cues.pixel_grid import pixel_grid
from services.certify.cues.surface import measure_surface
from services.certify.domain.observation import ClipCues
from services.certify.domain.pad import judge_cues
from services.certify.engines.arrays import Image
from services.certify.engines.loader import Engines, get_engines
from services.certify.engines.lock import Role, read_lock
from services.certify.engines.ports import FaceBox
from services.certify.evaluation.looks import SWINGS, Looker
from services.certify.evaluation.manifest import GENUINE, Folder, species_of
from services.certify.evaluation.trials import labels_of
from services.certify.observe import SMALL_SIDE
from services.certify.policy import VerificationPolicy

MODELS: Final = ROOT / "var" / "models"
PAGE: Final = ROOT / "docs" / "pad-calibration.md"
SEED: Final = 1
_DRAWS: Final = 1000
BOTH: Final = "nets and cues"
_FEW: Final = frozenset({MeasureName.BORDER, MeasureName.HIGHLIGHTS})
"""Reported measures of which attacks are expected to have more."""


@dataclass(frozen=True)
class Measured:
    """One clip part or still: its species and a number for each measure; larger speaks for a genuine face."""

    species: str
    values: dict[str, float]
    passed: dict[str, bool]
    traces: tuple[Trace, ...] | None = None
    """Programs that named themselves in the file; null for a still."""


@dataclass(frozen=True)
class Source:
    """A set of media, with what is known of the right to use it."""

    name: str
    licences: dict[str, int]
    measured: list[Measured]


def main(
    manifest: Annotated[Path | None, typer.Argument(help="manifest.csv; default: the shared face media.")] = None,
    page: Annotated[Path | None, typer.Option(help="Where to write; default docs/pad-calibration.md.")] = None,
) -> None:
    """Measure, print, write the page."""
    policy = VerificationPolicy()
    shared = Path(environ.get("ONEVISIT_SHARED_DATA", ROOT.parent / "shared" / "data")) / "face"
    with tempfile.TemporaryDirectory() as scratch:
        sources = [_clips("clips of the manifest", manifest or shared / "manifest.csv", manifest, policy)]
        if manifest is None:
            derive = [sys.executable, "-m", "bench.verify.derive", str(shared), scratch, "--seed", str(SEED)]
            subprocess.run(derive, check=True, cwd=ROOT)
            made = Path(scratch) / "manifest.csv"
            sources.append(_clips(f"clips derived from them, seed {SEED}", made, made, policy))
    research = environ.get("ONEVISIT_RESEARCH_DATA")
    if research:
        sources += _stills(Path(research), get_engines(MODELS), policy)
    text = "\n".join(_page(sources, policy)) + "\n"
    (page or PAGE).write_text(text, encoding="utf-8")
    typer.echo(text)


def _clips(name: str, manifest: Path, own: Path | None, policy: VerificationPolicy) -> Source:
    """Every labelled part once, as `make report-verify` looks at it: what that has looked at is not looked at again."""
    folder = Folder(manifest, None if own else LABELS)
    looker = Looker(folder, policy, MODELS, MODELS.parent / "evaluation")
    measured, done = [], set()
    for label in labels_of(folder):
        part = (label.from_s, label.to_s)
        if (label.media.path, part) in done:
            continue
        done.add((label.media.path, part))
        found = looker.look(label.media.path, label.media.sha256, part, SWINGS, label.reference)
        pad = found.pad
        measured.append(Measured(label.media.species, _values(pad), _passed(pad), found.quality.traces))
        typer.echo(f"{label.media.path} {part[0]:g}: {measured[-1].values}", err=True)
    with manifest.open(encoding="utf-8-sig", newline="") as file:
        words = [row.get("licence", "") or "not stated" for row in csv.DictReader(file) if row["kind"] == "video"]
    return Source(name, _counted(words), measured)


def _stills(folder: Path, engines: Engines, policy: VerificationPolicy) -> Iterator[Source]:
    """Nets and what a single picture shows, one source a repository; pictures without a face are left out."""
    rows: dict[str, list[Measured]] = {}
    with (folder / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            image = cv2.imread(str(folder / row["path"]))
            faces = [] if image is None else engines.detector().detect(image.astype(np.uint8, copy=False))
            if image is None or not faces:
                continue
            picture = image.astype(np.uint8, copy=False)
            values = {net.name: net.live_score(picture, faces[0]) for net in engines.liveness_nets()}
            lowest = min(values.values())
            passed = {name: value >= policy.pad.threshold for name, value in values.items()}
            values["lowest net"], passed["lowest net"] = lowest, lowest >= policy.pad.threshold
            peak = spectral_peak(picture, faces[0])
            if peak is not None:
                values["moire"], passed["moire"] = peak, peak <= policy.pad.max_moire
            grid = pixel_grid(picture, faces[0])
            if grid is not None:
                values["grid"], passed["grid"] = grid, grid <= policy.pad.max_grid
            values |= _reported(picture, faces[0])
            rows.setdefault(row["repo"], []).append(Measured(species_of(row["genuine_or_attack"]), values, passed))
    for repo, found in rows.items():
        if any(one.species != GENUINE for one in found):
            yield Source(f"stills, {repo}", {"not to be passed on; figures only": len(found)}, found)


def _reported(picture: Image, face: FaceBox) -> dict[str, float]:
    """What the observer measures at each look, of one picture."""
    scale = SMALL_SIDE / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    surface = measure_surface(picture, face)
    return {
        str(MeasureName.BORDER): float(straight_sides(grey, face, scale)),
        str(MeasureName.HIGHLIGHTS): surface.highlights,
        str(MeasureName.COLOUR): surface.colour,
    }


def _values(pad: PadResult) -> dict[str, float]:
    found = dict(pad.scores)
    if pad.score is not None:
        found["lowest net"] = pad.score
    found |= {str(name): cue.score for name, cue in pad.cues.items() if cue.score is not None}
    return found | {str(name): value for name, value in pad.reported.items()}


def _passed(pad: PadResult) -> dict[str, bool]:
    nets = {name: score >= pad.threshold for name, score in pad.scores.items()}
    cues = {str(name): cue.passed for name, cue in pad.cues.items()}
    return nets | cues | {"lowest net": (pad.score or 0.0) >= pad.threshold, BOTH: pad.passed}


def _page(sources: list[Source], policy: VerificationPolicy) -> Iterator[str]:
    yield "# Where the liveness thresholds stand\n"
    yield "Made by `make calibrate-pad`; do not edit. What the measures are: [pad.md](pad.md)."
    yield f"Policy `{policy.version}`, seed {SEED} (derived clips, bootstrap of {_DRAWS} draws). Nothing was trained.\n"
    yield "*refused* counts what the threshold refuses, of those that could be measured. AUC: the chance that a genuine"
    yield "clip scores on the genuine side of an attack, with a bootstrap 95 % interval; below 5 of either it is left"
    yield "out. Several parts of one clip are not independent, so the intervals are too narrow. What is *reported* has"
    yield "no threshold: no value has the attacks on one side and every genuine clip on the other. Its AUC takes few"
    yield "straight edges, few highlights, much variety of colour and a strong pulse for genuine.\n"
    bounds = judge_cues(ClipCues(), policy.pad)
    for source in sources:
        yield f"## {source.name}\n"
        yield (
            "Licences as stated by the sources: " + ", ".join(f"{k} ({v})" for k, v in source.licences.items()) + ".\n"
        )
        yield "| measure | genuine lies | species | n | lowest | median | highest | refused | AUC |"
        yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
        for name in _names(source.measured):
            cue = next((cue for key, cue in bounds.items() if key == name), None)
            at_most = cue.bound == "at_most" if cue is not None else name in _FEW
            threshold = policy.pad.threshold if cue is None else cue.threshold
            side = "reported" if name in set(MeasureName) else f"{'≤' if at_most else '≥'} {threshold:g}"
            yield from _rows(name, side, source.measured, -1.0 if at_most else 1.0)
        yield ""
        yield from _traces(source, policy)
    yield "## Nets and cues together\n"
    yield "| media | species | n | refused by nets or cues |"
    yield "| --- | --- | --- | --- |"
    for source in sources:
        for species in _species(source.measured):
            known = [m.passed[BOTH] for m in source.measured if m.species == species and BOTH in m.passed]
            if known:
                yield f"| {source.name} | {species} | {len(known)} | {len(known) - sum(known)} |"
    yield "\n## Models\n"
    for pin in read_lock():
        if pin.role is Role.LIVENESS:
            yield f"- `{pin.name}`, {pin.licence}, SHA-256 `{pin.sha256}`"


def _traces(source: Source, policy: VerificationPolicy) -> Iterator[str]:
    """How many files of each species name a program of each kind."""
    if all(one.traces is None for one in source.measured):
        return
    yield "Programs that named themselves in the files (several parts of one file count as often):\n"
    yield "| species | n | " + " | ".join(Trace) + " | none |"
    yield "| --- | --- | " + "--- | " * (len(Trace) + 1)
    yield (
        "| *goes to a reviewer* | | "
        + " | ".join("yes" if t in policy.pad.refused_traces else "" for t in Trace)
        + " | |"
    )
    for species in _species(source.measured):
        found = [one.traces for one in source.measured if one.species == species and one.traces is not None]
        counts = [sum(trace in traces for traces in found) for trace in Trace]
        yield f"| {species} | {len(found)} | {' | '.join(map(str, counts))} | {sum(not traces for traces in found)} |"
    yield ""


def _rows(name: str, side: str, measured: list[Measured], sign: float) -> Iterator[str]:
    genuine = [sign * m.values[name] for m in measured if m.species == GENUINE and name in m.values]
    for species in _species(measured):
        rows = [m for m in measured if m.species == species and name in m.values]
        if not rows:
            continue
        values = np.array([m.values[name] for m in rows])
        refused = sum(not m.passed[name] for m in rows) if name in rows[0].passed else ""
        auc = "" if species == GENUINE else _auc(genuine, [sign * float(v) for v in values])
        spread = " | ".join(f"{v:.2f}" for v in (values.min(), np.median(values), values.max()))
        yield f"| {name} | {side} | {species} | {len(rows)} | {spread} | {refused} | {auc} |"


def _auc(genuine: list[float], attacks: list[float]) -> str:
    if min(len(genuine), len(attacks)) < 5:
        return ""
    chance = np.random.default_rng(SEED)
    a, b = np.array(genuine), np.array(attacks)
    wins = (a[:, None] > b[None]) + 0.5 * (a[:, None] == b[None])
    rows, columns = len(a), len(b)
    drawn = [
        wins[chance.integers(rows, size=rows)][:, chance.integers(columns, size=columns)].mean() for _ in range(_DRAWS)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{wins.mean():.2f} ({low:.2f}–{high:.2f})"


def _names(measured: list[Measured]) -> list[str]:
    return list(dict.fromkeys(name for m in measured for name in m.values))


def _species(measured: list[Measured]) -> list[str]:
    return sorted({m.species for m in measured}, key=lambda species: (species != GENUINE, species))


def _counted(words: Iterable[str]) -> dict[str, int]:
    listed = list(words)
    return {word: listed.count(word) for word in sorted(set(listed))}


if __name__ == "__main__":
    typer.run(main)
