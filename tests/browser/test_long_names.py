"""The smallest phone with the largest text, where people have the longest names, or none."""

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.conftest import lacking
from tests.browser.handset import Handset
from tests.browser.test_screens import AXE, OUTCOMES, PICTURES, Looking
from tests.integration.gateway.county import County

SMALLEST = ViewportSize(width=320, height=568)
LONG = "阿卜杜热合曼·艾则孜·买买提江·吐尔逊江·阿布都拉"
"""25 characters, as names of Uyghurs may have; and all in one word where Latin letters stand in the list."""
RENAME = """async ([name, lang]) => {
  const { app } = await import("/phone/app.js");
  for (const { people } of app.today.stops) for (const person of people) person.name = name;
  await app.database.put("facts", app.today, "today");
  await app.set({ lang, size: 30 });
}"""
LEAST_SHOWN = 0.4
"""Of the screen's height, between the bar on top and what stands at its foot."""
SHOWN = """() => {
  const sticks = (each) => getComputedStyle(each).position === "sticky";
  const stuck = [...document.querySelectorAll(".bar, .foot")].filter(sticks);
  return 1 - stuck.reduce((sum, each) => sum + each.getBoundingClientRect().height, 0) / innerHeight;
}"""


@pytest.mark.parametrize(("name", "language"), [(LONG, "zh"), ("Wolfeschlegelsteinhausen·Ab", "en"), ("", "zh")])
async def test_every_screen_shows_whatever_name(handset: Handset, county: County, name: str, language: str) -> None:
    """Nothing is cut off or beside the screen, no heading is empty, and bar and foot leave room to read."""
    if not AXE.is_file():
        lacking("axe-core")
    page = handset.page
    await page.set_viewport_size(SMALLEST)
    await handset.enrol()
    await handset.wait_for_challenges()
    handset.wire.lose_signal()
    visit = (await page.locator(".person", has_text="陈桂兰").get_attribute("href") or "").removeprefix("#person/")
    await page.evaluate(RENAME, [name, language])
    looking = Looking(page, PICTURES / f"320x568-{language}-30{'' if name else '-nameless'}")
    for where, shown in [
        ("today", ".stops"),
        ("map", ".map circle"),
        ("sending", ".counts"),
        (f"person/{visit}", "phone-person"),
        (f"abilities/{visit}", "phone-abilities form"),
        (f"outcomes/{visit}", ".tiles"),
        *((f"outcome/{visit}/{kind}", "phone-outcome form") for kind in OUTCOMES),
        (f"paths/{visit}", ".tiles"),
    ]:
        await handset.go(where, shown)
        await looking.look(where.replace(f"/{visit}", "").replace("/", "-"))
        if (part := await page.evaluate(SHOWN)) < LEAST_SHOWN:
            looking.found.setdefault(where, []).append(f"{part:.0%} of the screen is left")
    await handset.go(f"capture/{visit}", ".capture.framing")
    await looking.look("capture-framing")
    oval, words = [await page.locator(each).bounding_box() for each in (".oval ellipse", ".capture .ask")]
    assert oval and words and words["y"] + words["height"] <= oval["y"] + oval["height"] / 3
    await page.locator("button.main").click()
    await handset.send_filmed(page.locator("phone-result .result.on_phone"))
    await looking.look("result")
    await handset.go("sending", ".sent")
    await looking.look("sending-filmed")
    await expect(page.locator(".sent strong").first).to_have_text(name or "（没有姓名）")
    assert looking.found == {}
