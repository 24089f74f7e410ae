"""Whatever the file, the answer is frames or a reason code, in bounded time, and never an exception."""

import io
import random
import time
import zlib
from contextlib import suppress

import psutil
import pytest
from PIL import Image as Pillow

from schemas.verification import Reason
from services.certify.decode.reader import Clip
from services.certify.policy import DecodePolicy
from tests.integration.certify.films import film, pattern, tone, with_huge_vp8_header
from tests.integration.certify.mutations import mutate

MP4 = film([pattern(i) for i in range(45)])
WEBM = film([pattern(i) for i in range(30)], "webm", "libvpx")
HEAD = MP4.index(b"moov")


def photo(kind: str) -> bytes:
    """A still picture."""
    target = io.BytesIO()
    Pillow.fromarray(pattern(0)).save(target, kind)
    return target.getvalue()


def fault_of(data: bytes, **limits: float) -> Reason | None:
    """The reason code, after all frames were taken; it must come in bounded time."""
    clip = Clip(data, DecodePolicy().model_copy(update=limits), 15.0)
    began = time.monotonic()
    frames = list(clip.frames())
    assert time.monotonic() - began < 120
    assert frames or clip.fault is not None
    return clip.fault


BAD = {
    "empty": (b"", Reason.CLIP_EMPTY),
    "one byte": (b"\0", Reason.CLIP_UNREADABLE),
    "zeros": (bytes(100_000), Reason.CLIP_UNREADABLE),
    "noise": (random.Random(1).randbytes(100_000), Reason.CLIP_UNREADABLE),
    "text": ("你好，这不是视频。".encode() * 100, Reason.CLIP_UNREADABLE),
    "header only": (MP4[:64], Reason.CLIP_UNREADABLE),
    "cut before its index": (MP4[:HEAD], Reason.CLIP_UNREADABLE),
    "index without data": (MP4[:32] + MP4[HEAD - 4 :], Reason.CLIP_UNREADABLE),
    "sound only": (tone(), Reason.CLIP_NO_VIDEO),
    "a JPEG": (photo("JPEG"), Reason.CLIP_NO_VIDEO),
    "a PNG": (photo("PNG"), Reason.CLIP_NO_VIDEO),
    "a GIF": (photo("GIF"), Reason.CLIP_NO_VIDEO),
    "a WebP": (photo("WEBP"), Reason.CLIP_NO_VIDEO),
    "an AVIF": (photo("AVIF"), Reason.CLIP_NO_VIDEO),
    "a song with a cover": (tone(cover=photo("PNG")), Reason.CLIP_NO_VIDEO),
    "two pictures at once": (film([pattern(i) for i in range(30)], tracks=2), Reason.CLIP_CODEC_UNSUPPORTED),
    "compressed text": (zlib.compress(bytes(1_000_000)), Reason.CLIP_UNREADABLE),
    "a playlist of a local file": (b"#EXTM3U\n#EXTINF:10,\n/etc/hostname\n#EXT-X-ENDLIST\n", Reason.CLIP_UNREADABLE),
    "a playlist of an address": (b"#EXTM3U\n#EXTINF:10,\nhttp://192.0.2.1/a.ts\n", Reason.CLIP_UNREADABLE),
    "a list of files": (b"ffconcat version 1.0\nfile /etc/hostname\n", Reason.CLIP_UNREADABLE),
    "too many pixels": (film([pattern(0, 2048, 64)] * 3), Reason.CLIP_TOO_LARGE_PICTURE),
    "an unusual codec": (film([pattern(0)] * 3, "avi", "ffv1"), Reason.CLIP_CODEC_UNSUPPORTED),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_has_its_code(name: str) -> None:
    """The same one each time, so that the cadre learns what to do."""
    data, reason = BAD[name]
    assert fault_of(data) is reason


def test_a_header_that_claims_a_huge_picture_costs_nothing() -> None:
    """16383² pixels would be 800 MB a frame."""
    assert fault_of(with_huge_vp8_header(WEBM)) in (Reason.CLIP_TOO_LARGE_PICTURE, Reason.CLIP_UNREADABLE)


def test_a_file_over_the_limit_is_not_even_read() -> None:
    """By its size."""
    assert fault_of(MP4, max_bytes=len(MP4) - 1) is Reason.CLIP_TOO_BIG


def test_time_is_bounded() -> None:
    """A decoder that does not answer is killed."""
    assert fault_of(MP4, wait_seconds=0.01) is Reason.CLIP_TOO_COSTLY


def test_memory_is_bounded() -> None:
    """A decoder that asks for more gets none; the worker's own memory is not touched."""
    big = film([pattern(i, 1920, 1080) for i in range(6)])
    assert fault_of(big, memory_bytes=110_000_000) in (Reason.CLIP_TOO_COSTLY, Reason.CLIP_UNREADABLE)
    assert fault_of(big) is None


def decoding() -> int:
    """How many children of this process decode; others, such as those of the database, end while one looks."""
    found = 0
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            found += "services.certify.decode.child" in child.cmdline()
    return found


def test_a_reader_that_stops_early_leaves_no_process() -> None:
    """The worker may drop a clip in the middle."""
    clip = Clip(MP4, DecodePolicy(), 15.0)
    frames = clip.frames()
    next(frames)
    assert decoding() == 1
    frames.close()
    assert decoding() == 0


@pytest.mark.parametrize("seed", range(50))
def test_fuzzed_files_never_raise(seed: int) -> None:
    """Fifty damaged files of two containers (``make fuzz-clips`` takes more of either, through the whole check)."""
    chance = random.Random(seed)
    _, data = mutate(MP4 if seed % 2 else WEBM, (MP4, WEBM), chance)
    fault_of(data, wait_seconds=10.0)
