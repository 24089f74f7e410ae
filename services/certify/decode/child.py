"""The decoding process: a clip on stdin, frames on stdout. It reads hostile files, so it runs alone, bounded and
without network.

Run by ``services.certify.decode.reader`` as ``python -m services.certify.decode.child LIMITS`` with the limits as
JSON. It ends
with one END message that carries a reason code when the clip cannot be used; a crash or a kill is seen by the parent
as no END.
"""

import io
import json
import os
import resource
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import av
import av.subtitles.stream  # PyAV imports it when it opens a file; then it is too late
from av.sidedata.sidedata import Type as SideDataType
from av.stream import Disposition
from av.video.reformatter import VideoReformatter

from services.certify.decode.foresight import SKIPPABLE, Due, Foresight
from services.certify.decode.sandbox import give_up
from services.certify.decode.traces import find_traces
from services.certify.decode.wire import Kind, Picture, write_frame, write_json

CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo"
"""FFmpeg demuxers that may open a clip. Playlists (hls, dash, concat) and single pictures are not among them."""

CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "mpeg1video", "mpeg2video", "mpeg4", "mjpeg", "av1", "h263"})
"""What phones, webcams and browsers record."""

_PHOTOS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*")
_PHOTO_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif"})
"""How files of still pictures begin, and the brands of those that share MP4's box format."""

_TOO_FAR_APART = 3600.0
"""Seconds: a timestamp this far beyond the limit is damage, not length."""


class Unusable(Exception):
    """The clip cannot be used; the argument is the reason code."""


@dataclass(frozen=True)
class Limits:
    """The part of the policy that binds this process; fields as in ``DecodePolicy``."""

    memory_bytes: int
    cpu_seconds: int
    max_seconds: float
    max_width: int
    max_frames: int
    sample_fps: float
    long_side: int
    start_s: float
    end_s: float | None


def main() -> None:
    """Read limits, clip, frames; say how it ended."""
    limits = Limits(**json.loads(sys.argv[1]))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    av.logging.set_level(av.logging.PANIC)
    give_up(limits.memory_bytes, limits.cpu_seconds)
    reason: str | None = None
    damaged = 0
    try:
        damaged = _decode(sys.stdin.buffer.read(), limits, out)
    except Unusable as unusable:
        reason = str(unusable)
    except MemoryError:
        reason = "clip_too_costly"
    except Exception:
        # Whatever a file makes the decoder raise, it is the file that cannot be read.
        reason = "clip_unreadable"
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime
    write_json(out, Kind.END, {"reason": reason, "damaged_packets": damaged, "cpu_s": cpu})
    os._exit(0)  # Nothing is torn down: a decoder in a broken state may hang or crash there.


def _decode(clip: bytes, limits: Limits, out: BinaryIO) -> int:
    """Send the header and the sampled frames; returns how many packets were damaged."""
    if _is_photo(clip):
        raise Unusable("clip_no_video")
    options = {"protocol_whitelist": "none", "format_whitelist": CONTAINERS}
    with av.open(io.BytesIO(clip), mode="r", options=options, metadata_errors="replace") as container:
        stream = _only_picture(container)
        name = stream.codec_context.codec.canonical_name  # what the stream is; its decoder may be called otherwise
        if name not in CODECS:
            raise Unusable("clip_codec_unsupported")
        _check_size(stream.codec_context.width, stream.codec_context.height, limits)
        _check_length(container, stream, limits)
        stream.thread_type = "NONE"
        stream.codec_context.thread_count = 1
        stream.codec_context.options = {"max_pixels": str(limits.max_width**2)}
        sampler, scaler = _Sampler(limits, container, stream), VideoReformatter()
        sent, damaged, traces = 0, 0, None
        for packet, spared in sampler.foresee(container.demux(stream), name):
            if traces is None:
                traces = find_traces([container.metadata, stream.metadata], bytes(packet))
            stream.codec_context.skip_frame = "NONREF" if spared else "DEFAULT"
            try:
                frames = packet.decode()
            except MemoryError:
                raise
            except av.error.FFmpegError:
                damaged += 1
                continue
            for frame in frames:
                for at_s in sampler.wanted(frame):
                    picture = _picture(frame, at_s, limits, scaler)
                    if sent == 0:
                        lies = picture.turns % 2 == 1
                        width, height = (frame.height, frame.width) if lies else (frame.width, frame.height)
                        facts = {"codec": name, "width": width, "height": height, "traces": traces}
                        write_json(out, Kind.HEADER, facts)
                    write_frame(out, picture)
                    sent += 1
            if sampler.past_end:
                break
        if sent == 0:
            raise Unusable("clip_unreadable")
        return damaged


def _is_photo(clip: bytes) -> bool:
    webp = clip[:4] == b"RIFF" and clip[8:12] == b"WEBP"
    return clip.startswith(_PHOTOS) or webp or (clip[4:8] == b"ftyp" and clip[8:12] in _PHOTO_BRANDS)


def _only_picture(container: Any) -> Any:
    """The one video stream; the cover of a song is none. With two, a reviewer's player might show the other one."""
    streams = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not streams:
        raise Unusable("clip_no_video")
    if len(streams) > 1:
        raise Unusable("clip_codec_unsupported")
    return streams[0]


def _check_size(width: int, height: int, limits: Limits) -> None:
    if max(width, height) > limits.max_width:
        raise Unusable("clip_too_large_picture")


def _check_length(container: Any, stream: Any, limits: Limits) -> None:
    """Refuse by the header, before decoding; clips without a length in the header are watched while they decode."""
    seconds = None
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        seconds = container.duration / av.time_base
    if seconds is None or not 0 < seconds < limits.max_seconds + _TOO_FAR_APART:
        return
    judged = min(seconds, limits.end_s if limits.end_s is not None else seconds) - limits.start_s
    if judged > limits.max_seconds:
        raise Unusable("clip_too_long")


class _Sampler:
    """Chooses frames by their timestamps."""

    def __init__(self, limits: Limits, container: Any, stream: Any) -> None:
        self._limits = limits
        self._zero: float | None = None
        rate = stream.average_rate or stream.guessed_rate
        self._step = 1.0 / float(rate) if rate else 1.0 / 30.0
        self._last: float | None = None
        self._due = Due(limits.start_s, limits.sample_fps)
        self._seen = 0
        self.past_end = False

    def wanted(self, frame: Any) -> Iterator[float]:
        """The frame's second when it is to be judged, else nothing. Raises ``Unusable`` beyond the limits."""
        self._seen += 1
        if self._seen > self._limits.max_frames and self._limits.end_s is None:
            raise Unusable("clip_too_long")
        _check_size(frame.width, frame.height, self._limits)
        at_s = self._second(frame)
        if self._limits.end_s is not None and at_s > self._limits.end_s:
            self.past_end = True
            return
        if at_s - self._limits.start_s > self._limits.max_seconds:
            raise Unusable("clip_too_long")
        if self._due.takes(at_s):
            yield at_s

    def foresee(self, packets: Iterable[Any], codec: str) -> Iterator[tuple[Any, bool]]:
        """Each packet, and whether the decoder may leave its picture out."""
        if codec not in SKIPPABLE:
            return ((packet, False) for packet in packets)
        due = Due(self._limits.start_s, self._limits.sample_fps)
        return Foresight(due, lambda: self._zero).packets(packets)

    def _second(self, frame: Any) -> float:
        """Seconds from the first frame; missing and backward stamps go on at the nominal rate."""
        stamp = frame.time
        guess = 0.0 if self._last is None else self._last + self._step
        if stamp is None:
            at_s = guess
        else:
            if self._zero is None:
                self._zero = float(stamp)
            at_s = float(stamp) - self._zero
            if self._last is not None and not self._last < at_s < self._last + _TOO_FAR_APART:
                at_s = guess
        self._last = at_s
        return at_s


def _picture(frame: Any, at_s: float, limits: Limits, scaler: VideoReformatter) -> Picture:
    """The frame scaled, BGR. It is turned upright by the parent: NumPy would double the time to start."""
    width, height = _scaled(frame.width, frame.height, limits.long_side)
    plane = scaler.reformat(frame, width=width, height=height, format="bgr24", threads=1).planes[0]
    lines, row = memoryview(plane), 3 * width
    pixels = b"".join(lines[start : start + row] for start in range(0, height * plane.line_size, plane.line_size))
    return Picture(at_s, width, height, _turns(frame), pixels)


def _turns(frame: Any) -> int:
    """Quarter turns counter-clockwise that put the frame upright. Front cameras may note, too, that it is to be shown
    mirrored: that is left out, so that left and right stay the person's own."""
    turns: int = round(frame.rotation / 90) % 4
    matrix: Any = frame.side_data.get(SideDataType.DISPLAYMATRIX)
    if matrix is None:
        return turns
    a, b, _, c, d = struct.unpack_from("=5i", bytes(matrix))
    # FFmpeg takes the angle of the first row, of which a mirror from left to right has changed the sign.
    return (2 - turns) % 4 if a * d < b * c else turns


def _scaled(width: int, height: int, long_side: int) -> tuple[int, int]:
    """Width and height of at most ``long_side``, even: for an odd width FFmpeg takes a way that costs three times as
    much. A frame that is small enough stays as it is."""
    scale = long_side / max(width, height)
    if scale >= 1.0:
        return max(2, width), max(2, height)
    return max(2, 2 * round(width * scale / 2)), max(2, 2 * round(height * scale / 2))


if __name__ == "__main__":
    main()
