"""How often a recording that answered one bundle would answer another: what order and windows are worth by themselves.

    python -m bench.verify.bundles [--trials 100000] [--seed 1] [--window 5]

No pictures: spans are made up (a person begins 0.5–2 s after the prompt and takes 0.8–2.5 s) and judged by the rules of
the service against bundles drawn by the rules of the door.
"""

import random
from collections.abc import Mapping
from typing import Annotated

import typer

from schemas.capture import Prompt
from schemas.verification import Action
from services.certify.domain.actions import Span
from services.certify.domain.challenge import answer_prompt
from services.certify.policy import ChallengePolicy
from services.gateway.domain.abilities import AbilitySet, able_actions
from services.gateway.domain.drawing import draw_actions, draw_prompts
from services.gateway.policy import DoorPolicy

Prompts = tuple[Prompt, ...]
Spans = Mapping[Action, Span]

_POLICY = ChallengePolicy()
_MIRROR = {Action.TURN_LEFT: Action.TURN_RIGHT, Action.TURN_RIGHT: Action.TURN_LEFT}
_SHIFTS = [0.1 * step for step in range(-25, 26)]
"""Seconds that an attacker cuts off the front or puts before it; no more of them could fit."""


def main(
    trials: Annotated[int, typer.Option()] = 100_000,
    seed: Annotated[int, typer.Option()] = 1,
    window: Annotated[float, typer.Option(help="Seconds for each action.")] = 5.0,
) -> None:
    """Print the shares."""
    policy = DoorPolicy(prompt_window_s=window)
    chance = random.Random(seed)  # noqa: S311 - a simulation, no secret
    everybody, still = able_actions(()), able_actions([AbilitySet.CANNOT_MOVE_HEAD])
    for name, able in (("everybody", everybody), ("cannot_move_head", still)):
        count = {
            "answers its own": 0,
            "another": 0,
            "another, mirrored where that helps": 0,
            "same actions and order": 0,
            "… shifted to fit best": 0,
        }
        alike = 0
        for _ in range(trials):
            first, second = _draw(able, policy, chance), _draw(able, policy, chance)
            spans = _respond(first, chance)
            count["answers its own"] += _passes(first, spans, 0.0)
            fits = _passes(second, spans, 0.0)
            count["another"] += fits
            turned = {_MIRROR.get(action, action): span for action, span in spans.items()}
            count["another, mirrored where that helps"] += fits or _passes(second, turned, 0.0)
            if [p.action for p in first] == [p.action for p in second]:
                alike += 1
                count["same actions and order"] += fits
                count["… shifted to fit best"] += any(_passes(second, spans, shift) for shift in _SHIFTS)
        for what, passed in count.items():
            of = alike if what in ("same actions and order", "… shifted to fit best") else trials
            typer.echo(f"{name}: {what}: {passed} of {of} = {passed / max(of, 1):.3f}")


def _draw(able: frozenset[Action], policy: DoorPolicy, chance: random.Random) -> Prompts:
    actions = draw_actions(able, policy, chance)
    assert actions is not None, "both sets leave two actions"
    return draw_prompts(actions, policy, chance)[0]


def _respond(prompts: Prompts, chance: random.Random) -> Spans:
    spans = {}
    for prompt in prompts:
        begins = prompt.at_s + chance.uniform(0.5, 2.0)
        spans[prompt.action] = Span(begins, begins + chance.uniform(0.8, 2.5))
    return spans


def _passes(prompts: Prompts, spans: Spans, shift: float) -> bool:
    moved = {a: Span(span.start_s + shift, span.end_s + shift) for a, span in spans.items()}
    whole = {a: [span] for a, span in moved.items() if span.start_s >= 0.0}
    return all(answer_prompt(whole.get(prompt.action, []), prompt, _POLICY).passed for prompt in prompts)


if __name__ == "__main__":
    typer.run(main)
