"""What each life event does to open requests, and who is told: the county's rules, not code.

The defaults stop a trip only where it would be needless, close requests only on two sources, and tell the agencies only
what they need: that somebody is bedridden is nobody's business but the cadre's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.life_event import Effect, LifeEventKind


class LifeEventRule(BaseModel):
    """What one kind of life event does."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    reported: Effect = Effect.NONE
    """What a single report does to the person's open requests."""
    confirmed: Effect = Effect.NONE
    """What it does once confirmed."""
    rehomes: bool = False
    """The person lives elsewhere now: where the new village is known, the visits go there and nothing is paused."""
    told: bool = True
    """Whether every agency that has asked for the person is told, and expected to acknowledge."""

    @field_validator("reported")
    @classmethod
    def _never_closes(cls, effect: Effect) -> Effect:
        if effect is Effect.CLOSED:
            raise ValueError("a single report never closes requests: choose none or paused")
        return effect


_NO_TRIP: Final = LifeEventRule(reported=Effect.PAUSED, confirmed=Effect.PAUSED)
_FOR_THE_CADRE: Final = LifeEventRule(told=False)
DEFAULTS: Final[Mapping[LifeEventKind, LifeEventRule]] = {
    LifeEventKind.DECEASED: LifeEventRule(reported=Effect.PAUSED, confirmed=Effect.CLOSED),
    LifeEventKind.NOT_FOUND: _FOR_THE_CADRE,
    LifeEventKind.MOVED: LifeEventRule(reported=Effect.PAUSED, confirmed=Effect.PAUSED, rehomes=True),
    LifeEventKind.REGISTRATION_MOVED: LifeEventRule(),
    LifeEventKind.IN_PRISON: _NO_TRIP,
    LifeEventKind.HOSPITALISED: _FOR_THE_CADRE,
    LifeEventKind.BEDRIDDEN: _FOR_THE_CADRE,
    LifeEventKind.IN_CARE_HOME: LifeEventRule(rehomes=True, told=False),
    LifeEventKind.ABROAD: _NO_TRIP,
    LifeEventKind.REFUSED: _FOR_THE_CADRE,
    LifeEventKind.UNABLE_TO_PERFORM: _FOR_THE_CADRE,
    LifeEventKind.IDENTITY_MISMATCH: LifeEventRule(confirmed=Effect.PAUSED),
    LifeEventKind.ELIGIBILITY_CHANGED: LifeEventRule(),
}


class LifeEventPolicy(BaseModel):
    """The rules of a county; kinds that it does not name have the default."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kinds: Mapping[LifeEventKind, LifeEventRule] = Field(default_factory=dict)
    """Rule by kind; a rule replaces the default as a whole."""

    @classmethod
    def from_toml(cls, text: str) -> LifeEventPolicy:
        """A county's own rules; an empty text is the default.

        Example:
            >>> LifeEventPolicy.from_toml('[kinds.hospitalised]' + chr(10) + 'reported = "paused"').of(
            ...     LifeEventKind.HOSPITALISED
            ... ).reported.value
            'paused'

        Raises:
            tomllib.TOMLDecodeError, pydantic.ValidationError: naming what is wrong.
        """
        return cls.model_validate(tomllib.loads(text))

    def of(self, kind: LifeEventKind) -> LifeEventRule:
        """The rule of one kind."""
        return self.kinds.get(kind, DEFAULTS[kind])
