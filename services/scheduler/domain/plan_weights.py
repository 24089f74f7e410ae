"""What a plan weighs against what: every weight in one place, with its unit.

The order of aims follows from the sizes: a due date missed costs more than any day ridden for it, a told day more than
any saving of minutes, and the rest is minutes.
"""

from dataclasses import dataclass

SECONDS = 60
"""Seconds in a minute: matrices and costs are whole seconds, weights are minutes."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Parameters of a plan. Figures without another source are those that were measured best (docs/planning.md)."""

    fill: float = 0.8
    """Share of a half-day that is planned, 0-1: planned on straight lines to the full, half of the half-days overran
    on real roads."""
    persons: int = 10
    """Most persons in one half-day: without it up to 16 are packed into three hours."""
    half_day_minutes: float = 45
    """Cost of setting out at all, in minutes ridden: what one half-day more may save."""
    service_minutes: float = 10
    """Minutes with one person, for the first programme: greeting, recording, signature."""
    further_programme_minutes: float = 3
    """Minutes for each further programme of the same person."""
    frail_minutes: float = 5
    """Minutes more with a frail person."""
    prize_minutes: float = 480
    """What a stop is worth, in minutes: 8 hours."""
    due_urgency: float = 3
    """Times `prize_minutes` for a stop whose window ends within the plan: left out, its due date is missed."""
    told_urgency: float = 1
    """Times `prize_minutes` for a stop that is due later and was told a day of the plan: left out, a word is broken."""
    later_urgency: float = 0.25
    """Times `prize_minutes` for a stop that a later plan can still serve."""
    other_half_minutes: float = 10
    """Cost of the half-day that the person does not prefer."""
    market_minutes: float = 20
    """Cost of a stop on the morning of a market day: nobody is at home."""
    ramp_minutes: tuple[float, ...] = (12, 8, 4)
    """Cost of the last day that suits a stop, the last but one, and so on: a fall of the weather must not miss it."""
    announced_minutes: float = 90
    """Cost of another day than the one that was told to the person."""
    other_day_minutes: float = 3
    """Cost of another day than in the plan before, though nobody was told."""
    helper_minutes: float = 20
    """Cost of a stop that a neighbouring cadre of the township takes over."""
    load_minutes: float = 1
    """Cost of a stop taken over for each half-day the neighbour rides already: help comes from who has least."""
    common_slots: int = 4
    """A household is one stop when at least so many half-days suit all of it (bundled always: +4.7 % cost)."""
    max_moved_share: float = 0.05
    """Most announced stops that a re-plan may move to keep due dates, as a share of all announced, 0-1."""

    def __post_init__(self) -> None:
        """Refuses what no plan can be made with.

        Raises:
            ValueError: names the weight.
        """
        if not 0 < self.fill <= 1 or not 0 <= self.max_moved_share <= 1:
            raise ValueError("fill and max_moved_share are shares: fill above 0, both at most 1")
        if self.persons < 1 or self.common_slots < 1:
            raise ValueError("persons and common_slots are at least 1")
        minutes = [getattr(self, name) for name in self.__slots__ if name.endswith("_minutes") and name[0] != "r"]
        if min(*minutes, *self.ramp_minutes, self.due_urgency, self.told_urgency, self.later_urgency, 0) < 0:
            raise ValueError("no weight is negative")
