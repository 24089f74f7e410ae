"""Every format that phones and browsers record comes out upright and in time."""

import numpy as np
import pytest

from schemas.verification import Reason
from services.certify.decode.reader import Clip, Frame
from services.certify.policy import DecodePolicy
from tests.integration.certify.films import film, pattern, turned

PICTURES = [pattern(i) for i in range(45)]


def read(data: bytes, fps: float = 15.0, **limits: float) -> tuple[list[Frame], Clip]:
    """All frames, and what is known of the clip."""
    clip = Clip(data, DecodePolicy().model_copy(update=limits), fps)
    return list(clip.frames()), clip


@pytest.mark.parametrize(
    ("container", "codec", "name"),
    [
        ("mp4", "libx264", "h264"),
        ("mov", "libx264", "h264"),
        ("mp4", "libx265", "hevc"),
        ("webm", "libvpx", "vp8"),
        ("webm", "libvpx-vp9", "vp9"),
        ("webm", "libsvtav1", "av1"),
        ("mp4", "libsvtav1", "av1"),
        ("matroska", "libx264", "h264"),
        ("mpeg", "mpeg1video", "mpeg1video"),
        ("mpegts", "mpeg2video", "mpeg2video"),
        ("avi", "mpeg4", "mpeg4"),
    ],
)
def test_a_format_is_read(container: str, codec: str, name: str) -> None:
    """45 frames at 30 a second, sampled at 15, are about 23, each where it should be within a frame."""
    frames, clip = read(film(PICTURES, container, codec))
    assert (clip.fault, clip.codec, clip.width, clip.height) == (None, name, 320, 240)
    assert 21 <= len(frames) <= 24
    assert np.allclose(np.diff([f.at_s for f in frames]), 1 / 15, atol=1 / 30)
    red = frames[0].image[:, 300, 2].astype(int)
    assert red[-1] - red[0] > 150


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_rotation_by_metadata_is_undone(quarter_turns: int) -> None:
    """A phone held upright writes a lying picture and says so; the frames come out upright whichever way it was
    held."""
    upright = [pattern(0)] * 20
    lying = [np.ascontiguousarray(np.rot90(picture, quarter_turns)) for picture in upright]
    frames, clip = read(turned(film(lying), quarter_turns))
    assert (clip.width, clip.height) == (320, 240)
    red = frames[0].image[:, 300, 2].astype(int)
    assert frames[0].image.shape == (240, 320, 3)
    assert red[-1] - red[0] > 150


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_a_mirror_by_metadata_is_left_out(quarter_turns: int) -> None:
    """A front camera notes that its picture is to be shown as in a mirror: it comes out upright, and not mirrored."""
    upright = [pattern(0)] * 20
    lying = [np.ascontiguousarray(np.rot90(picture, quarter_turns)) for picture in upright]
    frames, clip = read(turned(film(lying), quarter_turns, mirrored=True))
    assert (clip.width, clip.height) == (320, 240)
    image = frames[0].image.astype(int)
    assert image[-1, 300, 2] - image[0, 300, 2] > 150
    assert image[120, 10, 1] - image[120, 310, 1] > 150


def test_a_variable_frame_rate_keeps_its_times() -> None:
    """Phones drop frames in the dark; times come from the stamps, not from counting."""
    times = [0.0, 0.1, 0.2, 0.9, 1.0, 1.6, 1.7, 2.4]
    frames, _ = read(film([pattern(i) for i in range(8)], times_s=times))
    assert [f.at_s for f in frames] == pytest.approx(times, abs=0.002)


def test_a_large_picture_comes_scaled_with_its_proportions() -> None:
    """1080p on a portrait phone."""
    frames, clip = read(film([pattern(i, 1080, 1920) for i in range(8)]))
    assert (clip.width, clip.height) == (1080, 1920)
    assert frames[0].image.shape == (640, 360, 3)


def test_an_odd_width_is_made_even() -> None:
    """360 × 639.5 of what is 544 × 966 would be 361 × 640."""
    frames, clip = read(film([pattern(i, 544, 966) for i in range(8)]))
    assert (clip.width, clip.height) == (544, 966)
    assert frames[0].image.shape == (640, 360, 3)


@pytest.mark.parametrize("start_s", [0.0, 0.5])
def test_frames_between_change_nothing_when_they_are_left_out(start_s: float) -> None:
    """What is judged of a film with B-frames is, bit by bit, what it is when every frame is decoded."""
    data = film([pattern(i) for i in range(60)], options={"bf": "3", "b_strategy": "0", "g": "30"})
    found = {f.at_s: f.image for f in Clip(data, DecodePolicy(), 15.0, start_s=start_s).frames()}
    every = {f.at_s: f.image for f in Clip(data, DecodePolicy(), 1000.0, start_s=start_s).frames()}
    assert len(every) == 60 - 30 * start_s
    assert list(found) == list(every)[::2]
    assert all(np.array_equal(image, every[at_s]) for at_s, image in found.items())


def test_a_part_keeps_the_times_of_the_whole() -> None:
    """Cut before judging: also the length limit counts the part."""
    data = film([pattern(i) for i in range(120)])
    clip = Clip(data, DecodePolicy(max_seconds=2.0), 15.0, start_s=1.5, end_s=3.0)
    times = [f.at_s for f in clip.frames()]
    assert clip.fault is None
    assert times[0] == pytest.approx(1.5, abs=0.04)
    assert times[-1] == pytest.approx(3.0, abs=0.08)


def test_a_damaged_part_in_the_middle_is_skipped() -> None:
    """The rest is judged; how much was lost is told."""
    data = bytearray(film(PICTURES, "mpegts", "mpeg2video"))
    for at in range(len(data) // 2, len(data) // 2 + 400):
        data[at] ^= 0x55
    frames, clip = read(bytes(data))
    assert clip.fault is None
    assert len(frames) >= 15


def test_too_long_is_refused_by_the_header() -> None:
    """Before a frame is decoded."""
    frames, clip = read(film(PICTURES), max_seconds=1.0)
    assert (frames, clip.fault) == ([], Reason.CLIP_TOO_LONG)


def test_too_long_without_a_length_in_the_header_is_noticed() -> None:
    """Live WebM has no length; the times tell."""
    data = film(PICTURES, "mpegts", "mpeg2video")
    _, clip = read(data, max_seconds=1.0)
    assert clip.fault is Reason.CLIP_TOO_LONG


def test_too_many_frames_are_too_long() -> None:
    """A clip may claim a second and hold a million frames."""
    frames, clip = read(film(PICTURES), max_frames=20)
    assert clip.fault is Reason.CLIP_TOO_LONG
    assert len(frames) <= 20
