"""The decoding process is not believed more than it must be."""

import io

import pytest

from services.certify.decode.wire import (
    HEAD_SIZE,
    Kind,
    Picture,
    parse_end,
    parse_frame,
    parse_head,
    parse_header,
    write_frame,
    write_json,
)


def test_what_is_written_is_read() -> None:
    """A header, then a frame."""
    pipe = io.BytesIO()
    write_json(pipe, Kind.HEADER, {"codec": "h264", "width": 4, "height": 2, "traces": ["editor"]})
    write_frame(pipe, Picture(1.25, 4, 2, 1, bytes(range(24))))
    pipe.seek(0)
    kind, size = parse_head(pipe.read(HEAD_SIZE))
    assert kind is Kind.HEADER
    assert parse_header(pipe.read(size)) == ("h264", 4, 2, ("editor",))
    kind, size = parse_head(pipe.read(HEAD_SIZE))
    assert kind is Kind.FRAME
    assert parse_frame(pipe.read(size)) == Picture(1.25, 4, 2, 1, bytes(range(24)))


@pytest.mark.parametrize("head", [b"X\0\0\0\1", b"F\xff\xff\xff\xff"])
def test_a_foreign_message_is_refused(head: bytes) -> None:
    """An unknown kind, or more than any frame can hold."""
    with pytest.raises(ValueError, match=r".+"):
        parse_head(head)


def test_a_frame_must_be_full() -> None:
    """Else a picture would be read beyond its end."""
    pipe = io.BytesIO()
    write_frame(pipe, Picture(0.0, 4, 2, 0, bytes(23)))
    with pytest.raises(ValueError, match="differ"):
        parse_frame(pipe.getvalue()[HEAD_SIZE:])


@pytest.mark.parametrize(("second", "turns"), [(float("nan"), 0), (float("inf"), 0), (-1.0, 0), (1.0, 4), (1.0, 255)])
def test_a_frame_has_a_second_and_turns(second: float, turns: int) -> None:
    """Times end in the verdict; one that is no time would break it. There are four ways up."""
    pipe = io.BytesIO()
    write_frame(pipe, Picture(second, 4, 2, turns, bytes(24)))
    with pytest.raises(ValueError, match="second"):
        parse_frame(pipe.getvalue()[HEAD_SIZE:])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"\xff", b"[" * 100_000, b'{"codec": "h264", "width": 4}', b'{"codec": 1, "width": 4, "height": 2}',
        b'{"codec": "h264", "width": 4, "height": 2}', b'{"codec": "h264", "width": 4, "height": 2, "traces": [1]}',
        b'{"codec": "h264", "width": -4, "height": 2, "traces": []}',
        b'{"codec": "h264\\n", "width": 4, "height": 2, "traces": []}',
    ],
)  # fmt: skip
def test_a_header_that_is_none_is_refused(body: bytes) -> None:
    """Also JSON that is nested as deep as Python's stack."""
    with pytest.raises(ValueError, match=r".+"):
        parse_header(body)


@pytest.mark.parametrize(
    "change", [{"reason": "face_differs"}, {"damaged_packets": -1}, {"cpu_s": float("nan")}, {"cpu_s": "1"}]
)
def test_an_end_speaks_only_of_the_clip(change: dict[str, object]) -> None:
    """The decoding process says why a file cannot be read, nothing else."""
    whole: dict[str, object] = {"reason": "clip_too_long", "damaged_packets": 3, "cpu_s": 0.5}
    pipe = io.BytesIO()
    write_json(pipe, Kind.END, whole)
    assert parse_end(pipe.getvalue()[HEAD_SIZE:]) == ("clip_too_long", 3, 0.5)
    pipe = io.BytesIO()
    write_json(pipe, Kind.END, whole | change)
    with pytest.raises(ValueError, match="not an end"):
        parse_end(pipe.getvalue()[HEAD_SIZE:])
