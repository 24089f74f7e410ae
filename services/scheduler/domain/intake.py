"""Intake: a row as typed becomes a request in normal form, or goes back with every reason why not.

Decided for a county's user: needed are request number, agency, programme, ID number, first day and due date. A missing
first day is not guessed: the agency refuses a proof from before the window. Warned of are a missing name (nobody loses
a visit for it), a due date in the past (overdue stays doable), an unknown agency, programme or region (others have
others, and regions are abolished).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Final

from schemas.id_in_text import numbers_in
from schemas.request_row import RequestRow
from schemas.resident_id import IdFault, InvalidResidentId, ResidentId
from services.scheduler.domain.codes import Language, RejectionCode, Text, WarningCode, explain
from services.scheduler.domain.dates import UnreadableDate, read_day
from services.scheduler.domain.names import is_damaged, normalise_name
from services.scheduler.domain.programmes import read_agency, read_programme

MAX_CODE_LENGTH: Final = 64
"""Longest request number, agency and programme, as in `schemas.base.RequestId`."""

_BLANKS: Final = "\u200b\u200c\u200d\u2060\ufeff \t\r\n\u3000\u00a0"
_EMPTY: Final = frozenset({"", "-", "--", "/", "—", "——", "无", "空", "null", "none", "nan", "n/a", "#n/a"})
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2060\ufeff\x00-\x1f\x7f]")
_UNSTORABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters: no database, file or message takes them."""
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?[eE]\+\d{2}")
_VILLAGE_CODE: Final = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a row is not taken."""

    code: RejectionCode
    field: str
    """The column at fault, as in `schemas.request_row`."""

    def explain(self, language: Language = "en") -> Text:
        """What is wrong and what to do next; without anything that was typed."""
        return explain(self.code, self.field, language)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to look at in a row that is taken, and in which column."""

    code: WarningCode
    field: str

    def explain(self, language: Language = "en") -> Text:
        """What to look at and what to do next; without anything that was typed."""
        return explain(self.code, self.field, language)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request in normal form. Personal fields are not shown when it is printed."""

    agency: str
    """Code of the agency, or its name as typed when this county does not know it."""
    request_id: str
    """The agency's number as typed, trimmed. Unique within the agency only."""
    programme: str
    """Code of the programme, or its name as typed when this county does not know it."""
    resident_id: ResidentId
    """The person."""
    window_start: date
    """First day on which a visit counts."""
    due_date: date
    """Last day on which a visit counts; not before the first."""
    name: str | None = dataclass_field(default=None, repr=False)
    """Name in normal form."""
    residence_address: str | None = dataclass_field(default=None, repr=False)
    """Where the person lives, trimmed."""
    village_code: str | None = None
    """12 digits, or nothing."""
    phone: str | None = dataclass_field(default=None, repr=False)
    """Telephone, trimmed."""
    reference_photo: str | None = dataclass_field(default=None, repr=False)
    """Name of the reference photo."""
    household_id: str | None = dataclass_field(default=None, repr=False)
    """The agencies' number of the household, trimmed."""
    notices: tuple[Notice, ...] = dataclass_field(default=(), compare=False)
    """What to look at."""

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the request: two agencies may use the same number."""
        return self.agency, self.request_id


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that goes back to its agency, with all that is wrong with it."""

    request_id: str | None
    """The agency's number as typed, when there is one."""
    faults: tuple[Fault, ...]
    """At least one, in the order of the columns."""

    @property
    def first(self) -> Fault:
        """The fault that stands for the row."""
        return self.faults[0]


def assess(row: RequestRow, *, today: date) -> Accepted | Rejected:
    """Judge one row. ``today`` (in the county) bounds birth dates and tells what is overdue; it moves no window."""
    faults: list[Fault] = []
    notices: list[Notice] = []
    request_id = _request_id(row.request_id, faults)
    agency = _code(row.agency, "agency", faults)
    programme = _code(row.programme, "programme", faults)
    resident_id = _resident_id(row.id_number, today, faults)
    if request_id and _holds_id_number(request_id, resident_id, today):
        faults.append(Fault(RejectionCode.REQUEST_ID_IS_ID_NUMBER, "request_id"))
        request_id = None
    window_start = _day(row.window_start, "window_start", faults)
    due_date = _day(row.due_date, "due_date", faults)
    if window_start and due_date and due_date < window_start:
        faults.append(Fault(RejectionCode.WINDOW_INVERTED, "due_date"))
    if faults or not (request_id and agency and programme and resident_id and window_start and due_date):
        return Rejected(request_id, tuple(faults))
    agency, agency_known = read_agency(agency)
    programme, programme_known = read_programme(programme)
    name = _name(row.name, notices)
    village_code = _village_code(row.village_code, notices)
    for code, column, true in (
        (WarningCode.AGENCY_UNKNOWN, "agency", not agency_known),
        (WarningCode.PROGRAMME_UNKNOWN, "programme", not programme_known),
        (WarningCode.ID_UPGRADED_FROM_15, "id_number", resident_id.upgraded_from_15),
        (WarningCode.REGION_UNKNOWN, "id_number", not resident_id.region_known),
        (WarningCode.OVERDUE, "due_date", due_date < today),
    ):
        if true:
            notices.append(Notice(code, column))
    return Accepted(
        agency=agency,
        request_id=request_id,
        programme=programme,
        resident_id=resident_id,
        window_start=window_start,
        due_date=due_date,
        name=name,
        residence_address=_typed(row.residence_address),
        village_code=village_code,
        phone=_typed(row.phone),
        reference_photo=_typed(row.reference_photo),
        household_id=_typed(row.household_id),
        notices=tuple(notices),
    )


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of a request in normal form; what is absent stays as it is."""

    programme: str | None
    window_start: date | None
    due_date: date | None
    village_code: str | None


def assess_amendment(row: RequestRow) -> Amendment | Rejected:
    """Judge a change: only the fields that are given. The window as a whole is judged where the request is known."""
    faults: list[Fault] = []
    programme = _code(row.programme, "programme", faults) if _typed(row.programme) else None
    window_start = _day(row.window_start, "window_start", faults) if _typed(row.window_start) else None
    due_date = _day(row.due_date, "due_date", faults) if _typed(row.due_date) else None
    if window_start and due_date and due_date < window_start:
        faults.append(Fault(RejectionCode.WINDOW_INVERTED, "due_date"))
    if faults:
        return Rejected(row.request_id, tuple(faults))
    return Amendment(
        programme=read_programme(programme)[0] if programme else None,
        window_start=window_start,
        due_date=due_date,
        village_code=_village_code(row.village_code, []),
    )


def assess_list(rows: Iterable[tuple[int, RequestRow]], *, today: date) -> list[tuple[int, Accepted | Rejected]]:
    """Judge the rows of one list, each with its number; one bad row never stops the rest.

    Only here can be seen that a spreadsheet rounded a column: of rounded numbers, ending with 000, one in 11 passes the
    check character and would be somebody else's. Where more are rounded than end so by chance, none is trusted.
    """
    assessed = [(number, assess(row, today=today)) for number, row in rows]
    lost = Fault(RejectionCode.ID_PRECISION_LOST, "id_number")
    rounded = sum(isinstance(result, Rejected) and lost in result.faults for _, result in assessed)
    if rounded <= len(assessed) / 1000:  # the share of sound numbers that end with 000
        return assessed
    return [
        (number, Rejected(result.request_id, (lost,)))
        if isinstance(result, Accepted) and result.resident_id.number.endswith("000")
        else (number, result)
        for number, result in assessed
    ]


def read_who(row: RequestRow) -> tuple[str | None, str | None]:
    """Name and village code of a row in normal form, also of one that is rejected for something else."""
    return _name(row.name, []), _village_code(row.village_code, [])


def read_request_id(text: str | None, *, today: date) -> str | Rejected:
    """A request number in the form in which requests are accepted: a change names its request by it."""
    faults: list[Fault] = []
    request_id = _request_id(text, faults)
    if request_id and _holds_id_number(request_id, None, today):
        return Rejected(None, (Fault(RejectionCode.REQUEST_ID_IS_ID_NUMBER, "request_id"),))
    return Rejected(request_id, tuple(faults)) if faults or request_id is None else request_id


def _typed(text: str | None) -> str | None:
    """The text without blanks around it; ``None`` for empty and for what people write into an empty cell."""
    if text is None:
        return None
    if not text.isprintable():
        text = _UNSTORABLE.sub("", text)
    text = text.strip(_BLANKS)
    return None if len(text) <= 4 and text.casefold() in _EMPTY else text


def _request_id(text: str | None, faults: list[Fault]) -> str | None:
    request_id = _code(text, "request_id", faults)
    if request_id and _SCIENTIFIC.fullmatch(request_id):
        faults.append(Fault(RejectionCode.REQUEST_ID_PRECISION_LOST, "request_id"))
    return request_id


def _holds_id_number(request_id: str, resident_id: ResidentId | None, today: date) -> bool:
    """Whether an ID number travels as the request number: the row's own, or any number valid in every part."""
    if resident_id and resident_id.number in unicodedata.normalize("NFKC", request_id).upper():
        return True
    return any(found.region_known for found in numbers_in(request_id, today=today))


def _code(text: str | None, column: str, faults: list[Fault]) -> str | None:
    code = _INVISIBLE.sub("", _typed(text) or "")
    if not code:
        faults.append(Fault(RejectionCode.FIELD_MISSING, column))
        return None
    if len(code) > MAX_CODE_LENGTH:
        faults.append(Fault(RejectionCode.TEXT_TOO_LONG, column))
    return code


def _resident_id(text: str | None, today: date, faults: list[Fault]) -> ResidentId | None:
    try:
        return ResidentId.parse(_typed(text) or "", today=today)
    except InvalidResidentId as error:
        missing = error.code is IdFault.MISSING
        faults.append(Fault(RejectionCode.FIELD_MISSING if missing else RejectionCode(error.code.value), "id_number"))
        return None


def _day(text: str | None, column: str, faults: list[Fault]) -> date | None:
    if (typed := _typed(text)) is None:
        faults.append(Fault(RejectionCode.FIELD_MISSING, column))
        return None
    try:
        return read_day(typed)
    except UnreadableDate as error:
        faults.append(Fault(error.code, column))
        return None


def _name(text: str | None, notices: list[Notice]) -> str | None:
    if (typed := _typed(text)) is None:
        notices.append(Notice(WarningCode.NAME_MISSING, "name"))
        return None
    name = normalise_name(typed)
    if is_damaged(name):
        notices.append(Notice(WarningCode.NAME_DAMAGED, "name"))
    return name


def _village_code(text: str | None, notices: list[Notice]) -> str | None:
    typed = _typed(text)
    if typed is None:
        return None
    code = unicodedata.normalize("NFKC", typed).replace(" ", "").lstrip("'").removesuffix(".0")
    if _VILLAGE_CODE.fullmatch(code):
        return code
    notices.append(Notice(WarningCode.VILLAGE_CODE_INVALID, "village_code"))
    return None
