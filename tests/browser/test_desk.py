"""The scheduler's desk in Chromium, against the real door and planner: a morning's work, and every view looked at.

The pictures lie in `var/desk-screens/` after a run: they are meant to be looked at.
"""

from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, Route, expect

from schemas.plan import PlanPublished
from services.scheduler.domain.ladder_policy import LadderPolicy
from services.scheduler.ladder_clock import LadderClock
from tests.browser.conftest import lacking
from tests.browser.desk_county import DeskCounty
from tests.browser.desk_page import PLANNED_MS, Board, county, database, desk, edited_plan, go, half, make_settings
from tests.browser.test_screens import AXE, RULES
from tests.integration.gateway.county import County, day, id_number
from tests.integration.gateway.feedback_office import ANSWER, NOTE, SAID, FeedbackOffice, Report, jpeg
from tests.integration.gateway.test_alignments import Group
from tests.structure.source import ROOT

__all__ = ["county", "database", "desk", "make_settings"]

PICTURES = ROOT / "var/desk-screens"
SIZES = ((1024, 768), (1280, 800), (1440, 900), (1920, 1080))
pytestmark = pytest.mark.timeout(600)
SMALL_SIZE = (412, 915)
"""A phone: a report is read on the way, too."""
SMALLEST_TARGET = 24
"""CSS pixels: WCAG 2.2, 2.5.8."""
FAULTS = """async ([rules, target]) => {
  const all = (await axe.run(document, { runOnly: rules, resultTypes: ["violations"] })).violations;
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
  const end = document.querySelector("header .end").getBoundingClientRect();
  const bar = document.querySelector("header nav").getBoundingClientRect();
  const cut = [...document.querySelectorAll("header nav a")].filter((each) => {
    const { right, bottom } = each.getBoundingClientRect();
    return innerWidth > 700 && (right > Math.min(end.left, bar.right) + 1 || bottom > bar.bottom + 1);
  });
  const height = (each) => Number(getComputedStyle(each).zIndex);
  const pins = document.querySelector(".leaflet-marker-pane");
  const over = [...document.querySelectorAll(".village")].filter((each) => height(each.parentElement) >= height(pins));
  return [
    ...over.map((each) => `over the pins: ${each.textContent}`),
    ...cut.map((each) => `beside the bar: ${each.textContent}`),
    ...found.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`),
    ...small.map((each) => `too small: ${each.outerHTML.slice(0, 120)}`),
    ...(document.documentElement.scrollWidth > innerWidth ? ["wider than the screen"] : []),
  ];
}"""


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
    await desk.locator("#edited").set_input_files(await edited_plan(desk, route, free))
    await expect(desk.locator("[data-checked]")).to_contain_text(f"有 {route['persons']} 人的安排改变")
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
    alignment = await ask_for_alignment(desk, county)
    await near_a_lapse(county)
    reports = FeedbackOffice(county.bench)
    phone = await county.bench.enrol_phone()
    await reports.passed_on(await reports.report(phone, Report(kind="idea")))
    await reports.report(phone, Report(picture=jpeg(640, 480)))
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
                ("alignment", alignment, ".timeline"),
                ("lapses", "lapses", "staff-lapses tbody tr"),
                ("burden", "burden", "desk-burden tbody tr"),
                ("feedback", "feedback", "staff-feedback tbody tr"),
                ("data", "data", "[data-kind=cadre]"),
            ):
                await go(desk, where)
                await expect(desk.locator(shown).first).to_be_visible()
                await look(desk, f"{width}-{language}-{name}", found)
        await go(desk, "feedback")
        await desk.locator("[data-open]").first.click()
        await desk.locator("[data-file=picture]").click()
        await expect(desk.locator("#report img")).to_be_visible()
        for width, height in (SMALL_SIZE, SIZES[1]):
            await desk.set_viewport_size({"width": width, "height": height})
            await look(desk, f"report-{width}-{language}", found)
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
    await go(desk, alignment)
    for named in (desk.locator("desk-alignment td li"), desk.locator(".timeline .window")):
        await expect(named.first).to_contain_text("石门村")
    for view in ("deadlines", "load"):
        await go(desk, view)
        await expect(desk.locator(".lead")).to_contain_text("four weeks; the figures above count the first two")
    await go(desk, "deadlines")
    await expect(desk.locator(".heat thead th")).to_have_count(1 + 28)
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
    await row.locator("form button").click()
    await expect(row.locator(".badge.good")).to_have_text("已安排上门")
    await desk.locator("staff-lapses button", has_text="刷新").click()
    await expect(desk.locator("staff-lapses .note.good")).to_be_visible()
    await desk.locator("staff-lapses input[type=checkbox]").uncheck()
    await expect(desk.locator("tr[data-request='L-2'] .badge.warn")).to_have_text("宽限期")
    await expect(row.locator(".badge.good")).to_have_text("已安排上门")
    await row.locator("a").click()
    await expect(desk.locator("#drawer-title")).to_have_text("这次走访")
    headers = county.bench.as_role["scheduler"]
    found = (await county.bench.http.get("/v1/lapses", headers=headers)).json()["items"]
    decided = {each["request_id"]: each["decision"] for each in found if each["request_id"] in ("L-1", "L-2")}
    assert decided == {"L-1": "VISIT_ARRANGED", "L-2": None}


async def test_of_two_choices_of_what_could_lapse_the_later_one_counts(desk: Page, county: DeskCounty) -> None:
    """Unticked while the list is on its way: the click is not lost, and the first answer, which comes last, does not
    take its place."""
    await near_a_lapse(county)
    held: list[Route] = []

    async def hold_the_first(route: Route) -> None:
        if held:
            await route.continue_()
        else:
            held.append(route)

    await desk.route("**/v1/lapses?*", hold_the_first)
    await go(desk, "lapses")
    await desk.locator("staff-lapses input[type=checkbox]").uncheck()
    await expect(desk.locator("tr[data-request='L-2']")).to_be_visible()
    await held[0].continue_()
    await desk.evaluate("fetch('/desk/desk.css', { cache: 'no-store' }).then((answer) => answer.blob())")
    await expect(desk.locator("staff-lapses button", has_text="刷新")).to_be_enabled()
    await expect(desk.locator("staff-lapses input[type=checkbox]")).not_to_be_checked()
    await expect(desk.locator("tr[data-request='L-2']")).to_be_visible()


async def test_a_report_is_read_passed_on_and_answered_at_the_desk(desk: Page, county: DeskCounty) -> None:
    """What the agency gave back shows why; another one gets it with a note; an answer ends it and leaves the list."""
    office, phone = FeedbackOffice(county.bench), await county.bench.enrol_phone()
    report = await office.report(phone)
    await office.passed_on(report, "hrss")
    assert (await office.act("hrss", report, "giving-back", version=2, reason="不属于我们")).status_code == 204
    await go(desk, "feedback")
    row = desk.locator(f"tr[data-report='{report.feedback_id}']")
    await row.locator("[data-open]").click()
    opened = desk.locator("#report")
    await expect(opened.locator(".said").first).to_have_text(SAID)
    await expect(opened.locator("ol li", has_text="人社局退回")).to_contain_text("不属于我们")
    await opened.locator("select").select_option("civil_affairs")
    await opened.locator("textarea[name=note]").fill(NOTE)
    await opened.locator("[data-pass]").click()
    await expect(desk.locator("staff-feedback .note.good")).to_have_text("已转民政局。")
    await expect(row.locator(".badge")).to_have_text("部门处理中")
    assert (await office.opened("civil_affairs", report))["steps"][-1]["said"] == NOTE
    await row.locator("[data-open]").click()
    await office.passed_on(report, None, version=4)
    await opened.locator("textarea[name=text]").fill(ANSWER)
    await opened.locator("[data-answer]").click()
    await expect(desk.locator("staff-feedback .note.bad")).to_contain_text("已有他人处理")
    await expect(opened.locator("textarea[name=text]")).to_have_value(ANSWER)
    await desk.locator("[data-state]").select_option("with_joint_group")
    await row.locator("[data-open]").click()
    await opened.locator("textarea[name=text]").fill(ANSWER)
    await opened.locator("[data-answer]").click()
    await expect(row.locator(".badge.good")).to_have_text("已答复")
    assert (await office.told(phone, report)).json()["answer"] == ANSWER
    await desk.locator("staff-feedback button", has_text="刷新").click()
    await expect(row).to_have_count(0)


async def near_a_lapse(county: DeskCounty) -> None:
    """A pension that is overdue, and a subsidy in its grace."""
    asked = County(county.bench, lists=100)
    await asked.ask("L-1", id_number(401), first=day(-40), last=day(-2))
    await asked.ask("L-2", id_number(402), first=day(-40), last=day(-2), programme="senior_subsidy")
    settings = county.bench.settings
    await LadderClock(settings.database, LadderPolicy(), ZoneInfo(settings.timezone)).climb()


async def ask_for_alignment(page: Page, county: DeskCounty) -> str:
    """Asks for an alignment that saves trips, which the scheduler's fold then finds. It is found again by its address,
    which is returned, and nothing of it stays on the computer."""
    await go(page, "alignment")
    await page.locator("#save").select_option("trips")
    await page.locator("#by").select_option("village")
    async with page.expect_response("**/v1/alignments"):
        await page.locator("desk-alignment button.main").click()
    await Group(county.bench).think()
    await expect(page.locator("desk-alignment tbody tr").first).to_be_visible()
    await page.reload()
    await expect(page.locator("desk-alignment tbody tr").first).to_be_visible()
    await page.locator("desk-alignment [data-by=people]").click()
    await expect(page.locator("desk-alignment [aria-sort=descending]")).to_be_visible()
    people = [int(each) for each in await page.locator("desk-alignment tbody td:nth-child(2)").all_inner_texts()]
    assert people == sorted(people, reverse=True) and len(set(people)) > 1
    assert await page.evaluate("Object.keys(localStorage).filter((each) => !each.endsWith('.language'))") == []
    where: str = await page.evaluate("location.hash.slice(1)")
    return where


async def look(page: Page, name: str, found: dict[str, list[str]]) -> None:
    """Takes a picture, and gathers what is wrong."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")
    if faults := await faults_of(page):
        found[name] = faults
