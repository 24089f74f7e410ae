"""The stack's own TCP ports: chosen once, remembered, chosen again only when somebody else took one.

Addresses that stay the same let a person keep a browser tab or a ``psql`` line between two runs; own ports let several
stacks live on one machine. Ports come from below the kernel's ephemeral range (32768 up on Linux), so that an outgoing
connection of another program never sits on one by chance.
"""

import json
import random
import re
import socket
from enum import StrEnum
from pathlib import Path

from deploy.embedded.errors import StackError, StackErrorCode

FIRST, LAST = 20_000, 32_000


class Port(StrEnum):
    """What the stack listens on."""

    KAFKA = "kafka"
    KAFKA_CONTROLLER = "kafka-controller"
    KAFKA_AGENCIES = "kafka-agencies"
    POSTGRES = "postgres"
    SUPERVISOR = "supervisor"
    GATEWAY = "gateway"


def is_free(port: int) -> bool:
    """Tell whether a server can listen on ``127.0.0.1:port`` now.

    ``SO_REUSEADDR`` is set as servers do, so that connections of a stopped stack in TIME_WAIT do not count as taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True


def choose(taken: set[int]) -> int:
    """Choose a free port that is not in ``taken``.

    Raises:
        OSError: when no port of the range is free.
    """
    candidates = [port for port in range(FIRST, LAST) if port not in taken]
    random.SystemRandom().shuffle(candidates)
    for port in candidates:
        if is_free(port):
            return port
    raise OSError(f"no free TCP port between {FIRST} and {LAST} on 127.0.0.1")


def remembered(file: Path) -> dict[Port, int]:
    """Read the ports of an earlier start; an unreadable or unknown entry counts as never chosen."""
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(stored, dict):
        return {}
    return {Port(key): value for key, value in stored.items() if key in set(Port) and type(value) is int}


def assign(file: Path, fixed: dict[Port, int] | None = None) -> dict[Port, int]:
    """Give every server its port, the remembered one where it is still free, and remember the outcome in ``file``.

    Call it only when the stack itself is not running: its own listening ports would count as taken.

    Args:
        file: JSON file, ``{"kafka": 21234, …}``.
        fixed: ports that the user decided; they are used as they are and not checked.
    """
    ports = dict(fixed or {})
    before = remembered(file)
    for name in Port:
        if name not in ports:
            old = before.get(name)
            keep = old is not None and old not in ports.values() and is_free(old)
            ports[name] = old if keep and old is not None else choose(set(ports.values()) | set(before.values()))
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(ports, indent=2) + "\n", encoding="utf-8")
    draft.replace(file)
    return ports


def named_address(text: str | None) -> tuple[str, int] | None:
    """Return host and port under which the user says that agencies reach Kafka, None when he names none.

    Raises:
        StackError: ``stack.setting-invalid`` when the text is no ``host:port``.
    """
    if not text:
        return None
    host, _, port = text.rpartition(":")
    if re.fullmatch(r"[A-Za-z0-9.-]+", host) and port.isascii() and port.isdigit() and 0 < int(port) < 2**16:
        return host, int(port)
    message = f"ONEVISIT_AGENCY_KAFKA is {text!r}, which is no host:port"
    remedy = "set it to where agencies reach Kafka, e.g. kafka.onevisit.example:9093, or unset it"
    raise StackError(StackErrorCode.SETTING_INVALID, message, remedy)


def named(text: str | None) -> int | None:
    """Return the gateway's port that the user names, None when he names none.

    Raises:
        StackError: ``stack.setting-invalid`` when the text is no port.
    """
    if not text:
        return None
    if text.isascii() and text.isdigit() and 0 < int(text) < 2**16:
        return int(text)
    message = f"ONEVISIT_GATEWAY_PORT is {text!r}, which is no port"
    raise StackError(StackErrorCode.SETTING_INVALID, message, "set it to a number from 1 to 65535, or unset it")
