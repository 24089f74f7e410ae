"""Reads a clip through the bounded decoding process: frames come out one by one, a bad clip becomes a reason code,
never an exception."""

import json
import math
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np

from schemas.verification import Reason, Trace
from services.certify.decode.wire import HEAD_SIZE, Kind, Picture, parse_end, parse_frame, parse_head, parse_header
from services.certify.engines.arrays import Image
from services.certify.policy import DecodePolicy

_PROJECT = Path(__file__).resolve().parents[3]
_PIPE = 1 << 19
"""Bytes of each pipe, eight times the default: a frame of 640×360 passes in two pieces instead of eleven. A user may
have 64 MB of pipes (pipe-user-pages-soft), a worker one clip at a time."""


@dataclass(frozen=True)
class Frame:
    """One sampled picture of a clip, upright, and its second."""

    at_s: float
    image: Image


@dataclass
class Clip:
    """A clip that is being read. Iterate ``frames()`` once; the facts are complete when it has ended."""

    data: bytes
    policy: DecodePolicy
    sample_fps: float
    start_s: float = 0.0
    end_s: float | None = None
    fault: Reason | None = None
    """Why the clip cannot be used; ``None`` while nothing is wrong."""
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    damaged_packets: int = 0
    traces: tuple[Trace, ...] = ()
    """Kinds of programs that left their names in the file."""
    decode_wait_s: float = 0.0
    """Time spent waiting for the decoder."""
    decode_cpu_s: float = 0.0
    """CPU time of the decoder, as it says itself."""
    _deadline: float = field(default=0.0, repr=False)

    def frames(self) -> Generator[Frame, None, None]:
        """The sampled frames, at most ``policy.long_side`` pixels long. Ends early, with ``fault`` set, when
        something is wrong."""
        if not self.data:
            self.fault = Reason.CLIP_EMPTY
            return
        if len(self.data) > self.policy.max_bytes:
            self.fault = Reason.CLIP_TOO_BIG
            return
        process = self._start()
        feeder = threading.Thread(target=_feed, args=(process.stdin, self.data), daemon=True)
        feeder.start()
        try:
            yield from self._read(process)
        finally:
            process.kill()
            process.wait()
            feeder.join(timeout=5)
            for pipe in (process.stdin, process.stdout):
                _close(pipe)

    def _start(self) -> "subprocess.Popen[bytes]":
        limits = {
            "memory_bytes": self.policy.memory_bytes,
            "cpu_seconds": self.policy.cpu_seconds,
            "max_seconds": self.policy.max_seconds,
            "max_width": self.policy.max_width,
            "max_frames": self.policy.max_frames,
            "sample_fps": self.sample_fps,
            "long_side": self.policy.long_side,
            "start_s": self.start_s,
            "end_s": self.end_s,
        }
        # An empty environment but for what Python needs: no proxy, no credentials.
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
        return subprocess.Popen(
            [sys.executable, "-m", "services.certify.decode.child", json.dumps(limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_PROJECT,
            env=environment,
            pipesize=_PIPE,
        )

    def _read(self, process: "subprocess.Popen[bytes]") -> Iterator[Frame]:
        source = _TimedPipe(process.stdout, self.policy.wait_seconds)
        # What the sampler of an honest child can send: at most two frames in each interval (see its `wanted`).
        last_s, frames_left = 0.0, math.ceil(2 * self.policy.max_seconds * self.sample_fps) + 2
        try:
            while True:
                kind, size = parse_head(source.take(HEAD_SIZE))
                body = source.take(size)
                match kind:
                    case Kind.HEADER:
                        header = parse_header(body)
                        self.codec, self.width, self.height = header.codec, header.width, header.height
                        self.traces = tuple(Trace(trace) for trace in header.traces)
                    case Kind.FRAME:
                        picture = parse_frame(body)
                        if picture.at_s < last_s or not frames_left:
                            raise ValueError("frames out of order, or more than were asked for")
                        last_s, frames_left = picture.at_s, frames_left - 1
                        yield Frame(picture.at_s, _upright(picture))
                    case Kind.END:
                        reason, self.damaged_packets, self.decode_cpu_s = parse_end(body)
                        self.fault = Reason(reason) if reason else None
                        return
        except TimeoutError:
            self.fault = Reason.CLIP_TOO_COSTLY
        except EOFError:
            # Killed by its limits or crashed by the file: the exit code tells which.
            killed = _exit_code(process) in _KILLED_BY_LIMIT
            self.fault = Reason.CLIP_TOO_COSTLY if killed else Reason.CLIP_UNREADABLE
        except ValueError:
            self.fault = Reason.CLIP_UNREADABLE
        finally:
            self.decode_wait_s = source.waited_s


def _upright(picture: Picture) -> Image:
    """The pixels as an array of (height, width, BGR), turned upright."""
    lying = np.frombuffer(picture.pixels, dtype=np.uint8).reshape(picture.height, picture.width, 3)
    return lying if not picture.turns else np.ascontiguousarray(np.rot90(lying, picture.turns))


_KILLED_BY_LIMIT = (-9, -24)
"""SIGKILL and SIGXCPU, as ``Popen`` reports them."""


class _TimedPipe:
    """Exact reads from a pipe with a budget of waiting time over all of them."""

    def __init__(self, pipe: IO[bytes] | None, budget_s: float) -> None:
        assert pipe is not None
        self._descriptor = pipe.fileno()
        self._budget_s = budget_s
        self._readable = select.poll()
        self._readable.register(self._descriptor, select.POLLIN)
        self.waited_s = 0.0

    def take(self, size: int) -> bytearray:
        """Exactly ``size`` bytes. Raises ``TimeoutError`` when the budget is spent, ``EOFError`` when the sender is
        gone."""
        taken = bytearray(size)
        left = memoryview(taken)
        while left:
            began = time.monotonic()
            ready = self._readable.poll(1000 * max(0.0, self._budget_s - self.waited_s))
            self.waited_s += time.monotonic() - began
            if not ready:
                raise TimeoutError
            read = os.readv(self._descriptor, [left])
            if not read:
                raise EOFError
            left = left[read:]
        return taken


def _exit_code(process: "subprocess.Popen[bytes]") -> int:
    """How a process that has closed its end of the pipe ended; one that does not end is killed."""
    try:
        return process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _feed(pipe: IO[bytes] | None, data: bytes) -> None:
    """Give the clip to the process; it may be gone already."""
    assert pipe is not None
    try:
        pipe.write(data)
        pipe.close()
    except OSError:
        return


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except OSError:
        return
