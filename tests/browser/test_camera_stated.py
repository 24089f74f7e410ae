"""What the browser says of its camera goes with the recording, under the phone's signature."""

import json
from typing import Any

from playwright.async_api import expect

from schemas.camera import CameraKind, CameraStatement
from schemas.capture import CaptureReceived
from services.certify.domain.camera import facts_of
from services.gateway.access.device_keys import verify_signature
from services.platform.sealing import unseal
from tests.browser.handset import Handset
from tests.integration.gateway.county import County

NAMED = """(label) => Object.defineProperty(MediaStreamTrack.prototype, "label", { get: () => label })"""
"""As a browser names the camera of a program, where Chromium's own test camera stands in for it."""
AS_BEFORE = """async () => {
  const { app } = await import("/phone/app.js");
  const { sign } = await import("/phone/store/keys.js");
  for (const { camera, ...kept } of await app.database.getAll("captures")) {
    kept.signature = await sign(app.privateKey, kept.sha256, kept.challenge_id);
    await app.database.put("captures", kept);
  }
}"""
"""Makes of what waits what the page kept and signed before it read the camera."""


async def received(county: County) -> list[CaptureReceived]:
    """The recordings that certify is told of."""
    return [event for _, _, event in await county.bench.events() if isinstance(event, CaptureReceived)]


async def statement_of(county: County, event: CaptureReceived) -> str:
    """What is sealed in the event; the phone's signature over it is checked."""
    assert event.camera is not None
    bench = county.bench
    async with bench.door.pool.connection() as connection:
        keys = await bench.door.keyring.find(connection, [event.camera.key_id])
    text = unseal(keys, event.camera).decode()
    ((public_key,),) = await bench.execute("SELECT public_key FROM gateway.device")
    signed = (event.recording.sha256, event.challenge.challenge_id, event.device_signature)
    assert verify_signature(public_key, *signed, text)
    assert not verify_signature(public_key, *signed)
    return text


async def test_the_camera_that_films_is_stated_and_signed(handset: Handset, county: County) -> None:
    """Chromium's own test camera is a program too, and in no list: what it says is held against nobody. A virtual
    camera's name is read by certify."""
    await handset.enrol()
    await handset.wait_for_challenges()
    await handset.film("李大山")
    await handset.expect_word("received")
    (event,) = await received(county)
    text = await statement_of(county, event)
    said: dict[str, Any] = json.loads(text)
    label = await handset.page.evaluate(
        "navigator.mediaDevices.getUserMedia({ video: true }).then((stream) => stream.getVideoTracks()[0].label)"
    )
    assert label and said["label"] == label
    assert said.keys() <= {"label", "facing", "offers", "is_screen"}
    assert facts_of(CameraStatement.model_validate_json(text)).kind is None
    (kept,) = await handset.read("captures")
    assert kept["camera"] == text

    await handset.page.evaluate(NAMED, "OBS Virtual Camera")
    await handset.go("today", ".stops")
    await handset.film("王秀英")
    await handset.expect_word("received")
    virtual = await statement_of(county, (await received(county))[-1])
    assert facts_of(CameraStatement.model_validate_json(virtual)).kind is CameraKind.VIRTUAL_CAMERA


async def test_a_recording_that_waited_for_an_update_is_taken(handset: Handset, county: County) -> None:
    """It was kept and signed before the page read the camera."""
    await handset.enrol()
    await handset.wait_for_challenges()
    handset.wire.lose_signal()
    await handset.film("李大山")
    await handset.page.evaluate(AS_BEFORE)
    (kept,) = await handset.read("captures")
    assert (kept["state"], "camera" in kept) == ("saved", False)
    handset.wire.away = False
    await handset.page.evaluate("dispatchEvent(new Event('online'))")
    await expect(handset.page.locator("phone-result .result.received")).to_be_visible(timeout=60_000)
    (event,) = await received(county)
    assert event.camera is None
