"""The steps before a lapse, by programme: frozen, validated, with the reason of each default.

All days are calendar days. None of the steps stops a payment: there is no field for that.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.lapse import Office
from schemas.life_event import LifeEventKind
from schemas.programmes import read_programme

MAX_DAYS: Final = 120
"""No step lies further from the due date: cycles are at most a year, and a quarter is a campaign."""


class _Policy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ProgrammeLadder(_Policy):
    """The steps of one programme."""

    remind_days_before: int = Field(default=14, ge=0, le=MAX_DAYS, strict=True)
    """Days before the due date on which the phone and the desk begin to remind. Two weeks: a phone may be a week
    without a signal (`DoorPolicy.upload_days`), and a week is left to go there."""
    offer_paths_days_before: int = Field(default=7, ge=0, le=MAX_DAYS, strict=True)
    """Days before the due date on which a witnessed visit, a video call or a document is offered although the face
    path did not fail. A week: each of them needs a second person, who has to be found."""
    grace_days: int = Field(default=0, ge=0, le=MAX_DAYS, strict=True)
    """Days after the due date on which a proof still counts as in time. 0 until the agency grants them in writing:
    it is the agency that pays, and the software promises nothing in its name."""
    escalate_days_before_end: int = Field(default=3, ge=0, le=MAX_DAYS, strict=True)
    """Days before the last day on which a proof counts (of the grace, or the due date where there is none) on which
    a person must act. Three: over a weekend there is still a day to go there."""
    escalate_to: Office = Office.TOWNSHIP
    """Who must act. The township: it has the cadres and the plan."""
    ended_by: frozenset[LifeEventKind] = frozenset({LifeEventKind.DECEASED})
    """Confirmed life events with which this programme ends or rests, so that there is nothing left to lapse; the
    agencies hear of them on their own. Death always counts."""

    @field_validator("ended_by")
    @classmethod
    def _with_death(cls, kinds: frozenset[LifeEventKind]) -> frozenset[LifeEventKind]:
        return kinds | {LifeEventKind.DECEASED}

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.remind_days_before < self.offer_paths_days_before:
            raise ValueError(
                "offer_paths_days_before must not exceed remind_days_before: the reminder comes first, "
                "and a visit needs no other path"
            )
        if not self.grace_days and self.escalate_days_before_end > self.offer_paths_days_before:
            raise ValueError(
                "escalate_days_before_end must not exceed offer_paths_days_before while grace_days is 0: "
                "other paths are offered before a person is called"
            )
        if self.grace_days and self.escalate_days_before_end >= self.grace_days:
            raise ValueError(
                "escalate_days_before_end must be less than grace_days: a person is called within the grace, "
                "when the agency knows that it runs"
            )
        return self


def _known() -> dict[str, ProgrammeLadder]:
    return {
        "pension": ProgrammeLadder(ended_by=frozenset({LifeEventKind.DECEASED, LifeEventKind.IN_PRISON})),
        "senior_subsidy": ProgrammeLadder(
            grace_days=30,
            escalate_days_before_end=20,
            ended_by=frozenset({LifeEventKind.DECEASED, LifeEventKind.REGISTRATION_MOVED}),
        ),
        "family_planning": ProgrammeLadder(grace_days=30, escalate_days_before_end=20),
    }


class LadderPolicy(_Policy):
    """The ladders of all programmes of a county."""

    default: ProgrammeLadder = ProgrammeLadder()
    """For a programme that is not named: no grace until somebody who knows it writes a table."""
    programmes: Mapping[str, ProgrammeLadder] = Field(default_factory=_known)
    """Ladder by programme: its code, or any name that lists use for it. The pension has at most 365 days from the last
    proof, so no grace of its own, and rests in prison. The two others are campaigns of a calendar, which have no
    legal length: 30 days, as far as window alignment moves them (`align_policy`); after ten of these a person must
    act. The senior subsidy ends where the registration moves away. (Sources: docs/ladder.md.)"""

    @field_validator("programmes", mode="after")
    @classmethod
    def _by_code(cls, named: Mapping[str, ProgrammeLadder]) -> Mapping[str, ProgrammeLadder]:
        codes = {name: read_programme(name)[0] for name in named}
        if len(set(codes.values())) < len(codes):
            raise ValueError("one programme is named twice, under two of its names: keep one table")
        return _known() | {codes[name]: ladder for name, ladder in named.items()}

    @classmethod
    def from_toml(cls, text: str) -> LadderPolicy:
        """A county's own ladders; an empty text is the default, and a programme that is named replaces its default
        whole.

        Example:
            >>> text = '[programmes."高龄补贴"]' + chr(10) + 'grace_days = 60'
            >>> LadderPolicy.from_toml(text).of("senior_subsidy").grace_days
            60

        Raises:
            tomllib.TOMLDecodeError, pydantic.ValidationError: naming what is wrong.
        """
        return cls.model_validate(tomllib.loads(text))

    def of(self, programme: str) -> ProgrammeLadder:
        """The ladder of a programme."""
        return self.programmes.get(programme, self.default)

    @property
    def longest_before(self) -> int:
        """Days before a due date on which the first step of any programme may come."""
        return max(ladder.remind_days_before for ladder in (self.default, *self.programmes.values()))
