"""How many cross-faded and mirrored sessions the cues find, and whom they suspect besides: many of them, with
parameters by chance, from every person of the shared clips who is filmed long enough.

    python -m bench.verify.joins [--draws 3] [--seed 1]

Two pieces of one recording are drawn and faded into each other: anywhere, and where of twelve places the two pictures
are most alike, as a careful attacker would do. Beside them stand the genuine recordings, as they are and as hard use
leaves them. Nothing is fitted. The figures stand in docs/pad.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from os import environ
from pathlib import Path
from typing import Annotated, Final

import cv2
import numpy as np
import typer

from bench.verify.derive_presented import faded
from bench.verify.films import FPS, encode, read
from bench.verify.photo_warps import Film, fitted, mirrored
from bench.verify.report import LABELS, ROOT
from bench.verify.seen_before import Part, parts_of
from schemas.verification import CueName
from services.certify.domain.pad import judge_cues
from services.certify.engines.arrays import Image
from services.certify.evaluation.manifest import GENUINE, Folder
from services.certify.policy import VerificationPolicy
from services.certify.verify import Clock, Verifier

_PLACES: Final = 12
"""Places of a join among which a careful attacker chooses."""
_PIECE_S: Final = (1.4, 2.8)
"""Length of each piece."""
_FADE_S: Final = (0.16, 0.56)
"""Length of a fade."""
_MIRRORED: Final = 0.3
"""Share of the joins that is mirrored as well."""
_TRIES: Final = 50
_HARD, _USUAL = 38, 18
"""Quantisers (CRF) of libx264: what a messenger leaves on a poor line, and what ``derive`` uses."""
_AVERAGED: Final = 4
"""Pictures of which a camera in a dark room makes one: 0.16 s."""


@dataclass(frozen=True)
class Case:
    """One clip."""

    kind: str
    film: Film
    crf: int = _USUAL


def main(
    draws: Annotated[int, typer.Option(help="Joins of each kind from each clip.")] = 3,
    seed: Annotated[int, typer.Option()] = 1,
) -> None:
    """Print the table as Markdown."""
    shared = Path(environ.get("ONEVISIT_SHARED_DATA", ROOT.parent / "shared" / "data")) / "face"
    policy = VerificationPolicy()
    verifier = Verifier(policy, ROOT / "var" / "models")
    parts = sorted(parts_of(Folder(shared / "manifest.csv", LABELS)), key=lambda part: (part.path, part.from_s))
    found: dict[str, list[frozenset[CueName]]] = {}
    people = {part.identity for part in parts}
    for number, (path, group) in enumerate(groupby(parts, key=lambda part: part.path)):
        films = [_film(shared, part) for part in group]
        for case in make(films, draws, np.random.default_rng([seed, number])):
            seen = verifier.see(encode(case.film, crf=case.crf), policy.decode.sample_fps, (0.0, None), Clock())
            cues = judge_cues(seen.cues, policy.pad)
            found.setdefault(case.kind, []).append(frozenset(name for name, cue in cues.items() if not cue.passed))
        typer.echo(f"{path}: {len(films)}", err=True)
    typer.echo(f"{len(parts)} genuine parts of {len(people)} people, seed {seed}.\n")
    typer.echo("| clips | n | blended | jumped | another cue | no cue speaks |\n| --- | --- | --- | --- | --- | --- |")
    for kind, spoken in found.items():
        told = [sum(name in one for one in spoken) for name in (CueName.BLENDED, CueName.JUMPED)]
        other = sum(bool(one - {CueName.BLENDED, CueName.JUMPED}) for one in spoken)
        silent = sum(not one for one in spoken)
        typer.echo(f"| {kind} | {len(spoken)} | {told[0]} | {told[1]} | {other} | {silent} |")


def make(films: Sequence[Film], draws: int, chance: np.random.Generator) -> Iterator[Case]:
    """The genuine parts of one clip, each in several ways, and pieces of them joined."""
    for film in films:
        yield Case(GENUINE, film)
        yield Case(f"{GENUINE}, compressed hard (CRF {_HARD})", film, _HARD)
        yield Case(f"{GENUINE}, in an unsteady hand", _unsteady(film, chance))
        yield Case(f"{GENUINE}, each picture the mean of {_AVERAGED}", _averaged(film))
        yield Case("mirrored", mirrored(film))
    for _ in range(draws):
        for kind, places in (("anywhere", 1), ("where most alike", _PLACES)):
            drawn = [pieces for pieces in (_drawn(films, chance) for _ in range(places)) if pieces is not None]
            if drawn:
                _, one, other, frames = min(drawn, key=lambda pieces: pieces[0])
                joined = faded(one, other, frames)
                yield Case(f"cross-faded {kind}", mirrored(joined) if chance.random() < _MIRRORED else joined)


def _film(shared: Path, part: Part) -> Film:
    return [fitted(picture) for picture in read(shared / part.path, part.from_s, part.to_s)]


def _drawn(films: Sequence[Film], chance: np.random.Generator) -> tuple[float, Film, Film, int] | None:
    """Two pieces with nothing in common, of which the second is not what came next: how far apart the pictures in the
    middle of the fade are, both pieces, and the frames of the fade."""
    frames = int(FPS * chance.uniform(*_FADE_S))
    for _ in range(_TRIES):
        pieces = []
        for at in chance.integers(0, len(films), 2):
            length = int(FPS * chance.uniform(*_PIECE_S))
            start = int(chance.integers(0, max(1, len(films[at]) - length)))
            pieces.append((int(at), start, min(start + length, len(films[at]))))
        (film, start, end), (other, begin, stop) = pieces
        if film == other and max(start, begin) < min(end, stop) + (FPS // 2 if begin >= end else 0):
            continue
        one, two = films[film][start:end], films[other][begin:stop]
        return _apart(one[-(frames // 2)], two[frames // 2]), one, two, frames
    return None


def _apart(one: Image, other: Image) -> float:
    small = [cv2.resize(picture, (64, 48), interpolation=cv2.INTER_AREA).astype(np.float32) for picture in (one, other)]
    return float(np.sqrt(np.square(small[0] - small[1]).mean()))


def _unsteady(film: Film, chance: np.random.Generator) -> Film:
    """As in a hand that trembles by some pixels and is corrected."""
    moved, speed, place = [], np.zeros(2), np.zeros(2)
    for picture in film:
        speed = 0.85 * speed + chance.normal(0, 1.0, 2)
        place = 0.95 * place + speed
        matrix = np.array([[1.0, 0.0, place[0]], [0.0, 1.0, place[1]]])
        size = (picture.shape[1], picture.shape[0])
        moved.append(np.asarray(cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REFLECT), dtype=np.uint8))
    return moved


def _averaged(film: Film) -> Film:
    return [
        np.asarray(np.mean(film[max(0, at - _AVERAGED + 1) : at + 1], axis=0), dtype=np.uint8)
        for at in range(len(film))
    ]


if __name__ == "__main__":
    typer.run(main)
