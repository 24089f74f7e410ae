"""``onevisit access invite``, ``sso`` and ``sessions``: members of staff as people, and where they are signed in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer

from services.cli.database import in_transaction

if TYPE_CHECKING:
    from services.gateway.access.staff_accounts import NewInvitation
    from services.gateway.domain.roles import Rights
    from services.gateway.store.staff import Staff
    from services.platform.database import Connection

sessions_app = typer.Typer(no_args_is_help=True, help="See who is signed in where; end it.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
RoleOption = Annotated[str, typer.Option(help="scheduler, reviewer, auditor, admin, joint_group, or agency.")]
AreaOption = Annotated[
    list[str] | None,
    typer.Option(help="What the person sees: county, or codes of 6, 9 or 12 digits (county, township, village)."),
]
AgencyOption = Annotated[str | None, typer.Option(help="Of the role agency: its code.")]


def invite(
    role: RoleOption = "",
    area: AreaOption = None,
    name: Annotated[str, typer.Option(help="Name of the person.")] = "",
    agency: AgencyOption = None,
    account: Annotated[str | None, typer.Option(help="Another passkey for this account, instead of a new one.")] = None,
    replace: Annotated[
        bool, typer.Option(help="With --account: the other passkeys and sessions end now (a device was lost).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a one-time link by which a member of staff registers a passkey, and signs in without a password.

    It is good for a day. ONEVISIT_PUBLIC_URL says under which address the pages are reached.
    """
    from services.gateway.access import staff_accounts  # noqa: PLC0415
    from services.gateway.access.passkeys import site_of  # noqa: PLC0415
    from services.gateway.policy import DoorPolicy  # noqa: PLC0415
    from services.gateway.store import staff  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    settings = Settings.from_env()
    if replace and not account:
        _stop("--replace is for an account that is there: name it with --account")
    rights = None if account else _rights(role, area, agency)

    async def make(connection: Connection) -> NewInvitation | None:
        if rights is not None:
            made = staff_accounts.new_staff(rights, name=name)
            await staff_accounts.add(connection, made)
            whose = made.staff_id
        else:
            found = await staff.find_staff(connection, account or "")
            if found is None or found.revoked or found.from_groups:
                return None
            whose = found.staff_id
            if replace:
                await staff_accounts.forget_passkeys(connection, whose, now=datetime.now(UTC))
        origin, hours = site_of(settings.address).origin, DoorPolicy().invitation_hours
        return await staff_accounts.invite(connection, whose, origin=origin, now=datetime.now(UTC), hours=hours)

    invitation = in_transaction(make)
    if invitation is None:
        _stop(
            f"{account} has no access, or has it by a group of the single sign-on, which takes it anew at each sign-in:"
            " see `onevisit access list`; `onevisit access sso` gives an account of its own"
        )
    expires = invitation.expires_at.astimezone(ZoneInfo(settings.timezone)).isoformat(timespec="minutes")
    values = {"account": invitation.staff_id, "url": invitation.url, "expires_at": expires}
    if as_json:
        typer.echo(json.dumps(values))
        return
    for each, value in values.items():
        typer.echo(f"{each:11} {value}")
    typer.echo("Give the link to this person alone: whoever opens it first has the account.", err=True)


def sso(
    subject: Annotated[str, typer.Argument(help="The person's `sub` at the single sign-on.")],
    role: RoleOption,
    area: AreaOption = None,
    name: Annotated[str, typer.Option(help="Name of the person.")] = "",
    agency: AgencyOption = None,
) -> None:
    """Let a person of the county's single sign-on in, whatever his groups are."""
    from services.gateway.access import staff_accounts  # noqa: PLC0415
    from services.gateway.store import staff  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    issuer = Settings.from_env().oidc_issuer
    if not issuer:
        _stop("there is no single sign-on: set ONEVISIT_OIDC_ISSUER (docs/access.md)")
    rights = _rights(role, area, agency)

    made = staff_accounts.new_staff(rights, name=name)

    async def make(connection: Connection) -> Staff | None:
        known = await staff.find_by_subject(connection, issuer, subject)
        if known is None:
            await staff_accounts.add(connection, made, issuer=issuer, subject=subject)
        return known

    known = in_transaction(make)
    if known is not None and known.revoked:
        _stop(
            f"the access of this person ({known.staff_id}) was ended, and the single sign-on does not let him in again."
            " To let him in, give him a new account with a passkey: `onevisit access invite --role …`"
        )
    if known is not None:
        _stop(f"this person has an account already ({known.staff_id}): see `onevisit access list`")
    typer.echo(made.staff_id)


@sessions_app.command("list", epilog="Example: onevisit access sessions list")
def list_open(as_json: AsJson = False) -> None:
    """Show who is signed in, since when and how."""
    from services.gateway.access.sessions import idle_of  # noqa: PLC0415
    from services.gateway.policy import DoorPolicy  # noqa: PLC0415
    from services.gateway.store.sessions import SessionRow, list_sessions  # noqa: PLC0415

    async def read(connection: Connection) -> list[SessionRow]:
        return await list_sessions(connection, now=datetime.now(UTC), idle=idle_of(DoorPolicy()))

    rows = in_transaction(read)
    if as_json:
        typer.echo(json.dumps([{name: str(value) for name, value in vars(row).items()} for row in rows], indent=1))
        return
    for row in rows:
        seen = f"{row.began_at:%Y-%m-%d %H:%M} to {row.seen_at:%H:%M} UTC"
        typer.echo(f"{row.session_id}  {row.staff_id:16} {row.role:11} {row.way:8} {seen}  {row.name}")


@sessions_app.command("revoke", epilog="Example: onevisit access sessions revoke staff-1f2e3d4c")
def revoke(
    which: Annotated[str, typer.Argument(help="Id of a session, or of an account: then all its sessions.")],
) -> None:
    """End a session, at once. The person can sign in again: `onevisit access revoke` ends the account."""
    from services.gateway.access.staff_accounts import end_sessions  # noqa: PLC0415

    async def end(connection: Connection) -> int:
        return await end_sessions(connection, which, now=datetime.now(UTC))

    ended = in_transaction(end)
    if not ended:
        _stop(f"no open session of {which}: see `onevisit access sessions list`")
    typer.echo(f"{which}: {ended} ended")


def _rights(role: str, area: list[str] | None, agency: str | None) -> Rights:
    from services.gateway.domain.roles import read_rights  # noqa: PLC0415

    try:
        return read_rights(role, area or (), agency)
    except ValueError as error:
        _stop(str(error))


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
