"""A register's list of deaths and other events as a table: which column is what, and what a row says. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import ValidationError

from schemas.life_event import DatePrecision, LifeEventKind, LifeEventSource
from services.gateway.errors import Code, Refusal
from services.gateway.people.life_event_rules import Report, RoughDay
from services.gateway.tables import UnreadableTable, fold, read_columns, read_day

Named = TypeVar("Named")
MOST_ROWS: Final = 2_000
"""Of one list: each row is a transaction of its own, and a county's month has some hundred deaths."""
LONGEST_NUMBER: Final = 64
"""Longest ID number or request number of a report (`Report`)."""
_COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "id_number": frozenset({"id_number", "身份证号", "身份证号码", "公民身份号码", "身份证", "证件号码"}),
    "request_id": frozenset({"request_id", "申请编号", "业务编号", "编号"}),
    "happened": frozenset(
        {"happened", "happened_on", "死亡日期", "死亡时间", "去世日期", "发生日期", "注销日期", "火化日期"}
    ),
    "known_on": frozenset({"known_on", "登记日期", "获知日期", "知悉日期"}),
    "kind": frozenset({"kind", "变动", "变动类型", "类型", "事项"}),
    "source": frozenset({"source", "来源", "信息来源"}),
}
"""Headings by which a column is known, folded (`fold`)."""
_KINDS: Final[Mapping[str, LifeEventKind]] = {
    "死亡": LifeEventKind.DECEASED,
    "去世": LifeEventKind.DECEASED,
    "迁居": LifeEventKind.MOVED,
    "户籍迁移": LifeEventKind.REGISTRATION_MOVED,
    "户口迁出": LifeEventKind.REGISTRATION_MOVED,
    "服刑": LifeEventKind.IN_PRISON,
    "住院": LifeEventKind.HOSPITALISED,
    "入住养老机构": LifeEventKind.IN_CARE_HOME,
    "出境": LifeEventKind.ABROAD,
} | {kind.value: kind for kind in LifeEventKind}
_SOURCES: Final[Mapping[str, LifeEventSource]] = {
    "户籍登记": LifeEventSource.CIVIL_REGISTRATION,
    "民政登记": LifeEventSource.CIVIL_REGISTRATION,
    "殡仪馆": LifeEventSource.FUNERAL_HOME,
    "医院": LifeEventSource.HOSPITAL,
    "公安": LifeEventSource.POLICE,
    "本部门": LifeEventSource.AGENCY,
} | {source.value: source for source in LifeEventSource}


@dataclass(frozen=True)
class Row:
    """What stands in one row."""

    number: int
    """As a person sees it in the file."""
    cells: Mapping[str, str]

    def report(self, *, kind: LifeEventKind, source: LifeEventSource | None) -> Report:
        """What it says.

        Args:
            kind, source: of rows that name none.

        Raises:
            Refusal: LIFE_EVENT_KIND_UNKNOWN, LIFE_EVENT_SOURCE_UNKNOWN, LIFE_EVENT_DAY_UNREADABLE,
                LIFE_EVENT_PERSON_UNCLEAR.
        """
        number, request_id = self.cells["id_number"], self.cells["request_id"]
        if not (number or request_id) or max(len(number), len(request_id)) > LONGEST_NUMBER:
            raise Refusal(Code.LIFE_EVENT_PERSON_UNCLEAR)
        known = _day(self.cells["known_on"])
        if known is not None and known.precision is not DatePrecision.DAY:
            raise Refusal(Code.LIFE_EVENT_DAY_UNREADABLE)
        said = {
            "kind": _named(_KINDS, self.cells["kind"], Code.LIFE_EVENT_KIND_UNKNOWN) or kind,
            "source": _named(_SOURCES, self.cells["source"], Code.LIFE_EVENT_SOURCE_UNKNOWN) or source,
            "id_number": number or None,
            "request_id": None if number else request_id,
            "happened": _day(self.cells["happened"]),
            "known_on": None if known is None else known.day.isoformat(),
        }
        try:
            return Report.model_validate(said)
        except ValidationError:  # a request number with characters that none has
            raise Refusal(Code.LIFE_EVENT_PERSON_UNCLEAR) from None


def read_rows(content: bytes) -> list[Row]:
    """The rows of a list; blank ones are none.

    Raises:
        UnreadableTable: it cannot be read, or has no column that names a person.
        Refusal: LIFE_EVENT_LIST_TOO_LONG.
    """
    columns, rows = read_columns(content, _COLUMNS)
    if not columns & {"id_number", "request_id"}:
        raise UnreadableTable("no column names a person")
    if len(rows) > MOST_ROWS:
        raise Refusal(Code.LIFE_EVENT_LIST_TOO_LONG)
    return [Row(number, texts) for number, texts in rows]


def _named(names: Mapping[str, Named], text: str, code: Code) -> Named | None:
    if not text:
        return None
    if (found := names.get(fold(text))) is None:
        raise Refusal(code)
    return found


def _day(text: str) -> RoughDay | None:
    try:
        found = read_day(text)
    except ValueError:
        raise Refusal(Code.LIFE_EVENT_DAY_UNREADABLE) from None
    if found is None:
        return None
    return RoughDay.model_validate({"day": found[0].isoformat(), "precision": found[1]})
