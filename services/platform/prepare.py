"""Readies an installation: secrets, database schema, topics. Safe to run again.

python -m services.platform.prepare
python -m services.platform.prepare --add-partitions    # all workers stopped, ONEVISIT_PARTITIONS raised
"""

import argparse
import logging
import sys
import time

import psycopg
from kafka.errors import KafkaError
from psycopg import OperationalError

from services.platform import journal, secrets
from services.platform.agency_access import KafkaAccessRefused, keep_rules
from services.platform.database import migrate
from services.platform.settings import Settings
from services.platform.telemetry import configure_logging
from services.platform.topics_admin import PartitionsDiffer, TopicSettingRefused, create_topics

log = logging.getLogger(__name__)
PATIENCE_S = 60.0


def prepare(settings: Settings, *, patience_s: float = PATIENCE_S, add_partitions: bool = False) -> None:
    """Makes what is missing; waits up to `patience_s` seconds for the database and the broker to answer.

    Raises:
        psycopg.OperationalError, kafka.errors.KafkaError: when one did not answer in time.
        DatabaseBehind: when the database was restored, and nothing was said of it.
        PartitionsDiffer, TopicSettingRefused: when the topics that exist cannot be kept as they are wanted.
    """
    secrets.make_missing(settings.secrets)
    secrets.publish_keys(settings.secrets, settings.public_keys, settings.issuer)
    give_up_at = time.monotonic() + patience_s
    told: set[type[Exception]] = set()
    while True:
        try:
            steps = migrate(settings.database)
            journal.check_not_ahead(settings.journal_folder, _audit_head(settings.database))
            topics = create_topics(settings, add_partitions=add_partitions)
            readers = keep_rules(settings)
        except (OperationalError, KafkaError) as error:
            if time.monotonic() > give_up_at:
                raise
            if type(error) not in told:
                log.info("not ready yet (%s); trying again", type(error).__name__)
                told.add(type(error))
            time.sleep(0.5)
        else:
            log.info("database: %d migration steps applied", steps)
            for what, names in (("made", topics.made), ("set anew", topics.set), ("grown", topics.grown)):
                if names:
                    log.info("topics %s: %s", what, ", ".join(names))
            if readers:
                log.info("agencies that may read their own topics: %s", ", ".join(readers))
            return


def _audit_head(database: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT number FROM platform.audit_head").fetchone()
    return int(row[0]) if row else 0


def main() -> int:
    """Prepares what the environment names; says which server did not answer, and where to look."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--add-partitions", action="store_true", help="let topics grow to ONEVISIT_PARTITIONS")
    given = parser.parse_args()
    configure_logging()
    try:
        prepare(Settings.from_env(), add_partitions=given.add_partitions)
    except OperationalError as error:
        sys.stderr.write(f"PostgreSQL does not answer: {error}\nCheck ONEVISIT_DATABASE, the server and the network.\n")
        return 1
    except KafkaError as error:
        sys.stderr.write(f"Kafka does not answer: {error}\nCheck ONEVISIT_KAFKA, the broker and the network.\n")
        return 1
    except (journal.DatabaseBehind, KafkaAccessRefused, PartitionsDiffer, TopicSettingRefused) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
