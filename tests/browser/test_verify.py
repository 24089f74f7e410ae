"""The page that checks a certificate, in a real browser: from a link, pasted, and without a network.

Its pictures lie in `var/verify-screens/` after a run: they are meant to be looked at.
"""

import base64
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from joserfc import jws
from playwright.async_api import Browser, Page, ViewportSize, expect

from services.certify.certificate import ALGORITHM
from tests.browser.conftest import SMALL
from tests.browser.page_errors import faultless
from tests.browser.test_screens import AXE, RULES
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import County
from tests.integration.gateway.serving import served
from tests.integration.gateway.test_receipts import certificate, county, witness
from tests.integration.gateway.test_revocations import revoke, revoking, token_of
from tests.structure.source import ROOT

__all__ = ["county", "revoking"]

PICTURES = ROOT / "var/verify-screens"
DESK = ViewportSize(width=1280, height=800)


async def expect_verdict(page: Page, verdict: str) -> None:
    """What the page says."""
    await expect(page.locator(f"#answer[data-verdict={verdict}]")).to_be_visible()


async def look(page: Page, name: str) -> None:
    """Nothing that axe-core finds, nothing beside the screen; a picture at both sizes."""
    await page.evaluate(AXE.read_text("utf-8"))
    violations = "async (rules) => (await axe.run(document, { runOnly: rules })).violations.map((each) => each.id)"
    for size, suffix in ((SMALL, "phone"), (DESK, "desk")):
        await page.set_viewport_size(size)
        assert await page.evaluate(violations, RULES) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.screenshot(path=PICTURES / f"{name}-{suffix}.png", full_page=True)


async def paste(page: Page, text: str) -> None:
    """Types a certificate and asks."""
    await page.fill("#text", text)
    await page.click("button.main")


def until_a_moment(bench: Bench, token: str) -> tuple[str, datetime]:
    """The same certificate, signed anew with an end; and its end."""
    header, content = (json.loads(base64.urlsafe_b64decode(each + "==")) for each in token.split(".")[:2])
    until = bench.door.now().replace(microsecond=0) + timedelta(days=100)
    payload = json.dumps(content | {"validUntil": until.isoformat()}).encode()
    key = bench.door.secrets.signing_key
    return jws.serialize_compact(header, payload, key, algorithms=[ALGORITHM]), until


async def test_days_are_the_countys_wherever_it_is_checked(browser: Browser, revoking: County) -> None:
    """At either end of the date line: no computer's clock and no one zone could say both."""
    await witness(revoking)
    token, until = until_a_moment(revoking.bench, await token_of(revoking))
    context = await browser.new_context(viewport=SMALL, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = await context.new_page()
    async with served(revoking.bench.app) as address:
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            object.__setattr__(revoking.bench.door.settings, "timezone", zone)
            await page.goto("about:blank")
            await page.goto(f"{address}/verify/#{token}")
            await expect_verdict(page, "valid")
            day = until.astimezone(ZoneInfo(zone)).date().isoformat()
            await expect(page.locator("#answer dt", has_text="有效期至").locator("+ dd")).to_have_text(day)
    await context.close()


async def test_a_certificate_is_checked_by_its_link_and_without_a_network(browser: Browser, revoking: County) -> None:
    """Valid from the link of the QR code; changed; foreign; revoked; and all of it once more with the network gone."""
    await witness(revoking)
    token = await token_of(revoking)
    head, payload, signature = token.split(".")
    context = await browser.new_context(viewport=SMALL, locale="zh-CN")
    page = await context.new_page()
    async with served(revoking.bench.app) as address:
        with faultless(page):
            await page.goto(f"{address}/verify/#{token}")
            await expect_verdict(page, "valid")
            await expect(page.locator("#answer")).to_contain_text("城乡居民养老保险")
            await look(page, "valid")
            await paste(page, f"{head}.{payload[:-4]}AAAA.{signature}")
            await expect_verdict(page, "tampered")
            await look(page, "tampered")
            await paste(page, "no certificate")
            await expect_verdict(page, "malformed")
            await revoke(revoking.bench, await certificate(revoking), "WRONG_PERSON")
            await revoking.fold()
            await paste(page, token)
            await expect_verdict(page, "revoked")
            await page.click("#language")
            await expect(page.locator("#answer h2")).to_contain_text("Revoked")
            await look(page, "revoked")
            await page.evaluate("navigator.serviceWorker.ready")
            await page.reload()
            await expect_verdict(page, "revoked")
            await context.set_offline(True)
            await page.goto(f"{address}/verify/")
            await paste(page, f"{address}/verify/#{token}")
            await expect_verdict(page, "revoked")
            await paste(page, await token_of(revoking, "S-1", "civil_affairs"))
            await expect_verdict(page, "valid")
    await context.close()
