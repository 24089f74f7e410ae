"""An agency's person before the page /agency/, in Chromium against the real door: signed in by a passkey, a failed
delivery sent again by a click arrives, what waits is answered; every view on a phone and on a desk.

The pictures lie in `var/agency-screens/` after a run: they are meant to be looked at.
"""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import lacking
from tests.browser.desk_page import go
from tests.browser.test_desk import faults_of
from tests.browser.test_screens import AXE
from tests.browser.test_sign_in import Workplace, register, workplace
from tests.integration.delivery.office import QUICK, Office, until
from tests.integration.delivery.receivers import receiving
from tests.structure.source import ROOT

__all__ = ["workplace"]

pytestmark = pytest.mark.timeout(300)
PICTURES = ROOT / "var/agency-screens"
SIZES = ((360, 780), (1280, 800))
HASTY = QUICK.model_copy(update={"try_hours": 1e-6})
"""Given up after the second attempt, so that no test waits for three days."""


@pytest.fixture
async def page(workplace: Workplace) -> AsyncIterator[Page]:
    """The page of a person of hrss, on a desk."""
    await workplace.page.set_viewport_size({"width": 1280, "height": 800})
    await register(workplace, "agency", "周敏", agency="hrss")
    await workplace.page.get_by_role("link", name="进入工作页面").click()
    await expect(workplace.page.locator("header .brand")).to_have_text("部门工作台 · 人社局")
    yield workplace.page


@pytest.fixture
def office(workplace: Workplace) -> Office:
    """The agency's endpoints behind the door."""
    return Office(workplace.bench.door.pool, workplace.bench.settings.database)


async def look(page: Page, name: str) -> dict[str, list[str]]:
    """What is wrong with what is shown, in both languages and sizes; a picture of each."""
    if not AXE.is_file():
        lacking("axe-core")
    PICTURES.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[str]] = {}
    for language in ("en", "zh"):
        await page.locator(f"header button[lang={'en' if language == 'en' else 'zh-Hans'}]").click()
        for width, height in SIZES:
            await page.set_viewport_size({"width": width, "height": height})
            await page.screenshot(path=PICTURES / f"{name}-{width}-{language}.png", full_page=True)
            if faults := await faults_of(page):
                found[f"{name}-{width}-{language}"] = faults
    return found


async def test_a_failed_delivery_is_sent_again_by_a_click(page: Page, office: Office) -> None:
    """The receiver fails until two deliveries are given up; mended, one click brings one, and another all the rest."""
    async with receiving() as receiver, office.sending(HASTY):
        webhook_id, _ = await office.register(f"http://127.0.0.1:{receiver.port}/error")
        ids = [str(event_id) for event_id in await office.deliver("P-1", "P-2")]

        async def given_up() -> bool:
            return [status for status, _, _ in await office.log(webhook_id)] == ["failed", "failed"]

        await until(given_up)
        await page.get_by_role("button", name="刷新").click()
        await expect(page.locator("[data-webhook] .note.warn")).to_contain_text("起没有成功过")
        row = page.locator("tr[data-number='1']")
        await expect(row).to_contain_text("HTTP 500 · 接收端答复出错")
        await page.get_by_role("link", name="失败").click()
        await expect(page.locator("tr[data-status=failed]")).to_have_count(2)
        receiver.healed, before = True, len(receiver.heard["/error"])
        await page.get_by_role("link", name="全部", exact=True).click()
        await row.locator("[data-again]").click()
        await expect(row).to_have_attribute("data-status", "delivered")
        heard = [headers["webhook-id"] for headers, _ in receiver.heard["/error"][before:]]
        assert heard == [ids[0]]
        await expect(page.locator("[data-webhook] .note")).to_have_count(0)

        await row.locator("[data-from]").click()
        await page.locator("[data-confirm] button.main").click()
        await expect(page.locator("tr[data-status=delivered]")).to_have_count(2)
        heard = [headers["webhook-id"] for headers, _ in receiver.heard["/error"][before + 1 :]]
        assert sorted(heard) == sorted(ids)


async def test_the_deliveries_are_clean(page: Page, office: Office) -> None:
    """Without a webhook; and with one that is paused, which resumes by a click; no secret is shown."""
    await expect(page.get_by_text("贵单位没有登记 Webhook")).to_be_visible()
    found = await look(page, "deliveries-none")
    webhook_id, secret = await office.register("https://pension.example/onevisit/hooks/certificates-and-life-events")
    await office.register("https://archive.example/onevisit")
    await office.deliver("P-1", "P-2", "P-3")
    await office.rows(
        "UPDATE delivery.sending SET attempts = 7, last_attempt_at = now() - interval '5 minutes', latency_ms = 15000,"
        " fault = 'TIMED_OUT', status = CASE number WHEN 1 THEN 'failed' ELSE 'waiting' END WHERE webhook_id = %s"
        " RETURNING 1",
        webhook_id,
    )
    await office.rows(
        "UPDATE delivery.webhook SET state = 'paused', failing_since = now() - interval '14 hours',"
        " not_before = now() + interval '6 minutes' WHERE webhook_id = %s RETURNING 1",
        webhook_id,
    )
    await page.get_by_role("button", name="刷新").click()
    await expect(page.locator("[data-webhook]")).to_have_count(2)
    await expect(page.locator("tr[data-number]")).to_have_count(3)
    found |= await look(page, "deliveries")
    await page.locator("tr[data-number='1'] [data-from]").click()
    found |= await look(page, "deliveries-from")
    assert found == {}
    assert secret not in await page.content()
    await page.locator("[data-resume]").click()
    await expect(page.locator("[data-webhook] .badge").first).to_have_text("正常")
    await go(page, "deliveries?status=failed")
    await expect(page.locator("tr[data-number]")).to_have_count(1)
