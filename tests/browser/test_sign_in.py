"""A member of staff signs in in Debian's Chromium: invited, registered with a real (virtual) authenticator, without a
password; signs out; a session that was ended elsewhere shows the sign-in again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import psycopg
import pytest
from playwright.async_api import Browser, CDPSession, Page, expect

from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.gateway.access.passkeys import site_of
from tests.browser.desk_page import SCREEN
from tests.browser.page_errors import fresh_page
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.people import account, invited
from tests.integration.gateway.serving import served

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A laptop's own authenticator, whose owner is before it."""


@dataclass
class Workplace:
    """A computer with a passkey's device, before the door at `origin`."""

    page: Page
    device: CDPSession
    authenticator: str
    origin: str
    bench: Bench


@pytest.fixture
async def workplace(browser: Browser, bench: Bench) -> AsyncIterator[Workplace]:
    """A page with an authenticator; the door is reached by a name, which passkeys need."""
    async with served(bench.app) as address, fresh_page(browser, SCREEN) as page:
        settings = bench.door.settings.model_copy(update={"public_url": site_of(address).origin})
        object.__setattr__(bench.door, "settings", settings)
        device = await page.context.new_cdp_session(page)
        await device.send("WebAuthn.enable")
        made = await device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        yield Workplace(page, device, made["authenticatorId"], settings.public_url, bench)


async def register(place: Workplace, role: str, name: str, agency: str | None = None) -> str:
    """Follows an invitation; returns the account."""
    who = await account(place.bench, role, name=name, agency=agency)
    code = await invited(place.bench, who)
    await place.page.goto(f"{place.origin}/staff/invited.html#code={code}")
    await place.page.get_by_role("button", name="登记", exact=True).click()
    await expect(place.page.get_by_text("已登记并登录")).to_be_visible()
    assert code not in place.page.url
    return who.staff_id


async def test_a_person_registers_and_signs_in_without_a_password(workplace: Workplace) -> None:
    """By the link to the page of his role; signed out, in again by the passkey alone; a reload stays signed in."""
    page = workplace.page
    await register(workplace, "reviewer", "王芳")
    await page.get_by_role("link", name="进入工作页面").click()
    sign_out = page.get_by_role("button", name="退出")
    await expect(sign_out).to_be_visible()
    assert "ovx_" not in await page.evaluate("document.cookie + JSON.stringify({...sessionStorage, ...localStorage})")
    await sign_out.click()
    await expect(page.get_by_label("编号")).to_be_visible()
    await page.reload()
    await page.get_by_role("button", name="用通行密钥登录").click()
    await expect(sign_out).to_be_visible()
    await page.reload()
    await expect(sign_out).to_be_visible()


async def test_who_signs_in_by_secret_over_a_session_ends_it(workplace: Workplace) -> None:
    """The page does not serve the person whose cookie is there; somebody else signs in by id and secret. One of them is
    in this browser from then on, also after signing out."""
    page = workplace.page
    await register(workplace, "scheduler", "王芳")
    await page.goto(f"{workplace.origin}/review/")
    await expect(page.get_by_text("这个账号不能用这个页面")).to_be_visible()
    async with await psycopg.AsyncConnection.connect(workplace.bench.settings.database) as connection:
        made = await enrol_client(connection, Role.REVIEWER)
    await page.get_by_label("编号").fill(made.client_id)
    await page.get_by_label("密钥").fill(made.client_secret)
    await page.keyboard.press("Enter")
    sign_out = page.get_by_role("button", name="退出")
    await expect(page.locator("main.review")).to_be_visible()
    assert await workplace.bench.execute("SELECT count(*) FROM gateway.session WHERE ended_at IS NULL") == [(0,)]
    await sign_out.click()
    await expect(page.get_by_label("编号")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="用通行密钥登录")).to_be_visible()
    await expect(page.get_by_text("这个账号不能用这个页面")).to_have_count(0)


async def test_an_ended_session_asks_to_sign_in_again(workplace: Workplace) -> None:
    """Revoked elsewhere, the next thing that the page asks for shows the sign-in, and says why."""
    page = workplace.page
    staff_id = await register(workplace, "reviewer", "王芳")
    async with page.expect_response("**/v1/review-cases/figures"):  # all that the page asks for by itself
        await page.goto(f"{workplace.origin}/review/")
    await expect(page.get_by_role("button", name="退出")).to_be_visible()
    await workplace.bench.execute("UPDATE gateway.session SET ended_at = now() WHERE staff_id = %s", (staff_id,))
    await page.get_by_role("button", name="领取下一件").click()
    await expect(page.get_by_text("登录已过期")).to_be_visible()


async def test_whom_the_device_does_not_recognise_stays_outside(workplace: Workplace) -> None:
    """A cancelled passkey says so, and the other ways are still there."""
    page = workplace.page
    await register(workplace, "reviewer", "王芳")
    await workplace.page.context.clear_cookies()
    unrecognised = {"authenticatorId": workplace.authenticator, "isUserVerified": False}
    await workplace.device.send("WebAuthn.setUserVerified", unrecognised)
    await page.goto(f"{workplace.origin}/review/")
    await page.get_by_role("button", name="用通行密钥登录").click()
    await expect(page.get_by_text("没有完成")).to_be_visible()
    await expect(page.get_by_label("编号")).to_be_visible()


async def test_under_another_name_of_this_machine_the_page_says_where_to_go(workplace: Workplace) -> None:
    """Passkeys belong to a name: 127.0.0.1 has none."""
    page = workplace.page
    await page.goto(workplace.origin.replace("localhost", "127.0.0.1") + "/review/")
    there = page.get_by_role("link", name="用通行密钥登录请打开")
    assert await there.get_attribute("href") == f"{workplace.origin}/review/"
