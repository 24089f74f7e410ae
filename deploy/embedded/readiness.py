"""Asks a server itself whether it is ready: an open port alone says little about a broker or a database."""

import logging
import socket
from collections.abc import Callable, Mapping

import psycopg
from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from deploy.embedded import postgres
from deploy.embedded.ports import Port
from deploy.embedded.programs import Program

PATIENCE_S = 2


def port_open(port: int) -> bool:
    """Tell whether something accepts a connection on ``127.0.0.1:port``."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S):
            return True
    except OSError:
        return False


def kafka_ready(port: int) -> bool:
    """Tell whether the broker on ``127.0.0.1:port`` names itself as the controller's live broker."""
    if not port_open(port):
        return False
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=f"127.0.0.1:{port}",
            bootstrap_timeout_ms=PATIENCE_S * 1000,
            request_timeout_ms=PATIENCE_S * 1000,
        )
    except (KafkaError, OSError):
        return False
    try:
        return bool(admin.describe_cluster()["brokers"])
    except (KafkaError, OSError):
        return False
    finally:
        admin.close()


def postgres_ready(port: int, password: str) -> bool:
    """Tell whether the server on ``127.0.0.1:port`` takes our role; make the database ``onevisit`` when missing."""
    try:
        with psycopg.connect(
            postgres.uri(port, password, "postgres"), connect_timeout=PATIENCE_S, autocommit=True
        ) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [postgres.DATABASE]).fetchone()
            if known is None:
                connection.execute("CREATE DATABASE onevisit TEMPLATE template0")
            return True
    except psycopg.OperationalError:
        return False


def program_ready(program: Program, ports: Mapping[Port, int], password: Callable[[], str], *, runs: bool) -> bool:
    """Tell whether a program of the stack is ready.

    Args:
        program: which one.
        ports: the stack's.
        password: gives the database's.
        runs: whether the supervisor says that it runs; otherwise whoever answers on its port is somebody else.
    """
    if program.name == "kafka":
        return kafka_ready(ports[Port.KAFKA])
    if program.name == "postgres":
        return postgres_ready(ports[Port.POSTGRES], password())
    return runs and (program.ready_port is None or port_open(ports[program.ready_port]))
