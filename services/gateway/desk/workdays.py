"""Working days as the State Council announces them, from `chinesecalendar`."""

from datetime import date

import chinese_calendar


def is_workday(day: date) -> bool:
    """Whether offices are open; of a year that is not announced yet, Monday to Friday."""
    if day in chinese_calendar.workdays:
        return True
    return day.weekday() < 5 and day not in chinese_calendar.holidays
