"""A browser that is too old, or lacks a part, says so in a sentence: never a blank page, and never a wrong reason.

That every file can be read by the oldest browsers is held by `web/tests/floor.test.mjs`.
"""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.conftest import SMALL
from tests.browser.cutting_proxy import Wire
from tests.browser.handset import Handset
from tests.browser.test_screens import PICTURES
from tests.integration.gateway.conftest import VILLAGE

YOUNGER = "class Page { static { throw unknown in the year of this browser } }"
"""A syntax error for this browser, as ours is for an old one."""
AT_ONCE_MS = 15_000
"""Sooner than the page says so by itself (`web/phone/floor.js`), and long enough for a busy machine."""
WITHOUT = {
    "indexedDB": "Object.defineProperty(window, 'indexedDB', { value: undefined })",
    "crypto.subtle": "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })",
    "serviceWorker": "delete Navigator.prototype.serviceWorker",
    "noModule": "delete HTMLScriptElement.prototype.noModule",
}


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page whose scripts may fail: nothing gathers its errors."""
    context = await browser.new_context(viewport=SMALL, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield await context.new_page()
    await context.close()


async def give_younger(route: Route) -> None:
    """A script that this browser cannot read."""
    await route.fulfill(body=YOUNGER, content_type="text/javascript")


async def give_nothing(route: Route) -> None:
    """The network breaks off."""
    await route.abort()


async def pass_over(route: Route) -> None:
    """As for a browser that knows no module: nothing runs, and nothing fails."""
    await route.fulfill(body="", content_type="text/javascript")


@pytest.mark.parametrize(("name", "script"), [("phone", "main.js"), ("who", "who.js"), ("verify", "verify.js")])
async def test_a_script_that_cannot_be_read_or_does_not_come_is_said(
    page: Page, wire: Wire, name: str, script: str
) -> None:
    """At once, in both languages, on each page that anybody may open."""
    told = page.locator("#closed")
    for answer in (give_younger, give_nothing):
        await page.route(f"**/{name}/{script}", answer)
        await page.goto(f"{wire.address}/{name}/")
        await expect(told).to_be_visible(timeout=AT_ONCE_MS)
        await expect(told).to_contain_text("浏览器太旧")
        await expect(told).to_contain_text("too old")
        await page.unroute(f"**/{name}/{script}")
    await page.screenshot(path=PICTURES / f"closed-{name}.png")
    await page.goto("about:blank")
    await page.goto(f"{wire.address}/{name}/")
    await expect(page.locator("form")).to_be_visible()
    await expect(told).to_have_count(0)


async def test_a_screen_that_does_not_come_after_the_first_is_said(page: Page, wire: Wire) -> None:
    """The first one can be used meanwhile; that the rest is not there is not found out in the mountains."""
    await page.route("**/phone/screens/map.js", give_nothing)
    await page.goto(f"{wire.address}/phone/")
    await expect(page.locator("#code")).to_be_visible()
    await expect(page.locator("#closed")).to_be_visible()


async def test_a_browser_without_modules_is_told_at_once(page: Page, wire: Wire) -> None:
    """It runs no module, so nothing fails that could be heard."""
    await page.add_init_script(WITHOUT["noModule"])
    await page.route("**/main.js", pass_over)
    await page.goto(f"{wire.address}/phone/")
    await expect(page.locator("#closed")).to_be_visible(timeout=AT_ONCE_MS)


@pytest.mark.parametrize(("part", "words"), [("indexedDB", "保存数据"), ("crypto.subtle", "https")])
async def test_a_missing_part_is_named(page: Page, wire: Wire, part: str, words: str) -> None:
    """Before anything is asked, and not as a network that is away."""
    await page.add_init_script(WITHOUT[part])
    await page.goto(f"{wire.address}/phone/#enrol=nobody-gave-this-code")
    await expect(page.locator("main [role=alert]")).to_contain_text(words)
    await expect(page.locator("#closed, #code")).to_have_count(0)
    await page.screenshot(path=PICTURES / f"without-{part}.png")


async def test_who_could_not_open_the_page_in_the_mountains_hears_it_before_he_enrols(handset: Handset) -> None:
    """The code stays in the address for the other browser, and is not spent; he may enrol here all the same."""
    await handset.context.add_init_script(WITHOUT["serviceWorker"])
    bench, page = handset.bench, handset.page
    order = {"cadre_id": "C001", "cadre_name": "李建国", "village_codes": [VILLAGE]}
    made = await bench.http.post("/v1/device-enrolments", json=order, headers=bench.as_role["scheduler"])
    address = f"{handset.address}#enrol={made.json()['code']}"
    await page.goto(address)
    await expect(page.locator("phone-enrol .warn")).to_contain_text("在浏览器打开")
    assert page.url == address
    assert await bench.execute("SELECT count(*) FROM gateway.device") == [(0,)]
    await page.screenshot(path=PICTURES / "enrol-elsewhere.png")
    await page.locator("button", has_text="仍在这里登记").click()
    await expect(page.locator(".stops")).to_be_visible()
    await expect(page.locator("phone-today .warn", has_text="不要关闭")).to_be_visible()
    assert made.json()["code"] not in page.url
    await page.screenshot(path=PICTURES / "today-online-only.png")
