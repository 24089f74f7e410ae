"""What may be said of a life event, and by whom. Pure: no clock, no database.

Who speaks is not the account alone: all clients of an agency are one voice, and so are all phones of a cadre. Otherwise
two keys of one office would be two sources (`life_event_history.History.is_second`).

An agency speaks for itself (`agency`), or hands on what a register has given it: civil registration, funeral home,
hospital, police. The source is then the register, and whoever hands it on is answerable for having it in writing. The
office counts once all the same: what it has reported itself it cannot confirm by a register.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from schemas.base import RequestId, VillageCode
from schemas.life_event import (
    DatePrecision,
    LifeEventKind,
    LifeEventSource,
    RoughDate,
)
from services.gateway.access.callers import Principal, Role
from services.gateway.errors import Code, Refusal

FIRST_DAY: Final = date(1900, 1, 1)
"""Nothing that is still to be told happened before it; such a date is an empty cell of a spreadsheet."""
MOVES: Final = frozenset({LifeEventKind.MOVED, LifeEventKind.IN_CARE_HOME})
"""The kinds after which the person lives elsewhere."""
ACCOUNT_CHARACTERS: Final = 64
"""Longest `reported_by` of an event."""
_REGISTERS = (
    LifeEventSource.CIVIL_REGISTRATION,
    LifeEventSource.FUNERAL_HOME,
    LifeEventSource.HOSPITAL,
    LifeEventSource.POLICE,
)
_SOURCES: Final[Mapping[Role, tuple[LifeEventSource, ...]]] = {
    Role.DEVICE: (LifeEventSource.CADRE, LifeEventSource.FAMILY, LifeEventSource.NEIGHBOUR),
    Role.AGENCY: (LifeEventSource.AGENCY, *_REGISTERS),
    Role.REVIEWER: (LifeEventSource.REVIEWER, *(s for s in LifeEventSource if s is not LifeEventSource.REVIEWER)),
}
"""For whom each role may speak; first, for whom it speaks when it names nobody."""


def _iso_day(text: object) -> object:
    if not isinstance(text, str):
        raise ValueError("a day is a text such as 2026-11-20")
    return date.fromisoformat(text)


Day = Annotated[date, BeforeValidator(_iso_day)]


class RoughDay(BaseModel):
    """A day that may be known to the month or the year only."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    day: Day
    """The day, in the county's calendar, e.g. 2026-11-20; of a month or a year any day of it."""
    precision: DatePrecision = DatePrecision.DAY
    """How exactly it is known."""

    def rough(self) -> RoughDate:
        """As it travels: of a month or a year, its first day."""
        match self.precision:
            case DatePrecision.DAY:
                first = self.day
            case DatePrecision.MONTH:
                first = self.day.replace(day=1)
            case DatePrecision.YEAR:
                first = self.day.replace(month=1, day=1)
        return RoughDate(day=first, precision=self.precision)


class Ending(BaseModel):
    """It was true and is over."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    source: LifeEventSource | None = None
    """Who says so; phones: cadre, family, neighbour; agencies: agency, or the register whose list they hand on
    (civil_registration, funeral_home, hospital, police); reviewers: any. Absent: cadre, agency, reviewer."""
    happened: RoughDay | None = None
    """When, if that is known."""


class Testimony(Ending):
    """What somebody says of a life event. Of a death the source must be named."""

    known_on: Day | None = None
    """When it became known."""
    village_code: VillageCode | None = None
    """Where the person lives now; of moved and in_care_home only."""


class Report(Testimony):
    """A life event of one person, who is named in exactly one way."""

    kind: LifeEventKind
    """What was found."""
    visit_id: UUID | None = None
    """Of a phone or a reviewer: the visit at which it was found."""
    request_id: RequestId | None = None
    """Of an agency: its own request of that person."""
    id_number: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """Of an agency: the ID number, as typed, of a person it has asked for. It is neither kept nor passed on."""


class Voiding(BaseModel):
    """It was wrong altogether."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)

    source: LifeEventSource | None = None
    """Who says so; absent: the reviewer."""


def voice_of(caller: Principal) -> str:
    """Whose word it is (`LifeEventRecorded.reported_by`): the agency, the cadre, or the account."""
    if caller.agency is not None:
        return f"agency:{caller.agency}"
    name = f"cadre:{caller.device.cadre_id}" if caller.device is not None else caller.subject
    return name[:ACCOUNT_CHARACTERS]


def source_of(caller: Principal, named: LifeEventSource | None, *, must_be_named: bool = False) -> LifeEventSource:
    """Who says so.

    Raises:
        Refusal: LIFE_EVENT_SOURCE_MISSING, or LIFE_EVENT_SOURCE_NOT_YOURS.
    """
    if named is None and must_be_named:
        raise Refusal(Code.LIFE_EVENT_SOURCE_MISSING)
    mine = _SOURCES[caller.role]
    source = named or mine[0]
    if source not in mine:
        raise Refusal(Code.LIFE_EVENT_SOURCE_NOT_YOURS)
    return source


def check_person_named(caller: Principal, report: Report) -> None:
    """Refuses LIFE_EVENT_PERSON_UNCLEAR unless the person is named in the one way that the caller has."""
    names = {"request_id": report.request_id, "id_number": report.id_number, "visit_id": report.visit_id}
    given = {name for name, value in names.items() if value is not None}
    if len(given) != 1 or ("visit_id" in given) is (caller.role is Role.AGENCY):
        raise Refusal(Code.LIFE_EVENT_PERSON_UNCLEAR)


def check_content(
    kind: LifeEventKind, today: date, happened: RoughDate | None, known_on: date | None, village_code: str | None
) -> None:
    """Refuses days in the future (LIFE_EVENT_DAY_IN_FUTURE), before 1900 (LIFE_EVENT_DAY_TOO_EARLY), known before they
    happened (LIFE_EVENT_DAYS_CROSSED), and a village of what is no move (LIFE_EVENT_VILLAGE_NOT_MOVED)."""
    days = [day for day in (happened.day if happened else None, known_on) if day is not None]
    if village_code is not None and kind not in MOVES:
        raise Refusal(Code.LIFE_EVENT_VILLAGE_NOT_MOVED)
    if any(day > today for day in days):
        raise Refusal(Code.LIFE_EVENT_DAY_IN_FUTURE)
    if any(day < FIRST_DAY for day in days):
        raise Refusal(Code.LIFE_EVENT_DAY_TOO_EARLY)
    if happened is not None and known_on is not None and known_on < happened.day:
        raise Refusal(Code.LIFE_EVENT_DAYS_CROSSED)


@dataclass(frozen=True)
class Said:
    """What a step says, apart from which step it is and whose word."""

    source: LifeEventSource
    happened: RoughDate | None = None
    known_on: date | None = None
    village_code: str | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """Texts that are equal when the same is said."""
        when = (self.happened.day.isoformat(), self.happened.precision.value) if self.happened else ("", "")
        return (self.source.value, *when, str(self.known_on or ""), self.village_code or "")


def said_in(source: LifeEventSource, body: Testimony | Ending | Voiding) -> Said:
    """What somebody says, in the form in which it travels."""
    match body:
        case Testimony():
            happened = body.happened.rough() if body.happened else None
            return Said(source, happened, body.known_on, body.village_code)
        case Ending():
            return Said(source, body.happened.rough() if body.happened else None)
        case Voiding():
            return Said(source)
