"""A member of staff signs in in Debian's Chromium by the county's single sign-on: our page's button, the pages of a
real provider (npm oidc-provider), and back."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from services.gateway.access.sso import SingleSignOn
from services.gateway.access.sso_groups import read_groups
from tests.browser.test_sign_in import Workplace, workplace
from tests.integration.gateway.provider import Provider
from tests.integration.gateway.test_single_sign_on import GROUPS

__all__ = ["workplace"]


@pytest.fixture
async def provider(workplace: Workplace, tmp_path: Path) -> AsyncIterator[Provider]:
    """The county's provider, connected with the door. Its pages would like letters from elsewhere: they get none."""
    made = Provider(tmp_path, f"{workplace.origin}/v1/sign-in/callback")
    await made.start()
    rules = tmp_path / "groups.toml"
    rules.write_text(GROUPS)
    door = workplace.bench.door
    object.__setattr__(door, "sso", SingleSignOn(made.issuer, "onevisit", made.secret))
    object.__setattr__(door, "sso_groups", read_groups(rules))
    own = {urlsplit(address).netloc for address in (made.issuer, workplace.origin)}

    async def stay(route: Route) -> None:
        await (route.continue_() if urlsplit(route.request.url).netloc in own else route.abort())

    await workplace.page.route("**/*", stay)
    yield made
    await made.stop()


async def go_to_the_provider(page: Page, origin: str, provider: Provider, who: str) -> None:
    """By the page's own button; types a name there, and agrees to what we want to know."""
    await page.goto(f"{origin}/review/")
    await page.get_by_role("link", name="用单点登录").click()
    await expect(page.locator("input[name=login]")).to_be_visible()
    assert page.url.startswith(provider.issuer)
    await page.locator("input[name=login]").fill(who)
    await page.locator("input[name=password]").fill("any")
    await page.get_by_role("button", name="Sign-in").click()
    await page.get_by_role("button", name="Continue").click()


async def test_a_person_comes_in_by_the_provider_and_signs_out(workplace: Workplace, provider: Provider) -> None:
    """Back on the page from which he went, signed in as his groups say, without a secret that a script could read; a
    reload stays signed in, and whoever signs out is out."""
    page, origin = workplace.page, workplace.origin
    provider.knows("zhang", "reviewers")
    await go_to_the_provider(page, origin, provider, "zhang")
    sign_out = page.get_by_role("button", name="退出")
    await expect(sign_out).to_be_visible()
    assert page.url == f"{origin}/review/"
    await expect(page.locator(".who")).to_have_text("复核员")
    assert "ovx_" not in await page.evaluate("document.cookie + JSON.stringify({...sessionStorage, ...localStorage})")
    await page.reload()
    await expect(sign_out).to_be_visible()
    signed_in = "SELECT way, name FROM gateway.session JOIN gateway.staff USING (staff_id) WHERE ended_at IS NULL"
    assert await workplace.bench.execute(signed_in) == [("sso", "Name of zhang")]
    await sign_out.click()
    await expect(page.get_by_role("link", name="用单点登录")).to_be_visible()
    assert await workplace.bench.execute(signed_in) == []
    await page.reload()
    await expect(page.get_by_role("link", name="用单点登录")).to_be_visible()
    await expect(sign_out).to_have_count(0)


async def test_who_has_no_account_is_told_so_in_words(workplace: Workplace, provider: Provider) -> None:
    """The provider knows him and we do not: what that means, whom to ask, and the way back to the page."""
    page, origin = workplace.page, workplace.origin
    provider.knows("li", "canteen")
    await go_to_the_provider(page, origin, provider, "li")
    await expect(page.get_by_text("您在本系统没有权限")).to_be_visible()
    await expect(page.get_by_text("请向一访通管理员申请账号")).to_be_visible()
    await expect(page.get_by_text("Ask the administrator of OneVisit for an account")).to_be_visible()
    await expect(page.locator("code")).to_have_text("SSO_NO_ACCOUNT")
    await page.get_by_role("link", name="返回").click()
    await expect(page.get_by_role("link", name="用单点登录")).to_be_visible()
    assert page.url == f"{origin}/review/"
    assert await workplace.bench.execute("SELECT count(*) FROM gateway.staff") == [(0,)]
