"""What cadres do besides what they should: tap twice, go back in the middle, open two tabs, have a clock that jumps."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.conftest import ask_slowly
from tests.browser.handset import ALL_THERE, Handset
from tests.integration.gateway.conftest import VILLAGE
from tests.integration.gateway.county import County

FOOT = 50
"""From the lower edge of the screen to the middle of the button that stands there."""
COUNTED_MS = 3_000
"""Long before the recording would have ended."""
TAP_TWICE = """async ([clientX, clientY]) => {
  const tap = () => {
    const there = document.elementFromPoint(clientX, clientY);
    there.dispatchEvent(new MouseEvent("click", { clientX, clientY, bubbles: true, cancelable: true }));
    return there.closest("main > *").localName;
  };
  tap();
  while (!document.querySelector("phone-outcome button.main")) await new Promise((go) => setTimeout(go, 10));
  return tap();
}"""
"""As fast as the page draws; the second tap's screen."""
SLOW_KEY = """() => {
  const { sign } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.sign = async function (...what) {
    await new Promise((go) => setTimeout(go, 2000));
    return sign.apply(this, what);
  };
}"""
"""A phone that takes two seconds to sign."""
WATCH_CAMERA = """() => {
  const open = MediaDevices.prototype.getUserMedia;
  self.tracks = [];
  MediaDevices.prototype.getUserMedia = async function (...wanted) {
    const stream = await open.apply(this, wanted);
    self.tracks.push(...stream.getTracks());
    return stream;
  };
}"""
OFF_THE_LIST = """async () => {
  const { app } = await import("/phone/app.js");
  await app.database.put("facts", { ...app.today, stops: [] }, "today");
  await app.reload();
}"""
SYNC = """async () => {
  const { app } = await import("/phone/app.js");
  const pause = () => new Promise((go) => setTimeout(go, 100));
  while (app.busy) await pause();
  const before = app.lastSync;
  await app.sync();
  while (app.busy || app.lastSync === before) await pause();
}"""
"""One sync from its beginning to its end."""


async def middle(page: Page, what: str) -> tuple[float, float]:
    """Where a finger meets it."""
    box = await page.locator(what).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def visit_of(handset: Handset, name: str) -> str:
    """The visit of the person of this name."""
    href = await handset.page.locator(".person", has_text=name).get_attribute("href")
    assert href
    return href.removeprefix("#person/")


async def test_a_double_tap_reports_no_death(handset: Handset, county: County) -> None:
    """The button that keeps it comes to lie under the finger; who means it taps again."""
    await handset.enrol()
    page = handset.page
    await handset.go(f"outcomes/{await visit_of(handset, '李大山')}", ".tiles")
    tile = ".tile[href$='/deceased']"
    _, low = await middle(page, tile)
    await page.set_viewport_size({"width": 360, "height": round(low) + FOOT})
    across, down = await middle(page, tile)
    assert await page.evaluate(TAP_TWICE, [across, down]) == "phone-outcome"
    await expect(page.locator("phone-outcome button.main")).to_be_visible()
    assert abs((await middle(page, "phone-outcome button.main"))[1] - down) < 30
    await page.wait_for_timeout(500)
    assert await handset.read("outcomes") == []
    await page.locator("phone-outcome button.main").click()
    await expect(page.locator(".person.told")).to_have_count(1)


async def test_what_is_tapped_twice_on_a_slow_phone_is_noted_once(handset: Handset) -> None:
    """The second tap comes while the first is still being written."""
    await handset.enrol()
    page = handset.page
    await page.evaluate(SLOW_KEY)
    await handset.go(f"outcome/{await visit_of(handset, '李大山')}/refused", "phone-outcome form")
    for _ in range(2):
        await page.locator("phone-outcome button.main").click()
        await page.wait_for_timeout(600)
    await expect(page.locator(".person.told")).to_have_count(1)
    await page.wait_for_timeout(2_500)
    assert len(await handset.read("outcomes")) == 1


async def test_who_goes_back_in_the_middle_of_a_recording_has_stopped_it(handset: Handset, county: County) -> None:
    """The camera is off, nothing is kept, and it counts as a try that failed: after two there are other ways."""
    ask_slowly(county)
    await handset.context.add_init_script(f"({WATCH_CAMERA})()")
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    visit = await visit_of(handset, "李大山")
    for tries in (1, 2):
        await handset.go("today", ".stops")
        await handset.begin_filming("李大山")
        await page.go_back()
        await expect(page.locator("phone-capture [role=alert]")).to_contain_text("已停止")
        await page.wait_for_timeout(COUNTED_MS)
        assert await handset.read("facts", "failed") == {visit: tries}
    assert await page.evaluate("self.tracks.map((each) => each.readyState)") == ["ended", "ended"]
    assert (await handset.recordings(), await handset.read("captures")) == ([], [])
    await page.go_back()
    await expect(page.locator("phone-person a", has_text="其他方式")).to_be_visible()


async def test_two_tabs_film_with_two_challenges(handset: Handset) -> None:
    """Neither recording takes the place of the other."""
    await handset.enrol()
    await handset.wait_for_challenges()
    first, second = handset.page, await handset.context.new_page()
    await second.goto(handset.address)
    await second.evaluate(ALL_THERE)
    handset.wire.lose_signal()
    for page in (first, second):
        await page.locator(".person", has_text="李大山").click()
        await page.locator("a.main").click()
    for page in (first, second):
        handset.page = page
        await page.bring_to_front()
        await page.locator(".capture.framing button.main").click(timeout=60_000)
        await handset.send_filmed(page.locator("phone-result .result"))
        await handset.expect_word("on_phone")
    assert (len(await handset.recordings()), len(await handset.read("captures"))) == (2, 2)


async def test_a_visit_that_leaves_the_list_meanwhile_is_filmed_to_the_end(handset: Handset, county: County) -> None:
    """A sync in the middle of a recording may bring a list without the person who stands before the camera."""
    ask_slowly(county)
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.begin_filming("李大山")
    handset.wire.lose_signal()
    await handset.page.evaluate(OFF_THE_LIST)
    await handset.send_filmed(handset.page.locator("phone-result .result"))
    await handset.expect_word("on_phone")
    assert len(await handset.recordings()) == 1


async def test_a_phone_whose_clock_is_months_ahead_keeps_its_challenges(handset: Handset) -> None:
    """They are not put away as long expired in the sync that has fetched them."""
    await handset.page.clock.set_system_time(datetime.now(UTC) + timedelta(days=90))
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.page.evaluate(SYNC)
    kept: list[Any] = await handset.read("bundles")
    assert len(kept) == 9
    await handset.begin_filming("李大山")


async def test_a_clock_that_jumps_back_is_put_right_by_the_next_sync(handset: Handset, county: County) -> None:
    """Also when no challenge is wanting: the recording has the door's time, not one before its challenge was drawn."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.page.evaluate(SYNC)
    await handset.page.clock.set_system_time(datetime.now(UTC) - timedelta(days=3))
    await handset.page.evaluate(SYNC)
    await handset.film("李大山")
    await handset.expect_word("received")
    ((captured_at,),) = await county.bench.execute("SELECT captured_at FROM gateway.capture")
    assert abs(datetime.now(UTC) - captured_at) < timedelta(minutes=10)


async def test_who_comes_back_to_the_list_is_where_he_left_it(handset: Handset) -> None:
    """By the page's way back and by the phone's; another screen begins at its top."""
    await handset.enrol()
    page = handset.page
    await page.set_viewport_size({"width": 360, "height": 500})
    last = page.locator(".person").last
    for back in ("a.back", ""):
        await last.scroll_into_view_if_needed()
        place = await page.evaluate("scrollY")
        assert place > 200
        await last.click()
        await expect(page.locator("phone-person")).to_be_visible()
        assert await page.evaluate("scrollY") == 0
        await (page.locator(back).click() if back else page.go_back())
        await expect(page.locator(".stops")).to_be_visible()
        await page.wait_for_function("(place) => Math.abs(scrollY - place) < 5", arg=place)


async def link(handset: Handset) -> str:
    """A new code of the desk for the same cadre, as an address."""
    order = {"cadre_id": "C001", "cadre_name": "李建国", "village_codes": [VILLAGE]}
    bench = handset.bench
    made = await bench.http.post("/v1/device-enrolments", json=order, headers=bench.as_role["scheduler"])
    return f"{handset.address}#enrol={made.json()['code']}"


async def test_a_phone_that_is_enrolled_again_is_told_to_send_first(handset: Handset) -> None:
    """What the old key has signed is taken no more."""
    await handset.enrol()
    await handset.wait_for_challenges()
    handset.wire.lose_signal()
    await handset.film("李大山")
    handset.wire.away = False
    address = await link(handset)
    handset.wire.lose_signal()
    await handset.page.evaluate("(address) => { location.href = address }", address)
    await expect(handset.page.locator("phone-enrol [role=alert]")).to_contain_text("1 项没有发送")
    handset.wire.away = False
    await handset.page.locator("a.main").click()
    await handset.page.locator("phone-sending button.main").click()
    await expect(handset.page.locator(".sent .word.received")).to_be_visible(timeout=60_000)
    await handset.page.evaluate("(address) => { location.href = address }", address)
    await expect(handset.page.locator("phone-enrol button.main")).to_be_visible()
    await expect(handset.page.locator("phone-enrol [role=alert]")).to_have_count(0)


async def test_a_phone_that_is_enrolled_again_films_with_challenges_of_its_own(handset: Handset) -> None:
    """The door takes no recording for one that it gave to the phone as it was before."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.page.evaluate(SYNC)
    old = {each["challenge_id"] for each in await handset.read("bundles")}
    await handset.page.evaluate("(address) => { location.href = address }", await link(handset))
    await handset.page.locator("phone-enrol button.main").click()
    await expect(handset.page.locator(".stops")).to_be_visible()
    await handset.page.evaluate(SYNC)
    assert not old & {each["challenge_id"] for each in await handset.read("bundles")}
    await handset.film("李大山")
    await handset.expect_word("received")
