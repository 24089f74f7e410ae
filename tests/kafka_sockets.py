"""Sockets that kafka-python forgets (3.0.12, net/inet.py): one that is refused, and one whose client is closed while it
connects. Python complains of each whenever it comes by, and the complaint fails whichever test runs then."""

import socket

from kafka.net.inet import KafkaNetSocket


class ForgottenSocket(socket.socket):
    """Closes itself, without a word, when nobody holds it any more."""

    def __del__(self) -> None:
        """Closes it."""
        self.close()


def _make(_: KafkaNetSocket, family: int, sort: int, protocol: int) -> socket.socket:
    return ForgottenSocket(family, sort, protocol)


def close_forgotten() -> None:
    """From now on kafka-python's clients in this process have such sockets."""
    KafkaNetSocket.socket = _make
