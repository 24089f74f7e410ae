"""The county's rules of the burden index, as a TOML file."""

from pathlib import Path

from services.gateway.domain.burden_policy import BurdenPolicy
from services.platform.county_files import read_county_file


class BurdenPolicyInvalid(ValueError):
    """The rules of the burden index cannot be used: what is wrong, field by field."""

    code = "BURDEN_POLICY_INVALID"

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"{self.code}: {'; '.join(faults)}. Correct the file and start again (docs/burden.md)")


def read_burden_policy(file: Path | None) -> BurdenPolicy:
    """The county's own rules, or the default.

    Raises:
        BurdenPolicyInvalid: when the file cannot be read or says something impossible.
    """
    if file is None:
        return BurdenPolicy()
    return read_county_file(file, BurdenPolicy.from_toml, BurdenPolicyInvalid)
