"""Whether a clip may answer a bundle at all: the right visit, filmed in time, not too long. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from schemas.capture import Challenge
from schemas.verification import BundleResult, Reason
from services.certify.policy import VerificationPolicy


def bundle_faults(
    challenge: Challenge, *, visit_id: UUID | None, captured_at: datetime, skew: timedelta
) -> tuple[Reason, ...]:
    """What speaks against a clip of this visit and moment as an answer to this challenge; empty when nothing does.

    Args:
        visit_id: at which the clip was made; ``None`` when that is not known.
        captured_at: when it was made, with zone.
        skew: how wrong the clock may be that says so.
    """
    questions = (
        (visit_id is not None and challenge.visit_id != visit_id, Reason.CHALLENGE_OTHER_VISIT),
        (captured_at < challenge.issued_at - skew, Reason.CLIP_OLDER_THAN_CHALLENGE),
        (captured_at > challenge.expires_at + skew, Reason.CHALLENGE_EXPIRED),
    )
    return tuple(reason for wrong, reason in questions if wrong)


def judge_bundle(
    challenge: Challenge | None,
    faults: Sequence[Reason],
    seconds: float | None,
    clip_fault: Reason | None,
    policy: VerificationPolicy,
) -> BundleResult | None:
    """The bundle with all that is wrong with it; ``None`` when bare actions were asked and nothing is wrong.

    Args:
        faults: known before anybody looked.
        seconds: length of the clip as it was judged.
        clip_fault: why the clip could not be judged; one that is too long for every bundle is so for this one.
    """
    if challenge is None:
        return BundleResult(challenge_id=None, longest_s=None, faults=tuple(faults)) if faults else None
    longest_s, found = challenge.longest_s, list(faults)
    if not challenge.is_sound:
        found.append(Reason.CHALLENGE_UNTRUSTED)
    if longest_s is not None:
        limit = longest_s + policy.challenge.longer_s
        too_long_for_all = clip_fault is Reason.CLIP_TOO_LONG and limit <= policy.decode.max_seconds
        if too_long_for_all or (seconds is not None and seconds > limit):
            found.append(Reason.CLIP_LONGER_THAN_CHALLENGE)
    return BundleResult(challenge_id=challenge.challenge_id, longest_s=longest_s, faults=tuple(found))
