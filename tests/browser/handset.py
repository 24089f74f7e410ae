"""A cadre's phone: the real page in a real Chromium, with a recording of a person before its camera."""

import base64
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.cutting_proxy import Wire
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench

STORE = """async ([name, key]) => {
  const database = await new Promise((done, failed) => {
    const opening = indexedDB.open("onevisit");
    opening.onsuccess = () => done(opening.result);
    opening.onerror = failed;
  });
  const asked = database.transaction(name).objectStore(name)[key ? "get" : "getAll"](key ?? undefined);
  const found = await new Promise((done) => (asked.onsuccess = () => done(asked.result)));
  database.close();
  return found instanceof ArrayBuffer || (Array.isArray(found) && found[0] instanceof ArrayBuffer)
    ? [found].flat().map((each) => btoa([...new Uint8Array(each)].map((byte) => String.fromCharCode(byte)).join("")))
    : found;
}"""
"""Reads a store of the page; recordings come as base64."""

IDLE = """async () => {
  const { app } = await import("/phone/app.js");
  return !app.busy;
}"""
ALL_THERE = "customElements.whenDefined('phone-visitor').then(() => true)"
"""The screens come after the first one; this is the last of them."""


@dataclass
class Handset:
    """One phone with one page open."""

    context: BrowserContext
    page: Page
    wire: Wire
    bench: Bench
    taps: int = 0
    """What the cadre has tapped since `count_taps`."""

    @property
    def address(self) -> str:
        """The page's address."""
        return f"{self.wire.address}/phone/"

    async def enrol(self) -> str:
        """Opens the desk's link; the code, for whoever wants to use it again."""
        order = {"cadre_id": "C001", "cadre_name": "李建国", "village_codes": [VILLAGE, OTHER_VILLAGE]}
        made = await self.bench.http.post("/v1/device-enrolments", json=order, headers=self.bench.as_role["scheduler"])
        assert made.status_code == 201, made.text
        code: str = made.json()["code"]
        await self.page.goto(f"{self.address}#enrol={code}")
        await expect(self.page.locator(".stops, phone-today .note").first).to_be_visible(timeout=60_000)
        await self.page.evaluate(ALL_THERE)
        return code

    async def tap(self, what: Locator) -> None:
        """One tap of a finger."""
        self.taps += 1
        await what.click()

    async def aim(self, what: Locator) -> None:
        """One tap that does not come upon the one before: what cannot be taken back ignores that (`taps.js`)."""
        await self.page.wait_for_timeout(500)
        await self.tap(what)

    async def wait_for_challenges(self) -> None:
        """Until the phone carries challenges."""
        for _ in range(600):
            if await self.read("bundles"):
                return
            await self.page.wait_for_timeout(100)
        raise AssertionError("no challenges came")

    async def wait_until_idle(self) -> None:
        """Until the page neither sends nor fetches."""
        while not await self.page.evaluate(IDLE):
            await self.page.wait_for_timeout(100)

    async def go(self, where: str, shown: str) -> None:
        """Straight to a screen."""
        await self.page.evaluate("(where) => { location.hash = where }", where)
        await expect(self.page.locator(shown).first).to_be_visible()

    async def begin_filming(self, name: str) -> None:
        """From the list to the first prompt."""
        await self.tap(self.page.locator(".person", has_text=name))
        await self.tap(self.page.locator("a.main"))
        begin = self.page.locator(".capture.framing button.main")
        await expect(begin).to_be_visible(timeout=60_000)
        await self.tap(begin)
        await expect(self.page.locator(".capture .prompt")).to_be_visible(timeout=60_000)

    async def film(self, name: str) -> None:
        """From the list to the result."""
        await self.begin_filming(name)
        await self.send_filmed(self.page.locator("phone-result .result"))

    async def send_filmed(self, then: Locator) -> None:
        """Until `then` shows; a machine that is busy with other tests loses pictures, and the page asks."""
        anyway = self.page.locator("button.anyway")
        await expect(then.or_(anyway)).to_be_visible(timeout=60_000)
        if await anyway.count():
            await anyway.click()
        await expect(then).to_be_visible(timeout=60_000)

    async def expect_word(self, word: str, timeout_s: float = 60) -> None:
        """What the result says."""
        await expect(self.page.locator(f"phone-result .result.{word}")).to_be_visible(timeout=timeout_s * 1000)

    async def read(self, store: str, key: str | None = None) -> Any:
        """What the page keeps in a store."""
        return await self.page.evaluate(STORE, [store, key])

    async def recordings(self) -> list[bytes]:
        """The recordings that lie on the phone."""
        return [base64.b64decode(each) for each in await self.read("recordings")]

    async def reopen(self) -> None:
        """The tab is killed, and the page opened again."""
        await self.page.close()
        self.page = await self.context.new_page()
        await self.page.goto(self.address)
