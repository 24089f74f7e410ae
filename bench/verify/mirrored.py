"""Whether a mirrored face can be told by the matcher: is a picture of a person more like the reference than its mirror?

    python -m bench.verify.mirrored SHARED_FACE_FOLDER

If faces were lopsided enough, a mirrored recording would be told from a true one by its likeness to the photo.
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

    gains = []
    with (shared / "pairs.csv").open(encoding="utf-8") as file:
        pairs = [(row["a"], row["b"]) for row in csv.DictReader(file) if row["same"] == "1"]
    for first, second in pairs:
        picture, reference = _read(shared / first), _read(shared / second)
        if picture is None or reference is None:
            continue
        found = [template(image) for image in (picture, np.ascontiguousarray(picture[:, ::-1]), reference)]
        true, mirrored, target = found
        if true is not None and mirrored is not None and target is not None:
            gains.append(matcher.similarity(true, target) - matcher.similarity(mirrored, target))
    better = sum(gain > 0 for gain in gains)
    typer.echo(f"{better} of {len(gains)} true pictures are more alike than their mirror")
    typer.echo(f"mean gain {np.mean(gains):.4f}, standard deviation {np.std(gains):.4f}")


def _read(path: Path) -> Image | None:
    image = cv2.imread(str(path))
    return None if image is None else image.astype(np.uint8, copy=False)


if __name__ == "__main__":
    typer.run(main)
