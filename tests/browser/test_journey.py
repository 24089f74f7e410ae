"""What a phone does with what it has filmed when the tab dies, or the phone is not to be trusted any more.

The whole way from the desk's QR code to *certified* is `test_certified.py`.
"""

import hashlib

from playwright.async_api import expect

from tests.browser.handset import Handset
from tests.integration.gateway.county import County


async def captures(county: County) -> list[tuple[str, int]]:
    """SHA-256 and size of each recording that the door has."""
    return await county.bench.execute("SELECT sha256, size FROM gateway.capture")


async def test_a_killed_tab_loses_nothing(handset: Handset, county: County) -> None:
    """Filmed without a signal, the tab killed, opened again without a signal, sent when there is one."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    handset.wire.lose_signal()
    await handset.film("李大山")
    await handset.expect_word("on_phone")
    (recording,) = await handset.recordings()
    await handset.reopen()
    await expect(handset.page.locator(".person.filmed")).to_have_count(1)
    await expect(handset.page.locator(".strip.waiting")).to_be_visible()
    assert await handset.recordings() == [recording]
    assert await captures(county) == []
    handset.wire.away = False
    await handset.go("sending", "phone-sending")
    await handset.page.locator("button.main").click()
    await expect(handset.page.locator(".sent .word.received")).to_be_visible(timeout=60_000)
    ((sha256, size),) = await captures(county)
    assert (sha256, size) == (hashlib.sha256(recording).hexdigest(), len(recording))
    assert await handset.recordings() == []


async def test_a_revoked_phone_is_told_so(handset: Handset, county: County) -> None:
    """What it has not sent is refused, in words; nothing else is shown any more."""
    await handset.enrol()
    await handset.wait_for_challenges()
    handset.wire.lose_signal()
    await handset.film("李大山")
    device = (await handset.read("facts", "device"))["device_id"]
    gone = await county.bench.http.delete(f"/v1/devices/{device}", headers=county.bench.as_role["admin"])
    assert gone.status_code < 300, gone.text
    handset.wire.away = False
    await handset.page.evaluate("dispatchEvent(new Event('online'))")
    told = handset.page.locator("phone-enrol [role=alert]")
    await expect(told).to_contain_text("停用", timeout=60_000)
    await expect(told).to_contain_text("1 段录像")
    assert (await handset.read("facts", "today"), await handset.read("bundles")) == (None, [])
    await handset.page.evaluate("location.hash = 'today'")
    await expect(handset.page.locator("phone-today")).to_have_count(0)
    assert await captures(county) == []
