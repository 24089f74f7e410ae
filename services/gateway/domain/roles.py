"""The roles, and what a person's account may hold: role, agency, areas."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.gateway.domain.areas import read_areas


class Role(StrEnum):
    """What somebody is to the system."""

    AGENCY = "agency"
    DEVICE = "device"
    SCHEDULER = "scheduler"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    ADMIN = "admin"
    JOINT_GROUP = "joint_group"
    """Of the agencies together (联合认证工作组): asks which windows to align; sees no person."""


STAFF = (Role.SCHEDULER, Role.REVIEWER, Role.AUDITOR, Role.ADMIN, Role.JOINT_GROUP)
"""The county's own people."""
OF_A_PART = (Role.SCHEDULER, Role.REVIEWER, Role.AUDITOR)
"""Who may be kept to a part of the county; the others see no person, or those of their agency."""


@dataclass(frozen=True)
class Rights:
    """What a person may do."""

    role: str
    agency: str | None
    areas: tuple[str, ...] | None
    """Division codes; None: the whole county."""


def read_rights(role: str, areas: Sequence[str], agency: str | None = None) -> Rights:
    """The rights that somebody typed.

    Raises:
        ValueError: for a role that people do not have, areas that are none, or an agency that does not fit.
    """
    if role not in (*STAFF, Role.AGENCY):
        raise ValueError(f"{role} is no role of people: use {', '.join(STAFF)}, or agency")
    if (role == Role.AGENCY) != (agency is not None):
        raise ValueError("name the agency for the role agency, and for no other")
    read = read_areas(areas)
    if read is not None and role not in OF_A_PART:
        raise ValueError(f"{role} is for the whole county: give the area `county`")
    return Rights(role, agency, read)
