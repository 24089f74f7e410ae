"""What the cadre hears before filming, on a browser without `FaceDetector`: Chromium has none, as nearly all phones."""

import re

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import LARGE, SMALL, lacking
from tests.browser.handset import Handset
from tests.browser.test_screens import AXE, PICTURES, Looking
from tests.structure.source import ROOT

OPENING_LIMIT_MS = 60_000
SCENES = """() => {
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const places = {
    near: [[0, 0, 640, 480, 0, 0, 640, 480]],
    far: [[0, 0, 640, 480, 230, 172, 180, 135]],
    two: [[190, 0, 310, 480, 0, 0, 320, 480], [190, 0, 310, 480, 320, 0, 320, 480]],
    nobody: [],
  };
  self.scene = "near";
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const person = Object.assign(document.createElement("video"), { muted: true, srcObject: await real(wanted) });
    await person.play();
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const pen = canvas.getContext("2d");
    setInterval(() => {
      pen.fillStyle = "#807870";
      pen.fillRect(0, 0, 640, 480);
      for (const place of places[self.scene]) pen.drawImage(person, ...place);
    }, 40);
    return canvas.captureStream();
  };
}"""
"""The person of the fake camera, near, far, twice, or a bare wall."""
NO_CASCADE = """() => {
  const real = self.fetch.bind(self);
  self.fetch = (what, ...more) =>
    String(what).endsWith("/vendor/facefinder.bin") ? Promise.reject(new TypeError("away")) : real(what, ...more);
}"""
WATCH_FACES = """() => {
  self.sawFaces = 0;
  const { getImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.getImageData = function (...where) {
    if (this.canvas.width >= 100) self.sawFaces += 1;
    return getImageData.apply(this, where);
  };
}"""
"""Counts the pictures that are searched for faces: the ones for light and shaking are smaller."""

SAY = """async ([lang, size, advice]) => {
  const { app } = await import("/phone/app.js");
  await app.set({ lang, size });
  const screen = document.querySelector("phone-capture");
  screen.stopWatching();
  screen.advice = advice;
  await screen.updateComplete;
}"""
"""A sentence as it stands on the screen, whatever the camera sees."""


async def aim(handset: Handset) -> Page:
    """At the person, not filming yet."""
    await handset.enrol()
    await handset.wait_for_challenges()
    page = handset.page
    assert not await page.evaluate("'FaceDetector' in self")
    await page.evaluate(SCENES)
    await page.locator(".person", has_text="李大山").click()
    await page.locator("a.main").click()
    await expect(page.locator(".capture.framing")).to_be_visible(timeout=OPENING_LIMIT_MS)
    return page


async def test_faces_and_distance_are_said_before_filming_and_stop_nothing(handset: Handset) -> None:
    """Each fault in its sentence, none when it is mended; with a fault on the screen, filming begins all the same."""
    page = await aim(handset)
    ask = page.locator(".capture .ask")
    for scene, told in (
        ("far", "太远了"),
        ("near", "放进圈里"),
        ("two", "两个人"),
        ("nobody", "没看清脸"),
        ("near", "放进圈里"),
        ("nobody", "没看清脸"),
    ):
        await page.evaluate("(scene) => { self.scene = scene }", scene)
        await expect(ask).to_contain_text(told, timeout=60_000)
        await expect(page.locator(".oval .bad")).to_have_count(0 if scene == "near" else 1)
    await page.locator(".capture.framing button.main").click()
    await expect(page.locator(".capture .prompt")).to_be_visible(timeout=60_000)
    await expect(page.locator(".oval .good")).to_have_count(1)


async def test_no_face_is_searched_while_the_recorder_runs(handset: Handset) -> None:
    """The recording has the phone to itself."""
    await handset.page.add_init_script(f"({WATCH_FACES})()")
    page = await aim(handset)
    while await page.evaluate("self.sawFaces") < 3:  # the test's own time limit ends it
        await page.wait_for_timeout(100)
    await page.locator(".capture.framing button.main").click()
    await expect(page.locator(".capture .ask .prompt")).to_be_visible(timeout=60_000)
    searched = await page.evaluate("self.sawFaces")
    await handset.send_filmed(page.locator("phone-result .result"))
    assert await page.evaluate("self.sawFaces") == searched


async def test_without_the_cascade_the_page_films(handset: Handset) -> None:
    """It has not come yet, and there is no signal: light and shaking are watched, and nothing is said of faces."""
    await handset.page.add_init_script(f"({NO_CASCADE})()")
    page = await aim(handset)
    await page.evaluate("() => { self.scene = 'nobody' }")
    await page.locator(".capture.framing button.main").click()
    await handset.send_filmed(page.locator("phone-result .result"))
    await handset.expect_word("received")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
async def test_every_sentence_fits_and_can_be_read(handset: Handset, size: ViewportSize, language: str) -> None:
    """At the usual and the largest text; the pictures are for looking at."""
    if not AXE.is_file():
        lacking("axe-core")
    source = (ROOT / "web/phone/strings/zh.js").read_text("utf-8")
    sentences = [None, *re.findall(r'"advice\.(\w+)"', source)]
    assert len(sentences) == 8
    page = await aim(handset)
    await page.set_viewport_size(size)
    for text in (20, 30):
        looking = Looking(page, PICTURES / f"{size['width']}x{size['height']}-{language}-{text}")
        for advice in sentences:
            await page.evaluate(SAY, [language, text, advice])
            await looking.look(f"capture-framing-{advice or 'good'}")
        assert looking.found == {}
