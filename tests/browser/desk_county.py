"""The example county of ``onevisit plan --example`` behind the real door: asked for by lists of agencies, folded by the
scheduler's own folds, planned by the real planner."""

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from services.cli.plan_example import MONDAY, write_example
from services.gateway.villages import Village
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import County, id_number, today

VILLAGES = {
    "990101001001": Village(name="石门村", lat=27.010, lon=105.020),
    "990101001002": Village(name="茶山村", lat=27.045, lon=105.060),
    "990101001003": Village(name="小河村", lat=26.980, lon=105.075),
}
CADRES = {"cadre-1": "李建国", "cadre-2": "王秀兰", "cadre-3": "赵德明"}
PROGRAMMES = (("hrss", "pension"), ("civil_affairs", "senior_subsidy"), ("hrss", "family_planning"))
LATER_DAYS = 9
"""The third campaign comes later than the example's other two: there is something to align."""
SURNAMES = "王李张刘陈杨赵黄周吴"
GIVEN = ("秀英", "桂兰", "玉珍", "大山", "德明", "春花", "国强", "凤英", "长林", "兰芳")


@dataclass
class DeskCounty:
    """The county behind one door, and the files that its scheduler hands in."""

    bench: Bench
    folder: Path
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    dwellings: dict[str, str] = field(default_factory=dict)
    """The example's dwelling of each request."""
    first: date = field(default_factory=lambda: today() + timedelta(days=8 - today().isoweekday()))
    """The Monday after today, on which the example begins."""

    def __post_init__(self) -> None:
        object.__setattr__(self.bench.door, "villages", VILLAGES)

    async def load(self) -> None:
        """Has the agencies ask for everybody, and writes CADRES.csv and PLACES.csv."""
        example = write_example(self.folder)
        for number, entry in enumerate(json.loads(example.visits.read_text("utf-8"))["visits"]):
            self._ask(number, entry)
        for agency, rows in self.rows.items():
            headers = self.bench.as_role[agency] | {"Content-Type": "text/csv"}
            answer = await self.bench.http.post("/v1/lists?wait=0", content=_csv(rows).encode(), headers=headers)
            assert answer.status_code == 202, answer.text
        await County(self.bench).fold()
        await self.bench.execute("DELETE FROM platform.outbox")  # as the relay does with what was read
        assert await self.bench.execute("SELECT code FROM scheduler.row_outcome WHERE outcome = 'rejected'") == []
        self._write_cadres(self.folder / "cadres.csv")
        await self._write_places(self.folder / "places.csv")

    def _ask(self, number: int, entry: dict[str, Any]) -> None:
        first, last = (self.first + (date.fromisoformat(day) - MONDAY) for day in entry["window"])
        for agency, programme in PROGRAMMES[: len(entry["requests"])]:
            later = timedelta(LATER_DAYS if programme == "family_planning" else 0)
            row = {
                "request_id": f"{entry['visit_id']}-{programme}",
                "id_number": id_number(number + 1),
                "name": SURNAMES[number % 10] + GIVEN[number // 10 % 10],
                "programme": programme,
                "window_start": (first + later).isoformat(),
                "due_date": (last + later).isoformat(),
                "village_code": entry["village_code"],
                "户号": entry["dwelling"],
            }
            self.rows.setdefault(agency, []).append(row)
            self.dwellings[row["request_id"]] = entry["dwelling"]

    def _write_cadres(self, path: Path) -> None:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
        for row in rows:
            row["name"] = CADRES[row["cadre_id"]]
            if row["days_off"]:
                row["days_off"] = f"{self.first + timedelta(7)}..{self.first + timedelta(11)}"
        path.write_text(_csv(rows), "utf-8")

    async def _write_places(self, path: Path) -> None:
        """By visit: the door knows dwellings by pseudonyms."""
        known = _places(path)
        visits = await self.bench.execute("SELECT visit_id, requests FROM scheduler.visit WHERE status = 'open'")
        rows = []
        for visit_id, requests in visits:
            place = known[self.dwellings[requests[0]["request_id"]]]
            rows.append({"visit_id": str(visit_id)} | {key: place[key] for key in ("lat", "lon", "frail", "half_day")})
        _write(path, rows)


def _places(path: Path) -> dict[str, dict[str, str]]:
    return {row["dwelling"]: row for row in csv.DictReader(io.StringIO(path.read_text("utf-8")))}


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text(_csv(rows), "utf-8")


def _csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
