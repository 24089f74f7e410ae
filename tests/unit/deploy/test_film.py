"""The demo's recordings answer whatever the door asks, in one take."""

import random
from itertools import pairwise

import pytest

from deploy.demo.film import ACTS, CLEAR, Knot, take
from schemas.verification import Action
from services.gateway.domain.drawing import draw_prompts
from services.gateway.policy import DoorPolicy


@pytest.mark.parametrize("actions", [(Action.OPEN_MOUTH, Action.NOD), (Action.NOD, Action.OPEN_MOUTH)])
@pytest.mark.parametrize("seed", range(50))
def test_an_answer_is_one_take_in_which_each_action_lies_in_its_window(seed: int, actions: tuple[Action, ...]) -> None:
    """It goes through the recording in one direction, hardly faster than it was filmed, and leaves nothing out."""
    prompts, longest_s = draw_prompts(actions, DoorPolicy(), random.Random(seed))
    knots = take([(str(prompt.action), prompt.at_s, prompt.until_s) for prompt in prompts])
    speeds = [(last - first) / (end - begin) for (begin, first), (end, last) in pairwise(knots)]
    assert all(0 < speed <= 1.4 for speed in speeds) or all(-1.4 <= speed < 0 for speed in speeds)
    for prompt in prompts:
        shown = sorted(shown_at(knots, second) for second in ACTS[str(prompt.action)])
        assert prompt.at_s < shown[0] < shown[1] < prompt.until_s
    assert knots[0][0] == 0.0 and CLEAR[0] <= knots[0][1] <= CLEAR[1]
    assert knots[-1][0] <= longest_s


def shown_at(knots: list[Knot], second: float) -> float:
    """When a second of the recording is shown."""
    (begin, first), (end, last) = knots[-2:]
    return begin + (end - begin) * (second - first) / (last - first)
