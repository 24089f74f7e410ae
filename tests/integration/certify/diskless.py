"""Runs the command line where writing one byte into a file kills the process: what ends well has left nothing on disk.

Run as ``python -m tests.integration.certify.diskless cli ARGS``. The size of files is limited to nothing: a write into
a regular file, also one that would be deleted again at once, is answered with SIGXFSZ (in children, which Python
protects from it, with an error). Pipes are no files. ``python -m tests.integration.certify.diskless write FILE`` dies.
"""

import resource
import runpy
import signal
import sys
import tempfile
from pathlib import Path


def forbid_files() -> None:
    """From now on this process dies when it writes into a file, and in its children writing fails."""
    sys.dont_write_bytecode = True
    tempfile.gettempdir()  # tries out once, by a write, where temporary files could go
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    forbid_files()
    if sys.argv[1] == "cli":
        sys.argv = ["onevisit", *sys.argv[2:]]
        runpy.run_module("services.cli", run_name="__main__", alter_sys=True)
    else:
        Path(sys.argv[2]).write_bytes(b"x")
