"""The county's rules of the burden index, as a TOML file."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from services.gateway.domain.burden_policy import BurdenPolicy


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
    try:
        return BurdenPolicy.from_toml(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BurdenPolicyInvalid([f"{file}: the file cannot be read ({error.strerror})"]) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BurdenPolicyInvalid([f"{file}: not TOML: {error}"]) from None
    except ValidationError as error:
        raise BurdenPolicyInvalid([f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]) from None
