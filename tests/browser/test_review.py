"""The reviewers' page in Debian's Chromium against the real door: a real clip, decided by keys alone.

Pictures of every state lie in `var/review-screens/` after a run: they are meant to be looked at.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.async_api import Browser, Page, Request, Route, ViewportSize, expect

from deploy.demo.film import cut, still
from deploy.embedded import clips
from schemas.lapse import Office
from services.certify.domain.review_policy import ProgrammeReview
from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.scheduler.domain.ladder_policy import LadderPolicy, ProgrammeLadder
from tests.browser.conftest import CLIP, lacking
from tests.browser.page_errors import fresh_page
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import day, id_number
from tests.integration.gateway.review_office import DOUBTFUL, ReviewOffice
from tests.integration.gateway.serving import served
from tests.integration.gateway.test_lapses import climb
from tests.structure.source import ROOT

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
PICTURES = ROOT / "var/review-screens"
SIZES = (ViewportSize(width=1280, height=800), ViewportSize(width=1440, height=900))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FAULTS = """async (rules) => [
  ...(await axe.run(document, { runOnly: rules })).violations
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`),
  ...(document.documentElement.scrollWidth > innerWidth ? ["wider than the screen"] : []),
  ...(document.documentElement.scrollHeight > innerHeight + 1 ? ["higher than the screen"] : []),
]"""

COUNT_ADDRESSES = """(() => {
  const { createObjectURL, revokeObjectURL } = URL;
  window.addresses = new Set();
  URL.createObjectURL = (file) => {
    const address = createObjectURL.call(URL, file);
    window.addresses.add(address);
    return address;
  };
  URL.revokeObjectURL = (address) => {
    window.addresses.delete(address);
    revokeObjectURL.call(URL, address);
  };
})()"""
"""Counts what the page holds in memory."""


@dataclass
class SlowPhotos:
    """A wire on which each photo waits until it is let through."""

    page: Page
    held: list[Route] = field(default_factory=list)
    ended: list[Request] = field(default_factory=list)

    async def begin(self) -> None:
        """From now on."""
        await self.page.route("**/photos/*", self._hold)
        self.page.on("requestfinished", self._end)
        self.page.on("requestfailed", self._end)

    def _hold(self, route: Route) -> None:
        self.held.append(route)

    def _end(self, request: Request) -> None:
        self.ended.append(request)

    async def hold(self, count: int) -> None:
        """Until so many were asked for."""
        for _ in range(600):
            if len(self.held) >= count:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{len(self.held)} photos were asked for, not {count}")

    async def let_through(self, number: int) -> None:
        """One photo arrives, or is not wanted any more; and the page has had its turn."""
        await self.held[number].continue_()
        for _ in range(600):
            if self.held[number].request in self.ended:
                break
            await asyncio.sleep(0.1)
        else:
            raise AssertionError("the photo neither arrived nor was let go")
        await self.page.evaluate("fetch('/review/review.css', { cache: 'no-store' }).then((answer) => answer.blob())")


@dataclass
class ReviewDesk:
    """A reviewer before the page."""

    office: ReviewOffice
    page: Page
    address: str
    client_id: str
    client_secret: str

    async def sign_in(self) -> None:
        await self.page.goto(f"{self.address}/review/")
        await self.page.fill("#client_id", self.client_id)
        await self.page.fill("#secret", self.client_secret)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("staff-sign-in")).to_have_count(0)

    async def see_the_case(self) -> None:
        """Until clip, timeline and photo are there."""
        await expect(self.page.locator("video")).to_be_visible(timeout=60_000)
        await expect(self.page.locator(".band").first).to_be_visible(timeout=60_000)
        await expect(self.page.locator(".references img")).to_be_visible(timeout=60_000)
        await self.page.wait_for_function("document.querySelector('.references img').naturalWidth > 0")

    async def look(self, name: str) -> list[str]:
        """What axe-core finds, at both sizes; a picture of each."""
        found = []
        PICTURES.mkdir(parents=True, exist_ok=True)
        for size in SIZES:
            await self.page.set_viewport_size(size)
            if not await self.page.evaluate("'axe' in window"):
                await self.page.evaluate(AXE.read_text("utf-8"))
            found += [f"{name}, {size['width']}: {fault}" for fault in await self.page.evaluate(FAULTS, RULES)]
            await self.page.screenshot(path=PICTURES / f"{name}-{size['width']}.png")
        return found

    async def play_time(self) -> float:
        """Where the clip stands, in seconds."""
        at: float = await self.page.evaluate("document.querySelector('video').currentTime")
        return at


@pytest.fixture(scope="session")
def film() -> tuple[bytes, bytes]:
    """A real clip of a person (H.264), and a picture of that person."""
    found = clips.find()
    if CLIP not in found:
        lacking("the demo's clip")
    path: Path = found[CLIP]
    return cut(path, (0.0, 14.0)), still(path, 40.0)


@pytest.fixture
async def desk(browser: Browser, bench: Bench, film: tuple[bytes, bytes]) -> AsyncIterator[ReviewDesk]:
    """Two people were filmed, and the machine would decide on neither; the first needs two reviewers."""
    office = ReviewOffice(bench, rules=ProgrammeReview(sample_rate=0.0))
    for number in (id_number(1), id_number(2)):
        await office.ask(f"P-{number[-4:]}", number)
        await office.film(number, DOUBTFUL, clip=film[0], photo=film[1])
    async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
        made = await enrol_client(connection, Role.REVIEWER)
    async with served(bench.app) as address, fresh_page(browser, SIZES[0]) as page:
        yield ReviewDesk(office, page, address, made.client_id, made.client_secret)


async def test_a_case_is_looked_at_and_decided_by_keys_alone(desk: ReviewDesk) -> None:
    """A decision needs its reason; nothing that axe-core finds, nothing beside the screen, in both languages."""
    page = desk.page
    await desk.sign_in()
    await desk.see_the_case()
    faults = await desk.look("case")
    await page.keyboard.press("x")
    await expect(page.locator(".decision fieldset")).to_be_visible()
    confirm = page.locator(".decision fieldset button").first
    await expect(confirm).to_be_disabled()
    await page.keyboard.press("1")
    await expect(confirm).to_be_enabled()
    faults += await desk.look("refusing")
    await page.get_by_role("button", name="English", exact=True).click()
    await expect(page.get_by_role("heading", name="Review, round 1")).to_be_visible()
    faults += await desk.look("refusing-english")
    await page.keyboard.press("Escape")
    await page.keyboard.press("c")
    await expect(page.locator(".decision fieldset")).to_be_visible()
    await page.locator("main").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".note.good")).to_be_visible()
    faults += await desk.look("done")
    await desk.office.fold()
    assert await desk.office.certificates() == 1
    await page.keyboard.press("Enter")
    await expect(page.locator("video")).to_be_visible(timeout=60_000)
    await page.keyboard.press("r")
    await page.keyboard.press("1")
    await page.keyboard.press("Enter")
    await expect(page.locator(".note.good")).to_be_visible()
    await page.keyboard.press("n")
    await expect(page.locator(".between")).to_contain_text("nothing for you")
    faults += await desk.look("nothing")
    decided = await desk.office.bench.execute("SELECT decision FROM gateway.review_opinion ORDER BY decided_at")
    assert decided == [("certified",), ("retry",)]
    assert faults == []


async def test_the_clip_plays_and_its_moments_are_reached(desk: ReviewDesk) -> None:
    """A click on a moment of the timeline, or its number, goes there; space plays and stops, arrows step."""
    page = desk.page
    await page.goto(f"{desk.address}/review/")
    await expect(page.locator("staff-sign-in")).to_be_visible()
    assert await desk.look("sign-in") == []
    await desk.sign_in()
    await desk.see_the_case()
    assert await page.evaluate("document.querySelector('video').videoWidth") > 0
    await page.locator(".band").first.click()
    first = await desk.play_time()
    assert first > 0.5
    await page.locator("main").focus()
    await page.keyboard.press("2")
    second = await desk.play_time()
    assert second > first
    await page.keyboard.press("ArrowLeft")
    assert await desk.play_time() == pytest.approx(second - 0.2, abs=0.05)
    await page.keyboard.press(" ")
    await page.wait_for_function("!document.querySelector('video').paused")
    await page.keyboard.press(" ")
    await page.wait_for_function("document.querySelector('video').paused")


async def test_times_are_the_countys(desk: ReviewDesk) -> None:
    """Whatever clock the computer has, and when the tab is loaded again, which keeps a program's token alone."""
    bench, zone = desk.office.bench, ZoneInfo("America/Los_Angeles")
    object.__setattr__(bench.door, "settings", bench.settings.model_copy(update={"timezone": zone.key}))
    await desk.sign_in()
    await desk.see_the_case()  # else its answer may come while the page is loaded again
    async with desk.page.expect_response("**/v1/review-cases/next") as asked:
        await desk.page.reload()
    at = datetime.fromisoformat((await (await asked.value).json())["case"]["captured_at"]).astimezone(zone)
    said = f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"
    await expect(desk.page.locator(".facts dd", has_text=said)).to_be_visible()


async def test_nothing_of_a_case_is_kept(desk: ReviewDesk) -> None:
    """After the decision the clip's address is dead, no cache and no store of the browser holds anything of it; single
    keys can be switched off."""
    page = desk.page
    await desk.sign_in()
    await expect(page.locator("video")).to_be_visible(timeout=60_000)
    await expect(page.locator(".references img")).to_be_visible(timeout=60_000)
    address = await page.evaluate("document.querySelector('video').src")
    assert address.startswith("blob:")
    await page.get_by_role("button", name="快捷键：开").click()
    await page.locator("main").focus()
    await page.keyboard.press("c")
    await expect(page.locator(".decision fieldset")).to_have_count(0)
    await page.get_by_role("button", name="快捷键：关").click()
    await page.locator("main").focus()
    await page.keyboard.press("c")
    await page.keyboard.press("Enter")
    await expect(page.locator(".note.good")).to_be_visible()
    dead = "async (address) => { try { await fetch(address); return false; } catch { return true; } }"
    assert await page.evaluate(dead, address)
    kept = await page.evaluate(
        "async () => [(await caches.keys()).length, (await indexedDB.databases()).length, Object.keys(sessionStorage),"
        " Object.keys(localStorage)]"
    )
    assert kept == [0, 0, ["onevisit.session"], ["onevisit.language"]]


async def test_a_slow_photo_is_never_seen_beside_another_clip(desk: ReviewDesk) -> None:
    """What is on its way when a case is let go, or when the reviewer leaves, is not shown and not kept."""
    page, photos = desk.page, SlowPhotos(desk.page)
    await page.add_init_script(COUNT_ADDRESSES)
    await photos.begin()
    await desk.sign_in()
    await expect(page.locator("video")).to_be_visible(timeout=60_000)
    await photos.hold(1)
    await page.keyboard.press("c")
    await page.keyboard.press("Enter")
    await expect(page.locator(".note.good")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.locator("video")).to_be_visible(timeout=60_000)
    await photos.hold(2)
    await photos.let_through(0)
    await expect(page.locator(".references img")).to_have_count(0)
    await photos.let_through(1)
    await expect(page.locator(".references img")).to_be_visible()
    assert await page.evaluate("window.addresses.size") == 2

    await page.reload()
    await expect(page.locator("video")).to_be_visible(timeout=60_000)
    await photos.hold(3)
    await page.get_by_role("button", name="退出").click()
    await expect(page.locator("staff-sign-in")).to_be_visible()
    await photos.let_through(2)
    assert await page.evaluate("window.addresses.size") == 0


async def test_a_case_that_went_to_somebody_else_is_left(desk: ReviewDesk) -> None:
    """The lease is over: the page says so, lets the case go, offers the next one. A fault of the page has words too."""
    page = desk.page
    await desk.sign_in()
    await desk.see_the_case()
    await desk.office.bench.execute("DELETE FROM gateway.review_lease")
    await page.keyboard.press("c")
    await page.keyboard.press("Enter")
    await expect(page.locator(".note.bad")).to_be_visible()
    await expect(page.locator("video")).to_have_count(0)
    assert await desk.look("not-yours") == []
    await page.locator(".between button.main").click()
    await desk.see_the_case()
    said = await page.evaluate(
        "import('/staff/elements/notice.js').then(({ wordsOf }) => wordsOf(new TypeError('broken')))"
    )
    assert "刷新" in said


async def test_matters_for_the_county_are_taken_and_decided_by_keys_alone(desk: ReviewDesk) -> None:
    """The list beside the cases: only what the policy sends to the county, in both languages, and nothing that axe-core
    finds; what is decided leaves it."""
    page, office = desk.page, desk.office
    await office.ask("L-1", id_number(401), first=day(-40), last=day(-2))
    await office.ask("L-2", id_number(402), first=day(-60), last=day(-25), programme="senior_subsidy")
    policy = LadderPolicy(programmes={"pension": ProgrammeLadder(escalate_to=Office.COUNTY)})
    await climb(office, policy=policy)
    await desk.sign_in()
    await page.get_by_role("link", name="县级待处理").click()
    row = page.locator("tr[data-request='L-1']")
    await expect(row).to_be_visible()
    await expect(page.locator("tbody tr")).to_have_count(1)
    faults = await desk.look("county")
    await row.locator("[data-take]").focus()
    await page.keyboard.press("Enter")
    await expect(row.locator("select")).to_be_focused()
    await row.locator("select").press("ArrowDown")
    await expect(row.locator(".badge.good")).to_have_count(0)
    faults += await desk.look("county-taken")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(row.locator(".badge.good")).to_have_text("已安排上门")
    await expect(row.locator("[data-take]")).to_be_focused()
    await page.get_by_role("button", name="English", exact=True).click()
    await expect(row.locator(".badge.good")).to_have_text("somebody is on the way")
    faults += await desk.look("county-english")
    await page.get_by_role("button", name="Read again").click()
    await expect(page.locator(".note.good")).to_be_visible()
    found = await office.get(office.bench.as_role["reviewer"], "/v1/lapses?office=county")
    assert [(each["request_id"], each["decision"]) for each in found["items"]] == [("L-1", "VISIT_ARRANGED")]
    await page.get_by_role("link", name="Review", exact=True).click()
    await expect(page.locator("video")).to_be_visible(timeout=60_000)
    assert faults == []
