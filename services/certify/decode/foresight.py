"""Which packets hold pictures that nobody will look at, so that they need not be decoded.

Of 30 frames a second 15 are judged. FFmpeg may leave out a frame that no other frame refers to (a B-frame: editors,
converters and messengers write them, a phone's browser hardly), and all others come out bit by bit as before. Which
ones are judged follows from the stamps of the packets that come soon after.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from typing import Any

SKIPPABLE = frozenset({"h264"})
"""Codecs whose streams say of every frame whether any other refers to it. HEVC says it within a layer only."""

_AHEAD = 32
"""Packets that are known before one is decoded: H.264 lets 16 frames change their order at most."""


class Due:
    """Chooses frames by their seconds, so that variable frame rate needs no care elsewhere."""

    def __init__(self, start_s: float, fps: float) -> None:
        self._due, self._fps = start_s, fps

    def takes(self, at_s: float) -> bool:
        """Whether the frame at this second is judged; seconds must rise."""
        if at_s + 1e-3 < self._due:
            return False
        # A frame that comes late does not push the next ones later; a long gap is not made up for.
        self._due = max(self._due + 1.0 / self._fps, at_s + 0.5 / self._fps)
        return True


class Foresight:
    """Looks ahead in the packets of one stream.

    ``due`` is one of its own, as the sampler's was at the start; ``zero`` tells the second of the first frame once it
    has been decoded. Until then, and where stamps are missing or come too late to be foreseen, nothing is spared.
    """

    def __init__(self, due: Due, zero: Callable[[], float | None]) -> None:
        self._due, self._zero = due, zero
        self._stamps: list[tuple[int, float]] = []
        self._passed: int | None = None
        self._wanted: set[int] = set()
        self._sure = True

    def packets(self, source: Iterable[Any]) -> Iterator[tuple[Any, bool]]:
        """Each packet, and whether its picture is spared. What ``source`` raises comes after all packets before it."""
        queue: deque[Any] = deque()
        failure: Exception | None = None
        try:
            for packet in source:
                self._note(packet)
                queue.append(packet)
                if len(queue) > _AHEAD:
                    first = queue.popleft()
                    yield first, self._spared(first)
        except Exception as error:
            failure = error
        for packet in queue:
            yield packet, self._spared(packet)
        if failure is not None:
            raise failure

    def _note(self, packet: Any) -> None:
        if packet.pts is None:
            # The last packet is an empty one, by which the decoder is told to give out what it holds.
            self._sure = self._sure and not packet.size
        elif self._passed is not None and packet.pts <= self._passed:
            self._sure = False
        else:
            heappush(self._stamps, (packet.pts, float(packet.pts * packet.time_base)))

    def _spared(self, packet: Any) -> bool:
        zero = self._zero()
        if zero is None or packet.pts is None or not self._sure:
            return False
        while self._stamps and self._stamps[0][0] <= packet.pts:
            self._passed, second = heappop(self._stamps)
            if second >= zero and self._due.takes(second - zero):
                self._wanted.add(self._passed)
        return packet.pts not in self._wanted
