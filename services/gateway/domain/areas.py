"""What part of the county a member of staff sees, as somebody types it: division codes (`schemas.areas`)."""

import re
from collections.abc import Iterable

AREA = re.compile(r"[0-9]{6}([0-9]{3}([0-9]{3})?)?")
WHOLE_COUNTY = "county"
"""What is typed to give somebody the whole county: nobody gets it by leaving something out."""


def read_areas(typed: Iterable[str]) -> tuple[str, ...] | None:
    """The areas that somebody typed; None for the whole county.

    Raises:
        ValueError: for none at all, for `county` beside others, or for something that is no code.
    """
    areas = tuple(sorted(set(typed)))
    if areas == (WHOLE_COUNTY,):
        return None
    if not areas or not all(AREA.fullmatch(area) for area in areas):
        raise ValueError("an area is `county`, or codes of 6, 9 or 12 digits (county, township, village)")
    return areas
