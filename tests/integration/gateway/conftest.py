"""The door on a real database: an installation of its own for each test, with everybody who may come in."""

import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from joserfc.jwk import OKPKey
from psycopg.types.json import Jsonb
from starlette.routing import BaseRoute

from schemas.base import Event, stable_id
from schemas.wire import decode
from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client, enrol_device
from services.gateway.app import create_app
from services.gateway.door import Door
from services.platform import secrets
from services.platform.ledger import unpack_headers
from services.platform.settings import Settings

VILLAGE, OTHER_VILLAGE = "990101001001", "990101001002"


@dataclass
class Phone:
    """An enrolled phone with its private key."""

    device_id: UUID
    token: str
    key: Ed25519PrivateKey

    @property
    def headers(self) -> dict[str, str]:
        """What it sends with every request."""
        return {"Authorization": f"Bearer {self.token}"}

    def metadata(self, content: bytes, challenge: dict[str, Any], **changes: str) -> dict[str, str]:
        """What it says of a recording; `changes` make it say something else."""
        sha256 = hashlib.sha256(content).hexdigest()
        challenge_id = challenge["challenge_id"]
        stated = [changes["camera"]] if "camera" in changes else []
        signature = base64.b64encode(self.key.sign(".".join([sha256, challenge_id, *stated]).encode())).decode()
        return {
            "filename": "clip.mp4",
            "filetype": "video/mp4",
            "visit_id": challenge["visit_id"],
            "challenge_id": challenge_id,
            "captured_at": datetime.now(UTC).isoformat(),
            "sha256": sha256,
            "signature": signature,
            "legal_basis": "statutory_duty",
        } | changes


@dataclass
class Bench:
    """One installation of the door, with a client that has not said who it is."""

    settings: Settings
    app: FastAPI
    http: httpx.AsyncClient
    door: Door
    as_role: dict[str, dict[str, str]] = field(default_factory=dict)
    """Headers of hrss, civil_affairs, scheduler, reviewer, auditor, admin."""
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    """From which the windows of its visits are counted: a test may run over midnight."""

    async def execute(self, query: str, parameters: Any = ()) -> list[Any]:
        """Runs SQL beside the door; the rows, if there are any."""
        async with await psycopg.AsyncConnection.connect(self.settings.database, autocommit=True) as connection:
            cursor = await connection.execute(query, parameters)
            return await cursor.fetchall() if cursor.description else []

    async def events(self) -> list[tuple[str, str, Event]]:
        """What the door has put into the outbox: topic, key, event."""
        rows = await self.execute("SELECT topic, key, headers, value FROM platform.outbox ORDER BY id")
        return [
            (topic, bytes(key).decode(), decode(unpack_headers(bytes(headers)), bytes(value)))
            for topic, key, headers, value in rows
        ]

    async def enrol_phone(self, *villages: str, cadre: str = "C001") -> Phone:
        """A new phone."""
        key = OKPKey.generate_key("Ed25519")
        private = key.private_key
        assert isinstance(private, Ed25519PrivateKey)
        async with await psycopg.AsyncConnection.connect(self.settings.database) as connection:
            made = await enrol_device(
                connection, cadre_id=cadre, public_key=key.as_dict(private=False), village_codes=villages or (VILLAGE,)
            )
        return Phone(made.device_id, made.token, private)

    async def open_visit(self, *requests: tuple[str, str], village: str = VILLAGE, last: date | None = None) -> UUID:
        """A visit that answers these (agency, request_id), as the scheduler writes it: in its window today, whose last
        day is in five weeks unless it is said."""
        first, last = self.today - timedelta(25), last or self.today + timedelta(35)
        visit_id, person = uuid4(), hashlib.sha256(uuid4().bytes).hexdigest()
        stored = [
            {
                "agency": agency,
                "request_id": request_id,
                "programme": "pension",
                "window_start": first.isoformat(),
                "due_date": last.isoformat(),
            }
            for agency, request_id in requests
        ]
        await self.execute(
            "INSERT INTO scheduler.visit (visit_id, person_key, version, status, window_first, window_last, requests,"
            " village_code, opened_at) VALUES (%s, %s, 1, 'open', %s, %s, %s, %s, now())",
            (visit_id, person, first, last, Jsonb(stored), village),
        )
        for agency, request_id in requests:
            await self.execute(
                "INSERT INTO scheduler.request (agency, request_id, person_key, status, statement)"
                " VALUES (%s, %s, %s, 'open', '{}')",
                (agency, request_id, person),
            )
        return visit_id

    async def issue(self, agency: str, request_id: str, visit_id: UUID) -> UUID:
        """A certificate, as certify writes it."""
        certificate_id = stable_id("certificate", agency, request_id)
        await self.execute(
            "INSERT INTO certify.certificate (agency, request_id, certificate_id, programme, person_key, visit_id,"
            " proved_at, issued_at, jws) VALUES (%s, %s, %s, 'pension', %s, %s, now(), now(), 'a.b.c')",
            (agency, request_id, certificate_id, "a" * 64, visit_id),
        )
        return certificate_id

    async def challenge(self, phone: Phone, visit_id: UUID) -> dict[str, Any]:
        """A challenge for this phone and visit."""
        answer = await self.http.post(f"/v1/visits/{visit_id}/challenge", headers=phone.headers)
        assert answer.status_code == 201, answer.text
        challenge: dict[str, Any] = answer.json()["challenge"]
        return challenge


@pytest.fixture
def make_settings(database: str, tmp_path: Path) -> Callable[[], Settings]:
    """Settings of an installation that is prepared."""

    def make() -> Settings:
        settings = Settings(database=database, var=tmp_path / "var")
        secrets.make_missing(settings.secrets)
        return settings

    return make


@pytest.fixture(scope="session")
def routes() -> list[BaseRoute]:
    """The routes of the session's first door, without those of the uploads, which know their installation's folder."""
    return []


def lend(routes: list[BaseRoute], app: FastAPI) -> None:
    """Gives a door with the default policy the first one's routes: what FastAPI works out of all of them at an app's
    first request depends on nothing else, and costs more than most of these tests."""
    *small, uploads = app.router.routes
    routes[:] = routes or small
    assert [type(route) for route in routes] == [type(route) for route in small]
    app.router.routes[:] = [*routes, uploads]


@pytest.fixture
async def bench(make_settings: Callable[[], Settings], routes: list[BaseRoute]) -> AsyncIterator[Bench]:
    """The door of one test."""
    async with opened(make_settings(), routes) as bench:
        yield bench


@asynccontextmanager
async def opened(settings: Settings, routes: list[BaseRoute]) -> AsyncIterator[Bench]:
    """The door of this installation, which everybody may come to; `routes` as the fixture of this name."""
    app = create_app(settings)
    lend(routes, app)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(app=app)
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://door"))
        bench = Bench(settings, app, http, app.state.door)
        async with await psycopg.AsyncConnection.connect(settings.database) as connection:
            made = {
                code: await enrol_client(connection, Role.AGENCY, agency=code) for code in ("hrss", "civil_affairs")
            }
            for role in (Role.SCHEDULER, Role.REVIEWER, Role.AUDITOR, Role.ADMIN):
                made[role.value] = await enrol_client(connection, role)
        for name, client in made.items():
            form = {"grant_type": "client_credentials", **vars(client)}
            answer = await http.post("/v1/token", data=form)
            assert answer.status_code == 200, answer.text
            bench.as_role[name] = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        yield bench
