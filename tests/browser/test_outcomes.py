"""What else happens at a door: two taps, kept on the phone, taken in by the real door."""

from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from services.scheduler.domain.ladder_policy import LadderPolicy
from services.scheduler.ladder_clock import LadderClock
from tests.browser.handset import Handset
from tests.integration.gateway.county import County, day, id_number

HOLD = """() => new Promise((held) => {
  navigator.locks.request("onevisit-sync", () => new Promise((let_go) => { window.let_go = let_go; held(); }));
})"""
"""As a tab does that sends."""
KINDS = (
    "not_at_home",
    "hospital",
    "moved",
    "refused",
    "unable",
    "wrong_person",
    "deceased",
    "witnessed",
    "video_call",
    "document",
)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_outcome_takes_two_taps_and_is_taken_in(handset: Handset, county: County, kind: str) -> None:
    """First tap which, second tap yes; signed by the phone; the door takes it."""
    await handset.enrol()
    people = handset.page.locator(".person", has_text="陈桂兰")
    await people.click()
    other = kind in ("witnessed", "video_call", "document")
    await handset.page.locator("a.button", has_text="其他情况").click()
    if other:
        await handset.page.locator("a.button", has_text="其他方式").click()
    handset.taps = 0
    await handset.tap(handset.page.locator(f".tile[href$='/{kind}']"))
    await handset.aim(handset.page.locator("button.main"))
    assert handset.taps == 2
    await expect(people.locator(".state.told")).to_be_visible()
    await handset.go("sending", "phone-sending")
    await expect(handset.page.locator(".sent .word.received")).to_be_visible(timeout=60_000)
    (outcome,) = await handset.read("outcomes")
    assert (outcome["state"], outcome["body"]["outcome"], bool(outcome["body"]["signature"])) == (
        "received",
        kind,
        True,
    )


async def test_the_question_of_eligibility_has_no_answer_beforehand(handset: Handset, county: County) -> None:
    """It is asked of who gets the family-planning subsidy only, and nothing is kept until it was answered."""
    await handset.enrol()
    for name in ("王秀英", "陈桂兰"):
        await handset.go("today", ".stops")
        await handset.page.locator(".person", has_text=name).click()
        await handset.page.locator("a.button", has_text="其他情况").click()
        await expect(handset.page.locator(".tiles")).to_be_visible()
        asked = await handset.page.locator(".tile[href$='/eligibility']").count()
        assert asked == (1 if name == "陈桂兰" else 0)
    await handset.page.locator(".tile[href$='/eligibility']").click()
    await handset.aim(handset.page.locator("button.main"))
    assert await handset.read("outcomes") == []
    await handset.page.locator(".choice", has_text="否").click()
    await handset.aim(handset.page.locator("button.main"))
    await expect(handset.page.locator("phone-person")).to_be_visible()
    await handset.go("sending", "phone-sending")
    await expect(handset.page.locator(".sent .word.received")).to_be_visible(timeout=60_000)
    (outcome,) = await handset.read("outcomes")
    assert outcome["body"]["answers"] == {"children_changed": False}
    await handset.go("today", ".stops")
    await expect(handset.page.locator(".person.open", has_text="陈桂兰")).to_be_visible()


async def test_what_was_ticked_shapes_what_is_asked(handset: Handset, county: County) -> None:
    """Deaf: the door hears of it, draws anew, and the prompts are shown instead of spoken; nothing left: other ways."""
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    for label, able in (("听不见", "deaf"), ("听不懂，不能配合", "cannot_follow")):
        await handset.go("today", ".stops")
        await page.locator(".person", has_text="李大山").click()
        await page.locator("a.button", has_text="修改").click()
        await page.locator(".choice", has_text=label).click()
        await handset.aim(page.locator("button.main"))
        await expect(page.locator("phone-person .badge.able", has_text=label)).to_be_visible()
        if able == "deaf":
            await expect(page.locator("a.main", has_text="开始拍摄")).to_be_visible(timeout=60_000)
            drawn = [each for each in await handset.read("bundles") if each["able_key"] == "deaf|"]
            assert {each["challenge"]["prompt_form"] for each in drawn} == {"shown"}
        else:
            await expect(page.locator("a.main", has_text="其他方式")).to_be_visible(timeout=60_000)


async def test_a_family_learns_who_comes(handset: Handset, county: County) -> None:
    """With the code that the cadre shows: the name, for what, and that it is free; with another one: not to open."""
    await handset.enrol()
    await handset.go("visitor", ".code output")
    code = await handset.page.locator(".code output").inner_text()
    await handset.page.goto(f"{handset.wire.address}/who/")
    await handset.page.fill("#code", code)
    await handset.aim(handset.page.locator("button.main"))
    told = handset.page.locator(".answer.good")
    await expect(told).to_contain_text("李建国")
    await expect(told).to_contain_text("免费")
    await expect(told).to_contain_text("养老")
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    await handset.page.fill("#code", wrong)
    await handset.aim(handset.page.locator("button.main"))
    await expect(handset.page.locator(".answer.bad")).to_contain_text("不要让他进门")


async def test_before_a_lapse_the_list_says_so_and_other_ways_are_open(handset: Handset, county: County) -> None:
    """Days in words, and no recording has to fail first; a request that has time says nothing of it."""
    settings = county.bench.settings
    await county.ask("L-1", id_number(9), name="赵有根", first=day(-40), last=day(-27), programme="senior_subsidy")
    clock = LadderClock(settings.database, LadderPolicy(), ZoneInfo(settings.timezone))
    await clock.climb()
    await handset.enrol()
    near = handset.page.locator(".person", has_text="赵有根")
    await expect(near.locator(".due.soon")).to_contain_text("宽限期还剩 3 天")
    await expect(near.locator(".badge.lapse")).to_have_text("已交工作人员处理")
    await expect(handset.page.locator(".person", has_text="陈桂兰").locator(".badge.lapse")).to_have_count(0)
    await near.click()
    await handset.page.locator(".foot a.button", has_text="其他方式").click()
    await expect(handset.page.locator(".tile")).to_have_count(3)


async def test_what_is_said_while_another_tab_sends_goes_soon_after(handset: Handset) -> None:
    """Who finds another tab, or his own last try, still at it tries again in seconds, not at the next regular time."""
    await handset.enrol()
    await handset.wait_until_idle()
    other = await handset.context.new_page()
    await other.goto(f"{handset.wire.address}/who/")
    await other.evaluate(HOLD)
    page = handset.page
    await page.locator(".person", has_text="陈桂兰").click()
    await page.locator("a.button", has_text="其他情况").click()
    await page.locator(".tile", has_text="不在家").click()
    await handset.aim(page.locator("button.main"))
    await expect(page.locator(".person.told")).to_be_visible()
    await handset.go("sending", ".sent .word.on_phone")
    await handset.wait_until_idle()
    await other.evaluate("window.let_go()")
    await expect(page.locator(".sent .word.received")).to_be_visible(timeout=60_000)


async def test_the_phones_back_button_does_not_lead_into_a_form_that_was_kept(handset: Handset) -> None:
    """The same outcome would be told twice; and where nothing waits, nothing asks to be sent."""
    page = handset.page
    await handset.enrol()
    await page.locator(".person", has_text="陈桂兰").click()
    await page.locator("a.button", has_text="其他情况").click()
    await page.locator(".tile", has_text="不在家").click()
    await handset.aim(page.locator("button.main"))
    await expect(page.locator(".person.told")).to_be_visible()
    assert await page.evaluate("history.state.before") == []
    await handset.go("sending", ".sent .word.received")
    await expect(page.locator("phone-sending .good")).to_contain_text("可以离开")
    await expect(page.locator("phone-sending .hint")).not_to_contain_text("尽快发送")
