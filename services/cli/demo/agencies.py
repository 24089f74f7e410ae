"""The agencies of the demo: each posts its list through the door and reads its certificates there."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from services.cli.demo.errors import DemoFailed
from services.gateway.access import Role
from services.gateway.enrolment import enrol_client

PATIENCE_S = 300.0
_MEDIA = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass
class Agency:
    """One agency at the door."""

    code: str
    file: Path
    http: httpx.AsyncClient
    receipt: dict[str, Any] = field(default_factory=dict)
    rejected: Counter[str] = field(default_factory=Counter)

    @classmethod
    async def enter(cls, code: str, file: Path, gateway: str, database: str) -> "Agency":
        """Gets credentials and a token."""
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
            client = await enrol_client(connection, Role.AGENCY, agency=code, name=f"demo {code}")
        http = httpx.AsyncClient(base_url=gateway, timeout=120.0)
        credentials = {"grant_type": "client_credentials"}
        answer = await http.post("/v1/token", data=credentials, auth=(client.client_id, client.client_secret))
        http.headers["Authorization"] = f"Bearer {checked(answer)['access_token']}"
        return cls(code, file, http)

    async def post_list(self) -> None:
        """Posts the list; waits until intake has judged every row."""
        headers = {
            "Content-Type": _MEDIA[self.file.suffix],
            "Content-Disposition": f'attachment; filename="{self.file.name}"',
        }
        content = await asyncio.to_thread(self.file.read_bytes)
        answer = await self.http.post("/v1/lists", params={"limit": 0, "wait": 30}, content=content, headers=headers)
        self.receipt = checked(answer)
        give_up_at = time.monotonic() + PATIENCE_S
        while self.receipt["pending"]:
            if time.monotonic() > give_up_at:
                raise DemoFailed(f"intake has not judged all rows of {self.file.name}: see the log of `scheduler`")
            await asyncio.sleep(0.5)
            self.receipt |= checked(await self.http.get(f"/v1/lists/{self.receipt['list_id']}", params={"limit": 0}))
        await self._count_rejected()

    async def _count_rejected(self) -> None:
        cursor: int | None = 0
        while cursor is not None:
            page = checked(
                await self.http.get(
                    f"/v1/lists/{self.receipt['list_id']}", params={"only": "rejected", "cursor": cursor, "limit": 1000}
                )
            )
            self.rejected.update(row["code"] for row in page["items"])
            cursor = page["next_cursor"]

    async def hand_in_photo(self, id_number: str, photo: bytes) -> None:
        """Hands in the reference photo of a person."""
        files = {"photo": ("reference.png", photo, "image/png")}
        checked(await self.http.put("/v1/reference-photos", data={"id_number": id_number}, files=files))

    async def certificates(self) -> list[dict[str, Any]]:
        """All certificates that this agency may read."""
        found: list[dict[str, Any]] = []
        after = 0
        while True:
            page = checked(await self.http.get("/v1/certificates", params={"after": after, "limit": 1000}))
            found += page["items"]
            after = page["next_after"]
            if not page["more"]:
                return found


def checked(answer: httpx.Response) -> dict[str, Any]:
    """The JSON of an answer that went well.

    Raises:
        DemoFailed: with what the gateway said.
    """
    if answer.is_success:
        return dict(answer.json())
    raise DemoFailed(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:400]}")
