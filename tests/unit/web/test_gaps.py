"""Where the page finds pictures missing, held to what PyAV reads in the same files."""

import io
import json
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest

from services.certify.quality_policy import QualityPolicy
from tests.structure.source import ROOT

RATE = 25
KINDS = {
    "webm": ("webm", "libvpx", {}),
    "mp4": ("mp4", "libx264", {}),
    "fragments": ("mp4", "libx264", {"movflags": "frag_keyframe+empty_moov+default_base_moof"}),
    "one_by_one": ("mp4", "libx264", {"movflags": "frag_every_frame+empty_moov"}),
}
SAY = (
    "import {{longestGapS, pictureTimes}} from '{module}'; import {{readFileSync}} from 'node:fs';"
    "const file = readFileSync(process.argv[1]);"
    "const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);"
    "console.log(JSON.stringify([longestGapS(bytes), pictureTimes(bytes)]));"
)


def film(kind: str, missing: range) -> bytes:
    """Three seconds of noise without these pictures."""
    form, codec, options = KINDS[kind]
    out, noise = io.BytesIO(), np.random.default_rng(1)
    with av.open(out, "w", format=form, options=options) as container:
        stream = container.add_stream(codec, rate=RATE)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.max_b_frames = 0
        for number in range(3 * RATE):
            picture = av.VideoFrame.from_ndarray(noise.integers(0, 255, (48, 64, 3), dtype=np.uint8), format="rgb24")
            picture.pts = number
            if number not in missing:
                container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return out.getvalue()


def seen_by_the_page(clip: bytes, folder: Path) -> tuple[float, list[float]]:
    """The longest gap, and every picture's time, in seconds."""
    (folder / "clip").write_bytes(clip)
    module = (ROOT / "web/phone/capture/gaps.js").as_uri()
    command = ["node", "--input-type=module", "-e", SAY.format(module=module), str(folder / "clip")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    gap, times = json.loads(told)
    return gap, times


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("missing", "gap_s"),
    [
        (range(0), 1 / RATE),
        (range(40, 46), 7 / RATE),
        (range(1, 10), 1 / RATE),  # within the first half second, which is left out
        (range(1, 20), (20 - 12.5) / RATE),
    ],
    ids=["whole", "six_in_the_middle", "at_the_start", "from_the_start_on"],
)
def test_the_page_sees_what_is_missing(kind: str, missing: range, gap_s: float, tmp_path: Path) -> None:
    """Every time stamp as PyAV reads it, and the longest gap from them."""
    clip = film(kind, missing)
    gap, times = seen_by_the_page(clip, tmp_path)
    with av.open(io.BytesIO(clip), "r") as container:
        truth = [float(packet.pts * packet.time_base) for packet in container.demux(video=0) if packet.pts is not None]
    assert times == pytest.approx(sorted(truth), abs=2e-3)
    assert gap == pytest.approx(gap_s, abs=2e-3)


def test_the_page_asks_where_certify_would() -> None:
    """The same bound in both."""
    said = f"MOST_UNSEEN_S = {QualityPolicy().max_unseen_s};"
    assert said in (ROOT / "web/phone/capture/gaps.js").read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_cut_off_or_none_is_not_judged(kind: str, tmp_path: Path) -> None:
    """The page lets it go, as certify says what is wrong with it."""
    clip = film(kind, range(0))
    for damaged in (clip[: len(clip) // 3], b"", b"\0" * 40, b"\xff" * 40):
        gap, _ = seen_by_the_page(damaged, tmp_path)
        assert gap <= 0.5
