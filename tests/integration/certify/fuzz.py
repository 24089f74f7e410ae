"""Damaged clips of every container through the whole machine check, and the account of how each ended.

    python -m tests.integration.certify.fuzz --clips 1000 --seed 1       # make fuzz-clips

Each clip ends as a verdict with a code, in bounded time; no decoding process is left, none becomes a zombie, no
descriptor leaks, and the process that judges stays up. Whatever does not agree is printed with its number and the seed.
With the shared face media (``ONEVISIT_SHARED_DATA``) real recordings of phones and browsers are damaged too.
"""

import argparse
import os
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from schemas.verification import Action, Decision
from services.certify.engines.store import ModelStore
from services.certify.policy import VerificationPolicy
from services.certify.verify import Verifier
from tests.integration.certify.films import film, pattern
from tests.integration.certify.mutations import mutate

ROOT = Path(__file__).resolve().parents[3]
MADE = (
    *(("mp4", "libx264"), ("mov", "libx264"), ("mp4", "libx265"), ("webm", "libvpx"), ("webm", "libvpx-vp9")),
    *(("matroska", "libx264"), ("mpegts", "mpeg2video"), ("mpeg", "mpeg1video"), ("avi", "mpeg4"), ("3gp", "h263")),
)
REAL = (
    *("affinsys__vhn.mp4", "grid__swiz3n.mpg", "intel__yes.mkv", "lv_apfol__real2.webm", "lv_lestari__real.mp4"),
    *("meet__trump.mp4", "liveportrait__d12.mp4"),
)
_MOST_BYTES = 3_000_000
_PATIENCE_S = 60.0
"""Far above what the limits of ``DecodePolicy`` allow together."""


@dataclass
class Account:
    """How the clips ended."""

    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Of each kind of clip: how often each first reason, or ``certified``."""
    wrong: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    clips: int = 0

    def table(self) -> str:
        """For reading."""
        lines = [f"{'clip':<28}{'n':>6}  outcomes"]
        for kind, counts in sorted(self.outcomes.items()):
            ends = ", ".join(f"{code} {n}" for code, n in counts.most_common())
            lines.append(f"{kind:<28}{counts.total():>6}  {ends}")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        lines.append(f"{self.clips} clips, slowest {self.slowest_s:.1f} s, judge's memory {memory} MB at most")
        return "\n".join(lines + [f"WRONG: {line}" for line in self.wrong])


def corpus(shared: Path | None) -> dict[str, bytes]:
    """Whole clips by name: made ones of every container, and real ones where there are some."""
    clips = {
        f"{container}/{codec}": film(
            [pattern(i, *((352, 288) if codec == "h263" else (320, 240))) for i in range(40)], container, codec
        )
        for container, codec in MADE
    }
    if shared is not None:
        clips |= {name[:26]: (shared / "face" / "video" / name).read_bytes()[:_MOST_BYTES] for name in REAL}
    return clips


def run(verifier: Verifier, clips: Mapping[str, bytes], number: int, seed: int) -> Account:
    """Damages and judges this many clips, the kinds in turn."""
    account, chance = Account(), random.Random(seed)
    names, everything = sorted(clips), [clips[name] for name in sorted(clips)]
    descriptors = psutil.Process().num_fds()
    for index in range(number):
        name = names[index % len(names)]
        damage, data = mutate(clips[name], everything, chance)
        began = time.monotonic()
        try:
            found = verifier.verify(data, [Action.NOD], None)
        except Exception as error:
            account.wrong.append(f"clip {index} of seed {seed} ({name}, {damage}): {type(error).__name__}: {error}")
            continue
        seconds = time.monotonic() - began
        account.clips += 1
        account.slowest_s = max(account.slowest_s, seconds)
        account.outcomes[name][found.reasons[0] if found.reasons else "certified"] += 1
        left = [child for child in psutil.Process().children() if child.status() == psutil.STATUS_ZOMBIE]
        open_now = psutil.Process().num_fds()
        for fault, is_so in {
            "certified": found.decision is Decision.CERTIFIED,
            f"took {seconds:.0f} s": seconds > _PATIENCE_S,
            "left a process": bool(left) or any(_decodes(child) for child in psutil.Process().children()),
            f"{open_now - descriptors} descriptors more": open_now > descriptors + 3,
        }.items():
            if is_so:
                account.wrong.append(f"clip {index} of seed {seed} ({name}, {damage}): {fault}")
    return account


def shared_media() -> Path | None:
    """The folder that holds ``face/``, when it is here."""
    folder = Path(os.environ.get("ONEVISIT_SHARED_DATA", ROOT.parent / "shared" / "data"))
    return folder if (folder / "face" / "manifest.csv").is_file() else None


def _decodes(process: psutil.Process) -> bool:
    try:
        return any("decode.child" in word for word in process.cmdline())
    except psutil.Error:
        return False


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    models = ROOT / "var" / "models"
    ModelStore(models).pull()
    account = run(Verifier(VerificationPolicy(), models), corpus(shared_media()), asked.clips, asked.seed)
    sys.stdout.write(account.table() + "\n")
    sys.exit(bool(account.wrong))


if __name__ == "__main__":
    main()
