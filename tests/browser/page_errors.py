"""What fails in a page's own scripts fails the test, with its words."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.async_api import Page


@contextmanager
def faultless(page: Page) -> Iterator[None]:
    """Fails at its end when a script of the page has failed meanwhile.

    Not earlier: an exception inside a listener would end Playwright's own connection, and all that is seen then is that
    the browser has closed.
    """
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield
    assert faults == [], "the page failed"
