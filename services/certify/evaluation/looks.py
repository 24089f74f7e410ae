"""Looks at clips with the real verifier; a look once made is kept on disk, so that a broken run goes on where it was.

A look's key is the SHA-256 of the clip, of the reference, the part, what was asked, the policy version, the hashes of
all models and the digest of the code that looks: whatever may change the answer changes the key. No picture is kept.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import av
import cv2

from schemas.verification import Action, Decision, SeenBefore, Verification
from services.certify.domain.judgement import judge
from services.certify.domain.measurements import Asked, unpack
from services.certify.domain.motion import Motion, pack_motion, unpack_motion
from services.certify.engines.loader import get_engines
from services.certify.evaluation.manifest import Folder, Media
from services.certify.policy import MatchEngine, VerificationPolicy
from services.certify.verify import Verifier

SWINGS = (Action.NOD, Action.OPEN_MOUTH, Action.TURN_LEFT, Action.TURN_RIGHT)
"""The actions judged at the usual frame rate; a blink needs twice as many frames and a look of its own."""


class Looker:
    """One verifier over one folder, with the answers already known."""

    def __init__(self, folder: Folder, policy: VerificationPolicy, models_dir: Path, cache: Path) -> None:
        self.policy = policy
        self.made, self.known = 0, 0
        self._folder, self._cache = folder, cache
        self._verifier = Verifier(policy, models_dir)
        self.hashes = get_engines(models_dir).hashes(MatchEngine.SFACE)
        self._stamp = json.dumps([policy.version, sorted(self.hashes.items()), code_digest()])
        self._stills: dict[str, bytes | None] = {}
        cache.mkdir(parents=True, exist_ok=True)

    def look(
        self, path: str, sha256: str, part: tuple[float, float | None], asked: Sequence[Action], reference: str
    ) -> Verification:
        """The verification of the part; ``reference`` as in ``labels.csv``, empty for none."""
        photo = self.still(reference) if reference else None
        photo_key = hashlib.sha256(photo).hexdigest() if photo is not None else ""
        kept = self._kept(sha256, part, list(asked), photo_key)
        if kept.is_file():
            self.known += 1
            return Verification.model_validate_json(kept.read_bytes())
        clip = self._folder.file(path)
        found = self._verifier.verify(clip, asked, photo, start_s=part[0], end_s=part[1])
        self._keep(kept, found.model_dump_json())
        return found

    def motion(self, media: Media, from_s: float, to_s: float | None) -> Motion:
        """How the person moved in a part; of a longer one in as much as a check may take."""
        longest = from_s + self.policy.decode.max_seconds
        end = longest if to_s is None else min(to_s, longest)
        kept = self._kept(media.sha256, (from_s, end), "motion")
        if kept.is_file():
            self.known += 1
            return unpack_motion(json.loads(kept.read_bytes()))
        found = self._verifier.motion(self._folder.file(media.path).read_bytes(), start_s=from_s, end_s=end)
        self._keep(kept, json.dumps(pack_motion(found)))
        return unpack_motion(pack_motion(found))

    def _kept(self, *what: object) -> Path:
        """Where the answer to a question lies."""
        named = json.dumps([*what, self._stamp])
        return self._cache / f"{hashlib.sha256(named.encode()).hexdigest()}.json"

    def _keep(self, kept: Path, answer: str) -> None:
        being_written = kept.with_suffix(f".{os.getpid()}")
        being_written.write_text(answer, encoding="utf-8")
        being_written.replace(kept)
        self.made += 1

    def still(self, reference: str) -> bytes | None:
        """A picture, or the frame of a clip at a second (``clip@second``) as PNG; ``None`` when there is no such
        frame."""
        if reference not in self._stills:
            path, _, second = reference.partition("@")
            file = self._folder.file(path)
            self._stills[reference] = still_at(file, float(second)) if second else file.read_bytes()
        return self._stills[reference]


def still_at(clip: Path, second: float) -> bytes | None:
    """The first frame at or after a second, as PNG. These are the evaluator's own labelled files, not sent ones."""
    try:
        with av.open(str(clip)) as container:
            for frame in container.decode(video=0):
                if frame.time is not None and frame.time >= second:
                    ok, png = cv2.imencode(".png", frame.to_ndarray(format="bgr24"))
                    return png.tobytes() if ok else None
    except av.error.FFmpegError:
        return None
    return None


def decide_alone(
    found: Verification, action: Action, policy: VerificationPolicy, earlier: tuple[SeenBefore, ...] = ()
) -> Decision:
    """What the verdict would be had this one action been asked: decided anew from the look, by the same rules;
    ``earlier`` as in `Measurements`.

    An attacker who is asked the one thing that the attack happens to show is the worst case, at no cost of a look.
    """
    assert found.measurements is not None
    measured = unpack(found.measurements)
    return judge(replace(measured, asked=Asked((action,)), earlier=earlier), policy).decision


@lru_cache(maxsize=1)
def code_digest() -> str:
    """SHA-256 over the sources that make a verification, so that changed code never answers from old looks."""
    root = Path(__file__).resolve().parents[1]
    sources = (path for path in root.rglob("*.py") if path.relative_to(root).parts[0] not in ("evaluation", "store"))
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()
