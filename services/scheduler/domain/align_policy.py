"""How far an agency's windows may move, by programme: frozen, validated, with the reason of each default.

Windows are only ever widened (`align.Change`): nobody loses a day on which a visit counts. Two things remain that could
still harm somebody, and the rules here exclude them:

- A proof taken earlier starts the next cycle earlier where the agency counts it from the proof. So such a programme
  never opens earlier (`NextCycle.PROOF`).
- A proof taken later than the law allows stops a payment. So where the cycle has a legal length the due date moves
  only within the days of grace that the agency grants.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.alignment import MAX_DAYS, ProgrammeLimit


class NextCycle(StrEnum):
    """From which day an agency counts a person's next cycle."""

    PROOF = "proof"
    """The day of the last proof: an earlier visit makes the next one due earlier."""
    DUE_DATE = "due_date"
    """The due date of the last cycle, whenever the proof came: an earlier visit costs the person nothing."""
    CALENDAR = "calendar"
    """The agency's calendar sets each campaign anew: neither an earlier nor a later visit moves the next one."""


class _Policy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ProgrammeRule(_Policy):
    """What may be proposed for the windows of one programme."""

    next_cycle_from: NextCycle = NextCycle.PROOF
    """Where the next cycle is counted from. The default is the strictest."""
    max_days_earlier: int = Field(default=0, ge=0, le=MAX_DAYS)
    """Days by which the first day may move earlier; 0 where the next cycle counts from the proof."""
    max_days_later: int = Field(default=0, ge=0, le=MAX_DAYS)
    """Days by which the due date may move later; 0: it may not move."""
    grace_days: int = Field(default=0, ge=0, le=MAX_DAYS)
    """Days after the due date on which the agency still pays. Not asked of a calendar, which has no legal length."""
    cycle_days: int = Field(default=365, ge=1)
    """Length of the shortest cycle: no window is widened beyond it, or one proof would stand for two cycles."""

    @model_validator(mode="after")
    def _shortens_no_cycle(self) -> "ProgrammeRule":
        if self.next_cycle_from is NextCycle.PROOF and self.max_days_earlier:
            raise ValueError(
                "max_days_earlier must be 0 while next_cycle_from is proof: an earlier proof would shorten the next "
                "cycle; set next_cycle_from to due_date if the agency keeps the person's old date"
            )
        if self.next_cycle_from is not NextCycle.CALENDAR and self.max_days_later > self.grace_days:
            raise ValueError(
                "max_days_later must not exceed grace_days: after them the payment stops; "
                "set grace_days to what the agency grants in writing"
            )
        return self


def _known() -> dict[str, ProgrammeRule]:
    campaign = ProgrammeRule(next_cycle_from=NextCycle.CALENDAR, max_days_earlier=30, max_days_later=30)
    return {"pension": ProgrammeRule(), "senior_subsidy": campaign, "family_planning": campaign}


class AlignmentPolicy(_Policy):
    """All that bounds what window alignment proposes."""

    programmes: dict[str, ProgrammeRule] = Field(default_factory=_known)
    """Rules by code of the programme. The pension counts at most 365 days from the last proof, so by default it stays
    as it is; the two others are campaigns of a calendar, and 30 days is one month's planning."""
    other: ProgrammeRule = ProgrammeRule()
    """For a programme that is not named: nothing moves until somebody who knows it writes a rule."""

    def rule(self, programme: str) -> ProgrammeRule:
        """The rule of a programme."""
        return self.programmes.get(programme, self.other)

    def narrowed(self, limits: Mapping[str, ProgrammeLimit]) -> "AlignmentPolicy":
        """The rules with tighter limits for the programmes named; a wider limit than the rule's changes nothing."""
        tighter = {
            programme: rule.model_copy(
                update={
                    "max_days_earlier": min(rule.max_days_earlier, limit.max_days_earlier),
                    "max_days_later": min(rule.max_days_later, limit.max_days_later),
                }
            )
            for programme, limit in limits.items()
            for rule in (self.rule(programme),)
        }
        return self.model_copy(update={"programmes": self.programmes | tighter})

    @classmethod
    def from_toml(cls, text: str) -> "AlignmentPolicy":
        """Read a county's rules. An empty text is the default, a programme that is named replaces its default whole; an
        unknown or impossible value raises ``ValidationError``, and a text that is no TOML ``TOMLDecodeError``."""
        given = tomllib.loads(text)
        if isinstance(named := given.get("programmes"), dict):
            given["programmes"] = _known() | named
        return cls.model_validate(given)
