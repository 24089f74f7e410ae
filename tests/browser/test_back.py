"""The phone's own back button: one press goes where a person expects, and never out of a recording."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import ask_slowly
from tests.browser.handset import ALL_THERE, Handset
from tests.integration.gateway.county import County

BEHIND = "history.state.before"
"""The addresses behind what is shown, as the page keeps them."""


async def press_back(page: Page, shown: str) -> Locator:
    """Once, and `shown` has come."""
    await page.go_back()
    there = page.locator(shown)
    await expect(there).to_be_visible()
    return there


async def open_person(handset: Handset, name: str = "李大山") -> Page:
    """From the list."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.page.locator(".person", has_text=name).click()
    await expect(handset.page.locator("phone-person")).to_be_visible()
    return handset.page


async def test_after_cancelling_one_press_leads_to_the_list(handset: Handset) -> None:
    """However often somebody began and cancelled."""
    page = await open_person(handset)
    for _ in range(2):
        await page.locator("a.main").click()
        await page.locator(".capture.framing .act a").click()
        await expect(page.locator("phone-person")).to_be_visible()
    await press_back(page, ".stops")
    assert await page.evaluate(BEHIND) == []


@pytest.mark.parametrize(
    ("way", "shown", "before"),
    [
        (["a.icon"], "phone-settings", "phone-today"),
        (["a[href='#map']"], "phone-map", "phone-today"),
        (["a[href='#visitor']"], "phone-visitor", "phone-today"),
        (["a.strip"], "phone-sending", "phone-today"),
        (["a[href='#report']"], "phone-report", "phone-today"),
        ([".person >> nth=0", "a[href^='#abilities']"], "phone-abilities", "phone-person"),
        ([".person >> nth=0", "a[href^='#outcomes']"], "phone-outcomes", "phone-person"),
        ([".person >> nth=0", "a[href^='#outcomes']", ".tile >> nth=0"], "phone-outcome", "phone-outcomes"),
        ([".person >> nth=0", "a[href^='#outcomes']", "a[href^='#paths']"], "phone-paths", "phone-outcomes"),
        (
            [".person >> nth=0", "a[href^='#outcomes']", "a[href^='#paths']", ".tile >> nth=0"],
            "phone-outcome",
            "phone-paths",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_the_phones_button_and_the_pages_own_lead_to_the_same(
    handset: Handset, way: list[str], shown: str, before: str
) -> None:
    """To where one came from; and nothing of it stays behind the list."""
    await handset.enrol()
    page = handset.page
    for by_page in (False, True):
        for step in way:
            await page.locator(step).click()
        await expect(page.locator(shown)).to_be_visible()
        if by_page:
            await page.locator("a.back").click()
            await expect(page.locator(before)).to_be_visible()
        else:
            await press_back(page, before)
        while await page.locator("phone-today").count() == 0:
            behind = await page.evaluate("history.state.before.length")
            await page.go_back()
            await page.wait_for_function("(behind) => history.state.before.length < behind", arg=behind)
        await expect(page.locator(".stops")).to_be_visible()
    assert await page.evaluate(BEHIND) == []


async def test_what_was_kept_does_not_lie_behind(handset: Handset) -> None:
    """After what a person can do was ticked: the list; after an outcome the list is the first screen again."""
    page = await open_person(handset)
    await page.locator("a[href^='#abilities']").click()
    await page.locator("phone-abilities button.main").click()
    await expect(page.locator("phone-person")).to_be_visible()
    await press_back(page, ".stops")
    await page.locator(".person", has_text="李大山").click()
    await page.locator("a[href^='#outcomes']").click()
    await page.locator(".tile", has_text="不愿意").click()
    await handset.aim(page.locator("phone-outcome button.main"))
    await expect(page.locator(".person.told")).to_have_count(1)
    assert await page.evaluate(BEHIND) == []


async def test_a_press_while_filming_stops_it_and_says_so(handset: Handset, county: County) -> None:
    """The capture's own way out, with *film again*; the next press leads to the person, one more to the list."""
    ask_slowly(county)
    page = await open_person(handset)
    await handset.go("today", ".stops")
    await handset.begin_filming("李大山")
    await page.go_back()
    await expect(page.locator("phone-capture [role=alert]")).to_contain_text("已停止")
    await page.locator("button.main").click()
    await expect(page.locator(".capture.framing")).to_be_visible(timeout=60_000)
    await page.locator(".capture.framing button.main").click()
    await expect(page.locator(".capture .prompt")).to_be_visible(timeout=60_000)
    await page.locator(".capture .act button").click()
    await expect(page.locator("phone-capture [role=alert]")).to_contain_text("已停止")
    await press_back(page, "phone-person")
    await press_back(page, ".stops")


async def test_after_the_page_was_ended_while_filming_one_press_leads_to_the_person(
    handset: Handset, county: County
) -> None:
    """As by a phone that is short of memory: the entry that was held is not met again."""
    ask_slowly(county)
    page = await open_person(handset)
    await page.locator("a.main").click()
    await page.locator(".capture.framing button.main").click()
    await expect(page.locator(".capture .prompt")).to_be_visible(timeout=60_000)
    await page.reload()
    await expect(page.locator(".capture.framing")).to_be_visible(timeout=60_000)
    await press_back(page, "phone-person")


async def test_other_ways_after_a_failure_lead_back_to_the_person(handset: Handset, county: County) -> None:
    """Not to a camera that opens again."""
    ask_slowly(county)
    page = await open_person(handset)
    await page.locator("a.main").click()
    await page.locator(".capture.framing button.main").click()
    await page.locator(".capture .act button").click()
    await page.locator("phone-capture a[href^='#paths']").click()
    await expect(page.locator("phone-paths")).to_be_visible()
    await press_back(page, "phone-person")


async def test_after_a_recording_one_press_leads_to_the_list(handset: Handset) -> None:
    """What was filmed is done: neither the camera nor the person lies behind the result."""
    await handset.enrol()
    await handset.wait_for_challenges()
    handset.wire.lose_signal()
    await handset.film("李大山")
    assert await handset.page.evaluate(BEHIND) == ["today"]
    await press_back(handset.page, ".stops")


async def test_a_page_that_opens_at_a_person_has_the_list_behind_it(handset: Handset) -> None:
    """As after the browser was ended in the middle: one press does not leave the page, nor after a reload."""
    page = await open_person(handset)
    address = page.url
    handset.page = page = await handset.context.new_page()
    await page.goto(address)
    await page.evaluate(ALL_THERE)
    await page.reload()
    await expect(page.locator("phone-person")).to_be_visible()
    await press_back(page, ".stops")
