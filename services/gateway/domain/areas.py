"""What part of the county a member of staff sees: division codes of 6 (county), 9 (township) or 12 digits (village).

A code covers every village whose own code begins with it (GB/T 10114: each level is a prefix of the next).
"""

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


def covers(areas: tuple[str, ...] | None, village: str | None) -> bool:
    """Whether a village lies in these areas. What has no village is seen by the whole county's staff alone."""
    return areas is None or (village is not None and village.startswith(areas))
