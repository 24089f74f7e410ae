"""PostgreSQL: migrations and connections."""

import logging
from pathlib import Path

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]

MIGRATION_FOLDERS = (
    "services/platform/migrations",
    "services/scheduler/store/migrations",
    "services/certify/store/migrations",
    "services/gateway/store/migrations",
)
_ROOT = Path(__file__).resolve().parents[2]


def migrate(database: str) -> int:
    """Brings the database to the newest schema; returns how many steps were applied. Safe to run again and at once."""
    from yoyo import get_backend, read_migrations  # noqa: PLC0415 (every worker imports this module, few migrate)

    logging.getLogger("yoyo").setLevel(logging.WARNING)
    backend = get_backend(database.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        migrations = read_migrations(*(str(_ROOT / folder) for folder in MIGRATION_FOLDERS))
        with backend.lock():
            pending = backend.to_apply(migrations)
            backend.apply_migrations(pending)
        return len(pending)
    finally:
        backend.connection.close()


def open_pool(database: str, *, size: int = 4, patience_s: float = 30.0) -> Pool:
    """A pool of connections, not yet opened: the caller opens it inside its event loop.

    Args:
        size: connections at most.
        patience_s: how long somebody waits for one. The pool gives up its own attempts a little sooner: it doubles the
            pause after each, and would else find a database that was away for two minutes two minutes after its
            return. Whoever asks next has it try at once.
    """
    own = patience_s * 5 / 6
    return AsyncConnectionPool(
        database, min_size=1, max_size=size, open=False, timeout=patience_s, reconnect_timeout=own
    )
