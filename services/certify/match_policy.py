"""The rules of the match of faces, by programme, and of refreshing the reference. Each has its unit and its source."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import Field, field_validator

from schemas.programmes import read_programme
from services.certify.policy_part import PolicyPart


class MatchEngine(StrEnum):
    """The engines that can compare two faces."""

    SFACE = "sface"
    FACE_RECOGNITION = "face_recognition"


class ProgrammeMatch(PolicyPart):
    """What one programme asks of the match; what is not said stays as for every programme."""

    sface_threshold: float | None = Field(default=None, ge=-1, le=1)
    """Cosine."""
    face_recognition_threshold: float | None = Field(default=None, ge=0, le=1)
    """1 − distance."""
    accept_refreshed: bool | None = None
    """Whether a still of an accepted proof counts beside the agency's photo."""
    max_reference_days: int | None = Field(default=None, gt=0)
    """Oldest reference."""


class MatchPolicy(PolicyPart):
    """When two faces count as one person. The thresholds are measured: docs/matching.md."""

    other_face_area: float = Field(default=0.5, gt=0, le=1)
    """A reference with a second face at least this large is not a photo of one person; smaller ones are bystanders."""
    sface_threshold: float = Field(default=0.45, ge=-1, le=1)
    """Cosine. OpenCV Zoo gives 0.363 (LFW). Highest measured between strangers: 0.43 of a clip and a photo, 0.36 of
    East Asian adults; lowest of one person on two recordings: 0.56 (docs/matching.md)."""
    halves_from: float = Field(default=0.35, ge=-1, le=1)
    """A similarity (SFace) from here …"""
    halves_below: float = Field(default=0.7, ge=-1, le=1)
    """… to below here is doubted: the halves of the face are compared as well. Strangers with a part of the right face
    drawn over theirs reach 0.67 (docs/matching.md); with less nobody is taken for the person. Whoever lowers the
    threshold below the one lowers that as well."""
    max_halves_apart: float = Field(default=0.45, gt=0)
    """By how much, as a share of that similarity, one half may then be less alike than another. Genuine clips reach
    0.15, one person's pictures 0.42 but for one pair (docs/matching.md). 10 only tells it."""
    face_recognition_threshold: float = Field(default=0.62, ge=0, le=1)
    """1 − distance, so a tolerance of 0.38. East Asian strangers reach 0.61; the library's own 0.4 takes nearly
    half of their pairs for one person (docs/matching.md)."""
    accept_refreshed: bool = True
    """Whether a still of an accepted proof counts beside the agency's photo, where one is kept (`refresh`)."""
    refreshed_margin: float = Field(default=0.05, ge=0, le=1)
    """A second reference is a second chance for a stranger: it must be reached by this much more (docs/matching.md)."""
    max_reference_days: int | None = Field(default=None, gt=0)
    """A reference older than this goes to review. A photo without a date is as old as its arrival here, at least."""
    programmes: Mapping[str, ProgrammeMatch] = Field(default_factory=dict)
    """What single programmes ask instead: by their code or any name that lists use for them."""
    frames: int = Field(default=8, gt=0)
    """Best frontal frames, of as many seconds, that are pooled into the template of the clip."""
    max_yaw_deg: float = Field(default=20.0, gt=0)
    """Frames turned further are not compared."""
    max_pitch_deg: float = Field(default=25.0, gt=0)
    """Frames bowed further (from neutral) are not compared."""

    @field_validator("programmes", mode="after")
    @classmethod
    def _by_code(cls, named: Mapping[str, ProgrammeMatch]) -> Mapping[str, ProgrammeMatch]:
        codes = {name: read_programme(name)[0] for name in named}
        if len(set(codes.values())) < len(codes):
            raise ValueError("one programme is named twice, under two of its names: keep one table")
        return {codes[name]: rules for name, rules in sorted(named.items())}

    def threshold(self, engine: MatchEngine) -> float:
        """What a score of that engine must reach."""
        match engine:
            case MatchEngine.SFACE:
                return self.sface_threshold
            case MatchEngine.FACE_RECOGNITION:
                return self.face_recognition_threshold

    def of(self, programme: str) -> "MatchPolicy":
        """What counts for one programme: nothing of a single programme is left open in it."""
        named = self.programmes.get(programme, ProgrammeMatch()).model_dump(exclude_none=True)
        return self.model_copy(update={**named, "programmes": {}})

    def strictest(self, programmes: Iterable[str] | None) -> "MatchPolicy":
        """What holds for a visit that answers all of these: of each rule the strictest. ``None``: it is not known
        which, so any; none at all: what holds for a programme that is not named."""
        codes = {"", *self.programmes} if programmes is None else set(programmes) or {""}
        rules = [self.of(code) for code in codes]
        days = [one.max_reference_days for one in rules if one.max_reference_days is not None]
        return rules[0].model_copy(
            update={
                "sface_threshold": max(one.sface_threshold for one in rules),
                "face_recognition_threshold": max(one.face_recognition_threshold for one in rules),
                "accept_refreshed": all(one.accept_refreshed for one in rules),
                "max_reference_days": min(days, default=None),
            }
        )


class RefreshMode(StrEnum):
    """When a still of a proof becomes a reference."""

    NEVER = "never"
    WHEN_CERTIFIED = "when_certified"


class RefreshPolicy(PolicyPart):
    """Whether the best still of an accepted proof is kept as a second reference, and how it is held to the person
    of the agency's photo."""

    mode: RefreshMode = RefreshMode.NEVER
    """Off by default: a face kept longer than its proof is a purpose of its own, which a county must have assessed
    and told the people of before (docs/matching.md)."""
    min_margin: float = Field(default=0.1, ge=0, le=1)
    """By how much the clip must be above the threshold, to the reference that vouches for it."""
    min_original: float = Field(default=0.3, ge=-1, le=1)
    """Least similarity to the agency's photo, whoever vouches: most strangers stay below (docs/matching.md)."""
    max_chain: int = Field(default=1, ge=1, le=5)
    """Most steps from the agency's photo: 1, the photo itself must vouch; 2, a still that it vouched for may; …"""
    min_eye_distance_px: float = Field(default=40.0, gt=0)
    """Of the still, in the judged frame."""
    min_sharpness: float = Field(default=24.0, ge=0)
    """Of the still: twice what a clip must have."""
    max_yaw_deg: float = Field(default=10.0, gt=0)
    """Of the still."""
    max_jaw_open: float = Field(default=0.3, ge=0, le=1)
    """Of the still: a mouth opened for the challenge makes no portrait."""
    max_blink: float = Field(default=0.5, ge=0, le=1)
    """Of the still: the eyes are open."""
