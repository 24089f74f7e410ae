"""`make bench-phone`: prints times and bytes; nothing here fails because a machine is slow, and pytest leaves it alone.

python -m pytest -s tests/browser/measure_phone.py
"""

import time

from playwright.async_api import expect

from tests.browser.handset import Handset
from tests.integration.gateway.county import County

SLOW = {"offline": False, "latency": 300, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 768_000 / 8}
"""WebPageTest's 3G: 300 ms, 1.6 Mbit/s down, 768 kbit/s up."""
RADIO_BYTES_PER_S = 25_000
"""200 kbit/s."""
RECORDING = 1_000_000
AFTER_LOAD_MS = 8_000
"""A recording takes longer; then the page's own connections are closed (docs/phone-page.md, Sending)."""
CUTS = [250_000, 250_000, 250_000]

LOADED = """() => {
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  return [all.length, all.reduce((sum, each) => sum + each.transferSize, 0)];
}"""
ALL_SCREENS = """async () => {
  const last = ["abilities", "capture", "map", "outcome", "report", "result", "sending", "settings", "visitor"];
  await Promise.all(last.map((each) => customElements.whenDefined(`phone-${each}`)));
}"""
KEEP = """async (size) => {
  const { app } = await import("/phone/app.js");
  const { keep } = await import("/phone/capture/keeping.js");
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, Math.min(size, at + 65536)));
  await keep(app.bundles[0], "measured", bytes.buffer, "video/mp4", app.now(),
    { chosen: "statutory_duty", consent_renewed: false });
  await app.reload();
  void app.sync();
}"""
RECEIVED = """async () => {
  const { app } = await import("/phone/app.js");
  const refused = app.captures.find((each) => each.problem);
  if (refused) throw new Error(refused.problem.code);
  return app.captures.length > 0 && app.captures.every((each) => each.state === "received");
}"""


async def open_page(handset: Handset, what: str) -> None:
    """Prints how long it takes until the list can be tapped."""
    page = handset.page
    session = await handset.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW)
    begun = time.monotonic()
    await page.goto(handset.address)
    await expect(page.locator("#code, .person").first).to_be_visible(timeout=60_000)
    seconds = time.monotonic() - begun
    requests, size = await page.evaluate(LOADED)
    print(f"{what}: {seconds:.1f} s to the first tap, {size / 1000:.0f} kB in {requests} requests")  # noqa: T201
    await page.evaluate(ALL_SCREENS)
    print(f"{what}: {time.monotonic() - begun:.1f} s until every screen is there")  # noqa: T201
    await session.detach()


async def test_opening(handset: Handset, county: County) -> None:
    """Cold, and from what the worker keeps."""
    await open_page(handset, "cold, 3G")
    await handset.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.page.close()
    handset.page = await handset.context.new_page()
    await open_page(handset, "kept, 3G")


async def test_sending(handset: Handset, county: County) -> None:
    """1 MB at 200 kbit/s, torn three times."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await handset.page.wait_for_timeout(AFTER_LOAD_MS)
    handset.wire.bytes_per_s, handset.wire.cuts = RADIO_BYTES_PER_S, list(CUTS)
    begun = time.monotonic()
    await handset.page.evaluate(KEEP, RECORDING)
    while not await handset.page.evaluate(RECEIVED):
        await handset.page.wait_for_timeout(200)
    seconds = time.monotonic() - begun
    waste = (handset.wire.body_bytes - RECORDING) / RECORDING
    least = RECORDING / RADIO_BYTES_PER_S
    print(  # noqa: T201
        f"1 MB at 200 kbit/s, torn {handset.wire.torn} times: received after {seconds:.0f} s"
        f" ({least:.0f} s are the wire's own), {waste:.1%} sent twice"
    )
