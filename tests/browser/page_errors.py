"""A page of one test alone. What fails in its own scripts fails the test, with its words."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from playwright.async_api import Browser, Page, ViewportSize


@asynccontextmanager
async def fresh_page(browser: Browser, viewport: ViewportSize, zone: str = "Asia/Shanghai") -> AsyncIterator[Page]:
    """In a context of its own, as on a computer that nobody has used; the context goes, however the test ends."""
    context = await browser.new_context(viewport=viewport, locale="zh-CN", timezone_id=zone)
    try:
        page = await context.new_page()
        with faultless(page):
            yield page
    finally:
        await context.close()


@contextmanager
def faultless(page: Page) -> Iterator[None]:
    """Fails at its end when a script of the page has failed meanwhile.

    Not earlier: an exception inside a listener would end Playwright's own connection, and all that is seen then is that
    the browser has closed.
    """
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield
    assert faults == [], f"the page failed: {faults}"
