"""PostgreSQL's own tools, on the database in use."""

import os
import re
import shutil
import subprocess
import sys

import typer

from services.cli.database import database_in_use


def run_tool(tool: str, *arguments: str) -> None:
    """Runs one of PostgreSQL's tools on the database in use; its password is on no command line."""
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    from deploy.embedded import postgres  # noqa: PLC0415

    parts = {name: str(value) for name, value in conninfo_to_dict(database_in_use()).items() if value}
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    program = _of_the_server(tool, database_in_use()) or str(postgres.binaries() / tool)
    environment = os.environ | {names[name]: value for name, value in parts.items() if name in names}
    said = [each.replace("--dbname=@", f"--dbname={parts.get('dbname', '')}") for each in arguments]
    run = subprocess.run([program, *said], env=environment, capture_output=True, check=False)
    if run.returncode != 0:
        sys.stderr.write(run.stderr.decode("utf-8", "replace")[-2000:])
        typer.echo(f"{tool} failed, as it says above: nothing is lost; mend that, and run this again", err=True)
        raise typer.Exit(1)


def _of_the_server(tool: str, database: str) -> str | None:
    """The tool on the path, if it is of the server's version: another one refuses, or writes what that cannot read."""
    import psycopg  # noqa: PLC0415

    if (found := shutil.which(tool)) is None:
        return None
    with psycopg.connect(database, connect_timeout=5) as connection:
        server = connection.info.server_version // 10_000
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    return found if re.search(rf" {server}\b", said) else None
