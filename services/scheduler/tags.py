"""Tags: what stands for a name and for a dwelling, so that equal ones can be told without knowing them.

A name's tag is made with the person's own data key: it compares names of one person only, and nobody can guess at it
once the key is destroyed. A dwelling's tag is made with the county's secret: it compares dwellings of many people, and
who lacks the secret cannot try addresses.
"""

import hmac
from typing import Final

from services.scheduler.domain.household import Home, dwelling_of
from services.scheduler.domain.intake import Accepted
from services.scheduler.domain.linkage_names import is_visible

TAG_BYTES: Final = 16
"""128 bits: among 10^9 dwellings two share a tag with a chance of 10^-21."""


def tag_name(key: bytes, name: str | None) -> str | None:
    """`schemas.base.NameTag` of a name in normal form; None when there is none or none can be seen."""
    if name is None or not is_visible(name):
        return None
    return _tag(key, f"name\n{name}")


def tag_dwelling(county_secret: bytes, request: Accepted) -> str | None:
    """`schemas.base.Dwelling` of where a request says that the person lives; None when it names no house."""
    dwelling = dwelling_of(Home(request.village_code, request.residence_address, request.household_id))
    return None if dwelling is None else _tag(county_secret, "dwelling\n" + "\n".join(dwelling))


def _tag(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256")[:TAG_BYTES].hex()
