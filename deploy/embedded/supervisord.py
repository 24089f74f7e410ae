"""supervisord, but it outlives a full disk.

When it cannot write a program's log, it writes why to standard error, which lies on the same disk; that failed too and
ended it, and the whole stack with it, though every program in it waits for room.
"""

import sys
from contextlib import suppress
from typing import Any

from supervisor.supervisord import main


class Forgiving:
    """A stream that drops what cannot be written."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write it, or not."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush it, or not."""
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


if __name__ == "__main__":
    sys.stderr = Forgiving(sys.stderr)
    main()
