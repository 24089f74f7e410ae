"""The scheduler's desk in Chromium, against the real door and planner: a morning's work, and every view looked at.

The pictures lie in `var/desk-screens/` after a run: they are meant to be looked at.
"""

import csv
import io
import shutil
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from schemas.plan import PlanPublished
from services.gateway.access import Role
from services.gateway.enrolment import enrol_client
from services.platform.database import open_pool
from services.scheduler.domain.ladder_policy import LadderPolicy
from services.scheduler.ladder_clock import LadderClock
from tests.browser.conftest import FLAGS, lacking
from tests.browser.desk_county import DeskCounty
from tests.browser.test_screens import AXE, RULES
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.county import County, day, id_number
from tests.integration.gateway.desk_county import planning
from tests.integration.gateway.serving import served
from tests.integration.gateway.test_alignments import Group
from tests.structure.source import ROOT

PICTURES = ROOT / "var/desk-screens"
SIZES = ((1024, 768), (1280, 800), (1440, 900), (1920, 1080))
pytestmark = pytest.mark.timeout(600)
SMALLEST_TARGET = 24
"""CSS pixels: WCAG 2.2, 2.5.8."""
PLANNED_MS = 120_000
FAULTS = """async ([rules, target]) => {
  const all = (await axe.run(document, { runOnly: rules })).violations;
  const isPin = (node) => node.html.includes("leaflet-marker-icon");
  // pins may overlap: where a place lies is essential (2.5.8's exception); the board lists every stop
  const found = all
    .map((each) => (each.id === "target-size" ? { ...each, nodes: each.nodes.filter((node) => !isPin(node)) } : each))
    .filter((each) => each.nodes.length > 0);
  const small = [...document.querySelectorAll("main a, main button, main input, header a, header button")]
    .filter((each) => !each.closest(".leaflet-container") && !each.matches(".skip"))
    .map((each) => each.closest("label") ?? each)
    .filter((each) => {
      const { width, height } = each.getBoundingClientRect();
      return width > 1 && height > 1 && (width < target - 0.5 || height < target - 0.5);
    })
    .filter((each) => getComputedStyle(each).display !== "inline");
  return [
    ...found.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`),
    ...small.map((each) => `too small: ${each.outerHTML.slice(0, 120)}`),
    ...(document.documentElement.scrollWidth > innerWidth ? ["wider than the screen"] : []),
  ];
}"""


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Chromium, without a camera."""
    program = shutil.which("chromium")
    if program is None:
        lacking("Chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield launched
        await launched.close()


@pytest.fixture
async def county(bench: Bench, tmp_path: Path) -> DeskCounty:
    """The example county, asked for and not planned yet."""
    county = DeskCounty(bench, tmp_path / "county")
    await county.load()
    return county


@pytest.fixture
async def desk(chromium: Browser, county: DeskCounty) -> AsyncIterator[Page]:
    """The desk of a scheduler who has signed in, and has handed in cadres and places and had them planned."""
    async with open_pool(county.bench.settings.database) as pool, pool.connection() as connection:
        client = await enrol_client(connection, Role.SCHEDULER)
    async with served(county.bench.app) as address, planning(county.bench):
        context = await chromium.new_context(
            viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"the page failed: {error}"))
        await page.goto(f"{address}/desk/")
        await page.fill("#client_id", client.client_id)
        await page.fill("#secret", "not the secret")
        await page.click("button.main")
        await expect(page.locator(".note.bad")).to_be_visible()
        await page.fill("#secret", client.client_secret)
        await page.click("button.main")
        await expect(page.locator(".strip")).to_be_visible()
        await load_the_county(page, county)
        yield page
        await context.close()


async def load_the_county(page: Page, county: DeskCounty) -> None:
    """Hands in cadres and places, and has the plan made."""
    await go(page, "data")
    for kind, name in (("cadre", "cadres.csv"), ("place", "places.csv")):
        async with page.expect_response(f"**/v1/desk/{kind}-lists") as answered:
            await page.locator(f"[data-kind={kind}]").set_input_files(county.folder / name)
        answer: dict[str, Any] = await (await answered.value).json()
        assert answer["faults"] == []
    await page.locator("[data-act=plan]").click()
    await page.fill("#seconds", "3")
    await page.locator("desk-replan button.main").click()
    await expect(page.locator("desk-replan .badge.good")).to_be_visible(timeout=PLANNED_MS)
    await page.keyboard.press("Escape")
    await go(page, "board")
    await expect(page.locator(".chip").first).to_be_visible()


async def go(page: Page, where: str) -> None:
    """Straight to a place."""
    await page.evaluate("(where) => { location.hash = where }", where)


class Board:
    """The draft as the door has it, to compare with."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.headers = bench.as_role["scheduler"]

    async def read(self) -> dict[str, Any]:
        """The board now."""
        answer = await self.bench.http.get("/v1/desk/board", headers=self.headers)
        assert answer.status_code == 200, answer.text
        board: dict[str, Any] = answer.json()
        return board

    async def find_move(self) -> tuple[dict[str, Any], dict[str, str]]:
        """A half-day of the first two weeks, and another day of the same cadre that suits everybody in it."""
        board = await self.read()
        taken = {(route["cadre_id"], route["day"], route["half_day"]) for route in board["routes"]}
        for route in sorted(board["routes"], key=lambda each: (each["day"], each["cadre_id"])):
            windows = [person["window"] for stop in route["stops"] for person in stop["people"]]
            first, last = max(each[0] for each in windows), min(each[1] for each in windows)
            for slot in board["slots"]:
                place = (slot["cadre_id"], slot["day"], slot["half_day"])
                near = abs(date.fromisoformat(slot["day"]) - date.fromisoformat(route["day"])) < timedelta(5)
                if slot["cadre_id"] != route["cadre_id"] or slot["day"] == route["day"] or not near or place in taken:
                    continue
                if first <= slot["day"] <= last:
                    return route, slot
        raise AssertionError("the example has a half-day that may be on another day")

    async def days_until_off(self, route: dict[str, Any]) -> int:
        """Days from a half-day to the next one on which its cadre does not work; every week has one."""
        slots = (await self.read())["slots"]
        works = {slot["day"] for slot in slots if slot["cadre_id"] == route["cadre_id"]}
        at = date.fromisoformat(route["day"])
        return next(days for days in range(1, 8) if (at + timedelta(days)).isoformat() not in works)


def half(page: Page, where: dict[str, Any]) -> Locator:
    """A half-day on the board."""
    return page.locator(f"[data-slot='{where['cadre_id']} {where['day']} {where['half_day']}']")


async def test_a_morning_at_the_desk(desk: Page, county: DeskCounty) -> None:
    """Find, look behind a number, be told what cannot be, move a day, undo, publish, print; and hear of others."""
    board = Board(county.bench)
    route, free = await board.find_move()
    chip = half(desk, route).locator(".chip")
    await chip.click()
    people = desk.locator(".drawer .people > li")
    await expect(people).to_have_count(route["persons"])
    await expect(desk.locator(".drawer .stop")).to_have_count(len(route["stops"]))

    await chip.focus()
    await desk.keyboard.press("Space")
    for _ in range(await board.days_until_off(route)):
        await desk.keyboard.press("ArrowRight")
    await desk.keyboard.press("Enter")
    await expect(desk.locator(".conflicts .bad", has_text="不上班").first).to_be_visible()
    await expect(desk.locator("[data-apply]")).to_have_count(0)
    await desk.locator(".carry button").click()

    before = (await board.read())["version"]
    await chip.drag_to(half(desk, free))
    await expect(desk.locator(".costs li").first).to_be_visible()
    assert (await board.read())["version"] == before, "nothing is changed before it is said so"
    await desk.locator("[data-apply]").click()
    await expect(half(desk, free).locator(".chip")).to_be_visible()
    await expect(half(desk, route).locator(".chip")).to_have_count(0)
    await desk.locator("[data-act=undo]").click()
    await expect(half(desk, route).locator(".chip")).to_be_visible()
    await desk.locator("[data-act=redo]").click()
    await expect(half(desk, free).locator(".chip")).to_be_visible()

    await desk.locator("[data-act=publish]").click()
    await desk.locator("[data-publish]").click()
    await expect(desk.locator(".done")).to_contain_text("已发布第 1 版")
    plans = [event for _, _, event in await county.bench.events() if isinstance(event, PlanPublished)]
    assert {plan.cadre_id: plan.version for plan in plans}[free["cadre_id"]] == 1
    assert not (await board.read())["differs"]

    await go(desk, f"board?show=cadre:{free['cadre_id']},day:{free['day']}")
    async with desk.expect_download() as printed:
        await desk.locator("[data-sheet]").click()
    assert (await (await printed.value).path()).read_bytes().startswith(b"%PDF-")

    version = (await board.read())["version"]
    undone = await county.bench.http.post("/v1/desk/undo", json={"version": version}, headers=board.headers)
    assert undone.status_code == 200, undone.text
    await expect(half(desk, route).locator(".chip")).to_be_visible()
    await desk.locator("[data-act=publish]").click()
    await expect(desk.locator("desk-publish .moves li")).to_have_count(route["persons"])


async def test_the_plan_goes_out_and_comes_back(desk: Page, county: DeskCounty) -> None:
    """An edited table is checked before it is taken in; a what-if is computed beside it; a day of leave is cleared."""
    board = Board(county.bench)
    route, free = await board.find_move()
    await go(desk, "data")
    async with desk.expect_download() as saved:
        await desk.locator("[data-save=csv]").click()
    text = (await (await saved.value).path()).read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    moving = {visit for stop in route["stops"] for visit in stop["visit_ids"]}
    column = {name.split()[-1]: number for number, name in enumerate(rows[0])}
    for row in rows[1:]:
        if row[column["visit_id"]] in moving:
            row[column["day"]], row[column["half_day"]] = free["day"], free["half_day"]
    edited = io.StringIO(newline="")
    csv.writer(edited).writerows(rows)
    await desk.locator("[data-edited]").set_input_files(
        {"name": "plan.csv", "mimeType": "text/csv", "buffer": edited.getvalue().encode()}
    )
    await expect(desk.locator("[data-checked]")).to_contain_text(f"有 {len(moving)} 人的安排改变")
    await desk.locator("[data-checked] button.main").click()
    await expect(desk.locator("desk-data .note.good")).to_be_visible()
    await go(desk, "board")
    await expect(half(desk, free).locator(".chip")).to_be_visible()
    await desk.locator("[data-act=whatif]").click()
    await desk.locator("desk-whatif button.main").click()
    await expect(desk.locator("[data-whatif] tbody tr")).to_have_count(8, timeout=PLANNED_MS)
    await desk.keyboard.press("Escape")
    await go(desk, "data")
    await desk.locator("#leave_cadre").select_option(free["cadre_id"])
    await desk.locator("#leave_first").fill(free["day"])
    await desk.locator("#leave_last").fill(free["day"])
    await desk.locator("[data-leave] button").click()
    await expect(desk.locator("desk-data .note.good")).to_be_visible()
    await go(desk, "board")
    await expect(half(desk, free).locator(".chip")).to_have_count(0)
    await go(desk, "data")
    await desk.locator("[data-feed]").first.click()
    url = await desk.locator(".address").inner_text()
    feed = await county.bench.http.get("/v1/feeds/" + url.rpartition("/")[2])
    assert feed.text.startswith("BEGIN:VCALENDAR")


async def faults_of(page: Page) -> list[str]:
    """What is wrong with what is shown."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = await page.evaluate(FAULTS, [RULES, SMALLEST_TARGET])
    return found


async def test_every_view_is_clean(desk: Page, county: DeskCounty) -> None:
    """Nothing that axe-core finds, nothing too small, nothing beside the screen, in both languages, on four screens."""
    if not AXE.is_file():
        lacking("axe-core")
    await ask_for_alignment(desk, county)
    await near_a_lapse(county)
    found: dict[str, list[str]] = {}
    route, _ = await Board(county.bench).find_move()
    for language in ("zh", "en"):
        if language == "en":
            await desk.locator("header button[lang=en]").click()
        for width, height in SIZES if language == "zh" else SIZES[:2]:
            await desk.set_viewport_size({"width": width, "height": height})
            for name, where, shown in (
                ("board", "board", ".chip"),
                ("drawer", f"board?show=cadre:{route['cadre_id']}", ".drawer .stop"),
                ("map", f"map?day={route['day']}", ".map .pin"),
                ("deadlines", "deadlines", ".heat td a"),
                ("load", "load", ".chart canvas"),
                ("alignment", "alignment", ".timeline"),
                ("lapses", "lapses", "desk-lapses tbody tr"),
                ("data", "data", "[data-kind=cadre]"),
            ):
                await go(desk, where)
                await expect(desk.locator(shown).first).to_be_visible()
                await look(desk, f"{width}-{language}-{name}", found)
        await go(desk, "board")
        await half(desk, route).locator(".chip").focus()
        await desk.keyboard.press("Space")
        await expect(desk.locator(".carry")).to_be_visible()
        await look(desk, f"carrying-{language}", found)
        await desk.keyboard.press("ArrowRight")
        await desk.keyboard.press("Enter")
        await expect(desk.locator(".carry .row h2")).to_be_visible()
        await look(desk, f"cost-{language}", found)
        await desk.locator(".carry button").first.click()
        for dialog in ("whatif", "plan", "publish"):
            await desk.locator(f"[data-act={dialog}]").click()
            await look(desk, f"dialog-{dialog}-{language}", found)
            await desk.keyboard.press("Escape")
    assert found == {}


async def test_what_could_lapse_is_taken_and_decided_at_the_desk(desk: Page, county: DeskCounty) -> None:
    """Only what waits for a person is shown first; who takes a matter says what was decided, and it leaves the list."""
    await near_a_lapse(county)
    await go(desk, "lapses")
    row = desk.locator("tr[data-request='L-1']")
    await expect(row.locator("[data-take]")).to_have_text("领取")
    await expect(desk.locator("tr[data-request='L-2']")).to_have_count(0)
    await row.locator("[data-take]").click()
    await row.locator("select").select_option("VISIT_ARRANGED")
    await expect(row.locator(".badge.good")).to_have_text("已安排上门")
    await desk.locator("desk-lapses button", has_text="刷新").click()
    await expect(desk.locator("desk-lapses .note.good")).to_be_visible()
    await desk.locator("desk-lapses input[type=checkbox]").uncheck()
    await expect(desk.locator("tr[data-request='L-2'] .badge.warn")).to_have_text("宽限期")
    await expect(row.locator(".badge.good")).to_have_text("已安排上门")
    await row.locator("a").click()
    await expect(desk.locator("#drawer-title")).to_have_text("这次走访")
    headers = county.bench.as_role["scheduler"]
    found = (await county.bench.http.get("/v1/lapses", headers=headers)).json()["items"]
    decided = {each["request_id"]: each["decision"] for each in found if each["request_id"] in ("L-1", "L-2")}
    assert decided == {"L-1": "VISIT_ARRANGED", "L-2": None}


async def near_a_lapse(county: DeskCounty) -> None:
    """A pension that is overdue, and a subsidy in its grace."""
    asked = County(county.bench, lists=100)
    await asked.ask("L-1", id_number(401), first=day(-40), last=day(-2))
    await asked.ask("L-2", id_number(402), first=day(-40), last=day(-2), programme="senior_subsidy")
    settings = county.bench.settings
    await LadderClock(settings.database, LadderPolicy(), ZoneInfo(settings.timezone)).climb()


async def ask_for_alignment(page: Page, county: DeskCounty) -> None:
    """Asks for an alignment that saves trips, which the scheduler's fold then finds."""
    await go(page, "alignment")
    await page.locator("#save").select_option("trips")
    await page.locator("#by").select_option("village")
    async with page.expect_response("**/v1/alignments"):
        await page.locator("desk-alignment button.main").click()
    await Group(county.bench).think()
    await expect(page.locator("desk-alignment tbody tr").first).to_be_visible()


async def look(page: Page, name: str, found: dict[str, list[str]]) -> None:
    """Takes a picture, and gathers what is wrong."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
    if faults := await faults_of(page):
        found[name] = faults
