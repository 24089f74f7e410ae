"""What is asked, of whom, and when: only what the person can do, at least two actions, within fifteen seconds."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.capture import PromptForm
from schemas.verification import Action
from services.gateway.domain.abilities import ABILITIES, AbilitySet, able_actions, prompt_form
from services.gateway.domain.drawing import LEAST_ACTIONS, draw_actions, draw_prompts
from services.gateway.policy import DoorPolicy

POLICY = DoorPolicy()
abilities = st.sets(st.sampled_from(list(AbilitySet)), max_size=3)
unable = st.sets(st.sampled_from(list(Action)), max_size=5)
seeds = st.integers(0, 10_000)


def test_every_set_says_what_remains() -> None:
    """And what it is called, in both languages."""
    assert set(ABILITIES) == set(AbilitySet)
    assert all(entry.english and entry.chinese for entry in ABILITIES.values())


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("cannot_move_head", {"nod", "turn_left", "turn_right"}),
        ("stiff_neck", {"turn_left", "turn_right"}),
        ("facial_palsy", {"open_mouth", "blink"}),
        ("stroke", {"open_mouth", "blink"}),
        ("bedridden", {"nod"}),
        ("blind", {"blink"}),
        ("drooping_lids", {"blink"}),
        ("deaf", set()),
        ("cannot_follow", set(Action)),
    ],
)
def test_what_somebody_cannot_do_is_never_asked(name: str, never: set[str]) -> None:
    """The sets of the field."""
    assert set(Action) - able_actions([AbilitySet(name)]) == never


def test_sets_narrow_each_other_down() -> None:
    """Who can move neither head nor face is not asked at all: the human path."""
    both = [AbilitySet.CANNOT_MOVE_HEAD, AbilitySet.FACIAL_PALSY]
    assert able_actions(both) == frozenset()
    assert draw_actions(able_actions(both), POLICY, random.Random(1)) is None


@given(abilities, unable, seeds)
def test_a_draw_asks_only_what_can_be_done_and_never_one_thing_alone(
    sets: set[AbilitySet], without: set[Action], seed: int
) -> None:
    """Two different actions at least, so never a blink alone; a blink only for who can do too little else."""
    able = able_actions(sets, without)
    drawn = draw_actions(able, POLICY, random.Random(seed))
    if len(able) < LEAST_ACTIONS:
        assert drawn is None
        return
    assert drawn is not None
    assert set(drawn) <= able
    assert len(set(drawn)) == len(drawn) >= LEAST_ACTIONS
    assert Action.BLINK not in drawn or len(able - {Action.BLINK}) < LEAST_ACTIONS


def test_every_pair_and_order_comes_up() -> None:
    """Twelve for who can do everything."""
    everybody, chance = able_actions(()), random.Random(1)
    assert len({draw_actions(everybody, POLICY, chance) for _ in range(500)}) == 12


def test_the_deaf_see_their_prompts_and_the_blind_hear_them() -> None:
    """And who is both feels them."""
    deaf, blind = AbilitySet.DEAF, AbilitySet.BLIND
    forms = [prompt_form(sets) for sets in ([], [blind], [deaf], [deaf, blind])]
    assert forms == [PromptForm.SPOKEN, PromptForm.SPOKEN, PromptForm.SHOWN, PromptForm.TOUCHED]


@given(seeds, st.sampled_from([(2, 5.0), (3, 4.0), (3, 4.5), (2, 6.5)]))
def test_windows_follow_each_other_within_fifteen_seconds(seed: int, form: tuple[int, float]) -> None:
    """After a neutral second; each as long as the policy says; the tail included."""
    policy = DoorPolicy(challenge_count=form[0], prompt_window_s=form[1])
    chance = random.Random(seed)
    actions = draw_actions(able_actions(()), policy, chance)
    assert actions is not None
    prompts, longest_s = draw_prompts(actions, policy, chance)
    assert tuple(prompt.action for prompt in prompts) == actions
    assert prompts[0].at_s >= policy.prompt_first_s
    assert all(p.until_s - p.at_s == pytest.approx(policy.prompt_window_s, abs=0.101) for p in prompts)
    assert all(before.until_s <= after.at_s + 1e-9 for before, after in pairwise(prompts))
    assert prompts[-1].until_s < longest_s <= policy.challenge_longest_s + 0.05


def test_windows_that_do_not_fit_are_no_policy() -> None:
    """A county that asks three actions gives each less time."""
    with pytest.raises(ValidationError):
        DoorPolicy(challenge_count=3)
