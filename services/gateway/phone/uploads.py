"""Resumable uploads (tus 1.0.0, by tuspyserver): what is wrapped around it so that no recording is lost or mixed.

- A phone sees only its own folder.
- A recording is refused before its bytes travel, when its metadata show that it cannot be taken.
- A new connection for an upload ends the dead one that still holds it (a phone that lost its signal leaves one behind).
- After a kill the offset is that of the bytes on disk.
- A finished upload is remembered, so a phone that lost the last answer learns that all is there.

One gateway process serves one folder of uploads: the lock of an upload is held in its memory.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from tuspyserver import create_tus_router

from services.gateway.access.callers import Principal, Role, allow
from services.gateway.door import Door, door_of
from services.gateway.errors import Code, Refusal
from services.gateway.phone.capture_intake import AlreadyReceived, check_claim, read_claim, receive_capture
from services.gateway.phone.upload_files import UploadFiles
from services.gateway.policy import DoorPolicy
from services.gateway.store import captures
from services.gateway.store.accounts import Device
from services.gateway.store.captures import CaptureRow
from services.platform.settings import Settings

INTERRUPT = "onevisit.interrupt"
"""Key in the ASGI scope of the event that ends the reading of a body (see `middleware.InterruptibleBody`)."""
CAPTURE_HEADER = "Onevisit-Capture"
"""Response header with the id of the capture that the upload became."""
PATIENCE_S = 10.0
"""How long a new connection waits for the one that it ends."""
UPLOAD_ID = re.compile(r"[0-9a-f]{32}")

device_only = allow(Role.DEVICE)


class UploadSettled(Exception):
    """The upload is done: answered as such, whatever the phone was about to send."""

    def __init__(self, size: int, capture_id: UUID, *, created: str | None = None) -> None:
        super().__init__("the upload is done")
        self.size = size
        self.capture_id = capture_id
        self.created = created
        """Id of the upload, when the phone was about to create one."""


@dataclass
class _Holder:
    interrupt: asyncio.Event
    released: asyncio.Event = field(default_factory=asyncio.Event)


class UploadLocks:
    """One connection at a time for each upload; the newest wins, because the older one is most likely dead."""

    def __init__(self) -> None:
        self._holders: dict[tuple[UUID, str], _Holder] = {}

    async def take(self, device_id: UUID, upload_id: str, interrupt: asyncio.Event) -> Callable[[], None]:
        """Ends the present holder and takes its place; returns what releases it. Raises Refusal UPLOAD_BUSY."""
        name = (device_id, upload_id)
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while (present := self._holders.get(name)) is not None:
            present.interrupt.set()
            try:
                async with asyncio.timeout_at(deadline):
                    await present.released.wait()
            except TimeoutError:
                raise Refusal(Code.UPLOAD_BUSY) from None
        holder = self._holders[name] = _Holder(interrupt)

        def release() -> None:
            if self._holders.get(name) is holder:
                del self._holders[name]
            holder.released.set()

        return release


def _files(door: Door, device: Device) -> UploadFiles:
    return UploadFiles(door.settings.var / "uploads" / device.device_id.hex)


async def guard(request: Request, caller: Principal = Depends(device_only)) -> AsyncIterator[None]:
    """Stands before every tus route: own uploads only, one connection each, the true offset, finished ones settled."""
    if {"upload-concat", "upload-defer-length"} & set(request.headers.keys()):
        raise Refusal(Code.UPLOAD_REQUEST_INVALID)
    upload_id = request.path_params.get("uuid")
    if upload_id is None:
        if request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers:
            raise Refusal(Code.UPLOAD_REQUEST_INVALID)
        yield
        return
    if not UPLOAD_ID.fullmatch(upload_id):
        raise Refusal(Code.UPLOAD_UNKNOWN)
    door, device = door_of(request), caller.own_device
    locks: UploadLocks = request.app.state.upload_locks
    release = await locks.take(device.device_id, upload_id, request.scope.get(INTERRUPT) or asyncio.Event())
    try:
        await _settle_if_done(door, device, upload_id)
        yield
    finally:
        release()


async def _settle_if_done(door: Door, device: Device, upload_id: str) -> None:
    """Raises UploadSettled for an upload that is done, finishing it when a crash came in between."""
    files = _files(door, device)
    async with door.pool.connection() as connection:
        settled = await captures.find_settled(connection, upload_id, device.device_id)
    if settled is not None:
        files.remove(upload_id)
        raise UploadSettled(*settled)
    whole = files.repair_offset(upload_id)
    if whole is not None:
        capture = await finish_upload(door, device, upload_id, whole)
        raise UploadSettled(capture.size, capture.capture_id)


async def finish_upload(door: Door, device: Device, upload_id: str, metadata: dict[str, str]) -> CaptureRow:
    """Takes a whole recording in and removes its plaintext.

    Raises:
        Refusal: as `receive_capture`; the upload is removed, so that it can be sent again from the phone.
    """
    files = _files(door, device)
    try:
        capture = await receive_capture(door, device, read_claim(metadata), upload_id, files.path(upload_id))
    except Refusal:
        files.remove(upload_id)
        raise
    files.remove(upload_id)
    return capture


def completion(
    request: Request, response: Response, caller: Principal = Depends(device_only)
) -> Callable[[str, dict[str, str]], Awaitable[None]]:
    """What tuspyserver calls when the last byte is there: only after it has returned is the upload answered."""

    async def complete(path: str, metadata: dict[str, str]) -> None:
        capture = await finish_upload(door_of(request), caller.own_device, Path(path).name, metadata)
        response.headers[CAPTURE_HEADER] = str(capture.capture_id)

    return complete


def creation(
    request: Request, caller: Principal = Depends(device_only)
) -> Callable[[dict[str, str], dict[str, int | None]], Awaitable[None]]:
    """What tuspyserver calls before it makes an upload: refuses what could not be taken, before its bytes travel."""

    async def check(metadata: dict[str, str], upload: dict[str, int | None]) -> None:
        door, device = door_of(request), caller.own_device
        size = upload["size"]
        if size is None:
            raise Refusal(Code.UPLOAD_REQUEST_INVALID)
        if size <= 0:
            raise Refusal(Code.RECORDING_EMPTY)
        if size > door.policy.recording_bytes:
            raise Refusal(Code.RECORDING_TOO_LARGE)
        claim = read_claim(metadata)
        async with door.pool.connection() as connection:
            try:
                await check_claim(connection, door, device, claim)
            except AlreadyReceived as again:
                upload_id, capture = uuid4().hex, again.capture
                await captures.settle_upload(connection, upload_id, device.device_id, capture.size, capture.capture_id)
                await connection.commit()
                raise UploadSettled(capture.size, capture.capture_id, created=upload_id) from None

    return check


def folder(request: Request, caller: Principal = Depends(device_only)) -> Callable[[dict[str, str]], dict[str, str]]:
    """Where the uploads of this phone lie."""
    files = _files(door_of(request), caller.own_device)
    files.make()
    return lambda metadata: {"files_dir": str(files.folder)}


def make_tus_router(settings: Settings, policy: DoorPolicy) -> APIRouter:
    """The tus router; `app` mounts it behind `guard`."""
    router: APIRouter = create_tus_router(
        prefix="captures",
        files_dir=str(settings.var / "uploads"),
        max_size=policy.recording_bytes,
        days_to_keep=policy.upload_days,
        upload_complete_dep=cast(Any, completion),  # the library awaits its hooks, though its annotations do not say so
        pre_create_dep=cast(Any, creation),
        file_dep=cast(Any, folder),
        tags=["captures"],
    )
    return router
