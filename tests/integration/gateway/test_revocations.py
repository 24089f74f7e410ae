"""A certificate is revoked: by whom it may be, what follows, and how somebody without us finds out."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest
from joserfc.jwk import KeySet
from typer.testing import CliRunner

from deploy.embedded import running
from schemas.certificate import CertificateRevoked
from schemas.revocation import RevocationOrdered, RevocationReason
from schemas.topics import REVOCATION
from services.certify.certificate import CertificateFault, InvalidCertificate, PublicKeys, check
from services.certify.revoking import fold_revocations
from services.cli.main import app
from services.gateway.store.receipts import count_by_agency
from services.platform.ledger import Transaction
from services.platform.runner import Reader
from services.platform.status_list import LIST_BITS, read_status_list
from tests.integration.gateway.conftest import VILLAGE, Bench
from tests.integration.gateway.county import County
from tests.integration.gateway.test_audit import read_log
from tests.integration.gateway.test_receipts import WANG, certificate, county, give, open_visits, witness

__all__ = ["county"]


@pytest.fixture
def revoking(county: County) -> County:
    """The county with certify's fold of revocations beside the scheduler's, as both consume the topic."""
    scheduler = county.readers[REVOCATION.name]

    async def both(transaction: Transaction, events: Any) -> None:
        await scheduler.fold(transaction, events)
        await fold_revocations(transaction, events)

    county.readers[REVOCATION.name] = Reader(REVOCATION, both)
    return county


async def revoke(bench: Bench, certificate_id: str, reason: str, role: str = "reviewer") -> tuple[int, dict[str, Any]]:
    """Orders a revocation; status and answer."""
    path = f"/v1/certificates/{certificate_id}/revocation"
    answer = await bench.http.post(path, json={"reason": reason}, headers=bench.as_role[role])
    return answer.status_code, answer.json()


async def token_of(county: County, request_id: str = "P-1", role: str = "hrss") -> str:
    """The newest certificate of a request."""
    return str((await county.get(county.bench.as_role[role], f"/v1/certificates/{request_id}"))["jws"])


async def published(bench: Bench) -> tuple[PublicKeys, dict[str, Any]]:
    """What anybody may fetch without signing in: the keys, and the status lists by name."""
    keys = PublicKeys.from_json((await bench.http.get("/.well-known/jwks.json")).text)
    answer = await bench.http.get("/v1/status-lists")
    assert answer.status_code == 200, answer.text
    lists = [read_status_list(token, keys.keys) for token in answer.json()["lists"]]
    return keys, {each.url: each for each in lists}


def fault(token: str, keys: PublicKeys, lists: dict[str, Any]) -> CertificateFault | None:
    """What is wrong with a certificate."""
    try:
        check(token, keys, now=datetime.now(UTC), lists=lists)
    except InvalidCertificate as error:
        return error.fault
    return None


async def test_a_revoked_certificate_is_found_by_whoever_looks(revoking: County) -> None:
    """The list says so, the agency is told once, somebody is sent again, and the next certificate holds."""
    bench, phone = revoking.bench, await revoking.phone(VILLAGE)
    await witness(revoking)
    first, other = await token_of(revoking), await token_of(revoking, "S-1", "civil_affairs")
    keys, lists = await published(bench)
    assert fault(first, keys, lists) is fault(other, keys, lists) is None
    certificate_id = await certificate(revoking)
    for _ in range(2):
        status, answer = await revoke(bench, certificate_id, "WRONG_PERSON")
        assert (status, answer["reopens"]) == (202, True)
    await revoking.fold()
    keys, lists = await published(bench)
    assert (fault(first, keys, lists), fault(other, keys, lists)) == (CertificateFault.REVOKED, None)
    told = [(topic, event) for topic, _, event in await bench.events() if isinstance(event, CertificateRevoked)]
    assert [(topic, str(event.certificate_id), event.reason) for topic, event in told] == [
        ("certificate.hrss", certificate_id, "WRONG_PERSON")
    ]
    (again,) = await open_visits(revoking)
    assert [(r["agency"], r["reopened"]["code"]) for r in again["requests"]] == [("hrss", "WRONG_PERSON")]
    (person,) = [p for stop in (await revoking.get(phone.headers, "/v1/today"))["stops"] for p in stop["people"]]
    assert any("撤销" in warning["zh"] for warning in person["warnings"])
    state = await revoking.get(bench.as_role["hrss"], "/v1/requests/P-1")
    assert (state["status"], state["rejected_because"]) == ("open", "WRONG_PERSON")
    await give(bench, {"certificate_id": certificate_id, "outcome": "accepted"})
    await revoking.fold()
    assert len(await open_visits(revoking)) == 1
    await witness(revoking)
    second = await token_of(revoking)
    keys, lists = await published(bench)
    assert (second != first, fault(second, keys, lists)) == (True, None)


async def test_who_may_revoke(revoking: County) -> None:
    """A reviewer any, an agency its own; another's looks like none; a reason of no list is refused."""
    bench = revoking.bench
    await witness(revoking)
    mine, theirs = await certificate(revoking), await certificate(revoking, "S-1", "civil_affairs")
    for certificate_id, role, reason, expected in (
        (theirs, "hrss", "NOT_NEEDED", (404, "CERTIFICATE_UNKNOWN")),
        (str(uuid4()), "reviewer", "NOT_NEEDED", (404, "CERTIFICATE_UNKNOWN")),
        (mine, "scheduler", "NOT_NEEDED", (403, "ROLE_NOT_ALLOWED")),
        (mine, "hrss", "I_CHANGED_MY_MIND", (422, "MALFORMED")),
    ):
        status, answer = await revoke(bench, certificate_id, reason, role)
        assert (status, answer["code"]) == expected
    assert await bench.execute("SELECT count(*) FROM gateway.revocation") == [(0,)]
    begun = len(await read_log(bench))
    for _ in range(2):
        assert (await revoke(bench, mine, "NOT_NEEDED", "hrss"))[0] == 202
    status, answer = await revoke(bench, mine, "WRONG_PERSON")
    assert (status, answer["code"]) == (409, "REVOKED_ALREADY")
    assert [
        (line["role"], line["act"], line["subject"], line["detail"]) for line in (await read_log(bench))[begun:]
    ] == [("agency", "certificate.revoked", f"certificate:{mine}", {"reason": "NOT_NEEDED"})]
    await revoking.fold()
    assert await open_visits(revoking) == []


async def test_what_reviewers_had_revoked_is_revoked_everywhere(revoking: County) -> None:
    """No order at the door: the recording was not certified. The agency sees why, is asked for no receipt, and orders
    nothing else; a receipt changes nothing."""
    bench = revoking.bench
    await witness(revoking)
    certificate_id = await certificate(revoking)
    ordered = RevocationOrdered(
        event_id=uuid4(), recorded_at=bench.door.now(), certificate_id=UUID(certificate_id), agency="hrss",
        request_id="P-1", person_key=revoking.person(WANG), reason=RevocationReason.ISSUED_IN_ERROR,
        ordered_by="reviewer-9",
    )  # fmt: skip
    async with bench.door.pool.connection() as connection:
        transaction = Transaction(connection, "/test")
        await revoking.readers[REVOCATION.name].fold(transaction, [ordered])
        await transaction.flush()
    await revoking.fold()
    state = await revoking.get(bench.as_role["hrss"], "/v1/requests/P-1")
    assert (state["status"], state["rejected_because"]) == ("open", "ISSUED_IN_ERROR")
    await bench.execute("UPDATE certify.certificate SET issued_at = now() - interval '40 days'")
    unanswered = await revoking.get(bench.as_role["scheduler"], "/v1/receipts/unanswered")
    assert [one["request_id"] for one in unanswered["items"]] == ["S-1"]
    async with bench.door.pool.connection() as connection:
        counts = await count_by_agency(connection)
    assert {one.agency: one.unanswered for one in counts} == {"civil_affairs": 1, "hrss": 0}
    status, answer = await revoke(bench, certificate_id, "NOT_NEEDED", "hrss")
    assert (status, answer["code"]) == (409, "REVOKED_ALREADY")
    sent = await bench.events()
    status, answer = await revoke(bench, certificate_id, "ISSUED_IN_ERROR", "hrss")
    assert (status, await bench.events()) == (202, sent)
    said = {"certificate_id": certificate_id, "outcome": "rejected", "code": "NAME_DIFFERS"}
    assert [(one["taken"], one["follows"]) for one in await give(bench, said, said)] == [(True, "nothing")] * 2


async def test_a_place_in_the_list_tells_nothing(revoking: County) -> None:
    """Drawn at random from a long list; one list serves all agencies; a list that is not there is 404."""
    bench = revoking.bench
    await witness(revoking)
    entries = await bench.execute("SELECT list, place FROM certify.status_entry")
    assert {number for number, _ in entries} == {1}
    assert len({place for _, place in entries}) == 2
    assert all(0 <= place < LIST_BITS for _, place in entries)
    answer = await bench.http.get("/v1/status-lists/1")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/vc+jwt")
    assert answer.headers["access-control-allow-origin"] == "*"
    keys = KeySet.import_key_set((await bench.http.get("/.well-known/jwks.json")).json())
    assert not any(read_status_list(answer.text, keys).bits)
    answer = await bench.http.get("/v1/status-lists/2")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_without_us_the_command_says_which(revoking: County, tmp_path: Path) -> None:
    """Certificate, keys and lists as files: valid, then revoked; after a change of keys the old certificate still
    holds; on paper too."""
    bench = revoking.bench
    await witness(revoking)
    token = await token_of(revoking)
    (tmp_path / "one.jws").write_text(token)
    env = {"ONEVISIT_VAR": str(bench.settings.var)}

    async def run(*arguments: str) -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, app, ["certificate", *arguments], env=env)
        return done.exit_code, done.output

    async def verify() -> tuple[int, str]:
        (tmp_path / "keys.json").write_text((await bench.http.get("/.well-known/jwks.json")).text)
        (tmp_path / "lists.json").write_text((await bench.http.get("/v1/status-lists")).text)
        files = ("--keys", str(tmp_path / "keys.json"), "--status-list", str(tmp_path / "lists.json"))
        return await run("verify", str(tmp_path / "one.jws"), *files, "--json")

    status, said = await verify()
    assert (status, json.loads(said)["revocation_checked"]) == (0, True)
    before, lock = (await bench.http.get("/.well-known/jwks.json")).json(), running.take(bench.settings.var)
    assert lock is not None
    with lock:
        status, said = await run("rotate-key")
    assert (status, "stack.already-running" in said, "onevisit down" in said) == (1, True, True)
    assert (await bench.http.get("/.well-known/jwks.json")).json() == before
    status, said = await run("rotate-key")
    assert status == 0, said
    assert len((await bench.http.get("/.well-known/jwks.json")).json()["keys"]) == 2
    assert (await verify())[0] == 0
    paper = tmp_path / "one.pdf"
    assert (await run("print", str(tmp_path / "one.jws"), "-o", str(paper)))[0] == 0
    printed = await bench.http.get("/v1/certificates/P-1.pdf", headers=bench.as_role["hrss"])
    assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")
    for content in (paper.read_bytes(), printed.content):
        document = pypdfium2.PdfDocument(content)
        assert "P-1" in document[0].get_textpage().get_text_range()
        document.close()
    assert (await bench.http.get("/v1/certificates/S-1.pdf", headers=bench.as_role["hrss"])).status_code == 404
    await revoke(bench, await certificate(revoking), "EVIDENCE_FALSE")
    await revoking.fold()
    status, said = await verify()
    assert (status, json.loads(said)["code"]) == (1, "CERTIFICATE_REVOKED")
