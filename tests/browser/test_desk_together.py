"""The desk while others are at work as well: another scheduler, a search, and oneself elsewhere on the page."""

import asyncio
import re
from collections.abc import Coroutine
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.desk_county import DeskCounty
from tests.browser.desk_page import PLANNED_MS, Board, county, database, desk, edited_plan, go, half, make_settings
from tests.browser.test_desk import PICTURES

__all__ = ["county", "database", "desk", "make_settings"]
pytestmark = pytest.mark.timeout(600)
TURN = "fetch('/desk/desk.css', { cache: 'no-store' }).then((answer) => answer.blob())"
"""The page has had its turn."""
VERSION = "async () => (await import('/desk/desk.js')).desk.plan.version"
"""Of the draft that the page shows."""


class Held:
    """A wire on which some requests wait until they are let through."""

    def __init__(self, page: Page, which: str) -> None:
        self.page = page
        self.which = which
        self.routes: list[Route] = []

    async def begin(self) -> None:
        """From now on."""
        await self.page.route(self.which, self._hold)

    def _hold(self, route: Route) -> None:
        self.routes.append(route)

    async def wait(self) -> None:
        """Until one was asked for."""
        for _ in range(600):
            if self.routes:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{self.which} was not asked for")

    async def end(self) -> None:
        """From now on all go through again."""
        await self.page.unroute(self.which)
        for each in self.routes:
            await each.continue_()


async def hear_of(page: Page, board: Board, change: Coroutine[Any, Any, None]) -> None:
    """Somebody else changes the plan, and the page has read what has changed."""
    async with page.expect_response(re.compile(r"/v1/desk/board\?since=\d+$")):
        await change
    version = (await board.read())["version"]
    for _ in range(600):
        if await page.evaluate(VERSION) == version:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the page does not read what has changed")


async def test_a_change_meanwhile_is_seen_before_it_is_overwritten(desk: Page, county: DeskCounty) -> None:
    """What was checked against an older draft, by hand or from a file, is computed anew and asked for again."""
    board = Board(county.bench)
    route, free = await board.find_move()
    other, other_free = await board.find_move(besides=route["cadre_id"])
    await half(desk, route).locator(".chip").drag_to(half(desk, free))
    await expect(desk.locator("[data-apply]")).to_be_visible()
    await hear_of(desk, board, board.move(other, other_free))
    await desk.locator("[data-apply]").click()
    await expect(desk.locator(".carry [data-again]")).to_be_visible()
    PICTURES.mkdir(parents=True, exist_ok=True)
    await desk.screenshot(path=PICTURES / "again.png")
    await expect(half(desk, route).locator(".chip")).to_be_visible()
    await desk.locator("[data-apply]").click()
    await expect(half(desk, free).locator(".chip")).to_be_visible()

    await go(desk, "data")
    await desk.locator("#edited").set_input_files(await edited_plan(desk, {**route, **free}, route))
    await expect(desk.locator("[data-checked]")).to_contain_text(f"有 {route['persons']} 人的安排改变")
    await hear_of(desk, board, board.move(other | other_free, other))
    await desk.locator("[data-checked] button.main").click()
    await expect(desk.locator("[data-checked] [data-again]")).to_be_visible()
    changed = route["persons"] + other["persons"]
    await expect(desk.locator("[data-checked]")).to_contain_text(f"有 {changed} 人的安排改变")
    await desk.locator("[data-checked] button.main").click()
    await expect(desk.locator("desk-data .note.good")).to_be_visible()
    ridden = [{key: each[key] for key in ("cadre_id", "day", "half_day")} for each in (await board.read())["routes"]]
    for place in (route, other | other_free):
        assert {key: place[key] for key in ("cadre_id", "day", "half_day")} in ridden


async def test_a_dwelling_is_moved_from_any_view(desk: Page, county: DeskCounty) -> None:
    """What is picked up beside the map is put down on the board, and let go by Escape wherever one looks."""
    route, free = await Board(county.bench).find_move()
    where = f"cadre:{route['cadre_id']},day:{route['day']},half:{route['half_day']}"
    for view in ("map", "deadlines", "load", "data"):
        await go(desk, f"{view}?show={where}")
        await desk.locator(".drawer [data-carry]").first.click()
        await expect(desk.locator(".carry")).to_be_visible()
        await expect(half(desk, route).locator(".target")).to_be_focused()
        await desk.keyboard.press("Escape")
        await expect(desk.locator(".carry")).to_have_count(0)
    await go(desk, f"map?show={where}")
    await desk.locator(".drawer [data-carry]").first.click()
    await half(desk, free).locator(".target").click()
    await desk.locator("[data-apply]").click()
    await expect(half(desk, free).locator(".chip")).to_be_visible()


async def test_a_drop_that_was_let_go_does_not_come_back(desk: Page, county: DeskCounty) -> None:
    """The answer comes when nothing is carried any more."""
    route, free = await Board(county.bench).find_move()
    held = Held(desk, "**/v1/desk/moves")
    await held.begin()
    await half(desk, route).locator(".chip").drag_to(half(desk, free))
    await held.wait()
    await desk.keyboard.press("Escape")
    await expect(desk.locator(".carry")).to_have_count(0)
    async with desk.expect_response("**/v1/desk/moves"):
        await held.routes.pop().continue_()
    await desk.evaluate(TURN)
    await expect(desk.locator(".carry")).to_have_count(0)


async def test_looking_after_a_search_disturbs_nobody(desk: Page, county: DeskCounty) -> None:
    """While the page asks how far a search is the buttons stay; when the door does not answer that, nobody is told."""
    route, _ = await Board(county.bench).find_move()
    held = Held(desk, "**/v1/desk/jobs/*")
    await desk.locator("[data-act=plan]").click()
    await held.begin()
    await desk.fill("#seconds", "3")
    await desk.locator("desk-replan button.main").click()
    await held.wait()
    await desk.keyboard.press("Escape")
    await go(desk, f"board?show=cadre:{route['cadre_id']}")
    await expect(desk.locator("[data-sheet]")).to_be_enabled()
    async with desk.expect_event("requestfailed"):
        await held.routes.pop(0).abort()
    await desk.evaluate(TURN)
    await expect(desk.locator("[data-sheet]")).to_be_enabled()
    await expect(desk.locator(".note.bad")).to_have_count(0)
    await held.end()
    await desk.locator("[data-act=plan]").click()
    await expect(desk.locator("desk-replan .badge.good")).to_be_visible(timeout=PLANNED_MS)
