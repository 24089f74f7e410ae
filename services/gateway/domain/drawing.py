"""Draws what is asked and when: the actions that a person can do, at moments that nobody knows beforehand."""

from collections.abc import Collection, Sequence
from typing import Protocol, TypeVar

from schemas.capture import Prompt
from schemas.verification import Action
from services.gateway.policy import DoorPolicy

LEAST_ACTIONS = 2
"""One action alone is not asked: half of all recordings of a person would answer it. So a blink never stands alone."""

T = TypeVar("T")


class Chance(Protocol):
    """What is needed of ``random.Random``; the door hands in the system's."""

    def sample(self, population: Sequence[T], k: int) -> list[T]:
        """``k`` of them in random order."""

    def random(self) -> float:
        """From 0 up to 1."""


def draw_actions(able: Collection[Action], policy: DoorPolicy, chance: Chance) -> tuple[Action, ...] | None:
    """The asked actions in random order; ``None`` when the person can do too few for a challenge.

    The usual ones are asked; the others (a blink) only to make up the number.
    """
    usual = [action for action in policy.challenge_actions if action in able]
    others = [action for action in Action if action in able and action not in usual]
    asked = chance.sample(usual, min(policy.challenge_count, len(usual)))
    asked += chance.sample(others, min(max(0, LEAST_ACTIONS - len(asked)), len(others)))
    return tuple(chance.sample(asked, len(asked))) if len(asked) >= LEAST_ACTIONS else None


def draw_prompts(actions: Sequence[Action], policy: DoorPolicy, chance: Chance) -> tuple[tuple[Prompt, ...], float]:
    """When each of these is prompted, and the longest recording (seconds) that holds all windows.

    Before each prompt a random wait is put in; together the waits are at most what the longest recording leaves.
    """
    spare = policy.challenge_spare_s(len(actions))
    most = min(policy.prompt_wait_s, spare / len(actions))
    at_s, prompts = policy.prompt_first_s, []
    for action in actions:
        at_s += most * chance.random()
        prompts.append(Prompt(action=action, at_s=round(at_s, 1), until_s=round(at_s + policy.prompt_window_s, 1)))
        at_s += policy.prompt_window_s
    return tuple(prompts), round(prompts[-1].until_s + policy.prompt_tail_s, 1)
