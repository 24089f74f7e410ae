"""Measures from verdict, and from a phone's report of a death, to each agency, by each way, on the real stack.

    python -m bench.delivery --certificates 1000 --rate 50 --deaths 100 --death-rate 2

What was lost or doubled is counted.

Certificates are signed and emitted as certify does, in the transaction of a verdict; from there on everything is real:
outbox, relay, Kafka, the agencies' TLS listener, the delivery program, the gateway. A certificate's clock starts just
before its transaction commits, and stops when its receiver has checked and noted it. One machine, one clock.

Every tenth certificate is emitted twice, as after a kill: Kafka's column of repetitions must show them, which proves
that it counts. By pull and file nothing may come again at all; a webhook may, when its answer came too late.

Deaths then go the whole way: all agencies have asked for the same people, the scheduler has merged them into visits,
and a phone reports a death at each (`deaths.py`). The clock starts when the phone begins to send.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
from joserfc.jwk import OKPKey
from onevisit_agency import Access

from bench.delivery import deaths
from bench.delivery.ways import Inbox, Ways
from deploy.embedded.programs import WORKERS
from deploy.embedded.stack import EmbeddedStack
from schemas.base import stable_id
from schemas.certificate import CertificateIssued, EvidenceGrade
from schemas.topics import CERTIFICATE
from schemas.visit import VisitRequest
from services.certify.certificate import sign
from services.gateway.access.callers import Role
from services.gateway.access.enrolment import enrol_client
from services.platform import secrets
from services.platform.agency_access import grant
from services.platform.ledger import Transaction
from services.platform.settings import Settings
from services.platform.webhook_signing import new_secret, seal_secret, shown

DROP_S = 5.0
PROGRAMS = ("scheduler", "relay", "delivery", "gateway")
PATIENCE_S = 120.0
SETTLE_S = 10.0
"""How long repetitions are listened for after the last one: longer than a webhook's first wait and the files' round."""
TWICE_EVERY = 10


def main() -> int:
    """Runs and prints; the exit status is 1 when anything was lost, doubled, or repeated where nothing may be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--certificates", type=int, default=1000, help="of each agency (default 1000)")
    parser.add_argument("--rate", type=float, default=50.0, help="of all agencies together, a second (default 50)")
    parser.add_argument("--deaths", type=int, default=100, help="after the certificates; 0: none (default 100)")
    parser.add_argument("--death-rate", type=float, default=2.0, help="reported a second (default 2)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onevisit-bench-") as name:
        var = Path(name)
        var.chmod(0o711)
        policy = var / "delivery.toml"
        policy.write_text(f'networks = ["127.0.0.0/8"]\ndrop = "{var / "drop"}"\ndrop_s = {DROP_S}\n')
        os.environ["ONEVISIT_DELIVERY"] = str(policy)
        with EmbeddedStack(var) as stack:
            stack.start([program for program in WORKERS if program.name in PROGRAMS])
            settings = Settings.from_env(stack.environment())
            ways = Ways()
            try:
                tokens = asyncio.run(_connect(ways, settings, stack.gateway, var))
                visits = asyncio.run(deaths.ask_for(given.deaths, settings, stack.gateway, tokens))
                time.sleep(5.0)  # consumers have found their place, so that a start is not measured as a delivery
                certified = asyncio.run(_certify(settings, given.certificates, given.rate))
                _wait(ways, certified)
                died = asyncio.run(deaths.report(visits, given.death_rate, settings, stack.gateway))
                told = dict.fromkeys(settings.agencies, died)
                _wait(ways, told)
                time.sleep(SETTLE_S)
            finally:
                ways.stop()
    _say(f"files are looked for every {DROP_S:g} s here (300 by default), pulls every 0.5 s when there is nothing")
    faults = _report("verdict to agency", ways, certified, given.rate)
    faults += _report("a phone's report of a death to agency", ways, told, given.death_rate)
    faults += sum(_miscounted(way, inbox, certified[agency]) for (way, agency), inbox in ways.inboxes.items())
    return 1 if faults else 0


async def _connect(ways: Ways, settings: Settings, gateway: str, folder: Path) -> dict[str, str]:
    """Makes every agency known by all ways; their tokens."""
    own, tokens = secrets.load(settings.secrets), dict[str, str]()
    async with await psycopg.AsyncConnection.connect(settings.database, autocommit=True) as connection:
        for agency in settings.agencies:
            granted = grant(settings, agency)
            access = Access(
                agency=agency,
                bootstrap_servers=settings.agency_kafka,
                username=granted.username,
                password=granted.password,
                topics=granted.topics,
                ca_pem=settings.kafka_authority.read_text("ascii"),
                keys=tuple(secrets.public_keys(own.signing_key)["keys"]),
                issuer=settings.issuer,
            )
            ways.listen_to_kafka(agency, access, folder)
            url, known = ways.serve_webhook(agency)
            webhook_id, secret = uuid4(), new_secret()
            known["secret"] = shown(secret)
            await connection.execute(
                "INSERT INTO delivery.webhook (webhook_id, agency, url, kinds, secret, state, made_at)"
                " VALUES (%s, %s, %s, '{}', %s, 'active', now())",
                (webhook_id, agency, url, seal_secret(own.master_key, webhook_id, secret)),
            )
            client = await enrol_client(connection, Role.AGENCY, agency=agency)
            form = {"grant_type": "client_credentials", **vars(client)}
            tokens[agency] = httpx.post(f"{gateway}/v1/token", data=form, timeout=30).json()["access_token"]  # noqa: ASYNC210
            ways.pull(agency, gateway, tokens[agency])
            ways.watch_folder(agency, folder / "drop")
    return tokens


async def _certify(settings: Settings, count: int, rate: float) -> dict[str, dict[str, float]]:
    """Emits so many certificates of each agency at this rate; by agency, when which request's was committed."""
    key = secrets.load(settings.secrets).signing_key
    sent: dict[str, dict[str, float]] = {agency: {} for agency in settings.agencies}
    begun = time.monotonic()
    async with await psycopg.AsyncConnection.connect(settings.database) as connection:
        for number in range(count):
            for place, agency in enumerate(settings.agencies):
                event = _certificate(settings, key, agency, number)
                due = begun + (number * len(settings.agencies) + place) / rate
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                transaction = Transaction(connection, "/onevisit/certify")
                for _ in range(2 if _is_twice(number) else 1):
                    transaction.emit(CERTIFICATE.named(agency), event.request_id, event)
                await transaction.flush()
                sent[agency][event.request_id] = time.time()
                await connection.commit()
    return sent


def _is_twice(number: int) -> bool:
    return number % TWICE_EVERY == 0


def _certificate(settings: Settings, key: OKPKey, agency: str, number: int) -> CertificateIssued:
    now = datetime.now(UTC)
    request = VisitRequest(
        agency=agency,
        request_id=f"{agency}-{number}",
        programme="pension",
        window_start=now.date(),
        due_date=now.date(),
    )
    certificate_id = stable_id("certificate", agency, request.request_id)
    jws = sign(
        key,
        issuer=settings.issuer,
        certificate_id=certificate_id,
        request=request,
        proved_at=now,
        evidence=EvidenceGrade.IN_PERSON_FACE,
        policy_version="bench",
    )
    return CertificateIssued(
        event_id=stable_id("certificate-issued", str(certificate_id)),
        recorded_at=now,
        certificate_id=certificate_id,
        agency=agency,
        request_id=request.request_id,
        programme="pension",
        person_key=f"{number:064x}",
        visit_id=stable_id("visit", agency, str(number)),
        proved_at=now,
        evidence=EvidenceGrade.IN_PERSON_FACE,
        jws=jws,
    )


def _wait(ways: Ways, sent: dict[str, dict[str, float]]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_at:
        if all(sent[agency].keys() <= inbox.seen.keys() for (_, agency), inbox in list(ways.inboxes.items())):
            return
        time.sleep(0.1)


def _report(what: str, ways: Ways, sent: dict[str, dict[str, float]], rate: float) -> int:
    """Prints the table of one measurement; how many were lost."""
    if not any(sent.values()):
        return 0
    _say(f"\n{sum(map(len, sent.values()))} in all, {rate:g} a second; seconds from {what}\n")
    _say("way      agency            p50      p99      max    lost")
    faults = 0
    for (way, agency), inbox in sorted(ways.inboxes.items()):
        took = sorted(inbox.seen[one] - at for one, at in sent[agency].items() if one in inbox.seen)
        lost = len(sent[agency]) - len(took)
        faults += lost
        figures = " ".join(f"{value:8.3f}" for value in _quantiles(took))
        _say(f"{way:8} {agency:14} {figures} {lost:7}")
    return faults


def _miscounted(way: str, inbox: Inbox, certified: dict[str, float]) -> int:
    """What took effect twice, what came again where nothing may, and what did not come again where it must."""
    repeated = sum(map(_is_twice, range(len(certified))))
    _say(f"{way:8} doubled {inbox.doubled}, repeated {inbox.again}")
    return inbox.doubled + (inbox.again if way in {"pull", "file"} else way == "kafka" and inbox.again < repeated)


def _quantiles(took: Sequence[float]) -> Iterable[float]:
    if len(took) < 2:
        return [float("nan")] * 3
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return cuts[49], cuts[98], took[-1]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
