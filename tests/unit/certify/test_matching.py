"""The match by the rules of programmes, and what may become a reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.verification import MatchResult, Reason, ReferenceOrigin, ReferenceScore
from services.certify.domain.matching import (
    barred_programmes,
    chain_of_still,
    is_portrait,
    judge_match,
    reference_fault,
)
from services.certify.policy import (
    MatchEngine,
    MatchPolicy,
    ProgrammeMatch,
    RefreshMode,
    RefreshPolicy,
    VerificationPolicy,
)

PHOTO, PROOF = ReferenceOrigin.ID_PHOTO, ReferenceOrigin.ACCEPTED_PROOF
POLICY = MatchPolicy(
    programmes={
        "养老保险": ProgrammeMatch(sface_threshold=0.6),
        "senior_subsidy": ProgrammeMatch(accept_refreshed=False),
        "family_planning": ProgrammeMatch(max_reference_days=365),
    }
)
scores = st.lists(
    st.builds(
        ReferenceScore,
        origin=st.sampled_from(ReferenceOrigin),
        score=st.floats(-1, 1),
        age_days=st.none() | st.integers(0, 2000),
        chain=st.integers(0, 3),
        halves_apart=st.none() | st.floats(0, 2),
    ),
    max_size=2,
)
codes = st.none() | st.lists(st.sampled_from(["", "pension", "senior_subsidy", "family_planning"]), unique=True)


def _score(score: float, origin: ReferenceOrigin = PHOTO, age: int | None = 10, chain: int = 0) -> ReferenceScore:
    return ReferenceScore(origin=origin, score=score, age_days=age, chain=chain)


def _match(
    *compared: ReferenceScore, programmes: tuple[str, ...] | None = (), policy: MatchPolicy = POLICY
) -> MatchResult:
    return judge_match(compared, policy, MatchEngine.SFACE, frames=5, programmes=programmes)


def test_the_strictest_programme_of_the_visit_decides() -> None:
    """One recording answers all of them: what the strictest doubts goes to a person."""
    assert _match(_score(0.5)).passed
    assert _match(_score(0.5), programmes=("senior_subsidy",)).passed
    strict = _match(_score(0.5), programmes=("pension", "senior_subsidy"))
    assert (strict.passed, strict.threshold) == (False, 0.6)


@given(scores, codes)
def test_an_unknown_visit_is_judged_as_strictly_as_any(compared: list[ReferenceScore], known: list[str] | None) -> None:
    """A recording may arrive before its visit: then it passes only where it would pass for every visit."""
    unknown = _match(*compared, programmes=None)
    told = _match(*compared, programmes=None if known is None else tuple(known))
    assert told.passed or not unknown.passed


@given(scores, codes)
def test_what_passes_for_a_visit_is_barred_from_none_of_its_programmes(
    compared: list[ReferenceScore], known: list[str] | None
) -> None:
    """The verdict on the visit and the rule of each request never contradict each other."""
    programmes = tuple(known or ())
    match = _match(*compared, programmes=programmes)
    if match.passed:
        assert not set(barred_programmes(match, POLICY)) & set(programmes)


def test_a_proof_is_barred_from_programmes_that_ask_more() -> None:
    """A request that comes later, or at another visit, is held to its own programme's rules."""
    match = _match(_score(0.5, age=400))
    assert match.passed
    assert barred_programmes(match, POLICY) == ("family_planning", "pension")
    assert barred_programmes(match, MatchPolicy()) == ()
    second = _match(_score(0.4), _score(0.55, PROOF, chain=1))
    assert (second.passed, second.reference) == (True, PROOF)
    assert barred_programmes(second, POLICY) == ("pension", "senior_subsidy")


def test_a_second_reference_must_be_reached_by_more() -> None:
    """Two references are two chances for a stranger."""
    assert not _match(_score(0.4), _score(0.48, PROOF, chain=1)).passed
    assert _match(_score(0.4), _score(0.51, PROOF, chain=1)).passed
    both = _match(_score(0.46), _score(0.9, PROOF, chain=1))
    assert (both.reference, both.score, both.threshold) == (PHOTO, 0.46, 0.45)


def test_a_face_of_which_only_a_part_is_alike_is_no_match() -> None:
    """Whoever wears half of the right face may reach the threshold: the half that is his own tells."""
    even, uneven = _score(0.5), _score(0.5)
    even, uneven = (one.model_copy(update={"halves_apart": apart}) for one, apart in ((even, 0.22), (uneven, 0.23)))
    assert _match(even).passed
    assert (_match(uneven).passed, _match(uneven).score, _match(uneven).threshold) == (False, 0.5, 0.45)
    assert not barred_programmes(_match(even), MatchPolicy(programmes={"medical": ProgrammeMatch()}))
    assert barred_programmes(_match(uneven), MatchPolicy(programmes={"medical": ProgrammeMatch()}))
    assert _match(uneven, policy=MatchPolicy(max_halves_apart=10)).passed


def test_a_still_vouches_for_what_the_photo_shows_only_in_part() -> None:
    """And the other way round: what is like a still only in part gets nothing from it."""
    uneven = _score(0.5).model_copy(update={"halves_apart": 0.3})
    second = _match(uneven, _score(0.8, PROOF, chain=1))
    assert (second.passed, second.reference) == (True, PROOF)
    assert not _match(_score(0.4), _score(0.6, PROOF, chain=1).model_copy(update={"halves_apart": 0.3})).passed


def test_too_old_a_reference_is_said() -> None:
    """A reviewer hears that the photo is old, not that the face differs."""
    old = _match(_score(0.9, age=400), programmes=("family_planning",))
    assert (old.passed, old.score, reference_fault(old, POLICY)) == (False, None, Reason.REFERENCE_TOO_OLD)
    undated = _match(_score(0.9, age=None), programmes=("family_planning",))
    assert reference_fault(undated, POLICY) is Reason.REFERENCE_TOO_OLD
    assert reference_fault(_match(_score(0.9, age=300), programmes=("family_planning",)), POLICY) is None
    assert reference_fault(_match(), POLICY) is None


def test_one_programme_is_named_once() -> None:
    """Two tables under two names of one programme would hide one another."""
    assert set(POLICY.programmes) == {"pension", "senior_subsidy", "family_planning"}
    with pytest.raises(ValidationError):
        MatchPolicy(programmes={"pension": ProgrammeMatch(), "养老保险": ProgrammeMatch()})


def _chain(*compared: ReferenceScore, **refresh: object) -> int | None:
    asked: dict[str, object] = {"mode": RefreshMode.WHEN_CERTIFIED} | refresh
    policy = VerificationPolicy(refresh=RefreshPolicy.model_validate(asked))
    return chain_of_still(_match(*compared, policy=policy.match), policy)


def test_no_still_is_kept_unless_a_county_says_so() -> None:
    """The default keeps no more of a face than the proof needs."""
    assert chain_of_still(_match(_score(0.9)), VerificationPolicy()) is None
    assert _chain(_score(0.9)) == 1


def test_steps_from_the_agencys_photo_are_counted_and_end() -> None:
    """A row of small steps never leads from one person to another."""
    grown = (_score(0.46), _score(0.8, PROOF, chain=1))
    assert _chain(_score(0.5)) is None
    assert _chain(*grown) is None
    assert _chain(*grown, max_chain=2) == 2
    assert _chain(_score(0.46), _score(0.8, PROOF, chain=2), max_chain=2) is None
    assert _chain(_score(0.7), _score(0.8, PROOF, chain=2), max_chain=2) == 1
    uneven = _score(0.6, PROOF, chain=1).model_copy(update={"halves_apart": 0.3})
    assert _chain(_score(0.46), uneven, max_chain=2) is None
    assert _chain(_score(0.29), _score(0.99, PROOF, chain=1), max_chain=5) is None
    assert _chain(_score(0.99, PROOF, chain=1), max_chain=5) is None


@given(scores, st.integers(1, 5))
def test_a_still_never_stands_further_from_the_photo_than_allowed(compared: list[ReferenceScore], most: int) -> None:
    """And never without a passed match and the photo's own consent."""
    chain = _chain(*compared, max_chain=most)
    if chain is not None:
        assert chain <= most
        assert any(one.origin is PHOTO and one.score >= 0.3 for one in compared)
        assert _match(*compared, policy=MatchPolicy()).passed


@pytest.mark.parametrize(
    "fault", [{"yaw": -14.0}, {"eye_distance_px": 30.0}, {"sharpness": 9.0}, {"jaw_open": 0.5}, {"blink": 0.8}]
)
def test_a_portrait_has_no_fault(fault: dict[str, float]) -> None:
    """A poor still would be compared with for years."""
    good = {"yaw": 4.0, "eye_distance_px": 60.0, "sharpness": 90.0, "jaw_open": 0.05, "blink": 0.2}
    assert is_portrait(**good, policy=RefreshPolicy())
    assert not is_portrait(**(good | fault), policy=RefreshPolicy())
