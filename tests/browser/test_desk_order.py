"""The order of a half-day's stops, chosen at the desk: by keyboard and by pointer, checked first, undone."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import lacking
from tests.browser.desk_county import DeskCounty
from tests.browser.desk_page import Board, county, database, desk, go, make_settings
from tests.browser.test_desk import look
from tests.browser.test_screens import AXE

__all__ = ["county", "database", "desk", "make_settings"]
pytestmark = pytest.mark.timeout(600)
LEAST_STOPS = 3
FINGER = 44
"""CSS pixels of a target for a finger: WCAG 2.2, 2.5.5."""


async def roomiest(board: Board) -> dict[str, Any]:
    """The half-day with the most time left, so that no order of its stops is too long."""
    now = await board.read()
    budgets = {place_of(slot): slot["budget_minutes"] for slot in now["slots"]}
    routes = [each for each in now["routes"] if len(each["stops"]) >= LEAST_STOPS]
    found: dict[str, Any] = max(routes, key=lambda each: budgets[place_of(each)] - each["minutes"])
    return found


def place_of(each: dict[str, Any]) -> tuple[str, str, str]:
    """Whose half-day, and which."""
    return each["cadre_id"], each["day"], each["half_day"]


async def find_refused(board: Board) -> tuple[dict[str, Any], str]:
    """A full half-day, and a stop of it that cannot be one place further down: it would be too long."""
    now = await board.read()
    for route in sorted(now["routes"], key=lambda each: -each["minutes"]):
        to = dict(zip(("cadre_id", "day", "half_day"), place_of(route), strict=True))
        for at, stop in enumerate(route["stops"][:-1], start=1):
            order = {"version": now["version"], "visit_ids": stop["visit_ids"], "to": to | {"at": at}, "dry_run": True}
            answer = await board.bench.http.post("/v1/desk/moves", json=order, headers=board.headers)
            if not answer.json()["ok"]:
                return route, stop["visit_ids"][0]
    raise AssertionError("the example has a half-day that is full")


async def order_of(board: Board, route: dict[str, Any]) -> list[str]:
    """The first visit of each stop of a half-day, in the order that the door has now."""
    found = next(each for each in (await board.read())["routes"] if place_of(each) == place_of(route))
    return [stop["visit_ids"][0] for stop in found["stops"]]


async def open_stops(page: Page, route: dict[str, Any]) -> None:
    """The drawer with the stops of a half-day."""
    await go(page, f"board?show=cadre:{route['cadre_id']},day:{route['day']},half:{route['half_day']}")
    await expect(page.locator(".drawer .stop")).to_have_count(len(route["stops"]))


def card(page: Page, stop: str) -> Locator:
    """A stop in the drawer."""
    return page.locator(f".drawer [data-stop='{stop}']")


async def expect_shown(page: Page, stops: list[str]) -> None:
    """The drawer lists the stops in this order."""
    for number, stop in enumerate(stops):
        await expect(page.locator(".drawer .stop").nth(number)).to_have_attribute("data-stop", stop)


async def test_a_stop_is_moved_by_keyboard(desk: Page, county: DeskCounty) -> None:
    """Two presses lead two places down, and say what it costs; Enter does it, at that place, and it is undone."""
    board = Board(county.bench)
    route = await roomiest(board)
    first, second, third, *rest = was = await order_of(board, route)
    version = (await board.read())["version"]
    await open_stops(desk, route)
    down = card(desk, first).locator("[data-order=down]")
    await expect(card(desk, first).locator("[data-order=up]")).to_be_disabled()
    box = await down.bounding_box()
    assert box is not None and min(box["width"], box["height"]) >= FINGER
    await down.focus()
    await desk.keyboard.press("Enter")
    await expect(card(desk, first).locator(".carry h2")).to_contain_text("第 2 站")
    await expect_shown(desk, [second, first, third])
    await expect(down).to_be_focused()
    await desk.keyboard.press("Enter")
    await expect(card(desk, first).locator(".carry h2")).to_contain_text("第 3 站")
    await expect(card(desk, first).locator(".costs li").first).to_be_visible()
    await expect(desk.locator(".carry")).to_have_count(1)
    wished = [second, third, first, *rest]
    await expect_shown(desk, wished)
    await expect(down if rest else card(desk, first).locator("[data-order=up]")).to_be_focused()
    now = await board.read()
    assert (now["version"], await order_of(board, route)) == (version, was), "nothing is changed before it is said so"

    await card(desk, first).locator("[data-apply]").focus()
    await desk.keyboard.press("Enter")
    await expect(card(desk, first).locator(".badge", has_text="人工安排")).to_be_visible()
    await expect_shown(desk, wished)
    assert await order_of(board, route) == wished
    await expect(desk.locator(".drawer [data-order-kept]")).to_contain_text("次序由人工选定")
    await look(desk, "1280-zh-order-kept", {})
    await let_go_and_back(desk)
    await desk.locator("[data-act=undo]").click()
    await expect(desk.locator("[data-order-kept]")).to_have_count(0)
    await expect_shown(desk, was)
    assert await order_of(board, route) == was


async def let_go_and_back(desk: Page) -> None:
    """The shortest order again, with what it saves, when the chosen one is longer; and undone, so that it is kept."""
    release = desk.locator("[data-order-let-go]")
    if not await release.count():
        return
    await release.click()
    await expect(desk.locator(".carry h2")).to_contain_text("按最短次序走")
    await expect(desk.locator(".carry .costs .less").first).to_be_visible()
    await desk.locator("[data-apply]").click()
    await expect(desk.locator("[data-order-kept]")).to_have_count(0)
    await desk.locator("[data-act=undo]").click()
    await expect(desk.locator("[data-order-kept]")).to_be_visible()


async def test_a_stop_is_dragged_among_the_others(desk: Page, county: DeskCounty) -> None:
    """The last becomes the first; Escape lets go, and so does a drop where it stands already."""
    board = Board(county.bench)
    route = await roomiest(board)
    was = await order_of(board, route)
    last = was[-1]
    wished = [last, *was[:-1]]
    await open_stops(desk, route)
    head = card(desk, last).locator("h3")
    await head.drag_to(card(desk, was[0]), target_position={"x": 40, "y": 6})
    await expect(card(desk, last).locator("[data-apply]")).to_be_visible()
    await expect_shown(desk, wished)
    await desk.keyboard.press("Escape")
    await expect(desk.locator(".carry")).to_have_count(0)
    await expect_shown(desk, was)
    await head.drag_to(card(desk, was[0]), target_position={"x": 40, "y": 6})
    await card(desk, last).locator("[data-apply]").click()
    await expect(card(desk, last).locator(".badge", has_text="人工安排")).to_be_visible()
    await expect_shown(desk, wished)
    assert await order_of(board, route) == wished


async def test_an_order_that_is_too_long_is_refused(desk: Page, county: DeskCounty) -> None:
    """The rule is said at the stop, and there is nothing to be confirmed; all right lets go."""
    board = Board(county.bench)
    route, stop = await find_refused(board)
    was = await order_of(board, route)
    await open_stops(desk, route)
    await card(desk, stop).locator("[data-order=down]").click()
    await expect(card(desk, stop).locator(".conflicts .bad")).to_contain_text("该半天将超时")
    await expect(desk.locator("[data-apply]")).to_have_count(0)
    await look(desk, "1280-zh-order-refused", {})
    await card(desk, stop).locator(".carry button").click()
    await expect(desk.locator(".carry")).to_have_count(0)
    await expect_shown(desk, was)
    assert await order_of(board, route) == was


async def test_the_order_is_clean_to_look_at(desk: Page, county: DeskCounty) -> None:
    """Nothing that axe-core finds, with and without an answer, in both languages, on a desk and on a phone."""
    if not AXE.is_file():
        lacking("axe-core")
    board = Board(county.bench)
    route = await roomiest(board)
    await open_stops(desk, route)
    found: dict[str, list[str]] = {}
    for language in ("zh", "en"):
        if language == "en":
            await desk.locator("header button[lang=en]").click()
        await desk.set_viewport_size({"width": 1280, "height": 800})
        await desk.locator(".drawer [data-order=down]").first.click()
        await expect(desk.locator(".drawer [data-apply]")).to_be_visible()
        for width in (1280, 390):
            await desk.set_viewport_size({"width": width, "height": 800})
            await desk.locator(".drawer [data-apply]").scroll_into_view_if_needed()
            await look(desk, f"{width}-{language}-order-asked", found)
        await desk.keyboard.press("Escape")
        await expect(desk.locator(".carry")).to_have_count(0)
        await look(desk, f"390-{language}-order", found)
    assert found == {}
