"""Chinese public holidays and make-up working days, from `chinesecalendar`, which takes them from the State Council's
yearly notices. A new year comes with a new release, usually in November."""

from datetime import date

import chinese_calendar

from services.scheduler.domain.plan_calendar import DayKind


def is_known(year: int) -> bool:
    """Whether the notice of the year is in the library."""
    return bool(min(chinese_calendar.holidays).year <= year <= max(chinese_calendar.holidays).year)


def kind_of(day: date) -> DayKind:
    """What the notice says of the day; of a year without one every day is ordinary."""
    if not is_known(day.year):
        return DayKind.ORDINARY
    if day in chinese_calendar.workdays:
        return DayKind.MAKE_UP
    return DayKind.HOLIDAY if day in chinese_calendar.holidays else DayKind.ORDINARY
