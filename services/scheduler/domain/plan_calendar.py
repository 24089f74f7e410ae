"""Which half-days a cadre works: own weekdays and hours, leave, public holidays with their make-up working days."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from schemas.plan import HalfDay
from services.scheduler.domain.plan_model import Cadre, Slot


class DayKind(StrEnum):
    """What the State Council says of a day."""

    ORDINARY = "ordinary"
    """Nothing: the weekday counts."""
    UNKNOWN = "unknown"
    """Not yet: there is no notice for the year. The weekday counts, and the plan warns."""
    HOLIDAY = "holiday"
    """Nobody works."""
    MAKE_UP = "make_up"
    """A weekend day worked in return for a holiday (调休)."""


KindOf = Callable[[date], DayKind]


def days_between(first: date, last: date) -> list[date]:
    """All days, both included."""
    return [first + timedelta(number) for number in range((last - first).days + 1)]


def works_on(cadre: Cadre, day: date, kind_of: KindOf) -> bool:
    """Whether the cadre works on the day: leave and holidays count before make-up days, these before weekdays."""
    kind = kind_of(day)
    if day in cadre.days_off or kind is DayKind.HOLIDAY:
        return False
    return kind is DayKind.MAKE_UP or day.weekday() in cadre.weekdays


def slots_of(cadre: Cadre, first: date, last: date, kind_of: KindOf) -> tuple[Slot, ...]:
    """The cadre's half-days from the first day to the last, in order."""
    return tuple(
        Slot(day, half, begin, end - begin, half is HalfDay.MORNING and day.day % 10 in cadre.market_digits)
        for day in days_between(first, last)
        if works_on(cadre, day, kind_of)
        for half, begin, end in cadre.hours
    )
