"""Which looks at a face the liveness nets judge: every second one, and the others too where those leave a doubt.

Part of ``services.certify.observe``. The nets cost a fourteenth of a check (7 ms a look). What counts is the median of
each; where every second look puts it plainly on one side, the others do not bring it over (docs/pad.md).
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from services.certify.engines.arrays import Image
from services.certify.engines.ports import FaceBox, LivenessNet

_PLAIN: Final = (0.2, 0.8)
"""A median beyond these is plain: 0.3 from the threshold of the policy, which is the middle of the nets' scale."""
_LEAST: Final = 5
"""Fewer scores leave a doubt whatever they are."""


class LivenessLooks:
    """Takes the looks of one clip, numbered as they come."""

    def __init__(self, nets: Sequence[LivenessNet]) -> None:
        self._nets = nets
        self._judged: list[tuple[float, ...]] = []
        self._left: list[tuple[int, Image, FaceBox]] = []
        self._taken = 0

    def take(self, number: int, image: Image, face: FaceBox) -> tuple[float, ...] | None:
        """The nets' scores of a frontal face, or ``None`` when it is left for later."""
        self._taken += 1
        if self._taken % 2 == 0:
            self._left.append((number, image, face))
            return None
        self._judged.append(self._scores(image, face))
        return self._judged[-1]

    def rest(self) -> Iterator[tuple[int, tuple[float, ...]]]:
        """Numbers and scores of those that were left, when they are needed."""
        left, self._left = self._left, []
        if not self._plain():
            for number, image, face in left:
                yield number, self._scores(image, face)

    def _plain(self) -> bool:
        if len(self._judged) < _LEAST:
            return False
        middle = np.median(np.array(self._judged), axis=0)
        return bool(np.all((middle < _PLAIN[0]) | (middle > _PLAIN[1])))

    def _scores(self, image: Image, face: FaceBox) -> tuple[float, ...]:
        return tuple(net.live_score(image, face) for net in self._nets)
