"""How large voice and picture of a report are when they leave the phone: each travels in one go, on a thin line."""

import asyncio
import base64
from io import BytesIO
from typing import Final

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import expect

from tests.browser.handset import Handset

MOST: Final = 300_000
"""Bytes: twelve seconds at 200 kbit/s, 48 at 50."""
PART: Final = 60_000
"""Bytes of a picture of noise, which has at least thrice as many."""
LONG_SIDE: Final = 1600
A_MINUTE: Final = 60
REDRAWN: Final = """async (picture) => {
  const { redraw } = await import("/phone/capture/picture.js");
  const bytes = new Uint8Array(await redraw(await (await fetch(picture)).blob()));
  return btoa(Array.from(bytes, (each) => String.fromCharCode(each)).join(""));
}"""
RECORDED: Final = """async () => {
  const { noteType, recordNote } = await import("/phone/capture/voice_note.js");
  const seconds = 6;
  const note = await recordNote(noteType(), (at) => at >= seconds && note.stop());
  return (await note.whole).bytes.byteLength / seconds;
}"""


def noise() -> Image.Image:
    """No camera makes a picture that is harder to make small."""
    return Image.effect_noise((4000, 3000), 60).convert("RGB")


def page_of_print() -> Image.Image:
    """A4 at 300 dots per inch, full of small letters."""
    page = Image.new("RGB", (2480, 3508), "white")
    draw = ImageDraw.Draw(page)
    for line in range(60):
        draw.text(
            (150, 100 + line * 55), f"{line:02} " + "Name 0123456789 village road house " * 3, "black", font_size=34
        )
    return page


@pytest.mark.parametrize(("make", "side"), [(noise, 0), (page_of_print, LONG_SIDE)])
async def test_a_picture_is_small_whatever_is_on_it(handset: Handset, make: object, side: int) -> None:
    """Noise, too; a page of print keeps the side at which it can be read."""
    assert callable(make)
    await handset.enrol()
    taken = BytesIO()
    make().save(taken, "JPEG", quality=95)
    assert taken.tell() > 5 * MOST
    await handset.page.route(
        "**/taken.jpg", lambda route: route.fulfill(body=taken.getvalue(), content_type="image/jpeg")
    )
    sent = base64.b64decode(await handset.page.evaluate(REDRAWN, "/taken.jpg"))
    assert len(sent) <= MOST
    with Image.open(BytesIO(sent)) as image:
        assert max(image.size) >= side


async def test_a_minute_of_speech_is_small(handset: Handset) -> None:
    """At the rate at which this browser records when it is told which."""
    await handset.enrol()
    assert await handset.page.evaluate(RECORDED) * A_MINUTE <= MOST


async def test_a_picture_comes_through_a_thin_line_that_is_cut(handset: Handset) -> None:
    """At 200 kbit/s the signal is lost halfway; with the next one the picture is sent anew, whole."""
    await handset.enrol()
    taken = BytesIO()
    noise().save(taken, "JPEG", quality=95)
    page = handset.page
    await handset.go("report", "#text")
    await page.locator("#village").select_option(label="茶山村")
    await page.locator("#text").fill("桥被冲断")
    await page.locator("input[type=file]").set_input_files(
        {"name": "form.jpg", "mimeType": "image/jpeg", "buffer": taken.getvalue()}
    )
    await expect(page.locator("form img")).to_be_visible()
    handset.wire.bytes_per_s = 25_000
    await page.locator("button.main").click()
    while not await handset.bench.execute("SELECT 1 FROM gateway.feedback"):
        await asyncio.sleep(0.05)
    before = handset.wire.sent
    while handset.wire.sent < before + PART:
        await asyncio.sleep(0.05)
    handset.wire.lose_signal()
    arrived = "SELECT sealed IS NOT NULL FROM gateway.feedback_part WHERE part = 'picture'"
    assert await handset.bench.execute(arrived) == [(False,)]
    handset.wire.away = False
    await page.evaluate("dispatchEvent(new Event('online'))")
    for _ in range(600):
        if await handset.bench.execute(arrived) == [(True,)]:
            break
        await asyncio.sleep(0.1)
    assert await handset.bench.execute(arrived) == [(True,)]
