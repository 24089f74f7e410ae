"""The annual plan of campaigns: what an agency announces, what the joint group has accepted, and what lies outside.

What is off the plan is served all the same: an old person never pays for an agency's manner. It is counted and shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

LONGEST = timedelta(days=366)
"""A campaign of more than a year is none: whoever asks all year round follows each person's own cycle."""


class CampaignState(StrEnum):
    """What has become of a campaign."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Campaign:
    """An accepted one."""

    agency: str
    programme: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the joint group has accepted."""

    campaigns: Sequence[Campaign] = ()
    widened: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """By (agency, programme): days earlier and later by which agreed alignments have widened windows at most. What the
    agencies agreed on together is never off anybody's plan."""

    @property
    def years(self) -> frozenset[int]:
        """The years for which the county has a plan: those in which it has accepted at least one campaign of any
        agency. In other years nothing is off the plan; in these an agency that handed in none is, for who keeps quiet
        must not stand better than who announces."""
        return frozenset(each.first_day.year for each in self.campaigns)

    def is_off(self, agency: str, programme: str, window_start: date, due_date: date) -> bool:
        """Whether a window lies in no accepted campaign of its agency and programme."""
        if window_start.year not in self.years:
            return False
        earlier, later = self.widened.get((agency, programme), (0, 0))
        return not any(
            (each.agency, each.programme) == (agency, programme)
            and each.first_day - timedelta(days=earlier) <= window_start
            and due_date <= each.last_day + timedelta(days=later)
            for each in self.campaigns
        )


def days_fit(year: int, first_day: date, last_day: date) -> bool:
    """Whether these can be the days of a campaign of this year: it begins in it, ends after, and lasts a year at most;
    it may end in the next one."""
    return first_day.year == year and first_day <= last_day <= first_day + LONGEST
