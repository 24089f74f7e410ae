"""A county backs up, goes on, loses its database and restores: what every agency, phone and person is left with."""

import asyncio
import csv
import io
import os
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from deploy.embedded import postgres
from services.certify.store import status
from services.delivery.dropping import Dropper
from services.gateway.journal import Journal
from services.platform import erasure, secrets
from services.platform.audit_chain import OPERATOR
from services.platform.delivery_policy import DeliveryPolicy
from services.platform.journal import DatabaseBehind
from services.platform.prepare import prepare
from services.platform.sealing import Keyring
from tests.integration.cli.restored_county import CIVIL, HRSS, County, county, filmed
from tests.integration.delivery.made_up import certificates, rejection
from tests.integration.gateway.conftest import opened

__all__ = ["county"]


async def test_no_agency_misses_what_is_numbered_after_a_restore(county: County, tmp_path: Path) -> None:
    """Kafka goes on, the database is an hour older. Who has read further than the backup reaches gets everything that
    is numbered anew, some of it once more under its old event_id; a file's number is never given twice."""
    settings = county.installation.settings
    first = [*certificates(settings, HRSS, 3), rejection(HRSS, "R-1"), *certificates(settings, CIVIL, 2)]
    lost = [
        *certificates(settings, HRSS, 3, first=11),
        rejection(CIVIL, "R-2"),
        *certificates(settings, CIVIL, 1, first=11),
    ]
    fresh = [*certificates(settings, HRSS, 2, first=21), *certificates(settings, CIVIL, 2, first=21)]
    dropper = Dropper(tmp_path / "drop", secrets.load(settings.secrets).signing_key, "x", (HRSS,), DeliveryPolicy())

    async def drop() -> list[str]:
        async with await psycopg.AsyncConnection.connect(county.database, autocommit=True) as connection:
            return await dropper.drop(connection, HRSS)

    await county.tell(*first)
    async with opened(settings, []) as bench:
        assert len(await county.pull(bench, HRSS)) == 4
        assert len(await county.pull(bench, CIVIL)) == 2
        await Journal().keep(bench.door)
    assert await drop() == ["hrss-00000001.manifest.jws"]
    dump = await county.backup()
    await county.tell(*lost)
    async with opened(settings, []) as bench:  # civil affairs pulls nothing meanwhile
        assert len(await county.pull(bench, HRSS)) == 3
        await Journal().keep(bench.door)
    assert county.after == {HRSS: 7, CIVIL: 2}
    assert await drop() == ["hrss-00000002.manifest.jws"]
    files = {path.name: path.read_bytes() for path in (tmp_path / "drop" / HRSS).iterdir()}

    restored = await county.command("restore", str(dump))
    assert restored.exit_code == 0, restored.output
    prepare(settings)
    await county.tell(*fresh, known=lost)
    async with opened(settings, []) as bench:
        again = await county.pull(bench, HRSS)
        assert len(again) == 5
        assert len(await county.pull(bench, CIVIL)) == 4
    for agency in (HRSS, CIVIL):
        wanted = {event.event_id for event in [*first, *lost, *fresh] if getattr(event, "agency", "") == agency}
        assert set(county.heard[agency]) == wanted, agency
    assert {each for each in again if each in county.heard[HRSS][:7]} == {event.event_id for event in lost[:3]}
    assert len(county.heard[CIVIL]) == len(set(county.heard[CIVIL])) == 6
    assert county.after[HRSS] > 1_000_000
    assert await drop() == ["hrss-01000001.manifest.jws"]
    assert files.items() <= {path.name: path.read_bytes() for path in (tmp_path / "drop" / HRSS).iterdir()}.items()


async def test_what_ended_after_the_backup_ends_again(county: County) -> None:
    """A revoked phone and program stay out, an erased person stays erased, a revoked certificate stays revoked in its
    place, a consent stays withdrawn; the audit log is whole; who was enrolled since and what was filmed since is
    named."""
    settings = county.installation.settings
    key_id, kept, revoked = uuid4(), uuid4(), uuid4()
    async with opened(settings, []) as bench:
        lost_phone, phone = await bench.enrol_phone(), await bench.enrol_phone()
        visit = await bench.open_visit((HRSS, "P-0"))
        async with bench.door.pool.connection() as connection:
            await Keyring(bench.door.secrets.master_key).get_or_make(connection, [key_id])
        await Journal().keep(bench.door)
        dump = await county.backup()

        gone = await bench.http.delete(f"/v1/devices/{lost_phone.device_id}", headers=bench.as_role["scheduler"])
        assert gone.status_code == 200, gone.text
        said = {"said_by": "person", "withdrawn_at": datetime.now(UTC).isoformat()}
        path = f"/v1/visits/{visit}/consent-withdrawal"
        assert (await bench.http.post(path, json=said, headers=phone.headers)).status_code == 202
        async with bench.door.pool.connection() as connection:
            assert await erasure.destroy_key(connection, key_id, OPERATOR)
            places = await status.allot(connection, [kept, revoked])
            for number, certificate in enumerate((kept, revoked)):
                await connection.execute(
                    "INSERT INTO certify.certificate (agency, request_id, certificate_id, programme, person_key,"
                    " visit_id, proved_at, issued_at, jws)"
                    " VALUES ('hrss', %s, %s, 'pension', repeat('a', 64), %s, now(), now(), '')",
                    (f"C-{number}", certificate, uuid4()),
                )
        order = {"reason": "ISSUED_IN_ERROR"}
        answer = await bench.http.post(
            f"/v1/certificates/{revoked}/revocation", json=order, headers=bench.as_role[HRSS]
        )
        assert answer.status_code == 202, answer.text
        there, burnt = await filmed(bench, phone, "P-1"), await filmed(bench, phone, "P-2")
        bench.door.blobs.delete(burnt)
        await Journal().keep(bench.door)
        lines = await bench.execute("SELECT number, line FROM platform.audit ORDER BY number")

    restored = await county.command("restore", str(dump))
    assert restored.exit_code == 0, restored.output
    assert "recordings since the backup 其后收到的录像: 2, gone 已丢失: 1" in restored.output
    (row,) = csv.DictReader(io.StringIO(await asyncio.to_thread(Path("lost.csv").read_text, "utf-8-sig")))
    assert row["device_id"] == str(phone.device_id)
    prepare(settings)
    async with opened(settings, []) as bench:
        answer = await bench.http.get("/v1/today", headers=lost_phone.headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "DEVICE_REVOKED")
        assert (await bench.http.get("/v1/today", headers=phone.headers)).status_code == 200
        async with bench.door.pool.connection() as connection:
            assert await erasure.is_destroyed(connection, key_id)
            assert await status.allot(connection, [kept, revoked]) == places
        assert await bench.execute("SELECT certificate_id FROM gateway.revocation") == [(revoked,)]
        assert await bench.execute("SELECT certificate_id FROM certify.status_entry WHERE revoked_at IS NOT NULL") == [
            (revoked,)
        ]
        assert len(await bench.execute("SELECT 1 FROM gateway.consent_withdrawal")) == 1
        now = await bench.execute("SELECT number, line FROM platform.audit ORDER BY number")
        assert now[: len(lines)] == lines
        assert any('"act":"database.restored"' in line for _, line in now[len(lines) :])
    assert there != burnt
    checked = await county.command("audit", "verify")
    assert checked.exit_code == 0, checked.output


async def test_a_restore_of_which_nobody_was_told_is_noticed(county: County) -> None:
    """Nothing starts on a database that is older than the journal; and the door refuses a position of the future, so
    that no agency misses in silence what will be numbered there."""
    settings = county.installation.settings
    await county.tell(*certificates(settings, HRSS, 2))
    async with opened(settings, []) as bench:
        phone = await bench.enrol_phone()
        await Journal().keep(bench.door)
    dump = await county.backup()
    await county.tell(*certificates(settings, HRSS, 3, first=11))
    async with opened(settings, []) as bench:
        await county.pull(bench, HRSS)
        answer = await bench.http.delete(f"/v1/devices/{phone.device_id}", headers=bench.as_role["scheduler"])
        assert answer.status_code == 200
        await Journal().keep(bench.door)
    _by_hand(county.database, dump)
    with pytest.raises(DatabaseBehind, match="onevisit restore --by-hand"):
        prepare(settings)
    async with opened(settings, []) as bench:
        answer = await bench.http.get(f"/v1/deliveries?after={county.after[HRSS]}", headers=bench.as_role[HRSS])
        assert (answer.status_code, answer.json()["code"]) == (409, "CURSOR_AHEAD")
    mended = await county.command("restore", "--by-hand")
    assert mended.exit_code == 0, mended.output
    prepare(settings)
    async with opened(settings, []) as bench:
        assert await county.pull(bench, HRSS) == []
        assert (await bench.http.get("/v1/today", headers=phone.headers)).json()["code"] == "DEVICE_REVOKED"
    await county.tell(known=certificates(settings, HRSS, 3, first=11))
    async with opened(settings, []) as bench:
        assert len(await county.pull(bench, HRSS)) == 3
    again = await county.command("restore", "--by-hand", "--log-is-new")
    assert again.exit_code == 0, again.output
    assert county.installation.query("SELECT count(*) FROM platform.position") == [(0,)]
    assert county.installation.query("SELECT max(last_number) FROM delivery.counter") == [(2_000_000,)]


async def test_nothing_is_restored_under_running_programs(county: County) -> None:
    """Nor from a file that cannot be read to its end, nor without a journal unless that is said."""
    dump = await county.backup()
    async with opened(county.installation.settings, []) as bench:
        await bench.enrol_phone()
        await Journal().keep(bench.door)
    with psycopg.connect(county.database):
        refused = await county.command("restore", str(dump))
    assert refused.exit_code == 1 and "RESTORE_PROGRAMS_RUN" in refused.output
    cut = dump.with_name("cut.dump")
    cut.write_bytes(dump.read_bytes()[:-2000])
    refused = await county.command("restore", str(cut))
    assert refused.exit_code == 1
    assert county.installation.query("SELECT count(*) FROM platform.clock") == [(1,)]


def _by_hand(database: str, dump: Path) -> None:
    """As somebody does who does not know of `onevisit restore`."""
    _tool(database, "pg_restore", "--clean", "--if-exists", "--no-owner", "--dbname", database, str(dump))


def _tool(database: str, name: str, *arguments: str) -> None:
    run: Sequence[str] = [str(postgres.binaries() / name), *arguments]
    subprocess.run(run, check=True, env=os.environ | {"PGDATABASE": database})
