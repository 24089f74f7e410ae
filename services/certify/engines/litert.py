"""Opens a LiteRT model with one thread and without its greeting on stderr."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


def open_interpreter(model: bytes) -> Any:
    """A ready ``Interpreter``: tensors allocated, one thread (two are slower: face.md)."""
    from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415 - 0.1 s that no other command should pay

    with _native_stderr_apart():
        net = Interpreter(model_content=model, num_threads=1)
        net.allocate_tensors()
    return net


@contextmanager
def _native_stderr_apart() -> Iterator[None]:
    """Keep what native code prints on stderr aside, in a pipe and not on disk; shown after all when the block fails.
    What does not fit into a pipe is lost."""
    sys.stderr.flush()
    kept = os.dup(2)
    outlet, inlet = os.pipe()
    os.set_blocking(outlet, False)
    os.set_blocking(inlet, False)
    os.dup2(inlet, 2)
    os.close(inlet)
    try:
        yield
    except Exception:
        os.dup2(kept, 2)
        with suppress(BlockingIOError):
            os.write(2, os.read(outlet, 1 << 16))
        raise
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(outlet)
