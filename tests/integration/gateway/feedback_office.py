"""A county in which cadres report problems: the phone's end of the door, and whoever acts on a report."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
from PIL import Image

from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from tests.integration.gateway.conftest import Bench, Phone

SAID = "名单里的老人两年前已去世，仍要上门。"
VOICE = b"\x1aE\xdf\xa3" + bytes(range(200))
NOTE, ANSWER = "请养老科处理。", "已从名单中删除，谢谢反映。"


def jpeg(width: int = 64, height: int = 48, **more: Any) -> bytes:
    """A picture as a canvas makes it, or with `more` of what Pillow writes beside it."""
    made = BytesIO()
    Image.new("RGB", (width, height), (90, 140, 60)).save(made, "JPEG", **more)
    return made.getvalue()


@dataclass
class Report:
    """A report as a phone sends it; `claims` and `changes` make it say something else."""

    text: str = SAID
    kind: str = "problem"
    voice: bytes | None = None
    picture: bytes | None = None
    voice_type: str = "audio/webm;codecs=opus"
    feedback_id: UUID = field(default_factory=uuid4)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"/v1/feedback/{self.feedback_id}"

    def body(self, phone: Phone, **changes: Any) -> dict[str, Any]:
        """What is sent first."""
        files = {"voice": (self.voice, self.voice_type), "picture": (self.picture, "image/jpeg")}
        hashes = {name: hashlib.sha256(content).hexdigest() for name, (content, _) in files.items() if content}
        said: dict[str, Any] = {
            "kind": self.kind,
            "text": self.text,
            "written_at": datetime.now(UTC).isoformat(),
        }
        for name, (content, media_type) in files.items():
            if content:
                said[name] = {"media_type": media_type, "size": len(content), "sha256": hashes[name]}
        words = hashlib.sha256(self.text.encode()).hexdigest()
        signed = [
            "feedback",
            str(self.feedback_id),
            self.kind,
            words,
            hashes.get("voice", ""),
            hashes.get("picture", ""),
        ]
        said["signature"] = base64.b64encode(phone.key.sign(".".join(signed).encode())).decode()
        return said | changes


@dataclass
class FeedbackOffice:
    """Phones report, triage passes on, agencies answer."""

    bench: Bench

    async def send(self, phone: Phone, report: Report, **changes: Any) -> httpx.Response:
        """The first request of a report."""
        body = report.body(phone, **changes)
        return await self.bench.http.put(report.address, json=body, headers=phone.headers)

    async def send_file(self, phone: Phone, report: Report, medium: str, content: bytes) -> httpx.Response:
        """A file of a report."""
        return await self.bench.http.put(f"{report.address}/{medium}", content=content, headers=phone.headers)

    async def report(self, phone: Phone, report: Report | None = None) -> Report:
        """Sends all of a report, which must be taken."""
        report = report or Report()
        answer = await self.send(phone, report)
        assert answer.status_code == 200, answer.text
        for medium in answer.json()["missing"]:
            content = report.voice if medium == "voice" else report.picture
            assert content is not None
            taken = await self.send_file(phone, report, medium, content)
            assert taken.status_code == 200, taken.text
        return report

    async def joint_group(self) -> dict[str, str]:
        """Headers of the joint group."""
        async with await psycopg.AsyncConnection.connect(self.bench.settings.database) as connection:
            made = await enrol_client(connection, Role.JOINT_GROUP)
        answer = await self.bench.http.post("/v1/token", data={"grant_type": "client_credentials", **vars(made)})
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def act(
        self, who: str | dict[str, str], report: Report, act: str, *, version: int = 1, **said: Any
    ) -> httpx.Response:
        """passing-on, giving-back or answer."""
        headers = self.bench.as_role[who] if isinstance(who, str) else who
        body = {"version": version, **said}
        return await self.bench.http.post(f"{report.address}/{act}", json=body, headers=headers)

    async def passed_on(self, report: Report, agency: str | None = "hrss", *, version: int = 1) -> None:
        """Triage passes a report on, which must be taken."""
        answer = await self.act("scheduler", report, "passing-on", version=version, agency=agency, note=NOTE)
        assert answer.status_code == 200, answer.text

    async def opened(self, who: str | dict[str, str], report: Report) -> dict[str, Any]:
        """A report as somebody reads it, which must be served."""
        headers = self.bench.as_role[who] if isinstance(who, str) else who
        answer = await self.bench.http.get(report.address, headers=headers)
        assert answer.status_code == 200, answer.text
        read: dict[str, Any] = answer.json()
        return read

    async def listed(self, who: str | dict[str, str], query: str = "") -> list[dict[str, Any]]:
        """The list as somebody sees it."""
        headers = self.bench.as_role[who] if isinstance(who, str) else who
        answer = await self.bench.http.get(f"/v1/feedback{query}", headers=headers)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def mine(self, phone: Phone) -> list[dict[str, Any]]:
        """What the phone hears of its own."""
        answer = await self.bench.http.get("/v1/own-feedback", headers=phone.headers)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def told(self, phone: Phone, report: Report) -> httpx.Response:
        """The answer, as the phone fetches it."""
        return await self.bench.http.get(f"/v1/own-feedback/{report.feedback_id}/answer", headers=phone.headers)
