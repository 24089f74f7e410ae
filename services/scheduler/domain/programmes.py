"""The names of agencies and programmes, as intake reads them; the door shares the table in `schemas`."""

from schemas.programmes import (
    AGENCIES,
    PROGRAMMES,
    find_agency_in_name,
    find_programme_in_name,
    read_agency,
    read_programme,
)

__all__ = [
    "AGENCIES",
    "PROGRAMMES",
    "find_agency_in_name",
    "find_programme_in_name",
    "read_agency",
    "read_programme",
]
