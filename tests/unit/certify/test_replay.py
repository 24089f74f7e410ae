"""A verdict holds against its own numbers, and nothing in it can be changed without being found."""

import ast
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.capture import Challenge, Prompt
from schemas.verification import Action, ActionResult, Decision, Reason, Verification
from services.certify.domain.observation import ClipCues
from services.certify.domain.replay import ReplayFault, Unreplayable, measuring_differs, replay, replay_under
from services.certify.policy import MEASURING, MatchPolicy, PadPolicy, VerificationPolicy, version_of
from tests.structure.source import ROOT
from tests.unit.certify.clips import measured, nodding, verdict_on
from tests.unit.certify.faces import Face


def bundle(at_s: float, action: Action = Action.NOD) -> Challenge:
    """The action asked at that second."""
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Challenge(
        challenge_id=UUID(int=1),
        visit_id=UUID(int=2),
        actions=(action,),
        issued_at=now,
        expires_at=now + timedelta(hours=1),
        prompts=(Prompt(action=action, at_s=at_s, until_s=at_s + 2.4),),
        longest_s=12.0,
    )


CASES = {
    "certified": measured(nodding()),
    "not done": measured(Face().observations()),
    "a stranger": measured(nodding(), score=0.15),
    "a screen": measured(nodding(), live=(0.02, 0.04)),
    "unreadable": measured([], fault=Reason.CLIP_UNREADABLE),
    "no photo": measured(nodding(), reference=Reason.NO_REFERENCE),
    "nothing asked": measured(nodding(), asked=()),
    "a bundle": measured(nodding(), bundle=bundle(1.5)),
    "a bundle not answered in time": measured(nodding(), bundle=bundle(3.5)),
    "a head that cannot move": measured(
        Face(tremble=0.3).with_mouth(2.0, 1.0).observations(),
        asked=(Action.OPEN_MOUTH,),
        bundle=bundle(1.5, Action.OPEN_MOUTH),
    ),
}


def parsed(document: dict[str, Any]) -> Verification:
    return Verification.model_validate_json(json.dumps(document))


@pytest.mark.parametrize("case", CASES)
def test_an_untouched_verdict_holds(case: str) -> None:
    """Through JSON, also when a database has put its keys in another order."""
    told = verdict_on(CASES[case])
    assert replay(told).differences == ()
    assert replay(parsed(json.loads(told.model_dump_json()))).differences == ()
    assert replay(parsed(json.loads(json.dumps(told.model_dump(mode="json"), sort_keys=True)))).differences == ()


def test_the_cases_cover_every_decision() -> None:
    """Else the test above would show less than it says."""
    assert {verdict_on(case).decision for case in CASES.values()} == set(Decision)


def test_every_changed_value_is_found() -> None:
    """Each number, code and flag of a verdict in turn, but for the times it took and the names of the models."""
    told = verdict_on(CASES["certified"]).model_dump(mode="json")
    judged = {name: value for name, value in told.items() if name not in {"timing_ms", "models", "measurements"}}
    paths = list(_paths(judged))
    assert len(paths) > 60
    missed = []
    for path in paths:
        changed = json.loads(json.dumps(told))
        place = changed
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = _other(place[path[-1]])
        try:
            if not replay(parsed(changed)).differences:
                missed.append(path)
        except (ValueError, Unreplayable):
            continue
    assert missed == []


def test_a_verdict_older_than_a_cue_holds() -> None:
    """It does not name what was not measured then; a cue that spoke cannot be left out."""
    told = verdict_on(replace(CASES["certified"], cues=ClipCues(jumped=1.5))).model_dump(mode="json")
    del told["pad"]["cues"]["blended"]
    assert replay(parsed(told)).differences == ()
    del told["pad"]["cues"]["jumped"]
    assert {one.field.rsplit(".", 1)[0] for one in replay(parsed(told)).differences} == {"pad.cues.jumped"}


def test_a_verdict_older_than_a_rule_holds() -> None:
    """A policy that does not name it decided without it; one that names it did not."""
    of_today = verdict_on(CASES["a head that cannot move"])
    assert of_today.reasons == (Reason.HEAD_NOT_ASKED,)
    policy = of_today.policy
    assert policy is not None
    assert isinstance(policy["pad"], dict)
    of_then = {**policy, "pad": {name: value for name, value in policy["pad"].items() if name != "head_must_move"}}
    told = of_today.model_copy(
        update={
            "policy": of_then,
            "policy_version": version_of(of_then),
            "decision": Decision.CERTIFIED,
            "reasons": (),
        }
    )
    assert replay(told).differences == ()
    assert {one.field for one in replay(of_today.model_copy(update={"policy": of_then})).differences} == {
        "decision",
        "policy_version",
        "reasons",
    }


def test_a_difference_names_its_field() -> None:
    """With what the verdict says and what comes out."""
    told = verdict_on(CASES["a stranger"]).model_copy(update={"decision": Decision.CERTIFIED, "reasons": ()})
    found = {one.field: (one.told, one.found) for one in replay(told).differences}
    assert found == {"decision": ("certified", "review"), "reasons": ([], ["face_differs"])}
    span = told.model_copy(update={"challenge": {Action.NOD: ActionResult(passed=True, span_s=(1.0, 2.0))}})
    assert "challenge.nod.span_s" in {one.field for one in replay(span).differences}


def test_changed_measurements_give_another_judgement() -> None:
    """A nod that is not in the numbers is not in the replay."""
    told = verdict_on(CASES["certified"])
    still = verdict_on(CASES["not done"]).measurements
    found = replay(told.model_copy(update={"measurements": still}))
    assert found.judged.reasons == (Reason.ACTION_NOT_SEEN,)
    assert {"decision", "reasons", "challenge.nod.passed", "challenge.nod.span_s"} <= {
        one.field for one in found.differences
    }


def test_a_threshold_that_does_not_fit_its_version_is_found() -> None:
    """Also when it changes nothing of this verdict."""
    told = verdict_on(CASES["certified"])
    assert told.policy is not None
    quality = told.policy["quality"]
    assert isinstance(quality, dict)
    policy = {**told.policy, "quality": {**quality, "max_brightness": 236.0}}
    found = replay(told.model_copy(update={"policy": policy}))
    assert [one.field for one in found.differences] == ["policy_version"]


def test_another_policy_shows_what_it_would_have_decided() -> None:
    """Stricter on matching: the same clip goes to a reviewer; nothing else changes."""
    strict = VerificationPolicy(match=MatchPolicy(sface_threshold=0.7))
    found = replay_under(verdict_on(CASES["certified"]), strict)
    assert (found.judged.decision, found.judged.reasons) == (Decision.REVIEW, (Reason.FACE_DIFFERS,))
    assert {one.field for one in found.differences} == {
        "decision", "reasons", "match.passed", "match.threshold", "policy_version",
    }  # fmt: skip


def test_thresholds_that_act_while_looking_are_told() -> None:
    """A replay cannot show what more frames would have given."""
    told = verdict_on(CASES["certified"])
    other = VerificationPolicy(match=MatchPolicy(frames=9), pad=PadPolicy(threshold=0.6))
    assert measuring_differs(told, other) == ["match.frames"]
    assert measuring_differs(told, VerificationPolicy()) == []


def test_the_list_of_thresholds_that_act_while_looking_is_whole() -> None:
    """Every field of the policy that a module that measures reads is named in ``MEASURING``."""
    parts = {name: set(type(getattr(VerificationPolicy(), name)).model_fields) for name in MEASURING}
    known = {name for names in parts.values() for name in names}
    listed = {name for names in MEASURING.values() for name in names}
    for module in ("observe.py", "verify.py", "matching.py", "reference.py", "decode/reader.py"):
        tree = ast.parse((ROOT / "services/certify" / module).read_text("utf-8"))
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & known
        assert used <= listed, f"{module} reads {used - listed}: name it in MEASURING"
    assert all(set(MEASURING[name]) <= parts[name] for name in MEASURING)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"measurements": None}, ReplayFault.INCOMPLETE),
        ({"policy": None}, ReplayFault.INCOMPLETE),
        ({"measurements": {"asked": 1}}, ReplayFault.MEASUREMENTS_UNREADABLE),
        ({"policy": {"name": "x", "pad": {"threshold": 7}}}, ReplayFault.POLICY_UNREADABLE),
    ],
)
def test_what_cannot_be_judged_again_has_its_code(change: dict[str, object], fault: ReplayFault) -> None:
    """With what to do, in both languages."""
    with pytest.raises(Unreplayable) as caught:
        replay(verdict_on(CASES["certified"]).model_copy(update=change))
    assert caught.value.fault is fault
    assert str(caught.value).startswith(fault.value)


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict) and value:
        return [found for name, part in value.items() for found in _paths(part, (*path, name))]
    if isinstance(value, list) and value:
        return [found for number, part in enumerate(value) for found in _paths(part, (*path, number))]
    return [path]


def _other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value * 0.9 if value else 0.1
        case str():
            return "retry" if value == "certified" else value + "x"
        case list():
            return ["no_face"]
        case _:
            return 1
