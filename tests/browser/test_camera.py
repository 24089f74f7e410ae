"""What the cadre can do when the camera does not do its part."""

import io

import av
import pytest
from playwright.async_api import expect

from tests.browser.handset import Handset
from tests.integration.gateway.county import County

OPENING_LIMIT_MS = 20_000
"""How long the camera may take to open (`web/phone/capture/machine.js`)."""
REFUSED_ONCE = """(limitMs) => {
  const { mediaDevices } = navigator;
  const [real, later] = [mediaDevices.getUserMedia.bind(mediaDevices), window.setTimeout.bind(window)];
  window.limits = 0;
  window.setTimeout = (act, ms, ...more) => {
    if (ms !== limitMs) return later(act, ms, ...more);
    window.limits += 1;
    const timer = later(act, limitMs / 10, ...more);
    window.over = new Promise((tell) => later(tell, limitMs / 10));
    return timer;
  };
  mediaDevices.getUserMedia = async () => {
    [mediaDevices.getUserMedia, window.setTimeout] = [real, later];
    throw new DOMException("", "NotReadableError");
  };
}"""
"""The first try's limit runs ten times as fast, and it is told when it is over: no need to sit it out."""
STOPPING_CAMERA = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
  const pen = canvas.getContext("2d");
  let drawn = 0;
  setInterval(() => {
    drawn += 1;
    if (drawn % 75 > 60) return;
    pen.fillStyle = `rgb(${(drawn * 5) % 200 + 50} 120 120)`;
    pen.fillRect(0, 0, 320, 240);
  }, 40);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream();
}"""
"""A camera from which nothing comes for 0.6 s of every 3 s."""


TURNING_CAMERA = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 480, height: 640 });
  const pen = canvas.getContext("2d");
  setInterval(() => {
    pen.fillStyle = `rgb(${Math.random() * 200} 120 120)`;
    pen.fillRect(0, 0, 640, 640);
  }, 40);
  self.turn = () => ([canvas.width, canvas.height] = [canvas.height, canvas.width]);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream();
}"""
"""A camera whose pictures lie across once the phone is turned."""


async def test_a_phone_that_is_turned_while_filming_says_so(handset: Handset) -> None:
    """At once, while the person is there: a file of two shapes is a recording that nobody may be able to read. Turned
    before, it films across."""
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    await page.evaluate(TURNING_CAMERA)
    await handset.begin_filming("李大山")
    await page.evaluate("self.turn()")
    await expect(page.locator("phone-capture [role=alert]")).to_contain_text("转了方向")
    await page.locator("button.main").click()
    begin = page.locator(".capture.framing button.main")
    await expect(begin).to_be_visible()
    await page.evaluate("self.turn()")
    await page.wait_for_timeout(500)
    await begin.click()
    await handset.send_filmed(page.locator("phone-result .result"))


async def test_a_refused_camera_is_asked_again_and_films_to_the_end(handset: Handset, county: County) -> None:
    """The failure says what to do, "film again" opens anew, and no time limit of the first try ends the second."""
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    await page.evaluate(REFUSED_ONCE, OPENING_LIMIT_MS)
    await page.locator(".person", has_text="李大山").click()
    await page.locator("a.main").click()
    await expect(page.locator("phone-capture [role=alert]")).to_contain_text("关掉其他程序")
    await page.locator("button.main").click()
    await expect(page.locator(".capture.framing")).to_be_visible(timeout=OPENING_LIMIT_MS)
    await page.evaluate("window.over")
    assert await page.evaluate("window.limits") == 1
    await expect(page.locator(".capture.framing")).to_be_visible()
    await page.locator(".capture button.main").click()
    await handset.send_filmed(page.locator("phone-result .result"))
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


async def test_a_recording_with_missing_pictures_is_filmed_again_or_sent_all_the_same(
    handset: Handset, county: County
) -> None:
    """The cadre hears of it while the person is still there. What the page read in its own file is what PyAV reads."""
    await handset.enrol()
    await handset.wait_for_challenges()
    handset.wire.lose_signal()
    page = handset.page
    await page.evaluate(STOPPING_CAMERA)
    await handset.begin_filming("李大山")
    told = page.locator("phone-capture [role=alert]")
    await expect(told).to_contain_text("缺了画面", timeout=60_000)
    assert await handset.recordings() == []
    await page.locator("button.main").click()
    await page.locator(".capture.framing button.main").click()
    await expect(told).to_contain_text("缺了画面", timeout=60_000)
    await page.locator("button.anyway").click()
    await handset.expect_word("on_phone")
    (clip,) = await handset.recordings()
    times = await page.evaluate(
        """async (bytes) => {
          const { pictureTimes } = await import("/phone/capture/gaps.js");
          return pictureTimes(new Uint8Array(bytes).buffer);
        }""",
        list(clip),
    )
    with av.open(io.BytesIO(clip), "r") as container:
        truth = [packet.pts * packet.time_base for packet in container.demux(video=0) if packet.pts is not None]
    assert len(truth) > 50
    assert times == pytest.approx(sorted(map(float, truth)), abs=2e-3)
