"""What happens at the desk while a search runs: it must not undo what was done meanwhile."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from services.platform.database import open_pool
from services.scheduler.planner.app import SEARCH_LOCK
from services.scheduler.planner.county import CountyRules
from services.scheduler.planner.jobs import Jobs
from services.scheduler.planning.county import PlannedCounty
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import day, id_number
from tests.integration.gateway.desk_county import Desk, opened_desk, stops
from tests.integration.gateway.test_desk import free_half_day


class Interrupted(Jobs):
    """A search in whose middle something else is done."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def _search(self, *given: Any) -> PlannedCounty:
        found = await super()._search(*given)
        if self.meanwhile is not None:
            await self.meanwhile()
        return found


@dataclass
class Searching:
    """A desk whose searches are made when the test says so."""

    desk: Desk
    jobs: Interrupted
    pool: AsyncConnectionPool[Any]

    async def plan(self, **order: Any) -> dict[str, Any]:
        """Asks for a plan and searches it; the job."""
        job_id = (await self.desk.post("plans", {"seconds": 0, "days": 14, **order}, 202))["job_id"]
        assert await self.jobs.work_once(self.pool)
        return await self.desk.job(job_id)


@asynccontextmanager
async def no_other_search(bench: Bench) -> AsyncIterator[None]:
    """While this holds, the planner's own loop waits with its searches."""
    async with await psycopg.AsyncConnection.connect(bench.settings.database, autocommit=True) as connection:
        await connection.execute("SELECT pg_advisory_lock(%s)", (SEARCH_LOCK,))
        yield


@pytest.fixture
async def searching(bench: Bench) -> AsyncIterator[Searching]:
    """A draft for three people; today is before no public holiday."""
    async with no_other_search(bench), opened_desk(bench) as desk, open_pool(bench.settings.database) as pool:
        await desk.people(1, 2, 3)
        jobs = Interrupted(CountyRules.of(bench.settings), lambda: datetime.now(UTC))
        made = Searching(desk, jobs, pool)
        assert (await made.plan())["state"] == "done"
        yield made


async def test_a_search_begun_before_a_publication_leaves_what_was_told(searching: Searching) -> None:
    """Phones and people have the draft of before: its days stay, and the scheduler is told to search again."""
    desk = searching.desk
    board = await desk.board()
    searching.jobs.meanwhile = lambda: desk.post("publish", {"version": 1, "told_until": board["last"]})
    job = await searching.plan(anew=True, seed=2)
    assert (job["state"], job["code"]) == ("failed", "PLAN_DRAFT_CHANGED")
    await desk.county.fold()
    after = await desk.board()
    assert [route["day"] for route in after["routes"]] == [route["day"] for route in board["routes"]]
    assert after["totals"]["announced_moved"] == 0


async def test_what_was_mended_while_a_search_ran_is_not_lost(searching: Searching) -> None:
    """The window of a visit becomes narrower: the draft of the search keeps to it, though the search did not know."""
    desk = searching.desk

    async def changes() -> None:
        await desk.county.ask("P-2b", id_number(2), programme="subsidy", first=day(5))
        await desk.board()

    searching.jobs.meanwhile = changes
    assert (await searching.plan(anew=True))["state"] == "done"
    board = await desk.board()
    begins = {route["day"]: stop["window"][0] for route, stop in stops(board) if stop["window"][0] >= day(5)}
    assert begins
    assert all(at >= begin for at, begin in begins.items())


async def test_roads_that_are_away_are_estimated_and_that_is_said(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a plan, and beside a move; the engine is not asked again in between."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setitem(bench.settings.__dict__, "roads", f"osrm:http://127.0.0.1:{port}")
    async with opened_desk(bench) as desk:
        await desk.people(1, 2)
        job = await desk.make_plan()
        assert [one["code"] for one in job["warnings"]] == ["PLAN_ROADS_AWAY"]
        board = await desk.board()
        _, stop = stops(board)[0]
        move = {"version": 1, "visit_ids": stop["visit_ids"], "to": free_half_day(board, "C001"), "dry_run": True}
        answer = await desk.post("moves", move)
        assert (answer["ok"], [one["code"] for one in answer["warnings"]]) == (True, ["PLAN_ROADS_AWAY"])
