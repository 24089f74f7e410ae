"""Part of `make calibrate-pad`: how alike copies of a recording move to it, and how alike other performances do; writes
docs/seen-before.md's table.

    python -m bench.verify.seen_before

Nothing is trained and nothing is fitted. Copies are made by the recipes below, from the genuine parts of the shared
clips; reused sessions are those of ``derive``. Other performances: every two different parts of one person, every two
of different people, and the halves of each part.
"""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from os import environ
from pathlib import Path
from typing import Annotated, Final

import av
import cv2
import numpy as np
import typer

from bench.verify.derive import reused
from bench.verify.films import FPS, encode, read
from bench.verify.photo_warps import Film, fitted, mirrored
from bench.verify.report import LABELS, ROOT
from schemas.verification import SeenBefore
from services.certify.domain.motion import RATE, Motion, compare_motion, moves_enough
from services.certify.engines.arrays import Image
from services.certify.evaluation.manifest import GENUINE, Folder
from services.certify.policy import VerificationPolicy
from services.certify.verify import Verifier

PAGE: Final = ROOT / "docs" / "seen-before.md"
BEGIN, END = "<!-- figures: python -m bench.verify.seen_before -->", "<!-- end of figures -->"
_LONGEST_S: Final = 8.0
_SHORTEST_S: Final = 3.5


@dataclass(frozen=True)
class Recipe:
    """What is done to the pictures of a copy."""

    crf: int = 28
    scale: float = 1.0
    every: int = 1
    """Of so many pictures one is kept."""
    speed: float = 1.0
    crop: float = 0.0
    """Share of each side that is cut away."""
    turned: float = 0.0
    """Degrees."""
    mirrored: bool = False
    skipped_s: float = 0.0
    """Left out at the beginning."""


RECIPES: Final = {
    "compressed anew (CRF 28), 0.7 times the size, half the pictures, 0.7 s cut off": Recipe(
        scale=0.7, every=2, skipped_s=0.7
    ),
    "mirrored, CRF 28": Recipe(mirrored=True),
    "5 % faster, cropped by 4 %, turned by 2°, CRF 28": Recipe(speed=1.05, crop=0.04, turned=2.0),
}


@dataclass
class Class:
    """What was found in one class of pairs."""

    likeness: list[float] = field(default_factory=list)
    untold: int = 0

    def add(self, found: SeenBefore) -> None:
        """One pair."""
        if found.likeness is None:
            self.untold += 1
        else:
            self.likeness.append(found.likeness)


@dataclass(frozen=True)
class Part:
    """A genuine part of a clip."""

    path: str
    identity: str
    from_s: float
    to_s: float


def main(page: Annotated[Path, typer.Option(help="Where the table stands.")] = PAGE) -> None:
    """Measure, print, and put the table in its place on the page."""
    policy = VerificationPolicy()
    verifier = Verifier(policy, ROOT / "var" / "models")
    shared = Path(environ.get("ONEVISIT_SHARED_DATA", ROOT.parent / "shared" / "data")) / "face"
    parts = list(parts_of(Folder(shared / "manifest.csv", LABELS)))
    motions: dict[Part, Motion] = {}
    found: dict[str, Class] = {name: Class() for name in RECIPES}
    for part in parts:
        film = [fitted(picture) for picture in read(shared / part.path, part.from_s, part.to_s)]
        motions[part] = verifier.motion(encode(film))
        for name, recipe in RECIPES.items():
            if moves_enough(motions[part]):
                found[name].add(compare_motion(verifier.motion(_copy(film, recipe)), motions[part], part.path))
            else:
                found[name].untold += 1  # whatever the copy shows
        typer.echo(f"{part.path} {part.from_s:g}: {[one.likeness[-1:] for one in found.values()]}", err=True)
    began, pairs = time.process_time(), 0
    for first, second in combinations(parts, 2):
        kind = "other performance, one person" if first.identity == second.identity else "other person"
        found.setdefault(kind, Class()).add(compare_motion(motions[first], motions[second], second.path))
        pairs += 1
    cost = (time.process_time() - began) / max(1, pairs)
    for motion in motions.values():
        one, other = _halves(motion)
        found.setdefault("other half of one recording", Class()).add(compare_motion(one, other, "other"))
    text = "\n".join(_table(found, policy, len(parts), cost, list(_reused(shared, verifier, motions))))
    typer.echo(text)
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def parts_of(folder: Folder) -> Iterator[Part]:
    """Genuine labelled clips, long ones in parts that do not overlap; without what is labelled as faulty."""
    done: dict[str, float] = {}
    for label in folder.labels:
        media = label.media
        if media.species != GENUINE or label.faults:
            continue
        start, end = max(label.from_s, done.get(media.path, 0.0)), label.to_s or _LONGEST_S
        while end - start >= _SHORTEST_S:
            yield Part(media.path, media.identity.rstrip("?"), start, min(end, start + _LONGEST_S))
            start = min(end, start + _LONGEST_S)
        done[media.path] = max(start, done.get(media.path, 0.0))


def _reused(shared: Path, verifier: Verifier, sessions: dict[Part, Motion]) -> Iterator[tuple[str, str, float | None]]:
    """Each derived clip that shows old sessions: name, species, and its likeness to the part it is most like."""

    def film(name: str, start: float, end: float) -> Film:
        return read(shared / "video" / name, start, end)

    for made in reused(film):
        motion = verifier.motion(encode(made.film, made.lost))
        alike = [compare_motion(motion, old, part.path).likeness for part, old in sessions.items()]
        yield made.name, made.species, max((one for one in alike if one is not None), default=None)


def _table(
    found: dict[str, Class],
    policy: VerificationPolicy,
    parts: int,
    cost: float,
    reused: list[tuple[str, str, float | None]],
) -> Iterator[str]:
    limit = policy.pad.max_seen_before
    yield f"{parts} parts of the genuine shared clips, {_SHORTEST_S:g} to {_LONGEST_S:g} s each; threshold {limit:g}."
    yield "*Untold*: one of the two moves too little.\n"
    yield "| pair | n | untold | lowest | median | highest | seen before |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, one in found.items():
        values = np.array(one.likeness)
        spread = (
            " | ".join(f"{v:.2f}" for v in (values.min(), np.median(values), values.max())) if len(values) else "| |"
        )
        yield f"| {name} | {len(values) + one.untold} | {one.untold} | {spread} | {int((values > limit).sum())} |"
    yield f"\nOne comparison took {1000 * cost:.0f} ms of CPU.\n"
    yield "Derived attacks that show old sessions, each against all the parts above:\n"
    yield "| clip | species | likeness | seen before |"
    yield "| --- | --- | --- | --- |"
    for name, species, value in reused:
        told = "untold" if value is None else f"{value:.2f}"
        yield f"| `{name}` | {species} | {told} | {'yes' if value is not None and value > limit else 'no'} |"


def _halves(motion: Motion) -> tuple[Motion, Motion]:
    middle = len(motion.rows) // 2
    later = Motion(motion.first_s + middle / RATE, motion.rows[middle:])
    return Motion(motion.first_s, motion.rows[:middle]), later


def _copy(film: Film, recipe: Recipe) -> bytes:
    """H.264 in MP4, one thread, as in ``derive.encode``."""
    film = mirrored(film) if recipe.mirrored else film
    film = [_warped(picture, recipe) for picture in film[round(recipe.skipped_s * FPS) :: recipe.every]]
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=FPS)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width, stream.pix_fmt = film[0].shape[0], film[0].shape[1], "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.options = {"crf": str(recipe.crf), "preset": "fast"}
        for index, picture in enumerate(film):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round(1000 * index * recipe.every / FPS / recipe.speed), Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return target.getvalue()


def _warped(picture: Image, recipe: Recipe) -> Image:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), recipe.turned, 1.0 / (1.0 - 2.0 * recipe.crop))
    turned = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    size = (int(width * recipe.scale) // 2 * 2, int(height * recipe.scale) // 2 * 2)
    return np.asarray(cv2.resize(turned, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


if __name__ == "__main__":
    typer.run(main)
