"""A phone on which nothing more can be written: every act ends in a sentence that says what to do, and what lies on it
is sent all the same."""

from playwright.async_api import expect

from tests.browser.handset import Handset
from tests.integration.gateway.county import County

FULL = "空间不足"


PROBE = """async (room) => {
  const database = await new Promise((done) => {
    const opening = indexedDB.open("onevisit-probe", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("facts");
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => done(null);
  });
  if (!database) return true;
  const bytes = new Uint8Array(room);
  for (let at = 0; at < room; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  const transaction = database.transaction("facts", "readwrite");
  transaction.objectStore("facts").put(bytes, "x");
  return new Promise((done) => {
    transaction.oncomplete = () => (database.close(), done(false));
    transaction.onabort = () => (database.close(), done(true));
  });
}"""
"""Whether so many bytes are refused, of a kind that cannot be made smaller."""
ROOM = 16_000_000
"""Bytes: for a list and recordings."""


async def give(handset: Handset, room: int) -> None:
    """The browser gives the page so much room."""
    session = await handset.context.new_cdp_session(handset.page)
    await session.send("Storage.overrideQuotaForOrigin", {"origin": handset.wire.address, "quotaSize": room})


async def fill(handset: Handset) -> None:
    """From now on it gives the page no more room than it has. It remembers for half a minute how much there was, unless
    more is asked for than that: so the probe does, and what was given before must be little."""
    await give(handset, 1)
    while not await handset.page.evaluate(PROBE, ROOM):
        await handset.page.wait_for_timeout(500)


async def test_whatever_is_written_on_a_full_phone_ends_in_a_sentence(handset: Handset) -> None:
    """Text size, abilities, an outcome, and the recording itself; the text is larger until the page is closed."""
    await give(handset, ROOM)
    await handset.enrol()
    await handset.wait_for_challenges()
    handset.wire.lose_signal()
    page = handset.page
    await handset.wait_until_idle()
    await fill(handset)
    told = page.locator("#unkept")
    await handset.go("settings", "phone-settings output")
    await page.locator(".sizes button").last.click()
    await expect(told).to_contain_text(FULL)
    await expect(page.locator(".sizes output")).to_have_text("22")
    await handset.go("today", ".stops")
    await expect(told).to_be_hidden()
    visit = await page.locator(".person", has_text="李大山").get_attribute("href")
    assert visit is not None
    place = visit.removeprefix("#person/")
    await handset.go(f"abilities/{place}", "phone-abilities form")
    await page.locator("label.choice").first.click()
    await page.locator("button.main").click()
    await expect(told).to_contain_text(FULL)
    await expect(page.locator("phone-abilities form")).to_be_visible()
    await handset.go(f"outcome/{place}/refused", "phone-outcome form")
    await handset.aim(page.locator("button.main"))
    await expect(page.locator("phone-outcome [role=alert]")).to_contain_text(FULL)
    await handset.go(f"capture/{place}", ".capture.framing")
    await page.locator(".capture.framing button.main").click()
    await expect(page.locator("phone-capture [role=alert]")).to_contain_text(FULL, timeout=60_000)
    assert (await handset.read("outcomes"), await handset.recordings()) == ([], [])


async def test_a_full_phone_sends_what_it_has_and_lets_go_of_it(handset: Handset, county: County) -> None:
    """The advice is to send first: so that must work without a byte of room."""
    await give(handset, ROOM)
    await handset.enrol()
    await handset.wait_for_challenges()
    handset.wire.lose_signal()
    await handset.film("李大山")
    await handset.expect_word("on_phone")
    await fill(handset)
    handset.wire.away = False
    await handset.page.evaluate("dispatchEvent(new Event('online'))")
    while await handset.recordings():
        await handset.page.wait_for_timeout(200)
    assert (await county.bench.execute("SELECT count(*) FROM gateway.capture"))[0][0] == 1


async def test_a_full_phone_cannot_be_enrolled_and_says_why(handset: Handset) -> None:
    """Not that there is no signal."""
    await give(handset, ROOM)
    await handset.page.goto(handset.address)
    await expect(handset.page.locator("#code")).to_be_visible(timeout=60_000)
    await fill(handset)
    await handset.page.locator("#code").fill("no-code")
    await handset.page.locator("button.main").click()
    await expect(handset.page.locator("phone-enrol [role=alert]")).to_contain_text(FULL)
