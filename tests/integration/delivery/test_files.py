"""Files in an agency's folder: each once and whole, checked without us, harmless to open."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from joserfc import jws
from joserfc.jwk import OKPKey
from python_calamine import CalamineWorkbook

from schemas.base import stable_id
from services.delivery import dropping
from services.delivery.dropping import Dropper
from services.delivery.store.files import FilesForgotten, has_life_event
from services.delivery.store.items import NewItem, forget_items, keep_items
from services.platform.database import Connection, open_pool
from services.platform.delivery_policy import DeliveryPolicy
from services.platform.secrets import public_keys
from services.platform.settings import Settings
from tests.integration.delivery.office import going_on, until
from tests.integration.line import ROOT

KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _item(number: int, request_id: str = "", agency: str = "hrss") -> NewItem:
    content = json.dumps({"request_id": request_id or f"P-{number}", "message": "校验码有误"}, ensure_ascii=False)
    return NewItem(agency, stable_id("item", str(number)), "request.noticed.v1", f"P-{number}", content, NOW)


@pytest.fixture
async def connection(database: str) -> AsyncIterator[Connection]:
    """An empty installation, in autocommit mode."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as opened:
        yield opened


def _dropper(folder: Path, rows: int = 4) -> Dropper:
    return Dropper(folder, KEY, "did:web:test", ("hrss",), DeliveryPolicy(drop_rows=rows))


async def _keep(connection: Connection, *items: NewItem) -> None:
    async with connection.transaction():
        await keep_items(connection, items)


async def test_deliveries_stand_once_in_numbered_files(connection: Connection, tmp_path: Path) -> None:
    """In order, as CSV and XLSX alike, with a signed manifest; a second round writes nothing."""
    await _keep(connection, *(_item(n) for n in range(1, 11)))
    written = await _dropper(tmp_path).drop(connection, "hrss")
    assert written == [f"hrss-{n:08d}.manifest.jws" for n in (1, 2, 3)]
    assert await _dropper(tmp_path).drop(connection, "hrss") == []
    await _keep(connection, _item(11))
    assert await _dropper(tmp_path).drop(connection, "hrss") == ["hrss-00000004.manifest.jws"]
    numbers: list[str] = []
    for file in sorted((tmp_path / "hrss").glob("*.csv")):
        rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
        assert CalamineWorkbook.from_path(file.with_suffix(".xlsx")).get_sheet_by_index(0).to_python() == rows
        numbers += [row[0] for row in rows[1:]]
        manifest = file.with_name(f"{file.stem}.manifest.jws").read_text()
        told = json.loads(jws.deserialize_compact(manifest, KEY, algorithms=["Ed25519"]).payload)
        assert told["rows"] == len(rows) - 1 and set(told["files"]) == {file.name, f"{file.stem}.xlsx"}
    assert numbers == [str(n) for n in range(1, 12)]
    assert not list((tmp_path / "hrss").glob(".*"))


async def test_a_kill_before_the_note_writes_the_same_bytes_again(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan stands: what came meanwhile goes into the next file."""
    await _keep(connection, _item(1), _item(2))

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(dropping, "note_written", killed)
        await _dropper(tmp_path).drop(connection, "hrss")
    first = {path.name: path.read_bytes() for path in (tmp_path / "hrss").iterdir()}
    assert len(first) == 3
    await _keep(connection, _item(3))
    assert len(await _dropper(tmp_path).drop(connection, "hrss")) == 2
    assert {name: (tmp_path / "hrss" / name).read_bytes() for name in first} == first
    for path in (tmp_path / "hrss").iterdir():
        path.unlink()
    assert len(await _dropper(tmp_path).drop(connection, "hrss", again_from=1)) == 2
    assert {name: (tmp_path / "hrss" / name).read_bytes() for name in first} == first


async def test_no_cell_is_a_formula(connection: Connection, tmp_path: Path) -> None:
    """What somebody typed into a list does not run where it is opened."""
    nasty = ["=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"]
    await _keep(connection, *(_item(n, request_id) for n, request_id in enumerate(nasty, 1)))
    await _dropper(tmp_path, rows=100).drop(connection, "hrss")
    (file,) = (tmp_path / "hrss").glob("*.csv")
    cells = [row[4] for row in csv.reader(io.StringIO(file.read_text("utf-8-sig")))][1:]
    assert cells == [f"'{one}" for one in nasty]
    sheet = CalamineWorkbook.from_path(file.with_suffix(".xlsx")).get_sheet_by_index(0).to_python()
    assert [row[4] for row in sheet[1:]] == cells
    assert b"<f>" not in file.with_suffix(".xlsx").read_bytes()


async def test_a_receiver_checks_a_file_by_the_command(connection: Connection, tmp_path: Path) -> None:
    """Unchanged, changed, and signed by somebody else."""
    await _keep(connection, _item(1))
    (name,) = await _dropper(tmp_path).drop(connection, "hrss")
    for file, key in (("own.json", KEY), ("other.json", OKPKey.generate_key("Ed25519", auto_kid=True))):
        (tmp_path / file).write_text(json.dumps(public_keys(key)))
    manifest = tmp_path / "hrss" / name

    def checked(keys: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "services.cli", "deliveries", "check", str(manifest)]
        command += ["--keys", str(tmp_path / keys)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        return ended.returncode, ended.stdout + ended.stderr

    assert checked("own.json") == (0, f"{name}: file 1 of hrss, 1 rows: unchanged\n")
    status, told = checked("other.json")
    assert status == 1 and "signature does not hold" in told
    table = tmp_path / "hrss" / "hrss-00000001.csv"
    table.write_bytes(table.read_bytes() + b"x")
    status, told = checked("own.json")
    assert status == 1 and "was changed" in told


async def test_what_was_deleted_is_not_written_again_over_what_was_whole(
    connection: Connection, tmp_path: Path
) -> None:
    """After retention, an order for old files is refused with the first that can be written; nothing is touched."""
    await _keep(connection, *(_item(n) for n in range(1, 11)))
    dropper = _dropper(tmp_path)
    await dropper.drop(connection, "hrss")
    whole = {path.name: path.read_bytes() for path in (tmp_path / "hrss").iterdir()}
    await connection.execute("UPDATE delivery.item SET kept_at = %s WHERE number <= 5", (NOW,))
    assert await forget_items(connection, before=datetime(2026, 4, 1, tzinfo=UTC)) == 5
    with pytest.raises(FilesForgotten, match="ask from 3 on"):
        await dropper.drop(connection, "hrss", again_from=1)
    assert await dropper.drop(connection, "hrss") == []
    assert await dropper.drop(connection, "hrss", again_from=3) == ["hrss-00000003.manifest.jws"]
    assert {path.name: path.read_bytes() for path in (tmp_path / "hrss").iterdir()} == whole


async def test_files_begin_with_what_is_kept(connection: Connection, tmp_path: Path) -> None:
    """A county that drops files only after years writes none for what was deleted before, and says so in the first."""
    await _keep(connection, *(_item(n) for n in range(1, 11)))
    await connection.execute("DELETE FROM delivery.item WHERE number <= 7")
    (name,) = await _dropper(tmp_path).drop(connection, "hrss")
    manifest = (tmp_path / "hrss" / name).read_text()
    told = json.loads(jws.deserialize_compact(manifest, KEY, algorithms=["Ed25519"]).payload)
    assert (told["first_number"], told["last_number"], told["rows"]) == (8, 10, 3)


async def test_a_folder_that_cannot_be_written_delays_no_other_agency(
    connection: Connection, database: str, tmp_path: Path
) -> None:
    """It is tried again, and what was to be in it is, once it can be written."""
    (tmp_path / "health").write_text("a file where the folder should be")
    await _keep(connection, _item(1, agency="health"), _item(2))
    policy = DeliveryPolicy(drop_s=0.05)
    dropper = Dropper(tmp_path, KEY, "did:web:test", ("health", "hrss"), policy)

    async def written(agency: str) -> bool:
        return (tmp_path / agency / f"{agency}-00000001.manifest.jws").exists()

    async with open_pool(database) as pool, going_on(dropper.drop_for_ever(pool)):
        await until(lambda: written("hrss"))
        (tmp_path / "health").unlink()
        await until(lambda: written("health"))


async def test_a_death_does_not_wait_for_the_next_file(connection: Connection, database: str, tmp_path: Path) -> None:
    """And what is not urgent goes along with it."""
    dropper = Dropper(tmp_path, KEY, "did:web:test", ("hrss",), DeliveryPolicy(drop_s=3600, drop_life_event_s=0.05))

    async def written(number: int) -> bool:
        return (tmp_path / "hrss" / f"hrss-0000000{number}.manifest.jws").exists()

    await _keep(connection, _item(1))
    async with open_pool(database) as pool, going_on(dropper.drop_for_ever(pool)):
        await until(lambda: written(1))
        assert not await has_life_event(connection, "hrss")
        await _keep(connection, _item(2), replace(_item(3), kind="life-event.notified.v1"))
        await until(lambda: written(2))
    with (tmp_path / "hrss" / "hrss-00000002.csv").open(encoding="utf-8-sig", newline="") as table:
        assert len(list(csv.reader(table))) == 3


async def test_the_command_writes_where_the_county_does_and_says_what_it_could_not(
    county: Settings, connection: Connection, tmp_path: Path
) -> None:
    """Another folder than the county's is refused, because its files would be missing there for ever."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "health").write_text("a file where the folder should be")
    (tmp_path / "delivery.toml").write_text(f'drop = "{own}"\n')
    await _keep(connection, _item(1, agency="health"), _item(2))

    def drop(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "services.cli", "deliveries", "drop", *arguments]
        env = os.environ | county.to_env() | {"ONEVISIT_DELIVERY": str(tmp_path / "delivery.toml")}
        ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        return ended.returncode, ended.stdout + ended.stderr

    status, told = drop("--to", str(tmp_path / "elsewhere"))
    assert status == 1 and "leave --to out" in told and not (tmp_path / "elsewhere").exists()
    status, told = drop("--to", str(own))
    assert status == 1 and "hrss-00000001.manifest.jws\n" in told and "health: " in told and "Traceback" not in told
    await connection.execute("DELETE FROM delivery.item")
    status, told = drop("--agency", "hrss", "--again-from", "1")
    assert status == 1 and "FILES_FORGOTTEN" in told and "Traceback" not in told
