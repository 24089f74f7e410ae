"""The desk's page in Chromium: how long it takes to show, and what it looks like."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.async_api import Page, async_playwright

VIEWS: Final = {
    "board": ".chip",
    "map": ".leaflet-container path",
    "deadlines": "desk-deadlines td",
    "load": "desk-load svg, desk-load canvas",
}
"""Each view, and what is there when it is drawn."""
SHOWN: Final = "async () => (await import('/desk/desk.js')).desk.plan?.version"
"""Version of the draft that the page has."""
PATIENCE_MS: Final = 120_000
TIMES: Final = 3


async def drawn(
    address: str, client: dict[str, str], pictures: Path, change: Callable[[], int]
) -> dict[str, list[float]]:
    """Seconds until each view is drawn; the first one with the page and its data, the others from what is there; and
    until the page shows what somebody else changes (`change` gives the version of the draft that has it)."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page(
            viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(f"{address}/desk/")
        await page.fill("#client_id", client["client_id"])
        await page.fill("#secret", client["client_secret"])
        await page.click("button.main")
        await page.locator(".strip").wait_for()
        found: dict[str, list[float]] = {"the page, until the board is drawn": []}
        for _ in range(TIMES):
            began = time.monotonic()
            await page.reload()
            await _open_all(page, VIEWS["board"])
            found["the page, until the board is drawn"].append(time.monotonic() - began)
        for view, mark in VIEWS.items():
            began = time.monotonic()
            await page.evaluate("(view) => { location.hash = view }", view)
            await _open_all(page, mark)
            found[f"{view} from what was read"] = [time.monotonic() - began]
            await page.screenshot(path=pictures / f"county-1280-{view}.png", animations="disabled")
        await page.evaluate("() => { location.hash = 'board' }")
        await _open_all(page, VIEWS["board"])
        heard = found["somebody else's drop, until the page shows it"] = []
        for _ in range(TIMES):
            version = await asyncio.to_thread(change)
            began = time.monotonic()
            while await page.evaluate(SHOWN) != version:
                await asyncio.sleep(0.01)
            await _open_all(page, VIEWS["board"])
            heard.append(time.monotonic() - began)
        await browser.close()
    return found


async def _open_all(page: Page, mark: str) -> None:
    await page.locator(mark).first.wait_for()
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
