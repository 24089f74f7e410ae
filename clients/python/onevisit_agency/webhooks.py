"""The receiving side of signed webhooks, by the Standard Webhooks conventions (https://www.standardwebhooks.com)."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping

from onevisit_agency.delivery import Delivery, DeliveryUnreadable

TOLERANCE_S = 300
"""How old, or how far in the future, a message may be: what somebody has recorded cannot be replayed later."""
SECRET_PREFIX = "whsec_"  # noqa: S105 (how every secret begins)
SECRET_BYTES = 24
"""The shortest secret of the conventions; by one that is empty, anybody could sign."""
_STAMP_DIGITS = 15
"""More than seconds since 1970 ever have, and few enough for a float."""


class WebhookInvalid(Exception):
    """A webhook is not the county's, was changed, or is a replay: answer 400 and do nothing."""


def verify_webhook(
    secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None, tolerance_s: int = TOLERANCE_S
) -> Delivery:
    """The delivery in a webhook whose signature holds and which is fresh.

    Keep its `event_id` in the transaction that writes the effect, and do nothing when it is there already: a delivery
    is sent again when your answer did not arrive. Check a certificate in it with `Delivery.checked`.

    Args:
        secret: ``whsec_…``, as it was shown once.
        headers: the request's, by whatever case, as text.
        body: the bytes of the request, before anything parses them.
        now: seconds since 1970; None: this machine's clock.

    Raises:
        WebhookInvalid: when it must not be taken, whatever came.
        DeliveryUnreadable: when it is signed but no delivery.
    """
    key = _key_of(secret)
    given = {name.lower(): value for name, value in headers.items() if isinstance(name, str)}
    message_id, stamp, signed = (_text(given, f"webhook-{name}") for name in ("id", "timestamp", "signature"))
    if not stamp.isdigit() or len(stamp) > _STAMP_DIGITS:
        raise WebhookInvalid("webhook-timestamp is no number of seconds")
    if abs((time.time() if now is None else now) - int(stamp)) > tolerance_s:
        raise WebhookInvalid("the message is too old, or the clock of this machine is wrong")
    if not isinstance(body, bytes):
        raise WebhookInvalid("give the body as the bytes that came, not as text or as what was parsed from it")
    digest = hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    expected = base64.b64encode(digest).decode()
    signatures = [one.partition(",") for one in signed.split(" ")]
    if not any(version == "v1" and hmac.compare_digest(value, expected) for version, _, value in signatures):
        raise WebhookInvalid("the signature does not fit the content")
    try:
        message = json.loads(body)
        delivery = Delivery.read(message["type"], json.dumps(message["data"]).encode())
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DeliveryUnreadable("no message with type and data") from None
    if str(delivery.event_id) != message_id:
        raise WebhookInvalid("webhook-id is not the id of what it carries")
    return delivery


def _key_of(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (ValueError, TypeError, AttributeError):
        key = b""
    if len(key) < SECRET_BYTES:
        raise WebhookInvalid("this machine has no secret for the webhook: give the whole whsec_… that was shown once")
    return key


def _text(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if not isinstance(value, str) or not value.isascii():
        raise WebhookInvalid(f"{name} is missing or malformed")
    return value
