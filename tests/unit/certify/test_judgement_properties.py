"""Whatever was measured, the machine certifies, sends back or asks a person: nothing else, and never without a why."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.camera import CameraFacts, CameraKind
from schemas.verdict import VerdictReached
from schemas.verification import Action, Decision, Reason, ReferenceOrigin, ReferenceScore, Verification
from schemas.verification_reason_texts import REASON_TEXTS
from services.certify.domain.judgement import judge
from services.certify.domain.measurements import Asked, ClipFacts, Comparison, Measurements, rounded
from services.certify.domain.observation import FaceCheck
from services.certify.policy import MatchEngine, VerificationPolicy
from tests.streams.certifying_office import CERTIFIED
from tests.unit.certify.clips import NETS, measured, verdict_on
from tests.unit.certify.faces import Face

POLICY = VerificationPolicy()
unit = st.floats(0, 1)
faces = st.builds(
    lambda seconds, pitch, yaw, jaw, tremble, swing, mouth: (
        Face(seconds, 15.0, pitch, yaw, jaw, tremble)
        .with_swing("pitch", 1.0, swing, 1.2)
        .with_mouth(3.0, mouth)
        .observations()
    ),
    st.floats(0.2, 9),
    st.floats(-40, 40),
    st.floats(-40, 40),
    unit,
    st.floats(0, 5),
    st.floats(-40, 40),
    unit,
)
looks = st.builds(
    FaceCheck,
    count=st.integers(0, 3),
    eye_distance_px=st.floats(0, 200),
    room=st.floats(0, 2.7),
    brightness=st.floats(0, 255),
    sharpness=st.floats(0, 500),
    live=st.none() | st.tuples(unit, unit),
)
scores = st.builds(ReferenceScore, origin=st.sampled_from(ReferenceOrigin), score=st.floats(-1, 1))
reference_faults = st.sampled_from([reason for reason in Reason if "reference" in reason])
comparisons = st.builds(
    Comparison,
    engine=st.sampled_from(MatchEngine),
    fault=st.none() | reference_faults,
    references=st.lists(scores, max_size=2).map(tuple),
    frames=st.integers(0, 8),
    programmes=st.none() | st.just(("pension",)),
    identity_floor=st.none() | st.floats(-1, 1),
)
clips = st.builds(
    Measurements,
    asked=st.lists(st.sampled_from(Action), max_size=3, unique=True).map(lambda actions: Asked(tuple(actions))),
    clip=st.builds(
        ClipFacts,
        fault=st.none() | st.none() | st.sampled_from([r for r in Reason if r.startswith("clip_")]),
        width=st.just(640),
        height=st.just(480),
        codec=st.just("h264"),
        damaged_packets=st.integers(0, 9),
    ),
    net_names=st.just(NETS),
    observations=(st.just([]) | faces).map(tuple),
    checks=st.lists(looks, max_size=9).map(tuple),
    motions=st.lists(st.floats(0, 9), max_size=9).map(tuple),
    comparison=comparisons,
    camera=st.none() | st.builds(CameraFacts, kind=st.none() | st.sampled_from(CameraKind)),
)


@given(clips)
def test_every_path_ends_in_one_of_three_with_a_reason(raw: Measurements) -> None:
    """No reason exactly with a certificate; the first reason is of the kind that was decided; none stands twice."""
    judged = judge(rounded(raw), POLICY)
    assert judged.decision in {Decision.CERTIFIED, Decision.RETRY, Decision.REVIEW}
    assert (judged.decision is Decision.CERTIFIED) == (judged.reasons == ())
    assert len(set(judged.reasons)) == len(judged.reasons)
    if judged.reasons:
        assert REASON_TEXTS[judged.reasons[0]].decision is judged.decision
    if judged.decision is Decision.CERTIFIED:
        assert judged.pad.passed
        assert judged.match.passed
        assert raw.asked.actions
        assert all(result.passed for result in judged.challenge.values())


@given(clips)
def test_what_is_certified_is_so_for_every_single_check(raw: Measurements) -> None:
    """A worse liveness, a stranger, an action that was not done: any of them alone takes the certificate away."""
    good = measured(Face(tremble=0.3).with_swing("pitch", 2.0, 20.0, 1.2).observations())
    assert judge(rounded(good), POLICY).decision is Decision.CERTIFIED
    mixed = {
        "observations": raw.observations, "checks": raw.checks, "comparison": raw.comparison, "clip": raw.clip,
        "camera": raw.camera,
    }  # fmt: skip
    for name, part in mixed.items():
        one = judge(rounded(Measurements(**{**vars(good), name: part})), POLICY)
        whole = judge(rounded(Measurements(**{**vars(good), **mixed})), POLICY)
        if whole.decision is Decision.CERTIFIED:
            assert one.decision is Decision.CERTIFIED, name


@pytest.mark.parametrize("decision", ["refused", "rejected", "deceased", "", None, 3])
def test_a_verdict_can_carry_nothing_else(decision: object) -> None:
    """Neither the machine's finding nor its event has a word for a refusal."""
    told = verdict_on(measured([])).model_dump(mode="json")
    with pytest.raises(ValidationError):
        Verification.model_validate_json(json.dumps(told | {"decision": decision}))
    assert {member.value for member in Decision} == {"certified", "retry", "review"}
    assert VerdictReached.model_fields["verification"].annotation is Verification
    assert CERTIFIED["decision"] == "certified"


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_says_what_to_do_next(reason: Reason) -> None:
    """In both languages: what is wrong, and a sentence that begins with what to do."""
    text = REASON_TEXTS[reason]
    assert len(re.findall(r"[.:;,] ", text.english + " ")) >= 2, text.english
    assert re.search(r"[，。；：].+。$", text.chinese), text.chinese
    assert re.search(r"请|需|转", text.chinese), f"no next step: {text.chinese}"
    step = re.compile(
        r"\b(Film|Hold|Keep|Go|Step|Turn|Wipe|Ask|Look|Compare|Take|Set|Let|Move|Use|Wait|Open|Draw|Check|Send|See|Show|Make|Put|Lift|Have)\b"
    )
    assert step.search(text.english), f"no next step: {text.english}"
