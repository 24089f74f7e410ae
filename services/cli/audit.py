"""``onevisit audit``: the log of who saw and did what, as a file that proves itself, and its check."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.database import in_transaction

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

    from services.platform.audit_chain import Checked
    from services.platform.audit_faults import Finding
    from services.platform.database import Connection

app = typer.Typer(no_args_is_help=True, help="The audit log: export it with a proof, check it. 审计日志：导出与核验。")

EXPORT_EPILOG = "Example 示例: onevisit audit export --out audit-2026-11.log"
VERIFY_EPILOG = (
    "Examples 示例: onevisit audit verify audit.log   onevisit audit verify audit.log --against audit-2026-10.log   "
    "onevisit audit verify (the log in the database)   Exit status: 0 it holds, 3 it does not, 1 the database cannot be"
    " used, 2 wrong usage."
)


@app.command(epilog=EXPORT_EPILOG)
def export(
    out: Annotated[Path | None, typer.Option(help="File to write; without it, standard output. 输出文件。")] = None,
    first: Annotated[int, typer.Option("--from", min=1, help="Number of the first line. 起始编号。")] = 1,
) -> None:
    """Write the log with the county's signed proof; the export itself is a line of the log. 导出审计日志及签名证明。"""
    from services.platform import audit, secrets  # noqa: PLC0415 (imported only when it runs)
    from services.platform.audit_chain import OPERATOR, Act, Entry  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    key = secrets.load(Settings.from_env().secrets).signing_key

    async def work(connection: Connection) -> tuple[list[str], tuple[Finding, ...]]:
        entry = Entry(*OPERATOR, Act.AUDIT_EXPORTED, "audit:log", detail={"first": first})
        number = await audit.note(connection, entry)
        if first > number:
            raise typer.BadParameter(f"the log ends before: it has {number - 1} lines 超出末行", param_hint="--from")
        await connection.commit()
        await audit.begin_reading(connection)
        return list(await audit.export(connection, key, first=first)), await audit.check_stored(connection, first=first)

    rows, findings = in_transaction(work)
    if out is None:
        sys.stdout.writelines(rows)
    else:
        try:
            with out.open("x", encoding="ascii") as file:
                file.writelines(rows)
        except FileExistsError:
            raise typer.BadParameter(f"{out} is there already: name a new file", param_hint="--out") from None
        typer.echo(f"{len(rows) - 1} lines, and the proof 行，附签名证明: {out}")
    _end(findings)


@app.command(epilog=VERIFY_EPILOG)
def verify(
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="An exported log; without it, the database's.")
    ] = None,
    keys: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Public keys of the county (JWK set). 本县公钥。")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="An older export of the same log. 较早的导出。")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check that no line was removed, changed, moved or cut off; each fault is named by its line. 核验审计日志。"""
    from services.platform.audit_chain import compare_with_older  # noqa: PLC0415

    if file is None:
        if against is not None:
            raise typer.BadParameter("compare two files: export the log first", param_hint="--against")
        lines, findings = _check_database()
        proof = None
    else:
        known = read_keys(keys)
        checked = _check(file, known)
        lines, findings, proof = checked.lines, checked.findings, checked.proof
        if against is not None:
            older = _check(against, known)
            findings += older.findings or compare_with_older(checked, older)
    if as_json:
        found = [{"line": one.number, "code": one.fault.value} for one in findings]
        typer.echo(json.dumps({"holds": not findings, "lines": lines, "proof": proof, "findings": found}))
    elif not findings:
        signed = f", signed 签名于 {proof['made_at']}" if proof else ""
        typer.echo(f"✓ holds 完整: {lines} lines 行{signed}")
    _end(findings, quiet=as_json)


def _check(file: Path, keys: KeySet) -> Checked:
    from services.platform.audit_chain import check_export  # noqa: PLC0415

    return check_export(file.read_bytes(), keys)


def _check_database() -> tuple[int, tuple[Finding, ...]]:
    from services.platform import audit  # noqa: PLC0415

    async def work(connection: Connection) -> tuple[int, tuple[Finding, ...]]:
        return (await audit.read_head(connection))[0], await audit.check_stored(connection)

    return in_transaction(work)


def read_keys(keys: Path | None) -> KeySet:
    """The county's public keys, from a file or where the installation publishes them."""
    from joserfc.jwk import KeySet  # noqa: PLC0415

    from services.platform.settings import Settings  # noqa: PLC0415

    path = keys or Settings.from_env().public_keys
    if not path.exists():
        raise typer.BadParameter(f"no public keys at {path}: give the county's with --keys", param_hint="--keys")
    try:
        return KeySet.import_key_set(json.loads(path.read_text()))
    except (ValueError, KeyError, TypeError):
        raise typer.BadParameter(f"{path} is not a JWK set", param_hint="--keys") from None


def _end(findings: Any, *, quiet: bool = False) -> None:
    """Names every fault; exit status 3 when there is one."""
    from services.platform.audit_faults import AUDIT_FAULT_TEXTS  # noqa: PLC0415

    for finding in () if quiet else findings:
        english, chinese = AUDIT_FAULT_TEXTS[finding.fault]
        typer.echo(f"✗ line {finding.number}: {finding.fault.value}: {english} {chinese}", err=True)
    if findings:
        raise typer.Exit(3)
