"""The calendar of the burden index: which months are to be closed, and how often in a row an agency had a letter.

A month is the first day of it, in the county's calendar.
"""

from collections.abc import Collection
from datetime import date, timedelta


def month_after(month: date) -> date:
    """The next one."""
    return (month + timedelta(days=31)).replace(day=1)


def month_before(month: date) -> date:
    """The one before."""
    return (month - timedelta(days=1)).replace(day=1)


def closes_on(month: date, close_after_days: int) -> date:
    """The first day on which a month is closed: so many days into the next one."""
    return month_after(month) + timedelta(days=close_after_days)


def months_to_close(last_closed: date | None, today: date, close_after_days: int) -> list[date]:
    """The months that are over and not closed, the oldest first; without a closed one, the newest of them alone: nobody
    gets a letter for months before there was an index."""
    newest = month_before(today.replace(day=1))
    if closes_on(newest, close_after_days) > today:
        newest = month_before(newest)
    month = newest if last_closed is None else month_after(last_closed)
    found = []
    while month <= newest:
        found.append(month)
        month = month_after(month)
    return found


def letters_in_a_row(with_letter: Collection[date], month: date) -> int:
    """In how many consecutive months up to this one there was a letter; a month without one begins anew."""
    count = 0
    while month in with_letter:
        count += 1
        month = month_before(month)
    return count


def escalates(with_letter: Collection[date], month: date, in_a_row: int) -> bool:
    """Whether the joint group has to act after this month: after so many letters in a row, and again after as many
    more."""
    count = letters_in_a_row(with_letter, month)
    return count > 0 and count % in_a_row == 0
