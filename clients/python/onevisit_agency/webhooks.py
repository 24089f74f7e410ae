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
        headers: the request's, by whatever case.
        body: the bytes of the request, before anything parses them.
        now: seconds since 1970; None: this machine's clock.

    Raises:
        WebhookInvalid: when it must not be taken.
        DeliveryUnreadable: when it is signed but no delivery.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, sent_at = given["webhook-id"], int(given["webhook-timestamp"])
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (KeyError, ValueError):
        raise WebhookInvalid("webhook-id, webhook-timestamp or the secret is missing or malformed") from None
    if abs((time.time() if now is None else now) - sent_at) > tolerance_s:
        raise WebhookInvalid("the message is too old, or the clock of this machine is wrong")
    digest = hmac.new(key, f"{message_id}.{sent_at}.".encode() + body, hashlib.sha256).digest()
    expected = base64.b64encode(digest).decode()
    signatures = [one.partition(",") for one in given.get("webhook-signature", "").split(" ")]
    if not any(version == "v1" and hmac.compare_digest(value, expected) for version, _, value in signatures):
        raise WebhookInvalid("the signature does not fit the content")
    try:
        message = json.loads(body)
        delivery = Delivery.read(message["type"], json.dumps(message["data"]).encode())
    except (ValueError, KeyError, TypeError):
        raise DeliveryUnreadable("no message with type and data") from None
    if str(delivery.event_id) != message_id:
        raise WebhookInvalid("webhook-id is not the id of what it carries")
    return delivery
