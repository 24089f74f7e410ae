"""AsyncAPI 3.0 of the whole line: channels, who sends and who receives, Kafka settings, CloudEvents headers."""

from typing import Any

import yaml

from schemas.base import Event
from schemas.generate.json_schemas import DIALECT
from schemas.topic import DAY_MS, Party, Topic, largest_message
from schemas.topics import DEAD_TOPICS, TOPICS
from schemas.wire import EVENT_TYPES

CONTRACT_VERSION = "0.1.0"
"""Version of the contract as a whole; the project's version (a test holds it)."""
KAFKA_BINDING = "0.5.0"
"""Version of AsyncAPI's Kafka bindings."""

_DESCRIPTION = """\
One home visit proves to every paying agency that an old person is alive.
Every message is a CloudEvent 1.0 in Kafka's binary mode. Unknown fields are ignored; a new meaning is a new event type
beside the old. No message carries a national ID: people are named by person_key, personal data are sealed.
"""

_PARTIES = {
    Party.GATEWAY: "The HTTP door: agencies, phones, desk.",
    Party.SCHEDULER: "request → visit.",
    Party.PLANNER: "visit → plan.",
    Party.CERTIFY: "capture → verdict → certificate.",
    Party.DELIVERY: "What agencies are told → webhooks, pull, files.",
    Party.AGENCY: "A bureau outside, reading its own topics only.",
    Party.OPERATOR: "Whoever repairs and sends again what could not be read.",
}


def asyncapi_yaml() -> str:
    """The document as YAML."""
    head = "# Made from schemas/topics.py by `python -m schemas.generate`; do not edit.\n"
    return head + yaml.safe_dump(asyncapi_document(), sort_keys=False, allow_unicode=True, width=120)


def asyncapi_document() -> dict[str, Any]:
    """The document as plain data."""
    topics = (*TOPICS, *DEAD_TOPICS)
    return {
        "asyncapi": "3.0.0",
        "id": "urn:onevisit:events",
        "info": {
            "title": "OneVisit events",
            "version": CONTRACT_VERSION,
            "description": _DESCRIPTION,
            "tags": [{"name": str(party), "description": text} for party, text in _PARTIES.items()],
        },
        "defaultContentType": "application/json",
        "servers": {
            "county": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "The county's Kafka (ONEVISIT_KAFKA). Where several counties share one, "
                "ONEVISIT_TOPIC_PREFIX stands before every address.",
                "variables": {"bootstrap": {"default": "127.0.0.1:9092", "description": "host:port"}},
            }
        },
        "channels": {_channel_id(topic): _channel(topic) for topic in topics},
        "operations": {
            f"{party}-{action}s-{_channel_id(topic)}": _operation(topic, party, action)
            for topic in topics
            for action, parties in (("send", topic.producers), ("receive", topic.consumers))
            for party in parties
        },
        "components": {
            "messages": {event.__name__: _message(event) for event in EVENT_TYPES.values()},
            "messageTraits": {"cloudEvent": _cloud_event_trait()},
            "schemas": {"cloudEventHeaders": _cloud_event_headers()},
        },
    }


def _channel_id(topic: Topic) -> str:
    return topic.name.replace(".", "-")


def _channel(topic: Topic) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": f"{topic.name}.{{agency}}" if topic.per_agency else topic.name,
        "title": topic.name,
        "summary": topic.summary,
        "description": (
            f"Key: {topic.key}. Kept: {_kept(topic)}. "
            "Partitions and replicas are the county's (ONEVISIT_PARTITIONS, ONEVISIT_REPLICATION)."
        ),
        "servers": [{"$ref": "#/servers/county"}],
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"} for event in topic.carries},
    }
    if topic.per_agency:
        channel["parameters"] = {
            "agency": {
                "description": "Code of the agency; a county configures its own (ONEVISIT_AGENCIES).",
                "examples": ["hrss", "civil_affairs", "health"],
            }
        }
    channel["bindings"] = {"kafka": {"topicConfiguration": _configuration(topic), "bindingVersion": KAFKA_BINDING}}
    channel["x-onevisit-wired"] = topic.wired
    return channel


def _kept(topic: Topic) -> str:
    return "the last message of each key" if topic.compacted else f"{topic.retention_days} days"


def _configuration(topic: Topic) -> dict[str, Any]:
    largest = largest_message(topic.name)
    if topic.compacted:
        return {"cleanup.policy": ["compact"], "max.message.bytes": largest}
    settings: dict[str, Any] = {"cleanup.policy": ["delete"], "retention.ms": topic.retention_days * DAY_MS}
    settings["max.message.bytes"] = largest
    return settings


def _operation(topic: Topic, party: Party, action: str) -> dict[str, Any]:
    channel = f"#/channels/{_channel_id(topic)}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "summary": f"The {party} {action}s: {topic.summary}",
        "tags": [{"name": str(party)}],
        "messages": [{"$ref": f"{channel}/messages/{event.__name__}"} for event in topic.carries],
    }


def _message(event: type[Event]) -> dict[str, Any]:
    key = next(topic.key for topic in (*TOPICS, *DEAD_TOPICS) if event in topic.carries)
    return {
        "name": event.event_type,
        "title": event.__name__,
        "summary": (event.__doc__ or "").strip().splitlines()[0],
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/cloudEventHeaders"},
                {"type": "object", "properties": {"ce_type": {"const": event.event_type}}},
            ]
        },
        "payload": {
            "schemaFormat": f"application/schema+json;version={DIALECT}",
            "schema": {"$ref": f"./{event.event_type}.schema.json"},
        },
        "bindings": {"kafka": {"key": {"type": "string", "description": key}, "bindingVersion": KAFKA_BINDING}},
    }


def _cloud_event_trait() -> dict[str, Any]:
    return {
        "description": "CloudEvents 1.0, Kafka protocol binding, binary content mode: attributes in headers.",
        "externalDocs": {"url": "https://cloudevents.io/"},
    }


def _cloud_event_headers() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type"],
        "properties": {
            "ce_specversion": {"const": "1.0"},
            "ce_id": {"type": "string", "format": "uuid", "description": "event_id: a re-send carries the same."},
            "ce_source": {"type": "string", "description": "Who wrote it.", "examples": ["/onevisit/scheduler"]},
            "ce_type": {"type": "string", "description": "The event's type and version."},
            "ce_time": {"type": "string", "format": "date-time", "description": "recorded_at, UTC."},
            "content-type": {"const": "application/json"},
        },
    }
