"""In the mountains: a week without a signal, and no new version in the middle of a recording."""

import shutil
from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import ask_slowly
from tests.browser.handset import Handset
from tests.integration.gateway.county import County


async def test_the_page_opens_without_a_signal_a_week_later(handset: Handset, county: County) -> None:
    """Everything is there: the list, the notice, challenges, voice and camera; what happened is kept."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    handset.wire.lose_signal()
    await handset.reopen()
    await expect(handset.page.locator(".person")).to_have_count(3)
    handset.taps = 0
    await handset.tap(handset.page.locator(".person", has_text="陈桂兰"))
    await expect(handset.page.locator("phone-person .card", has_text="依据")).to_be_visible()
    await handset.tap(handset.page.locator("a.button", has_text="其他情况"))
    handset.taps = 0
    await handset.tap(handset.page.locator(".tile", has_text="不在家"))
    await handset.tap(handset.page.locator("button.main"))
    await expect(handset.page.locator(".person.told", has_text="陈桂兰")).to_be_visible()
    assert handset.taps == 2
    (outcome,) = await handset.read("outcomes")
    assert (outcome["state"], outcome["body"]["outcome"]) == ("saved", "not_at_home")
    assert outcome["body"]["come_again_on"] and outcome["body"]["legal_basis"] == "statutory_duty"
    await handset.begin_filming("李大山")


async def test_a_new_version_waits_for_the_end_of_a_recording(handset: Handset, county: County, tmp_path: Path) -> None:
    """It is fetched, it waits, it is not let in while somebody is filmed; afterwards one tap lets it in."""
    ask_slowly(county)
    web = tmp_path / "web"
    shutil.copytree(county.bench.settings.web, web, ignore=shutil.ignore_patterns("node_modules"))
    object.__setattr__(county.bench.door.settings, "web", web)  # settings are frozen; a release changes the folder
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.reload()
    await expect(page.locator(".stops")).to_be_visible()
    await handset.begin_filming("李大山")
    precache = web / "phone/precache.js"
    precache.write_text(precache.read_text("utf-8") + "// a new version\n", "utf-8")
    await page.evaluate("window.old = true")
    await page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.getRegistration();
          await registration.update();
          const pause = () => new Promise((go) => setTimeout(go, 50));
          for (let tries = 0; tries < 200 && !registration.waiting; tries += 1) await pause();
          const { takeNew } = await import("/phone/versions.js");
          window.taken = await takeNew();
          window.waiting = registration.waiting !== null;
        }"""
    )
    assert await page.evaluate("[window.old, window.waiting, window.taken]") == [True, True, False]
    await handset.send_filmed(page.locator("phone-result .result"))
    await handset.expect_word("received", 40)
    assert await page.evaluate("window.old") is True
    await handset.go("today", ".stops")
    async with page.expect_navigation():
        await page.locator("button", has_text="新版本").click()
    assert await page.evaluate("window.old === undefined")
    await expect(page.locator(".stops")).to_be_visible()
