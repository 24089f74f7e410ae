"""What kafka-python forgets fails no test (tests/kafka_sockets.py)."""

import gc
import socket

from kafka.net.inet import KafkaNetSocket


def test_a_socket_that_a_client_forgets_is_closed_without_a_complaint() -> None:
    """As its clients make it, on the way to a broker."""
    forgotten = KafkaNetSocket().socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    number = forgotten.fileno()
    del forgotten
    gc.collect()
    assert number > 0
