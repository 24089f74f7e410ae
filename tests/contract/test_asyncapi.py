"""The AsyncAPI document is valid AsyncAPI 3.0 and says what the topic list says."""

import json
import tomllib
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from schemas.topic import Topic
from schemas.topics import DEAD_TOPICS, TOPICS
from tests.contract.catalogue import ROOT, SCHEMAS

ALL_TOPICS = (*TOPICS, *DEAD_TOPICS)


@pytest.fixture(scope="module")
def document() -> Any:
    """The committed document."""
    return yaml.safe_load((SCHEMAS / "asyncapi.yaml").read_text("utf-8"))


@cache
def official_schema() -> Draft7Validator:
    """AsyncAPI's own JSON Schema of version 3.0.0 (see asyncapi/README.md)."""
    path = Path(__file__).parent / "asyncapi" / "3.0.0.json"
    return Draft7Validator(json.loads(path.read_text("utf-8")))


def test_it_is_valid_asyncapi(document: Any) -> None:
    """Tools of others can read it."""
    assert [error.message for error in official_schema().iter_errors(document)] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("channels", "request", "bindings", "kafka", "topicConfiguration", "cleanup.policy"), ["shrink"]),
        (("channels", "request", "bindings", "kafka", "bindingVersion"), 5),
        (("operations", "gateway-sends-request", "action"), "publish"),
        (("info", "version"), None),
    ],
)
def test_the_official_schema_sees_faults(document: Any, path: tuple[str, ...], value: Any) -> None:
    """The validity above means something: the same check refuses a document with one fault."""
    faulty = deepcopy(document)
    place = faulty
    for step in path[:-1]:
        place = place[step]
    assert path[-1] in place
    place[path[-1]] = value
    assert not official_schema().is_valid(faulty)


def test_it_has_the_version_of_the_project(document: Any) -> None:
    """The contract is released with the code."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert document["info"]["version"] == project["version"]


@pytest.mark.parametrize("topic", ALL_TOPICS, ids=lambda topic: topic.name)
def test_every_topic_is_a_channel_with_its_parties_and_settings(document: Any, topic: Topic) -> None:
    """Address, events, senders, receivers and broker settings are those of schemas/topics.py."""
    name = topic.name.replace(".", "-")
    channel = document["channels"][name]
    assert channel["address"] == (f"{topic.name}.{{agency}}" if topic.per_agency else topic.name)
    assert ("agency" in channel.get("parameters", {})) == topic.per_agency
    assert set(channel["messages"]) == {event.__name__ for event in topic.carries}
    settings = channel["bindings"]["kafka"]["topicConfiguration"]
    assert {key: ",".join(v) if isinstance(v, list) else str(v) for key, v in settings.items()} == topic.config()
    for action, parties in (("send", topic.producers), ("receive", topic.consumers)):
        operations = [
            operation["tags"][0]["name"]
            for operation in document["operations"].values()
            if operation["action"] == action and operation["channel"]["$ref"] == f"#/channels/{name}"
        ]
        assert operations == [str(party) for party in parties]


def test_every_reference_leads_somewhere(document: Any) -> None:
    """No dangling reference, inside the document or to a schema file."""
    references = list(find_references(document))
    assert any(reference.startswith("./") for reference in references)
    for reference in references:
        if reference.startswith("./"):
            assert (SCHEMAS / reference).is_file(), reference
        else:
            place = document
            for step in reference.removeprefix("#/").split("/"):
                place = place[step]


def test_headers_are_those_of_the_wire(document: Any) -> None:
    """Each message states the CloudEvents type in its headers."""
    for message in document["components"]["messages"].values():
        own = message["headers"]["allOf"][1]["properties"]["ce_type"]["const"]
        assert own == message["name"]
        assert message["payload"]["schema"]["$ref"] == f"./{own}.schema.json"


def find_references(value: Any) -> list[str]:
    """Every $ref in a document."""
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [reference for inner in value.values() for reference in find_references(inner)]
    if isinstance(value, list):
        return [reference for inner in value for reference in find_references(inner)]
    return []
