"""Recognition of a recent proof: what counts, by policy, whatever the order."""

import logging
import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import stable_id
from schemas.certificate import EvidenceGrade, EvidenceSource
from schemas.evidence import ActedBy, grade_of
from schemas.programmes import PROGRAMMES
from schemas.visit import VisitRequest
from services.certify.domain.recognition import (
    ProgrammePolicy,
    Proof,
    RecognitionPolicy,
    RecognitionPolicyInvalid,
    recognise,
)
from services.certify.recognition_file import read_recognition
from services.platform.secrets import make_missing

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "recognition.md"
START = date(2026, 3, 1)
days = st.integers(-200, 200).map(lambda n: START + timedelta(days=n))
proofs = st.builds(
    Proof,
    st.integers(1, 2**64).map(lambda n: UUID(int=n)),
    days,
    st.sampled_from(EvidenceGrade),
    st.sampled_from(ActedBy),
)
rules = st.builds(
    ProgrammePolicy,
    accepted=st.frozensets(st.sampled_from(EvidenceGrade)),
    accepted_actors=st.frozensets(st.sampled_from(ActedBy), min_size=1),
    within_window=st.booleans(),
    max_age_days=st.integers(0, 400),
)
policies = st.builds(RecognitionPolicy, default=rules, programmes=st.dictionaries(st.sampled_from(PROGRAMMES), rules))


@st.composite
def requests(draw: st.DrawFn) -> VisitRequest:
    first = draw(days)
    return VisitRequest(
        agency=draw(st.sampled_from(["hrss", "health"])),
        request_id=f"R-{draw(st.integers(0, 5))}",
        programme=draw(st.sampled_from(["pension", "family_planning"])),
        window_start=first,
        due_date=first + timedelta(days=draw(st.integers(0, 60))),
    )


def _proof(day: date, grade: EvidenceGrade = EvidenceGrade.IN_PERSON_FACE) -> Proof:
    return Proof(stable_id("proof", day.isoformat(), grade), day, grade)


REQUEST = VisitRequest(
    agency="hrss", request_id="A", programme="pension", window_start=START, due_date=START + timedelta(days=30)
)


@pytest.mark.parametrize(("day", "counts"), [(-1, False), (0, True), (30, True), (31, False)])
def test_by_default_the_proof_lies_within_the_window(day: int, counts: bool) -> None:
    """First and last day included."""
    answered = recognise([_proof(START + timedelta(days=day))], [REQUEST], RecognitionPolicy())
    assert bool(answered) is counts


@pytest.mark.parametrize(("age", "counts"), [(90, True), (91, False)])
def test_a_programme_may_accept_an_older_proof(age: int, counts: bool) -> None:
    """`max_age_days` counts back from the due date; other programmes keep the default."""
    policy = RecognitionPolicy.from_toml("[programmes.pension]\nwithin_window = false\nmax_age_days = 90\n")
    proof = _proof(REQUEST.due_date - timedelta(days=age))
    assert bool(recognise([proof], [REQUEST], policy)) is counts
    other = REQUEST.model_copy(update={"programme": "family_planning"})
    assert recognise([proof], [other], policy) == []


def test_a_grade_that_is_not_accepted_answers_nothing() -> None:
    """A trace in data does not stand for a visit unless the policy says so."""
    trace = _proof(START, EvidenceGrade.DATA_TRACE)
    assert recognise([trace], [REQUEST], RecognitionPolicy()) == []
    policy = RecognitionPolicy(default=ProgrammePolicy(accepted=frozenset({EvidenceGrade.DATA_TRACE})))
    assert recognise([trace], [REQUEST], policy) == [(REQUEST, trace)]


@pytest.mark.parametrize("actor", [ActedBy.PROXY, ActedBy.UNKNOWN])
def test_what_somebody_else_did_proves_nothing_unless_the_county_says_so(actor: ActedBy) -> None:
    """Medicine fetched by a daughter is a trace of the daughter."""
    trace = replace(_proof(START, EvidenceGrade.DATA_TRACE), acted_by=actor)
    accepted = frozenset({EvidenceGrade.DATA_TRACE})
    assert recognise([trace], [REQUEST], RecognitionPolicy(default=ProgrammePolicy(accepted=accepted))) == []
    lax = ProgrammePolicy(accepted=accepted, accepted_actors=frozenset({actor}))
    assert recognise([trace], [REQUEST], RecognitionPolicy(default=lax)) == [(REQUEST, trace)]


def test_of_several_proofs_the_newest_answers_and_of_one_day_the_strongest() -> None:
    """Then the smallest id, so that every machine chooses alike."""
    policy = RecognitionPolicy(default=ProgrammePolicy(accepted=frozenset(EvidenceGrade)))
    older, newer = _proof(START), _proof(START + timedelta(days=1), EvidenceGrade.DATA_TRACE)
    assert recognise([older, newer], [REQUEST], policy) == [(REQUEST, newer)]
    same_day = _proof(newer.day, EvidenceGrade.VIDEO_CALL)
    assert recognise([older, newer, same_day], [REQUEST], policy) == [(REQUEST, same_day)]
    twin = replace(same_day, proof_id=UUID(int=1))
    assert recognise([same_day, twin], [REQUEST], policy) == [(REQUEST, twin)]


@given(st.lists(proofs, max_size=6), st.lists(requests(), max_size=6), policies, st.randoms(use_true_random=False))
def test_the_order_changes_nothing_and_what_answers_is_accepted(
    some: list[Proof], asked: list[VisitRequest], policy: RecognitionPolicy, rng: random.Random
) -> None:
    """By any policy: the same answers in any order, each request once, by an accepted proof; no newer one is passed
    over, and no request that a proof answers stays open."""
    answered = recognise(some, asked, policy)
    assert recognise(rng.sample(some, len(some)), rng.sample(asked, len(asked)), policy) == answered
    keys = [(request.agency, request.request_id) for request, _ in answered]
    assert len(keys) == len(set(keys))
    for request, proof in answered:
        accepted = [p for p in some if policy.of(request.programme).accepts(p, request)]
        assert proof in accepted
        assert proof.day == max(p.day for p in accepted)
    answerable = {
        (r.agency, r.request_id) for r in asked if any(policy.of(r.programme).accepts(proof, r) for proof in some)
    }
    assert set(keys) == answerable


@given(proofs, requests(), rules)
def test_what_is_accepted_is_what_the_policy_says(proof: Proof, request: VisitRequest, rule: ProgrammePolicy) -> None:
    """Grade, actor, age and window, each said once more in other words."""
    age = request.due_date.toordinal() - proof.day.toordinal()
    days_before_window = request.window_start.toordinal() - proof.day.toordinal()
    strong_enough = proof.grade in rule.accepted and proof.acted_by in rule.accepted_actors
    in_time = age in range(rule.max_age_days + 1) and (days_before_window <= 0 or not rule.within_window)
    assert rule.accepts(proof, request) == (strong_enough and in_time)


def test_every_source_has_its_grade() -> None:
    """What is not seen or heard by a person of ours is a trace in data."""
    strong = {EvidenceSource.WITNESSED_VISIT, EvidenceSource.VIDEO_CALL, EvidenceSource.SELF_CAPTURE}
    assert {source for source in EvidenceSource if grade_of(source) is not EvidenceGrade.DATA_TRACE} == strong


def test_an_empty_file_is_the_default() -> None:
    """Nobody has to write a policy."""
    assert RecognitionPolicy.from_toml("") == RecognitionPolicy()
    assert RecognitionPolicy.from_toml("").version == RecognitionPolicy().version


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[default]\nmax_age = 3\n", "default.max_age"),
        ("[programmes.pension]\nmax_age_days = 401\n", "programmes.pension.max_age_days"),
        ("[programmes.pension]\nmax_age_days = true\n", "programmes.pension.max_age_days"),
        ("[programmes.pension]\nwithin_window = 'no'\n", "programmes.pension.within_window"),
        ("[programmes.pension]\naccepted = ['rumour']\n", "programmes.pension.accepted"),
        ("[programmes.pension]\naccepted_actors = []\n", "programmes.pension.accepted_actors"),
        ("[programmes.pension]\n[programmes.'养老保险']\n", "programmes"),
        ("pension = 3\n", "pension"),
        ("[programmes.pension\n", "line 1"),
    ],
)
def test_a_wrong_file_names_the_field(text: str, named: str, tmp_path: Path) -> None:
    """The service does not start with a policy that somebody meant otherwise."""
    file = tmp_path / "recognition.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(RecognitionPolicyInvalid, match=re.escape(named)) as refused:
        read_recognition(file)
    assert "RECOGNITION_POLICY_INVALID" in str(refused.value)
    assert "docs/recognition.md" in str(refused.value)


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    """A missing file, and one in another encoding: which file it is, and what is wrong with it."""
    other = tmp_path / "gbk.toml"
    other.write_bytes('name = "互认"'.encode("gbk"))
    for file, why in ((tmp_path / "missing.toml", "cannot be read"), (other, "not UTF-8")):
        with pytest.raises(RecognitionPolicyInvalid, match=f"{re.escape(str(file))}: .*{why}"):
            read_recognition(file)


def test_the_service_does_not_start_with_a_wrong_policy(tmp_path: Path) -> None:
    """It ends with the field's name and no traceback, before it reads a message."""
    file = tmp_path / "recognition.toml"
    file.write_text("[default]\nwithin_windows = true\n", "utf-8")
    make_missing(tmp_path / "var" / "secrets")
    env = {**os.environ, "ONEVISIT_VAR": str(tmp_path / "var"), "ONEVISIT_RECOGNITION": str(file)}
    command = [sys.executable, "-m", "services.certify.app"]
    run = subprocess.run(command, env=env, cwd=DOCUMENT.parents[1], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "default.within_windows" in run.stderr
    assert "Traceback" not in run.stderr


def test_an_unknown_programme_is_warned_of_and_what_counts_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A county may have programmes of its own; a misspelt one must show."""
    file = tmp_path / "recognition.toml"
    file.write_text("[programmes.pensoin]\nmax_age_days = 90\n", "utf-8")
    with caplog.at_level(logging.INFO):
        policy = read_recognition(file)
    assert policy.unknown_programmes == ("pensoin",)
    warned = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warned) == 1
    assert "pensoin" in warned[0]
    assert all(any(programme in record.getMessage() for record in caplog.records) for programme in PROGRAMMES)


def test_a_programme_may_be_named_as_lists_name_it() -> None:
    """The table of 养老保险 is the one of `pension`."""
    policy = RecognitionPolicy.from_toml("[programmes.'城乡居民养老保险']\nmax_age_days = 30\n")
    assert policy.of("pension").max_age_days == 30
    assert policy.unknown_programmes == ()


def test_every_example_of_the_document_can_be_used() -> None:
    """docs/recognition.md shows a policy for each programme, and says truly what it accepts."""
    examples = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    policies = [RecognitionPolicy.from_toml(example) for example in examples]
    assert {name for policy in policies for name in policy.programmes} == set(PROGRAMMES)
    assert all(policy.unknown_programmes == () for policy in policies)
    county = policies[0]
    assert county.of("senior_subsidy").accepts(_proof(REQUEST.due_date, EvidenceGrade.DATA_TRACE), REQUEST)
    assert not county.of("pension").accepts(_proof(REQUEST.due_date, EvidenceGrade.DATA_TRACE), REQUEST)
    assert not county.of("unheard_of").accepts(_proof(REQUEST.due_date, EvidenceGrade.VIDEO_CALL), REQUEST)


def test_two_policies_of_one_name_are_told_apart() -> None:
    """The version stands in the certificates, and follows from what counts."""
    one = RecognitionPolicy(name="county", default=ProgrammePolicy(max_age_days=90))
    other = RecognitionPolicy(name="county", default=ProgrammePolicy(max_age_days=91))
    assert one.version != other.version
    assert one.version == RecognitionPolicy.from_toml('name = "county"\n[default]\nmax_age_days = 90').version
