"""The letter is read back: one page, the figures as they were frozen, and nobody in it."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pypdfium2

from services.gateway.burden.letter import make_letter
from services.gateway.domain.burden import Component, Figures, standings
from services.gateway.domain.burden_policy import BurdenPolicy
from services.gateway.store.burden import Closed
from services.platform.settings import Settings

CLOSED = Closed(date(2026, 11, 1), datetime(2026, 12, 10, 17, 0, tzinfo=UTC), BurdenPolicy())
SETTINGS = Settings(public_url="https://onevisit.example")
COUNTS = (Fraction(412), Fraction(9), Fraction(60), Fraction(23), Fraction(7), Fraction(1234, 3))


def letter(agency: str = "civil_affairs", months: set[date] | None = None) -> bytes:
    """An agency's of November 2026, second of two."""
    figures = Figures(agency, 1480, dict(zip(Component, COUNTS, strict=True)))
    other = Figures("hrss", 100, {each: Fraction(100) for each in Component})
    (standing,) = (one for one in standings([figures, other], CLOSED.policy) if one.figures.agency == agency)
    return make_letter(CLOSED, standing, 2, months or {CLOSED.month}, SETTINGS)


def text_of(content: bytes) -> str:
    """All that stands on its only page, without line ends."""
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range()
    document.close()
    return "".join(text.split())


def test_the_letter_says_where_the_agency_stands_and_what_would_lower_it() -> None:
    """By hand: 23 windows x 1000 / 1480 = 15.54 points; the ride shared by three is counted exactly, 411.33."""
    text = text_of(letter())
    for words in (
        "基层负担提示函",
        "民政部门：",
        "2026年11月",
        "2个部门中由高到低列第2位",
        "1480人",
        "窗口未能合并*2315.5415.54",
        "上门次数411.33277.93277.93",
        "最能降低负担的一项是窗口未能合并：本月23件",
        "https://onevisit.example/v1/burden/civil_affairs/behind?month=2026-11&component=unmerged",
        "2026年12月11日",
        "不评比村干部",
        "连续3个月收到本函的，提交联合工作组处理",
    ):
        assert "".join(words.split()) in text, words


def test_it_says_how_often_in_a_row() -> None:
    """And from the third on that the joint group has it; later letters do not change an earlier one."""
    before = {date(2026, 9, 1), date(2026, 10, 1), CLOSED.month}
    assert "贵部门已连续3个月收到本函；已提交联合工作组处理。" in text_of(letter(months=before))
    assert text_of(letter(months={CLOSED.month, date(2026, 12, 1)})) == text_of(letter())


def test_the_same_letter_is_the_same_file() -> None:
    """Whoever prints it, whenever; and an agency with a long code still has one page."""
    assert letter() == letter()
    assert "a" * 32 in text_of(letter("a" * 32))
