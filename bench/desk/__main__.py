"""Measures the scheduler's desk with a county of 110 cadres and 6,000 people, through the real door.

    python -m bench.desk --seconds 30

Everything is real: lists posted by agencies, Kafka, the scheduler's folds, the planner, PostgreSQL, the gateway on a
socket, Chromium. Prints Markdown: how long each act takes and how many bytes come, the median and the longest of some
times. Pictures of the page at 1280 x 800 go to var/desk-screens.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg

from bench.desk.county import LATE, Files, as_csv, files_of
from bench.desk.page import drawn
from bench.plan.__main__ import COUNTY, FOLDER
from deploy.embedded.programs import WORKERS
from deploy.embedded.stack import EmbeddedStack
from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.platform.settings import Settings

PROGRAMS: Final = ("relay", "scheduler", "planner", "gateway")
PATIENCE_S: Final = 600.0
PICTURES: Final = Path("var/desk-screens")
TIMES: Final = 5
"""How often each act is repeated."""


@dataclass
class Desk:
    """A scheduler before the real door, with a watch."""

    http: httpx.Client
    agency: httpx.Client
    """hrss before the same door."""
    figures: list[tuple[str, list[float], int, int]] = field(default_factory=list)
    """Act, seconds of each try, bytes on the wire, bytes unpacked."""

    def timed(self, act: str, ask: Callable[[], httpx.Response], times: int = 1) -> Any:
        """Asks so often, and notes how long it takes; the last answer."""
        taken, answer = [], None
        for _ in range(times):
            began = time.monotonic()
            answer = ask()
            taken.append(time.monotonic() - began)
            answer.raise_for_status()
        assert answer is not None
        self.figures.append((act, taken, answer.num_bytes_downloaded, len(answer.content)))
        is_json = answer.headers["content-type"].startswith("application/json")
        return answer.json() if is_json else answer

    def board(self) -> dict[str, Any]:
        """The board, once nothing waits to be mended."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            board: dict[str, Any] = self.http.get("/v1/desk/board").json()
            if not board["pending"]:
                return board
            time.sleep(0.2)
        raise TimeoutError("the draft is not mended")

    def drop(self) -> int:
        """Moves a half-day; the version of the draft that has it."""
        board = self.board()
        route, to = _move_of(board)
        order = {"version": board["version"], "route": route, "to": to}
        return int(self.http.post("/v1/desk/moves", json=order).raise_for_status().json()["version"])

    def until_visits(self, act: str, count: int, revision: int, began: float) -> None:
        """Waits until the draft has so many visits and all of them are mended; noted from when that was caused."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            board = self.http.get("/v1/desk/board", params={"since": revision}).json()
            if board["totals"]["visits"] == count and not board["pending"]:
                self.figures.append((act, [time.monotonic() - began], 0, 0))
                return
            time.sleep(0.05)
        raise TimeoutError(f"the draft has {board['totals']['visits']} visits, not {count}")

    def until_done(self, act: str, job_id: str, began: float) -> dict[str, Any]:
        """A search, when it has ended; noted from when it was asked for."""
        while True:
            job: dict[str, Any] = self.http.get(f"/v1/desk/jobs/{job_id}").json()
            if job["state"] not in ("waiting", "running"):
                self.figures.append((act, [time.monotonic() - began], 0, 0))
                assert job["state"] == "done", job
                return job
            time.sleep(0.1)


def main() -> int:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--seconds", type=float, default=30.0, help="of the search (default 30)")
    given = parser.parse_args()
    today = datetime.now(UTC).date()
    monday = today + timedelta(days=8 - today.isoweekday())
    files = files_of(json.loads((FOLDER / COUNTY).read_text("utf-8")), monday)
    with tempfile.TemporaryDirectory(prefix="onevisit-bench-") as name:
        var = Path(name)
        var.chmod(0o711)
        (var / "villages.toml").write_text(files.villages, "utf-8")
        os.environ["ONEVISIT_VILLAGES"] = str(var / "villages.toml")
        with EmbeddedStack(var) as stack:
            stack.start([program for program in WORKERS if program.name in PROGRAMS])
            settings = Settings.from_env(stack.environment())
            clients = asyncio.run(_enrol(settings))
            with (
                httpx.Client(base_url=stack.gateway, timeout=PATIENCE_S) as http,
                httpx.Client(base_url=stack.gateway, timeout=PATIENCE_S) as agency,
            ):
                desk = Desk(http, agency)
                _ask_for_everybody(http, settings, files, clients)
                _sign_in(http, clients["scheduler"])
                _sign_in(agency, clients["hrss"])
                _work(desk, settings, files, monday, given.seconds)
                if not shutil.which("chromium"):
                    return _report(desk)
                PICTURES.mkdir(parents=True, exist_ok=True)
                found = asyncio.run(drawn(stack.gateway, clients["scheduler"], PICTURES, desk.drop))
                desk.figures += [(f"Chromium: {act}", taken, 0, 0) for act, taken in found.items()]
    return _report(desk)


async def _enrol(settings: Settings) -> dict[str, dict[str, str]]:
    async with await psycopg.AsyncConnection.connect(settings.database) as connection:
        made = {code: await enrol_client(connection, Role.AGENCY, agency=code) for code in ("hrss", "civil_affairs")}
        made["scheduler"] = await enrol_client(connection, Role.SCHEDULER)
    return {name: dict(vars(client)) for name, client in made.items()}


def _sign_in(http: httpx.Client, client: dict[str, str]) -> None:
    answer = http.post("/v1/token", data={"grant_type": "client_credentials", **client})
    http.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"


def _ask_for_everybody(
    http: httpx.Client, settings: Settings, files: Files, clients: dict[str, dict[str, str]]
) -> None:
    """Agencies post their lists; waits until every request is part of a visit."""
    for agency, content in files.lists.items():
        _sign_in(http, clients[agency])
        http.post("/v1/lists?wait=0", content=content.encode(), headers={"Content-Type": "text/csv"}).raise_for_status()
    ends = time.monotonic() + PATIENCE_S
    with psycopg.connect(settings.database, autocommit=True) as connection:
        while time.monotonic() < ends:
            rows = connection.execute(
                "SELECT sum(jsonb_array_length(requests)) FROM scheduler.visit WHERE status = 'open'"
            )
            if (rows.fetchone() or (0,))[0] == len(files.places):
                return
            time.sleep(0.5)
    raise TimeoutError("the lists are not taken in")


def _work(desk: Desk, settings: Settings, files: Files, monday: date, seconds: float) -> None:
    """A morning at the desk."""
    http = desk.http
    desk.timed("hand in CADRES.csv", lambda: http.post("/v1/desk/cadre-lists", files={"file": files.cadres.encode()}))
    with psycopg.connect(settings.database) as connection:
        visits = connection.execute("SELECT visit_id, requests FROM scheduler.visit WHERE status = 'open'").fetchall()
    rows = [{"visit_id": str(one), **files.places[requests[0]["request_id"]]} for one, requests in visits]
    places = as_csv(rows).encode()
    desk.timed("hand in PLACES.csv", lambda: http.post("/v1/desk/place-lists", files={"file": places}))
    began = time.monotonic()
    order = {"from": monday.isoformat(), "days": 26, "seconds": seconds}
    taken = http.post("/v1/desk/plans", json=order).raise_for_status().json()
    desk.until_done(f"plan, a search of {seconds:g} s", taken["job_id"], began)
    board = desk.board()
    desk.timed("board (also the map's data)", lambda: http.get("/v1/desk/board"), TIMES)
    township = board["cadres"][0]["township"]
    desk.timed("board of a township", lambda: http.get("/v1/desk/board", params={"township": township}), TIMES)
    desk.timed("plan.csv", lambda: http.get("/v1/desk/plan.csv"))
    told = desk.timed("publish", lambda: http.post("/v1/desk/publish", json={"version": board["version"]}))["told"]
    while (board := desk.board())["totals"]["announced"] != told:
        time.sleep(1)
    route, to = _move_of(board)
    body = {"version": board["version"], "route": route, "to": to}
    desk.timed("a drop, checked", lambda: http.post("/v1/desk/moves", json={**body, "dry_run": True}), TIMES)
    desk.timed("a drop, done", lambda: http.post("/v1/desk/moves", json=body))
    since = {"since": board["revision"]}
    desk.timed("what the drop has changed of the board", lambda: http.get("/v1/desk/board", params=since), TIMES)
    step = {"version": desk.board()["version"]}
    desk.timed("undo", lambda: http.post("/v1/desk/undo", json=step))
    (cadre,) = [each for each in http.get("/v1/desk/cadres").json()["items"] if each["cadre_id"] == route["cadre_id"]]
    cadre_id = cadre.pop("cadre_id")
    leave = {**cadre, "days_off": [*cadre["days_off"], route["day"]]}
    desk.timed("leave of a cadre, taken and mended", lambda: http.put(f"/v1/desk/cadres/{cadre_id}", json=leave))
    _late(desk, files)
    began = time.monotonic()
    taken = http.post("/v1/desk/plans", json={"days": 26, "seconds": seconds}).raise_for_status().json()
    desk.until_done(f"plan again, a search of at most {seconds:g} s", taken["job_id"], began)


def _late(desk: Desk, files: Files) -> None:
    """A request comes in late, and is withdrawn again: the visit is closed, as it is after a death."""
    board = desk.board()
    visits, revision = board["totals"]["visits"], board["revision"]
    began = time.monotonic()
    content = files.late.encode()
    desk.agency.post("/v1/lists?wait=0", content=content, headers={"Content-Type": "text/csv"}).raise_for_status()
    desk.until_visits("a late request, until mended", visits + 1, revision, began)
    began = time.monotonic()
    desk.agency.delete(f"/v1/requests/{LATE}").raise_for_status()
    desk.until_visits("a request withdrawn, until mended", visits, revision, began)


def _move_of(board: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """A half-day, and another of the same cadre on which nobody is visited."""
    names = ("cadre_id", "day", "half_day")
    taken = {tuple(route[name] for name in names) for route in board["routes"]}
    for route in board["routes"]:
        windows = [stop["window"] for stop in route["stops"]]
        for slot in board["slots"]:
            suits = max(first for first, _ in windows) <= slot["day"] <= min(last for _, last in windows)
            free = tuple(slot[name] for name in names) not in taken
            if slot["cadre_id"] == route["cadre_id"] and free and suits and slot["minutes"] >= route["minutes"]:
                return {name: route[name] for name in names}, {name: slot[name] for name in names}
    raise AssertionError("the county has a half-day that can be moved")


def _report(desk: Desk) -> int:
    write = sys.stdout.write
    write("\n| act | median s | longest s | on the wire kB | unpacked kB |\n| --- | --- | --- | --- | --- |\n")
    for act, taken, wire, unpacked in desk.figures:
        sizes = f"{wire / 1000:.0f} | {unpacked / 1000:.0f}" if unpacked else "– | –"
        write(f"| {act} | {statistics.median(taken):.2f} | {max(taken):.2f} | {sizes} |\n")
    write(f"\nLoad of the machine over the last 15 minutes: {os.getloadavg()[2]:.1f} on {os.cpu_count()} cores.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
