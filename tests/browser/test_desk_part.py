"""The desk of a scheduler of one village: his cadre alone, whose stops he moves; the rest is closed, and why."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import lacking
from tests.browser.desk_county import DeskCounty
from tests.browser.desk_page import PLANNED_MS, Board, county, database, go, make_settings
from tests.browser.test_desk import look
from tests.browser.test_desk_order import card, open_stops, order_of
from tests.browser.test_screens import AXE
from tests.browser.test_sign_in import Workplace, workplace
from tests.integration.gateway.county import County
from tests.integration.gateway.desk_county import Desk, planning
from tests.integration.gateway.people import account, invited

__all__ = ["county", "database", "make_settings", "workplace"]
pytestmark = pytest.mark.timeout(600)
CLOSED_VIEWS = ("alignment", "burden")


async def enter(place: Workplace, village: str) -> None:
    """Somebody who is kept to the village follows his invitation to the desk."""
    who = await account(place.bench, "scheduler", village, name="王芳")
    code = await invited(place.bench, who)
    await place.page.goto(f"{place.origin}/staff/invited.html#code={code}")
    await place.page.get_by_role("button", name="登记", exact=True).click()
    await place.page.get_by_role("link", name="进入工作页面").click()
    await expect(place.page.locator("[data-part]")).to_be_visible()


async def planned_anew(county: DeskCounty) -> Board:
    """The whole county's plan without a search, which is the same each time, made by somebody else."""
    assert (await Desk(county.bench, County(county.bench)).make_plan(days=28, anew=True))["state"] == "done"
    return Board(county.bench)


async def elsewhere(board: Board, cadre: str) -> list[dict[str, Any]]:
    """The half-days of all other cadres."""
    return [each for each in (await board.read())["routes"] if each["cadre_id"] != cadre]


async def at_home(board: Board) -> tuple[str, str]:
    """A cadre who helps nobody, with a half-day that can be ordered; and the village."""
    now = await board.read()
    for cadre in now["cadres"]:
        mine = [each for each in now["routes"] if each["cadre_id"] == cadre["cadre_id"]]
        villages = {stop["village_code"] for route in mine for stop in route["stops"]}
        if villages == set(cadre["village_codes"]) and max(len(route["stops"]) for route in mine) > 1:
            (village,) = villages
            return cadre["cadre_id"], village
    raise AssertionError("the example has a cadre who stays in his village")


async def test_a_scheduler_of_a_village_works_in_it(workplace: Workplace, county: DeskCounty) -> None:
    """He orders a half-day, takes it back, plans again; the other cadres are not there and stay as they are; publishing
    and what else is for the whole county is closed, with the reason in words; nothing that axe-core finds."""
    if not AXE.is_file():
        lacking("axe-core")
    page, found = workplace.page, dict[str, list[str]]()
    await page.set_viewport_size({"width": 1280, "height": 800})
    async with planning(county.bench):
        board = await planned_anew(county)
        cadre, village = await at_home(board)
        before = await elsewhere(board, cadre)
        assert before
        await enter(workplace, village)
        await expect(page.locator("tr[data-cadre]")).to_have_count(1)
        await expect(page.locator("[data-part]")).to_contain_text("发布由负责全县的同事办理")
        await expect(page.locator("[data-act=publish]")).to_be_disabled()
        await expect(page.locator("[data-act=whatif]")).to_have_count(0)
        for view in CLOSED_VIEWS:
            await expect(page.locator(f"header a[href^='#{view}']")).to_have_count(0)
        await look(page, "1280-zh-part", found)

        routes = [each for each in (await board.read())["routes"] if each["cadre_id"] == cadre]
        route = min((each for each in routes if len(each["stops"]) > 1), key=lambda each: each["minutes"])
        was = await order_of(board, route)
        await open_stops(page, route)
        await card(page, was[0]).locator("[data-order=down]").click()
        await page.locator("[data-apply]").click()
        await expect(page.locator(".drawer [data-order-kept]")).to_be_visible()
        assert await order_of(board, route) == [was[1], was[0], *was[2:]]
        await page.locator("[data-act=undo]").click()
        await expect(page.locator("[data-order-kept]")).to_have_count(0)
        assert await order_of(board, route) == was

        await page.locator("[data-act=plan]").click()
        await expect(page.locator("desk-replan input")).to_have_count(1)
        await page.fill("#seconds", "0")
        await look(page, "1280-zh-part-replan", found)
        await page.locator("desk-replan button.main").click()
        await expect(page.locator("desk-replan .badge.good")).to_be_visible(timeout=PLANNED_MS)
        await page.keyboard.press("Escape")

        await go(page, "data")
        await expect(page.locator("[data-kind], [data-feed]")).to_have_count(0)
        await expect(page.locator("#leave_cadre option")).to_have_count(1)
        await look(page, "1280-zh-part-data", found)
        async with page.expect_download() as saved:
            await page.locator("[data-save=csv]").click()
        text = (await (await saved.value).path()).read_text("utf-8-sig")
        assert cadre in text and not [each for each in before if each["cadre_id"] in text]
        assert await elsewhere(board, cadre) == before
    assert found == {}
