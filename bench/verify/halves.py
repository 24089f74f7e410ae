"""What comparing halves of faces tells: a part of one person's photo drawn over another's face, and genuine pictures.

    python -m bench.verify.halves     # 10 minutes; ONEVISIT_RESEARCH_FACES as in match_media

Single pictures: the best frame of each genuine clip wears parts of other people's photos, in every manner. It is
compared with the photo itself, the most favourable reference that an attacker can have. Only what the matcher takes
for one person counts.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
import typer

from bench.verify.drawn_over import Manner, Part, drawn_over
from bench.verify.match_media import CLIP_SECONDS, PICTURES, Item, find_items
from bench.verify.photo_warps import fitted
from services.certify.candidate import Candidate
from services.certify.decode.reader import Clip
from services.certify.engines.loader import Engines, get_engines
from services.certify.matching import halves_apart
from services.certify.observe import Observer
from services.certify.policy import VerificationPolicy
from services.certify.reference import Reference, find_reference

ROOT: Final = Path(__file__).resolve().parents[2]
PARTS: Final = tuple(part for part in Part if part is not Part.WHOLE)
_VICTIMS: Final = 14
"""People whose photo is drawn, evenly from all that there are."""


@dataclass(frozen=True)
class Shown:
    """A picture of somebody, or the best frame of a clip."""

    identity: str
    seen: Candidate | Reference
    moving: bool


@dataclass(frozen=True)
class Pair:
    """Two pictures that are compared: how alike they are, and where that is doubted how far their halves are apart."""

    score: float
    apart: float | None


def main() -> None:
    """Print both tables."""
    shared = Path(os.environ.get("ONEVISIT_SHARED_DATA", ROOT.parent / "shared" / "data")) / "face"
    research = os.environ.get("ONEVISIT_RESEARCH_FACES")
    engines, policy = get_engines(ROOT / "var" / "models"), VerificationPolicy()
    people = list(_people(find_items(shared, Path(research) if research else None), engines, policy))
    genuine = {
        "two pictures of one person": list(_same(people, engines, policy, moving=False)),
        "a clip, and a picture or clip of that person": list(_same(people, engines, policy, moving=True)),
    }
    typer.echo("| genuine | taken by the matcher | of these doubted | furthest apart, share of the score | told |")
    typer.echo("| --- | --- | --- | --- | --- |")
    for name, pairs in genuine.items():
        typer.echo(f"| {name} | {len(pairs)} | {_counted(pairs, policy)} |")
    typer.echo("\n| drawn | pictures | taken by the matcher | told |\n| --- | --- | --- | --- |")
    for part in PARTS:
        worn = list(_worn(people, part, engines, policy))
        taken = [pair for pair in worn if pair.score >= policy.match.sface_threshold]
        typer.echo(f"| {part} | {len(worn)} | {len(taken)} | {sum(_told(pair, policy) for pair in taken)} |")


def _people(items: Sequence[Item], engines: Engines, policy: VerificationPolicy) -> Iterator[Shown]:
    for item in items:
        identity = item.identity.rstrip("?")
        if not item.genuine or "+" in identity or "elders" in identity:
            continue
        if item.path.lower().endswith(PICTURES):
            found = find_reference(item.file.read_bytes(), engines.detector(), policy.match)
            if isinstance(found, Reference):
                yield Shown(identity, found, moving=False)
            continue
        observer = Observer(engines, policy)
        for frame in Clip(item.file.read_bytes(), policy.decode, policy.decode.sample_fps, 0.0, CLIP_SECONDS).frames():
            observer.look(frame)
        observer.end()
        frontal = [frame for frame in observer.best_frames() if abs(frame.yaw) <= policy.match.max_yaw_deg]
        if frontal:
            yield Shown(identity, max(frontal, key=lambda frame: frame.worth), moving=True)
        typer.echo(item.path, err=True)


def _same(people: Sequence[Shown], engines: Engines, policy: VerificationPolicy, *, moving: bool) -> Iterator[Pair]:
    """Pairs of one person that the matcher takes, with a clip in them or without."""
    for one, other in combinations(people, 2):
        if one.identity == other.identity and moving == (one.moving or other.moving):
            pair = _compared(one.seen, other.seen, engines, policy)
            if pair.score >= policy.match.sface_threshold:
                yield pair


def _worn(people: Sequence[Shown], part: Part, engines: Engines, policy: VerificationPolicy) -> Iterator[Pair]:
    """That part of other people's photos over the face of each clip."""
    photos = list({one.identity: one for one in people if not one.moving}.values())
    photos = [photos[at] for at in np.unique(np.linspace(0, len(photos) - 1, _VICTIMS).astype(int))]
    for wearer in (one for one in people if one.moving):
        for photo in (one for one in photos if one.identity != wearer.identity):
            for manner in Manner:
                (worn,) = drawn_over([fitted(wearer.seen.image)], photo.seen.image, manner, engines, part)
                faces = engines.detector().detect(worn)
                if faces:
                    yield _compared(Reference(worn, faces[0]), photo.seen, engines, policy)


def _compared(
    one: Candidate | Reference, other: Candidate | Reference, engines: Engines, policy: VerificationPolicy
) -> Pair:
    matcher, limits = engines.sface(), policy.match
    score = matcher.similarity(matcher.embed(one.image, one.face), matcher.embed(other.image, other.face))
    doubted = limits.sface_threshold <= score < limits.halves_below
    return Pair(score, halves_apart(matcher, one, other) if doubted else None)


def _counted(pairs: Sequence[Pair], policy: VerificationPolicy) -> str:
    shares = sorted((pair.apart / pair.score for pair in pairs if pair.apart is not None), reverse=True)
    furthest = ", ".join(f"{share:.2f}" for share in shares[:3])
    return f"{len(shares)} | {furthest} | {sum(_told(pair, policy) for pair in pairs)}"


def _told(pair: Pair, policy: VerificationPolicy) -> bool:
    return pair.apart is not None and pair.apart > policy.match.max_halves_apart * pair.score


if __name__ == "__main__":
    main()
