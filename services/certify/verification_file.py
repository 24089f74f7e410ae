"""The county's policy of the machine check as a file: read, checked, and written into the log."""

import logging
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from schemas.programmes import PROGRAMMES
from services.certify.policy import VerificationPolicy

log = logging.getLogger(__name__)


class VerificationPolicyInvalid(ValueError):
    """The county's policy of the machine check cannot be used; the message names each wrong field."""

    code = "VERIFICATION_POLICY_INVALID"

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__(
            f"{self.code}: 核验策略文件有误，请按 docs/models.md 和 docs/matching.md 改正后重新启动。"
            " The policy of the machine check is wrong; correct it as docs/models.md and docs/matching.md say, then"
            " start again: " + "; ".join(faults)
        )


def read_verification(file: Path | None) -> VerificationPolicy:
    """The county's own policy of the machine check, or the default; what counts for the match is logged.

    Raises:
        VerificationPolicyInvalid: when the file cannot be read or says something impossible.
    """
    try:
        policy = VerificationPolicy() if file is None else VerificationPolicy.from_toml(file)
    except tomllib.TOMLDecodeError as error:
        raise VerificationPolicyInvalid([f"no TOML: {error}"]) from None
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors()]
        raise VerificationPolicyInvalid(faults) from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise VerificationPolicyInvalid([f"ONEVISIT_VERIFICATION: the file cannot be read ({why})"]) from None
    log.info("machine check: policy %s (%s)", policy.version, "the default" if file is None else "file")
    for programme in policy.match.programmes:
        rules = policy.match.of(programme)
        log.info(
            "match, programme %s: sface %.3f, a still of an accepted proof %s, reference at most %s days old",
            programme,
            rules.sface_threshold,
            "counts" if rules.accept_refreshed else "does not count",
            rules.max_reference_days or "any number of",
        )
    for name in sorted(set(policy.match.programmes) - set(PROGRAMMES)):
        log.warning("match: %s is no programme that lists speak of: misspelt, or a county's own", name)
    return policy
