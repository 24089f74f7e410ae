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
