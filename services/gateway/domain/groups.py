"""Which group of the single sign-on gives which rights: denied by default, and never two roles at once."""

from collections.abc import Mapping, Sequence

from services.gateway.domain.roles import Rights


class SeveralRoles(ValueError):
    """The groups give more than one role, or the people's role for more than one agency."""


def rights_in(groups: Sequence[str], rules: Mapping[str, Rights]) -> Rights | None:
    """What somebody in these groups may do; None when no group gives anything. Areas of one role add up.

    Args:
        rules: rights by the name of the group.

    Raises:
        SeveralRoles: who decides and who checks are two accounts.
    """
    given = [rules[group] for group in groups if group in rules]
    kinds = {(rights.role, rights.agency) for rights in given}
    if not kinds:
        return None
    if len(kinds) > 1:
        raise SeveralRoles
    ((role, agency),) = kinds
    if any(rights.areas is None for rights in given):
        return Rights(role, agency, None)
    return Rights(role, agency, tuple(sorted({area for rights in given for area in rights.areas or ()})))
