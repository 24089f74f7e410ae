"""The agency's position in a PostgreSQL of its own, by psycopg: committed with the effect, and nothing left open."""

from uuid import uuid4

import psycopg
from onevisit_agency import Place, SqlPosition
from psycopg.pq import TransactionStatus


def _effects(database: str) -> int:
    """How many there are for everybody else."""
    with psycopg.connect(database) as other:
        row = other.execute("SELECT count(*) FROM alive").fetchone()
    assert row is not None
    return int(row[0])


def test_each_delivery_is_committed_alone_and_no_transaction_waits_for_the_next(database: str) -> None:
    """As a feed does: load, then one transaction for each delivery; between two the session is idle."""
    with psycopg.connect(database) as book:
        book.execute("CREATE TABLE alive (number int)")
        position = SqlPosition(book, mark="%s")
        assert position.load() == {}
        first, event_id = Place("certificate.hrss", 0, 7), uuid4()
        for number, expected in enumerate([True, False]):
            assert book.info.transaction_status == TransactionStatus.IDLE
            with book.transaction():
                if position.advance(first, event_id):
                    book.execute("INSERT INTO alive VALUES (%s)", (number,))
                    assert expected
            assert _effects(database) == 1
        assert position.load() == {("certificate.hrss", 0): 8}
        assert book.info.transaction_status == TransactionStatus.IDLE
