"""Pages by keyset: a page begins after the last row of the one before, so that what comes meanwhile shifts nothing."""

from datetime import datetime
from uuid import UUID

Place = tuple[datetime | str, UUID]
"""Where a page ended: the moment by which the rows are in order (in PostgreSQL's own words where it comes from its
JSON), and the row's id among those of one moment."""


def keyset(after: Place | None, limit: int) -> dict[str, datetime | str | UUID | int | None]:
    """The parameters `at`, `last` and `limit` of `(moment, id) > (%(at)s, %(last)s) … LIMIT %(limit)s`."""
    at, last = after or (None, None)
    return {"at": at, "last": last, "limit": limit}
