"""`make bench-guidance`: what the phone's page sees of faces, beside what certify's net sees, and what a look costs.

    python -m bench.guidance [--seconds 20] [--also FOLDER]

The page's own modules run in Chromium on pictures of real people: one picture a second of each clip, and every still.
The media lie in ONEVISIT_SHARED_DATA (default ../shared/data), folder ``face``; `--also` names a folder of further
stills of one genuine person each. Truth is certify's detector (YuNet) on the whole picture; nothing is tuned here.
"""

import asyncio
import base64
import csv
import shutil
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from os import environ, getloadavg
from pathlib import Path
from typing import Annotated, Final

import av
import cv2
import numpy as np
import typer
from playwright.async_api import Page, Route, async_playwright

from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox
from services.certify.engines.store import ModelStore
from services.certify.engines.yunet import YuNetDetector
from services.certify.policy import DecodePolicy
from services.certify.quality_policy import QualityPolicy

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = "http://localhost/phone/"
SLOWER: Final = 6
"""Chromium's CPU throttling: a cheap phone beside this machine."""
OLD: Final = 58
"""Years: from here on a face is counted among the old ones."""
LEAST_EYES: Final = QualityPolicy().min_eye_distance_px / DecodePolicy().long_side
"""Share of the longer side: with the eyes nearer than this certify says that the face is too small."""
CLEAR: Final = 2 * LEAST_EYES
"""With the eyes this far apart nobody should be sent nearer."""
COMPARABLE: Final = QualityPolicy().other_face_area
NEAR: Final = "near enough"

LOOK: Final = """async (picture) => {
  const { loadFinder } = await import("/phone/capture/faces.js");
  const { advise } = await import("/phone/capture/guidance.js");
  const find = (self.finder ??= await loadFinder());
  const image = await createImageBitmap(await (await fetch(picture)).blob());
  const begun = performance.now();
  const faces = find(image, image.width, image.height);
  const ms = performance.now() - begun;
  return { faces, ms, advice: advise({ luma: 120, motion: 0, faces }), ofLong: Math.max(image.width, image.height) };
}"""


@dataclass
class Row:
    """What was counted in one group."""

    pictures: int = 0
    found: int = 0
    sizes: list[float] = field(default_factory=list)
    advice: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class Picture:
    """One picture, the group that it counts in, and the faces that certify's net sees."""

    group: str
    image: Image
    faces: Sequence[FaceBox]


app = typer.Typer(add_completion=False)


@app.command()
def main(
    seconds: Annotated[float, typer.Option(min=1.0, help="Of each clip, one picture a second.")] = 20.0,
    also: Annotated[Path | None, typer.Option(help="A folder of further stills of genuine persons.")] = None,
) -> None:
    """Print the tables as Markdown."""
    asyncio.run(_measure(seconds, also))


async def _measure(seconds: float, also: Path | None) -> None:
    rows: dict[str, Row] = defaultdict(Row)
    program = shutil.which("chromium") or sys.exit("Chromium is missing; next: make test")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = await browser.new_page()
        await page.route(f"{PAGE}**", _serve)
        await page.goto(PAGE)
        kept: list[Image] = []
        for number, picture in enumerate(_pictures(seconds, also)):
            await _count(page, picture, rows[picture.group])
            if number % 10 == 0:
                kept.append(picture.image)
        _print(rows)
        await _cost(page, kept)
        await browser.close()


async def _serve(route: Route) -> None:
    name = route.request.url.removeprefix(PAGE)
    if name:
        await route.fulfill(path=ROOT / "web/phone" / name)
    else:
        await route.fulfill(body="<!doctype html>", content_type="text/html")


async def _count(page: Page, picture: Picture, row: Row) -> None:
    seen = await page.evaluate(LOOK, _encode(picture.image))
    row.pictures += 1
    row.found += bool(seen["faces"])
    row.advice[seen["advice"] or "nothing"] += 1
    if seen["faces"] and picture.faces:
        row.sizes.append(seen["faces"][0]["ofLong"] / _eyes(picture.faces[0], picture.image))


async def _cost(page: Page, images: Sequence[Image]) -> None:
    session = await page.context.new_cdp_session(page)
    for rate in (1, SLOWER):
        await session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        times = sorted([(await page.evaluate(LOOK, _encode(each)))["ms"] for each in images][5:])
        middle, slow = statistics.median(times), times[int(len(times) * 0.95)]
        load = getloadavg()[0]
        typer.echo(f"A look, CPU throttled x{rate}: median {middle:.0f} ms, p95 {slow:.0f} ms (load {load:.1f})")


def _print(rows: dict[str, Row]) -> None:
    typer.echo("| pictures | number | a face seen | size / eye distance, 5 / 50 / 95 % | advice |")
    typer.echo("| --- | --- | --- | --- | --- |")
    for group, row in rows.items():
        sizes = " / ".join(f"{each:.2f}" for each in np.percentile(row.sizes, [5, 50, 95])) if row.sizes else "-"
        advice = ", ".join(f"{name} {count}" for name, count in sorted(row.advice.items(), key=lambda each: -each[1]))
        typer.echo(f"| {group} | {row.pictures} | {row.found} ({row.found / row.pictures:.1%}) | {sizes} | {advice} |")


def _pictures(seconds: float, also: Path | None) -> Iterator[Picture]:
    net = YuNetDetector(ModelStore(ROOT / "var/models").get_path("yunet-2023mar"))
    folder = Path(environ.get("ONEVISIT_SHARED_DATA", ROOT / "../shared/data")) / "face"
    if not (folder / "manifest.csv").is_file():
        sys.exit("The face media are not there: set ONEVISIT_SHARED_DATA to the folder that holds face/manifest.csv.")
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        media = [row for row in csv.DictReader(file) if row["genuine_or_attack"] == "genuine"]
    portraits: list[Image] = []
    for row in media:
        years = int("".join(each for each in row["approx_age"][:4] if each.isdigit())[:2] or 0)
        who = "old" if years >= OLD else "glasses" if "glasses" in row["notes"] else "others"
        if row["kind"] != "video":
            yield from _as_it_is(net, _read(folder / row["path"]), f"stills, {who}")
            continue
        for image in _frames(folder / row["path"], seconds):
            pictures = list(_as_it_is(net, image, f"clips, {who}"))
            yield from pictures
            for picture in pictures:
                if picture.group.endswith(NEAR):
                    yield from _made_of(net, picture)
                    portraits.append(_portrait(image, picture.faces[0]))
    half = len(portraits) // 2
    for one, other in zip(portraits[:half:5], portraits[half::5], strict=False):
        yield Picture("two of these people, side by side", np.hstack([one, other]), ())
    for path in sorted(also.rglob("*.[jp][pn]g")) if also else ():
        yield from _as_it_is(net, _read(path), f"stills, {also.name if also else ''}")


def _as_it_is(net: YuNetDetector, image: Image, group: str) -> Iterator[Picture]:
    faces = net.detect(image)
    if not faces:
        yield Picture("nobody in it", image, faces)
    elif len(faces) > 1 and faces[1].area >= COMPARABLE * faces[0].area:
        yield Picture("two people", image, faces)
    else:
        eyes = _eyes(faces[0], image)
        where = NEAR if eyes >= CLEAR else "in between" if eyes >= LEAST_EYES else "too far"
        yield Picture(f"{group}, {where}", image, faces)


def _made_of(net: YuNetDetector, picture: Picture) -> Iterator[Picture]:
    """The person farther away, with a cloth, and what lies beside."""
    image, face = picture.image, picture.faces[0]
    for share in (0.8, 1.2):
        far = _farther(image, share * LEAST_EYES / _eyes(face, image))
        yield Picture(f"these, moved away to {share} of certify's least", far, ())
    yield Picture("these, with a cloth drawn around the face", _cloth(image, face), picture.faces)
    for beside in _beside(image, face):
        if not net.detect(beside):
            yield Picture("what lies beside these people", beside, ())


def _eyes(face: FaceBox, image: Image) -> float:
    return float(np.linalg.norm(face.points[0] - face.points[1])) / float(max(image.shape[:2]))


def _farther(image: Image, scale: float) -> Image:
    """The picture smaller, on a ground of its own mean colour."""
    height, width = image.shape[:2]
    ground = np.full_like(image, image.mean(axis=(0, 1)).astype(np.uint8))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    ground[top : top + small.shape[0], left : left + small.shape[1]] = small
    return ground


def _cloth(image: Image, face: FaceBox) -> Image:
    """All around the face is one dark red, as a head scarf or a cap with ear flaps leaves it: drawn, not filmed."""
    mask = np.zeros(image.shape[:2], dtype=np.uint8)
    middle = (round(face.x + face.width / 2), round(face.y + face.height * 0.55))
    cv2.ellipse(mask, middle, (round(face.width * 1.1), round(face.height * 1.0)), 0, 0, 360, 1, -1)
    cv2.ellipse(mask, middle, (round(face.width * 0.5), round(face.height * 0.48)), 0, 0, 360, 0, -1)
    covered = image.copy()
    covered[mask == 1] = (40, 30, 120)
    return covered


def _beside(image: Image, face: FaceBox) -> Iterator[Image]:
    """Left and right of the person, where that is a quarter of the picture at least."""
    width = image.shape[1]
    left, right = int(face.x - face.width / 2), int(face.x + 1.5 * face.width)
    for part in (image[:, : max(0, left)], image[:, min(width, right) :]):
        if part.shape[1] >= width / 4:
            yield _as_image(part)


def _frames(path: Path, seconds: float) -> Iterator[Image]:
    due = 0.0
    with av.open(str(path)) as source:
        for frame in source.decode(video=0):
            if frame.time is None or frame.time < due:
                continue
            if frame.time > seconds:
                return
            due = frame.time + 1.0
            yield _as_image(frame.to_ndarray(format="bgr24"))


def _portrait(image: Image, face: FaceBox) -> Image:
    """Head and shoulders, all of one size."""
    middle, top = face.x + face.width / 2, face.y - 0.4 * face.height
    left, upper = max(0, int(middle - 1.1 * face.width)), max(0, int(top))
    part = image[upper : int(top + 2.9 * face.width), left : int(middle + 1.1 * face.width)]
    return _as_image(cv2.resize(part, (240, 320), interpolation=cv2.INTER_AREA))


def _read(path: Path) -> Image:
    image = cv2.imread(str(path))
    if image is None:
        raise OSError(f"{path} is no picture")
    return _as_image(image)


def _as_image(array: np.ndarray) -> Image:
    return np.ascontiguousarray(array, dtype=np.uint8)


def _encode(image: Image) -> str:
    return "data:image/png;base64," + base64.b64encode(cv2.imencode(".png", image)[1].tobytes()).decode()


if __name__ == "__main__":
    app()
