"""What the county has lost after a restore: the phone says so, and the visit is open again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser.handset import Handset
from tests.browser.test_screens import AXE, PICTURES, Looking
from tests.integration.gateway.county import County, id_number

SYNC = """async () => {
  const { app } = await import("/phone/app.js");
  await app.sync();
}"""
SPEAK = """async (lang) => {
  const { app } = await import("/phone/app.js");
  await app.set({ lang });
}"""
SIZES = (ViewportSize(width=360, height=640), ViewportSize(width=320, height=568))


async def lose(county: County) -> None:
    """What a restore leaves of a recording that came in after the backup, as its challenge, and whose file is gone
    (`tests/integration/cli/test_lost_captures.py` restores for real)."""
    await county.bench.execute("DELETE FROM gateway.upload")
    rows = await county.bench.execute(
        "INSERT INTO gateway.lost_capture"
        " SELECT c.capture_id, c.visit_id, c.device_id, d.cadre_id, c.received_at, now() FROM gateway.capture c"
        " JOIN gateway.device d USING (device_id) RETURNING capture_id"
    )
    assert rows
    await county.bench.execute("DELETE FROM gateway.capture")
    await county.bench.execute("DELETE FROM gateway.challenge")


async def filmed(handset: Handset) -> dict[str, Any]:
    """Somebody is filmed, the door has it, and nothing is left on the phone."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.film("李大山")
    await handset.expect_word("received")
    assert await handset.read("recordings") == []
    await handset.wait_until_idle()
    await handset.go("today", ".stops")
    await expect(handset.page.locator(".person", has_text="李大山").locator(".state.filmed")).to_be_visible()
    (kept,) = await handset.read("captures")
    return dict(kept)


async def test_a_recording_that_the_county_has_lost_is_filmed_again(handset: Handset, county: County) -> None:
    """The list says so and counts the visit as not done, the person's screen says why. Filmed again, the
    one that is lost is forgotten."""
    page, kept = handset.page, await filmed(handset)
    await expect(page.locator(".lead")).to_contain_text("还有 2 人")
    await lose(county)
    await page.evaluate(SYNC)
    person = page.locator(".person", has_text="李大山")
    await expect(person.locator(".state.again")).to_be_visible()
    await expect(page.locator(".note.lost")).to_contain_text("丢失了已收到的 1 段录像")
    await expect(page.locator(".lead")).to_contain_text("还有 3 人")
    await handset.reopen()
    page = handset.page
    await handset.go("sending", ".sent .word.again")
    await expect(page.locator(".sent .word.again")).to_contain_text("请重新拍摄")
    await expect(page.locator(".sent .word.again .says")).to_have_text("县里丢失")
    await handset.go("today", ".stops")
    await page.locator(".person", has_text="李大山").click()
    await expect(page.locator("phone-person .note.lost")).to_have_text("县里系统故障，丢失了这段录像，请重新拍摄。")
    await expect(page.locator("a.button", has_text="其他方式")).to_have_count(0)
    await handset.go("today", ".stops")
    await handset.film("李大山")
    await handset.expect_word("received")
    await handset.wait_until_idle()
    (left,) = await handset.read("captures")
    assert (left["state"], left["challenge_id"] != kept["challenge_id"]) == ("received", True)
    await handset.go("today", ".stops")
    await expect(page.locator(".person", has_text="李大山").locator(".state.filmed")).to_be_visible()
    await expect(page.locator(".note.lost")).to_have_count(0)


async def test_who_withdrew_consent_meanwhile_is_offered_another_way(handset: Handset, county: County) -> None:
    """The visit is open, nobody is told to film, and the other ways stand on the person's screen."""
    page = handset.page
    await filmed(handset)
    (visit,) = await county.visits(id_number(2))
    path, said = f"/v1/visits/{visit['visit_id']}/consent-withdrawal", {"said_by": "person"}
    said["withdrawn_at"] = datetime.now(UTC).isoformat()
    answer = await county.bench.http.post(path, json=said, headers=county.bench.as_role["scheduler"])
    assert answer.status_code == 202, answer.text
    await lose(county)
    await page.evaluate(SYNC)
    await expect(page.locator(".person", has_text="李大山").locator(".state.open")).to_be_visible()
    await page.locator(".person", has_text="李大山").click()
    await expect(page.locator("phone-person .note.lost")).to_contain_text("请改由见证人")
    await expect(page.locator("phone-person .note.lost")).not_to_contain_text("请重新拍摄")
    await expect(page.locator("a.button", has_text="其他方式")).to_be_visible()
    await handset.go("sending", ".sent .word.again")
    await expect(page.locator(".sent .word.again a.button")).to_have_text("其他方式")


async def test_what_was_told_is_told_once_more_after_a_restore(handset: Handset, county: County) -> None:
    """The death that a phone had reported, and that the county has lost, is there again after its next sync, and is not
    sent a third time."""
    page = handset.page
    await handset.enrol()
    await page.locator(".person", has_text="陈桂兰").click()
    await page.locator("a.button", has_text="其他情况").click()
    await handset.tap(page.locator(".tile[href$='/deceased']"))
    await handset.aim(page.locator("button.main"))
    await expect(page.locator(".person", has_text="陈桂兰").locator(".state.told")).to_be_visible()
    await handset.go("sending", ".sent .word.received")
    await handset.wait_until_idle()
    told = await county.bench.execute("DELETE FROM gateway.visit_outcome RETURNING outcome_id, outcome, life_event_id")
    await county.bench.execute("INSERT INTO gateway.restored VALUES (now())")
    await page.evaluate(SYNC)
    await handset.wait_until_idle()
    query = "SELECT outcome_id, outcome, life_event_id FROM gateway.visit_outcome"
    assert await county.bench.execute(query) == told != []
    (kept,) = await handset.read("outcomes")
    assert (kept["state"], kept["problem"]) == ("received", None)
    await county.bench.execute("DELETE FROM gateway.visit_outcome")
    await page.evaluate(SYNC)
    await handset.wait_until_idle()
    assert await county.bench.execute("SELECT 1 FROM gateway.visit_outcome") == []


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_is_lost_can_be_read_on_small_phones(handset: Handset, county: County, language: str) -> None:
    """On the list, the person's screen and the sending screen, in both languages."""
    page, kept = handset.page, await filmed(handset)
    await lose(county)
    await page.evaluate(SYNC)
    await page.evaluate(SPEAK, language)
    found: dict[str, Any] = {}
    for size in SIZES:
        await page.set_viewport_size(size)
        looking = Looking(page, PICTURES / f"lost-{size['width']}x{size['height']}-{language}")
        await handset.go("today", ".note.lost")
        await looking.look("today")
        await handset.go(f"person/{kept['visit_id']}", "phone-person .note.lost")
        await looking.look("person")
        await handset.go("sending", ".sent .word.again")
        await looking.look("sending")
        found |= {f"{size}: {name}": faults for name, faults in looking.found.items()}
    assert AXE.is_file() and found == {}
