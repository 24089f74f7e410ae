"""What weighs how much in the burden index, and who gets a letter: frozen, validated, each default with its reason.

The unit is a trip: about an hour of a cadre on the road, half an hour each way (the trip is the unit to save, not the
scan). Everything else is weighed by how much of such an hour it costs.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.programmes import read_programme
from schemas.receipt_codes import ReceiptCode

if TYPE_CHECKING:
    from services.gateway.domain.burden import Component

Weight = Annotated[Decimal, Field(ge=0, le=100)]


class _Policy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Weights(_Policy):
    """Trips that one of each is worth."""

    requests: Weight = Decimal("0.05")
    """Three minutes of the hour: three requests together take a little over ten minutes at the door. So little, because
    to ask is the agency's duty: who asks for many people, in its plan and together with the others, stays low."""
    duplicates: Weight = Decimal("0.2")
    """Nobody rides for it, for it is merged; but somebody has to see that both are one, and the agency could have."""
    off_plan: Weight = Decimal("0.2")
    """Nobody rides more; but what was planned and told to people is planned again."""
    unmerged: Weight = Decimal("1")
    """One ride more than was needed. It is counted in the month of the request, before anybody rides: in time to align
    the windows. The ride itself counts too when it is made: what could have been avoided counts twice on purpose."""
    rejected: Weight = Decimal("0.5")
    """Of the codes that count, some send a cadre once more and the others hold up the desk and the old person."""
    trips: Weight = Decimal("1")
    """The unit. A ride for several agencies is divided among them: who shares, lowers its own."""

    def of(self, component: Component) -> Fraction:
        """The weight of a component, exact."""
        return Fraction(getattr(self, component.value))


class BurdenPolicy(_Policy):
    """How burden is counted and what follows from it."""

    weights: Weights = Weights()
    own_cycle: frozenset[str] = frozenset({"pension"})
    """Programmes, by code or any name that lists use, whose due dates follow each person's own cycle: at most 365 days
    from the last proof for the pension. They have no campaigns and their windows cannot be moved, so nothing of them is
    off the plan or unmerged."""
    near_days: int = Field(default=60, ge=0, le=366, strict=True)
    """Windows of two agencies further apart could not have been one: alignment moves each by 30 days at most
    (docs/alignment.md)."""
    rejections_not_counted: frozenset[ReceiptCode] = frozenset(
        {ReceiptCode.PERSON_DOUBTED, ReceiptCode.QUESTION_UNANSWERED}
    )
    """Codes of receipts that are nobody's burden on others: who doubts that it was this person protects her money, and
    that the programme's question was not answered is not the agency's doing."""
    fewest_people: int = Field(default=30, ge=1, strict=True)
    """An agency that asked for fewer people in twelve months is shown and not ranked: one case would move its rates by
    more than 30 for 1,000."""
    letters: int = Field(default=3, ge=1, le=10, strict=True)
    """The highest ranks that may get a letter."""
    letter_from: Annotated[Decimal, Field(gt=0, le=100_000)] = Decimal("10")
    """Avoidable points from which a letter is written: one trip, or as much work, for every hundred people. An agency
    without fault gets none, however high it ranks; in a county of three agencies this alone decides."""
    in_a_row: int = Field(default=3, ge=2, le=12, strict=True)
    """Letters in consecutive months after which the joint group has to act."""
    close_after_days: int = Field(default=10, ge=1, le=27, strict=True)
    """Days into the next month before a month is closed: a phone may be a week without a signal, and the agencies have
    a few days to withdraw what they asked twice."""

    @field_validator("own_cycle", mode="after")
    @classmethod
    def _by_code(cls, names: frozenset[str]) -> frozenset[str]:
        return frozenset(read_programme(name)[0] for name in names)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """A county's own policy; an empty text is the default, and what is not named keeps its default.

        Example:
            >>> BurdenPolicy.from_toml('letter_from = 25').letter_from
            Decimal('25')

        Raises:
            tomllib.TOMLDecodeError, pydantic.ValidationError: naming what is wrong.
        """
        return cls.model_validate(tomllib.loads(text))
