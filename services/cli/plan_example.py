"""An example county for ``onevisit plan --example``: three villages of one township, one of them with a busy week."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

MONDAY: Final = date(2026, 3, 2)
"""First day of the example: a week with a plain calendar."""
VILLAGES: Final = (
    ("990101001001", 27.010, 105.020, 14),
    ("990101001002", 27.045, 105.060, 22),
    ("990101001003", 26.980, 105.075, 9),
)
"""Village code, latitude, longitude, dwellings: invented, on a hillside of nowhere."""


class ExampleFiles(NamedTuple):
    """Where the example lies."""

    visits: Path
    cadres: Path
    places: Path
    travel: Path


def write_example(folder: Path, seed: int = 1) -> ExampleFiles:
    """Writes the four files, the same for the same seed."""
    chance = Random(seed)  # noqa: S311 - an invented county
    folder.mkdir(parents=True, exist_ok=True)
    files = ExampleFiles(*(folder / name for name in ("visits.json", "cadres.csv", "places.csv", "travel.csv")))
    visits: list[dict[str, object]] = []
    places: list[tuple[object, ...]] = []
    for village, lat, lon, dwellings in VILLAGES:
        for number in range(dwellings):
            dwelling = f"{village[-3:]}-{number:02d}"
            places.append(
                (dwelling, village, round(lat + chance.gauss(0, 0.012), 5), round(lon + chance.gauss(0, 0.012), 5),
                 "yes" if chance.random() < 0.15 else "", chance.choice(("", "", "am", "pm")))
            )  # fmt: skip
            for person in range(1 + (chance.random() < 0.3)):
                opens = MONDAY + timedelta(chance.randrange(14))
                due = opens + timedelta(chance.choice((4, 9, 20)))
                visits.append(
                    {
                        "visit_id": f"v-{dwelling}-{person}",
                        "window": [opens.isoformat(), due.isoformat()],
                        "requests": [f"r{request}" for request in range(chance.choice((1, 1, 2, 3)))],
                        "dwelling": dwelling,
                        "village_code": village,
                    }
                )
    files.visits.write_text(json.dumps({"visits": visits}, indent=1) + "\n", encoding="utf-8")
    _write(files.places, ("dwelling", "village_code", "lat", "lon", "frail", "half_day"), places)
    _write(
        files.cadres,
        ("cadre_id", "lat", "lon", "villages", "township", "weekdays", "hours", "days_off", "market_days", "speed"),
        [
            (f"cadre-{number}", lat, lon, village, "990101001", "1-5", "08:30-11:30 14:30-17:30", off, "3 6 9", 1)
            for number, ((village, lat, lon, _), off) in enumerate(
                zip(VILLAGES, ("", "2026-03-09..2026-03-13", ""), strict=True), 1
            )
        ],
    )
    _write(files.travel, ("from", "to", "minutes"), [(VILLAGES[0][0], VILLAGES[1][0], 24), ("cadre-3", "003-00", 11)])
    return files


def _write(path: Path, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
