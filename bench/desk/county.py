"""The shared county as the files that its agencies and its scheduler hand in at the door, from the next Monday on."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from bench.plan.county import point_of
from schemas.resident_id import check_character

AGENCIES: Final = {
    "pension": ("hrss", "pension"),
    "senior": ("civil_affairs", "senior_subsidy"),
    "fp": ("hrss", "family_planning"),
}
BORN_FROM: Final = date(1930, 1, 1)
"""Everybody is born on a day of his own, which makes the ID numbers differ."""
LATE: Final = "R-late"
"""The request of somebody of whom no agency has asked before."""
SURNAMES: Final = "王李张刘陈杨赵黄周吴"
GIVEN: Final = ("秀英", "桂兰", "玉珍", "大山", "德明", "春花", "国强", "凤英", "长林", "兰芳")


@dataclass(frozen=True, slots=True)
class Files:
    """What is handed in."""

    lists: Mapping[str, str]
    """CSV by agency."""
    late: str
    """CSV of hrss with one request more, in the first village."""
    cadres: str
    """CADRES.csv."""
    villages: str
    """TOML of the villages, as an installation has it."""
    places: Mapping[str, dict[str, str]]
    """Of each request, whose place is known: what PLACES.csv says of it."""


def files_of(document: dict[str, Any], monday: date) -> Files:
    """The files of the shared county (`planning/county_*.json`); its working days count from the Monday."""
    people = {person["id"]: person for person in document["people"]}
    lists: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    places = {}
    for number, (person_id, programme, first, last) in enumerate(document["reqs"]):
        person = people[person_id]
        agency, code = AGENCIES[programme]
        name = SURNAMES[person_id % 10] + GIVEN[person_id // 10 % 10]
        row = {
            "request_id": f"R-{number}",
            "id_number": _id_number(person_id),
            "name": name,
            "programme": code,
            "window_start": _day(monday, first),
            "due_date": _day(monday, last),
            "village_code": _village(document, person["v"]),
            "户号": f"H-{person['house']}",
        }
        lists[agency].append(row)
        point = point_of(person["x"], person["y"])
        places[row["request_id"]] = {
            "lat": f"{point.lat:.6f}",
            "lon": f"{point.lon:.6f}",
            "frail": "1" if person["frail"] else "",
            "half_day": "" if person["pref"] == "none" else person["pref"],
            "away": " ".join(_day(monday, day) for day in person["unav"]),
        }
    newcomer = {
        **lists["hrss"][0],
        "request_id": LATE,
        "id_number": _id_number(max(people) + 1),
        "due_date": _day(monday, 18),
        "户号": "H-late",
    }
    cadres, villages = [], []
    for number, (x, y, _) in enumerate(document["V"]):
        code, point = _village(document, number), point_of(x, y)
        name = SURNAMES[number % 10] + GIVEN[(number * 7) // 10 % 10]
        cadres.append(
            {
                "cadre_id": f"cadre-{number:03d}",
                "name": name,
                "lat": f"{point.lat:.6f}",
                "lon": f"{point.lon:.6f}",
                "villages": code,
                "township": code[:9],
            }
        )
        villages.append(f'["{code}"]\nname = "{number + 1}号村"\nlat = {point.lat:.6f}\nlon = {point.lon:.6f}\n')
    return Files(
        lists={agency: as_csv(rows) for agency, rows in lists.items()},
        late=as_csv([newcomer]),
        cadres=as_csv(cadres),
        villages="\n".join(villages),
        places=places,
    )


def as_csv(rows: list[dict[str, str]]) -> str:
    """Rows with the headings of the first."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _id_number(person: int) -> str:
    first = f"990101{BORN_FROM + timedelta(person):%Y%m%d}001"
    return first + check_character(first)


def _village(document: dict[str, Any], village: int) -> str:
    return f"990101{document['town'][village]:03d}{village:03d}"


def _day(monday: date, working_day: int) -> str:
    week, weekday = divmod(working_day, 5)
    return (monday + timedelta(7 * week + weekday)).isoformat()
