"""Every screen, at two sizes: nothing that axe-core finds, nothing too small, nothing beside the screen; a picture of
each.

The pictures lie in `var/phone-screens/` after a run: they are meant to be looked at.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import LARGE, SMALL, ask_slowly, lacking
from tests.browser.handset import Handset
from tests.browser.hidden_text import find_hidden_text
from tests.integration.gateway.county import County
from tests.structure.source import ROOT

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
PICTURES = ROOT / "var/phone-screens"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = ViewportSize(width=320, height=640)
"""The narrowest phone, with the largest text."""
SMALLEST_TARGET, SMALLEST_TEXT = 60, 18

FAULTS = """async ([rules, target, text]) => {
  const seen = (box) => box.width > 1 && box.height > 1;
  const name = (each) => each.outerHTML.slice(0, 100);
  const tapped = [...document.querySelectorAll("a, button, input, summary")]
    .map((each) => each.closest("label.choice, label.file") ?? each)
    .filter((each) => seen(each.getBoundingClientRect()))
    .filter((each) => {
      const { width, height } = each.getBoundingClientRect();
      return width < target - 0.5 || height < target - 0.5;
    });
  const small = [...document.querySelectorAll("main *")]
    .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .filter((each) => !each.closest("svg, .unseen") && parseFloat(getComputedStyle(each).fontSize) < text);
  const broken = [...document.querySelectorAll("main :is(h1, h2, button, .button, .badge, legend)")].flatMap((each) =>
    [...each.childNodes].filter((node) => node.nodeType === 3).flatMap((node) =>
      [...node.textContent.matchAll(/\\b[A-Za-z]{2,14}\\b/g)].filter(({ 0: word, index }) => {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        return new Set([...range.getClientRects()].map(({ top }) => top)).size > 1;
      }).map(([word]) => word),
    ));
  const found = (await axe.run(document, { runOnly: rules, resultTypes: ["violations"] })).violations;
  return [
    ...found.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`),
    ...tapped.map((each) => `too small to tap: ${name(each)}`),
    ...small.map((each) => `too small to read: ${name(each)}`),
    ...broken.map((each) => `a word is broken: ${each}`),
    ...(document.documentElement.scrollWidth > innerWidth ? ["wider than the screen"] : []),
  ];
}"""

STILL = """async () => {
  await document.fonts.ready;
  for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
  const ends = ({ effect }) => effect.getComputedTiming().endTime !== Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map(({ finished }) => finished));
}"""
"""Until what was asked for is drawn and nothing moves into its place any more."""


async def faults_of(page: Page) -> list[str]:
    """What is wrong with what is shown."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = await page.evaluate(FAULTS, [RULES, SMALLEST_TARGET, SMALLEST_TEXT])
    return found + await find_hidden_text(page)


class Looking:
    """Goes through the screens and gathers what is wrong with each."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.found: dict[str, list[str]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    async def look(self, name: str) -> None:
        """At what is shown now."""
        await self.page.evaluate(STILL)
        await self.page.screenshot(path=self.folder / f"{name}.png", full_page=not name.startswith("capture"))
        if found := await faults_of(self.page):
            self.found[name] = found


async def ids(handset: Handset) -> dict[str, str]:
    """The visits by name."""
    today: dict[str, Any] = await handset.read("facts", "today")
    return {person["name"]: person["visit_id"] for stop in today["stops"] for person in stop["people"]}


@pytest.mark.parametrize(
    ("size", "text", "language"),
    [
        (SMALL, 20, "zh"),
        (LARGE, 20, "en"),
        (SMALL, 30, "zh"),
        (LARGE, 30, "en"),
        (NARROW, 30, "zh"),
        (NARROW, 30, "en"),
    ],
    ids=["small-zh", "large-en", "small-zh-30", "large-en-30", "narrow-zh-30", "narrow-en-30"],
)
async def test_every_screen(handset: Handset, county: County, size: ViewportSize, text: int, language: str) -> None:
    """In both languages, at the usual and at the largest text."""
    if not AXE.is_file():
        lacking("axe-core")
    ask_slowly(county)  # a prompt is looked at while it is shown
    page = handset.page
    await page.set_viewport_size(size)
    looking = Looking(page, PICTURES / f"{size['width']}x{size['height']}-{language}-{text}")
    await page.goto(handset.address)
    await expect(page.locator("#code")).to_be_visible()
    await looking.look("enrol")
    await page.fill("#code", "nobody-gave-this-code")
    await page.click("button.main")
    await expect(page.locator("[role=alert]")).to_be_visible()
    await looking.look("enrol-refused")
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.go("settings", "phone-settings")
    if language == "en":
        await page.locator("[name=lang]").nth(1).check()
    while int(await page.locator(".sizes output").inner_text()) < text:
        before = await page.locator(".sizes output").inner_text()
        await page.locator(".sizes button").nth(1).click()
        await expect(page.locator(".sizes output")).not_to_have_text(before)
    await looking.look("settings")
    visits = await ids(handset)
    wang, chen = visits["王秀英"], visits["陈桂兰"]
    for where, shown in [
        ("today", ".stops"),
        ("map", ".map circle"),
        ("visitor", "phone-visitor .code output"),
        ("sending", ".counts"),
        (f"person/{wang}", "phone-person"),
        (f"abilities/{wang}", "phone-abilities"),
        (f"outcomes/{chen}", ".tiles"),
        *((f"outcome/{chen}/{kind}", "phone-outcome") for kind in OUTCOMES),
        (f"paths/{chen}", ".tiles"),
        ("person/nobody", "phone-person"),
    ]:
        await handset.go(where, shown)
        await looking.look(where.replace(f"/{wang}", "").replace(f"/{chen}", "").replace("/", "-"))
    await aim(handset, looking)
    if text == 20:
        await film(handset, looking, language)
    await handset.go(f"person/{chen}", "button.withdraw")
    await page.locator("button.withdraw").click()
    await expect(page.locator("button.withdraw-now")).to_be_visible()
    await looking.look("person-withdrawing")
    await handset.aim(page.locator("button.withdraw-now"))
    await expect(page.locator("button.renew")).to_be_visible()
    await looking.look("person-withdrawn")
    await ask_who(handset, looking)
    assert looking.found == {}


OUTCOMES = (
    "not_at_home",
    "deceased",
    "moved",
    "hospital",
    "refused",
    "unable",
    "wrong_person",
    "eligibility",
    "witnessed",
    "video_call",
    "document",
)


async def ask_who(handset: Handset, looking: Looking) -> None:
    """The family's page: with the right code and with a wrong one."""
    page = handset.page
    given = await handset.read("facts", "visitorCode")
    await page.goto(f"{handset.wire.address}/who/")
    await expect(page.locator("#code")).to_be_visible()
    await looking.look("who")
    await page.fill("#code", given["code"])
    await page.click("button.main")
    await expect(page.locator(".answer.good")).to_be_visible()
    await expect(page.locator(".answer.good dd").first).to_have_css("white-space", "normal")
    await looking.look("who-yes")
    await page.fill("#code", "000000")
    await page.click("button.main")
    await expect(page.locator(".answer.bad")).to_be_visible()
    await looking.look("who-no")


ANSWERED = """async (states) => {
  const { app } = await import("/phone/app.js");
  const [capture] = await app.database.getAll("captures");
  const because = { code: "PHOTO", zh: "照片与我部门的档案不一致", en: "The photo differs from the one on our file" };
  const agencies = ["hrss", "civil_affairs"];
  const certificates = states.map((state, at) => ({
    agency: agencies[at], request_id: "1", state, because: state === "rejected" ? because : null,
  }));
  const status = { ...capture.status, decision: "certified", reasons: [], certificates };
  await app.database.put("captures", { ...capture, status });
  await app.reload();
  return capture.challenge_id;
}"""
"""What agencies may answer in time, as the door tells it (GET /v1/captures): how it looks is the page's matter."""


async def aim(handset: Handset, looking: Looking) -> None:
    """The camera's picture: no words lie over the oval."""
    page = handset.page
    await handset.go("today", ".stops")
    await page.locator(".person", has_text="李大山").click()
    await page.locator("a.main").click()
    await expect(page.locator(".capture.framing")).to_be_visible(timeout=60_000)
    await looking.look("capture-framing")
    oval, words = [await page.locator(each).bounding_box() for each in (".oval ellipse", ".capture .ask")]
    assert oval and words and words["y"] + words["height"] <= oval["y"]


async def film(handset: Handset, looking: Looking, language: str) -> None:
    """The recording, without and with a signal, and what is shown when the camera is refused."""
    page = handset.page
    handset.wire.lose_signal()
    await page.locator("button.main").click()
    await expect(page.locator(".capture .prompt")).to_be_visible(timeout=60_000)
    await looking.look("capture-prompt")
    await handset.send_filmed(page.locator("phone-result .result.on_phone"))
    await looking.look("result-on-phone")
    await handset.go("sending", ".sent")
    await looking.look("sending-on-phone")
    handset.wire.away = False
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator(".sent .word.received")).to_be_visible(timeout=60_000)
    await looking.look("sending-received")
    await handset.go("today", ".stops")
    await looking.look("today-filmed")
    handset.wire.lose_signal()
    for states, word in ((("accepted", "issued"), "certified"), (("accepted", "rejected"), "rejected")):
        challenge_id = await page.evaluate(ANSWERED, states)
        await handset.go(f"result/{challenge_id}", f".result.{word}")
        await expect(page.locator(".answer-of")).to_have_count(2)
        await looking.look(f"result-{word}")
        await handset.go("sending", f".sent .word.{word}")
        await looking.look(f"sending-{word}")
    await expect(page.locator(".sent .answer-of.rejected")).to_contain_text("照片" if language == "zh" else "photo")
    handset.wire.away = False
    await handset.go("today", ".stops")
    await page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError') } }"
    )
    await page.locator(".person", has_text="王秀英").click()
    await page.locator("a.main").click()
    await expect(page.locator("phone-capture [role=alert]")).to_be_visible()
    await looking.look("failed")
    await page.evaluate(
        "document.querySelector('phone-capture').state = { phase: 'failed', why: 'pictures_missing', limitMs: null }"
    )
    await expect(page.locator("button.anyway")).to_be_visible()
    await looking.look("pictures-missing")


async def test_the_search_for_faults_finds_them(handset: Handset) -> None:
    """A faint text, a nameless button, a target or a text too small, one cut off and one over another are seen."""
    if not AXE.is_file():
        lacking("axe-core")
    await handset.page.goto(handset.address)
    await expect(handset.page.locator("#code")).to_be_visible()
    assert await faults_of(handset.page) == []
    await handset.page.evaluate(
        """() => {
          const bad = document.createElement("button");
          document.querySelector("main > *").append(bad);
          const faint = document.createElement("p");
          faint.textContent = "faint";
          faint.style.cssText = "color: #bbb; font-size: 12px";
          document.querySelector("main > *").append(faint);
          const torn = document.createElement("button");
          torn.textContent = "unbreakable";
          torn.style.cssText = "width: 70px; padding: 0; overflow-wrap: anywhere";
          document.querySelector("main > *").append(torn);
          const long = document.createElement("p");
          long.textContent = "long".repeat(100);
          long.style.cssText = "width: 200px; white-space: nowrap";
          const above = document.createElement("p");
          above.textContent = "above";
          document.querySelector("main > *").append(long, above);
          const [there, here] = [long, above].map((each) => each.getBoundingClientRect().top);
          above.style.cssText = `position: relative; top: ${there - here}px`;
          bad.style.cssText = "min-width: 20px; min-height: 20px; width: 20px; height: 20px; padding: 0";
        }"""
    )
    found = " ".join(await faults_of(handset.page))
    assert all(
        each in found
        for each in (
            "button-name",
            "color-contrast",
            "too small to tap",
            "too small to read",
            "cut off",
            "over each",
            "broken",
        )
    )
