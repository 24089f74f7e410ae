"""Deaths that phones report, for people of whom every agency asks: from the phone's sync to each agency's receiver."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import psycopg
from joserfc.jwk import OKPKey

from bench.merge.load import id_number
from services.gateway.access.enrolment import enrol_device
from services.platform.settings import Settings

PROGRAMMES = {"hrss": "pension", "civil_affairs": "senior_subsidy", "health": "family_planning"}
VILLAGE = "990101001001"
PATIENCE_S = 120.0


def effect_of(life_event_id: str, version: int = 1) -> str:
    """What a notice does at an agency: once for each version of it."""
    return f"{life_event_id}.{version}"


async def ask_for(people: int, settings: Settings, gateway: str, tokens: Mapping[str, str]) -> list[UUID]:
    """Every agency asks for these people by a list; their visits, once the scheduler has made them.

    Raises:
        TimeoutError: when they are not there within two minutes.
    """
    today = datetime.now(UTC).date()
    until = today + timedelta(60)
    async with httpx.AsyncClient(base_url=gateway, timeout=60) as http:
        for agency in settings.agencies:
            rows = "".join(
                f"{agency}-d{person},{id_number(person)},某某,{PROGRAMMES[agency]},{today},{until},{VILLAGE}\n"
                for person in range(people)
            )
            head = "request_id,id_number,name,programme,window_start,due_date,village_code\n"
            sent = {
                "Authorization": f"Bearer {tokens[agency]}",
                "Content-Type": "text/csv",
                "Idempotency-Key": "deaths",
            }
            (await http.post("/v1/lists?wait=30", content=(head + rows).encode(), headers=sent)).raise_for_status()
    async with (
        await psycopg.AsyncConnection.connect(settings.database, autocommit=True) as connection,
        asyncio.timeout(PATIENCE_S),
    ):
        while True:
            cursor = await connection.execute(
                "SELECT visit_id FROM scheduler.visit WHERE status = 'open' AND jsonb_array_length(requests) = %s"
                " ORDER BY visit_id",
                (len(settings.agencies),),
            )
            visits = [visit_id for (visit_id,) in await cursor.fetchall()]
            if len(visits) == people:
                return visits
            await asyncio.sleep(0.2)


async def report(visits: Iterable[UUID], rate: float, settings: Settings, gateway: str) -> dict[str, float]:
    """A phone reports a death at each of these visits; by effect, when it began to send."""
    key = OKPKey.generate_key("Ed25519").as_dict(private=False)
    async with await psycopg.AsyncConnection.connect(settings.database) as connection:
        phone = await enrol_device(connection, cadre_id="C001", public_key=key, village_codes=(VILLAGE,))
    today, sent, begun = datetime.now(UTC).date().isoformat(), dict[str, float](), time.monotonic()
    async with httpx.AsyncClient(
        base_url=gateway, timeout=60, headers={"Authorization": f"Bearer {phone.token}"}
    ) as http:
        for number, visit_id in enumerate(visits):
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
            began = time.time()
            death = {"kind": "deceased", "source": "family", "visit_id": str(visit_id), "known_on": today}
            answer = (await http.post("/v1/life-events", json=death)).raise_for_status()
            sent[effect_of(answer.json()["life_event_id"])] = began
    return sent
