"""The decoding process is not believed more than it must be."""

import io

import pytest

from services.certify.decode.wire import HEAD_SIZE, Kind, parse_frame, parse_head, write_frame, write_json


def test_what_is_written_is_read() -> None:
    """A header, then a frame."""
    pipe = io.BytesIO()
    write_json(pipe, Kind.HEADER, {"codec": "h264"})
    write_frame(pipe, 1.25, 4, 2, bytes(range(24)))
    pipe.seek(0)
    kind, size = parse_head(pipe.read(HEAD_SIZE))
    assert (kind, pipe.read(size)) == (Kind.HEADER, b'{"codec": "h264"}')
    kind, size = parse_head(pipe.read(HEAD_SIZE))
    assert kind is Kind.FRAME
    assert parse_frame(pipe.read(size)) == (1.25, 4, 2, bytes(range(24)))


@pytest.mark.parametrize("head", [b"X\0\0\0\1", b"F\xff\xff\xff\xff"])
def test_a_foreign_message_is_refused(head: bytes) -> None:
    """An unknown kind, or more than any frame can hold."""
    with pytest.raises(ValueError, match=r".+"):
        parse_head(head)


def test_a_frame_must_be_full() -> None:
    """Else a picture would be read beyond its end."""
    pipe = io.BytesIO()
    write_frame(pipe, 0.0, 4, 2, bytes(23))
    with pytest.raises(ValueError, match="differ"):
        parse_frame(pipe.getvalue()[HEAD_SIZE:])
