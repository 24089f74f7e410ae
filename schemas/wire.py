"""Events on the wire: CloudEvents 1.0 in Kafka's binary mode (attributes in headers, JSON in the value)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.base import Format
from cloudevents.core.v1.event import CloudEvent
from pydantic import ValidationError

from schemas.base import Event, Schema
from schemas.topics import DEAD_TOPICS, TOPICS

EVENT_TYPES: Mapping[str, type[Event]] = {
    event.event_type: event for topic in (*TOPICS, *DEAD_TOPICS) for event in topic.carries
}
"""Every event by its CloudEvents type."""

Headers = list[tuple[str, bytes]]

_REQUIRED_HEADERS = frozenset({"ce_id", "ce_source", "ce_type", "ce_specversion"})


class UnreadableCode(StrEnum):
    """Why a message could not be read; the code of its dead letter. Permanent."""

    NOT_A_CLOUDEVENT = "NOT_A_CLOUDEVENT"
    """The CloudEvents headers are absent or wrong: the writer is not one of ours, or is broken."""
    UNKNOWN_EVENT_TYPE = "UNKNOWN_EVENT_TYPE"
    """The reader knows no event of this type: is it older than the writer? Update it, then send the message again."""
    SCHEMA_VIOLATION = "SCHEMA_VIOLATION"
    """The value is not what its event type promises: mend the writer, then send the message again."""
    MISPLACED_EVENT = "MISPLACED_EVENT"
    """A readable event on a topic that does not carry its type: mend the writer, and send it to its own topic."""
    UNFOLDABLE = "UNFOLDABLE"
    """A readable event that cannot take effect: it contradicts what is stored, or the database cannot hold it."""


class UnreadableMessage(Exception):
    """A message is not an event that we know. `code` is permanent; the text never repeats the content."""

    def __init__(self, code: UnreadableCode, error: str) -> None:
        super().__init__(f"{code}: {error}")
        self.code = code
        self.error = error


class _Bytes(Format):
    """Leaves the value as it is: pydantic writes and reads the JSON, once."""

    def read(self, event_factory: Any, data: str | bytes) -> CloudEvent:
        raise NotImplementedError("structured mode is not used")

    def write(self, event: Any) -> bytes:
        raise NotImplementedError("structured mode is not used")

    def write_data(self, data: Any, datacontenttype: str | None) -> bytes:
        return bytes(data)

    def read_data(self, body: bytes, datacontenttype: str | None) -> bytes:
        return body

    def get_content_type(self) -> str:
        return "application/cloudevents+json"


_FORMAT = _Bytes()


def encode(event: Event, *, source: str) -> tuple[Headers, bytes]:
    """Headers and value of the Kafka message that carries `event`.

    `source` names the service that wrote it, e.g. ``/onevisit/scheduler``.
    """
    message = to_binary(
        CloudEvent(
            attributes={
                "id": str(event.event_id),
                "source": source,
                "type": event.event_type,
                "time": event.recorded_at,
                "specversion": "1.0",
                "datacontenttype": "application/json",
            },
            data=event.model_dump_json().encode(),
        ),
        _FORMAT,
    )
    return list(message.headers.items()), message.value


def decode(headers: Iterable[tuple[str, bytes]] | None, value: bytes | None) -> Event:
    """The event in a Kafka message.

    Raises:
        UnreadableMessage: with code NOT_A_CLOUDEVENT, UNKNOWN_EVENT_TYPE or SCHEMA_VIOLATION.
    """
    present = {name.lower(): content for name, content in headers or ()}
    absent = _REQUIRED_HEADERS - present.keys()  # the library would make up an id and a version
    if absent:
        raise UnreadableMessage(
            UnreadableCode.NOT_A_CLOUDEVENT, f"these CloudEvents headers are missing: {', '.join(sorted(absent))}"
        )
    try:
        envelope = from_binary(KafkaMessage(headers=present, key=None, value=value or b""), _FORMAT, CloudEvent)
    except Exception as error:
        raise UnreadableMessage(
            UnreadableCode.NOT_A_CLOUDEVENT, f"the CloudEvents headers are wrong: {type(error).__name__}"
        ) from None
    model = EVENT_TYPES.get(envelope.get_type())
    if model is None:
        raise UnreadableMessage(
            UnreadableCode.UNKNOWN_EVENT_TYPE, "no event of this type is known: is the reader older than the writer?"
        )
    try:
        return model.model_validate_json(value or b"")
    except ValidationError as error:
        where = "; ".join(
            f"{_place(e['loc'])}: {e['type']}" for e in error.errors(include_url=False, include_input=False)[:5]
        )
        raise UnreadableMessage(UnreadableCode.SCHEMA_VIOLATION, where) from None


def _place(location: tuple[int | str, ...]) -> str:
    """Where in the message, by our own names only: the keys of a map are content, and content is never repeated."""
    return ".".join(str(part) if isinstance(part, int) or part in _FIELD_NAMES else "*" for part in location) or "value"


def _field_names(schema: type[Schema] = Schema) -> frozenset[str]:
    return frozenset(schema.model_fields).union(*map(_field_names, schema.__subclasses__()))


_FIELD_NAMES = _field_names()
