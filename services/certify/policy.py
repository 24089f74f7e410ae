"""The thresholds of the machine check: frozen, validated, each with its unit and where the number comes from.

``VerificationPolicy()`` is the default; ``VerificationPolicy.from_toml`` reads a county's own, where what is not
named keeps its default.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, JsonValue

from schemas.camera import CameraKind
from schemas.verification import Trace
from services.certify.match_policy import MatchEngine, MatchPolicy, ProgrammeMatch, RefreshMode, RefreshPolicy
from services.certify.policy_part import PolicyPart
from services.certify.quality_policy import QualityPolicy

__all__ = [
    "ChallengePolicy",
    "DecodePolicy",
    "MatchEngine",
    "MatchPolicy",
    "PadPolicy",
    "ProgrammeMatch",
    "QualityPolicy",
    "RefreshMode",
    "RefreshPolicy",
    "VerificationPolicy",
]


class DecodePolicy(PolicyPart):
    """What a clip may cost before it is refused. All checks that the header allows come before the first frame is
    decoded."""

    max_bytes: int = Field(default=30_000_000, gt=0)
    """Size of the file."""
    max_seconds: float = Field(default=15.5, gt=0)
    """Length of the judged part: 15 s as the app films, and half a second for encoders that round up."""
    min_seconds: float = Field(default=0.8, gt=0)
    """Shorter clips hold no action."""
    max_width: int = Field(default=1920, gt=0)
    """Pixels, of either side."""
    max_frames: int = Field(default=2000, gt=0)
    """Frames decoded, judged or not: 15 s at 120 a second fit."""
    sample_fps: float = Field(default=15.0, gt=0)
    """Frames a second that are judged."""
    sample_fps_blink: float = Field(default=30.0, gt=0)
    """The same when a blink is asked: a blink takes 0.1–0.4 s, below 24 a second it is missed."""
    long_side: int = Field(default=640, ge=160, le=1920)
    """Judged frames are scaled down to this many pixels on the longer side."""
    memory_bytes: int = Field(default=1_500_000_000, gt=0)
    """Address space of the decoding process: three times what a 1920×1920 HEVC clip needs."""
    cpu_seconds: int = Field(default=20, gt=0)
    """CPU time of the decoding process: ten times what 15 s of 1080p need."""
    wait_seconds: float = Field(default=20.0, gt=0)
    """Wall time spent waiting for the decoding process, in all."""


class ChallengePolicy(PolicyPart):
    """When an action counts as done. Angles in degrees, times in seconds. Starting rules of face.md unless said
    otherwise."""

    baseline_s: float = Field(default=0.7, gt=0)
    """A turn is measured from the median of this first stretch, or of the whole clip when that looks more to the
    camera."""
    max_gap_s: float = Field(default=0.5, gt=0)
    """An action may hide the face no longer than this."""
    nod_out_deg: float = Field(default=12.0, gt=0)
    """Pitch excursion of a nod, up or down, from where it starts to its extreme. Not less for stiff necks: a photo
    tilted in the hand is read as up to 11° in five of six (bench/verify/derive.py)."""
    nod_plain_deg: float = Field(default=14.0, gt=0)
    """A nod this large is plain; a smaller one counts on a head that is otherwise still, see ``above_rest``."""
    nod_back_deg: float = Field(default=6.0, gt=0)
    """How far it must come back: half, because people often end a nod lower or higher than they began."""
    nod_max_yaw_deg: float = Field(default=10.0, gt=0)
    """The head must not turn more than this meanwhile …"""
    nod_max_yaw_share: float = Field(default=0.5, gt=0)
    """… or this share of a larger nod: the pose of a head bent by 35° is known less well."""
    nod_max_sway: float = Field(default=0.5, gt=0)
    """Way of the head sideways over its way up and down: 0.1–0.35 in real nods, mostly above 0.5 in talking, above 1
    when a hand before the face disturbs the reading."""
    tremor_s: float = Field(default=0.2, ge=0)
    """Movements faster than this are trembling and no part of the way: old heads tremble 4–6 times a second, and the
    mean over a period of it is still."""
    nod_max_mouth_share: float = Field(default=0.25, ge=0, le=1)
    """A head that tilts while the mouth stands open in more than this share of the time is a yawn, not a nod."""
    turn_out_deg: float = Field(default=18.0, gt=0)
    """Yaw excursion of a turn, measured from neutral and from where it starts. Not less for stiff necks: talking-head
    deepfakes, which liveness nets let through, turn by up to 17° of themselves."""
    turn_plain_deg: float = Field(default=24.0, gt=0)
    """A turn this large is plain; a smaller one counts on a head that is otherwise still."""
    turn_back_deg: float = Field(default=10.0, gt=0)
    """How far it must come back."""
    above_rest: float = Field(default=2.0, ge=1)
    """A nod or turn that is not plain goes this many times as far as the head goes about in the rest of the clip."""
    swing_min_s: float = Field(default=0.3, gt=0)
    """A nod or turn is not faster than this, out and back."""
    turn_profile_deg: float = Field(default=30.0, gt=0)
    """Turned further than this when it was lost and when it was found again, the face was seen from the side …"""
    turn_hidden_s: float = Field(default=1.5, gt=0)
    """… and may have been lost for so long."""
    swing_side_s: float = Field(default=3.0, gt=0)
    """Each way of it takes at most this long …"""
    swing_max_s: float = Field(default=4.5, gt=0)
    """… and both together this long, a rest at the far end included: old people are slow. A prompt's window is 5 s."""
    mouth_open: float = Field(default=0.3, gt=0, le=1)
    """jawOpen above the person's closed mouth."""
    mouth_still_open: float = Field(default=0.2, gt=0, le=1)
    """An open mouth ends below this."""
    mouth_min_s: float = Field(default=0.4, gt=0)
    """Held at least this long: openings in speech are mostly shorter (0.05–0.3 s on talking clips)."""
    mouth_speech_s: float = Field(default=0.3, gt=0)
    """Openings up to this long are syllables: they tell how wide this person opens the mouth in talking …"""
    mouth_syllables: int = Field(default=3, ge=1)
    """… when there are so many of them; that many were at least as wide as the width taken for speech …"""
    mouth_above_speech: float = Field(default=0.1, ge=0)
    """… and an asked opening is wider than that by this much of jawOpen."""
    mouth_gap_ratio: float = Field(default=2.0, gt=1)
    """The gap between the lips grows to at least this times the closed one …"""
    mouth_min_gap: float = Field(default=0.28, gt=0)
    """… and to at least this share of the mouth's width."""
    mouth_max_yaw_deg: float = Field(default=20.0, gt=0)
    """Beyond this turn the mouth is not judged: a photo turned by 35° raises jawOpen to 0.26. Below it a phone may be
    held a little aside."""
    closed_percentile: float = Field(default=20.0, ge=0, le=50)
    """The closed mouth and the open eye are taken at this percentile of the clip, so that a clip may begin in
    mid-action."""
    blink_closed: float = Field(default=0.5, gt=0, le=1)
    """Both eyes' blink score above this: closed."""
    blink_open: float = Field(default=0.35, gt=0, le=1)
    """Below this: open."""
    blink_min_s: float = Field(default=0.06, gt=0)
    """Shortest blink: two frames at 30 a second; one frame may be a spike of the reading."""
    blink_max_s: float = Field(default=0.5, gt=0)
    """Longest blink; longer is eyes closed."""
    blink_max_pitch_deg: float = Field(default=10.0, gt=0)
    """A bowed head lowers the lids: no blink is counted while pitch is this far from neutral."""
    blink_min_fps: float = Field(default=23.0, gt=0)
    """Below this frame rate a blink cannot be judged."""
    overlap_s: float = Field(default=0.2, ge=0)
    """An action may begin this much before the one before has settled."""
    prompt_early_s: float = Field(default=0.2, ge=0)
    """An action may begin this much before its prompt: the recorder's clock and the app's differ by some frames. Nobody
    answers a prompt in less (simple reaction times begin at 0.2 s)."""
    prompt_late_s: float = Field(default=0.2, ge=0)
    """… and end this much after its window, for the same reason."""
    longer_s: float = Field(default=0.5, ge=0)
    """A clip may be this much longer than its bundle says: a recorder stops when the running chunk is full."""
    clock_skew_hours: float = Field(default=36.0, ge=0)
    """How wrong the phone's clock may be, when it says when it filmed: as in the door's policy."""


class PadPolicy(PolicyPart):
    """When a face counts as alive."""

    threshold: float = Field(default=0.5, gt=0, lt=1)
    """The lowest of the nets' medians must reach this. Not calibrated yet: the middle of the nets' own scale."""
    min_frames: int = Field(default=3, gt=0)
    """Fewer judged frames than this decide nothing."""
    doubt_room: float = Field(default=2.0, gt=0)
    """When the nets disagree and the face has less room around it than this, the clip is filmed again from farther
    away:
    both nets were trained on the face box widened 2.7 times."""
    doubt_brightness: float = Field(default=90.0, ge=0, le=255)
    """When the nets disagree and the face is darker than this, the clip is filmed again in better light: the genuine
    faces that one net doubted had 41–84 (docs/pad.md)."""
    min_motion: float = Field(default=0.1, ge=0)
    """Grey levels of change from frame to frame below which a picture is frozen: a hand-held phone never is."""
    identity_max_yaw_deg: float = Field(default=35.0, gt=0)
    """Frames turned further do not speak on whether the face stayed one person's."""
    min_identity: float = Field(default=0.4, ge=-1, le=1)
    """SFace cosine of the clip's least alike frontal frame to the clip's own face; below it the face changed."""
    min_repeated: float = Field(default=0.85, gt=0)
    """Moving frames nearer than this to earlier ones, in steps from frame to frame, are a loop: nobody moves along the
    same line twice. Measured: genuine 1.0 or more, loops 0.3–0.8 (docs/pad-calibration.md, as all of these)."""
    max_stalled_s: float = Field(default=1.0, gt=0)
    """One picture shown this long in a moving clip was paused: dropped frames and weak compression reach 0.5 s."""
    max_jumped: float = Field(default=3.0, gt=0)
    """A step that stands out this much from those beside it is a cut: heads and phones need several frames to start
    and stop. Measured: genuine 2.7 at most, cuts at rest 3.2–52."""
    max_blended: float = Field(default=2.7, gt=0)
    """Frames that two pictures laid over one another explain this much better than motion are a cross-fade. Measured:
    genuine 1.0, filmed screens 2.3 at most, cross-fades of recordings that differ 3.1 and more."""
    min_depth: float = Field(default=2.8, gt=0)
    """Per cent of the distance between the eyes that a plane must leave unexplained: heads 4.0–14, flat photos 1.0, a
    worn cut-out 2.2, bent photos 1.9 at most …"""
    min_depth_angle_deg: float = Field(default=12.0, gt=0)
    """… judged only when the two views differ by this, about the least nod that counts."""
    min_drawn: float = Field(default=0.14, ge=0)
    """How far skin slides off the mesh when the face turns, in % of the distance between the eyes for each degree:
    heads 0.17 and more, photos drawn over another's moving face mostly below 0.12. 0 only tells it."""
    min_steady: float = Field(default=0.32, ge=0)
    """The same in units of what places of the face tremble at rest: heads 0.33 and more, but for one of 0.31; faces
    drawn by a mesh or by few landmarks 0.31 at most. 0 only tells it."""
    max_moire: float = Field(default=2.4, gt=0)
    """Peak of the spectrum over its surroundings: skin 1.0–1.9, a screen whose grid shows 2.2–3.8."""
    max_grid: float = Field(default=0.9, gt=0)
    """Lines of one width over half of the picture and the face. Measured: rooms 0.45 at most, hard compression 0.67,
    one real screen 0.73, simulated screens whose grid can be seen 0.8–3.9."""
    max_seen_before: float = Field(default=0.75, gt=0, le=1)
    """How alike the recording may move to an earlier one of the same person, nearer to copies than to other
    performances (docs/seen-before.md). 1 only tells it."""
    refused_traces: tuple[Trace, ...] = (Trace.VIRTUAL_CAMERA, Trace.SCREEN_RECORDER)
    """A file that names a program of these kinds goes to a reviewer: no phone's camera writes them. Editors and
    converters are only told: a clip may have come through a messenger."""
    refused_cameras: tuple[CameraKind, ...] = tuple(CameraKind)
    """A recording whose camera the browser calls one of these goes to a reviewer. Empty: it is only told."""
    head_must_move: bool = True
    """A signed challenge with neither nod nor turn, for who cannot move the head, goes to a reviewer: a face that does
    not turn shows no depth, and whoever ticks what a person cannot do chooses what can be told. False: it may be
    certified."""


class VerificationPolicy(PolicyPart):
    """Everything that decides about a clip beside the models."""

    name: str = Field(default="2026-11", min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")
    """Given by the working group; the digest below tells two policies of one name apart."""
    decode: DecodePolicy = DecodePolicy()
    """Limits of reading."""
    quality: QualityPolicy = QualityPolicy()
    """Limits of judging."""
    challenge: ChallengePolicy = ChallengePolicy()
    """Actions."""
    pad: PadPolicy = PadPolicy()
    """Liveness."""
    match: MatchPolicy = MatchPolicy()
    """Identity."""
    refresh: RefreshPolicy = RefreshPolicy()
    """Whether an accepted proof becomes a reference."""

    @property
    def version(self) -> str:
        """``name+digest``: tells two policies of one name apart in a verdict."""
        return version_of(self.as_json())

    def as_json(self) -> dict[str, JsonValue]:
        """All values, as a verdict carries them."""
        return self.model_dump(mode="json")

    def measuring(self) -> dict[str, JsonValue]:
        """The values that act while a clip is looked at; all others act on what was measured."""
        return self.model_dump(mode="json", include={part: set(names) for part, names in MEASURING.items()})

    @classmethod
    def from_toml(cls, path: Path) -> "VerificationPolicy":
        """Read a county's policy. An empty file is the default; an unknown or impossible value raises
        ``ValidationError``."""
        return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


MEASURING = {
    "decode": frozenset(DecodePolicy.model_fields) - {"min_seconds"},
    "quality": frozenset({"other_face_area"}),
    "pad": frozenset({"identity_max_yaw_deg", "min_frames"}),
    "match": frozenset({"halves_from", "halves_below", "other_face_area", "frames", "max_yaw_deg", "max_pitch_deg"}),
}
"""Thresholds, by part, that choose what is measured: a verdict cannot tell what others would have given (a test holds
the list against the modules that measure)."""


def version_of(policy: Mapping[str, JsonValue]) -> str:
    """The version of a policy that a verdict carries: its name, and the first 12 hex digits of the SHA-256 of its
    values as JSON with sorted keys. It needs no model of the policy, so it fits whatever software wrote the policy."""
    canonical = json.dumps(policy, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{policy.get('name')}+{hashlib.sha256(canonical.encode()).hexdigest()[:12]}"
