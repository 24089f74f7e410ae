"""Runs the command line where opening an internet socket kills the process: what ends well has asked nobody.

Run as ``python -m tests.integration.certify.offline ARGS``. A seccomp filter answers ``socket(AF_INET…)`` and
``socket(AF_INET6…)`` with SIGSYS; it is inherited by every child and covers native code, which a patched Python
cannot see.
"""

import ctypes
import platform
import runpy
import struct
import sys

_NR_SOCKET = {"x86_64": 41, "aarch64": 198}
_ALLOW, _KILL_PROCESS = 0x7FFF0000, 0x80000000
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_AF_INET, _AF_INET6 = 2, 10


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def forbid_internet() -> None:
    """From now on this process and its children die when they open an internet socket. Raises ``OSError`` when
    refused."""
    lines = [
        (_LOAD_WORD, 0, 0, 0),  # the number of the system call
        (_JUMP_IF_EQUAL, 0, 4, _NR_SOCKET[platform.machine()]),
        (_LOAD_WORD, 0, 0, 16),  # its first argument: the address family
        (_JUMP_IF_EQUAL, 1, 0, _AF_INET),
        (_JUMP_IF_EQUAL, 0, 1, _AF_INET6),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    program = _Program(len(lines), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl refused")
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), "seccomp refused")


if __name__ == "__main__":
    forbid_internet()
    sys.argv = ["onevisit", *sys.argv[2:]] if sys.argv[1] == "cli" else ["-c"]
    if sys.argv[0] == "onevisit":
        runpy.run_module("services.cli", run_name="__main__", alter_sys=True)
    else:
        import socket

        socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
