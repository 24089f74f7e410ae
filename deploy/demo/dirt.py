"""The dirt of real lists, laid on purpose: each kind says what intake must make of it."""

import random
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from deploy.demo.people import RARE_CHARACTERS

Row = dict[str, str]
"""A row of a list as typed, by field."""

_FULL_WIDTH: Final = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_INTERPUNCTS: Final = "•・．‧"


def _split_id(row: Row, rng: random.Random) -> Row:
    number = row["id_number"]
    return row | {"id_number": f"{number[:6]} {number[6:14]} {number[14:]}"}


def _legacy(row: Row, rng: random.Random) -> Row:
    number = row["id_number"]
    return row | {"id_number": number[:6] + number[8:17]}


def _other_interpunct(row: Row, rng: random.Random) -> Row:
    return row | {"name": row["name"].replace("·", rng.choice(_INTERPUNCTS))}


def _spaced_name(row: Row, rng: random.Random) -> Row:
    return row | {"name": f"{row['name'][0]} {row['name'][1:]} "}


def _other_date_form(row: Row, rng: random.Random) -> Row:
    forms: tuple[Callable[[date], str], ...] = (
        lambda day: f"{day.year}/{day.month}/{day.day}",
        lambda day: f"{day.year}.{day.month}.{day.day}",
        lambda day: f"{day:%Y%m%d}",
        lambda day: f"{day.year}年{day.month}月{day.day}日",
        lambda day: f"{day.isoformat()} 00:00:00",
    )
    form = rng.choice(forms)
    return row | {column: form(date.fromisoformat(row[column])) for column in ("window_start", "due_date")}


def _rare_as_pinyin(row: Row, rng: random.Random) -> Row:
    return row | {"name": "".join(RARE_CHARACTERS.get(character, character) for character in row["name"])}


HARMLESS: Final[Mapping[str, tuple[float, Callable[[Row, random.Random], Row]]]] = {
    "lower-case x": (0.4, lambda row, rng: row | {"id_number": row["id_number"].replace("X", "x")}),
    "full-width digits": (0.008, lambda row, rng: row | {"id_number": row["id_number"].translate(_FULL_WIDTH)}),
    "spaces in the number": (0.008, _split_id),
    "apostrophe before the number": (0.005, lambda row, rng: row | {"id_number": "'" + row["id_number"]}),
    "15 digits": (0.02, _legacy),
    "another interpunct": (0.5, _other_interpunct),
    "a rare character in pinyin": (0.4, _rare_as_pinyin),
    "spaces in the name": (0.015, _spaced_name),
    "another date form": (0.05, _other_date_form),
}
"""Share of the rows that fit, and what is done to them: intake must see through it and take the row."""


def _wrong_check(number: str, rng: random.Random) -> str:
    return number[:-1] + rng.choice([c for c in "123456789X" if c != number[-1]])


def _wrong_digit(number: str, rng: random.Random) -> str:
    return number[:16] + rng.choice([c for c in "123456789" if c != number[16]]) + number[17]


def _soil_id(soil: Callable[[str, random.Random], str]) -> Callable[[Row, random.Random], Row]:
    return lambda row, rng: row | {"id_number": soil(row["id_number"], rng)}


REJECTED: Final[Mapping[str, tuple[float, str, Callable[[Row, random.Random], Row]]]] = {
    "wrong check character": (0.004, "ID_CHECK", _soil_id(_wrong_check)),
    "one wrong digit": (0.003, "ID_CHECK", _soil_id(_wrong_digit)),
    "a digit lost": (0.001, "ID_LENGTH", _soil_id(lambda number, rng: number[:10] + number[11:])),
    "letter O for zero": (0.001, "ID_CHARACTERS", _soil_id(lambda number, rng: number[:4] + "O" + number[5:])),
    "month 13": (0.001, "ID_BIRTH_DATE", _soil_id(lambda number, rng: number[:10] + "13" + number[12:])),
    "hidden digits": (0.0005, "ID_MASKED", _soil_id(lambda number, rng: number[:6] + "********" + number[14:])),
    "a number to the spreadsheet": (
        0.001,
        "ID_PRECISION_LOST",
        _soil_id(lambda number, rng: f"{int(number[:17] + '0'):.5E}"),
    ),
    "no ID number": (0.001, "FIELD_MISSING", _soil_id(lambda number, rng: "")),
    "no due date": (0.001, "FIELD_MISSING", lambda row, rng: row | {"due_date": ""}),
    "30 February": (0.001, "DATE_IMPOSSIBLE", lambda row, rng: row | {"due_date": row["due_date"][:4] + "-02-30"}),
    "two-digit year": (0.001, "DATE_TWO_DIGIT_YEAR", lambda row, rng: row | {"due_date": row["due_date"][2:]}),
    "dates exchanged": (
        0.001,
        "WINDOW_INVERTED",
        lambda row, rng: row | {"window_start": row["due_date"], "due_date": row["window_start"]},
    ),
}
"""Share of the rows, the code with which intake must send them back, and what is done to them."""


def fits(kind: str, row: Row) -> bool:
    """Whether a kind of harmless dirt changes this row at all and leaves its meaning."""
    match kind:
        case "lower-case x":
            return row["id_number"].endswith("X")
        case "another interpunct":
            return "·" in row["name"]
        case "a rare character in pinyin":
            return not RARE_CHARACTERS.keys().isdisjoint(row["name"])
        case "spaces in the name":
            return "·" not in row["name"]
        case "15 digits":
            return row["id_number"][6:8] == "19" and row["id_number"][14:17] < "996"
        case _:
            return True
