"""Why a stop cannot be put somewhere by hand, and what the scheduler should know when it can: codes and texts."""

from enum import StrEnum
from typing import Final

from services.scheduler.domain.plan_said import days_said


class MoveFaultCode(StrEnum):
    """A rule that a move by hand would break. Permanent."""

    OUT_OF_WINDOW = "MOVE_OUT_OF_WINDOW"
    """The day lies outside of the window."""
    PERSON_AWAY = "MOVE_PERSON_AWAY"
    """The person is away on the day."""
    CADRE_AWAY = "MOVE_CADRE_AWAY"
    """The cadre does not work on the half-day."""
    TOO_LONG = "MOVE_TOO_LONG"
    """The half-day would be over its budget."""
    TOO_MANY_PERSONS = "MOVE_TOO_MANY_PERSONS"
    """The half-day would hold too many persons."""
    DAY_PAST = "MOVE_DAY_PAST"
    """Today is on the phones already; the day before is over."""
    NO_PLACE = "MOVE_NO_PLACE"
    """No coordinates of the visit are known."""
    VISIT_GONE = "MOVE_VISIT_GONE"
    """The visit is not open any more, or there is none."""
    CADRE_UNKNOWN = "MOVE_CADRE_UNKNOWN"
    """There is no such cadre."""
    ROW_UNREADABLE = "MOVE_ROW_UNREADABLE"
    """A row of an edited file cannot be read."""


class MoveWarningCode(StrEnum):
    """What to know of a move by hand that breaks no rule. Permanent."""

    TOLD_DAY = "MOVE_TOLD_DAY"
    """The person was told another day."""
    OTHER_VILLAGE = "MOVE_OTHER_VILLAGE"
    """The village is not one of the cadre's."""
    MARKET_DAY = "MOVE_MARKET_DAY"
    """It is the morning of a market day."""
    OTHER_HALF = "MOVE_OTHER_HALF"
    """The person prefers the other half of the day."""
    LATE = "MOVE_LATE"
    """It is one of the last days that suit."""


class StepCode(StrEnum):
    """What a step of the draft was, for the list of steps. Permanent."""

    PLANNED = "STEP_PLANNED"
    """The draft was planned, or planned again."""
    MOVED = "STEP_MOVED"
    """Stops were moved by hand."""
    IMPORTED = "STEP_IMPORTED"
    """An edited file was taken in."""
    MENDED = "STEP_MENDED"
    """Visits, cadres or places changed, and the draft was mended."""


TEXTS: Final[dict[MoveFaultCode | MoveWarningCode | StepCode, tuple[str, str]]] = {
    MoveFaultCode.OUT_OF_WINDOW: (
        "The day is outside of the window ({detail}). Choose a day within it.",
        "该日期不在窗口期内（{detail}）。请选择窗口期内的日期。",
    ),
    MoveFaultCode.PERSON_AWAY: (
        "The person is away on that day ({detail}). Choose another day, or ring up.",
        "本人该日外出（{detail}）。请改选日期或电话联系。",
    ),
    MoveFaultCode.CADRE_AWAY: (
        "The cadre does not work on that half-day ({detail}). Choose another, or change the cadre's days.",
        "该村干部该半天不上班（{detail}）。请改选或调整其工作日。",
    ),
    MoveFaultCode.TOO_LONG: (
        "The half-day would be too long ({detail}). Move another stop away first, or choose another half-day.",
        "该半天将超时（{detail}）。请先移走其他走访，或改选半天。",
    ),
    MoveFaultCode.TOO_MANY_PERSONS: (
        "Too many persons for one half-day ({detail}). Choose another half-day.",
        "该半天人数过多（{detail}）。请改选半天。",
    ),
    MoveFaultCode.DAY_PAST: (
        "Nothing can be put on today or earlier: phones are out with today's plan. Choose tomorrow or later.",
        "今天及以前的日期不能再安排：手机已带着当日计划外出。请选择明天以后。",
    ),
    MoveFaultCode.NO_PLACE: (
        "No coordinates are known of this visit ({detail}). Give its house or its village in the places.",
        "该走访缺少坐标（{detail}）。请在位置表中填写住处或村的坐标。",
    ),
    MoveFaultCode.VISIT_GONE: (
        "This visit is not open any more ({detail}). Load the board again.",
        "该走访已不在待办中（{detail}）。请刷新页面。",
    ),
    MoveFaultCode.CADRE_UNKNOWN: (
        "There is no such cadre ({detail}). Choose one of the list of cadres.",
        "没有该村干部（{detail}）。请从干部名单中选择。",
    ),
    MoveFaultCode.ROW_UNREADABLE: (
        "The row cannot be read ({detail}). Correct it; day as 2026-03-02, half_day am or pm.",
        "该行无法读取（{detail}）。请更正；日期写作2026-03-02，上下午写am或pm。",
    ),
    MoveWarningCode.TOLD_DAY: (
        "The person was told another day ({detail}) and must be told anew.",
        "已告知本人其他日期（{detail}），须重新告知。",
    ),
    MoveWarningCode.OTHER_VILLAGE: (
        "The village is not one of this cadre's ({detail}): tell the person who comes.",
        "该村不由此干部负责（{detail}）：请告知来访人员。",
    ),
    MoveWarningCode.MARKET_DAY: (
        "It is a market morning: people may be out.",
        "当日上午赶集，家中可能无人。",
    ),
    MoveWarningCode.OTHER_HALF: (
        "The person prefers the other half of the day.",
        "本人希望安排在另一半天。",
    ),
    MoveWarningCode.LATE: (
        "It is one of the last days that suit ({detail}): bad weather would miss the due date.",
        "已接近最后期限（{detail}）：遇恶劣天气可能逾期。",
    ),
    StepCode.PLANNED: ("Planned: {detail}.", "编制计划：{detail}。"),
    StepCode.MOVED: ("Moved by hand: {detail}.", "人工调整：{detail}。"),
    StepCode.IMPORTED: ("Taken in from a file: {detail}.", "从文件导入：{detail}。"),
    StepCode.MENDED: ("Mended after changes: {detail}.", "因变更自动修补：{detail}。"),
}
"""(English, Chinese) of each code."""


def words(code: MoveFaultCode | MoveWarningCode | StepCode, detail: str = "") -> dict[str, str]:
    """Both texts, with their detail; days in it are put into words."""
    english, chinese = TEXTS[code]
    return {
        "zh": chinese.format(detail=days_said(detail, "zh")),
        "en": english.format(detail=days_said(detail, "en")),
    }
