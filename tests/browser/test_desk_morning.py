"""What a scheduler does of a morning besides moving visits, on a desk and on a phone: another township, leave that is
entered and taken back."""

from datetime import date, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import SMALL
from tests.browser.desk_county import DeskCounty
from tests.browser.desk_page import SCREEN, Board, county, database, desk, go, half, make_settings
from tests.browser.test_desk import look

__all__ = ["county", "database", "desk", "make_settings"]
pytestmark = pytest.mark.timeout(600)
OTHER = "990101002"


async def test_leave_is_entered_and_taken_back(desk: Page, county: DeskCounty) -> None:
    """What is entered stands below, with a button to take it back; on a phone, too, one is told what was done; the last
    day cannot lie before the first."""
    board = Board(county.bench)
    cadres = (await board.read())["cadres"]
    on_leave = next((each["cadre_id"] for each in cadres if each["days_off"]), "")
    route, _ = await board.find_move(besides=on_leave)
    first = date.fromisoformat(route["day"])
    last = first + timedelta(2)
    await go(desk, "data")
    await expect(desk.locator("[data-leave]")).to_be_visible()
    entered = await desk.locator(".leaves li").count()
    await desk.set_viewport_size(SMALL)
    await desk.locator("#leave_cadre").select_option(route["cadre_id"])
    await desk.locator("#leave_first").fill(str(last))
    await expect(desk.locator("#leave_last")).to_have_value(str(last))
    words = desk.locator("[data-leave] day-words")
    await expect(words).to_have_text([f"{last.month}月{last.day}日"] * 2)
    await desk.locator("#leave_first").fill(str(first))
    await desk.locator("[data-leave] button").click()
    await expect(desk.locator("desk-data .note.good")).to_contain_text("3 天")
    await expect(desk.locator("desk-data .note.good")).to_be_in_viewport()
    await expect(desk.locator(".leaves li")).to_have_count(entered + 1)
    faults: dict[str, list[str]] = {}
    await look(desk, "360-zh-leave", faults)
    assert faults == {}
    await go(desk, "board")
    await expect(desk.locator(".chip").first).to_be_visible()
    await expect(half(desk, route).locator(".chip")).to_have_count(0)

    await desk.set_viewport_size(SCREEN)
    await go(desk, "data")
    name = next(each["name"] for each in (await board.read())["cadres"] if each["cadre_id"] == route["cadre_id"])
    said = f"{first.month}月{first.day}日"
    await desk.locator(".leaves li", has_text=f"{name} {said}").locator("[data-back]").click()
    await expect(desk.locator("desk-data .note.good")).to_contain_text("已撤销")
    await desk.locator("#leave_first").fill(str(first))
    await desk.locator("header button[lang=en]").click()
    await expect(words.first).to_have_text(f"{first.day} {first:%B}")
    await expect(desk.locator(".leaves li")).to_have_count(entered)
    cadre = next(each for each in (await board.read())["cadres"] if each["cadre_id"] == route["cadre_id"])
    assert not {str(first + timedelta(days)) for days in range(3)} & set(cadre["days_off"])


async def test_another_township_is_chosen_where_one_looks(desk: Page, county: DeskCounty) -> None:
    """On the map, in the load and the deadlines; each keeps it, and on a phone nothing lies beside the screen."""
    board = Board(county.bench)
    cadre = (await board.read())["cadres"][-1]
    cadre_id = cadre.pop("cadre_id")
    there = await county.bench.http.put(
        f"/v1/desk/cadres/{cadre_id}", json=cadre | {"township": OTHER}, headers=board.headers
    )
    assert there.status_code == 200, there.text
    await go(desk, "map")
    choice = desk.locator("[data-township]")
    await expect(choice.locator("option")).to_have_count(2)
    await expect(choice.locator(f"option:not([value='{OTHER}'])")).to_contain_text("一带")
    await choice.select_option(OTHER)
    await expect(desk.locator("desk-map h1")).to_have_text(OTHER)
    for view in ("load", "deadlines"):
        await desk.locator(f"header nav a[href^='#{view}']").click()
        await expect(choice).to_have_value(OTHER)
        await expect(desk.locator("h1")).to_contain_text(OTHER)
    await go(desk, f"load?township={OTHER}")
    await desk.set_viewport_size(SMALL)
    card = desk.locator(".charts figure")
    await expect(card).to_have_count(1)
    await expect(desk.locator(".chart canvas")).to_be_visible()
    await desk.wait_for_function(
        "document.querySelector('.uplot').clientWidth <= document.querySelector('.chart').clientWidth"
    )
    box = await card.bounding_box()
    assert box is not None and box["x"] + box["width"] <= SMALL["width"]
