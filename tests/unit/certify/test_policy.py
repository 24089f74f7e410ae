"""The policy is the thresholds of record."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.certify.policy import MatchEngine, MatchPolicy, VerificationPolicy
from services.certify.verification_file import VerificationPolicyInvalid, read_verification


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    """A county that changes nothing writes nothing."""
    (tmp_path / "policy.toml").write_text("")
    assert VerificationPolicy.from_toml(tmp_path / "policy.toml") == VerificationPolicy()


def test_a_changed_threshold_changes_the_version(tmp_path: Path) -> None:
    """Two policies of one name are told apart in a verdict."""
    (tmp_path / "policy.toml").write_text("[match]\nsface_threshold = 0.5\n")
    changed = VerificationPolicy.from_toml(tmp_path / "policy.toml")
    assert changed.match.threshold(MatchEngine.SFACE) == 0.5
    assert changed.version != VerificationPolicy().version
    assert changed.version.startswith("2026-11+")


def test_a_programme_is_named_as_lists_name_it(tmp_path: Path) -> None:
    """A county writes the programme's own name; what it does not say stays."""
    (tmp_path / "policy.toml").write_text('[match.programmes."高龄补贴"]\nsface_threshold = 0.5\n', encoding="utf-8")
    policy = read_verification(tmp_path / "policy.toml").match
    assert policy.of("senior_subsidy").sface_threshold == 0.5
    assert policy.of("senior_subsidy").max_reference_days is None
    assert policy.of("pension") == MatchPolicy().of("pension")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[match.programmes.pension]\nthreshold = 0.5\n", "match.programmes.pension.threshold"),
        ('[refresh]\nmode = "always"\n', "refresh.mode"),
        ("[match", "no TOML"),
    ],
)
def test_the_service_says_what_is_wrong_with_its_file(tmp_path: Path, text: str, where: str) -> None:
    """It stops before it begins, and names the field."""
    (tmp_path / "policy.toml").write_text(text)
    with pytest.raises(VerificationPolicyInvalid, match=where):
        read_verification(tmp_path / "policy.toml")
    with pytest.raises(VerificationPolicyInvalid, match="cannot be read"):
        read_verification(tmp_path / "missing.toml")


@pytest.mark.parametrize("text", ["[match]\nsface_treshold = 0.5\n", "[pad]\nthreshold = 1.5\n", "pad = 3\n"])
def test_a_mistake_is_refused(tmp_path: Path, text: str) -> None:
    """A misspelt name must not silently keep the default."""
    (tmp_path / "policy.toml").write_text(text)
    with pytest.raises(ValidationError):
        VerificationPolicy.from_toml(tmp_path / "policy.toml")


def test_dlib_is_never_looser_than_a_distance_of_0_4() -> None:
    """At the library's own 0.6 most pairs of East Asian men are taken for one."""
    assert VerificationPolicy().match.threshold(MatchEngine.FACE_RECOGNITION) >= 0.6
