"""Runs the command line where opening a socket kills the process: what ends well has asked nobody.

Run as ``python -m tests.integration.certify.offline cli ARGS``, or ``linger ARGS``, which stays for half a minute after
the command has ended: a worker lives long, and ONNX Runtime calls its telemetry host 8 s after it was imported.

A seccomp filter answers the system calls ``socket`` and ``io_uring_setup`` (which could open one behind its back) with
SIGSYS. It is inherited by every child and covers native code, which a patched Python or an audit hook cannot see.
Sockets of this machine alone (AF_UNIX) are refused with an error: the C library asks there for a daemon that knows
users and hosts, and does without; a host that it then looks up itself needs a socket of the other kinds.
``python -m tests.integration.certify.offline WAY`` tries one of ``WAYS``.
"""

import ctypes
import errno
import platform
import runpy
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable

_NR_SOCKET = {"x86_64": 41, "aarch64": 198}
_NR_IO_URING_SETUP = 425
_AF_UNIX, _AF_INET = 1, 2

LINGER_S = 30.0
"""Longer than it took any runtime that was seen to call home."""
_ALLOW, _KILL_PROCESS, _ANSWER = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def forbid_sockets() -> None:
    """From now on this process and its children die when they open a socket. Raises ``OSError`` when refused."""
    lines = [
        (_LOAD_WORD, 0, 0, 0),  # the number of the system call
        (_JUMP_IF_EQUAL, 3, 0, _NR_IO_URING_SETUP),
        (_JUMP_IF_EQUAL, 0, 4, _NR_SOCKET[platform.machine()]),
        (_LOAD_WORD, 0, 0, 16),  # its first argument: the kind
        (_JUMP_IF_EQUAL, 1, 0, _AF_UNIX),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_RETURN, 0, 0, _ANSWER | errno.EAFNOSUPPORT),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    program = _Program(len(lines), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl refused")
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), "seccomp refused")


def _look_up() -> None:
    """As a runtime's telemetry would, in C."""
    ctypes.CDLL(None).getaddrinfo(b"telemetry.example", b"443", None, ctypes.byref(ctypes.c_void_p()))


def _look_up_in_a_child() -> None:
    code = "from tests.integration.certify.offline import _look_up; _look_up()"
    sys.exit(subprocess.run([sys.executable, "-c", code], check=False).returncode)


WAYS: dict[str, Callable[[], object]] = {
    "python": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "python-ipv6": lambda: socket.socket(socket.AF_INET6),
    "native": lambda: ctypes.CDLL(None).socket(_AF_INET, 1, 0),
    "native-look-up": _look_up,
    "look-up-in-a-thread": lambda: threading.Thread(target=_look_up).start(),
    "look-up-in-a-child": _look_up_in_a_child,
}
"""Ways of reaching out, each of which must end in death."""


if __name__ == "__main__":
    forbid_sockets()
    if sys.argv[1] in {"cli", "linger"}:
        stay_s = LINGER_S if sys.argv[1] == "linger" else 0.0
        sys.argv = ["onevisit", *sys.argv[2:]]
        try:
            runpy.run_module("services.cli", run_name="__main__", alter_sys=True)
        finally:
            sys.stdout.flush()
            time.sleep(stay_s)
    elif sys.argv[1] == "unix":
        sys.exit(ctypes.CDLL(None).socket(_AF_UNIX, 1, 0) == -1)
    else:
        WAYS[sys.argv[1]]()
