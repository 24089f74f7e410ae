"""Uploads that were cut: by the line, by a kill of the door, by a phone that never came back."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from deploy.embedded.ports import choose
from services.gateway.app import create_app
from services.gateway.phone.upload_files import UploadFiles
from services.gateway.policy import DoorPolicy
from services.gateway.sweeper import sweep
from tests.integration.gateway.conftest import Bench, Phone
from tests.integration.gateway.serving import CLIP, resume, send_half, served, uploader, wait_for_bytes
from tests.integration.gateway.test_captures import captures_of, leftovers

HALF = len(CLIP) // 2
IDLE_S = DoorPolicy().body_idle_seconds
"""After which the door gives a silent connection up; nobody may have to wait for that."""
STARTED_S = 120.0


async def new_upload(bench: Bench, phone: Phone, address: str, request_id: str = "P-1") -> tuple[str, dict[str, str]]:
    """An upload that has begun, and its metadata."""
    visit = await bench.open_visit(("hrss", request_id))
    metadata = phone.metadata(CLIP, await bench.challenge(phone, visit))
    return await asyncio.to_thread(uploader(address, phone, CLIP, metadata).create_url), metadata


async def offset(url: str, phone: Phone) -> int:
    """Where the door says that an upload stands."""
    async with httpx.AsyncClient() as client:
        answer = await client.head(url, headers=phone.headers | {"Tus-Resumable": "1.0.0"})
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


async def test_no_bytes_travel_on_a_connection_that_was_used(bench: Bench) -> None:
    """A browser repeats a request by itself, body and all, when a reused connection is torn; of other routes it may."""
    phone = await bench.enrol_phone()
    async with served(bench.app) as address, httpx.AsyncClient(headers=phone.headers) as client:
        url, _ = await new_upload(bench, phone, address)
        asked = await client.head(url, headers={"Tus-Resumable": "1.0.0"})
        told = await client.get(f"{address}/v1/captures")
    assert asked.headers["connection"] == "close"
    assert told.status_code == 200
    assert "connection" not in told.headers


@pytest.mark.parametrize("cut", ["reset", "silent"])
async def test_an_upload_goes_on_where_the_line_was_cut(bench: Bench, cut: str) -> None:
    """Whether the door notices the cut or the dead connection still stands there: no byte is sent twice."""
    phone = await bench.enrol_phone()
    async with served(bench.app) as address:
        url, metadata = await new_upload(bench, phone, address)
        writer = await send_half(url, phone, CLIP)
        await wait_for_bytes(bench, phone, url, HALF)
        if cut == "reset":
            writer.transport.abort()
        assert await asyncio.wait_for(offset(url, phone), IDLE_S / 2) == HALF
        await resume(address, phone, CLIP, metadata, url)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    (capture,) = await captures_of(bench)
    assert capture.recording.size == len(CLIP)
    assert leftovers(bench) == []


async def test_a_line_that_fell_silent_is_given_up(bench: Bench) -> None:
    """A connection that brings no byte for the allowed time is ended, and what it brought is kept."""
    app = create_app(bench.settings, DoorPolicy(body_idle_seconds=0.3))
    phone = await bench.enrol_phone()
    async with app.router.lifespan_context(app), served(app) as address:
        url, _ = await new_upload(bench, phone, address)
        writer = await send_half(url, phone, CLIP)
        info = bench.settings.var / "uploads" / phone.device_id.hex / f"{url.rpartition('/')[2]}.info"
        kept = 0
        for _ in range(1200):
            kept = json.loads(await asyncio.to_thread(info.read_text))["offset"]
            if kept:
                break
            await asyncio.sleep(0.05)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    assert kept == HALF


@pytest.mark.parametrize(
    "wrong",
    [
        {"Upload-Length": "many"},
        {"Upload-Length": "-1"},
        {"Upload-Length": "1" * 40},
        {"Upload-Metadata": "filename"},
        {"Upload-Metadata": "filename ////,,, ,x y z"},
        {"Upload-Metadata": "visit_id AA==,challenge_id AA=="},
        {"Upload-Offset": "-5"},
        {"Upload-Offset": "x"},
        {"Tus-Resumable": "0.2.2"},
        {"Content-Type": "text/plain"},
    ],
)
async def test_no_header_breaks_the_door(bench: Bench, wrong: dict[str, str]) -> None:
    """Whatever a client sends, it is refused with a code of ours and nothing fails."""
    phone = await bench.enrol_phone()
    async with served(bench.app) as address:
        url, _ = await new_upload(bench, phone, address)
    usual = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": "5",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    headers = phone.headers | usual | wrong
    created = await bench.http.post("/v1/captures", headers=headers)
    assert 400 <= created.status_code < 500
    assert created.json()["code"]
    patched = await bench.http.patch(url[len(address) :], headers=headers, content=b"12345")
    assert patched.status_code == 204 or (patched.status_code < 500 and patched.json()["code"])


@contextlib.asynccontextmanager
async def door_process(bench: Bench) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """The door as its own process, as the supervisor starts it."""
    port, log = choose(set()), bench.settings.var / "door.log"
    environment = {
        **os.environ,
        "ONEVISIT_DATABASE": bench.settings.database,
        "ONEVISIT_VAR": str(bench.settings.var),
        "ONEVISIT_GATEWAY_PORT": str(port),
    }
    with log.open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.gateway.app", env=environment, stdout=said, stderr=said
        )
    try:
        async with httpx.AsyncClient() as client, asyncio.timeout(STARTED_S):
            while True:
                assert process.returncode is None, log.read_text()
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200:
                        break
                await asyncio.sleep(0.1)
        yield f"http://127.0.0.1:{port}", process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def test_an_upload_outlives_a_kill_of_the_door(bench: Bench) -> None:
    """After kill -9 in the middle, the offset is that of the bytes on disk, and the rest completes the recording."""
    phone = await bench.enrol_phone()
    async with door_process(bench) as (address, process):
        url, metadata = await new_upload(bench, phone, address)
        writer = await send_half(url, phone, CLIP)
        await wait_for_bytes(bench, phone, url, HALF)
        process.kill()
        await process.wait()
        writer.transport.abort()
    async with door_process(bench) as (address, process):
        url = f"{address}/v1/captures/{url.rpartition('/')[2]}"
        assert await offset(url, phone) == HALF
        await resume(address, phone, CLIP, metadata, url)
    assert process.returncode in (0, -signal.SIGTERM)
    assert len(await captures_of(bench)) == 1


async def fill(bench: Bench, phone: Phone, url: str) -> UploadFiles:
    """All bytes are on the disk, but the door was killed before it took them in."""
    files = UploadFiles(bench.settings.var / "uploads" / phone.device_id.hex)
    files.path(url.rpartition("/")[2]).write_bytes(CLIP)
    return files


async def test_a_whole_upload_left_by_a_kill_is_finished_when_asked_for(bench: Bench) -> None:
    """The phone's question where it stands finishes it; only then is it answered as complete."""
    phone = await bench.enrol_phone()
    async with served(bench.app) as address:
        url, _ = await new_upload(bench, phone, address)
        await fill(bench, phone, url)
        assert await offset(url, phone) == len(CLIP)
    assert len(await captures_of(bench)) == 1
    assert leftovers(bench) == []


async def test_the_sweep_finishes_whole_uploads_and_removes_expired_ones(bench: Bench) -> None:
    """What had arrived whole is taken in; what is unfinished expires; a lost phone's uploads go at once."""
    phone, lost = await bench.enrol_phone(), await bench.enrol_phone()
    async with served(bench.app) as address:
        whole, _ = await new_upload(bench, phone, address, "P-1")
        begun, _ = await new_upload(bench, phone, address, "P-2")
        revoked, _ = await new_upload(bench, lost, address, "P-3")
    files = await fill(bench, phone, whole)
    await fill(bench, lost, revoked)
    await bench.execute("UPDATE gateway.device SET revoked_at = now() WHERE device_id = %s", (lost.device_id,))
    await sweep(bench.door, settled_s=0)
    assert [c.device_id for c in await captures_of(bench)] == [phone.device_id]
    name = begun.rpartition("/")[2]
    assert sorted(leftovers(bench)) == [name, f"{name}.info"]
    info = files.folder / f"{name}.info"
    past = format_datetime(datetime.now(UTC) - timedelta(minutes=1), usegmt=True)
    info.write_text(json.dumps(json.loads(info.read_text()) | {"expires": past}))
    await sweep(bench.door, settled_s=0)
    assert leftovers(bench) == []
