"""A cadre's published plan as a calendar (iCalendar, RFC 5545). It names nobody: the address may be in any calendar."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from schemas.base import stable_id

HALVES: Final = {"am": "上午", "pm": "下午"}
SERVICE: Final = timedelta(minutes=30)
"""How long after the last arrival an entry ends: what a door and the way home take at least."""


def calendar_of(
    cadre_id: str, name: str, routes: Sequence[Mapping[str, Any]], published_at: datetime, version: int, zone: ZoneInfo
) -> bytes:
    """The calendar: an entry for each half-day, from the first arrival on."""
    calendar = Calendar()
    calendar.add("prodid", "-//OneVisit//plan//ZH")
    calendar.add("version", "2.0")
    calendar.add("name", f"走访 {name}")  # RFC 7986; the next one is for programs older than it
    calendar.add("x-wr-calname", f"走访 {name}")
    calendar.add("x-wr-timezone", zone.key)
    for route in routes:
        calendar.add_component(_entry(cadre_id, route, published_at, version, zone))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _entry(cadre_id: str, route: Mapping[str, Any], published_at: datetime, version: int, zone: ZoneInfo) -> Event:
    stops = route["stops"]
    people = sum(len(stop["visit_ids"]) for stop in stops)
    entry = Event()
    entry.add("uid", f"{stable_id('plan-feed', cadre_id, route['day'], route['half_day'])}@onevisit")
    entry.add("summary", f"走访（{HALVES[route['half_day']]}）{len(stops)} 处 {people} 人")
    entry.add("dtstart", _at(route["day"], stops[0]["arrive"], zone))
    entry.add("dtend", _at(route["day"], stops[-1]["arrive"], zone) + SERVICE)
    entry.add("dtstamp", published_at)
    entry.add("sequence", version)
    lines = [f"{number}. {stop['arrive']}　{len(stop['visit_ids'])} 人" for number, stop in enumerate(stops, 1)]
    entry.add("description", "\n".join(lines))
    return entry


def _at(day: str, clock: str, zone: ZoneInfo) -> datetime:
    moment = datetime.combine(date.fromisoformat(day), datetime.min.time(), zone)
    return moment + timedelta(hours=int(clock[:2]), minutes=int(clock[3:]))
