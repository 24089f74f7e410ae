"""Which recordings people look at: by programme, the strictest for a visit; and a draw that nobody can foresee."""

import hmac
import os
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.certify.domain.review_policy import ProgrammeReview, ReviewPolicy, ReviewPolicyInvalid, is_drawn
from services.certify.review_cases import CaseOpener


def test_a_visit_is_held_to_the_strictest_of_its_programmes() -> None:
    """Of each rule the strictest; programmes by any of their names."""
    policy = ReviewPolicy.from_toml(
        'name = "county"\n[default]\nsample_rate = 0.1\n[programmes."高龄补贴"]\nreviewers = 2\nsample_rate = 0.0\n'
        "[programmes.pension]\nblind_to_machine = true\nblind_to_first = false\n"
    )
    assert policy.of_visit(["senior_subsidy"]) == ProgrammeReview(reviewers=2, sample_rate=0.0)
    both = policy.of_visit(["senior_subsidy", "pension"])
    assert both == ProgrammeReview(sample_rate=0.02, reviewers=2, blind_to_machine=True, blind_to_first=True)
    assert policy.of_visit([]).sample_rate == 0.1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[default]\nreviewers = 3", "default.reviewers"),
        ("[default]\nsample_rate = 2", "default.sample_rate"),
        ("[default]\nblind = true", "default.blind"),
        ('[programmes."高龄补贴"]\n[programmes.senior_subsidy]', "programmes"),
        ("default", "no TOML"),
    ],
)
def test_a_wrong_policy_names_its_fault(text: str, named: str) -> None:
    """With its permanent code."""
    with pytest.raises(ReviewPolicyInvalid, match=f"REVIEW_POLICY_INVALID.*{named}"):
        ReviewPolicy.from_toml(text)


def test_another_rule_is_another_version() -> None:
    """A case says under which policy it was opened."""
    assert ReviewPolicy.from_toml("[default]\nreviewers = 2").version != ReviewPolicy().version


@given(st.binary(min_size=8, max_size=32), st.floats(0, 1), st.floats(0, 1))
def test_who_is_drawn_at_a_rate_is_drawn_at_a_higher_one(lot: bytes, one: float, other: float) -> None:
    """All at one, none at nought."""
    low, high = sorted((one, other))
    assert is_drawn(lot, low) <= is_drawn(lot, high)
    assert is_drawn(lot, 1.0)
    assert not is_drawn(lot, 0.0)


def test_the_draw_has_the_rate_and_depends_on_the_secret_alone() -> None:
    """Of 20,000 recordings 2 % (within five deviations); under another secret others; the same again."""
    ids = [uuid4() for _ in range(20_000)]
    county, other = (CaseOpener(ReviewPolicy(), secret) for secret in (os.urandom(32), os.urandom(32)))
    drawn = {one for one in ids if is_drawn(county.lot_of(one), 0.02)}
    assert abs(len(drawn) - 400) < 5 * (20_000 * 0.02 * 0.98) ** 0.5
    assert drawn == {one for one in ids if is_drawn(county.lot_of(one), 0.02)}
    elsewhere = {one for one in ids if is_drawn(other.lot_of(one), 0.02)}
    assert len(drawn & elsewhere) < 40
    assert county.lot_of(ids[0]) != hmac.digest(b"", ids[0].bytes, "sha256")
