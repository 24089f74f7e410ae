"""Which actions a person can do, and how a prompt reaches that person: named sets, so that a cadre ticks a word.

What a person cannot do is health data: drawing a challenge uses and forgets it; only the form of the prompts stays in
the challenge, because the phone has to follow it. What is kept for the next cadre is sealed (`person_abilities`).
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import NamedTuple

from schemas.capture import PromptForm
from schemas.verification import Action


class AbilitySet(StrEnum):
    """What limits a person, in the words of a cadre."""

    CANNOT_MOVE_HEAD = "cannot_move_head"
    STIFF_NECK = "stiff_neck"
    BEDRIDDEN = "bedridden"
    FACIAL_PALSY = "facial_palsy"
    STROKE = "stroke"
    MOUTH_CLOSED = "mouth_closed"
    DROOPING_LIDS = "drooping_lids"
    BLIND = "blind"
    DEAF = "deaf"
    CANNOT_FOLLOW = "cannot_follow"


class Ability(NamedTuple):
    """What remains, and what it is called."""

    able: frozenset[Action]
    english: str
    chinese: str


_NOD, _MOUTH, _BLINK = Action.NOD, Action.OPEN_MOUTH, Action.BLINK
_TURNS = frozenset({Action.TURN_LEFT, Action.TURN_RIGHT})
_EVERY = frozenset(Action)

ABILITIES: Mapping[AbilitySet, Ability] = {
    AbilitySet.CANNOT_MOVE_HEAD: Ability(frozenset({_MOUTH, _BLINK}), "cannot move the head", "头部不能活动"),
    AbilitySet.STIFF_NECK: Ability(_EVERY - _TURNS, "cannot turn the head aside", "颈部僵硬，不能转头"),
    AbilitySet.BEDRIDDEN: Ability(_EVERY - {_NOD}, "lies in bed; the pillow stops a nod, not a turn", "卧床"),
    AbilitySet.FACIAL_PALSY: Ability(_TURNS | {_NOD}, "half of the face does not move", "面瘫"),
    AbilitySet.STROKE: Ability(_TURNS | {_NOD}, "after a stroke, one half of the face weak", "中风（偏瘫）"),
    AbilitySet.MOUTH_CLOSED: Ability(_EVERY - {_MOUTH}, "cannot open the mouth (tube, jaw, mask)", "不能张口"),
    AbilitySet.DROOPING_LIDS: Ability(_EVERY - {_BLINK}, "lids droop or were operated on", "眼睑下垂"),
    AbilitySet.BLIND: Ability(_EVERY - {_BLINK}, "does not see", "失明"),
    AbilitySet.DEAF: Ability(_EVERY, "does not hear", "失聪"),
    AbilitySet.CANNOT_FOLLOW: Ability(frozenset(), "cannot follow a prompt (dementia)", "无法配合（如失智）"),
}
"""One entry for each set (a test holds it)."""


def able_actions(sets: Collection[AbilitySet], unable: Collection[Action] = ()) -> frozenset[Action]:
    """What remains under all of these sets, without the actions named besides."""
    return frozenset(a for a in Action if a not in unable and all(a in ABILITIES[name].able for name in sets))


def prompt_form(sets: Collection[AbilitySet]) -> PromptForm:
    """Spoken to whoever hears, shown to the deaf, by touch for who neither hears nor sees."""
    if AbilitySet.DEAF not in sets:
        return PromptForm.SPOKEN
    return PromptForm.TOUCHED if AbilitySet.BLIND in sets else PromptForm.SHOWN
