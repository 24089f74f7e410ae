"""When the demo's campaigns run, by the county's calendar: its day begins eight hours before that of UTC."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from services.cli.demo.errors import DemoFailed
from services.cli.demo.persist import Connection
from services.platform.settings import Settings

DAYS_INTO_THE_SEASON = 45
"""Today lies this many days after the season's first day, where the windows of the three agencies overlap."""


def today_in_county(now: datetime | None = None) -> date:
    """The county's day at a moment; at present without one."""
    return (now or datetime.now(UTC)).astimezone(ZoneInfo(Settings().timezone)).date()


@dataclass(frozen=True)
class Season:
    """Which county, and when its campaigns began: kept, so that a second run works on the same lists."""

    folder: Path
    seed: int
    people: int
    villages: int
    first_day: date

    @classmethod
    def remembered(cls, folder: Path, *, seed: int, people: int, villages: int) -> Self:
        """The season of an earlier run with the same arguments, or a new one around today.

        Raises:
            DemoFailed: when this installation already holds another county: their request numbers would clash.
        """
        file = folder / "season.json"
        wanted: dict[str, Any] = {"seed": seed, "people": people, "villages": villages}
        if file.exists():
            kept = json.loads(file.read_text())
            if {name: kept[name] for name in wanted} != wanted:
                told = ", ".join(f"{name} {kept[name]}" for name in wanted)
                raise DemoFailed(
                    f"this installation holds the county with {told}: run `make clean`, or set ONEVISIT_VAR"
                )
            return cls(folder, **wanted, first_day=date.fromisoformat(kept["first_day"]))
        first_day = today_in_county() - timedelta(days=DAYS_INTO_THE_SEASON)
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(wanted | {"first_day": first_day.isoformat()}))
        return cls(folder, **wanted, first_day=first_day)


async def visits_to_make(connection: Connection, today: date, count: int) -> list[dict[str, Any]]:
    """Open visits that can be made today and, should midnight pass meanwhile, tomorrow; of the most requests first.

    Raises:
        DemoFailed: when they are fewer.
    """
    cursor = await connection.execute(
        "SELECT visit_id, village_code, requests FROM scheduler.visit WHERE status = 'open'"
        " AND village_code IS NOT NULL AND window_first <= %(today)s AND window_last > %(today)s"
        " ORDER BY last_decision IS NOT NULL, jsonb_array_length(requests) DESC, visit_id LIMIT %(count)s",
        {"today": today, "count": count},
    )
    rows = await cursor.fetchall()
    if len(rows) < count:
        raise DemoFailed(f"only {len(rows)} visits can be made today: run `make clean` to begin a new season")
    return [dict(zip(("visit_id", "village_code", "requests"), row, strict=True)) for row in rows]
