"""A cadre reports a problem in the mountains; the desk passes it on, the agency answers, the phone shows the answer.

The pictures lie in `var/phone-screens/feedback-…/` after a run: they are meant to be looked at.
"""

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, expect

from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.platform.database import open_pool
from tests.browser.conftest import LARGE, SMALL, lacking
from tests.browser.desk_page import SCREEN
from tests.browser.handset import Handset
from tests.browser.page_errors import fresh_page
from tests.browser.test_screens import AXE, PICTURES, Looking
from tests.integration.gateway.county import County, id_number
from tests.integration.gateway.desk_county import planning
from tests.integration.gateway.feedback_office import ANSWER, SAID

GPS = 34853
"""The tag of EXIF under which the place stands (EXIF 2.3, 4.6.3)."""
SYNC = "dispatchEvent(new Event('online'))"
FULL = """() => {
  window.put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
FREE = "() => { IDBObjectStore.prototype.put = window.put; }"
REFUSED = """() => {
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotAllowedError") };
}"""


def photo() -> bytes:
    """Large, with the place where it was taken, and of noise, so that it is made smaller than others."""
    made, exif = BytesIO(), Image.Exif()
    exif[GPS] = {1: "N", 2: (26.0, 21.0, 0.0), 3: "E", 4: (107.0, 12.0, 0.0)}
    Image.effect_noise((2400, 1800), 60).convert("RGB").save(made, "JPEG", exif=exif)
    return made.getvalue()


@pytest.fixture
async def desk(browser: Browser, county: County, handset: Handset) -> AsyncIterator[Page]:
    """The desk of a scheduler who has signed in, before the list of reports."""
    async with open_pool(county.bench.settings.database) as pool, pool.connection() as connection:
        client = await enrol_client(connection, Role.SCHEDULER)
    async with planning(county.bench), fresh_page(browser, SCREEN) as page:
        await page.goto(f"{handset.wire.address}/desk/#feedback")
        await page.fill("#client_id", client.client_id)
        await page.fill("#secret", client.client_secret)
        await page.click("button.main")
        await expect(page.locator("staff-feedback [data-state]")).to_be_visible()
        yield page


async def write(handset: Handset) -> None:
    """A report with text, voice and picture, up to its last tap."""
    page = handset.page
    await page.locator("#village").select_option(label="茶山村")
    await page.locator("[data-record]").click()
    await expect(page.locator("[data-stop]")).to_be_visible()
    await expect(page.locator("form [role=status]")).to_contain_text("2")
    await page.locator("[data-stop]").click()
    await expect(page.locator("form audio")).to_be_visible()
    await write_rest(page)


async def test_from_a_valley_to_an_agency_and_back(handset: Handset, desk: Page, county: County) -> None:
    """Without a signal it is kept on the phone, and the phone's copy of voice and picture goes when the door has them;
    the desk reads, hears, sees, and passes it on; the agency answers by its program; the phone shows who has it, and
    the answer."""
    bench, page = county.bench, handset.page
    await handset.enrol()
    handset.wire.lose_signal()
    await page.locator("nav a", has_text="反馈").click()
    await write(handset)
    await page.locator("button.main").click()
    report = page.locator(".report")
    await expect(report.locator(".says")).to_have_text("在手机里，还没发送")
    assert len(await handset.read("feedback_files")) == 2
    await handset.go("sending", ".sent .word.on_phone")
    await expect(page.locator("phone-sending .note.warn")).to_contain_text("还有 1 项")

    handset.wire.away = False
    await page.evaluate(SYNC)
    await handset.go("feedback", ".report")
    await expect(report.locator(".says")).to_have_text("已送到乡镇，等待分办")
    assert await handset.read("feedback_files") == []

    await desk.locator("staff-feedback button", has_text="刷新").click()
    await expect(desk.locator("staff-feedback tbody tr")).to_contain_text("茶山村")
    await desk.locator("[data-open]").click()
    await expect(desk.locator("#report .said").first).to_have_text(SAID)
    for part in ("voice", "picture"):
        await desk.locator(f"[data-file={part}]").click()
    await expect(desk.locator("#report img")).to_have_js_property("naturalWidth", 1280)
    await desk.wait_for_function("document.querySelector('#report audio')?.readyState >= 1")
    await desk.locator("#report select").select_option("hrss")
    await desk.locator("[data-pass]").click()
    await expect(desk.locator("staff-feedback tbody .badge")).to_have_text("部门处理中")

    await page.evaluate(SYNC)
    await expect(report.locator(".says")).to_have_text("人社局正在处理")
    hrss = bench.as_role["hrss"]
    (waiting,) = (await bench.http.get("/v1/feedback?state=with_agency", headers=hrss)).json()["items"]
    address = f"/v1/feedback/{waiting['feedback_id']}"
    picture = (await bench.http.get(f"{address}/picture", headers=hrss)).content
    with Image.open(BytesIO(picture)) as image:
        assert (image.size, set(image.info) & {"exif", "xmp", "comment"}) == ((1280, 960), set())
    answered = await bench.http.post(
        f"{address}/answer", json={"version": waiting["version"], "text": ANSWER}, headers=hrss
    )
    assert answered.status_code == 200, answered.text

    await handset.go("today", ".stops")
    await page.evaluate(SYNC)
    await page.locator("nav a", has_text="有 1 条反馈已答复").click()
    await expect(report.locator(".answer")).to_contain_text(ANSWER)
    await handset.go("today", ".stops")
    await expect(page.locator("nav a", has_text="已答复")).to_have_count(0)


async def test_what_cannot_be_kept_or_recorded_is_said_and_nothing_is_lost(handset: Handset) -> None:
    """No recorder, a refused microphone, a file that is no picture, an ID number in the text, a full phone: each has
    its sentence, the text stays on the page, also when the page was killed, and can be sent."""
    page = handset.page
    await handset.enrol()
    await handset.go("report", "#text")
    await expect(page.locator("button.main")).to_be_disabled()
    await page.locator("#text").fill(SAID)
    await page.evaluate(REFUSED)
    await page.locator("[data-record]").click()
    await expect(page.locator("[role=alert]")).to_contain_text("没有获准使用麦克风")
    await page.locator("input[type=file]").set_input_files(
        {"name": "x.heic", "mimeType": "image/heic", "buffer": b"no picture"}
    )
    await expect(page.locator("[role=alert]")).to_contain_text("打不开")
    await page.locator("#text").fill(f"{SAID}{id_number(7)}")
    await page.locator("button.main").click()
    await expect(page.locator("[role=alert]")).to_contain_text("身份证号")
    await page.locator("#text").fill(SAID)
    await page.evaluate(FULL)
    await page.locator("button.main").click()
    await expect(page.locator("[role=alert]")).to_contain_text("手机空间不足")
    assert await handset.read("feedback") == []
    await handset.go("sending", ".counts")
    await handset.go("report", "#text")
    await expect(page.locator("#text")).to_have_value(SAID)
    await page.evaluate(FREE)
    await page.locator(".choice", has_text="建议").click()
    await page.evaluate("async () => (await import('/phone/app.js')).app.database.get('facts', 'draft')")
    await handset.context.add_init_script("delete window.MediaRecorder")
    await handset.reopen()
    await handset.go("report", "#text")
    await expect(handset.page.locator("#text")).to_have_value(SAID)
    await expect(handset.page.locator("form .note", has_text="不能录音")).to_be_visible()
    await handset.page.locator("button.main").click()
    await expect(handset.page.locator(".report .says")).to_have_text("已送到乡镇，等待分办")
    (kept,) = await handset.read("feedback")
    assert (kept["body"]["kind"], kept["body"]["text"], kept["state"]) == ("idea", SAID, "sent")
    assert await handset.read("facts", "draft") is None


@pytest.mark.parametrize(
    ("size", "text", "language"), [(SMALL, 20, "zh"), (LARGE, 30, "en")], ids=["small-zh", "large-en-30"]
)
async def test_its_screens_are_clean(handset: Handset, size: ViewportSize, text: int, language: str) -> None:
    """The form, empty, speaking, filled and refused; the list with every state: nothing that axe-core finds, nothing
    too small."""
    if not AXE.is_file():
        lacking("axe-core")
    page = handset.page
    await page.set_viewport_size(size)
    looking = Looking(page, PICTURES / f"feedback-{size['width']}-{language}-{text}")
    await handset.enrol()
    await page.evaluate(SETTINGS, [language, text])
    await handset.go("report", "#text")
    await looking.look("form")
    await page.locator("[data-record]").click()
    await expect(page.locator("[data-stop]")).to_be_visible()
    await page.evaluate("scrollTo(0, 0)")
    await looking.look("form-recording")
    await page.locator("[data-stop]").click()
    await expect(page.locator("form audio")).to_be_visible()
    await write_rest(page)
    await page.evaluate("scrollTo(0, 0)")
    await looking.look("form-filled")
    await page.evaluate(FULL)
    await page.locator("button.main").click()
    await expect(page.locator("[role=alert]")).to_be_visible()
    await page.evaluate("scrollTo(0, 0)")
    await looking.look("form-full")
    await page.evaluate(FREE)
    await page.locator("button.main").click()
    await expect(page.locator(".report.received")).to_be_visible()
    handset.wire.lose_signal()
    await page.evaluate(EVERY_STATE, ANSWER)
    await expect(page.locator(".report")).to_have_count(5)
    await looking.look("list")
    await handset.go("sending", ".sent .word")
    await looking.look("sending")
    await handset.go("today", ".stops")
    await looking.look("today")
    assert looking.found == {}


async def write_rest(page: Page) -> None:
    """Text and picture."""
    await page.locator("#text").fill(SAID)
    await page.locator("input[type=file]").set_input_files(
        {"name": "form.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    await expect(page.locator("form img")).to_be_visible()


SETTINGS = """async ([lang, size]) => {
  const { app } = await import("/phone/app.js");
  await app.set({ lang, size });
}"""
EVERY_STATE = """async (answer) => {
  const { app } = await import("/phone/app.js");
  const [first] = await app.database.getAll("feedback");
  const en = "Another report was sent under this id.";
  const problem = { code: "FEEDBACK_ID_USED", zh: "该编号已用于另一条反馈。", en };
  const states = [
    { state: "saved" },
    { state: "refused", problem },
    { status: { state: "with_agency", agency: "hrss" } },
    { answer, answered_at: new Date().toISOString(), seen: false },
  ];
  for (const [at, each] of states.entries())
    await app.database.put("feedback", { ...first, feedback_id: `0000000${at}`, ...each });
  await app.reload();
}"""
"""What may become of a report in time: how it looks is the page's matter."""


BEFORE = """async (outcome) => {
  const database = await new Promise((done, failed) => {
    const opening = indexedDB.open("onevisit", 1);
    opening.onupgradeneeded = () => {
      const made = opening.result;
      made.createObjectStore("facts");
      made.createObjectStore("bundles", { keyPath: "challenge_id" });
      made.createObjectStore("captures", { keyPath: "challenge_id" });
      made.createObjectStore("recordings");
      made.createObjectStore("outcomes", { keyPath: "outcome_id" });
    };
    opening.onsuccess = () => done(opening.result);
    opening.onerror = failed;
  });
  const writing = database.transaction("outcomes", "readwrite");
  writing.objectStore("outcomes").put(outcome);
  await new Promise((done) => (writing.oncomplete = done));
  database.close();
}"""
"""The store as the page made it before there were reports."""


async def test_a_phone_of_before_keeps_what_it_holds(handset: Handset) -> None:
    """The new version of the page adds its stores to the old ones; what was not sent is still there."""
    outcome = {
        "outcome_id": "one",
        "visit_id": "v",
        "name": "王秀英",
        "kind": "outcome",
        "body": {},
        "state": "refused",
    }
    await handset.page.goto(f"{handset.wire.address}/who/")
    await handset.page.evaluate(BEFORE, outcome | {"problem": None, "made_at": "2026-11-20T00:00:00Z"})
    await handset.page.goto(handset.address)
    await expect(handset.page.locator("#code")).to_be_visible()
    assert [each["outcome_id"] for each in await handset.read("outcomes")] == ["one"]
    assert await handset.read("feedback") == []


async def test_too_many_wait_and_a_lost_phone_keeps_no_answers(handset: Handset, county: County) -> None:
    """What the door takes no more of today stays on the phone, and nothing else waits for it; a phone that was revoked
    lets go of what was sent and keeps what was not."""
    bench, page = county.bench, handset.page
    await handset.enrol()
    object.__setattr__(bench.door, "policy", bench.door.policy.model_copy(update={"feedback_a_day": 1}))
    for text in ("one", "two"):
        await handset.go("report", "#text")
        await page.locator("#text").fill(text)
        await page.locator("button.main").click()
        await expect(page.locator(".report", has_text=text)).to_be_visible()
    await expect(page.locator(".report.received", has_text="one")).to_be_visible()
    before = await handset.read("facts", "lastSync")
    await page.evaluate(SYNC)
    await page.wait_for_function(SYNCED_AFTER, arg=before)
    await expect(page.locator(".report.on_phone", has_text="two")).to_be_visible()
    assert not await page.evaluate("import('/phone/app.js').then(({ app }) => app.away)")
    await bench.execute("UPDATE gateway.device SET revoked_at = now()")
    await page.evaluate(SYNC)
    await expect(page.locator("phone-enrol")).to_be_visible()
    assert [each["body"]["text"] for each in await handset.read("feedback")] == ["two"]


SYNCED_AFTER = """async (before) => {
  const { app } = await import("/phone/app.js");
  return !app.busy && app.lastSync > before;
}"""
