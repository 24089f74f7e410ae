"""Events on the wire: CloudEvents 1.0 in binary mode, readable by others, and errors that give nothing away."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka_event
from jsonschema import Draft202012Validator

from schemas.base import Event
from schemas.generate.asyncapi import asyncapi_document
from schemas.wire import EVENT_TYPES, Headers, UnreadableMessage, decode, encode
from tests.contract.catalogue import Example, examples

VALID = examples("valid")
SOURCE = "/onevisit/test"
MARKER = "99010119490101x-marker"


def message_of(example: Example) -> tuple[Event, Headers, bytes]:
    """The event of an example, and its message."""
    event = EVENT_TYPES[example.event_type].model_validate_json(example.text)
    return (event, *encode(event, source=SOURCE))


@pytest.mark.parametrize("example", VALID, ids=str)
def test_what_is_encoded_is_decoded_the_same(example: Example) -> None:
    """Nothing is lost on the wire, and the value is the example's JSON."""
    event, headers, value = message_of(example)
    assert decode(headers, value) == event
    assert json.loads(value) == example.document


@pytest.mark.parametrize("example", VALID, ids=str)
def test_the_cloudevents_library_reads_it_as_binary_mode(example: Example) -> None:
    """A consumer that knows only CloudEvents 1.0 finds every attribute and the data."""
    event, headers, value = message_of(example)
    read = from_kafka_event(KafkaMessage(headers=dict(headers), key=None, value=value))
    assert read.get_specversion() == "1.0"
    assert read.get_id() == str(event.event_id)
    assert read.get_source() == SOURCE
    assert read.get_type() == example.event_type
    assert read.get_time() == event.recorded_at
    assert read.get_datacontenttype() == "application/json"
    assert read.get_data() == example.document


@pytest.mark.parametrize("example", VALID, ids=str)
def test_headers_are_as_asyncapi_says(example: Example) -> None:
    """The documented headers are the sent ones."""
    event, headers, _ = message_of(example)
    document = asyncapi_document()
    own = document["components"]["messages"][type(event).__name__]["headers"]["allOf"][1]
    sent = {name: value.decode() for name, value in headers}
    for schema in (document["components"]["schemas"]["cloudEventHeaders"], own):
        assert list(Draft202012Validator(schema).iter_errors(sent)) == []


@pytest.mark.parametrize("example", examples("invalid"), ids=str)
def test_an_invalid_value_is_a_schema_violation(example: Example) -> None:
    """A reader gets one permanent code, whatever is wrong inside."""
    headers = encoded_headers(example.event_type)
    with pytest.raises(UnreadableMessage) as caught:
        decode(headers, example.text.encode())
    assert caught.value.code == "SCHEMA_VIOLATION"


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b"null", b"\xff\xfe"])
def test_a_value_that_is_no_json_object_is_a_schema_violation(value: bytes | None) -> None:
    """Tombstones, cut and binary values do not escape as foreign exceptions."""
    with pytest.raises(UnreadableMessage) as caught:
        decode(encoded_headers("org.onevisit.visit.changed.v1"), value)
    assert caught.value.code == "SCHEMA_VIOLATION"
    assert caught.value.error


@pytest.mark.parametrize(
    "change",
    [
        {"ce_type": None},
        {"ce_id": None},
        {"ce_source": None},
        {"ce_specversion": None},
        {"ce_specversion": b"0.3"},
        {"ce_specversion": b"9.9"},
        {"ce_time": MARKER.encode()},
        {"ce_id": b"\xff\xfe"},
    ],
    ids=str,
)
def test_wrong_headers_are_no_cloudevent(change: dict[str, bytes | None]) -> None:
    """Whatever is wrong with the attributes, the code says so and the content is not repeated."""
    _, headers, value = message_of(VALID[0])
    wrong = [(name, content) for name, content in ({**dict(headers), **change}).items() if content is not None]
    with pytest.raises(UnreadableMessage) as caught:
        decode(wrong, value)
    assert caught.value.code == "NOT_A_CLOUDEVENT"
    assert MARKER not in str(caught.value)


def test_a_message_without_headers_is_no_cloudevent() -> None:
    """Somebody else's message on our topic."""
    nothing: tuple[Headers | None, ...] = (None, [])
    for headers in nothing:
        with pytest.raises(UnreadableMessage) as caught:
            decode(headers, MARKER.encode())
        assert caught.value.code == "NOT_A_CLOUDEVENT"
        assert MARKER not in str(caught.value)


def test_an_event_of_a_newer_writer_is_named_as_unknown() -> None:
    """A new version beside the old: an old reader sets it aside, by its own code."""
    _, headers, value = message_of(VALID[0])
    newer = {**dict(headers), "ce_type": b"org.onevisit.request.batch.v99"}
    with pytest.raises(UnreadableMessage) as caught:
        decode(list(newer.items()), value)
    assert caught.value.code == "UNKNOWN_EVENT_TYPE"


@pytest.mark.parametrize("event_type", sorted(EVENT_TYPES))
def test_an_error_never_repeats_the_content(event_type: str) -> None:
    """Dead letters and logs show where a message is wrong, never what stood there, not even as the key of a map."""
    example = next(example for example in VALID if example.event_type == event_type)
    headers = encoded_headers(event_type)
    refused = 0
    for document in with_marker_in_each_place(example.document):
        try:
            decode(headers, json.dumps(document).encode())
        except UnreadableMessage as error:
            refused += 1
            assert MARKER not in str(error), str(error)
    assert refused


def encoded_headers(event_type: str) -> Headers:
    """The headers of a message of this type."""
    return message_of(next(example for example in VALID if example.event_type == event_type))[1]


def with_marker_in_each_place(value: Any) -> Iterator[Any]:
    """The value with each inner value replaced by the marker, and each record given the marker as one more key."""
    yield MARKER
    if isinstance(value, dict):
        yield {**value, MARKER: MARKER}
        for key, inner in value.items():
            yield from ({**value, key: changed} for changed in with_marker_in_each_place(inner))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            for changed in with_marker_in_each_place(inner):
                yield [*value[:index], changed, *value[index + 1 :]]
