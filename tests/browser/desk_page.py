"""The desk's page in Chromium before a scheduler, and the draft behind it to compare with."""

import csv
import io
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Locator, Page, ViewportSize, expect
from starlette.routing import BaseRoute

from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.platform import secrets
from services.platform.database import open_pool
from services.platform.settings import Settings
from tests.browser.desk_county import DeskCounty
from tests.browser.page_errors import fresh_page
from tests.databases import Databases
from tests.integration.gateway.conftest import Bench, opened
from tests.integration.gateway.desk_county import planning
from tests.integration.gateway.serving import served

PLANNED_MS = 120_000
SCREEN = ViewportSize(width=1280, height=800)


@dataclass(frozen=True)
class Planned:
    """The example county, asked for and planned once, while nobody uses it: each test works on a copy."""

    database: str
    """Name of its database."""
    var: Path
    folder: Path
    """Where the files lie that its scheduler handed in."""


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def planned(
    browser: Browser,
    databases: Databases,
    routes: list[BaseRoute],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Planned]:
    """By a scheduler at the desk, who mistypes his secret first, and hands in cadres and places."""
    folder = tmp_path_factory.mktemp("planned")
    with databases.copied(databases.template) as database:
        settings = Settings(database=database, var=folder / "var")
        secrets.make_missing(settings.secrets)
        async with opened(settings, routes) as bench:
            county = DeskCounty(bench, folder / "county")
            await county.load()
            async with signed_in(browser, bench, "not the secret") as page:
                await load_the_county(page, county)
        yield Planned(database.rpartition("/")[2], settings.var, county.folder)


@pytest.fixture
def database(databases: Databases, planned: Planned) -> Iterator[str]:
    """URI of a database of this test alone: the planned county's."""
    with databases.copied(planned.database) as uri:
        yield uri


@pytest.fixture
def make_settings(database: str, planned: Planned, tmp_path: Path) -> Callable[[], Settings]:
    """Settings of this test's copy of the planned county."""

    def make() -> Settings:
        return Settings(database=database, var=shutil.copytree(planned.var, tmp_path / "var"))

    return make


@pytest.fixture
async def county(bench: Bench, planned: Planned) -> DeskCounty:
    """This test's copy of the planned county."""
    return DeskCounty(bench, planned.folder)


@pytest.fixture
async def desk(browser: Browser, county: DeskCounty) -> AsyncIterator[Page]:
    """The desk of a scheduler of the planned county, who has signed in."""
    async with signed_in(browser, county.bench) as page:
        await go(page, "board")
        await expect(page.locator(".chip").first).to_be_visible()
        yield page


@asynccontextmanager
async def signed_in(browser: Browser, bench: Bench, wrong_secret: str = "") -> AsyncIterator[Page]:
    """A scheduler before his desk; the planner is at work. With a `wrong_secret` he has typed this one first."""
    async with open_pool(bench.settings.database) as pool, pool.connection() as connection:
        client = await enrol_client(connection, Role.SCHEDULER)
    async with served(bench.app) as address, planning(bench), fresh_page(browser, SCREEN) as page:
        await page.goto(f"{address}/desk/")
        await page.fill("#client_id", client.client_id)
        if wrong_secret:
            await page.fill("#secret", wrong_secret)
            await page.click("button.main")
            await expect(page.locator(".note.bad")).to_be_visible()
        await page.fill("#secret", client.client_secret)
        await page.click("button.main")
        await expect(page.locator(".strip")).to_be_visible()
        yield page


async def load_the_county(page: Page, county: DeskCounty) -> None:
    """Hands in cadres and places, and has the plan made."""
    await go(page, "data")
    for kind, name in (("cadre", "cadres.csv"), ("place", "places.csv")):
        async with page.expect_response(f"**/v1/desk/{kind}-lists") as answered:
            await page.locator(f"[data-kind={kind}]").set_input_files(county.folder / name)
        answer: dict[str, Any] = await (await answered.value).json()
        assert answer["faults"] == []
    await page.locator("[data-act=plan]").click()
    await page.fill("#seconds", "3")
    await page.locator("desk-replan button.main").click()
    await expect(page.locator("desk-replan .badge.good")).to_be_visible(timeout=PLANNED_MS)
    await page.keyboard.press("Escape")
    await go(page, "board")
    await expect(page.locator(".chip").first).to_be_visible()


async def go(page: Page, where: str) -> None:
    """Straight to a place."""
    await page.evaluate("(where) => { location.hash = where }", where)


class Board:
    """The draft as the door has it, to compare with."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.headers = bench.as_role["scheduler"]

    async def read(self) -> dict[str, Any]:
        """The board now."""
        answer = await self.bench.http.get("/v1/desk/board", headers=self.headers)
        assert answer.status_code == 200, answer.text
        board: dict[str, Any] = answer.json()
        return board

    async def find_move(self, besides: str = "") -> tuple[dict[str, Any], dict[str, str]]:
        """A half-day of the first two weeks, and another day of the same cadre that suits everybody in it; of another
        cadre `besides` this one."""
        board = await self.read()
        taken = {(route["cadre_id"], route["day"], route["half_day"]) for route in board["routes"]}
        for route in sorted(board["routes"], key=lambda each: (each["day"], each["cadre_id"])):
            if route["cadre_id"] == besides:
                continue
            windows = [person["window"] for stop in route["stops"] for person in stop["people"]]
            first, last = max(each[0] for each in windows), min(each[1] for each in windows)
            for slot in board["slots"]:
                place = (slot["cadre_id"], slot["day"], slot["half_day"])
                near = abs(date.fromisoformat(slot["day"]) - date.fromisoformat(route["day"])) < timedelta(5)
                if slot["cadre_id"] != route["cadre_id"] or slot["day"] == route["day"] or not near or place in taken:
                    continue
                if first <= slot["day"] <= last:
                    return route, slot
        raise AssertionError("the example has a half-day that may be on another day")

    async def days_until_off(self, route: dict[str, Any]) -> int:
        """Days from a half-day to the next one on which its cadre does not work; every week has one."""
        slots = (await self.read())["slots"]
        works = {slot["day"] for slot in slots if slot["cadre_id"] == route["cadre_id"]}
        at = date.fromisoformat(route["day"])
        return next(days for days in range(1, 8) if (at + timedelta(days)).isoformat() not in works)

    async def move(self, route: dict[str, Any], to: dict[str, str]) -> None:
        """Another scheduler moves a half-day."""
        from_, place = ({key: each[key] for key in ("cadre_id", "day", "half_day")} for each in (route, to))
        version = (await self.read())["version"]
        order = {"version": version, "route": from_, "to": place}
        answer = await self.bench.http.post("/v1/desk/moves", json=order, headers=self.headers)
        assert answer.json()["applied"], answer.text


def half(page: Page, where: dict[str, Any]) -> Locator:
    """A half-day on the board."""
    return page.locator(f"[data-slot='{where['cadre_id']} {where['day']} {where['half_day']}']")


async def edited_plan(page: Page, route: dict[str, Any], to: dict[str, str]) -> FilePayload:
    """The plan as its file, edited: a half-day is on another day."""
    async with page.expect_download() as saved:
        await page.locator("[data-save=csv]").click()
    text = (await (await saved.value).path()).read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    moving = {visit for stop in route["stops"] for visit in stop["visit_ids"]}
    column = {name.split()[-1]: number for number, name in enumerate(rows[0])}
    for row in rows[1:]:
        if row[column["visit_id"]] in moving:
            row[column["day"]], row[column["half_day"]] = to["day"], to["half_day"]
    edited = io.StringIO(newline="")
    csv.writer(edited).writerows(rows)
    return {"name": "plan.csv", "mimeType": "text/csv", "buffer": edited.getvalue().encode()}
