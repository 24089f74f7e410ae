"""A phone that was revoked while it was sending, and a phone whose clock is wrong."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from tusclient.exceptions import TusCommunicationError

from schemas.capture import CaptureReceived
from services.gateway.sweeper import sweep
from tests.integration.gateway.conftest import Bench
from tests.integration.gateway.serving import CLIP, send, send_half, served, uploader, wait_for_bytes
from tests.integration.gateway.test_captures import leftovers, refusal


async def captures_of(bench: Bench) -> list[CaptureReceived]:
    """The captures that certify is told of."""
    return [event for _, _, event in await bench.events() if isinstance(event, CaptureReceived)]


async def test_a_phone_revoked_while_it_sends_sends_nothing_more(bench: Bench) -> None:
    """Half of the recording is there; the rest is refused with a code and a text, and the half is removed."""
    visit = await bench.open_visit(("hrss", "P-1"))
    phone = await bench.enrol_phone()
    metadata = phone.metadata(CLIP, await bench.challenge(phone, visit))
    async with served(bench.app) as address:
        sending = uploader(address, phone, CLIP, metadata)
        url = await asyncio.to_thread(sending.create_url)
        writer = await send_half(url, phone, CLIP)
        await wait_for_bytes(bench, phone, url, len(CLIP) // 2)
        writer.transport.abort()
        revoked = await bench.http.delete(f"/v1/devices/{phone.device_id}", headers=bench.as_role["admin"])
        assert revoked.status_code == 200
        with pytest.raises(TusCommunicationError) as caught:
            await asyncio.to_thread(lambda: uploader(address, phone, CLIP, metadata, url))
        assert caught.value.status_code == 403
        path = url.removeprefix(address)
        rest = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(len(CLIP) // 2)}
        answer = await bench.http.patch(
            path,
            content=CLIP[len(CLIP) // 2 :],
            headers=phone.headers | rest | {"Content-Type": "application/offset+octet-stream"},
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "DEVICE_REVOKED")
        assert answer.json()["next_step"]["zh"] and answer.json()["next_step"]["en"]
        with pytest.raises(TusCommunicationError) as refused:
            await send(address, phone, CLIP, metadata)
        assert json.loads(refused.value.response_content)["code"] == "DEVICE_REVOKED"
    assert await captures_of(bench) == []
    await sweep(bench.door, settled_s=0)
    assert leftovers(bench) == []


@pytest.mark.parametrize("hours", [-35, -24, 24, 35, 7 * 24 + 35])
async def test_a_clock_that_is_off_by_a_day_is_forgiven(bench: Bench, hours: int) -> None:
    """A day and half a day more, either way, counted from the challenge's own week."""
    visit, phone = await bench.open_visit(("hrss", "P-1")), await bench.enrol_phone()
    challenge = await bench.challenge(phone, visit)
    said = datetime.now(UTC) + timedelta(hours=hours)
    async with served(bench.app) as address:
        await send(address, phone, CLIP, phone.metadata(CLIP, challenge, captured_at=said.isoformat()))
    (capture,) = await captures_of(bench)
    assert capture.captured_at == said


@pytest.mark.parametrize("hours", [-37, 7 * 24 + 37])
async def test_a_clock_that_is_off_by_more_is_not(bench: Bench, hours: int) -> None:
    """Before the challenge was drawn, or after it had expired."""
    visit, phone = await bench.open_visit(("hrss", "P-1")), await bench.enrol_phone()
    said = (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
    async with served(bench.app) as address:
        metadata = phone.metadata(CLIP, await bench.challenge(phone, visit), captured_at=said)
        assert await refusal(address, phone, CLIP, metadata) == "CHALLENGE_EXPIRED"
    assert await captures_of(bench) == []
