"""Every operation of the OpenAPI, tried by schemathesis on the served door with a real database.

No odd input makes the door fail, every answer is of a declared type and form, and nothing is open without its token.
Here each operation is tried at all boundaries of its fields by the first role that may call it, and with one request by
each other one; `make fuzz-api` has every role try all, with `ONEVISIT_FUZZ_EXAMPLES` requests more for each.
"""

import asyncio
import os
from collections import Counter
from typing import Any

import psycopg
import pytest

from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.gateway.access.rate_limit import Allowance
from services.gateway.openapi import described_app, openapi
from tests.integration.gateway.conftest import OTHER_VILLAGE, VILLAGE, Bench
from tests.integration.gateway.contract import ENDLESS, part_of, try_door
from tests.integration.gateway.feedback_office import VOICE, FeedbackOffice, Report
from tests.integration.gateway.serving import served

EXAMPLES = int(os.environ.get("ONEVISIT_FUZZ_EXAMPLES", "0"))
CALLERS = ("anonymous", *(role.value for role in Role))
SLOW = pytest.mark.timeout(1200 + 600 * EXAMPLES)


def prepare(bench: Bench) -> None:
    """A door that counts no calls and waits for nobody: neither is what is tried here."""
    impatient = {"wait_seconds": 0.0, "longest_wait_seconds": 0.0, "planner_seconds": 0.01}
    object.__setattr__(bench.door, "policy", bench.door.policy.model_copy(update=impatient))
    for name in ("calls", "open_calls"):
        object.__setattr__(bench.door, name, Allowance(per_second=1e6, at_once=10**6))


async def headers_of(bench: Bench, caller: str) -> dict[str, str]:
    """What this caller sends with every request."""
    if caller == "anonymous":
        return {}
    if caller == Role.DEVICE:
        return (await bench.enrol_phone(VILLAGE)).headers
    async with await psycopg.AsyncConnection.connect(bench.settings.database) as connection:
        made = await enrol_client(connection, Role(caller), agency="hrss" if caller == Role.AGENCY else None)
    answer = await bench.http.post("/v1/token", data={"grant_type": "client_credentials", **vars(made)})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def examples_of(bench: Bench) -> dict[str, str]:
    """What is there, by the name of the parameter in a path. (The certificate is another agency's: as the bench issues
    it, it is no signed one that could be printed.)"""
    visit_id = await bench.open_visit(("hrss", "P-1"), ("civil_affairs", "S-1"))
    certificate_id = await bench.issue("civil_affairs", "S-1", visit_id)
    other = await bench.enrol_phone(OTHER_VILLAGE)
    office = FeedbackOffice(bench)
    report = await office.report(other, Report(voice=VOICE))
    await office.passed_on(report)
    return {
        "feedback_id": str(report.feedback_id),
        "visit_id": str(visit_id),
        "request_id": "P-1",
        "certificate_id": str(certificate_id),
        "device_id": str(other.device_id),
    }


@SLOW
@pytest.mark.parametrize("caller", CALLERS)
async def test_the_door_keeps_to_its_openapi(bench: Bench, caller: str) -> None:
    """Whatever is sent; what is wrong is told with the request that shows it again."""
    prepare(bench)
    document, ids = openapi(described_app()), await examples_of(bench)
    first = part_of(document, ids, lambda roles: roles[0] == caller or bool(EXAMPLES and caller in roles))
    others = part_of(document, ids, lambda roles: caller in roles[1:] and not EXAMPLES)
    headers = await headers_of(bench, caller)
    tried: Counter[str] = Counter()
    async with served(bench.app) as address:
        for part, thorough in ((first, True), (others, False)):
            if not part["paths"]:
                continue
            account = await asyncio.to_thread(
                try_door, address, part, headers, examples=max(1, EXAMPLES), thorough=thorough
            )
            assert not account.wrong, str(account)
            tried += account.tried
    assert set(tried) == {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if caller in operation["x-roles"] and (method, path) != ENDLESS
    }


async def test_a_door_that_breaks_its_word_is_found(bench: Bench) -> None:
    """So that the test above can fail: another form, another type, a failure, and a route that asks for no token."""

    @bench.app.get("/v1/broken")
    async def broken() -> None:
        """Fails."""
        raise ZeroDivisionError

    document: dict[str, Any] = openapi(described_app())
    health, status_lists = document["paths"]["/healthz"]["get"], document["paths"]["/v1/status-lists"]["get"]
    health["responses"]["200"]["content"] = {"application/json": {"schema": {"type": "array"}}}
    status_lists["security"] = [{"HTTPBearer": []}]
    keys = document["paths"]["/.well-known/jwks.json"]["get"]
    keys["responses"]["200"]["content"] = {"text/csv": {}}
    paths = {"/healthz": {"get": health}, "/v1/status-lists": {"get": status_lists}}
    paths |= {"/.well-known/jwks.json": {"get": keys}, "/v1/broken": {"get": health}}
    headers = bench.as_role["hrss"]
    async with served(bench.app) as address:
        account = await asyncio.to_thread(
            try_door, address, document | {"paths": paths}, headers, examples=1, thorough=True
        )
    found = {tuple(title.split(": ")[:2]) for title in account.wrong}
    assert {
        ("GET /healthz", "response_schema_conformance"),
        ("GET /v1/status-lists", "ignored_auth"),
        ("GET /.well-known/jwks.json", "content_type_conformance"),
        ("GET /v1/broken", "not_a_server_error"),
    } <= found
