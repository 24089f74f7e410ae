"""``onevisit privacy``: what is held of a person, erasing it with a proof, and of how many people faces are held.

The ID number is read from standard input, never from the command line: every process sees that, and shells keep it.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from uuid import UUID

import typer

from services.cli.database import in_transaction

if TYPE_CHECKING:
    from services.platform.database import Connection
    from services.platform.erasure import Erased

app = typer.Typer(
    no_args_is_help=True, help="Data subjects: export, erase with a proof, count. 个人信息：导出、删除、统计。"
)
STDIN = "The ID number is read from standard input. "


class SaidBy(StrEnum):
    """Who takes consent back."""

    PERSON = "person"
    FAMILY = "family"


@app.command(epilog=STDIN + "Example 示例: onevisit privacy export --out person.json < number.txt")
def export(
    out: Annotated[Path, typer.Option(help="File to write, readable by you alone. 输出文件（仅本人可读）。")],
) -> None:
    """Write all that is held of a person, opened; that it was opened stands in the audit log. 导出一人的全部信息。"""
    from services.cli.privacy_data import files_of, gather  # noqa: PLC0415 (imported only when it runs)
    from services.platform import audit, secrets  # noqa: PLC0415
    from services.platform.audit_chain import OPERATOR, Act, Entry  # noqa: PLC0415
    from services.platform.sealing import Keyring, key_id_of  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    own = secrets.load(Settings.from_env().secrets)
    person = _person(own.county_secret)

    async def work(connection: Connection) -> dict[str, Any]:
        found = await gather(connection, Keyring(own.master_key), person)
        found["sealed_files"] = len(await files_of(connection, person))
        key_id = key_id_of(person)
        await audit.note(connection, Entry(*OPERATOR, Act.PERSON_EXPORTED, f"key:{key_id}", (key_id,)))
        return found

    found = in_transaction(work)
    _write(out, json.dumps(found, ensure_ascii=False, indent=1, default=_plain) + "\n")
    typer.echo(", ".join(f"{name}: {len(rows)}" for name, rows in found.items() if isinstance(rows, list)))


@app.command(epilog=STDIN + "Example 示例: onevisit privacy erase --proof erasure.jws < number.txt")
def erase(
    proof: Annotated[Path, typer.Option(help="File for the signed proof. 签名证明文件。")],
    with_open_visits: Annotated[
        bool, typer.Option("--with-open-visits", help="Though an agency still waits for a proof. 即使仍有待认证事项。")
    ] = False,
) -> None:
    """Destroy a person's key: all that is sealed under it, in every log and backup, is noise. For good. 销毁密钥。"""
    from services.cli.privacy_data import files_of, forget, has_open_visit  # noqa: PLC0415
    from services.platform import erasure, secrets  # noqa: PLC0415
    from services.platform.audit_chain import OPERATOR  # noqa: PLC0415
    from services.platform.blobs import FolderBlobs  # noqa: PLC0415
    from services.platform.sealing import key_id_of  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    settings = Settings.from_env()
    own = secrets.load(settings.secrets)
    person = _person(own.county_secret)
    if proof.exists():
        raise typer.BadParameter(f"{proof} is there already: name a new file", param_hint="--proof")

    async def work(connection: Connection) -> tuple[Erased | None, list[UUID], bool]:
        if not with_open_visits and await has_open_visit(connection, person):
            return None, [], True
        files, key_id = await files_of(connection, person), key_id_of(person)
        await forget(connection, person)
        erased = await erasure.destroy_key(connection, key_id, OPERATOR)
        return erased or await erasure.find_erased(connection, key_id), files, False

    erased, files, is_open = in_transaction(work)
    if is_open:
        _stop(
            "an agency still waits for a proof of this person: let it withdraw its request first, or give"
            " --with-open-visits 该人仍有待认证事项：请先由部门撤回，或使用 --with-open-visits"
        )
    if erased is None:
        _stop("nothing was ever sealed for this person: there is no key 没有该人的密钥")
    for blob_id in files:
        FolderBlobs(settings.blobs).delete(blob_id)
    _write(proof, erasure.sign_erasure(own.signing_key, settings.issuer, erased) + "\n")
    typer.echo(f"key {erased.key_id} destroyed, {len(files)} files deleted; proof 证明: {proof}")
    typer.echo(
        "Backups of the database that hold the wrapped key must expire (ADR 4). 含密钥的备份须到期销毁。", err=True
    )


@app.command(epilog=STDIN + "Example 示例: onevisit privacy withdraw-consent --said-by family < number.txt")
def withdraw_consent(
    said_by: Annotated[SaidBy, typer.Option(help="Who says so: person or family. 何人提出：本人或家属。")],
    at: Annotated[
        datetime | None, typer.Option(help="When it was said, by this machine's clock; default: now. 提出时间。")
    ] = None,
) -> None:
    """Take consent to be filmed back: what rests on it is deleted, certificates stay valid. 撤回拍摄同意。"""
    from datetime import UTC, timedelta  # noqa: PLC0415 (imported only when it runs)

    from schemas.consent import ConsentVoice  # noqa: PLC0415
    from services.gateway.door import SOURCE  # noqa: PLC0415
    from services.gateway.errors import CATALOGUE, Refusal  # noqa: PLC0415
    from services.gateway.phone import consent_intake  # noqa: PLC0415
    from services.gateway.store.evidence import known_people  # noqa: PLC0415
    from services.platform import secrets  # noqa: PLC0415
    from services.platform.audit_chain import OPERATOR  # noqa: PLC0415
    from services.platform.ledger import Transaction  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    person = _person(secrets.load(Settings.from_env().secrets).county_secret)
    now = datetime.now(UTC)
    moment = now if at is None else at.astimezone(UTC)

    async def work(connection: Connection) -> bool:
        if person not in await known_people(connection, {person}):
            return False
        transaction = Transaction(connection, SOURCE)
        await consent_intake.withdraw(
            transaction, OPERATOR, person, ConsentVoice(said_by), said_at=moment, now=now, skew=timedelta()
        )
        return True

    try:
        known = in_transaction(work)
    except Refusal as refusal:
        entry = CATALOGUE[refusal.code]
        _stop(f"{refusal.code}: {entry.zh} {entry.en}")
    if not known:
        _stop("nobody was ever asked for under this number 没有该人的认证申请")
    typer.echo(f"{consent_intake.EFFECT.zh}\n{consent_intake.EFFECT.en}")


@app.command("verify", epilog="Example 示例: onevisit privacy verify erasure.jws --keys public-keys.json")
def verify_erasure(
    proof: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The proof. 证明文件。")],
    keys: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Public keys of the county (JWK set). 本县公钥。")
    ] = None,
    database: Annotated[
        bool, typer.Option("--database", help="Look too whether the key is still destroyed. 同时核对数据库。")
    ] = False,
) -> None:
    """Check a proof of erasure; exit status 3 when it does not hold. 核验删除证明。"""
    from services.cli.audit import read_keys  # noqa: PLC0415
    from services.platform import erasure  # noqa: PLC0415

    try:
        content = erasure.check_erasure(proof.read_text("ascii", errors="replace"), read_keys(keys))
    except erasure.ErasureProofInvalid as error:
        typer.echo(f"✗ {error}", err=True)
        raise typer.Exit(3) from None
    key_id = UUID(content["key_id"])
    if database and not in_transaction(lambda connection: erasure.is_destroyed(connection, key_id)):
        typer.echo(f"✗ key {key_id} is not destroyed in this database 数据库中该密钥未销毁", err=True)
        raise typer.Exit(3)
    typer.echo(
        f"✓ key {key_id} destroyed 已销毁 {content['destroyed_at']}, audit line 审计行 {content['audit_number']}"
    )


@app.command(epilog="Example 示例: onevisit privacy counts")
def counts(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Count the people whose faces are held; from 80,000 on it warns: 100,000 must be filed. 统计人脸留存人数。"""
    from services.certify.domain.retention import FACES_TO_FILE, FACES_TO_WARN  # noqa: PLC0415
    from services.certify.store.retention import count_people  # noqa: PLC0415

    people = in_transaction(count_people)
    if as_json:
        typer.echo(json.dumps({"people": people, "warn_at": FACES_TO_WARN, "file_at": FACES_TO_FILE}))
    else:
        typer.echo(f"Faces of {people} people are held. 共留存{people}人的人脸数据。")
    if people >= FACES_TO_WARN:
        typer.echo(
            f"From {FACES_TO_FILE} on this must be filed within 30 working days; prepare it now."
            f" 达到{FACES_TO_FILE}人须在30个工作日内备案，请着手准备。",
            err=True,
        )


def _person(county_secret: bytes) -> str:
    """The pseudonym of the ID number on standard input."""
    from schemas.resident_id import InvalidResidentId, ResidentId  # noqa: PLC0415

    try:
        return ResidentId.parse(sys.stdin.readline().strip()).person_key(county_secret)
    except InvalidResidentId as error:
        _stop(f"standard input holds no ID number ({error.code}) 标准输入不是有效的身份证号")


def _write(path: Path, text: str) -> None:
    """A new file that only its owner reads."""
    import os  # noqa: PLC0415

    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        _stop(f"{path.name} cannot be written ({error.strerror}): name a new file in a folder of yours")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
