"""A program that is killed as hard as can be, and what it leaves in the database once that has noticed."""

import asyncio
import os
import subprocess
import sys

import psycopg

from tests.structure.source import ROOT

NAME = "killed"
LIMIT_S = 240.0
HELD = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"


async def run_killed(module: str, database: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """Runs it to its end, and waits until the database has given up its connections: until then it holds its locks,
    and what is locked is passed over by whoever comes next."""
    command = [sys.executable, "-m", module, database, *arguments]
    env = os.environ | {"PGAPPNAME": NAME}
    ended = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=env, check=False, timeout=LIMIT_S, capture_output=True
    )
    async with (
        asyncio.timeout(LIMIT_S),
        await psycopg.AsyncConnection.connect(database, autocommit=True) as connection,
    ):
        while await (await connection.execute(HELD, (NAME,))).fetchone():
            await asyncio.sleep(0.02)
    return ended
