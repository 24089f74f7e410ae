"""The agency's check of a webhook: whatever comes, it takes the county's message or refuses, and nothing else."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onevisit_agency import DeliveryUnreadable, WebhookInvalid, verify_webhook

from services.platform.webhook_signing import shown, signed_headers

NOW = 1_795_000_000
EVENT = UUID(int=7)
KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
SECRET = shown(KEY)
DATA = {"event_id": str(EVENT), "recorded_at": "2026-03-01T00:00:00Z", "request_id": "P-1"}
BODY = json.dumps({"type": "request.noticed.v1", "data": DATA}).encode()
HEADERS = signed_headers(EVENT, [KEY], NOW, BODY)
ID, STAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def _refused(secret: Any = SECRET, headers: Mapping[Any, Any] = HEADERS, body: Any = BODY) -> str:
    with pytest.raises(WebhookInvalid) as error:
        verify_webhook(secret, headers, body, now=NOW)
    return str(error.value)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", None, b"", SECRET.encode(), "whsec_AAAA", SECRET[:-9], "密", "whsec_密"]
)
def test_without_a_whole_secret_nothing_is_taken(secret: Any) -> None:
    """Not even what is signed by it: with an empty secret, anybody could."""
    assert "secret" in _refused(secret)
    assert "secret" in _refused(secret, signed_headers(EVENT, [b"", b"\0\0\0"], NOW, BODY))


@pytest.mark.parametrize("name", [ID, STAMP, SIGNATURE])
@pytest.mark.parametrize("value", [None, b"1", 1795000000, ["v1,x"], "", " ", "é", "一", "\ud800", "v1,é", "٣", "+1"])
def test_a_header_that_is_missing_or_odd_is_refused(name: str, value: Any) -> None:
    """Bytes, numbers, lists, other digits, half a character: none is taken, none is another exception."""
    _refused(headers=HEADERS | {name: value})
    _refused(headers={key: kept for key, kept in HEADERS.items() if key != name})
    _refused(headers={key.encode(): kept for key, kept in HEADERS.items()})


@pytest.mark.parametrize(
    "stamp", ["9" * 16, "9" * 400, "9" * 5000, "-1", "1e9", "1_795_000_000", f" {NOW}", f"{NOW}.0"]
)
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    """However many digits it has."""
    _refused(headers=HEADERS | {STAMP: stamp})


def test_one_of_several_signatures_is_enough() -> None:
    """After a change of secret there are two, and other versions may stand beside them; the order says nothing."""
    both = signed_headers(EVENT, [OTHER, KEY], NOW, BODY)
    for secret in (SECRET, shown(OTHER)):
        assert verify_webhook(secret, both, BODY, now=NOW).request_id == "P-1"
    more = HEADERS | {SIGNATURE: f"v2,x  v1a,{HEADERS[SIGNATURE][3:]} , v1 {HEADERS[SIGNATURE]} v1,"}
    assert verify_webhook(SECRET, more, BODY, now=NOW).event_id == EVENT
    upper = {name.title(): value for name, value in HEADERS.items()}
    assert verify_webhook(SECRET, upper, BODY, now=NOW).event_id == EVENT
    for odd in ("v2," + HEADERS[SIGNATURE][3:], HEADERS[SIGNATURE][3:], HEADERS[SIGNATURE][:-1], "v1"):
        assert "signature" in _refused(headers=HEADERS | {SIGNATURE: odd})


@pytest.mark.parametrize("body", [None, BODY.decode(), json.loads(BODY), bytearray(BODY)])
def test_a_body_that_was_parsed_before_is_refused(body: Any) -> None:
    """With what to give instead."""
    assert "bytes" in _refused(body=body)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"type": 1, "data": {}}', b'{"type": "x", "data": {"event_id": 5, "recorded_at": "x"}}',
     b'{"type": "x", "data": {"event_id": "5", "recorded_at": 1}}', b'{"type": "x", "data": 1}', b"\xff",
     b"[" * 200_000,
     b'{"type": null, "data": ' + json.dumps(DATA).encode() + b"}"],
)  # fmt: skip
def test_what_is_signed_but_no_delivery_is_unreadable(content: bytes) -> None:
    """Whatever stands in it."""
    with pytest.raises(DeliveryUnreadable):
        verify_webhook(SECRET, signed_headers(EVENT, [KEY], NOW, content), content, now=NOW)


PLAIN = st.one_of(st.none(), st.binary(), st.text(), st.integers())
NAMES = st.one_of(st.sampled_from([ID, STAMP, SIGNATURE]), PLAIN)


@given(st.dictionaries(NAMES, st.one_of(PLAIN, st.lists(st.text()))))
def test_whatever_stands_in_the_headers_it_is_a_refusal(odd: dict[Any, Any]) -> None:
    """Nothing made up is taken, and nothing but a refusal comes out."""
    _refused(headers=odd)
