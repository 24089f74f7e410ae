"""Every event has examples that must pass and examples that must fail, and the two readers agree on them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from schemas.topics import DEAD_TOPICS, TOPICS
from schemas.wire import EVENT_TYPES
from tests.contract.catalogue import EXAMPLES, SCHEMAS, Example, examples, json_schema, validator

VALID = examples("valid")
INVALID = examples("invalid")
ODD_VALUES: tuple[Any, ...] = (None, True, -1, 10**6, "", "words", "A" * 500, [], {})


def is_read(event_type: str, document: Any) -> bool:
    """Whether the model takes the document."""
    try:
        EVENT_TYPES[event_type].model_validate_json(json.dumps(document))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("event_type", sorted(EVENT_TYPES))
def test_every_event_has_a_schema_a_passing_and_a_failing_example(event_type: str) -> None:
    """Nothing can travel on a topic without its contract."""
    schema = json_schema(event_type)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:onevisit:schema:{event_type}"
    assert schema["title"] and schema["description"]
    assert any(example.event_type == event_type for example in VALID)
    assert any(example.event_type == event_type for example in INVALID)


def test_every_event_of_every_topic_is_known_to_the_wire() -> None:
    """The topic list and the decoder cannot drift apart."""
    carried = {event.event_type for topic in (*TOPICS, *DEAD_TOPICS) for event in topic.carries}
    assert carried == set(EVENT_TYPES)
    assert {path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.schema.json")} == carried
    assert {path.name for path in EXAMPLES.iterdir()} == carried


@pytest.mark.parametrize("example", VALID, ids=str)
def test_a_valid_example_passes_the_model_and_the_schema(example: Example) -> None:
    """A reader in Python and one in any other language take the same documents."""
    assert is_read(example.event_type, example.document)
    assert not list(validator(example.event_type).iter_errors(example.document))


@pytest.mark.parametrize("example", INVALID, ids=str)
def test_an_invalid_example_fails_the_model_and_the_schema(example: Example) -> None:
    """A rule that only one of the two holds is no contract."""
    assert not is_read(example.event_type, example.document)
    assert list(validator(example.event_type).iter_errors(example.document))


@pytest.mark.parametrize("event_type", sorted(EVENT_TYPES))
def test_model_and_schema_agree_on_every_odd_value_in_every_place(event_type: str) -> None:
    """Put something odd in each place of a valid document, or take the place away: both take it or both refuse it."""
    example = next(example for example in VALID if example.event_type == event_type)
    disagreements = [
        f"{path} = {value!r}: model {'takes' if read else 'refuses'} it, schema does not agree"
        for path, value, document in variations(example)
        if (read := is_read(event_type, document)) != validator(event_type).is_valid(document)
    ]
    assert disagreements == []


@pytest.mark.parametrize("example", VALID, ids=str)
def test_unknown_fields_are_ignored(example: Example) -> None:
    """An older reader survives a newer writer, at every depth."""
    event = EVENT_TYPES[example.event_type].model_validate_json(example.text)
    newer = with_unknown_fields(event, example.document)
    assert newer != example.document
    assert EVENT_TYPES[example.event_type].model_validate_json(json.dumps(newer)) == event
    assert validator(example.event_type).is_valid(newer)


def variations(example: Example) -> Iterator[tuple[str, Any, Any]]:
    """Place, odd value and document, for each place and each odd value; and each place left out."""
    for path in places(example.document):
        for value in ODD_VALUES:
            yield "/".join(map(str, path)), value, changed(example.document, path, value)
        if isinstance(path[-1], str):
            yield "/".join(map(str, path)), "(absent)", changed(example.document, path)


def places(document: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value inside a document."""
    inside = document.items() if isinstance(document, dict) else enumerate(document)
    for step, value in inside:
        yield (*path, step)
        if isinstance(value, dict | list):
            yield from places(value, (*path, step))


def changed(document: Any, path: tuple[str | int, ...], *value: Any) -> Any:
    """The document with one place set to `value`, or without it."""
    place = document
    for step in path[:-1]:
        place = place[step]
    if value:
        place[path[-1]] = value[0]
    else:
        del place[path[-1]]
    return document


def with_unknown_fields(value: Any, document: Any) -> Any:
    """The document with one more field in every record (not in maps, whose keys are data)."""
    if isinstance(value, BaseModel):
        known = {name: with_unknown_fields(getattr(value, name), inner) for name, inner in document.items()}
        return {**known, "from_the_future": {"any": ["thing", 1, None]}}
    if isinstance(value, dict):
        return {key: with_unknown_fields(value[key], inner) for key, inner in document.items()}
    if isinstance(value, tuple):
        return [with_unknown_fields(one, inner) for one, inner in zip(value, document, strict=True)]
    return document
