"""The stack's ports: the same ones at every start, unless somebody else sits on one."""

import json
import socket
from pathlib import Path

import pytest

from deploy.embedded.ports import Port, assign, choose, is_free, remembered


def test_ports_stay_the_same_from_start_to_start(tmp_path: Path) -> None:
    """A second assignment gives what the first one gave."""
    file = tmp_path / "ports.json"
    assert assign(file) == assign(file)


def test_every_server_gets_a_port_of_its_own(tmp_path: Path) -> None:
    """No two servers share a port, and each port can be listened on."""
    ports = assign(tmp_path / "ports.json")
    assert set(ports) == set(Port)
    assert len(set(ports.values())) == len(Port)
    assert all(is_free(port) for port in ports.values())


def test_a_taken_port_is_chosen_again_and_the_others_stay(tmp_path: Path) -> None:
    """A stranger on one port moves that server alone."""
    file = tmp_path / "ports.json"
    before = assign(file)
    with socket.create_server(("127.0.0.1", before[Port.KAFKA])):
        after = assign(file)
    assert after[Port.KAFKA] != before[Port.KAFKA]
    assert {**after, Port.KAFKA: 0} == {**before, Port.KAFKA: 0}
    assert remembered(file) == after


def test_the_users_own_port_is_used_as_it_is(tmp_path: Path) -> None:
    """A fixed port wins over the remembered one, and no other server gets it."""
    file = tmp_path / "ports.json"
    taken = assign(file)[Port.POSTGRES]
    ports = assign(file, {Port.GATEWAY: taken})
    assert ports[Port.GATEWAY] == taken
    assert ports[Port.POSTGRES] != taken


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"kafka": "21000"}', '{"kafka": true}', '{"unknown": 21000}'])
def test_an_unreadable_memory_counts_as_none(tmp_path: Path, content: str) -> None:
    """A damaged file is replaced by a good one."""
    file = tmp_path / "ports.json"
    file.write_text(content, encoding="utf-8")
    assert remembered(file) == {}
    ports = assign(file)
    assert json.loads(file.read_text(encoding="utf-8")) == ports


def test_a_port_in_use_is_never_chosen() -> None:
    """What is excluded is not chosen, and what is chosen is free."""
    first = choose(set())
    with socket.create_server(("127.0.0.1", first)):
        assert not is_free(first)
        assert choose({first}) != first
