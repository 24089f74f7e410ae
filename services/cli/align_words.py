"""Campaigns and changes of windows in words, English and Chinese."""

from typing import Final

from services.scheduler.domain.align_campaigns import Campaign, Change, FixedReason
from services.scheduler.domain.codes import Language

_CHINESE: Final = {
    "hrss": "人社",
    "civil_affairs": "民政",
    "health": "卫健",
    "pension": "养老保险",
    "senior_subsidy": "高龄补贴",
    "family_planning": "计划生育补贴",
}
FIXED_TEXTS: Final[dict[FixedReason, tuple[str, str]]] = {
    FixedReason.RULE: (
        "stays: no rule lets it move (its cycle counts from the proof, or nobody has written a rule: --policy)",
        "不变：规则不允许调整（周期自认证之日起算，或尚未填写规则，见 --policy）",
    ),
    FixedReason.CYCLE_FULL: (
        "stays: its windows fill the cycle or touch the next one",
        "不变：窗口期已占满周期或与下一期相接",
    ),
}
"""Why a campaign stays as it is, in English and Chinese."""


def campaign_name(campaign: Campaign, language: Language) -> str:
    """Agency, programme and area."""
    names = [campaign.agency, campaign.programme]
    if language == "zh":
        names = [_CHINESE.get(name, name) for name in names]
    return " ".join([*names, campaign.area]).strip()


def change_in_words(change: Change, language: Language) -> str:
    """What the agency would change, from its windows as they are."""
    if language == "zh":
        parts = [(change.days_earlier, "提前{}天开始"), (change.days_later, "延后{}天截止")]
        return "，".join(text.format(days) for days, text in parts if days)
    parts = [(change.days_earlier, "opens {} earlier"), (change.days_later, "ends {} later")]
    return " and ".join(text.format("1 day" if days == 1 else f"{days} days") for days, text in parts if days)
