"""The desk's map in Chromium: names, pins and numbers can be read on a phone and on a desk; one map at a time."""

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import SMALL, lacking
from tests.browser.desk_county import DeskCounty
from tests.browser.desk_page import SCREEN, Board, county, database, desk, go, make_settings
from tests.browser.test_desk import look
from tests.browser.test_screens import AXE

__all__ = ["county", "database", "desk", "make_settings"]
pytestmark = pytest.mark.timeout(600)
UNREADABLE = """() => {
  const box = (each) => each.getBoundingClientRect();
  const cover = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const map = box(document.querySelector(".map"));
  const written = [...document.querySelectorAll(".village:not(.unwritten)")];
  const pins = [...document.querySelectorAll(".pin")];
  const controls = [...document.querySelectorAll(".leaflet-control")];
  const outside = (each) => box(each).left < map.left || box(each).right > map.right || box(each).top < map.top || box(each).bottom > map.bottom;
  const pairs = [...written, ...pins, ...controls].flatMap((one, at, all) => all.slice(at + 1).map((other) => [one, other]));
  return [
    ...pairs.filter(([one, other]) => cover(box(one), box(other))).map(([one, other]) => `${one.textContent} covers ${other.textContent}`),
    ...[...written, ...pins].filter(outside).map((each) => `off the edge: ${each.textContent}`),
  ];
}"""  # noqa: E501
"""What of the map cannot be read: it lies over something else, or is cut off."""
MAPS = """async () => {
  window.alive = new Set();
  const { map } = await import("/staff/vendor/leaflet.js");
  const first = map(document.createElement("div"));
  const kind = first.constructor;
  first.remove();
  kind.addInitHook(function () { window.alive.add(this); });
  const remove = kind.prototype.remove;
  kind.prototype.remove = function () { window.alive.delete(this); return remove.call(this); };
}"""
"""From now on `alive` has every map that was made and not removed."""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(window.alive.size))))"


async def readable(page: Page) -> None:
    """Waits until nothing of the map is unreadable: it is drawn anew after its size has changed."""
    await expect(page.locator(".map .pin").first).to_be_visible()
    await page.wait_for_function(f"() => ({UNREADABLE})().length === 0", timeout=30_000)


async def test_names_and_numbers_are_read_on_phone_and_desk(desk: Page, county: DeskCounty) -> None:
    """No name lies below a pin or over another one, none is cut off; the numbers are those of the stops; in both
    languages, at 360 and 1280 pixels, as it opens and after the window has another size."""
    if not AXE.is_file():
        lacking("axe-core")
    route = max((await Board(county.bench).read())["routes"], key=lambda each: len(each["stops"]))
    await go(desk, f"map?day={route['day']}")
    found: dict[str, list[str]] = {}
    for language in ("zh", "en"):
        if language == "en":
            await desk.locator("header button[lang=en]").click()
        for size in (SMALL, SCREEN):
            await desk.set_viewport_size(size)
            await readable(desk)
            await expect(desk.locator(".village:not(.unwritten)")).not_to_have_count(0)
            await look(desk, f"{size['width']}-{language}-map-of-a-day", found)
    assert found == {}


async def test_a_pin_opens_its_half_day(desk: Page, county: DeskCounty) -> None:
    """By a click and by Enter; every stop stands on some pin's words."""
    route = max((await Board(county.bench).read())["routes"], key=lambda each: len(each["stops"]))
    await go(desk, f"map?day={route['day']}")
    await readable(desk)
    words = "\n".join([await pin.get_attribute("title") or "" for pin in await desk.locator(".map .pin").all()])
    for number, stop in enumerate(route["stops"], 1):
        assert f"{number}. {stop['arrive']} {stop['people'][0]['name']}" in words
    pin = desk.locator(f".map .pin.{route['half_day']}:not(.home)").first
    await pin.click()
    await expect(desk.locator(".drawer .stop")).to_have_count(len(route["stops"]))
    await desk.keyboard.press("Escape")
    await go(desk, f"map?day={route['day']}")
    await expect(desk.locator(".drawer .stop")).to_have_count(0)
    await readable(desk)
    await pin.focus()
    await desk.keyboard.press("Enter")
    await expect(desk.locator(".drawer .stop")).to_have_count(len(route["stops"]))


async def test_the_list_of_routes_leaves_a_phone_its_map(desk: Page, county: DeskCounty) -> None:
    """The map has the whole width; the routes are listed when asked for."""
    route = (await Board(county.bench).read())["routes"][0]
    await desk.set_viewport_size(SMALL)
    await go(desk, f"map?day={route['day']}")
    await readable(desk)
    box = await desk.locator(".map").bounding_box()
    assert box is not None and box["width"] == SMALL["width"] and box["height"] > SMALL["height"] / 3
    await expect(desk.locator(".legend")).to_be_hidden()
    await desk.locator(".map-side button").click()
    await expect(desk.locator(".legend a").first).to_be_visible()
    await expect(desk.locator(".map-side button")).to_have_attribute("aria-expanded", "true")
    await readable(desk)
    await desk.locator(".map-side button").click()
    await expect(desk.locator(".legend")).to_be_hidden()


async def test_what_somebody_looks_at_stays(desk: Page, county: DeskCounty) -> None:
    """All of a day is shown, whatever the size of the window; not after somebody has looked closer."""
    route = (await Board(county.bench).read())["routes"][0]
    await go(desk, f"map?day={route['day']}")
    await readable(desk)
    scale = desk.locator(".leaflet-control-scale-line")
    wide = await scale.inner_text()
    await desk.set_viewport_size(SMALL)
    await expect(scale).not_to_have_text(wide)
    await desk.set_viewport_size(SCREEN)
    await expect(scale).to_have_text(wide)
    await desk.locator(".leaflet-control-zoom-out").click()
    await expect(scale).not_to_have_text(wide)
    chosen = await scale.inner_text()
    await desk.set_viewport_size(ViewportSize(width=1100, height=760))
    await desk.set_viewport_size(SCREEN)
    await expect(scale).to_have_text(chosen)


async def test_there_is_one_map_and_none_elsewhere(desk: Page) -> None:
    """It goes with its view, however often one comes and leaves."""
    await desk.evaluate(MAPS)
    for _ in range(3):
        await go(desk, "map")
        await expect(desk.locator(".map .pin").first).to_be_visible()
        assert await desk.evaluate(DRAWN) == 1
        await go(desk, "board")
        await expect(desk.locator(".chip").first).to_be_visible()
        assert await desk.evaluate(DRAWN) == 0
