"""Chinese public holidays and make-up working days, from `chinesecalendar`, which takes them from the State Council's
yearly notices. A new year comes with a new release, usually in November."""

from datetime import date

import chinese_calendar

from services.scheduler.domain.plan_calendar import DayKind


def kind_of(day: date) -> DayKind:
    """What the notice of its year says of the day, if the library has it."""
    if not min(chinese_calendar.holidays).year <= day.year <= max(chinese_calendar.holidays).year:
        return DayKind.UNKNOWN
    if day in chinese_calendar.workdays:
        return DayKind.MAKE_UP
    return DayKind.HOLIDAY if day in chinese_calendar.holidays else DayKind.ORDINARY
