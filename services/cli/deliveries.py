"""``onevisit deliveries``: files for agencies, written now, and checked as their receiver checks them."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from services.platform.database import Connection

app = typer.Typer(no_args_is_help=True, help="Files for agencies that take what they are told from a folder.")


@app.command(epilog="Example: onevisit deliveries drop --agency hrss --to /srv/drop")
def drop(
    agency: Annotated[list[str] | None, typer.Option(help="Only this agency; may be repeated.")] = None,
    to: Annotated[Path | None, typer.Option(help="Folder; without it the county's (ONEVISIT_DELIVERY).")] = None,
    again_from: Annotated[int | None, typer.Option(min=1, help="Write the files from this one on once more.")] = None,
) -> None:
    """Write what there is for agencies into their folders: CSV, XLSX and a signed manifest, numbered without gaps."""
    import psycopg  # noqa: PLC0415 (imported only when it runs)

    from services.delivery.dropping import Dropper  # noqa: PLC0415
    from services.delivery.store.files import FilesForgotten  # noqa: PLC0415
    from services.platform import secrets  # noqa: PLC0415
    from services.platform.delivery_policy import read_delivery  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    settings = Settings.from_env()
    policy = read_delivery(settings.delivery)
    folder = to or policy.drop
    if folder is None:
        _stop("no folder: give --to, or set drop in the file that ONEVISIT_DELIVERY names")
    if to is not None and policy.drop is not None and to.resolve() != policy.drop.resolve():
        _stop(
            f"files go to {policy.drop} by themselves, and what is written elsewhere never comes there: leave --to out"
        )
    if unknown := set(agency or ()) - set(settings.agencies):
        _stop(f"{', '.join(sorted(unknown))}: no agency of this county: use {', '.join(settings.agencies)}")
    dropper = Dropper(folder, secrets.load(settings.secrets).signing_key, settings.issuer, settings.agencies, policy)

    async def work() -> bool:
        failed = False
        connection: Connection = await psycopg.AsyncConnection.connect(settings.database, autocommit=True)
        async with connection:
            for one in agency or settings.agencies:
                try:
                    for name in await dropper.drop(connection, one, again_from=again_from):
                        typer.echo(name)
                except (OSError, FilesForgotten) as error:
                    failed = True
                    typer.echo(f"{one}: {error}", err=True)
        return failed

    try:
        if asyncio.run(work()):
            raise typer.Exit(1)
    except psycopg.OperationalError:
        _stop("the database does not answer: start the stack with `onevisit up`, or set ONEVISIT_DATABASE")


@app.command(epilog="Example: onevisit deliveries check hrss-00000001.manifest.jws --keys public-keys.json")
def check(
    manifest: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Its files lie beside it.")],
    keys: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The county's public keys (JWK set).")],
) -> None:
    """Check a dropped file without us: the manifest's signature, and that its files are as they were written."""
    from joserfc import jws  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import KeySet  # noqa: PLC0415

    from services.delivery.drop_files import ALGORITHM  # noqa: PLC0415

    try:
        key_set = KeySet.import_key_set(json.loads(keys.read_text("utf-8")))
        signed = jws.deserialize_compact(manifest.read_text("ascii").strip(), key_set, algorithms=[ALGORITHM])
        content = json.loads(signed.payload)
        names = content["files"]
    except (JoseError, ValueError, KeyError, TypeError):
        _stop(f"{manifest.name}: the signature does not hold: do not use these files, ask for them again")
    for name, told in names.items():
        file = manifest.parent / Path(name).name
        if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() != told["sha256"]:
            _stop(f"{name}: it is missing, or was changed since it was written: ask for it again")
    what = f"file {content['file_number']} of {content['agency']}, {content['rows']} rows"
    typer.echo(f"{manifest.name}: {what}: unchanged")


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
