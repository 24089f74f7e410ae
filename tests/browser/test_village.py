"""What a village does to a phone: a house full of people, no sound, a clock that jumps, a zone that is elsewhere."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest
from playwright.async_api import Browser, Route, expect

from tests.browser.conftest import SMALL, launched
from tests.browser.cutting_proxy import Wire
from tests.browser.handset import Handset
from tests.browser.page_errors import fresh_page
from tests.integration.gateway.county import County, id_number

COUNTY = ZoneInfo("Asia/Shanghai")
YEAR = timedelta(days=365)
NOW = "import('/phone/app.js').then(({ app }) => app.now())"
SYNC = "import('/phone/app.js').then(({ app }) => app.sync())"
LISTEN = """() => {
  self.spoken = [];
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    if (this instanceof HTMLAudioElement) {
      const words = { s: 0, ended: false };
      self.spoken.push(words);
      this.addEventListener("loadedmetadata", () => (words.s = this.duration), { once: true });
      this.addEventListener("ended", () => (words.ended = true), { once: true });
    }
    return play.call(this);
  };
}"""
"""What was said: its length in seconds, and whether it came to its end."""
WEEK_OF_VISITS = """async () => {
  const { app } = await import("/phone/app.js");
  const [one] = await app.database.getAll("captures");
  const day = (ago) => new Date(Date.parse(one.captured_at) - ago * 86_400_000).toISOString();
  for (let ago = 1; ago < 30; ago += 1) {
    const state = ago % 5 ? "saved" : "received";
    const made = { challenge_id: `${ago}`, name: `老人${ago}`, captured_at: day(ago), state, send_by: day(ago - 12) };
    await app.database.put("captures", { ...one, ...made });
  }
  await app.reload();
}"""
"""Twenty-nine further recordings, one a day, every fifth of which has arrived."""
NO_SOUND = {
    "refused": """() => {
      const { play } = HTMLMediaElement.prototype;
      HTMLMediaElement.prototype.play = function () {
        const refused = this instanceof HTMLAudioElement;
        return refused ? Promise.reject(new DOMException("", "NotAllowedError")) : play.call(this);
      };
    }""",
    "missing": """() => {
      const real = self.fetch.bind(self);
      self.fetch = (what, ...more) =>
        String(what).endsWith(".mp3") ? Promise.resolve(new Response("", { status: 404 })) : real(what, ...more);
    }""",
}


def shown(moment: datetime) -> str:
    """The county's day as the list writes it, in one piece."""
    return moment.astimezone(COUNTY).date().isoformat().replace("-", "\u2011")


async def test_who_is_filmed_hears_and_reads_that_it_is_over(handset: Handset) -> None:
    """The screen says so at once, and the voice to its end, though the next screen has come meanwhile."""
    page = handset.page
    await page.add_init_script(f"({LISTEN})()")
    await handset.enrol()
    await handset.wait_for_challenges()
    over = "document.querySelector('.capture .ask')?.textContent.includes('拍好了，谢谢')"
    await handset.begin_filming("李大山")
    handset.wire.lose_signal()
    await page.evaluate(f"self.over = 0; setInterval(() => ({over}) && (self.over += 1), 20)")
    await handset.send_filmed(page.locator("phone-result .result"))
    await expect(page.locator("phone-result .result")).to_contain_text("拍好了，谢谢")
    assert await page.evaluate("self.over") > 0
    last = "self.spoken[self.spoken.length - 1]"
    await page.wait_for_function(f"() => {last}.ended")
    assert await page.evaluate(f"{last}.s") == pytest.approx(2.44, abs=0.1)


@pytest.mark.parametrize("why", NO_SOUND)
async def test_a_phone_without_sound_tells_the_cadre_to_read_the_prompts_out(handset: Handset, why: str) -> None:
    """From the moment he begins, and with each prompt."""
    page = handset.page
    await page.add_init_script(f"({NO_SOUND[why]})()")
    await handset.enrol()
    await handset.wait_for_challenges()
    await page.locator(".person", has_text="李大山").click()
    await page.locator("a.main").click()
    await page.locator(".capture.framing button.main").click()
    await expect(page.locator(".capture .prompt")).to_be_visible(timeout=60_000)
    await expect(page.locator(".capture .how")).to_contain_text("念给老人听")


async def test_with_sound_nothing_is_to_be_read_out(handset: Handset) -> None:
    """Nor when one prompt cuts off the words before it."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.begin_filming("李大山")
    await handset.page.evaluate("document.querySelector('phone-capture').say('look')")
    await handset.page.evaluate("document.querySelector('phone-capture').say('nod')")
    await handset.page.wait_for_timeout(300)
    await expect(handset.page.locator(".capture .how")).to_have_count(0)


async def test_a_household_is_filmed_one_after_the_other(handset: Handset, county: County) -> None:
    """Three taps for each: who is next in this home stands on the result; after the last, the next home."""
    await county.ask("P-4", id_number(4), name="李小山", household="0042")
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    handset.wire.lose_signal()
    home = page.locator(".stop", has_text="李大山")
    names = await home.locator(".person .who strong").all_inner_texts()
    assert sorted(names) == sorted(["李大山", "王秀英", "李小山"])
    await handset.film(names[1])
    for name in (names[2], names[0]):  # one who was passed over comes at the end
        handset.taps = 0
        following = page.locator("phone-result a.main")
        await expect(following).to_contain_text(name)
        await handset.tap(following)
        await expect(page.locator("phone-person h1")).to_have_text(name)
        await handset.tap(page.locator("a.main"))
        await handset.tap(page.locator(".capture.framing button.main"))
        await expect(page.locator(".capture .prompt")).to_be_visible(timeout=60_000)
        assert handset.taps == 3
        await handset.send_filmed(page.locator("phone-result .result"))
    await expect(page.locator("phone-result a.main")).to_have_text("下一家")
    await page.go_back()
    await expect(page.locator(".stops .person.filmed")).to_have_count(3)


async def test_a_recording_under_a_clock_that_jumped_back_is_taken(handset: Handset, county: County) -> None:
    """The date went back a year since the last sync, and there is no signal: what was filmed is not dated before its
    challenge; the list says that the date is wrong."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.wait_until_idle()
    page = handset.page
    handset.wire.lose_signal()
    now = datetime.now(UTC)
    await page.clock.set_system_time(now - YEAR)
    await page.evaluate("import('/phone/app.js').then(({ app }) => app.reload())")
    await expect(page.locator(".clock")).to_contain_text(shown(now - YEAR))
    await handset.film("李大山")
    handset.wire.away = False
    await page.evaluate("dispatchEvent(new Event('online'))")
    await handset.expect_word("received")
    ((captured_at,),) = await county.bench.execute("SELECT captured_at FROM gateway.capture")
    assert abs(datetime.now(UTC) - captured_at) < timedelta(minutes=10)


async def test_a_sync_does_not_set_the_phone_back_by_a_second(handset: Handset) -> None:
    """The door tells its time in whole seconds: what is written after a sync would be dated before what went ahead of
    it, and be sent first."""
    await handset.enrol()
    page = handset.page
    before = await page.evaluate(NOW)

    async def a_second_ago(route: Route) -> None:
        answer = await route.fetch()
        told = format_datetime(datetime.now(UTC) - timedelta(seconds=0.8), usegmt=True)
        await route.fulfill(response=answer, headers=answer.headers | {"date": told})

    await page.route("**/v1/today", a_second_ago)
    async with page.expect_response("**/v1/today"):
        await page.evaluate(SYNC)
    await page.wait_for_function("import('/phone/app.js').then(({ app }) => !app.busy)")
    assert await page.evaluate(NOW) > before


async def test_a_clock_that_jumped_ahead_is_named_on_the_list(handset: Handset) -> None:
    """With the date that the phone shows: every challenge looks expired, and more than a new list is needed."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.wait_until_idle()
    page = handset.page
    handset.wire.lose_signal()
    await expect(page.locator(".clock")).to_have_count(0)
    later = datetime.now(UTC) + YEAR
    await page.clock.set_system_time(later)
    await page.evaluate("import('/phone/app.js').then(({ app }) => app.reload())")
    await expect(page.locator(".clock")).to_contain_text(shown(later))


@pytest.fixture
async def elsewhere(browser: Browser, county: County, wire: Wire) -> AsyncIterator[Handset]:
    """A phone whose zone is nineteen hours behind."""
    async with fresh_page(browser, SMALL, "Pacific/Pago_Pago") as page:
        yield Handset(page.context, page, wire, county.bench)


async def test_days_and_times_are_the_countys_on_a_phone_from_elsewhere(elsewhere: Handset) -> None:
    """Of the list and of whatever is written down."""
    handset, page = elsewhere, elsewhere.page
    await handset.enrol()
    await handset.wait_until_idle()
    told = await page.evaluate(
        """async () => {
          const { momentText } = await import("/phone/strings/index.js");
          const { daysLeft } = await import("/phone/model/visits.js");
          const moment = "2025-12-31T18:30:00Z";
          return [momentText(moment), daysLeft("2026-01-04", Date.parse(moment))];
        }"""
    )
    assert told == ["1月1日 02:30", 3]
    synced = datetime.fromisoformat(await handset.read("facts", "lastSync")).astimezone(COUNTY)
    await expect(page.locator(".strip small")).to_contain_text(f"{synced:%H:%M}")


async def test_thirty_visits_before_the_village_is_left(handset: Handset) -> None:
    """What still has to travel stands on top, the oldest first as it will be sent; and until when it must have arrived,
    on the list too once little is left of that."""
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    handset.wire.lose_signal()
    await handset.film("李大山")
    (filmed,) = await handset.read("captures")
    await handset.go("sending", ".sent li")
    until = datetime.fromisoformat(filmed["send_by"]).astimezone(COUNTY)
    assert until > datetime.now(UTC) + timedelta(days=13)
    await expect(page.locator("phone-sending .by")).to_contain_text(f"{until.month}月{until.day}日 {until:%H:%M}")
    await handset.go("today", ".stops")
    await expect(page.locator(".by")).to_have_count(0)
    await page.evaluate(WEEK_OF_VISITS)
    await expect(page.locator("phone-today .by")).to_be_visible()
    await page.locator("a.strip").click()
    await expect(page.locator(".counts .on_phone strong")).to_have_text("25")
    names = await page.locator(".sent .who strong").all_inner_texts()
    unsent = [f"老人{ago}" for ago in range(29, 0, -1) if ago % 5] + ["李大山"]
    assert names == [*unsent, *(f"老人{ago}" for ago in range(5, 30, 5))]


async def test_what_failed_is_where_the_keyboard_is(handset: Handset) -> None:
    """The button that was pressed is gone: the next key does not begin at the top of the page, and it is read aloud."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.begin_filming("李大山")
    await handset.page.locator(".capture .act button").press("Enter")
    await expect(handset.page.locator("phone-capture h1")).to_be_focused()
    await handset.page.keyboard.press("Tab")
    await expect(handset.page.locator("phone-capture .stack button.main")).to_be_focused()


async def test_a_browser_that_darkens_pages_leaves_this_one_as_it_is(camera: Path, wire: Wire) -> None:
    """As those of some phones do at night: the four colours would mix, and the contrast would be anybody's."""
    async with (
        launched(camera, "--enable-features=WebContentsForceDark") as browser,
        fresh_page(browser, SMALL) as page,
    ):
        await page.emulate_media(color_scheme="dark")
        await page.goto(f"{wire.address}/phone/")
        await expect(page.locator("#code")).to_be_visible()
        shown = cv2.imdecode(np.frombuffer(await page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
        assert shown is not None
        assert shown[-20, 5].min() > 200
