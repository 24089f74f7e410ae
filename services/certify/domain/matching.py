"""Whether the face is the reference's, by the rules of the programmes that the visit answers. Pure: scores, no
picture."""

from collections.abc import Sequence

from schemas.verification import MatchResult, Reason, ReferenceOrigin, ReferenceScore
from services.certify.policy import MatchEngine, MatchPolicy, RefreshMode, RefreshPolicy, VerificationPolicy


def judge_match(
    compared: Sequence[ReferenceScore],
    policy: MatchPolicy,
    engine: MatchEngine,
    *,
    frames: int,
    programmes: tuple[str, ...] | None,
) -> MatchResult:
    """The result for a visit of these programmes (``None``: not known which): the strictest rules hold.

    The agency's photo counts when it is enough; else a still of an accepted proof may, which must be reached by
    ``refreshed_margin`` more: two references give a stranger two chances. A face of which only a part is alike reaches
    none.
    """
    rules = policy.strictest(programmes)
    allowed = [one for one in compared if _counts(one, rules)]
    best = max(allowed, key=lambda one: _rank(one, rules, engine), default=None)
    threshold = rules.threshold(engine) if best is None else _need(best, rules, engine)
    return MatchResult(
        passed=best is not None and _reached(best, rules, engine),
        score=None if best is None else best.score,
        threshold=threshold,
        engine=engine,
        frames=frames if compared else 0,
        reference=None if best is None else best.origin,
        compared=tuple(compared),
        programmes=programmes,
    )


def reference_fault(result: MatchResult, policy: MatchPolicy) -> Reason | None:
    """Why no reference counts although the clip was compared with one: they are too old."""
    oldest = policy.strictest(result.programmes).max_reference_days
    if result.reference is not None or not result.compared or oldest is None:
        return None
    return Reason.REFERENCE_TOO_OLD


def barred_programmes(result: MatchResult, policy: MatchPolicy) -> tuple[str, ...]:
    """The programmes with rules of their own that this match does not reach.

    The visit may take up a request after it was filmed, and a proof may answer another visit's requests: a
    certificate is given only where the programme's own rules hold.
    """
    if result.engine not in set(MatchEngine):
        return tuple(sorted(policy.programmes))
    engine = MatchEngine(result.engine)
    found = {
        code: judge_match(result.compared, policy, engine, frames=result.frames, programmes=(code,))
        for code in policy.programmes
    }
    return tuple(sorted(code for code, match in found.items() if not match.passed))


def chain_of_still(result: MatchResult, policy: VerificationPolicy) -> int | None:
    """How many steps from the agency's photo a still of this clip would be; ``None`` when it may be no reference.

    Whoever vouches must do so by a margin. The agency's photo itself must not speak against it, however long the
    chain: so no row of small steps leads to another person.
    """
    refresh, limits = policy.refresh, policy.match.strictest(result.programmes)
    original = next((one for one in result.compared if one.origin is ReferenceOrigin.ID_PHOTO), None)
    if refresh.mode is RefreshMode.NEVER or not result.passed or original is None:
        return None
    if original.score < refresh.min_original:
        return None
    engine = MatchEngine(result.engine)
    steps = [
        one.chain + 1
        for one in result.compared
        if _counts(one, limits) and _reached(one, limits, engine, refresh.min_margin)
    ]
    chain = min(steps, default=None)
    return chain if chain is not None and chain <= refresh.max_chain else None


def is_portrait(
    *, yaw: float, eye_distance_px: float, sharpness: float, jaw_open: float, blink: float, policy: RefreshPolicy
) -> bool:
    """Whether a still is good enough to be compared with for years. Degrees, pixels, 0–1."""
    return (
        abs(yaw) <= policy.max_yaw_deg
        and eye_distance_px >= policy.min_eye_distance_px
        and sharpness >= policy.min_sharpness
        and jaw_open <= policy.max_jaw_open
        and blink <= policy.max_blink
    )


def _counts(one: ReferenceScore, rules: MatchPolicy) -> bool:
    if one.origin is ReferenceOrigin.ACCEPTED_PROOF and not rules.accept_refreshed:
        return False
    return rules.max_reference_days is None or (one.age_days is not None and one.age_days <= rules.max_reference_days)


def _need(one: ReferenceScore, rules: MatchPolicy, engine: MatchEngine) -> float:
    refreshed = one.origin is ReferenceOrigin.ACCEPTED_PROOF
    return round(rules.threshold(engine) + (rules.refreshed_margin if refreshed else 0.0), 4)


def _reached(one: ReferenceScore, rules: MatchPolicy, engine: MatchEngine, margin: float = 0.0) -> bool:
    """As a whole, and where the halves were compared in each of them."""
    whole = one.halves_apart is None or one.halves_apart <= rules.max_halves_apart * one.score
    return whole and one.score >= _need(one, rules, engine) + margin


def _rank(one: ReferenceScore, rules: MatchPolicy, engine: MatchEngine) -> tuple[bool, bool, float]:
    reached = _reached(one, rules, engine)
    return reached, reached and one.origin is ReferenceOrigin.ID_PHOTO, one.score - _need(one, rules, engine)
