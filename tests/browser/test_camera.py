"""What the cadre can do when the camera does not do its part."""

from playwright.async_api import expect

from tests.browser.conftest import ask_slowly
from tests.browser.handset import Handset
from tests.integration.gateway.county import County

OPENING_LIMIT_MS = 20_000
"""How long the camera may take to open (`web/phone/capture/machine.js`)."""


async def test_a_refused_camera_is_asked_again_and_films_to_the_end(handset: Handset, county: County) -> None:
    """The failure says what to do, "film again" opens anew, and no time limit of the first try ends the second."""
    ask_slowly(county)
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    await page.evaluate(
        """() => {
          const { mediaDevices } = navigator;
          const real = mediaDevices.getUserMedia.bind(mediaDevices);
          mediaDevices.getUserMedia = async () => {
            mediaDevices.getUserMedia = real;
            throw new DOMException("", "NotReadableError");
          };
        }"""
    )
    await page.locator(".person", has_text="李大山").click()
    await page.locator("a.main").click()
    await expect(page.locator("phone-capture [role=alert]")).to_contain_text("关掉其他程序")
    await page.locator("button.main").click()
    await expect(page.locator(".capture.framing")).to_be_visible(timeout=OPENING_LIMIT_MS)
    await page.wait_for_timeout(OPENING_LIMIT_MS / 2)
    await page.locator(".capture button.main").click()
    await handset.expect_word("received", 40)


async def test_without_a_recorder_the_phones_own_camera_films(handset: Handset, county: County) -> None:
    """Prompts and their seconds beforehand, then the camera program; what it made is kept and sent like any other."""
    await handset.context.add_init_script("delete window.MediaRecorder")
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    await page.locator(".person", has_text="李大山").click()
    await page.locator("a.main").click()
    await expect(page.locator("phone-capture .facts li")).to_have_count(2)
    camera = page.locator("input[type=file][capture=environment]")
    await camera.set_input_files({"name": "VID_1.mp4", "mimeType": "video/mp4", "buffer": bytes(range(256)) * 100})
    await handset.expect_word("received")
    assert await county.bench.execute("SELECT size FROM gateway.capture") == [(25_600,)]


async def test_two_broken_recordings_open_the_other_ways(handset: Handset, county: County) -> None:
    """Stopped in the middle: nothing half is kept, the challenge is used up; after the second there are other ways."""
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    for _ in range(2):
        await handset.go("today", ".stops")
        await handset.begin_filming("李大山")
        await page.locator(".capture .act button").click()
        await expect(page.locator("phone-capture [role=alert]")).to_be_visible()
    await handset.go("today", ".stops")
    await page.locator(".person", has_text="李大山").click()
    await expect(page.locator("phone-person a", has_text="其他方式")).to_be_visible()
    assert (await handset.recordings(), await handset.read("captures")) == ([], [])
    used = [each for each in await handset.read("bundles") if each["used_at"]]
    assert len(used) == 2
