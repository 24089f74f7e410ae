"""Judging again: what the measurements and the policy in a verdict give, held against what the verdict says. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from pydantic import JsonValue, TypeAdapter, ValidationError

from schemas.verification import Verification
from services.certify.domain.judgement import Judgement, judge
from services.certify.domain.measurements import unpack
from services.certify.policy import VerificationPolicy, version_of


class ReplayFault(StrEnum):
    """Why a verdict cannot be judged again. Permanent codes."""

    NOT_A_VERDICT = "replay_not_a_verdict"
    INCOMPLETE = "replay_incomplete"
    SEALED = "replay_sealed"
    MEASUREMENTS_UNREADABLE = "replay_measurements_unreadable"
    POLICY_UNREADABLE = "replay_policy_unreadable"


FAULT_TEXTS: dict[ReplayFault, tuple[str, str]] = {
    ReplayFault.NOT_A_VERDICT: (
        "This is no verdict. Give what `onevisit verify --json` printed, or an event of the verdict topic, as JSON.",
        "文件不是核验结论。请提供 onevisit verify --json 的输出或 verdict 主题中的事件（JSON）。",
    ),
    ReplayFault.INCOMPLETE: (
        "The verdict carries no measurements or no policy: it is older than these fields, or tells again of an earlier"
        " event. Give the first event of this verdict_id.",
        "该结论不含测量数据或策略：可能是旧版本，或为重复通知。请提供该 verdict_id 的第一个事件。",
    ),
    ReplayFault.SEALED: (
        "The measurements are sealed under the person's key, which is not to be had here: it was destroyed, or this is"
        " not the county's installation. Run it where ONEVISIT_VAR and ONEVISIT_DATABASE are the county's.",
        "测量数据已用本人密钥加密，此处无法打开：密钥已销毁，或不在本县系统中。请在本县系统中运行。",
    ),
    ReplayFault.MEASUREMENTS_UNREADABLE: (
        "The measurements are not those of a clip: they were changed, or written by another version. Use the software"
        " version of that time.",
        "测量数据无法识别：已被改动，或由其他版本写入。请使用当时版本的软件。",
    ),
    ReplayFault.POLICY_UNREADABLE: (
        "The policy in the verdict is none that this version knows: it was changed, or written by another version. Use"
        " the software version of that time.",
        "结论中的策略无法识别：已被改动，或由其他版本写入。请使用当时版本的软件。",
    ),
}
"""Each fault in English and Chinese: what is wrong and what to do next."""


class Unreplayable(Exception):
    """A verdict that cannot be judged again. ``fault`` is permanent, the text is for people."""

    def __init__(self, fault: ReplayFault) -> None:
        super().__init__(f"{fault}: {' '.join(FAULT_TEXTS[fault])}")
        self.fault = fault


@dataclass(frozen=True)
class Difference:
    """One field that the verdict tells otherwise than its measurements and policy give."""

    field: str
    """Its path, e.g. ``challenge.nod.span_s``."""
    told: JsonValue
    """What the verdict says; null when it says nothing."""
    found: JsonValue
    """What comes out."""


@dataclass(frozen=True)
class Replay:
    """What came out."""

    judged: Judgement
    policy_version: str
    """Of the thresholds that were used."""
    differences: tuple[Difference, ...]
    """Empty when the verdict holds."""


_AS_JSON = TypeAdapter(Judgement)


def replay(told: Verification) -> Replay:
    """Judge again under the verdict's own policy. Raises ``Unreplayable``."""
    return _replay(told, _own_policy(told), version_of(told.policy or {}))


def replay_under(told: Verification, policy: VerificationPolicy) -> Replay:
    """What another policy would have said. Raises ``Unreplayable``.

    Only of what is judged: the thresholds of ``policy.MEASURING`` act while a clip is looked at.
    """
    return _replay(told, policy, policy.version)


def measuring_differs(told: Verification, policy: VerificationPolicy) -> list[str]:
    """The thresholds that act while a clip is looked at and are not those of the verdict: only a new look shows what
    they would change."""
    own, other = dict(_leaves(_own_policy(told).measuring())), dict(_leaves(policy.measuring()))
    return sorted(name for name in other if own.get(name) != other[name])


def _replay(told: Verification, policy: VerificationPolicy, version: str) -> Replay:
    if told.measurements is None:
        raise Unreplayable(ReplayFault.INCOMPLETE)
    try:
        judged = _as_known_then(judge(unpack(told.measurements), policy), told)
    except (ValueError, ArithmeticError, LookupError, TypeError):
        raise Unreplayable(ReplayFault.MEASUREMENTS_UNREADABLE) from None
    found = dict(_leaves({**_AS_JSON.dump_python(judged, mode="json"), "policy_version": version}))
    names = {*Judgement.__dataclass_fields__, "policy_version"}
    said = dict(_leaves(told.model_dump(mode="json", include=names)))
    differences = tuple(
        Difference(name, said.get(name), found.get(name))
        for name in dict.fromkeys((*said, *found))
        if said.get(name, _NOTHING) != found.get(name, _NOTHING)
    )
    return Replay(judged, version, differences)


def _as_known_then(judged: Judgement, told: Verification) -> Judgement:
    """Without the cues that a verdict older than they are does not name: they were not measured and say nothing."""
    cues = {name: cue for name, cue in judged.pad.cues.items() if name in told.pad.cues or cue.score is not None}
    return replace(judged, pad=judged.pad.model_copy(update={"cues": cues}))


_NOTHING = object()
_UNKNOWN_THEN: Final[Mapping[str, JsonValue]] = {"head_must_move": False}
"""Rules of `PadPolicy` that a policy older than they are did not have, as it decided without them."""


def _as_decided_then(policy: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    pad = policy.get("pad")
    return {**policy, "pad": {**_UNKNOWN_THEN, **pad}} if isinstance(pad, dict) else dict(policy)


def _own_policy(told: Verification) -> VerificationPolicy:
    if told.policy is None:
        raise Unreplayable(ReplayFault.INCOMPLETE)
    try:
        return VerificationPolicy.model_validate(_as_decided_then(told.policy))
    except ValidationError:
        raise Unreplayable(ReplayFault.POLICY_UNREADABLE) from None


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, JsonValue]]:
    """Every value that is no object, with its path; an empty object is a value."""
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}" if path else str(name))
    else:
        yield path, value
