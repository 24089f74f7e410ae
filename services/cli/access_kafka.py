"""``onevisit access kafka``: an agency's own user at Kafka, its end, and the certificate of the agencies' listener."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from services.platform.settings import Settings


def kafka(
    code: Annotated[str, typer.Argument(help="Code of the agency, as in ONEVISIT_AGENCIES.")],
    out: Annotated[
        Path | None, typer.Option(help="Write them to a new file that clients/python reads, for its owner alone.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Make Kafka credentials by which an agency reads its own topics, and no others. Shown this once.

    Run again, it gives the agency a new password; the old one ends.
    """
    from services.platform import secrets  # noqa: PLC0415 (imported only when it runs)
    from services.platform.agency_access import MECHANISM, grant  # noqa: PLC0415

    settings = _settings()
    if code not in settings.agencies:
        _stop(f"{code} is no agency of this county: use one of {', '.join(settings.agencies)}")
    if out is not None and out.exists():
        _stop(f"{out} is there already: name a new file, so that no password is overwritten")
    authority = _authority(settings)
    granted = _at_kafka(lambda: grant(settings, code))
    values = {
        "bootstrap_servers": settings.agency_kafka,
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": MECHANISM,
        "username": granted.username,
        "password": granted.password,
        "group_prefix": granted.group_prefix,
        "topics": list(granted.topics),
        "ca_pem": authority,
        "issuer": settings.issuer,
        "agency": code,
        "keys": secrets.published_keys(settings.secrets, settings.issuer)["keys"],  # those that signed before too
    }
    if out is not None:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(values, file, indent=1, ensure_ascii=False)
        typer.echo(f"written to {out}: hand it over on a safe way, and delete it here", err=True)
    elif as_json:
        typer.echo(json.dumps(values, ensure_ascii=False))
    else:
        _show(settings, values)


def kafka_revoke(code: Annotated[str, typer.Argument(help="Code of the agency.")]) -> None:
    """End an agency's access to Kafka, at once, open connections too."""
    from services.platform.agency_access import revoke  # noqa: PLC0415

    settings = _settings()
    if not _at_kafka(lambda: revoke(settings, code)):
        _stop(f"{code} has no access to Kafka")
    typer.echo(f"{code}: access to Kafka ended")


def kafka_renew(
    authority: Annotated[
        bool, typer.Option("--authority", help="The authority's certificate too; agencies need the new one in time.")
    ] = False,
) -> None:
    """Renew the certificate of the embedded broker's listener for agencies, without a restart.

    The authority stays, or is renewed under its name and key: an agency that has its older certificate goes on until
    that ends. `onevisit doctor` and the running stack warn half a year before.
    """
    from deploy.embedded import kafka_tls  # noqa: PLC0415
    from deploy.embedded.kafka_reload import reload_certificate  # noqa: PLC0415

    settings = _settings()
    folder = settings.var / kafka_tls.FOLDER
    if not (folder / kafka_tls.AUTHORITY_KEY).exists():
        _stop(f"{folder} holds no authority: start the embedded stack once, or renew your own broker's certificate")
    before = kafka_tls.authority_ends(folder / kafka_tls.AUTHORITY)
    renew = kafka_tls.renew_authority if authority else kafka_tls.renew
    until = renew(folder, settings.agency_kafka.rpartition(":")[0])
    _at_kafka(lambda: reload_certificate(settings.kafka, folder / kafka_tls.BROKER))
    if authority:
        typer.echo(f"renewed until {until:%Y-%m-%d}")
        typer.echo(
            f"give {folder / kafka_tls.AUTHORITY} to every agency before {before:%Y-%m-%d}: until then both hold"
        )
    else:
        typer.echo(f"renewed until {until:%Y-%m-%d}; agencies need nothing new")


def _settings() -> Settings:
    """The settings of the environment; of a stack that runs here, where it is reached."""
    from deploy.embedded import running  # noqa: PLC0415
    from deploy.embedded.running import default_var  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    settings, found = Settings.from_env(), running.find(default_var())
    if found is None or os.environ.get("ONEVISIT_KAFKA"):
        return settings
    reached = {"kafka": found.kafka, "var": default_var(), "agency_kafka": found.agency_kafka or settings.agency_kafka}
    return settings.model_copy(update=reached)


def _authority(settings: Settings) -> str:
    try:
        return settings.kafka_authority.read_text("ascii")
    except OSError:
        _stop(f"{settings.kafka_authority} is missing: start the stack once, or set ONEVISIT_AGENCY_KAFKA_CA")


def _at_kafka(work: Any) -> Any:
    from kafka.errors import KafkaError  # noqa: PLC0415

    from services.platform.agency_access import KafkaAccessRefused  # noqa: PLC0415

    try:
        return work()
    except KafkaAccessRefused as error:
        _stop(str(error))
    except KafkaError as error:
        _stop(
            f"Kafka does not answer ({type(error).__name__}): start the stack with `onevisit up`, or set ONEVISIT_KAFKA"
        )


def _show(settings: Settings, values: dict[str, Any]) -> None:
    for name in ("bootstrap_servers", "security_protocol", "sasl_mechanism", "username", "password", "group_prefix"):
        typer.echo(f"{name:18} {values[name]}")
    typer.echo(f"{'ca_file':18} {settings.kafka_authority}   (hand it over too)")
    for topic in values["topics"]:
        typer.echo(f"{'topic':18} {topic}")
    typer.echo("Keep the password now: it is not stored here and cannot be shown again.", err=True)


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
