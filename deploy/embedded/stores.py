"""Readies the two stores of the stack: what is needed is made, and the program to supervise is returned."""

from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.embedded import kafka, postgres
from deploy.embedded.ports import Port
from deploy.embedded.programs import Program

POSTGRES_PASSWORD = "postgres.password"  # noqa: S105 (a file name)

_Progress = Callable[[str], None]


def prepare_kafka(var: Path, ports: Mapping[Port, int], agencies: kafka.AgencyDoor, on_progress: _Progress) -> Program:
    """Find Java, resolve the jars, write the configuration and format the folder. Raises StackError."""
    kafka.java()
    libs = kafka.libs_folder()
    kafka.resolve_jars(libs, on_progress)
    port, controller = ports[Port.KAFKA], ports[Port.KAFKA_CONTROLLER]
    return kafka.prepare(var / "kafka", libs, port=port, controller_port=controller, agencies=agencies)


def prepare_postgres(var: Path, ports: Mapping[Port, int], _: kafka.AgencyDoor, on_progress: _Progress) -> Program:
    """Make the password and initialise the folder. Raises StackError."""
    secret = var / POSTGRES_PASSWORD
    return postgres.prepare(var / "postgres", secret, port=ports[Port.POSTGRES], on_progress=on_progress)
