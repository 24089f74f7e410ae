"""A small county with two cadres and a running planner, behind the real door; without Kafka, as `county` has it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from schemas.topics import VISIT
from services.platform.database import open_pool
from services.scheduler.domain.plan_calendar import DayKind
from services.scheduler.planner.app import chores, readers
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.county import County, id_number, today

CADRES = f"""cadre_id,name,lat,lon,villages,township,weekdays
C001,李卫国,0.100,0.100,{VILLAGE},990101001,1-7
C002,张建华,0.130,0.100,{OTHER_VILLAGE},990101001,1-7
"""
PLACES = f"""村代码,纬度,经度
{VILLAGE},0.101,0.101
{OTHER_VILLAGE},0.131,0.101
"""


@dataclass
class Desk:
    """The scheduler at the desk."""

    bench: Bench
    county: County

    @property
    def headers(self) -> dict[str, str]:
        return self.bench.as_role["scheduler"]

    async def post(self, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
        """Posts; the answer must have this status."""
        answer = await self.bench.http.post(f"/v1/desk/{path}", json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def get(self, path: str, status: int = 200) -> dict[str, Any]:
        """Reads; the answer must have this status."""
        answer = await self.bench.http.get(f"/v1/desk/{path}", headers=self.headers)
        assert answer.status_code == status, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def send(self, path: str, content: str | bytes, name: str = "file.csv", **form: str) -> dict[str, Any]:
        """Sends a file; it must be taken."""
        files = {"file": (name, content)}
        answer = await self.bench.http.post(f"/v1/desk/{path}", files=files, data=form, headers=self.headers)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def board(self) -> dict[str, Any]:
        """The board, once nothing waits to be mended."""
        for _ in range(600):
            board = await self.get("board")
            if not board["pending"]:
                return board
            await asyncio.sleep(0.05)
        raise AssertionError("the draft is not mended")

    async def make_plan(self, **order: Any) -> dict[str, Any]:
        """Has a plan made, waits for it; the job."""
        job_id = (await self.post("plans", {"seconds": 0, "days": 14, **order}, 202))["job_id"]
        return await self.job(job_id)

    async def job(self, job_id: str) -> dict[str, Any]:
        """A search, when it has ended."""
        for _ in range(1200):
            job = await self.get(f"jobs/{job_id}")
            if job["state"] not in ("waiting", "running"):
                return job
            await asyncio.sleep(0.05)
        raise AssertionError("the search does not end")

    async def people(self, *numbers: int, village: str = VILLAGE, last: date | None = None) -> None:
        """hrss asks for these people."""
        for number in numbers:
            due = (last or today() + timedelta(60)).isoformat()
            await self.county.ask(f"P-{number}", id_number(number), village=village, last=due)


@contextlib.asynccontextmanager
async def planning(bench: Bench) -> AsyncIterator[None]:
    """The planner's own loops, on this test's database. No day is a holiday, whenever the test runs: in the week of
    the Spring Festival nobody would ride, and near the end of a year the next one's notice is not known."""
    ordinary = pytest.MonkeyPatch()
    ordinary.setattr("services.scheduler.planner.draft.kind_of", lambda _: DayKind.ORDINARY)
    async with open_pool(bench.settings.database) as pool:
        running = [asyncio.ensure_future(chore(pool)) for chore in chores(bench.settings)]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            ordinary.undo()


@contextlib.asynccontextmanager
async def opened_desk(bench: Bench) -> AsyncIterator[Desk]:
    """A desk with a planner, cadres and places."""
    patient = bench.door.policy.model_copy(update={"planner_seconds": 60.0})
    object.__setattr__(bench.door, "policy", patient)
    county = County(bench)
    county.readers |= {reader.topic.name: reader for reader in readers() if reader.topic == VISIT}
    desk = Desk(bench, county)
    async with planning(bench):
        assert (await desk.send("cadre-lists", CADRES))["taken"] == 2
        assert (await desk.send("place-lists", PLACES))["taken"] == 2
        yield desk


def stops(board: dict[str, Any], cadre_id: str | None = None) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """All (route, stop) of a board."""
    return [
        (route, stop) for route in board["routes"] if cadre_id in (None, route["cadre_id"]) for stop in route["stops"]
    ]
