"""What attacks come to that have to answer a signed bundle: each is judged anew, from the numbers that were measured,
against bundles drawn by the rules of the door. Part of `make report-verify`.

Two attackers are counted. The one sends the clip as it is. The other knows the bundle and begins the clip at the best
moment; what he shows until then is taken for a picture at rest that no cue tells, which is more than any of the derived
attacks has.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from schemas.capture import Challenge
from schemas.verification import Action, Decision
from services.certify.domain.judgement import judge
from services.certify.domain.measurements import Asked, Measurements, unpack
from services.certify.domain.observation import Observation
from services.certify.evaluation.looks import SWINGS, Looker
from services.certify.evaluation.manifest import GENUINE, Folder, Label
from services.certify.evaluation.trials import labels_of
from services.certify.policy import VerificationPolicy
from services.gateway.domain.abilities import able_actions
from services.gateway.domain.drawing import draw_actions, draw_prompts
from services.gateway.policy import DoorPolicy

BUNDLES: Final = 20
"""Drawn for each clip; half of them ask the very actions that the attack is made for, where it is made for several."""
_WAITS: Final = [0.5 * step for step in range(1, 17)]
"""Seconds that the clip is held back."""
_RATE: Final = 15.0
_ID: Final = UUID(int=1)
_DRAWN: Final = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bundled:
    """The clips of one species."""

    species: str
    clips: int
    bundles: int
    """Bundles that were tried, over all clips."""
    certified: int
    """Clips that some bundle certified as they are."""
    answered: int
    """Bundles for that."""
    certified_held: int
    """Clips that some bundle certified, begun at the best moment."""
    answered_held: int


def against_bundles(folder: Folder, looker: Looker, seed: int = 1) -> Iterator[Bundled]:
    """Each species of attack of a folder."""
    found: dict[str, dict[str, list[tuple[bool, bool]]]] = {}
    for number, label in enumerate(labels_of(folder)):
        if label.media.species == GENUINE:
            continue
        chance = random.Random(seed * 10_000 + number)  # noqa: S311 - a simulation, no secret
        part = (label.from_s, label.to_s)
        look = looker.look(label.media.path, label.media.sha256, part, SWINGS, label.reference)
        assert look.measurements is not None
        measured = unpack(look.measurements)
        clips = found.setdefault(label.media.species, {})
        clips.setdefault(label.media.path, []).extend(
            answers(measured, bundle, looker.policy) for bundle in _drawn(label, chance)
        )
    for species, clips in found.items():
        every = [one for tried in clips.values() for one in tried]
        yield Bundled(
            species=species,
            clips=len(clips),
            bundles=len(every),
            certified=sum(any(as_is for as_is, _ in tried) for tried in clips.values()),
            answered=sum(as_is for as_is, _ in every),
            certified_held=sum(any(held for _, held in tried) for tried in clips.values()),
            answered_held=sum(held for _, held in every),
        )


def _drawn(label: Label, chance: random.Random) -> Iterator[Challenge]:
    policy, able = DoorPolicy(), able_actions(())
    for number in range(BUNDLES):
        actions: Sequence[Action] | None = draw_actions(able, policy, chance)
        if number % 2 and len(label.asked) == policy.challenge_count:
            actions = label.asked
        assert actions is not None, "who can do everything can do enough"
        prompts, longest_s = draw_prompts(actions, policy, chance)
        yield Challenge(
            challenge_id=_ID,
            visit_id=_ID,
            actions=tuple(actions),
            issued_at=_DRAWN,
            expires_at=_DRAWN + timedelta(days=7),
            prompts=prompts,
            longest_s=longest_s,
        )


def answers(measured: Measurements, bundle: Challenge, policy: VerificationPolicy) -> tuple[bool, bool]:
    """Whether the bundle is answered by the clip as it is, and when it may be held back."""
    asked = replace(measured, asked=Asked(bundle.actions, bundle))

    def certified(wait_s: float) -> bool:
        seen = _held(measured.observations, wait_s)
        return judge(replace(asked, observations=seen), policy).decision is Decision.CERTIFIED

    as_is = certified(0.0)
    return as_is, as_is or any(certified(wait_s) for wait_s in _WAITS)


def _held(observations: Sequence[Observation], wait_s: float) -> tuple[Observation, ...]:
    """The first picture is shown for so long before it moves."""
    front = [replace(one, at_s=at / _RATE) for one in observations[:1] for at in range(round(wait_s * _RATE))]
    return (*front, *(replace(one, at_s=one.at_s + wait_s) for one in observations))
