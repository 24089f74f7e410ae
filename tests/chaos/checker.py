"""The independent checker: reads topics and database with plain clients and compares them with the truth.

It uses nothing of the services: kafka-python, psycopg and json only.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from tests.chaos.truth import Key, Truth, person_key

SHOWN = 5
"""Examples kept of each kind of finding."""


@dataclass
class Findings:
    """What is wrong, by kind; all zero is right."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[str, int] = field(default_factory=dict)
    """What was looked at, for the table."""

    def add(self, kind: str, what: str) -> None:
        """Notes one finding: `lost`, `doubled`, `wrong` or `out of order`."""
        self.counts[kind] += 1
        if len(self.examples[kind]) < SHOWN:
            self.examples[kind].append(what)

    @property
    def right(self) -> bool:
        """Whether nothing was found."""
        return not self.counts

    def table(self) -> str:
        """For people to read."""
        lines = [f"| {name} | {number:,} |" for name, number in self.seen.items()]
        lines += [f"| **{kind}** | **{self.counts[kind]}** |" for kind in ("lost", "doubled", "wrong", "out of order")]
        shown = [f"{kind}: {what}" for kind, all_of in self.examples.items() for what in all_of]
        return "\n".join(["| looked at | number |", "| --- | --- |", *lines, *shown])


def check(truth: Truth, *, kafka: str, database: str, prefix: str, county_secret: bytes) -> Findings:
    """Everything that can be wrong."""
    found = Findings()
    people = {key: person_key(county_secret, number) for key, number in truth.accepted.items()}
    with psycopg.connect(database) as connection:
        stored = _check_database(found, connection, truth, people, truth.fewest_visits(county_secret))
        versions: dict[str, int] = dict(
            connection.execute("SELECT person_key, version FROM scheduler.person").fetchall()
        )
    visits = list(_read(kafka, f"{prefix}visit"))
    _check_visits(found, visits, stored, versions)
    refusals = [r for agency in truth.stream for r in _read(kafka, f"{prefix}request.rejected.{agency}")]
    _check_refusals(found, refusals, truth)
    for topic in ("request.dead", "request.person.dead"):
        for record in _read(kafka, prefix + topic):
            found.add("wrong", f"dead letter {topic}@{record.offset}")
    found.seen |= {
        "statements": truth.statements,
        "requests accepted": len(truth.accepted),
        "requests open": len(truth.open_windows),
        "requests refused": len(truth.refused),
        "visits in the database": len(stored),
        "messages on `visit`": len(visits),
        "of these sent again, identical": len(visits) - len({(r.key, r.value) for r in visits}),
        "messages on `request.rejected`": len(refusals),
    }
    return found


def _check_database(
    found: Findings,
    connection: "psycopg.Connection[Any]",
    truth: Truth,
    people: dict[Key, str],
    fewest: dict[str, int],
) -> dict[str, dict[str, Any]]:
    columns = "visit_id::text, person_key, version, status, window_first, window_last, requests"
    rows = connection.execute(f"SELECT {columns} FROM scheduler.visit".encode()).fetchall()
    stored = {row[0]: dict(zip(columns.replace("::text", "").split(", "), row, strict=True)) for row in rows}
    owners = {
        (a, r): p for a, r, p in connection.execute("SELECT agency, request_id, person_key FROM scheduler.request")
    }
    for key in people.keys() - owners.keys():
        found.add("lost", f"request {key} is not in the database")
    for key in owners.keys() - people.keys():
        found.add("wrong", f"request {key} is in the database and was never made")
    for key in people.keys() & owners.keys():
        if owners[key] != people[key]:
            found.add("wrong", f"request {key} stands with another person")
    visits_of: Counter[str] = Counter()
    placed: Counter[Key] = Counter()
    for visit in stored.values():
        if visit["status"] == "open":
            visits_of[visit["person_key"]] += 1
            _check_open_visit(found, visit, truth, people, placed)
    for key in truth.open_windows:
        if placed[key] == 0:
            found.add("lost", f"request {key} is in no open visit")
        elif placed[key] > 1:
            found.add("doubled", f"request {key} is in {placed[key]} open visits")
    for person in fewest.keys() | visits_of.keys():
        if visits_of[person] != fewest.get(person, 0):
            found.add("wrong", f"{visits_of[person]} visits instead of {fewest.get(person, 0)} for one person")
    _check_outcomes(found, connection, truth)
    return stored


def _check_open_visit(
    found: Findings, visit: dict[str, Any], truth: Truth, people: dict[Key, str], placed: Counter[Key]
) -> None:
    first, last = date.min, date.max
    for request in visit["requests"]:
        key = (request["agency"], request["request_id"])
        placed[key] += 1
        window = truth.open_windows.get(key)
        if window is None:
            found.add("wrong", f"request {key} needs no visit and has one")
            continue
        if people[key] != visit["person_key"]:
            found.add("wrong", f"request {key} stands in the visit of another person")
        if (request["window_start"], request["due_date"]) != tuple(map(str, window)):
            found.add("wrong", f"request {key} has not the window that was said last")
        first, last = max(first, window[0]), min(last, window[1])
    if (visit["window_first"], visit["window_last"]) != (first, last) or first > last:
        found.add("wrong", f"visit {visit['visit_id']} has not the days that its requests have in common")


def _check_outcomes(found: Findings, connection: "psycopg.Connection[Any]", truth: Truth) -> None:
    """Every row of every list has exactly its outcome."""
    expected: Counter[tuple[str, str]] = Counter()
    for agency, stream in truth.stream.items():
        expected.update((agency, "rejected" if s.bad else "accepted") for s in stream if s.kind == "requested")
    rows = connection.execute("SELECT agency, outcome, count(*) FROM scheduler.row_outcome GROUP BY 1, 2").fetchall()
    told = {(agency, outcome): count for agency, outcome, count in rows}
    for key in expected.keys() | told.keys():
        difference = told.get(key, 0) - expected[key]
        if difference:
            kind = "lost" if difference < 0 else "doubled"
            found.add(kind, f"{key}: {abs(difference)} outcomes of rows too few or too many")


def _check_visits(
    found: Findings, records: Iterable[ConsumerRecord], stored: dict[str, dict[str, Any]], versions: dict[str, int]
) -> None:
    content: dict[tuple[str, int], bytes] = {}
    newest: dict[str, dict[str, Any]] = {}
    last: dict[str, int] = {}
    where: dict[bytes, int] = {}
    told: defaultdict[str, set[int]] = defaultdict(set)
    for record in records:
        event = json.loads(record.value)
        visit_id, version = event["visit_id"], event["version"]
        before = content.setdefault((visit_id, version), record.value)
        if before != record.value:
            found.add("doubled", f"visit {visit_id} has two contents of version {version}")
        elif before is record.value and version < last.get(visit_id, 0):  # not sent again: told for the first time
            found.add("out of order", f"visit {visit_id}: version {version} first told after {last[visit_id]}")
        if where.setdefault(record.key, record.partition) != record.partition:
            found.add("out of order", f"visit {visit_id} lies on two partitions")
        last[visit_id] = version
        told[event["person_key"]].add(version)
        if version >= newest.get(visit_id, event)["version"]:
            newest[visit_id] = event
    for visit_id, version in last.items():
        if version != newest[visit_id]["version"]:
            found.add("out of order", f"visit {visit_id} ends with version {version} after a newer one")
    for person, version in versions.items():
        for missing in set(range(1, version + 1)) - told[person]:
            found.add("lost", f"version {missing} of {version} of a person's visits was never told")
    for visit_id in stored.keys() | newest.keys():
        if visit_id not in stored or visit_id not in newest:
            found.add("lost", f"visit {visit_id} is not both in the database and on the topic")
        elif _told(newest[visit_id]) != _kept(stored[visit_id]):
            found.add("wrong", f"visit {visit_id}: the topic and the database disagree")


def _told(event: dict[str, Any]) -> tuple[Any, ...]:
    stated = [{field: value for field, value in one.items() if value is not None} for one in event["requests"]]
    return event["version"], event["status"], *event["window"], stated  # the database leaves out what is null


def _kept(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["version"], row["status"], str(row["window_first"]), str(row["window_last"]), row["requests"]


def _check_refusals(found: Findings, records: Iterable[ConsumerRecord], truth: Truth) -> None:
    told: defaultdict[Key, set[bytes]] = defaultdict(set)
    for record in records:
        event = json.loads(record.value)
        told[event["agency"], event["request_id"]].add(record.value)
    for key in truth.refused - told.keys():
        found.add("lost", f"the refusal of {key} was never told")
    for key in told.keys() - truth.refused:
        found.add("wrong", f"{key} was refused and is right")
    for key, contents in told.items():
        if len(contents) > 1:
            found.add("doubled", f"{key} was refused {len(contents)} times, differently")


def _read(kafka: str, topic: str) -> Iterator[ConsumerRecord]:
    """Every message of a topic; in order within each partition."""
    consumer = KafkaConsumer(bootstrap_servers=kafka, group_id=None, fetch_max_bytes=64 * 1024 * 1024)
    try:
        for number in sorted(consumer.partitions_for_topic(topic) or ()):
            at = TopicPartition(topic, number)
            consumer.assign([at])
            end = consumer.end_offsets([at])[at]
            consumer.seek_to_beginning(at)
            while consumer.position(at) < end:
                for records in consumer.poll(timeout_ms=1000).values():
                    yield from records
    finally:
        consumer.close()
