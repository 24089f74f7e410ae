"""The topic list tells the truth: who is named as producer or consumer of a topic is one, and nobody else is."""

import ast
from functools import cache

import pytest

import schemas.topics
from schemas.topic import Party, Topic
from schemas.topics import TOPICS
from tests.structure.source import ROOT, parsed, python_files

NOT_A_SERVICE = {Party.AGENCY, Party.OPERATOR}
"""Outside of this project, or a person."""
CONSTANTS = {
    value.name: name for name, value in vars(schemas.topics).items() if isinstance(value, Topic) and name.isupper()
}
"""The name of each topic's constant in schemas/topics.py."""
WIRED = [topic for topic in TOPICS if topic.wired]
FOLDERS = {party: f"services/{party}" for party in Party} | {Party.PLANNER: "services/scheduler/planner"}
"""Where a party's code is; the planner is a program of its own within the scheduler's folder."""
SERVICES = [party for party in Party if (ROOT / FOLDERS[party]).is_dir()]


@cache
def uses(party: Party) -> tuple[frozenset[str], frozenset[str]]:
    """The topic constants that the code of a service reads from, and those that it uses otherwise (to send)."""
    read: set[str] = set()
    sent: set[str] = set()
    others = [ROOT / FOLDERS[other] for other in SERVICES if other != party]
    for path in python_files(FOLDERS[party]):
        if any(path.is_relative_to(other) and other.is_relative_to(ROOT / FOLDERS[party]) for other in others):
            continue
        module = parsed(path)
        in_readers = {
            id(inner)
            for call in ast.walk(module)
            if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] == "Reader"
            for inner in ast.walk(call)
        }
        for node in ast.walk(module):
            if (name := _constant(node)) is not None:
                (read if id(node) in in_readers else sent).add(name)
    return frozenset(read), frozenset(sent)


def _constant(node: ast.AST) -> str | None:
    """The topic constant that a piece of code names: by itself, or as an attribute of the module of topics."""
    match node:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="topics"), attr=name):
            return name if name in CONSTANTS.values() else None
        case _:
            return None


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_every_topic_has_a_constant_and_both_ends(topic: Topic) -> None:
    """Code speaks of topics by their constant, and nothing is sent to nobody."""
    assert topic.name in CONSTANTS
    assert topic.producers
    assert topic.consumers


@pytest.mark.parametrize("topic", WIRED, ids=lambda topic: topic.name)
def test_every_wired_topic_is_produced_and_consumed(topic: Topic) -> None:
    """A party that the list names really reads or sends; a service that is not built yet may not be the only end."""
    constant = CONSTANTS[topic.name]
    built = {*SERVICES, *NOT_A_SERVICE}
    assert built & set(topic.producers), "no producer is built: mark the topic wired=False"
    assert built & set(topic.consumers), "no consumer is built: mark the topic wired=False"
    lying = [
        *(
            f"{party} does not send"
            for party in topic.producers
            if party in SERVICES and constant not in uses(party)[1]
        ),
        *(
            f"{party} does not read"
            for party in topic.consumers
            if party in SERVICES and constant not in uses(party)[0]
        ),
    ]
    assert lying == []


@pytest.mark.parametrize("party", SERVICES)
def test_no_service_reads_or_sends_what_the_list_does_not_say(party: Party) -> None:
    """Access lists and AsyncAPI are made from the list; a topic marked unwired is used by nobody."""
    read, sent = uses(party)
    named = {constant: next(topic for topic in TOPICS if topic.name == name) for name, constant in CONSTANTS.items()}
    unlisted = [
        *(
            f"reads {constant}"
            for constant in read
            if not (named[constant].wired and party in named[constant].consumers)
        ),
        *(
            f"sends {constant}"
            for constant in sent
            if not (named[constant].wired and party in named[constant].producers)
        ),
    ]
    assert unlisted == []


def test_the_services_are_found() -> None:
    """The tests above look at something."""
    assert {Party.GATEWAY, Party.SCHEDULER, Party.CERTIFY, Party.PLANNER} <= set(SERVICES)
    assert "REQUEST" in uses(Party.SCHEDULER)[0]
    assert "VISIT" in uses(Party.SCHEDULER)[1]
