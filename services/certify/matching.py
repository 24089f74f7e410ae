"""Compares the best frames of a clip with the references, and takes the still that may become one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from schemas.verification import Reason, ReferenceOrigin, ReferenceScore
from services.certify.candidate import Candidate
from services.certify.domain.matching import is_portrait
from services.certify.domain.measurements import Comparison
from services.certify.engines.arrays import FloatArray
from services.certify.engines.loader import Engines
from services.certify.engines.sface import SFaceMatcher
from services.certify.policy import MatchEngine, VerificationPolicy
from services.certify.reference import Reference, find_reference

_STILL_ROOM = 2.0
"""A still shows the face box widened so many times: head and neck, as an ID photo does, and no room behind."""


@dataclass(frozen=True)
class Photo:
    """A picture to compare with. ``age_days`` and ``chain`` as in ``ReferenceScore``."""

    data: bytes
    origin: ReferenceOrigin = ReferenceOrigin.ID_PHOTO
    age_days: int | None = None
    chain: int = 0


def compare(
    frames: Sequence[Candidate],
    photos: Sequence[Photo],
    engines: Engines,
    policy: VerificationPolicy,
    engine: MatchEngine,
    programmes: tuple[str, ...] | None,
) -> tuple[Comparison, Candidate | None]:
    """Compare the frames of one clip, each of another second, with every photo; with it the best frame that may
    become a reference, when there is one good enough.

    The templates of the best frontal frames are pooled into one: that brings the right person up by 0.05 and strangers
    by 0.01 against the median of single frames (docs/matching.md).
    """
    limits = policy.match
    identity = engines.sface()
    own = [identity.embed(frame.image, frame.face) for frame in frames]
    ranked = sorted(range(len(frames)), key=lambda k: frames[k].worth, reverse=True)
    chosen = [k for k in ranked if abs(frames[k].yaw) <= limits.max_yaw_deg][: limits.frames]
    detector, matcher = engines.detector(), engines.matcher(engine)
    found = [(photo, find_reference(photo.data, detector, limits)) for photo in photos]
    references = [(photo, reference) for photo, reference in found if isinstance(reference, Reference)]
    compared: list[ReferenceScore] = []
    if chosen and references:
        same = matcher is identity
        clip = matcher.pool([own[k] if same else matcher.embed(frames[k].image, frames[k].face) for k in chosen])
        for photo, reference in references:
            score = matcher.similarity(clip, matcher.embed(reference.image, reference.face))
            doubted = same and limits.halves_from <= score < limits.halves_below
            compared.append(
                ReferenceScore(
                    origin=photo.origin,
                    score=round(score, 4),
                    age_days=photo.age_days,
                    chain=photo.chain,
                    halves_apart=halves_apart(identity, frames[chosen[0]], reference) if doubted else None,
                )
            )
    faults = [fault for _, fault in found if isinstance(fault, Reason)]
    comparison = Comparison(
        engine=engine,
        fault=None if references else faults[0] if faults else Reason.NO_REFERENCE,
        references=tuple(compared),
        frames=len(chosen),
        programmes=programmes,
        identity_floor=_floor(own, identity.similarity),
    )
    return comparison, next((frames[k] for k in chosen if _is_portrait(frames[k], policy)), None)


def halves_apart(matcher: SFaceMatcher, one: Candidate | Reference, reference: Candidate | Reference) -> float:
    """By how much one half of the face is less like the reference than another: whoever wears a part of another's face
    has one that is like his and one that is not."""
    own, other = matcher.halves(one.image, one.face), matcher.halves(reference.image, reference.face)
    left, right, lower = (matcher.similarity(a, b) for a, b in zip(own, other, strict=True))
    return round(max(abs(left - right), max(left, right) - lower), 4)


def still_of(frame: Candidate) -> bytes:
    """The face with some room around it, as a JPEG."""
    face, (height, width) = frame.face, frame.image.shape[:2]
    (x, y), side = face.centre, _STILL_ROOM * max(face.width, face.height)
    left, top = max(0, int(x - side / 2)), max(0, int(y - side / 2))
    right, bottom = min(width, int(x + side / 2)), min(height, int(y + side / 2))
    _, jpeg = cv2.imencode(".jpg", frame.image[top:bottom, left:right], [cv2.IMWRITE_JPEG_QUALITY, 95])
    return jpeg.tobytes()


def _floor(own: Sequence[FloatArray], similarity: Callable[[FloatArray, FloatArray], float]) -> float | None:
    if not own:
        return None
    alike = np.array([[similarity(a, b) for b in own] for a in own])
    return min(1.0, float(alike[int(alike.sum(axis=0).argmax())].min()))


def _is_portrait(frame: Candidate, policy: VerificationPolicy) -> bool:
    return is_portrait(
        yaw=frame.yaw,
        eye_distance_px=float(np.linalg.norm(frame.face.points[0] - frame.face.points[1])),
        sharpness=frame.sharpness,
        jaw_open=frame.jaw_open,
        blink=frame.blink,
        policy=policy.refresh,
    )
