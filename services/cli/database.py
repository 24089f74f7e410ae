"""The installation's database, for commands: one transaction, and an error that says what to do next."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from services.platform.database import Connection
    from services.platform.settings import Settings

Result = TypeVar("Result")


def database_in_use() -> str:
    """The URI that ONEVISIT_DATABASE names, else that of the stack that runs here. It may hold a password."""
    from deploy.embedded import running  # noqa: PLC0415 (imported only when it runs)
    from deploy.embedded.running import default_var  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    found = None if os.environ.get("ONEVISIT_DATABASE") else running.find(default_var())
    return found.database if found else Settings.from_env().database


def settings_in_use() -> "Settings":
    """The settings of the environment, for the stack of ONEVISIT_VAR, else of the project's own folder."""
    from deploy.embedded.running import default_var  # noqa: PLC0415 (imported only when it runs)
    from services.platform.settings import Settings  # noqa: PLC0415

    return Settings.from_env(os.environ | {"ONEVISIT_VAR": str(default_var())})


def in_transaction(work: "Callable[[Connection], Awaitable[Result]]") -> Result:
    """Does `work` in one transaction; ends the command with status 1 when the database cannot be used."""
    import psycopg  # noqa: PLC0415 (imported only when it runs)

    async def within() -> Result:
        async with await psycopg.AsyncConnection.connect(database_in_use(), connect_timeout=5) as connection:
            return await work(connection)

    try:
        return asyncio.run(within())
    except psycopg.OperationalError:
        why = "the database does not answer: start the stack with `onevisit up`, or set ONEVISIT_DATABASE"
    except psycopg.errors.UndefinedTable:
        why = "the database is not prepared: run `onevisit up` once, or `python -m services.platform.prepare`"
    typer.echo(why, err=True)
    raise typer.Exit(1)
