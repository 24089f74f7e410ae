"""The burden index at the desk, in Chromium against the real door: by the joint group, on a phone and on a desk.

The pictures lie in `var/desk-screens/` after a run: they are meant to be looked at.
"""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.platform.database import open_pool
from tests.browser.conftest import lacking
from tests.browser.desk_page import SCREEN, go
from tests.browser.page_errors import fresh_page
from tests.browser.test_desk import PICTURES, faults_of
from tests.browser.test_screens import AXE
from tests.integration.gateway.burden_county import CAMPAIGNS, BurdenCounty, campaign, make_settings, three_months
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import today
from tests.integration.gateway.serving import served

__all__ = ["make_settings"]

pytestmark = pytest.mark.timeout(300)
SIZES = ((390, 844), (1280, 800), (1280, 1600))


@pytest.fixture
async def county(bench: Bench) -> BurdenCounty:
    """Civil affairs has had three letters in a row, and two campaigns wait for the joint group."""
    county = BurdenCounty(bench)
    await county.joint_group()
    await county.two_windows(1)
    await three_months(county)
    first = date(today().year + 1, 3, 1)
    items = [campaign(first, 60), campaign(first + timedelta(days=200), 40, why="新增对象首次认证")]
    assert (await county.post("civil_affairs", CAMPAIGNS, {"items": items}))[0] == 202
    return county


@pytest.fixture
async def desk(browser: Browser, county: BurdenCounty) -> AsyncIterator[Page]:
    """The desk of the joint group."""
    async with open_pool(county.bench.settings.database) as pool, pool.connection() as connection:
        client = await enrol_client(connection, Role.JOINT_GROUP)
    async with served(county.bench.app) as address, fresh_page(browser, SCREEN) as page:
        await page.goto(f"{address}/desk/")
        await page.fill("#client_id", client.client_id)
        await page.fill("#secret", client.client_secret)
        await page.click("button.main")
        await expect(page.locator("desk-burden h1")).to_be_visible()
        yield page


async def test_the_joint_group_works_with_the_index(desk: Page, county: BurdenCounty) -> None:
    """Chooses a month, looks behind a number, fetches a letter, settles three in a row, decides on campaigns."""
    month = await county.month()
    await expect(desk.locator("header nav a")).to_have_text(["负担指数", "窗口期对齐"])
    await desk.locator("#burden-month").select_option(f"{month:%Y-%m}")
    row = desk.locator("tr[data-agency=civil_affairs]")
    await expect(row.locator("td").first).to_have_text("1")
    await row.locator(".heaviest a").click()
    await expect(desk.locator("[data-behind] li")).to_have_count(1)
    await expect(desk.locator("[data-behind] li")).to_contain_text("S-1")
    await desk.reload()
    await expect(desk.locator("[data-behind] li")).to_contain_text("相差 10 天")
    async with desk.expect_download() as fetched:
        await row.locator("[data-letter]").click()
    assert (await (await fetched.value).path()).read_bytes().startswith(b"%PDF-")

    matter = desk.locator("[data-escalation=civil_affairs]")
    await matter.locator("[data-take]").click()
    await matter.locator("select").select_option("WINDOWS_TO_BE_ALIGNED")
    await matter.locator("input").fill("请于下月底前完成")
    await matter.locator("form button").click()
    await expect(matter.locator(".badge.good")).to_have_text("协调时间窗口")

    first, second = desk.locator("[data-campaign]").nth(0), desk.locator("[data-campaign]").nth(1)
    await second.locator("button[value=reject]").click()
    await expect(desk.locator("staff-campaigns .note.bad")).to_be_visible()
    await second.locator("input").fill("请与人社部门同期")
    await second.locator("button[value=reject]").click()
    await expect(second.locator(".badge.bad")).to_have_text("已退回")
    await first.locator("button[value=accept]").click()
    await expect(first.locator(".badge.good")).to_have_text("已列入")
    found = (await county.get(county.bench.as_role["civil_affairs"], CAMPAIGNS))["items"]
    assert [(each["state"], each["reason"]) for each in found] == [
        ("accepted", ""), ("rejected", "请与人社部门同期"),
    ]  # fmt: skip


async def test_the_view_is_clean(desk: Page, county: BurdenCounty) -> None:
    """Nothing that axe-core finds, nothing too small, nothing beside the screen, in both languages, phone and desk."""
    if not AXE.is_file():
        lacking("axe-core")
    month = await county.month()
    PICTURES.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[str]] = {}
    await go(desk, f"burden?month={month:%Y-%m}&behind=civil_affairs:unmerged")
    for language in ("zh", "en"):
        if language == "en":
            await desk.locator("header button[lang=en]").click()
        for width, height in SIZES:
            await desk.set_viewport_size({"width": width, "height": height})
            await expect(desk.locator("[data-behind] li").first).to_be_visible()
            await expect(desk.locator("[data-campaign]").first).to_be_visible()
            await desk.screenshot(path=PICTURES / f"{width}x{height}-{language}-burden.png")
            if faults := await faults_of(desk):
                found[f"{width}x{height}-{language}"] = faults
    assert found == {}
