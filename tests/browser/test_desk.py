"""The scheduler's desk in Chromium, against the real door and the real planner: a morning's work, and every view looked at.

The pictures lie in `var/desk-screens/` after a run: they are meant to be looked at.
"""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from services.gateway.access import Role
from services.gateway.enrolment import enrol_client
from services.platform.database import open_pool
from tests.browser.conftest import FLAGS, lacking
from tests.browser.desk_county import DeskCounty, planning
from tests.browser.test_screens import AXE, RULES
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.serving import served
from tests.structure.source import ROOT

PICTURES = ROOT / "var/desk-screens"
SIZES = ((1024, 768), (1280, 800), (1440, 900), (1920, 1080))
VIEWS = ("board", "map", "deadlines", "load", "alignment", "data")
SMALLEST_TARGET = 24
"""CSS pixels: WCAG 2.2, 2.5.8."""
PLANNED_MS = 120_000
FAULTS = """async ([rules, target]) => {
  const found = (await axe.run(document, { runOnly: rules })).violations;
  const small = [...document.querySelectorAll("main a, main button, main input, header a, header button")]
    .filter((each) => !each.closest(".leaflet-container, .skip") && !each.matches(".skip"))
    .filter((each) => {
      const { width, height } = each.getBoundingClientRect();
      return width > 1 && height > 1 && (width < target - 0.5 || height < target - 0.5);
    })
    .filter((each) => getComputedStyle(each).display !== "inline");
  return [
    ...found.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`),
    ...small.map((each) => `too small: ${each.outerHTML.slice(0, 120)}`),
    ...(document.documentElement.scrollWidth > innerWidth ? ["wider than the screen"] : []),
  ];
}"""


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Chromium, without a camera."""
    program = shutil.which("chromium")
    if program is None:
        lacking("Chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield launched
        await launched.close()


@pytest.fixture
async def county(bench: Bench, tmp_path: Path) -> DeskCounty:
    """The example county, asked for and not planned yet."""
    county = DeskCounty(bench, tmp_path / "county")
    await county.load()
    return county


@pytest.fixture
async def desk(chromium: Browser, county: DeskCounty) -> AsyncIterator[Page]:
    """The desk of a scheduler who has signed in."""
    async with open_pool(county.bench.settings.database) as pool, pool.connection() as connection:
        client = await enrol_client(connection, Role.SCHEDULER)
    async with served(county.bench.app) as address, planning(county.bench):
        context = await chromium.new_context(
            viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"the page failed: {error}"))
        await page.goto(f"{address}/desk/")
        await page.fill("#client_id", client.client_id)
        await page.fill("#secret", client.client_secret)
        await page.click("button.main")
        await expect(page.locator(".strip")).to_be_visible()
        yield page
        await context.close()


async def faults_of(page: Page) -> list[str]:
    """What is wrong with what is shown."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = await page.evaluate(FAULTS, [RULES, SMALLEST_TARGET])
    return found


async def go(page: Page, where: str) -> None:
    """Straight to a place."""
    await page.evaluate("(where) => { location.hash = where }", where)


async def load_the_county(page: Page, county: DeskCounty) -> None:
    """Hands in cadres and places, and has the plan made."""
    await go(page, "data")
    for kind, name in (("cadre", "cadres.csv"), ("place", "places.csv")):
        async with page.expect_response(f"**/v1/desk/{kind}-lists") as answered:
            await page.locator(f"[data-kind={kind}]").set_input_files(county.folder / name)
        answer: dict[str, Any] = await (await answered.value).json()
        assert answer["faults"] == []
    await page.locator(".acts button", has_text="重新优化").click()
    await page.fill("#seconds", "3")
    await page.locator("desk-replan button.main").click()
    await expect(page.locator("desk-replan .badge.good")).to_be_visible(timeout=PLANNED_MS)
    await page.locator("desk-replan button", has_text="关闭").click()
    await go(page, "board")
    await expect(page.locator(".chip").first).to_be_visible()


async def test_a_morning_at_the_desk(desk: Page, county: DeskCounty) -> None:
    """Load the county, find the township, move a day, publish: the phones have it."""
    await load_the_county(desk, county)
    await desk.screenshot(path="/tmp/deskwork/shots/real.png")
