"""The body of a webhook, and the kinds of what is delivered."""

import json
from datetime import UTC, datetime

from onevisit_agency import Kind

from schemas.delivery import DeliveryKind, kind_of
from schemas.topic import Party
from schemas.topics import TOPICS
from services.delivery.keeping import readers
from services.delivery.message import message_of


def test_the_body_has_type_timestamp_and_data() -> None:
    """As the conventions recommend; the event stays byte for byte what was kept."""
    content = '{"request_id":"P-1","note":"您好"}'
    body = message_of("request.noticed.v1", datetime(2026, 3, 1, tzinfo=UTC), content)
    read = json.loads(body)
    assert read == {"type": "request.noticed.v1", "timestamp": "2026-03-01T00:00:00+00:00", "data": json.loads(content)}
    assert content.encode() in body


def test_every_event_for_agencies_has_its_kind_in_door_and_client() -> None:
    """Whatever stands on an agency's topic is kept, numbered and known to the client."""
    own = [topic for topic in TOPICS if Party.AGENCY in topic.consumers]
    assert all(topic.per_agency for topic in own)
    assert {kind_of(event) for topic in own for event in topic.carries} == set(DeliveryKind)
    assert [kind.value for kind in Kind] == [kind.value for kind in DeliveryKind]
    assert {reader.topic.name for reader in readers()} == {topic.name for topic in own}
