"""The burden index as it is told: figures by agency, what lies behind each, and escalations."""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.base import AgencyCode
from schemas.id_in_text import holds_id_number
from services.gateway.access.callers import Principal, Role
from services.gateway.burden.months import MonthSeen
from services.gateway.domain.burden import Behind, Component, Standing
from services.gateway.domain.burden_decisions import BurdenDecisionCode
from services.gateway.domain.burden_months import closes_on
from services.gateway.domain.burden_policy import BurdenPolicy
from services.gateway.store.escalations import EscalationRow

Month = Annotated[str, Field(pattern=r"^2[0-9]{3}-(0[1-9]|1[0-2])$", examples=["2026-11"])]
"""A month, from 2000 on."""


def first_day(month: str) -> date:
    """The first day of a month, ``2026-11``. Raises ValueError for what is none."""
    return date.fromisoformat(f"{month}-01")


def rounded(value: Fraction) -> float:
    """To two digits, halves up, as it is printed everywhere."""
    return int(value * 100 + Fraction(1, 2)) / 100


class ComponentView(BaseModel):
    """One component of an agency's index."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    component: Component
    """Which."""
    count: float
    """How many; of rides that several agencies share each agency's part."""
    per_1000_people: float
    """The same for 1,000 people for whom the agency asked in twelve months."""
    points: float
    """What it adds to the index: the rate times the county's weight."""


class AgencyBurden(BaseModel):
    """One agency in one month."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    agency: AgencyCode
    """Which."""
    people: int
    """For how many people it asked in the twelve months that end with the month."""
    components: list[ComponentView]
    """All six, in a fixed order."""
    index: float
    """Their sum: trips' worth of work for 1,000 people."""
    avoidable: float
    """What of it the agency can bring to nothing: duplicates, off the plan, unmerged, rejected."""
    heaviest: Component | None
    """The avoidable component that adds most; null where nothing does."""
    rank: int | None
    """1 is the highest; null: caused nothing, or asked for too few people to be fair."""
    letter: bool
    """Whether the month's letter goes to it; of a month that is open, whether it would."""

    @classmethod
    def of(cls, standing: Standing, policy: BurdenPolicy) -> "AgencyBurden":
        """As it stands."""
        figures = standing.figures
        return cls(
            agency=figures.agency,
            people=figures.people,
            components=[
                ComponentView(
                    component=each,
                    count=rounded(figures.counts[each]),
                    per_1000_people=rounded(figures.rate(each)),
                    points=rounded(figures.points(each, policy)),
                )
                for each in Component
            ],
            index=rounded(standing.index),
            avoidable=rounded(standing.avoidable),
            heaviest=figures.heaviest(policy) if standing.avoidable else None,
            rank=standing.rank,
            letter=standing.letter,
        )


class BurdenMonth(BaseModel):
    """A month of the index."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    month: Month
    """Which."""
    closed_at: datetime | None
    """When it was frozen; null: figures still move."""
    closes_on: date
    """From which day on it is closed."""
    ranked: int
    """How many agencies are ranked."""
    letter_from: float
    """Avoidable points from which a letter is written."""
    agencies: list[AgencyBurden]
    """The highest first; an agency sees itself alone."""
    months: list[Month]
    """The newest months that are closed, at most 24."""

    @classmethod
    def of(cls, seen: MonthSeen, months: Sequence[date], agency: AgencyCode | None = None) -> "BurdenMonth":
        """A month; for an agency its own row alone."""
        return cls(
            month=f"{seen.month:%Y-%m}",
            closed_at=seen.closed.closed_at if seen.closed else None,
            closes_on=closes_on(seen.month, seen.policy.close_after_days),
            ranked=seen.ranked,
            letter_from=float(seen.policy.letter_from),
            agencies=[
                AgencyBurden.of(one, seen.policy) for one in seen.standings if agency in (None, one.figures.agency)
            ],
            months=[f"{each:%Y-%m}" for each in months],
        )


class BehindView(BaseModel):
    """One thing that is counted."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    number: int
    """Its place: send the last one as `after` for the next page."""
    request_ids: list[str]
    """The agency's own numbers; of a ride all that it was for."""
    person_key: str | None
    """Whose; null for agencies and the joint group, who see no person, and once it is not known any more."""
    programme: str
    """Programme code."""
    on: date
    """When it was asked, recorded or ridden."""
    note: str
    """Duplicates: the number asked before; rejections: the code; unmerged: days to the nearest other window."""
    share: int
    """Among how many agencies it is divided."""

    @classmethod
    def of(cls, number: int, one: Behind, people: dict[str, str]) -> "BehindView":
        """As it is told."""
        return cls(
            number=number,
            request_ids=list(one.request_ids),
            person_key=people.get(one.request_ids[0]),
            programme=one.programme,
            on=one.on,
            note=one.note,
            share=one.share,
        )


class BehindPage(BaseModel):
    """What one number counts, in order."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    items: list[BehindView]
    """A page of them."""
    next_after: int
    """Send it as `after` for the next page."""
    more: bool
    """Whether there is one."""


class EscalationView(BaseModel):
    """An agency that had letters several months in a row."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    escalation_id: UUID
    """Names the matter."""
    agency: AgencyCode
    """Which agency."""
    month: Month
    """The last of the months."""
    opened_at: datetime
    """When it was opened."""
    taken_by: str | None
    """The account of the joint group that has taken it; null for agencies."""
    taken_at: datetime | None
    """When."""
    decision: BurdenDecisionCode | None
    """How it was settled (docs/codes.md)."""
    words: str
    """What the joint group said to it."""
    decided_at: datetime | None
    """When."""

    @classmethod
    def of(cls, row: EscalationRow, caller: Principal) -> "EscalationView":
        """As this caller may see it."""
        hidden = {"taken_by": None} if caller.role is Role.AGENCY else {}
        return cls.model_validate(vars(row) | {"month": f"{row.month:%Y-%m}"} | hidden)


class EscalationList(BaseModel):
    """The newest first, at most 200."""

    items: list[EscalationView]


def names_nobody(text: str) -> str:
    """The text, stripped. Raises ValueError when an ID number stands in it: a text that others read names nobody."""
    if holds_id_number(text):
        raise ValueError("a text must not hold an ID number")
    return text.strip()


class Settlement(BaseModel):
    """How a matter was settled."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    decision: BurdenDecisionCode
    """By its code (docs/codes.md)."""
    words: Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")] = ""
    """What is to be said to it; the agency reads it, so no personal data."""

    _names_nobody = field_validator("words")(names_nobody)
