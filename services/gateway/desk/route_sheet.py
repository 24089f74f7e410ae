"""The printed route sheet 走访路线单: A4, Chinese, large type, a page (or more) for each half-day of a cadre.

The font is STSong-Light of Adobe's Asian font packs, which PDF readers bring or replace by their own Song: no font file
has to be shipped. Characters outside of the Basic Multilingual Plane (a few rare names) show as a box.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from schemas.plan import HalfDay

FONT: Final = "STSong-Light"
WEEKDAYS: Final = "一二三四五六日"
HALVES: Final = {HalfDay.MORNING: "上午", HalfDay.AFTERNOON: "下午"}
_WIDTHS: Final = tuple(width * mm for width in (10, 18, 66, 50, 24, 16))
"""Number, arrival, who and where, what for, due, done: the width between the margins of A4."""


@dataclass(frozen=True, slots=True)
class SheetStop:
    """A door."""

    arrive: str
    people: Sequence[str]
    """Names."""
    address: str
    village: str
    programmes: Sequence[str]
    due: date
    notes: Sequence[str] = ()
    """What should be known: frail, told another day."""


@dataclass(frozen=True, slots=True)
class SheetRoute:
    """A half-day."""

    cadre: str
    day: date
    half: HalfDay
    start: str
    end: str
    km: float
    ride_minutes: float
    stops: Sequence[SheetStop]
    state: str
    """Which plan this is, for the foot of the page."""


def route_sheet(routes: Sequence[SheetRoute]) -> bytes:
    """The sheet as PDF."""
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=13 * mm,
        rightMargin=13 * mm,
        topMargin=14 * mm,
        bottomMargin=14 * mm,
        title="走访路线单",
        author="一访通 OneVisit",
    )
    story: list[Any] = []
    for number, route in enumerate(routes):
        story += [PageBreak()] if number else []
        story += _page(route)
    document.build(story)
    return file.getvalue()


def _page(route: SheetRoute) -> list[Any]:
    day = f"{route.day.year}年{route.day.month}月{route.day.day}日 星期{WEEKDAYS[route.day.weekday()]}"
    people = sum(len(stop.people) for stop in route.stops)
    head = f"{route.start} 出发，约 {route.end} 返回；{len(route.stops)} 处 {people} 人；"
    head += f"路程约 {route.km:.1f} 公里，{route.ride_minutes:.0f} 分钟"
    rows = [[_text(title, 13) for title in ("序", "到达", "姓名、住址", "认证项目", "截止", "完成")]]
    rows += [_row(number, stop) for number, stop in enumerate(route.stops, 1)]
    table = Table(rows, colWidths=_WIDTHS, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
                ("BACKGROUND", (0, 0), (-1, 0), colors.Color(0.9, 0.9, 0.9)),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, -1), 5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
            ]
        )
    )
    return [
        _text(f"走访路线单　{route.cadre}", 22),
        Spacer(1, 4 * mm),
        _text(f"{day}　{HALVES[route.half]}", 18),
        Spacer(1, 2 * mm),
        _text(head, 13),
        Spacer(1, 4 * mm),
        table,
        Spacer(1, 4 * mm),
        _text(route.state, 10),
    ]


def _row(number: int, stop: SheetStop) -> list[Paragraph]:
    where = stop.address or stop.village
    notes = f"<br/><font size=11>{escape('；'.join(stop.notes))}</font>" if stop.notes else ""
    who = f"{escape('、'.join(stop.people))}<br/><font size=12>{escape(where)}</font>{notes}"
    return [
        _text(str(number), 15),
        _text(stop.arrive, 15),
        _markup(who, 16),
        _text("、".join(stop.programmes), 12),
        _text(f"{stop.due.month}月{stop.due.day}日", 13),
        _text("□", 20),
    ]


def _text(text: str, size: int) -> Paragraph:
    return _markup(escape(text), size)


def _markup(markup: str, size: int) -> Paragraph:
    return Paragraph(markup, _style(size))


@cache
def _style(size: int) -> ParagraphStyle:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    return ParagraphStyle(
        f"size{size}", fontName=FONT, fontSize=size, leading=size * 1.35, wordWrap="CJK", alignment=TA_LEFT
    )
