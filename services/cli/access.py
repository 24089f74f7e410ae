"""``onevisit access``: who may come in by the HTTP door."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer

from services.cli.database import in_transaction

if TYPE_CHECKING:
    from services.platform.database import Connection

app = typer.Typer(no_args_is_help=True, help="Let agencies, phones and staff in; list them; end their access.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.command(epilog="Example: onevisit access agency hrss")
def agency(
    code: Annotated[str, typer.Argument(help="Code of the agency, as in ONEVISIT_AGENCIES.")],
    name: Annotated[str, typer.Option(help="Which of its machines this is for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make client credentials for an agency. The secret is shown this once."""
    from services.platform.settings import Settings  # noqa: PLC0415

    agencies = Settings.from_env().agencies
    if code not in agencies:
        _stop(f"{code} is no agency of this county: use one of {', '.join(agencies)}, or add it to ONEVISIT_AGENCIES")
    _make_client("agency", code, name, as_json)


@app.command(epilog="Example: onevisit access staff --role scheduler --name 'Township of Qinghe'")
def staff(
    role: Annotated[str, typer.Option(help="scheduler, reviewer, auditor, admin or joint_group.")],
    name: Annotated[str, typer.Option(help="Whom it is for.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make client credentials for a member of staff. The secret is shown this once."""
    if role not in {"scheduler", "reviewer", "auditor", "admin", "joint_group"}:
        _stop(f"{role} is no role of staff: use scheduler, reviewer, auditor, admin or joint_group")
    _make_client(role, None, name, as_json)


@app.command(epilog="Example: onevisit access device --cadre C001 --village 990101001001 --key-file phone.jwk")
def device(
    cadre: Annotated[str, typer.Option(help="Id of the cadre who carries the phone.")],
    village: Annotated[list[str], typer.Option(help="12-digit code of a village it serves; may be repeated.")],
    public_key: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The phone's public key (JWK, P-256 or Ed25519).")
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option(help="Without --public-key: a key pair is made, and the private JWK written here.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the phone.")] = "",
    as_json: AsJson = False,
) -> None:
    """Enrol a phone. Its token is shown this once."""
    from services.gateway.access.enrolment import enrol_device  # noqa: PLC0415

    if (public_key is None) == (key_file is None):
        _stop("give either --public-key (the phone made its key) or --key-file (make one here, for tests and tools)")
    key = _read_key(public_key) if public_key else _make_key(key_file)

    async def enrol(connection: Connection) -> Any:
        return await enrol_device(connection, cadre_id=cadre, public_key=key, village_codes=village, name=name)

    try:
        made = in_transaction(enrol)
    except ValueError as error:
        if key_file:
            key_file.unlink()
        _stop(str(error))
    _print({"device_id": str(made.device_id), "token": made.token}, as_json)


@app.command(epilog="Example: onevisit access enrol --cadre C001 --cadre-name 李卫国 --village 990101001001")
def enrol(
    cadre: Annotated[str, typer.Option(help="Id of the cadre who will carry the phone.")],
    cadre_name: Annotated[str, typer.Option(help="Name of the cadre, as families see it.")],
    village: Annotated[list[str], typer.Option(help="12-digit code of a village it serves; may be repeated.")],
    name: Annotated[str, typer.Option(help="Which of the cadre's phones it is.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show a one-time QR code with which a phone enrols itself: scan it with the phone's camera.

    It is good for one phone and 30 minutes. ONEVISIT_PUBLIC_URL says where phones reach the gateway.
    """
    from services.gateway.phone.enrolment import make_enrolment  # noqa: PLC0415
    from services.gateway.policy import DoorPolicy  # noqa: PLC0415
    from services.platform.audit import note  # noqa: PLC0415
    from services.platform.audit_chain import OPERATOR, Act, Entry  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    settings = Settings.from_env()

    async def make(connection: Connection) -> Any:
        made = await make_enrolment(
            connection,
            cadre_id=cadre,
            cadre_name=cadre_name,
            village_codes=village,
            name=name,
            made_by="operator",
            now=datetime.now(UTC),
            minutes=DoorPolicy().enrolment_minutes,
            address=settings.address,
        )
        await note(connection, Entry(*OPERATOR, Act.ACCESS_OFFERED, f"enrolment:{made.enrolment_id}"))
        return made

    try:
        made = in_transaction(make)
    except ValueError as error:
        _stop(str(error))
    expires = made.expires_at.astimezone(ZoneInfo(settings.timezone))
    if not as_json:
        typer.echo(made.qr_text())
    _print({"url": made.url, "code": made.code, "expires_at": expires.isoformat(timespec="minutes")}, as_json)


@app.command("list", epilog="Example: onevisit access list")
def list_all(as_json: AsJson = False) -> None:
    """Show who may come in, and whose access has ended."""
    from services.gateway.store.accounts import list_accounts  # noqa: PLC0415

    accounts = in_transaction(list_accounts)
    if as_json:
        typer.echo(json.dumps([{k: str(v) if v else None for k, v in vars(a).items()} for a in accounts], indent=1))
        return
    for account in accounts:
        ended = f"ended {account.revoked_at:%Y-%m-%d %H:%M}" if account.revoked_at else ""
        typer.echo(f"{account.account:38} {account.role:10} {account.whose:20} {account.made_at:%Y-%m-%d} {ended}")


@app.command(epilog="Example: onevisit access revoke agency-hrss-1f2e3d4c")
def revoke(
    account: Annotated[str, typer.Argument(help="Id of a client, phone or person, as `onevisit access list` shows.")],
) -> None:
    """End somebody's access, at once. What a lost phone has not sent yet is refused from now on."""
    from services.gateway.store import accounts  # noqa: PLC0415
    from services.platform.audit import note  # noqa: PLC0415
    from services.platform.audit_chain import OPERATOR, Act, Entry  # noqa: PLC0415

    async def end(connection: Connection) -> bool:
        ended = await accounts.revoke(connection, account)
        if ended:
            await note(connection, Entry(*OPERATOR, Act.ACCESS_ENDED, f"account:{account.lower()}"))
        return ended

    if not in_transaction(end):
        _stop(f"nobody of the id {account} has access: see `onevisit access list`")
    typer.echo(f"{account}: access ended")


def _make_client(role: str, agency_code: str | None, name: str, as_json: bool) -> None:
    from services.gateway.access.enrolment import enrol_client  # noqa: PLC0415
    from services.gateway.domain.roles import Role  # noqa: PLC0415

    async def enrol(connection: Connection) -> Any:
        return await enrol_client(connection, Role(role), agency=agency_code, name=name)

    made = in_transaction(enrol)
    _print({"client_id": made.client_id, "client_secret": made.client_secret}, as_json)


def _read_key(path: Path) -> dict[str, Any]:
    try:
        key = json.loads(path.read_text("utf-8"))
    except ValueError:
        _stop(f"{path.name} is no JSON: give the public key as a JWK")
    return key if isinstance(key, dict) else {}


def _make_key(path: Path | None) -> dict[str, Any]:
    import os  # noqa: PLC0415

    from joserfc.jwk import OKPKey  # noqa: PLC0415

    assert path is not None
    key = OKPKey.generate_key("Ed25519")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        _stop(f"{path.name} cannot be written ({error.strerror}): name a new file in a folder of yours")
    with os.fdopen(descriptor, "w") as file:
        json.dump(key.as_dict(private=True), file)
    return dict(key.as_dict(private=False))


def _print(values: dict[str, str], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(values))
        return
    for name, value in values.items():
        typer.echo(f"{name:14} {value}")
    typer.echo("Keep the secret now: it is not stored here and cannot be shown again.", err=True)


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
