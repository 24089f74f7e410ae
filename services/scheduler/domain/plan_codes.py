"""Why a stop is not planned, why a stop moved, and what is wrong with the input: codes and texts in two languages."""

from enum import StrEnum
from typing import Final, Literal

Language = Literal["en", "zh"]


class UnplannedCode(StrEnum):
    """Why a plan does not hold a stop. Permanent."""

    WINDOW_OVER = "PLAN_WINDOW_OVER"
    """The window ends before the first day of the plan."""
    NO_WORKING_DAY = "PLAN_NO_WORKING_DAY"
    """The window holds no working half-day of the cadre."""
    WINDOW_LATER = "PLAN_WINDOW_LATER"
    """The window opens after the last day of the plan."""
    AWAY = "PLAN_AWAY"
    """The person is away on every working day of the window."""
    TOO_FAR = "PLAN_TOO_FAR"
    """Alone, with the ride there and back, it takes more than a half-day may be filled."""
    NO_ROOM = "PLAN_NO_ROOM"
    """Every half-day of its window is full, of the neighbours too."""
    TOLD_DAY_FULL = "PLAN_TOLD_DAY_FULL"
    """The day that was told has no room, and another one is a person's to choose."""
    LEFT_FOR_LATER = "PLAN_LEFT_FOR_LATER"
    """It can wait: its due date lies after the last day of the plan."""


class MoveCode(StrEnum):
    """Why a stop is on another half-day than before. Permanent."""

    DAY_OUT_OF_WINDOW = "MOVED_DAY_OUT_OF_WINDOW"
    """No request asks for a proof on the day before any more."""
    PERSON_AWAY = "MOVED_PERSON_AWAY"
    """The person is away on the day before."""
    CADRE_AWAY = "MOVED_CADRE_AWAY"
    """The cadre does not work on the half-day before."""
    OTHER_CADRE = "MOVED_OTHER_CADRE"
    """Another cadre takes it over; its own has no room."""
    DUE_DATE = "MOVED_DUE_DATE"
    """Its place is needed so that no due date is missed."""
    BETTER = "MOVED_BETTER"
    """No told day is touched, and the whole plan is better so."""
    TOLD_DAY = "MOVED_TO_TOLD_DAY"
    """The person was told this day."""


class PlanInputCode(StrEnum):
    """What is to be said of the input; the rest is planned. Permanent."""

    VISIT_INVALID = "PLAN_VISIT_INVALID"
    """An entry of the visits cannot be read."""
    CADRE_INVALID = "PLAN_CADRE_INVALID"
    """A row of the cadres cannot be read."""
    PLACE_INVALID = "PLAN_PLACE_INVALID"
    """A row of the places cannot be read."""
    TRAVEL_INVALID = "PLAN_TRAVEL_INVALID"
    """A row of the measured times cannot be read."""
    CURRENT_INVALID = "PLAN_CURRENT_INVALID"
    """An entry of the plan before cannot be read."""
    NO_PLACE = "PLAN_NO_PLACE"
    """No coordinates are known; 0, 0 are none."""
    NO_CADRE = "PLAN_NO_CADRE"
    """No cadre takes care of the village."""
    VILLAGE_POINT = "PLAN_VILLAGE_POINT"
    """The coordinates of the village stand for those of the house."""
    HOLIDAYS_UNKNOWN = "PLAN_HOLIDAYS_UNKNOWN"
    """The public holidays of a year are not known."""
    ROADS_AWAY = "PLAN_ROADS_AWAY"
    """The road engine does not answer."""
    TIME_LIMIT = "PLAN_TIME_LIMIT"
    """The time limit ended the search early."""
    SEARCH_STOPPED = "PLAN_SEARCH_STOPPED"
    """The search was stopped by force."""
    ORDER_GIVEN_UP = "PLAN_ORDER_GIVEN_UP"
    """The order chosen by hand could not be kept in a half-day."""


TEXTS: Final[dict[UnplannedCode | MoveCode | PlanInputCode, tuple[str, str]]] = {
    UnplannedCode.WINDOW_OVER: (
        "The window ends before the first working day of the plan. Ask for a later due date, or visit today.",
        "窗口期在计划首个工作日之前已结束。请与机构商定延期，或今日上门。",
    ),
    UnplannedCode.NO_WORKING_DAY: (
        "The cadre works on no day of the window. Let a neighbour go, or change the days off.",
        "窗口期内该村干部没有工作日。请安排邻村人员代办或调整休息日。",
    ),
    UnplannedCode.WINDOW_LATER: (
        "The window opens after the last day of this plan. Nothing to do: a later plan takes it.",
        "窗口期在本计划最后一天之后才开始。无需处理，由以后的计划安排。",
    ),
    UnplannedCode.AWAY: (
        "The person is away on every working day of the window. Ring up and agree on a day, or on a video call.",
        "窗口期内的工作日本人均外出。请电话约定日期，或改用视频方式。",
    ),
    UnplannedCode.TOO_FAR: (
        "Ride and visit alone take more than a half-day may be filled. Check the place; else plan a whole day by hand.",
        "仅往返路程和走访已超过半天可用时间。请核对位置；如无误请人工安排整天。",
    ),
    UnplannedCode.NO_ROOM: (
        "All half-days of its window are full, and nobody near can help. Add a half-day or a helper, or ask for a "
        "later due date.",
        "窗口期内各半天均已排满，邻近人员也无法协助。请增加半天或人员，或与机构商定延期。",
    ),
    UnplannedCode.TOLD_DAY_FULL: (
        "The day that was told is full. Move it to another half-day and tell the person, or let a neighbour go.",
        "告知的日期已排满。请改到其他半天并告知本人，或安排邻村人员代办。",
    ),
    UnplannedCode.LEFT_FOR_LATER: (
        "It can wait: its due date is after the last day of this plan. Nothing to do.",
        "可以稍后：截止日期在本计划最后一天之后。无需处理。",
    ),
    MoveCode.DAY_OUT_OF_WINDOW: (
        "No request asks for a proof on the day before any more. Tell the person the new day.",
        "原定日期已不在窗口期内。请告知新的日期。",
    ),
    MoveCode.PERSON_AWAY: (
        "The person is away on the day before. Tell the new day.",
        "原定日期本人外出。请告知新的日期。",
    ),
    MoveCode.CADRE_AWAY: (
        "The cadre does not work on the half-day before. Tell the person the new day.",
        "原定半天该村干部不上班。请告知新的日期。",
    ),
    MoveCode.OTHER_CADRE: (
        "A neighbouring cadre takes it over. Tell the person who comes.",
        "由邻村干部代办。请告知来访人员。",
    ),
    MoveCode.DUE_DATE: (
        "Its place is needed so that no due date is missed. Tell the person the new day.",
        "为保证不逾期，原定时段让给更紧急的走访。请告知新的日期。",
    ),
    MoveCode.BETTER: (
        "The told day stays or nobody had been told, and the whole plan is better so. Nothing to do.",
        "告知的日期不变或尚未告知，调整后整体更省。无需处理。",
    ),
    MoveCode.TOLD_DAY: (
        "The person was told this day. Nothing to do.",
        "该日期已告知本人，按告知日期上门。无需处理。",
    ),
    PlanInputCode.VISIT_INVALID: (
        "The visit cannot be read ({detail}). Correct it and plan again; the others are planned.",
        "该走访无法读取（{detail}）。请更正后重新计划；其余已安排。",
    ),
    PlanInputCode.CADRE_INVALID: (
        "The row of the cadre cannot be read ({detail}). Correct it and plan again; the others are planned.",
        "该村干部的行无法读取（{detail}）。请更正后重新计划；其余已安排。",
    ),
    PlanInputCode.PLACE_INVALID: (
        "The row of the place cannot be read ({detail}). Correct it and plan again.",
        "该位置的行无法读取（{detail}）。请更正后重新计划。",
    ),
    PlanInputCode.TRAVEL_INVALID: (
        "The row of the measured time cannot be read ({detail}); the estimate is used. Correct it and plan again.",
        "该实测时间的行无法读取（{detail}），按估算处理。请更正后重新计划。",
    ),
    PlanInputCode.CURRENT_INVALID: (
        "The entry of the plan before cannot be read ({detail}); it is planned anew. Give the JSON that "
        "`onevisit plan --json` has printed.",
        "原计划的该条无法读取（{detail}），将重新安排。请使用 `onevisit plan --json` 输出的文件。",
    ),
    PlanInputCode.NO_PLACE: (
        "Coordinates are missing, or are 0, 0 ({detail}). Give lat and lon of the visit, its dwelling or its village "
        "in PLACES.csv.",
        "缺少坐标，或坐标为 0, 0（{detail}）。请在 PLACES.csv 中为该走访、住处或村填写纬度和经度。",
    ),
    PlanInputCode.NO_CADRE: (
        "No cadre takes care of this place ({detail}). Add the village to a row of the cadres.",
        "该地点没有负责的村干部（{detail}）。请在村干部表中补上该村。",
    ),
    PlanInputCode.VILLAGE_POINT: (
        "The coordinates of the village stand for those of the house ({detail}): rides within the village are guessed. "
        "Add the house to PLACES.csv when it is known.",
        "以村的坐标代替住处坐标（{detail}），村内路程为估计。获知后请在 PLACES.csv 中补充。",
    ),
    PlanInputCode.HOLIDAYS_UNKNOWN: (
        "The public holidays of the year are not known yet ({detail}); weekdays count as working days. Put them into "
        "days_off of the cadres.",
        "该年的法定节假日尚未收录（{detail}），暂按周一至周五上班。请在村干部的 days_off 中填写假日。",
    ),
    PlanInputCode.ROADS_AWAY: (
        "The road engine does not answer ({detail}): rides are estimated from straight lines. Start the engine, or "
        "correct its address, and plan again.",
        "道路引擎无响应（{detail}），路程按直线估算。请启动引擎或更正其地址后重新计划。",
    ),
    PlanInputCode.TIME_LIMIT: (
        "The time limit ended the search early ({detail}): the plan holds all rules, but another run may differ. Give "
        "the search more time.",
        "达到时间上限，搜索提前结束（{detail}）：计划符合所有规则，但再次运行结果可能不同。请延长计算时间。",
    ),
    PlanInputCode.SEARCH_STOPPED: (
        "The search was stopped by force ({detail}): the plan is by cheapest insertion alone. Run again.",
        "搜索被强制终止（{detail}）：仅按最省插入排定。请重新运行。",
    ),
    PlanInputCode.ORDER_GIVEN_UP: (
        "The order chosen by hand could not be kept ({detail}): in it a due date would be missed, or the hours do not "
        "suffice. Look at the half-day, and choose its order again if need be.",
        "人工选定的走访顺序无法保持（{detail}）：按原顺序会有人逾期，或工作时间不够。请查看该半天，必要时重新排序。",
    ),
}
"""(English, Chinese) of each code; ``{detail}`` is said by who reports it."""


def explain(code: UnplannedCode | MoveCode | PlanInputCode, language: Language, detail: str = "") -> str:
    """What it means and what to do."""
    return TEXTS[code][language == "zh"].format(detail=detail)
