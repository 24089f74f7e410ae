"""The letter 基层负担提示函: one page A4 in Chinese, for an agency of the highest burden in a closed month.

Exact figures, what would lower them most and where to see what lies behind them. No person and no cadre is in it: it is
written from counts alone. The font is that of the certificates on paper, which every reader of PDF knows.
"""

import io
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from services.gateway.agencies.certificate_sheet import FONT
from services.gateway.burden.views import rounded
from services.gateway.domain.burden import AVOIDABLE, PEOPLE, Component, Standing
from services.gateway.domain.burden_months import letters_in_a_row
from services.gateway.domain.burden_policy import BurdenPolicy
from services.gateway.domain.burden_texts import ADVICE, COMPONENT_WORDS
from services.gateway.domain.words import agencies_in_words
from services.gateway.store.burden import Closed
from services.platform.settings import Settings

TITLE: Final = "基层负担提示函"
_MARGIN: Final = 24 * mm
_WIDTHS: Final = tuple(width * mm for width in (62, 32, 34, 34))
"""Of the table: component, count, for 1,000 people, points."""


def _style(name: str, size: float, **more: object) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=FONT, fontSize=size, leading=size * 1.7, wordWrap="CJK", **more)


_HEAD: Final = _style("head", 24, alignment=TA_CENTER, spaceAfter=6 * mm)
_TEXT: Final = _style("text", 13.5, firstLineIndent=27, spaceAfter=3 * mm)
_TO: Final = _style("to", 13.5, spaceAfter=2 * mm)
_END: Final = _style("end", 13.5, alignment=TA_RIGHT)
_SMALL: Final = _style("small", 10.5, textColor=colors.HexColor("#333333"))


def make_letter(
    closed: Closed, standing: Standing, ranked: int, with_letter: Collection[date], settings: Settings
) -> bytes:
    """The letter as PDF; the same letter is the same file, whenever it is printed.

    Args:
        closed: the month, with the rules under which it was closed.
        standing: how the agency stands in it.
        ranked: among how many agencies.
        with_letter: the months of which it had a letter.
        settings: for the door's address and the county's time zone.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    made = io.BytesIO()
    document = SimpleDocTemplate(
        made,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=22 * mm,
        bottomMargin=18 * mm,
        title=TITLE,
        invariant=1,
    )
    document.build(_content(closed, standing, ranked, with_letter, settings))
    return made.getvalue()


def _content(
    closed: Closed, standing: Standing, ranked: int, with_letter: Collection[date], settings: Settings
) -> list[Flowable]:
    policy, figures = closed.policy, standing.figures
    month = f"{closed.month.year}年{closed.month.month}月"
    day = closed.closed_at.astimezone(ZoneInfo(settings.timezone)).date()
    name = agencies_in_words([figures.agency]).zh
    heaviest = figures.heaviest(policy)
    address = f"{settings.address}/v1/burden/{figures.agency}/behind?month={closed.month:%Y-%m}&component={heaviest}"
    return [
        Paragraph(TITLE, _HEAD),
        Paragraph(f"{escape(name)}：", _TO),
        Paragraph(
            f"{month}，贵部门的生存认证工作给基层带来的负担指数为 {_number(standing.index)}，"
            f"即每 {PEOPLE} 名认证对象折合上门 {_number(standing.index)} 次，"
            f"在参加排序的 {ranked} 个部门中由高到低列第 {standing.rank} 位。"
            f"其中可以避免的部分为 {_number(standing.avoidable)}，已达到县定提示标准 {_number(policy.letter_from)}。"
            f"近十二个月贵部门的认证对象为 {figures.people} 人。",
            _TEXT,
        ),
        _table(standing, policy),
        Spacer(0, 5 * mm),
        Paragraph(
            f"最能降低负担的一项是{COMPONENT_WORDS[heaviest].zh}：本月 {_number(figures.counts[heaviest])} 件，"
            f"折合 {_number(figures.points(heaviest, policy))} 次。{ADVICE[heaviest]}",
            _TEXT,
        ),
        Paragraph(f"逐件清单，按贵部门申请编号：<br/><font size=10.5>{escape(address)}</font>", _TO),
        Paragraph(_in_a_row(letters_in_a_row(with_letter, closed.month), policy.in_a_row), _TEXT),
        Paragraph("联合认证工作组", _END),
        Paragraph(f"{day.year}年{day.month}月{day.day}日", _END),
        Spacer(0, 4 * mm),
        Paragraph(
            "带 * 的为可以避免的项目。几个部门合并一次上门的，各部门平均分摊。"
            f"数据已于 {day.isoformat()} 结算，此后的更正不改变本函。"
            "本函只统计部门，不统计、不评比村干部，不含任何个人信息；认证对象的待遇不受影响。",
            _SMALL,
        ),
    ]


def _table(standing: Standing, policy: BurdenPolicy) -> Table:
    figures = standing.figures
    rows = [["项目", "数量", "每千人", "折合次数"]]
    rows += [
        [
            f"{COMPONENT_WORDS[each].zh}{' *' if each in AVOIDABLE else ''}",
            _number(figures.counts[each]),
            _number(figures.rate(each)),
            _number(figures.points(each, policy)),
        ]
        for each in Component
    ]
    rows.append(["合计", "", "", _number(standing.index)])
    worst = 1 + list(Component).index(figures.heaviest(policy))
    table = Table(rows, colWidths=_WIDTHS, rowHeights=9 * mm)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), FONT, 13),
                ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("GRID", (0, 0), (-1, -1), 0.6, colors.HexColor("#666666")),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#eeeeee")),
                ("BACKGROUND", (0, worst), (-1, worst), colors.HexColor("#fff1cc")),
                ("LINEABOVE", (0, -1), (-1, -1), 1.2, colors.black),
            ]
        )
    )
    return table


def _number(value: Fraction | Decimal) -> str:
    """To two digits at most, without needless zeros."""
    return f"{rounded(Fraction(value)):.2f}".rstrip("0").rstrip(".")


def _in_a_row(letters: int, limit: int) -> str:
    before = f"贵部门已连续 {letters} 个月收到本函；" if letters > 1 else ""
    if letters >= limit:
        return f"{before}已提交联合工作组处理。"
    return f"{before}连续 {limit} 个月收到本函的，提交联合工作组处理。"
