"""Logs that can be read and never show a national ID; metrics of the streams."""

import logging
import re
import sys
import time

from prometheus_client import Counter, Histogram

from services.platform.seldom import CLIENTS, Seldom

MESSAGES = Counter("onevisit_messages_folded_total", "Messages folded, by reader and topic", ["reader", "topic"])
REPEATS = Counter("onevisit_messages_repeated_total", "Messages seen again and ignored", ["reader", "topic"])
DEAD = Counter("onevisit_messages_dead_total", "Messages that could not be read", ["reader", "topic", "code"])
REWINDS = Counter("onevisit_rewinds_total", "Times a reader went back to its position", ["reader", "topic"])
FOLD_SECONDS = Histogram("onevisit_fold_seconds", "Time to fold one batch, seconds", ["reader", "topic"])
PUBLISHED = Counter("onevisit_events_published_total", "Events acknowledged by the broker", ["topic"])

_ID_LIKE = re.compile(r"(?<!\d)\d{6}(?:18|19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]?(?!\d)", re.ASCII)
"""15- or 18-character resident IDs: region, birth date, sequence, check character; also glued to letters."""
_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")


def redact(text: str) -> str:
    """`text` with everything that looks like a national ID blanked: a last net, not a licence to log them.

    Full-width digits are read, and shown, as plain ones.
    """
    return _ID_LIKE.sub("[id]", text.translate(_FULL_WIDTH))


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def configure_logging(level: int = logging.INFO) -> None:
    """One line per event on standard error, UTC, redacted."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = _Redacting("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(Seldom())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in (*CLIENTS, "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
