"""Keeps the list of the challenges that were used, without a server."""

import fcntl
from pathlib import Path
from uuid import UUID


def use_once(ledger: Path, challenge_id: UUID) -> bool:
    """Writes the challenge down as used; false when it was before. Two checks at once cannot both use it.

    The ledger is a text file with one id a line, made when it is not there. Raises ``OSError`` when it cannot be
    written.
    """
    with ledger.open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        used = file.read()
        if str(challenge_id) in used.split():
            return False
        file.write(f"{'' if used.endswith(chr(10)) or not used else chr(10)}{challenge_id}\n")
    return True
