"""The measurements of a recording under lock: deflated JSON, sealed under the person's key.

An event stays in the log for 400 days and in backups: what is measured on a face travels in it only so that whoever
holds the county's keys can judge again, and is noise once the person's key is destroyed.
"""

import json
import zlib
from collections.abc import Mapping
from uuid import UUID

from pydantic import JsonValue

from services.platform.sealing import Unsealable, open_bytes, seal_bytes

_MAX_BYTES = 4_000_000
"""Of the JSON: 15 s at 30 frames a second take some 30 kB."""


def close_box(key: bytes, key_id: UUID, measurements: Mapping[str, JsonValue]) -> bytes:
    """The measurements, sealed."""
    text = json.dumps(measurements, separators=(",", ":"), ensure_ascii=False)
    return seal_bytes(key, key_id, zlib.compress(text.encode(), 9))


def open_box(key: bytes, key_id: UUID, box: bytes) -> dict[str, JsonValue]:
    """The reverse of ``close_box``. Raises ``Unsealable`` when the box was changed or belongs to another key."""
    packed = open_bytes(key, key_id, box)
    try:
        opened: dict[str, JsonValue] = json.loads(zlib.decompressobj().decompress(packed, _MAX_BYTES))
    except (zlib.error, ValueError):
        raise Unsealable(key_id, "the content is no measurements") from None
    return opened
