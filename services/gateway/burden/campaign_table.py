"""A year's plan of campaigns as a table: the template, which column is what, and what a row says. Pure."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from pydantic import ValidationError
from xlsxwriter import Workbook

from schemas.life_event import DatePrecision
from services.gateway.burden.campaign_intake import CampaignStated
from services.gateway.domain.campaigns import days_fit
from services.gateway.errors import Code, Refusal
from services.gateway.tables import UnreadableTable, fold, read_columns, read_day

MOST_ROWS: Final = 100
"""Of one table, as of `POST /v1/campaigns`: no agency has more campaigns in a year."""
HEADINGS: Final = ("项目 programme", "年度 year", "开始日期 first_day", "结束日期 last_day", "依据 why")
"""Of the template."""
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "programme": ("项目", "认证项目", "待遇"),
    "year": ("年度", "年份"),
    "first_day": ("开始日期", "起始日期", "开始"),
    "last_day": ("结束日期", "截止日期", "结束"),
    "why": ("依据", "理由", "事由"),
}
_COLUMNS: Final = {
    name: frozenset(fold(title) for title in (name, *_ALSO[name], heading))
    for name, heading in zip(_ALSO, HEADINGS, strict=True)
}
"""Headings by which a column is known, folded."""


@dataclass(frozen=True)
class Row:
    """What stands in one row."""

    number: int
    """As a person sees it in the file."""
    cells: Mapping[str, str]

    def stated(self) -> CampaignStated:
        """What it states; without a year that of its first day.

        Raises:
            Refusal: CAMPAIGN_ROW_DAYS, CAMPAIGN_ROW_TEXTS.
        """
        first, last = _day(self.cells["first_day"]), _day(self.cells["last_day"])
        year = fold(self.cells["year"]).removesuffix("年") or str(first.year)
        if not (year.isdecimal() and days_fit(int(year), first, last)):
            raise Refusal(Code.CAMPAIGN_ROW_DAYS)
        texts = {name: self.cells[name] for name in ("programme", "why")}
        try:
            return CampaignStated.model_validate({**texts, "year": int(year), "first_day": first, "last_day": last})
        except ValidationError as error:
            days = {"year", "first_day", "last_day"} & {str(each["loc"][0]) for each in error.errors() if each["loc"]}
            raise Refusal(Code.CAMPAIGN_ROW_DAYS if days else Code.CAMPAIGN_ROW_TEXTS) from None


def read_rows(content: bytes) -> list[Row]:
    """The rows of a table; blank ones are none.

    Raises:
        UnreadableTable: it cannot be read, or lacks a column.
        Refusal: CAMPAIGN_LIST_TOO_LONG.
    """
    columns, rows = read_columns(content, _COLUMNS)
    if _COLUMNS.keys() - columns - {"year"}:
        raise UnreadableTable("a column is not there")
    if len(rows) > MOST_ROWS:
        raise Refusal(Code.CAMPAIGN_LIST_TOO_LONG)
    return [Row(number, texts) for number, texts in rows]


def template_csv() -> bytes:
    """The headings, as a spreadsheet opens them: with a byte order mark."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow(HEADINGS)
    return text.getvalue().encode("utf-8-sig")


def template_xlsx() -> bytes:
    """The headings; days are typed as text, so that no spreadsheet turns them round."""
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("认证计划")
        sheet.write_row(0, 0, HEADINGS, book.add_format({"bold": True}))
        sheet.set_column(0, len(HEADINGS) - 1, 22, book.add_format({"num_format": "@"}))
        sheet.freeze_panes(1, 0)
    return made.getvalue()


def _day(text: str) -> date:
    """Raises Refusal CAMPAIGN_ROW_DAYS for anything but a whole day."""
    try:
        found = read_day(text)
    except ValueError:
        found = None
    if found is None or found[1] is not DatePrecision.DAY:
        raise Refusal(Code.CAMPAIGN_ROW_DAYS)
    return found[0]
