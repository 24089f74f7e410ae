"""The broker's configuration."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.embedded.kafka import AgencyDoor, java, java_version, server_properties

AGENCIES = AgencyDoor("127.0.0.1", 3, Path("/tls"))


def _parsed(text: str) -> dict[str, str]:
    """Read a Java properties file of simple lines, as Java does: ISO-8859-1 with \\uXXXX escapes."""
    lines = text.encode("ascii").decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16")
    return dict(line.split("=", 1) for line in lines.splitlines())


def test_topics_are_never_made_by_accident() -> None:
    """A misspelt topic is an error, not a new topic."""
    assert "auto.create.topics.enable=false" in server_properties(
        data=Path("/d"), port=1, controller_port=2, agencies=AGENCIES
    )


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1))
def test_any_folder_name_survives_the_properties_file(name: str) -> None:
    """Kafka reads the folder that we meant, whatever its name."""
    folder = Path("/data") / name.replace("/", "_")
    text = server_properties(data=folder, port=1, controller_port=2, agencies=AGENCIES)
    assert _parsed(text)["log.dirs"] == str(folder)


def test_only_the_agencies_listener_is_ever_reached_from_outside() -> None:
    """The workers' listener has no passwords, so nobody outside may reach it, whatever name agencies use."""
    outside = AgencyDoor("kafka.county.example", 3, Path("/tls"))
    inner = "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2"
    for door, address in ((AGENCIES, "127.0.0.1"), (outside, "0.0.0.0")):
        parsed = _parsed(server_properties(data=Path("/d"), port=1, controller_port=2, agencies=door))
        assert parsed["listeners"] == f"{inner},AGENCIES://{address}:3"
        assert parsed["listener.security.protocol.map"].endswith("AGENCIES:SASL_SSL")
        assert parsed["allow.everyone.if.no.acl.found"] == "false"


def test_this_machine_has_a_java_that_can_run_the_broker() -> None:
    """The version is read from the program itself."""
    version = java_version(java())
    assert version is not None and version >= 17


@pytest.mark.parametrize(
    "told, version", [('openjdk version "21.0.2"', 21), ('java version "1.8.0_1"', 8), ("?", None)]
)
def test_the_version_of_java_is_read_in_old_and_new_spelling(tmp_path: Path, told: str, version: int | None) -> None:
    """Java 8 called itself 1.8."""
    program = tmp_path / "java"
    program.write_text(f"#!/bin/sh\necho '{told}' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    assert java_version(program) == version
