"""The agencies of the demo: each posts its list through the door and reads its certificates there."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from services.cli.demo.errors import DemoFailed
from services.cli.demo.persist import ask, query
from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client

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
        client = await query(database, lambda c: enrol_client(c, Role.AGENCY, agency=code, name=f"demo {code}"))
        http = httpx.AsyncClient(base_url=gateway, timeout=120.0)
        credentials = {"grant_type": "client_credentials"}
        secret = (client.client_id, client.client_secret)
        token = await ask(lambda: http.post("/v1/token", data=credentials, auth=secret))
        http.headers["Authorization"] = f"Bearer {token['access_token']}"
        return cls(code, file, http)

    async def post_list(self) -> None:
        """Posts the list; waits until intake has judged every row."""
        headers = {
            "Content-Type": _MEDIA[self.file.suffix],
            "Content-Disposition": f'attachment; filename="{self.file.name}"',
        }
        content = await asyncio.to_thread(self.file.read_bytes)
        self.receipt = await ask(
            lambda: self.http.post("/v1/lists", params={"limit": 0, "wait": 30}, content=content, headers=headers)
        )
        give_up_at = time.monotonic() + PATIENCE_S
        while self.receipt["pending"]:
            if time.monotonic() > give_up_at:
                raise DemoFailed(f"intake has not judged all rows of {self.file.name}: see the log of `scheduler`")
            await asyncio.sleep(0.5)
            now = await ask(lambda: self.http.get(f"/v1/lists/{self.receipt['list_id']}", params={"limit": 0}))
            self.receipt = now | {"already_received": self.receipt["already_received"]}
        await self._count_rejected()

    async def _count_rejected(self) -> None:
        cursor: int | None = 0
        while cursor is not None:
            where = f"/v1/lists/{self.receipt['list_id']}"
            wanted = {"only": "rejected", "cursor": str(cursor), "limit": "1000"}
            page = await ask(lambda where=where, wanted=wanted: self.http.get(where, params=wanted))  # type: ignore[misc]
            self.rejected.update(row["code"] for row in page["items"])
            cursor = page["next_cursor"]

    async def hand_in_photo(self, id_number: str, photo: bytes) -> None:
        """Hands in the reference photo of a person."""
        files = {"photo": ("reference.png", photo, "image/png")}
        await ask(lambda: self.http.put("/v1/reference-photos", data={"id_number": id_number}, files=files))

    async def leave(self) -> None:
        """Closes the connections."""
        await self.http.aclose()

    async def certificates(self) -> list[dict[str, Any]]:
        """All certificates that this agency may read."""
        found: list[dict[str, Any]] = []
        after = 0
        while True:
            wanted = {"after": str(after), "limit": "1000"}
            page = await ask(lambda wanted=wanted: self.http.get("/v1/certificates", params=wanted))  # type: ignore[misc]
            found += page["items"]
            after = page["next_after"]
            if not page["more"]:
                return found
