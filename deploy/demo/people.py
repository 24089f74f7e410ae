"""The people of a made-up county: villages, households, names, ID numbers. Nobody of them exists."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from schemas.resident_id import check_character

REGION: Final = "539901"
"""Region of the ID numbers and villages: prefecture 99 of a province was never assigned, so no real person is hit."""

TOWNS: Final = 14
_TOWN_NAMES: Final = (
    "青石", "白水", "松林", "云岭", "龙潭", "大河", "红岩", "金竹", "石门", "桃源", "柳坝", "梨树",
    "银杏", "高桥",
)  # fmt: skip
_VILLAGE_FIRST: Final = (
    "上", "下", "大", "小", "新", "老", "东", "西", "南", "北", "前", "后",
)  # fmt: skip
_VILLAGE_LAST: Final = (
    "湾", "坪", "沟", "坝", "寨", "冲", "岭", "塘", "坡", "井",
)  # fmt: skip
_HAMLETS: Final = (
    "李家", "王家", "张家", "赵家", "岩脚", "水井", "核桃", "松树", "田坝", "大石", "半坡", "河边",
)  # fmt: skip

_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文单仇解"
)
_MALE: Final = (
    "建国", "建华", "德明", "国强", "志明", "文才", "正华", "大贵", "光荣", "福生", "天佑", "有才",
    "明高", "兴旺", "永贵", "家富", "长生", "春生", "金山", "玉堂", "学文", "世昌", "朝贵", "云龙",
)  # fmt: skip
_FEMALE: Final = (
    "桂英", "秀兰", "玉珍", "素芬", "秀英", "凤英", "玉兰", "桂兰", "翠花", "美英", "金花", "素珍",
    "菊香", "莲英", "春梅", "秀珍", "玉芬", "惠芬", "兰芝", "淑华", "月英", "桂芝", "琼仙", "会仙",
)  # fmt: skip
RARE_CHARACTERS: Final = {
    "䶮": "YAN", "堃": "KUN", "犇": "BEN", "翀": "CHONG", "赟": "YUN", "喆": "ZHE", "頔": "DI", "㛃": "JIE", "𬍛": "BI",
    "𫖯": "FU", "燊": "SHEN", "昪": "BIAN", "翯": "HE",
}  # fmt: skip
"""Rare characters in names and how an office without the font types them."""
_MINORITY: Final = (
    ("阿木", "尔古"), ("吉克", "拉则"), ("阿约", "木呷"), ("沙玛", "曲比"), ("买买提", "吐尔逊"),
    ("阿依古丽", "买买提"), ("次仁", "卓玛"), ("扎西", "多吉"), ("诺尔布", "旺堆"),
    ("罗布", "格桑"), ("依米提", "克里木"), ("马海", "伍各"),
)  # fmt: skip

_AGE_BANDS: Final = ((60, 28), (65, 24), (70, 19), (75, 13), (80, 9), (85, 5), (90, 2))
"""First age of a band of five years and its share in per cent; above 94 nobody is left but by the last band's tail."""


@dataclass(frozen=True, slots=True)
class Village:
    """A village and the code that lists state for it."""

    code: str
    town: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """One elderly resident."""

    id_number: str
    """18 characters, valid."""
    name: str
    """With the interpunct · where the name has one."""
    village: Village
    address: str
    phone: str
    born: date


def make_villages(rng: random.Random, count: int) -> list[Village]:
    """Villages spread evenly over the towns; names repeat between towns as they do in life."""
    villages: list[Village] = []
    for number in range(count):
        town = number % TOWNS
        name = rng.choice(_VILLAGE_FIRST) + rng.choice(_VILLAGE_LAST)
        villages.append(
            Village(f"{REGION}{100 + town:03d}{200 + number // TOWNS:03d}", f"{_TOWN_NAMES[town]}镇", f"{name}村")
        )
    return villages


def make_people(rng: random.Random, villages: list[Village], count: int, today: date) -> list[Person]:
    """Elderly people in households of one or two, each with an ID number of its own."""
    people: list[Person] = []
    taken: set[str] = set()
    while len(people) < count:
        village = rng.choice(villages)
        address = f"{village.town}{village.name}{rng.choice(_HAMLETS)}组{rng.randint(1, 180)}号"
        phone = f"199{rng.randint(0, 99999999):08d}" if rng.random() < 0.8 else ""
        for male in _household(rng):
            born = _birth_date(rng, today)
            number = _id_number(rng, born, male, taken)
            people.append(Person(number, _name(rng, male), village, address, phone, born))
    return people[:count]


def _household(rng: random.Random) -> Iterator[bool]:
    """The sexes of the elderly of one dwelling: a couple in three of ten, else one person."""
    if rng.random() < 0.3:
        yield from (True, False)
    else:
        yield rng.random() < 0.45


def _birth_date(rng: random.Random, today: date) -> date:
    (first_age,) = rng.choices([band for band, _ in _AGE_BANDS], [share for _, share in _AGE_BANDS])
    years = 5 if first_age < 90 else 12
    return today - timedelta(days=round(first_age * 365.25) + 1 + rng.randrange(round(years * 365.25)))


def _id_number(rng: random.Random, born: date, male: bool, taken: set[str]) -> str:
    while True:
        sequence = 2 * rng.randrange(1, 497) + (1 if male else 0)
        first_17 = f"{REGION}{born:%Y%m%d}{sequence:03d}"
        number = first_17 + check_character(first_17)
        if number not in taken and not number.endswith("000"):  # 000 is what a spreadsheet leaves of a lost number
            taken.add(number)
            return number


def _name(rng: random.Random, male: bool) -> str:
    kind = rng.random()
    if kind < 0.06:
        first, second = rng.choice(_MINORITY)
        return f"{first}·{second}"
    given = rng.choice(_MALE if male else _FEMALE)
    if kind < 0.08:
        given = given[0] + rng.choice(tuple(RARE_CHARACTERS))
    return rng.choice(_SURNAMES) + given
