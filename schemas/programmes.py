"""The agencies and programmes of a county, and the names under which lists speak of them.

Other counties have other agencies: an unknown name is kept as typed and never refused.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_AGENCIES: Final[dict[str, tuple[str, ...]]] = {
    "hrss": (
        "人社", "人社局", "人社部门", "社保", "社保局", "社保中心", "社会保险局", "社会保险事业管理局",
        "人力资源和社会保障局", "人力资源社会保障局", "hrss bureau", "human resources and social security",
        "human resources and social security bureau",
    ),
    "civil_affairs": ("civil", "civil affairs", "civil affairs bureau", "民政", "民政局", "民政部门"),
    "health": (
        "卫健", "卫健委", "卫健局", "卫健部门", "卫生健康委", "卫生健康局", "卫生健康委员会", "卫计", "卫计局",
        "卫计委", "health bureau", "health commission",
    ),
}  # fmt: skip
_PROGRAMMES: Final[dict[str, tuple[str, ...]]] = {
    "pension": (
        "resident pension", "养老保险", "居民养老保险", "居民基本养老保险", "城乡居民养老保险",
        "城乡居民基本养老保险", "城乡居民社会养老保险", "城乡养老保险", "养老保险待遇", "居保", "城乡居保", "城居保",
        "养老金", "城乡居民养老金",
    ),
    "senior_subsidy": (
        "senior subsidy", "senior allowance", "old-age allowance", "高龄补贴", "高龄津贴", "高龄补助",
        "高龄老人补贴", "高龄老人津贴", "高龄老人生活补贴", "高龄老人生活津贴", "高龄老年人津贴", "高龄老年人补贴",
        "老年人高龄津贴", "老年人高龄补贴", "尊老金",
    ),
    "family_planning": (
        "family planning", "family planning subsidy", "计划生育", "计划生育补贴", "计生补贴", "计生奖扶",
        "计生奖励扶助", "计划生育奖扶", "计划生育奖励扶助", "计划生育家庭奖励扶助", "农村计划生育家庭奖励扶助",
        "农村部分计划生育家庭奖励扶助", "奖扶", "奖励扶助",
    ),
}  # fmt: skip

_PUNCTUATION: Final = re.compile(r"[\s_\-·()（）]+")
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2060\ufeff]")


def _fold(text: str) -> str:
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _index(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {_fold(alias): code for code, aliases in table.items() for alias in (code, *aliases)}


_AGENCY_OF: Final = _index(_AGENCIES)
_PROGRAMME_OF: Final = _index(_PROGRAMMES)

AGENCIES: Final = tuple(_AGENCIES)
PROGRAMMES: Final = tuple(_PROGRAMMES)


@lru_cache(maxsize=4096)
def read_agency(text: str) -> tuple[str, bool]:
    """The agency's code and whether it is known; ``某某县民政局`` is the civil affairs bureau of that county."""
    folded = _fold(text)
    if code := _AGENCY_OF.get(folded):
        return code, True
    for alias, code in _AGENCY_OF.items():
        if len(alias) > 2 and alias.endswith(("局", "委", "会", "中心")) and folded.endswith(alias):
            return code, True
    return _as_typed(text), False


@lru_cache(maxsize=4096)
def read_programme(text: str) -> tuple[str, bool]:
    """The programme's code and whether it is known. Only whole names count: 职工养老保险 is another programme."""
    if code := _PROGRAMME_OF.get(_fold(text)):
        return code, True
    return _as_typed(text), False


def find_agency_in_name(file_name: str) -> str | None:
    """The one agency that a file's name speaks of, ``None`` if it speaks of none or several."""
    folded = _fold(file_name)
    found = {code for alias, code in _AGENCY_OF.items() if alias in folded}
    return found.pop() if len(found) == 1 else None


def find_programme_in_name(file_name: str) -> str | None:
    """The one programme that a file's name speaks of; ``None`` if none or several."""
    folded = _fold(file_name)
    found = {code for alias, code in _PROGRAMME_OF.items() if alias in folded}
    return found.pop() if len(found) == 1 else None


def _as_typed(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())
