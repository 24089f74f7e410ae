"""Parts of the county, by division codes: 6 digits of a county, 9 of a township, 12 of a village (GB/T 10114).

Each level is a prefix of the next, so a code covers every village whose own code begins with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any


def covers(areas: Sequence[str] | None, village: str | None) -> bool:
    """Whether a village lies in these areas. What has no village is seen by the whole county's staff alone."""
    return areas is None or (village is not None and village.startswith(tuple(areas)))


def villages_of(document: Mapping[str, Any]) -> set[str | None]:
    """All villages that a cadre's document of the draft speaks of: the cadre's own, and those of all visits."""
    stops = [stop for route in document["routes"] for stop in route["stops"]]
    cadre = document["cadre"] or {"village_codes": ()}
    return {*cadre["village_codes"], *(stop["village_code"] for stop in [*stops, *document["unplanned"]])}


def lies_in(document: Mapping[str, Any], areas: Sequence[str] | None) -> bool:
    """Whether all of a cadre's document lies in these areas; then staff of them see and change it."""
    return all(covers(areas, village) for village in villages_of(document))
