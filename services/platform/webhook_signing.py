"""Secrets and signatures of webhooks, by the Standard Webhooks conventions (https://www.standardwebhooks.com)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from uuid import UUID

from services.platform.sealing import open_bytes, seal_bytes

PREFIX = "whsec_"
SECRET_BYTES = 32
"""The conventions ask for 24 to 64 random bytes."""


def new_secret() -> bytes:
    """A secret at random."""
    return secrets.token_bytes(SECRET_BYTES)


def shown(secret: bytes) -> str:
    """The secret as the agency gets it."""
    return PREFIX + base64.b64encode(secret).decode("ascii")


def seal_secret(master_key: bytes, webhook_id: UUID, secret: bytes) -> bytes:
    """The secret as it is stored: under the county's master key, bound to its webhook."""
    return seal_bytes(master_key, webhook_id, secret)


def open_secret(master_key: bytes, webhook_id: UUID, box: bytes) -> bytes:
    """The reverse of `seal_secret`. Raises Unsealable."""
    return open_bytes(master_key, webhook_id, box)


def signed_headers(webhook_id: UUID, secrets_in_use: Iterable[bytes], sent_at: int, body: bytes) -> dict[str, str]:
    """The three headers of a message.

    Args:
        webhook_id: id of the message, the same in every attempt: what makes a repetition recognisable.
        secrets_in_use: the secret, and the one before while both hold.
        sent_at: seconds since 1970 of this attempt; receivers refuse old ones.
        body: the bytes that are sent.
    """
    content = f"{webhook_id}.{sent_at}.".encode() + body
    digests = (hmac.new(secret, content, hashlib.sha256).digest() for secret in secrets_in_use)
    signatures = " ".join("v1," + base64.b64encode(digest).decode("ascii") for digest in digests)
    return {"webhook-id": str(webhook_id), "webhook-timestamp": str(sent_at), "webhook-signature": signatures}
