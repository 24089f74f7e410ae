"""What a topic is: what it carries, between whom, for how long; and where its unreadable messages go."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from schemas.base import Event, Schema
from schemas.dead_letter import DeadLetter

DAY_MS = 24 * 60 * 60 * 1000
DEAD_SUFFIX = ".dead"
DEAD_RETENTION_DAYS = 30
LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024
"""Largest message that a broker takes on a topic, with its headers: a larger one would hold up all behind it."""
DEAD_MESSAGE_BYTES = 12 * 1024 * 1024
"""Largest dead letter: it holds a message of up to 8 MiB in base64, which is a third longer."""


class Party(StrEnum):
    """Who produces or consumes a topic."""

    GATEWAY = "gateway"
    SCHEDULER = "scheduler"
    PLANNER = "planner"
    CERTIFY = "certify"
    DELIVERY = "delivery"
    AGENCY = "agency"
    OPERATOR = "operator"


class Topic(Schema):
    """One topic: what it carries, under which key, for how long, and between whom."""

    name: str = Field(pattern=r"^[a-z][a-z.-]*$")
    """Name; of a per-agency topic the part before the agency's code."""
    key: str
    """What the message key is."""
    carries: tuple[type[Event], ...]
    """The events on it."""
    producers: tuple[Party, ...]
    """Who may write."""
    consumers: tuple[Party, ...]
    """Who reads."""
    summary: str
    """One sentence for the documents."""
    per_agency: bool = False
    """One topic for each agency, named `<name>.<agency>`."""
    compacted: bool = False
    """The last message of each key is kept for ever."""
    retention_days: int = Field(default=400, ge=1)
    """How long messages are kept (not used when compacted)."""
    wired: bool = True
    """False while its contract stands but no service produces or consumes it yet."""

    def names(self, agencies: Iterable[str]) -> list[str]:
        """The Kafka topics that this entry stands for."""
        return [self.named(agency) for agency in agencies] if self.per_agency else [self.name]

    def named(self, agency: str) -> str:
        """The Kafka topic of one agency."""
        return f"{self.name}.{agency}"

    def config(self) -> dict[str, str]:
        """Topic settings for the broker."""
        largest = {"max.message.bytes": str(largest_message(self.name))}
        if self.compacted:
            return {"cleanup.policy": "compact", **largest}
        return {"cleanup.policy": "delete", "retention.ms": str(self.retention_days * DAY_MS), **largest}


def largest_message(name: str) -> int:
    """How many bytes a message on this topic may have, with key and headers."""
    return DEAD_MESSAGE_BYTES if name.endswith(DEAD_SUFFIX) else LARGEST_MESSAGE_BYTES


def dead_topic(source: Topic) -> Topic:
    """Where the unreadable messages of a topic go; one for all agencies of a per-agency topic."""
    return Topic(
        name=source.name + DEAD_SUFFIX,
        key="topic/partition/offset of the unreadable message",
        carries=(DeadLetter,),
        producers=own_readers(source.consumers),
        consumers=(Party.OPERATOR,),
        retention_days=DEAD_RETENTION_DAYS,
        wired=source.wired,
        summary=f"Messages of {source.name} that could not be read, with the error.",
    )


def own_readers(parties: Iterable[Party]) -> tuple[Party, ...]:
    """Those that are ours: what an agency cannot read, it keeps itself."""
    return tuple(party for party in parties if party is not Party.AGENCY)
