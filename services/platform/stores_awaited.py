"""Who starts while the broker or the database is away waits for them: to end, and be started again and again, would
put off the return by whatever pause a supervisor has come to."""

import logging
import time
from collections.abc import Iterable
from typing import Final

import psycopg
from confluent_kafka import KafkaError, KafkaException
from psycopg.sql import SQL, Literal

from services.platform.seldom import AGAIN
from services.platform.settings import Settings
from services.platform.topics_asked import LEADER_COMES, require_topics

log = logging.getLogger(__name__)

PAUSE_S: Final = 0.5
ANSWER_WITHIN_S: Final = 5
"""Of a database that is there and does not answer, for instance while its disk hangs."""
BROKER_COMES: Final = LEADER_COMES | {KafkaError._ALL_BROKERS_DOWN, KafkaError._TIMED_OUT, KafkaError._RESOLVE}


def await_database(database: str, table: str) -> None:
    """Returns when the database answers and has this table; says once a minute what is missing."""
    query = SQL("SELECT to_regclass({})").format(Literal(table))
    while True:
        try:
            with psycopg.connect(database, connect_timeout=ANSWER_WITHIN_S) as connection:
                row = connection.execute(query).fetchone()
            if row is not None and row[0] is not None:
                return
            log.warning("the database has no %s yet: run `python -m services.platform.prepare`", table, extra=AGAIN)
        except psycopg.OperationalError as error:
            why = str(error).partition("\n")[0]
            log.warning("waiting for the database (%s)", why, extra=AGAIN)
        time.sleep(PAUSE_S)


def await_topics(settings: Settings, names: Iterable[str]) -> None:
    """Returns when the broker answers and has these topics; says once a minute that it does not answer.

    Raises:
        TopicsMissing: it answers, and they do not exist.
        KafkaException: what waiting does not mend.
    """
    wanted = list(names)
    while True:
        try:
            return require_topics(settings, wanted)
        except KafkaException as error:
            if error.args[0].code() not in BROKER_COMES:
                raise
            log.warning("waiting for the broker (%s)", error.args[0].name(), extra=AGAIN)
            time.sleep(PAUSE_S)
