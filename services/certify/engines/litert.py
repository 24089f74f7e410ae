"""Opens a LiteRT model with one thread and without its greeting on stderr."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    """Keep what native code prints on stderr aside; shown after all when the block fails."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as aside:
        os.dup2(aside.fileno(), 2)
        try:
            yield
        except Exception:
            os.dup2(kept, 2)
            aside.seek(0)
            os.write(2, aside.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
