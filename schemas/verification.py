"""What the machine found in one clip: the JSON of ``onevisit verify --json``, and part of every verdict event.

It carries every score, threshold, model hash, the whole policy and the series that the rules read, so that a verdict
can be explained and recomputed years later (docs/verdicts.md). No picture and no face template is in it.
"""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from schemas.base import Schema, Sha256
from schemas.camera import CameraFacts
from schemas.verification_names import MeasureName, Trace
from schemas.verification_reasons import Decision, Reason

__all__ = [
    "Action",
    "ActionResult",
    "BundleResult",
    "ChallengeResult",
    "CueName",
    "CueResult",
    "Decision",
    "MatchResult",
    "MeasureName",
    "PadResult",
    "Quality",
    "Reason",
    "ReferenceOrigin",
    "ReferenceScore",
    "SeenBefore",
    "Trace",
    "Verification",
]


class Action(StrEnum):
    """What a person can be asked to do before the camera. Left and right are the person's own."""

    NOD = "nod"
    OPEN_MOUTH = "open_mouth"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    BLINK = "blink"


Seconds = Annotated[float, Field(ge=0)]
"""Seconds from the start of the clip as it was filmed (also when only a part of it was judged)."""

Score = Annotated[float, Field(ge=-1, le=1)]
"""A score of an engine on its own scale."""


class ActionResult(Schema):
    """Whether one asked action was done."""

    passed: bool
    """True when it was seen after the action asked before it; with a window: within it, and not before."""
    span_s: tuple[Seconds, Seconds] | None
    """Where it was seen: first and last second; also given when it came out of order or at the wrong time. Null when it
    was not seen."""
    window_s: tuple[Seconds, Seconds] | None = None
    """When it was asked and until when it counted; null when the order alone was asked."""


ChallengeResult = dict[Action, ActionResult]
"""One entry for each asked action, in the asked order."""


class BundleResult(Schema):
    """The one-time bundle that the clip answers."""

    challenge_id: UUID | None
    """Names it; null when the bundle cannot be trusted."""
    longest_s: float | None
    """The longest clip that answers it, in seconds."""
    faults: tuple[Reason, ...]
    """What is wrong with the bundle or with when the clip was filmed; none of these clips is certified."""


class CueName(StrEnum):
    """A sign of a presentation attack that is measured without a net."""

    REPEATED = "repeated"
    STALLED = "stalled"
    JUMPED = "jumped"
    BLENDED = "blended"
    DEPTH = "depth"
    DRAWN = "drawn"
    STEADY = "steady"
    MOIRE = "moire"
    GRID = "grid"
    SEEN_BEFORE = "seen_before"


class CueResult(Schema):
    """One cue: what was measured and what it must not fall below or rise above."""

    passed: bool
    """True when nothing speaks against the clip, also when the cue could not be measured."""
    score: float | None
    """On the cue's own scale. Null when it could not be measured."""
    threshold: float
    """The bound of ``score``."""
    bound: Literal["at_least", "at_most"]
    """On which side of ``threshold`` genuine clips lie."""


class PadResult(Schema):
    """Presentation-attack detection: is this a living face or a picture of one?"""

    passed: bool
    """True when the nets see a live face and no cue speaks against it. False when the nets could not judge."""
    score: Score | None
    """The lowest of ``scores``: each net misses what the other catches. Null when no frame could be judged."""
    threshold: Score
    """What ``score`` must reach."""
    scores: dict[str, Score]
    """Per net: median over the judged frames of its probability of a live face."""
    frames: int = Field(ge=0)
    """How many frames were judged."""
    nets_passed: bool | None = None
    """True when ``score`` reaches ``threshold``, whatever the cues say. Null in verdicts older than the cues, where
    ``passed`` is what the nets said."""
    cues: dict[CueName, CueResult] = Field(default_factory=dict)
    """Per cue what was found; empty in verdicts older than the cues."""
    reported: dict[MeasureName, float] = Field(default_factory=dict)
    """What else was measured and has no say; without what could not be measured."""


class ReferenceOrigin(StrEnum):
    """Where a reference picture comes from."""

    ID_PHOTO = "id_photo"
    """An agency handed it in."""
    ACCEPTED_PROOF = "accepted_proof"
    """A still of a recording that was certified, by a county whose policy keeps one."""


class ReferenceScore(Schema):
    """The clip against one reference picture."""

    origin: ReferenceOrigin
    """Where the picture comes from."""
    score: float
    """Similarity on the engine's own scale, larger is more alike: cosine for sface, 1 − distance for
    face_recognition."""
    age_days: int | None = Field(default=None, ge=0)
    """How old the picture is, at least: since it was taken or, where nobody said when, since it arrived. Null when
    not known."""
    chain: int = Field(default=0, ge=0)
    """Steps from the agency's photo: 0, it is that photo; 1, it was held to it; 2, to one that was; …"""
    halves_apart: float | None = Field(default=None, ge=0)
    """By how much the left half of the face is more or less like the picture's than the right one, or either of them
    more than the lower half: a stranger who wears a part of the right face has one half that is like his and one that
    is not. Null where ``score`` left no doubt, or the engine knows no halves."""


class MatchResult(Schema):
    """Comparison of the clip with the reference picture."""

    passed: bool
    """True when ``score`` reaches ``threshold`` and the halves of the face are about as alike. False when it
    could not be compared."""
    score: float | None
    """Similarity to the reference that counts (``reference``). Null without a reference."""
    threshold: float
    """What ``score`` must reach: the strictest of the rules of ``programmes``."""
    engine: str
    """The engine that compared."""
    frames: int = Field(ge=0)
    """How many frames were compared: they are pooled into one template."""
    reference: ReferenceOrigin | None = None
    """Which reference counts: the agency's photo when that is enough. Null when none does."""
    compared: tuple[ReferenceScore, ...] = ()
    """Every reference that was there."""
    programmes: tuple[str, ...] | None = None
    """The programmes whose rules held, by code. Null when it was not known which: then the strictest of all."""


class Quality(Schema):
    """Facts about the recording, measured on the judged frames. Null where no face was found."""

    seconds: float | None = Field(default=None, ge=0)
    """Length of the judged part."""
    width: int | None = Field(default=None, ge=1)
    """Pixels, as shown (after rotation)."""
    height: int | None = Field(default=None, ge=1)
    """Pixels, as shown (after rotation)."""
    codec: str | None = None
    """Codec of the picture, e.g. h264."""
    frames: int = Field(default=0, ge=0)
    """Frames looked at (a sample of all)."""
    damaged_packets: int = Field(default=0, ge=0)
    """Parts of the file that could not be decoded and were skipped."""
    traces: tuple[Trace, ...] = ()
    """Programs that left their names in the file, by kind."""
    camera: CameraFacts | None = None
    """What the browser said of the camera. Null where it said nothing, and in verdicts older than this field."""
    faces_most: int = Field(default=0, ge=0)
    """Most faces of comparable size seen at one time for more than a moment."""
    face_share: float | None = Field(default=None, ge=0, le=1)
    """Share of the looked-at frames with a face."""
    face_gap_s: float | None = Field(default=None, ge=0)
    """Longest time without a face."""
    eye_distance_px: float | None = Field(default=None, ge=0)
    """Median distance of the eyes, in pixels of the judged frame (at most 640 on its longer side)."""
    room: float | None = Field(default=None, ge=0)
    """How many times the face box fits into the picture around it (median, 2.7 at most): the liveness nets need
    room."""
    brightness: float | None = Field(default=None, ge=0, le=255)
    """Median brightness of the face, 0–255."""
    sharpness: float | None = Field(default=None, ge=0)
    """Median variance of the Laplacian of the face at a fixed size; larger is sharper."""
    light: float | None = Field(default=None, ge=0, le=255)
    """Median over the frames of the whole picture's mean brightness, 0–255."""
    glare: float | None = Field(default=None, ge=0, le=1)
    """Median share of the background that is clipped white; null when the face fills the picture."""
    covered_share: float | None = Field(default=None, ge=0, le=1)
    """Share of the looks at the mouth that saw cloth there (a mask, a scarf). Null when no look could tell: no colour,
    or the face turned away."""
    covered_looks: int | None = Field(default=None, ge=0)
    """How many of those in a row, a third of a second apart. Null as ``covered_share``."""
    colourless_share: float | None = Field(default=None, ge=0, le=1)
    """Share of the looks at the face in which the picture was black and white, or its skin of a colour that skin never
    has. Null when no look could tell, and in verdicts older than this field."""
    unclear_gap_s: float | None = Field(default=None, ge=0)
    """Longest time in which a face was seen, but not clearly enough to follow its parts (a hand before it)."""
    unseen_s: float | None = Field(default=None, ge=0)
    """Longest time without a new picture behind which more had changed than from one picture to the next; the first
    half second of the recording left out. Null in verdicts older than this field, and with too few pictures."""
    turned_share: float | None = Field(default=None, ge=0, le=1)
    """Share of the looks in which a face lay on its side or stood on its head."""
    motion: float | None = Field(default=None, ge=0)
    """Change of the picture from frame to frame, in grey levels (90th percentile of the means); a photo has none."""
    identity_floor: float | None = Field(default=None, ge=-1, le=1)
    """Lowest similarity of a frontal frame of the clip to the clip's own face."""


class SeenBefore(Schema):
    """How alike a recording moves to an earlier one of the same person, where it does most."""

    earlier: str = Field(min_length=1, max_length=255)
    """The earlier recording: its ``capture_id``; on the command line the name of its file."""
    likeness: float | None = Field(ge=0, le=1)
    """1: all moves as it did then; 0: nothing in common. Null when one of the two moves too little to tell."""
    mirrored: bool = False
    """Left and right are exchanged."""
    backwards: bool = False
    """It is played from its end."""
    speed: float = Field(default=1.0, gt=0)
    """How much faster than the earlier one."""
    span_s: tuple[Seconds, Seconds] | None = None
    """Where in this recording. Null without a likeness, as the next."""
    earlier_span_s: tuple[Seconds, Seconds] | None = None
    """Where in the earlier one."""


class Verification(Schema):
    """The machine's judgement of one clip."""

    decision: Decision
    """``certified``, ``retry`` (film again; the reason says how) or ``review`` (a person decides). Never a refusal."""
    reasons: tuple[Reason, ...]
    """Permanent codes, the most telling first; empty exactly when certified."""
    challenge: ChallengeResult
    """Per asked action, whether and when it was done."""
    pad: PadResult
    """Is it alive?"""
    match: MatchResult
    """Is it the right person?"""
    quality: Quality
    """Facts about the recording."""
    timing_ms: dict[str, float]
    """Milliseconds of wall time per stage (decode, faces, reference, total), and of CPU (cpu, the decoder's too)."""
    models: dict[str, Sha256]
    """Name and SHA-256 of each model that took part."""
    policy_version: str = Field(min_length=1, max_length=64)
    """Version and digest of the thresholds that decided."""
    policy: dict[str, JsonValue] | None = None
    """The thresholds themselves, all of them. Null in verdicts older than this field."""
    measurements: dict[str, JsonValue] | None = None
    """What was asked and what was measured on the frames, column by column: with ``policy`` enough to judge again
    (`onevisit verify --replay`). No picture, no template, no point of a face. Null in an event, which carries it
    sealed."""
    bundle: BundleResult | None = None
    """The signed challenge that was answered; null when bare actions were asked."""
    seen: SeenBefore | None = None
    """The earlier recording of the person that this one is most like; null when none was compared."""
