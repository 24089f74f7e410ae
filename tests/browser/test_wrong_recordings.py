"""What can go wrong on a phone, and what the cadre is told."""

import asyncio
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.browser.conftest import ask_slowly
from tests.browser.handset import Handset
from tests.integration.gateway.county import County

FULL_BYTES = 940_000
"""Room for the page and the list, not for a recording besides."""
FAIL_TWICE = """async () => {
  const { app } = await import("/phone/app.js");
  const whole = app.database;
  const full = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
  app.database = { put: full, get: (...what) => whole.get(...what), getAll: (...what) => whole.getAll(...what) };
  await app.countFailure("a visit");
  await app.countFailure("a visit");
  await app.reload();
  return app.failed["a visit"];
}"""
"""Two recordings that failed, on a phone that keeps nothing more: other ways open all the same."""


async def filmed_without_signal(handset: Handset, name: str = "李大山") -> None:
    """An enrolled phone with one recording that could not be sent."""
    await handset.enrol()
    await handset.wait_for_challenges()
    handset.wire.lose_signal()
    await handset.film(name)
    await handset.expect_word("on_phone")
    await handset.wait_until_idle()


async def send(handset: Handset) -> None:
    """The signal is back."""
    handset.wire.away = False
    await handset.page.evaluate("dispatchEvent(new Event('online'))")


async def count(county: County) -> int:
    """Recordings that the door has."""
    return int((await county.bench.execute("SELECT count(*) FROM gateway.capture"))[0][0])


async def test_a_recording_whose_challenge_has_expired_is_filmed_again(handset: Handset, county: County) -> None:
    """The door refuses it with a reason, and the phone says to film again."""
    await filmed_without_signal(handset)
    await county.bench.execute(
        "UPDATE gateway.challenge SET issued_at = issued_at - interval '60 days',"
        " expires_at = expires_at - interval '60 days'"
    )
    await send(handset)
    await handset.expect_word("again")
    await expect(handset.page.locator(".result li").first).not_to_be_empty()
    assert await count(county) == 0


async def test_a_recording_that_was_tampered_with_is_not_sent(handset: Handset, county: County) -> None:
    """One byte changed on the phone: its own check finds it, no byte travels, and it has to be filmed again."""
    await filmed_without_signal(handset)
    await handset.page.evaluate(
        """async () => {
          const database = await new Promise((done) => {
            const opening = indexedDB.open("onevisit");
            opening.onsuccess = () => done(opening.result);
          });
          const store = database.transaction("recordings", "readwrite").objectStore("recordings");
          const told = (asking) => new Promise((done) => (asking.onsuccess = () => done(asking.result)));
          const [key] = await told(store.getAllKeys());
          const bytes = await told(store.get(key));
          new Uint8Array(bytes)[1000] ^= 1;
          await new Promise((done) => (store.put(bytes, key).onsuccess = done));
          database.close();
        }"""
    )
    await send(handset)
    await handset.expect_word("again")
    assert handset.wire.body_bytes == 0
    assert await count(county) == 0


async def test_a_recording_that_was_sent_before_is_not_doubled(handset: Handset, county: County) -> None:
    """The answer was lost, the phone sends all again: the door has one recording, and the phone is told *received*."""
    await filmed_without_signal(handset)
    (kept,) = await handset.read("captures")
    (recording,) = await handset.recordings()
    await send(handset)
    await handset.expect_word("received")
    await handset.wait_until_idle()
    await handset.page.evaluate(
        """async ([kept, bytes]) => {
          const database = await new Promise((done) => {
            const opening = indexedDB.open("onevisit");
            opening.onsuccess = () => done(opening.result);
          });
          const both = database.transaction(["captures", "recordings"], "readwrite");
          both.objectStore("captures").put(kept);
          both.objectStore("recordings").put(new Uint8Array(bytes).buffer, kept.challenge_id);
          await new Promise((done) => (both.oncomplete = done));
          database.close();
        }""",
        [kept, list(recording)],
    )
    await handset.page.reload()
    await handset.go("sending", "phone-sending")
    await expect(handset.page.locator(".sent .word.received")).to_be_visible(timeout=60_000)
    for _ in range(600):
        if not await handset.recordings():
            break
        await asyncio.sleep(0.1)
    assert await handset.recordings() == []
    assert await count(county) == 1


async def test_a_phone_whose_clock_is_a_day_off_works(handset: Handset, county: County) -> None:
    """It takes the door's clock from its challenges."""
    await handset.page.clock.set_system_time(datetime.now(UTC) + timedelta(days=1))
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.film("李大山")
    await handset.expect_word("received")
    ((captured_at,),) = await county.bench.execute("SELECT captured_at FROM gateway.capture")
    assert abs(datetime.now(UTC) - captured_at) < timedelta(minutes=10)


async def test_a_full_phone_says_so_and_keeps_nothing_half(handset: Handset, county: County) -> None:
    """The store takes no more: a sentence says what to do, and no half recording is left."""
    ask_slowly(county)  # a recording that does not fit
    session = await handset.context.new_cdp_session(handset.page)
    await session.send("Storage.overrideQuotaForOrigin", {"origin": handset.wire.address, "quotaSize": FULL_BYTES})
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.begin_filming("李大山")
    await handset.send_filmed(handset.page.locator("phone-capture [role=alert]", has_text="空间不足"))
    assert await handset.recordings() == []
    assert await handset.read("captures") == []
    await expect(handset.page.locator("a.main")).to_have_attribute("href", "#sending")
    assert await handset.page.evaluate(FAIL_TWICE) == 2
