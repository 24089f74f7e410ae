"""Households: which requests name one dwelling, however its address is written.

Two addresses are one dwelling when, within one village, they are equal after `dwelling_of`; an address that names no
house (only a group of the village) is none. What a dwelling is good for: `stops`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from services.scheduler.domain.stops import PlacedVisit, Stop, group_stops

_NUMERALS: Final = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_NUMBER: Final = re.compile(
    "[〇零一二两三四五六七八九十百]+(?=(?:村民小组|小组|组|队|社|号|栋|幢|座|单元|层|楼|室|户|房|巷|弄))"
)
_UNITS: Final = (
    (re.compile(r"村民小组|生产队|小组|居民组|(?<=\d)[队社]"), "组"),
    (re.compile(r"号楼|[幢座]|(?<=\d)楼(?!\d*层)"), "栋"),
    (re.compile(r"(?<=\d)[房户]|号房"), "室"),
    (re.compile(r"门牌|院(?=$)|(?<=号)院|之(?=\d)|附(?=\d)"), "-"),
    (re.compile(r"第(?=\d)"), ""),
)
_ABOVE: Final = re.compile(
    r"^(?:[^\d]{2,8}?(?:省|自治区))?(?:[^\d]{2,8}?(?:市|自治州|盟))?(?:[^\d小]{2,8}?(?:县|旗|区))?"
    r"(?:[^\d]{1,8}?(?:镇|乡|街道办事处|街道))?(?:[^\d]{1,10}?(?:村民委员会|居民委员会|村委会|居委会|社区|行政村|村(?![路街道巷])))?"
)
_ROOM: Final = re.compile(r"(?<=\d)室$")
_NOISE: Final = re.compile(r"[\s,，.。、;；:：()（）\[\]【】“”'\"]+")
_DASHES: Final = re.compile("[-‐‑‒–—―−－~～_/#＃]+")
_GROUP_ONLY: Final = re.compile(r"\d+组")
_HOUSE: Final = re.compile(r"\d")
_PLACE: Final = re.compile("[村镇乡屯寨庄路街巷弄]|社区|小区")
"""Without any of these a house number is one of hundreds."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a visit goes, as one request says it."""

    village_code: str | None = None
    address: str | None = None
    household_id: str | None = None
    """The agencies' own number of the household; within the village."""


@dataclass(frozen=True, slots=True)
class HomeVisit:
    """A visit with all that its requests say of the home."""

    visit_id: UUID
    window_start: date
    window_end: date
    homes: tuple[Home, ...]


def dwelling_of(home: Home) -> tuple[str, str] | None:
    """What identifies the dwelling: the village and the house in it; None when no house is named.

    The given household number counts before the address. Without a village code the whole address counts, from the
    county down; with one, only what follows the village, because offices shorten what stands before it differently.
    """
    village = home.village_code or ""
    if home.household_id:
        number = _NOISE.sub("", unicodedata.normalize("NFKC", home.household_id)).casefold()
        return (village, f"household {number}") if number else None
    if not home.address:
        return None
    house = _house(home.address, within_village=bool(village))
    if not village and not _PLACE.search(house):
        return None
    return (village, house) if house else None


def _house(address: str, *, within_village: bool) -> str:
    text = _NUMBER.sub(lambda match: str(_as_number(match.group())), unicodedata.normalize("NFKC", address))
    text = _NOISE.sub("", text).casefold()
    for pattern, written in _UNITS:
        text = pattern.sub(written, text)
    below = _ABOVE.sub("", text) if within_village else text
    below = _ROOM.sub("", _DASHES.sub("-", below.replace("栋", "-").replace("单元", "-").replace("号", "-"))).strip("-")
    below = _DASHES.sub("-", below).replace("组-", "组")
    named = _GROUP_ONLY.sub("", below if within_village else _ABOVE.sub("", below))
    return below if _HOUSE.search(named) else ""


def _as_number(numerals: str) -> int:
    """The value of a Chinese numeral up to 999: 二十三 is 23, 一〇二 is 102."""
    if not {"十", "百"} & set(numerals):
        return int("".join(str(_NUMERALS[character]) for character in numerals))
    total, digit = 0, 0
    for character in numerals:
        if character in "十百":
            total += (digit or (0 if total and character == "百" else 1)) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _NUMERALS[character]
    return total + digit


def stops_of(visits: Iterable[HomeVisit]) -> list[Stop]:
    """The fewest stops for the visits of each dwelling, as in `stops.group_stops`.

    A visit whose requests name several dwellings goes by the one named most often, the alphabetically first of equals:
    it must not chain two houses together.
    """
    placed = []
    for visit in visits:
        named = Counter(dwelling for home in visit.homes if (dwelling := dwelling_of(home)))
        if named:
            village, house = min(named, key=lambda dwelling: (-named[dwelling], dwelling))
            window = (visit.window_start, visit.window_end)
            placed.append(PlacedVisit(visit.visit_id, window, (village, house), village or None))
    return group_stops(placed)
