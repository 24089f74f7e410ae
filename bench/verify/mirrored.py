"""Whether a mirrored face can be told by the matcher: is a picture of a person more like the reference than its mirror?

    python -m bench.verify.mirrored SHARED_FACE_FOLDER

If faces were lopsided enough, a mirrored recording would be told from a true one by its likeness to the photo, or by
what differs between a picture and its mirror: that would point the same way in two pictures of one person.
"""

import csv
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from services.certify.engines.arrays import Image
from services.certify.engines.loader import get_engines
from services.certify.policy import MatchEngine
from services.platform.settings import Settings


def main(shared: Annotated[Path, typer.Argument(help="Folder of the shared face media.", exists=True)]) -> None:
    """Print how often the true picture is the more alike one, over all pairs of one person."""
    engines = get_engines(Settings.from_env().models)
    detector, matcher = engines.detector(), engines.matcher(MatchEngine.SFACE)

    def template(image: Image) -> "np.ndarray | None":
        faces = detector.detect(image)
        return matcher.embed(image, faces[0]) if faces else None

    gains, alike = [], []
    with (shared / "pairs.csv").open(encoding="utf-8") as file:
        pairs = [(row["a"], row["b"]) for row in csv.DictReader(file) if row["same"] == "1"]
    for first, second in pairs:
        picture, reference = _read(shared / first), _read(shared / second)
        if picture is None or reference is None:
            continue
        found = [template(side) for image in (picture, reference) for side in (image, _mirror(image))]
        true, mirrored, target, target_mirrored = found
        if true is None or mirrored is None or target is None or target_mirrored is None:
            continue
        gains.append(matcher.similarity(true, target) - matcher.similarity(mirrored, target))
        same = [matcher.similarity(a, b) for a, b in ((true, target), (mirrored, target_mirrored))]
        crossed = [matcher.similarity(a, b) for a, b in ((true, target_mirrored), (mirrored, target))]
        alike.append(sum(same) > sum(crossed))
    better = sum(gain > 0 for gain in gains)
    typer.echo(f"{better} of {len(gains)} true pictures are more alike than their mirror")
    typer.echo(f"mean gain {np.mean(gains):.4f}, standard deviation {np.std(gains):.4f}")
    typer.echo(f"in {sum(alike)} of {len(alike)} picture and mirror differ the same way")


def _mirror(image: Image) -> Image:
    return np.ascontiguousarray(image[:, ::-1])


def _read(path: Path) -> Image | None:
    image = cv2.imread(str(path))
    return None if image is None else image.astype(np.uint8, copy=False)


if __name__ == "__main__":
    typer.run(main)
