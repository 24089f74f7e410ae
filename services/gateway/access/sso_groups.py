"""The county's file that says which groups of its single sign-on may come in, as what (docs/access.md)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.domain.groups import rights_in
from services.gateway.domain.roles import Rights, read_rights


class GroupsInvalid(Exception):
    """The file cannot be used; the door does not open, rather than let the wrong people in."""


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    areas: list[str]
    agency: str | None = None


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str = Field(default="groups", min_length=1)
    groups: dict[str, _Group] = {}


@dataclass(frozen=True)
class SsoGroups:
    """Which claim names the groups, and what each gives. Without rules nobody gets anything."""

    claim: str = "groups"
    rules: Mapping[str, Rights] = field(default_factory=dict)

    def rights_of(self, claims: Mapping[str, Any]) -> Rights | None:
        """What the groups in an ID token give; None for nothing. Raises SeveralRoles."""
        groups = claims.get(self.claim)
        if not isinstance(groups, list):
            return None
        return rights_in([group for group in groups if isinstance(group, str)], self.rules)


def read_groups(file: Path | None) -> SsoGroups:
    """The county's rules.

    Raises:
        GroupsInvalid: naming what is wrong.
    """
    if file is None:
        return SsoGroups()
    try:
        read = _File.model_validate(tomllib.loads(file.read_text("utf-8")))
        rules = {name: read_rights(given.role, given.areas, given.agency) for name, given in read.groups.items()}
    except (OSError, ValueError) as error:
        raise GroupsInvalid(f"ONEVISIT_OIDC_GROUPS: {file.name} cannot be used: {error}") from None
    return SsoGroups(read.claim, rules)
