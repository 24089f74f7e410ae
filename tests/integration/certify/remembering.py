"""A verifier that looks at the same part of the same clip once, and judges what it saw as often as it is asked."""

import hashlib
from pathlib import Path

from services.certify.policy import MatchEngine, VerificationPolicy
from services.certify.verify import Clock, Seen, Verifier

Memory = dict[tuple[str, float, tuple[float, float | None]], Seen]
"""What was seen, by SHA-256 of the clip, frames a second and part: under one policy it depends on nothing else."""


class RememberingVerifier(Verifier):
    """With the default policy. Looking is nearly all the time of a verdict; all that follows is done anew each time."""

    def __init__(self, models_dir: Path, memory: Memory, engine: MatchEngine = MatchEngine.SFACE) -> None:
        super().__init__(VerificationPolicy(), models_dir, engine)
        self._memory = memory

    def see(self, data: bytes, fps: float, part: tuple[float, float | None], clock: Clock) -> Seen:
        """From memory when it was looked at before."""
        key = (hashlib.sha256(data).hexdigest(), fps, part)
        if key not in self._memory:
            self._memory[key] = super().see(data, fps, part, clock)
        return self._memory[key]
