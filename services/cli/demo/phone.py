"""The phone of the demo: draws a challenge, films, signs, and sends by resumable upload, as a cadre's phone does."""

import asyncio
import hashlib
import io
import json
import time
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from deploy.demo import film
from schemas.base import stable_id
from services.cli.demo.errors import DemoFailed
from services.cli.demo.persist import PAUSE_S, ask, query
from services.gateway.access.device_keys import signed_text
from services.gateway.access.enrolment import enrol_device

CHUNK_BYTES = 64 * 1024
PATIENCE_S = 120.0
UNABLE = ("turn_left", "turn_right", "blink")
"""The recordings that the demo is cut from show nods and open mouths only."""
REFUSALS = range(400, 423)
"""Answers that asking again does not change; 423 (locked) and the server's own faults pass."""


@dataclass(frozen=True)
class Scene:
    """Who stands before the camera at a visit, and whether he does what is asked."""

    title: str
    recording: str
    """Name of the recording it is cut from."""
    obeys: bool
    expected: str
    """The decision that is right."""

    def film(self, media: Path, prompts: Sequence[film.Prompt]) -> bytes:
        """The clip of this scene, recorded while these prompts are given."""
        if self.recording == film.STRANGER:
            return film.cut(media / self.recording, film.STRANGER_SPAN)
        if not self.obeys:
            return film.cut(media / self.recording, film.IDLE)
        return film.answer(media / self.recording, prompts)


SCENES = (
    Scene("the person does what is asked 本人按提示完成动作", film.ACTOR, True, "certified"),
    Scene("the person does what is asked 本人按提示完成动作", film.ACTOR, True, "certified"),
    Scene("the person does what is asked 本人按提示完成动作", film.ACTOR, True, "certified"),
    Scene("the person does not do what is asked 本人未完成动作", film.ACTOR, False, "retry"),
    Scene("a stranger stands in 他人冒名", film.STRANGER, True, "review"),
)


@dataclass(frozen=True)
class Capture:
    """A capture and what became of it."""

    scene: Scene
    actions: tuple[str, ...]
    decision: str
    reasons: tuple[str, ...]
    issued: int
    expected: int
    seconds: float


class Phone:
    """A cadre's phone, enrolled for some villages."""

    def __init__(self, gateway: str, token: str, key: Ed25519PrivateKey) -> None:
        self._gateway = gateway
        self._headers = {"Authorization": f"Bearer {token}"}
        self._key = key
        self._http = httpx.AsyncClient(base_url=gateway, headers=self._headers, timeout=60.0)

    @classmethod
    async def enrol(cls, gateway: str, database: str, villages: Sequence[str]) -> "Phone":
        """Enrols the phone with a key of its own."""
        key = Ed25519PrivateKey.generate()
        jwk = OKPKey.import_key(key.public_key()).as_dict(private=False)
        public = json.loads(json.dumps(jwk))
        device = await query(
            database, lambda c: enrol_device(c, cadre_id="demo-cadre", public_key=public, village_codes=villages)
        )
        return cls(gateway, device.token, key)

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def capture(self, visit_id: str, scene: Scene, media: Path) -> Capture:
        """One visit: challenge, clip, upload; waits for the verdict and, when certified, for every certificate."""
        began = time.monotonic()
        order, address = {"unable": UNABLE}, f"/v1/visits/{visit_id}/challenge"
        given = (await ask(lambda: self._http.post(address, json=order)))["challenge"]
        prompts = [(prompt["action"], prompt["at_s"], prompt["until_s"]) for prompt in given["prompts"]]
        clip = await asyncio.to_thread(scene.film, media, prompts)
        digest = hashlib.sha256(clip).hexdigest()
        metadata = {
            "filename": "capture.mp4",
            "filetype": "video/mp4",
            "visit_id": visit_id,
            "challenge_id": given["challenge_id"],
            "captured_at": datetime.now(UTC).isoformat(),
            "sha256": digest,
            "signature": b64encode(self._key.sign(signed_text(digest, given["challenge_id"]))).decode(),
            "legal_basis": "statutory_duty",
        }
        await asyncio.to_thread(self._upload, clip, metadata)
        status = await self._wait(visit_id, given["challenge_id"])
        return Capture(
            scene=scene,
            actions=tuple(given["actions"]),
            decision=status["decision"],
            reasons=tuple(reason["code"] for reason in status["reasons"]),
            issued=status["certificates"]["issued"],
            expected=status["certificates"]["expected"],
            seconds=time.monotonic() - began,
        )

    def _upload(self, clip: bytes, metadata: dict[str, str]) -> None:
        """Sends the clip; resumes where the server is when the connection breaks."""
        client = TusClient(f"{self._gateway}/v1/captures", headers=self._headers)
        url: str | None = None
        give_up_at = time.monotonic() + PATIENCE_S
        while True:
            try:
                uploader = client.uploader(
                    file_stream=io.BytesIO(clip), chunk_size=CHUNK_BYTES, metadata=metadata, url=url
                )
                url = url or uploader.create_url()
                uploader.set_url(url)
                uploader.upload()
            except (TusCommunicationError, OSError) as error:
                if time.monotonic() > give_up_at or getattr(error, "status_code", None) in REFUSALS:
                    raise DemoFailed(f"the upload was not taken: {error}") from None
                time.sleep(PAUSE_S)
            else:
                return

    async def _wait(self, visit_id: str, challenge_id: str) -> dict[str, Any]:
        capture_id = stable_id("capture", challenge_id)
        give_up_at = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up_at:
            status = await ask(lambda: self._http.get(f"/v1/captures/{capture_id}"))
            certified = status["decision"] == "certified"
            if status["state"] == "certified" or (status["decision"] and not certified):
                return status
            await asyncio.sleep(0.3)
        raise DemoFailed(f"no verdict on visit {visit_id} within {PATIENCE_S:.0f} s: see the log of `certify`")
