"""A person who has taken consent back is not filmed on it, until it was given anew."""

from datetime import UTC, datetime

from playwright.async_api import expect

from tests.browser.handset import Handset
from tests.integration.gateway.county import County, id_number


async def test_consent_that_was_withdrawn_is_not_offered_and_can_be_given_anew(
    handset: Handset, county: County
) -> None:
    """The desk hears of it; the phone then offers the duty alone and the other ways. One tap says that the person
    agrees again, and the door takes what was filmed on that."""
    (visit,) = await county.visits(id_number(2))
    path, said = f"/v1/visits/{visit['visit_id']}/consent-withdrawal", {"said_by": "person"}
    said["withdrawn_at"] = datetime.now(UTC).isoformat()
    answer = await county.bench.http.post(path, json=said, headers=county.bench.as_role["scheduler"])
    assert answer.status_code == 202, answer.text
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    await page.locator(".person", has_text="李大山").click()
    await expect(page.locator(".note.warn", has_text="撤回")).to_be_visible()
    await expect(page.locator("input[name=basis]")).to_have_count(0)
    await expect(page.locator("a.button", has_text="其他方式")).to_be_visible()
    await page.locator("button.renew").click()
    await expect(page.locator("input[name=basis]")).to_have_count(2)
    await expect(page.locator("label.choice", has_text="单独同意").locator("input")).to_be_checked()
    await handset.go("today", ".stops")
    await handset.film("李大山")
    await handset.expect_word("received")
    (kept,) = await handset.read("captures")
    assert (kept["legal_basis"], kept["consent_renewed"]) == ("separate_consent", True)
    assert await county.bench.execute("SELECT renews_consent FROM gateway.capture") == [(True,)]


async def test_consent_is_taken_back_on_the_phone_without_a_signal(handset: Handset, county: County) -> None:
    """Two taps, the first of which says what follows. It holds at once, also when the page is opened again; the door
    hears of it with the next signal, and the person is filmed on the duty."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    handset.wire.lose_signal()
    page = handset.page
    await page.locator(".person", has_text="李大山").click()
    await page.locator("label.choice", has_text="单独同意").click()
    handset.taps = 0
    await handset.tap(page.locator("button.withdraw"))
    await expect(page.locator(".asking p", has_text="待遇不会停")).to_be_focused()
    await expect(page.locator(".asking")).to_be_in_viewport(ratio=1)
    await handset.aim(page.locator("button.withdraw-now"))
    assert handset.taps == 2
    await expect(page.locator("button.renew")).to_be_visible()
    await expect(page.locator("button.withdraw, input[name=basis]")).to_have_count(0)
    await handset.reopen()
    page = handset.page
    await page.locator(".person", has_text="李大山").click()
    await expect(page.locator("phone-person .note.warn", has_text="本人撤回了拍摄同意")).to_be_visible()
    await expect(page.locator("input[name=basis]")).to_have_count(0)
    await expect(page.locator("a.button", has_text="其他方式")).to_be_visible()
    (kept,) = await handset.read("outcomes")
    assert (kept["kind"], kept["state"], kept["body"]["said_by"]) == ("withdrawal", "saved", "person")
    assert await county.bench.execute("SELECT 1 FROM gateway.consent_withdrawal") == []
    await handset.go("sending", ".sent .word.on_phone")
    handset.wire.away = False
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator(".sent .word.received", has_text="撤回")).to_be_visible(timeout=60_000)
    found = await county.bench.execute("SELECT person_key, said_by FROM gateway.consent_withdrawal")
    assert found == [(county.person(id_number(2)), "person")]
    await handset.go("today", ".stops")
    await handset.film("李大山")
    await handset.expect_word("received")
    (capture,) = await handset.read("captures")
    assert (capture["legal_basis"], capture["consent_renewed"]) == ("statutory_duty", False)
