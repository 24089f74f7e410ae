"""An agency's person before the page /agency/, in Chromium against the real door: signed in by a passkey, a failed
delivery sent again by a click arrives, what waits is answered; every view on a phone and on a desk.

The pictures lie in `var/agency-screens/` after a run: they are meant to be looked at.
"""

import json
from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import FilePayload, Page, Route, expect

from schemas.base import stable_id
from services.gateway.agencies.asked_rounds import ask_for_records
from services.gateway.errors import CATALOGUE, Code
from tests.browser.conftest import lacking
from tests.browser.desk_page import go
from tests.browser.test_desk import faults_of
from tests.browser.test_screens import AXE
from tests.browser.test_sign_in import Workplace, register, workplace
from tests.integration.delivery.office import PATIENT, Office, until
from tests.integration.delivery.receivers import receiving
from tests.integration.gateway.conftest import VILLAGE
from tests.integration.gateway.county import LIFE_EVENTS, County, day, id_number
from tests.integration.gateway.feedback_office import FeedbackOffice
from tests.integration.gateway.test_alignments import Group
from tests.integration.gateway.test_lapses import climb
from tests.integration.gateway.test_receipts import certifying, witness
from tests.structure.source import ROOT

__all__ = ["workplace"]

pytestmark = pytest.mark.timeout(300)
PICTURES = ROOT / "var/agency-screens"
SIZES = ((360, 780), (1280, 800))
HASTY = PATIENT.model_copy(update={"try_hours": 1e-6})
"""Given up after the second attempt, so that no test waits for three days."""


@pytest.fixture
async def page(workplace: Workplace) -> AsyncIterator[Page]:
    """The page of a person of hrss, on a desk."""
    await workplace.page.set_viewport_size({"width": 1280, "height": 800})
    await register(workplace, "agency", "周敏", agency="hrss")
    await workplace.page.get_by_role("link", name="进入工作页面").click()
    await expect(workplace.page.locator("header .brand")).to_have_text("部门工作台 · 人社局")
    yield workplace.page


@pytest.fixture
def office(workplace: Workplace) -> Office:
    """The agency's endpoints behind the door."""
    return Office(workplace.bench.door.pool, workplace.bench.settings.database)


async def look(page: Page, name: str) -> dict[str, list[str]]:
    """What is wrong with what is shown, in both languages and sizes; a picture of each."""
    if not AXE.is_file():
        lacking("axe-core")
    PICTURES.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[str]] = {}
    for language in ("en", "zh"):
        await page.locator(f"header button[lang={'en' if language == 'en' else 'zh-Hans'}]").click()
        for width, height in SIZES:
            await page.set_viewport_size({"width": width, "height": height})
            await page.screenshot(path=PICTURES / f"{name}-{width}-{language}.png", full_page=True)
            if faults := await faults_of(page):
                found[f"{name}-{width}-{language}"] = faults
    return found


async def test_a_failed_delivery_is_sent_again_by_a_click(page: Page, office: Office) -> None:
    """The receiver fails until two deliveries are given up; mended, one click brings one, and another all the rest."""
    await go(page, "deliveries")
    async with receiving() as receiver, office.sending(HASTY):
        webhook_id, _ = await office.register(f"http://127.0.0.1:{receiver.port}/error")
        ids = [str(event_id) for event_id in await office.deliver("P-1", "P-2")]

        async def given_up() -> bool:
            return [status for status, _, _ in await office.log(webhook_id)] == ["failed", "failed"]

        await until(given_up)
        await page.get_by_role("button", name="刷新").click()
        await expect(page.locator("[data-webhook] .note.warn")).to_contain_text("起没有成功过")
        row = page.locator("tr[data-number='1']")
        await expect(row).to_contain_text("HTTP 500 · 接收端答复出错")
        await page.get_by_role("link", name="失败").click()
        await expect(page.locator("tr[data-status=failed]")).to_have_count(2)
        receiver.healed, before = True, len(receiver.heard["/error"])
        await page.get_by_role("link", name="全部", exact=True).click()
        await row.locator("[data-again]").click()
        await expect(row).to_have_attribute("data-status", "delivered")
        heard = [headers["webhook-id"] for headers, _ in receiver.heard["/error"][before:]]
        assert heard == [ids[0]]
        await expect(page.locator("[data-webhook] .note")).to_have_count(0)

        await row.locator("[data-from]").click()
        await page.locator("[data-confirm] button.main").click()
        await expect(page.locator("tr[data-status=delivered]")).to_have_count(2)
        heard = [headers["webhook-id"] for headers, _ in receiver.heard["/error"][before + 1 :]]
        assert sorted(heard) == sorted(ids)


async def test_the_deliveries_are_clean(page: Page, office: Office) -> None:
    """Without a webhook; and with one that is paused, which resumes by a click; no secret is shown."""
    await go(page, "deliveries")
    await expect(page.get_by_text("贵单位没有登记 Webhook")).to_be_visible()
    found = await look(page, "deliveries-none")
    webhook_id, secret = await office.register("https://pension.example/onevisit/hooks/certificates-and-life-events")
    await office.register("https://archive.example/onevisit")
    await office.deliver("P-1", "P-2", "P-3")
    await office.rows(
        "UPDATE delivery.sending SET attempts = 7, last_attempt_at = now() - interval '5 minutes', latency_ms = 15000,"
        " fault = 'TIMED_OUT', status = CASE number WHEN 1 THEN 'failed' ELSE 'waiting' END WHERE webhook_id = %s"
        " RETURNING 1",
        webhook_id,
    )
    await office.rows(
        "UPDATE delivery.webhook SET state = 'paused', failing_since = now() - interval '14 hours',"
        " not_before = now() + interval '6 minutes' WHERE webhook_id = %s RETURNING 1",
        webhook_id,
    )
    await page.get_by_role("button", name="刷新").click()
    await expect(page.locator("[data-webhook]")).to_have_count(2)
    await expect(page.locator("tr[data-number]")).to_have_count(3)
    found |= await look(page, "deliveries")
    await page.locator("tr[data-number='1'] [data-from]").click()
    found |= await look(page, "deliveries-from")
    assert found == {}
    assert secret not in await page.content()
    await page.locator("[data-resume]").click()
    await expect(page.locator("[data-webhook] .badge").first).to_have_text("正常")
    await go(page, "deliveries?status=failed")
    await expect(page.locator("tr[data-number]")).to_have_count(1)


@pytest.fixture
async def waiting(workplace: Workplace) -> Group:
    """A proposal, a death, a report of a cadre, a certificate without an answer and a rejected one, and a request that
    is near its lapse: each waits for hrss."""
    bench, group = workplace.bench, Group(workplace.bench)
    for number in (1, 2):
        who = id_number(number)
        await group.ask(f"S-{number}", who, programme="senior_subsidy", first=day(1), last=day(10))
        other = {"agency": "civil_affairs", "programme": "family_planning"}
        await group.ask(f"F-{number}", who, first=day(15), last=day(40), **other)
    await group.asked("scheduler")
    death = {"kind": "deceased", "source": "agency", "request_id": "F-2", "happened": {"day": day(-3)}}
    await group.move(bench.as_role["civil_affairs"], LIFE_EVENTS, death)
    for number, request in ((3, "U-1"), (4, "U-2")):
        await group.ask(request, id_number(number), name="李大山")
        await bench.issue("hrss", request, await group.visit(id_number(number)))
    await bench.execute(
        "UPDATE certify.certificate c SET issued_at = now() - interval '40 days', person_key = r.person_key"
        " FROM scheduler.request r WHERE (r.agency, r.request_id) = (c.agency, c.request_id)"
    )
    said = {"outcome": "rejected", "code": "NAME_DIFFERS", "message": "档案姓名为李大三"}
    items = [{"certificate_id": str(stable_id("certificate", "hrss", "U-2"))} | said]
    await group.move(bench.as_role["hrss"], "/v1/receipts", {"items": items})
    await group.ask("L-1", id_number(5), name="张玉兰", first=day(-30), last=day(1))
    await climb(group)
    feedback = FeedbackOffice(bench)
    await feedback.passed_on(await feedback.report(await bench.enrol_phone(VILLAGE)), "hrss")
    return group


async def test_what_waits_is_done_by_a_click(waiting: Group, page: Page) -> None:
    """Each list has its count, and what is done leaves it; the door holds who did it."""
    bench = waiting.bench
    for name in ("life_events", "proposals", "feedback", "unanswered", "rejected", "lapses"):
        await expect(page.locator(f"[data-tile={name}] b")).not_to_have_text("0")
    found = await look(page, "todo-life-events")
    await expect(page.locator("[data-event]")).to_contain_text("S-2")
    await page.locator("[data-note]").click()
    await expect(page.locator("[data-tile=life_events] b")).to_have_text("0")

    await page.locator("[data-tile=proposals]").click()
    await expect(page.locator("[data-proposal]").first).to_be_visible()
    count = await page.locator("[data-proposal]").count()
    found |= await look(page, "todo-proposals")
    await page.locator("[data-proposal] button[value=accept]").first.click()
    await expect(page.locator("[data-proposal]")).to_have_count(count - 1)

    await page.locator("[data-tile=unanswered]").click()
    found |= await look(page, "todo-unanswered")
    await page.locator("[data-accept]").click()
    await expect(page.locator("[data-tile=unanswered] b")).to_have_text("0")

    await page.locator("[data-tile=rejected]").click()
    found |= await look(page, "todo-rejected")
    await page.locator("[data-accept]").click()
    await expect(page.locator("[data-tile=rejected] b")).to_have_text("0")

    await page.locator("[data-tile=lapses]").click()
    await page.locator("staff-lapses select").select_option("AGENCY_EXTENDED")
    found |= await look(page, "todo-lapses")
    await page.locator("staff-lapses form button").click()
    await expect(page.locator("[data-tile=lapses] b")).to_have_text("0")

    await page.locator("[data-tile=feedback]").click()
    await page.locator("[data-open]").click()
    await expect(page.locator("#report h2")).to_be_visible()
    found |= await look(page, "todo-feedback")
    await page.fill("#report-answer", "已更正，谢谢。")
    await page.locator("[data-answer]").click()
    await expect(page.locator("[data-tile=feedback] b")).to_have_text("0")
    assert found == {}

    lines = [json.loads(line) for (line,) in await bench.execute("SELECT line FROM platform.audit ORDER BY number")]
    ((staff_id,),) = await bench.execute("SELECT staff_id FROM gateway.staff")
    acts = [line["act"] for line in lines if line["actor"] == staff_id]
    assert acts[acts.index("life_event.acknowledged") :] == [
        *("life_event.acknowledged", "proposal.answered", "receipt.given", "receipt.given", "lapse.decided"),
        *("feedback.opened", "feedback.answered"),
    ]


async def test_a_certificate_is_found_printed_and_revoked(workplace: Workplace, page: Page) -> None:
    """By the number of its request; unknown to the agency it is said so; revoked it says so, and it cannot be twice."""
    county = await certifying(workplace.bench)
    await witness(county)
    await go(page, "certificates")
    await page.fill("#request", "S-1")
    await page.keyboard.press("Enter")
    await expect(page.locator(".note.bad")).to_be_visible()
    await page.fill("#request", "P-1")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-certificate] .badge.good")).to_have_text("有效")
    async with page.expect_download() as printed:
        await page.locator("[data-pdf]").click()
    assert (await (await printed.value).path()).read_bytes().startswith(b"%PDF-")
    await page.locator("[data-reason]").select_option("NOT_NEEDED")
    await expect(page.locator("[data-confirm]")).to_contain_text("不再派人上门")
    found = await look(page, "certificate")
    await page.locator("[data-revoke]").click()
    await expect(page.locator("[data-certificate] .badge.bad")).to_contain_text("不再需要")
    await page.reload()
    await expect(page.locator("[data-certificate] .badge.bad")).to_contain_text("不再需要")
    await expect(page.locator("[data-reason]")).to_have_count(0)
    assert found == {}


async def test_times_are_the_countys(workplace: Workplace, page: Page) -> None:
    """Whatever clock the computer has; a tab that is loaded again knows it, too. East of Shanghai, for evidence is of
    the tests' today, which must not be to come."""
    bench, zone = workplace.bench, ZoneInfo("Asia/Tokyo")
    object.__setattr__(bench.door, "settings", bench.settings.model_copy(update={"timezone": zone.key}))
    await witness(await certifying(bench))
    await page.reload()
    await go(page, "certificates?request=P-1")
    ((issued,),) = await bench.execute("SELECT issued_at FROM certify.certificate WHERE request_id = 'P-1'")
    at = issued.astimezone(zone)
    await expect(page.locator("[data-certificate]")).to_contain_text(f"{at.month}月{at.day}日 {at:%H:%M}")


async def test_a_refused_receipt_speaks_one_language(waiting: Group, page: Page) -> None:
    """The door's words and what to do next, in the language of the page, when a certificate is not the agency's."""

    async def of_another(route: Route) -> None:
        body = json.loads(route.request.post_data or "")
        body["items"][0]["certificate_id"] = str(stable_id("certificate", "hrss", "none"))
        await route.continue_(post_data=json.dumps(body))

    await page.route("**/v1/receipts", of_another)
    await page.locator("[data-tile=unanswered]").click()
    await page.locator("[data-accept]").click()
    entry = CATALOGUE[Code.CERTIFICATE_UNKNOWN]
    await expect(page.locator(".note.bad span")).to_have_text(entry.zh)
    await page.locator("header button[lang=en]").click()
    await expect(page.locator(".note.bad span")).to_have_text(entry.en)


async def test_records_are_checked_before_a_visit(workplace: Workplace, page: Page) -> None:
    """One agrees and one does not, each by a click; the rest go out as a table and come back, a bad row is told."""
    county = County(workplace.bench)
    for number, request in enumerate(("P-1", "P-2", "P-3", "P-4"), 1):
        await county.ask(request, id_number(number))
    await ask_for_records(workplace.bench.door)
    await go(page, "todo?list=records")
    await page.reload()
    await expect(page.locator("[data-tile=records] b")).to_have_text("4")
    found = await look(page, "todo-records")
    await page.locator("[data-request='P-1'] [data-agrees]").click()
    await expect(page.locator("[data-request='P-1']")).to_have_count(0)
    await page.locator("[data-request='P-2'] select").select_option("deceased")
    await page.locator("[data-request='P-2'] [data-save]").click()
    await expect(page.locator("[data-tile=records] b")).to_have_text("2")
    async with page.expect_download() as saved:
        await page.locator("[data-template=csv]").click()
    head, *rows = (await (await saved.value).path()).read_text("utf-8-sig").splitlines()
    filled = [head, rows[0] + "已迁出", rows[1] + "好像对"]
    table: FilePayload = {"name": "open.csv", "mimeType": "text/csv", "buffer": "\r\n".join(filled).encode()}
    await page.locator("#table").set_input_files(table)
    await expect(page.locator("[data-row='3']")).to_be_visible()
    await expect(page.locator("[data-tile=records] b")).to_have_text("1")
    found |= await look(page, "todo-records-table")
    assert found == {}
    kept = await workplace.bench.execute("SELECT request_id, found FROM gateway.record_check ORDER BY request_id")
    assert kept[:2] == [("P-1", "found"), ("P-2", "deceased")]
    assert [result for _, result in kept[2:]] == ["moved"]


async def test_a_plan_is_filed_as_a_table(workplace: Workplace, page: Page) -> None:
    """The template comes, a table goes, a bad row is told and the others stand; nothing to do is said in its list."""
    found = await look(page, "todo-none")
    await go(page, "campaigns")
    async with page.expect_download() as saved:
        await page.locator("[data-template=csv]").click()
    head = (await (await saved.value).path()).read_text("utf-8-sig")
    rows = "高龄补贴,2097,2097-03-01,2097-05-31,民发〔2026〕3号\r\n高龄补贴,2097,2097-13-01,2097-05-31,年度复核\r\n"
    plan: FilePayload = {"name": "plan.csv", "mimeType": "text/csv", "buffer": (head + rows).encode()}
    await expect(page.locator(".picker")).to_have_text("选择文件")
    await page.locator("header button[lang=en]").click()
    await expect(page.locator(".picker")).to_have_text("Choose a file")
    await page.locator("header button[lang=zh-Hans]").click()
    await page.locator("#table").set_input_files(plan)
    await expect(page.locator("[data-row='3']")).to_contain_text("起止日期不符合要求")
    await expect(page.locator("[data-campaign]")).to_have_count(1)
    await expect(page.locator("[data-campaign] .badge.warn")).to_have_text("待审")
    found |= await look(page, "campaigns")
    assert found == {}
