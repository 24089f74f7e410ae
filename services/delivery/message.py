"""The body of a webhook: `type`, `timestamp` and `data`, as the Standard Webhooks conventions recommend."""

import json
from datetime import datetime


def message_of(kind: str, recorded_at: datetime, content: str) -> bytes:
    """The bytes that are signed and sent; the same in every attempt. `content` is the event's JSON, as it was kept."""
    head = json.dumps({"type": kind, "timestamp": recorded_at.isoformat()}, ensure_ascii=False)
    return f'{head[:-1]}, "data": {content}}}'.encode()
