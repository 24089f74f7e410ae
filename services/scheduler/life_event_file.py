"""The county's rules for life events as a file: read, checked, and written into the log."""

import logging
import tomllib
from pathlib import Path

from pydantic import ValidationError

from services.scheduler.domain.life_event_policy import LifeEventPolicy

log = logging.getLogger(__name__)


class LifeEventPolicyInvalid(ValueError):
    """The rules cannot be used: what is wrong, field by field."""

    code = "LIFE_EVENT_POLICY_INVALID"

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"{self.code}: {'; '.join(faults)}. Correct the file and start again (docs/life-events.md)")


def read_life_events(file: Path | None) -> LifeEventPolicy:
    """The county's own rules for life events, or the default; what differs from it is logged.

    Raises:
        LifeEventPolicyInvalid: when the file cannot be read or says something impossible.
    """
    if file is None:
        return LifeEventPolicy()
    try:
        policy = LifeEventPolicy.from_toml(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise LifeEventPolicyInvalid([f"ONEVISIT_LIFE_EVENTS: the file cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError:
        raise LifeEventPolicyInvalid(["ONEVISIT_LIFE_EVENTS: the file is not UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise LifeEventPolicyInvalid([f"not TOML: {error}"]) from None
    except ValidationError as error:
        faults = [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise LifeEventPolicyInvalid(faults) from None
    for kind, rule in policy.kinds.items():
        log.info("life events, %s: %s", kind.value, rule.model_dump(mode="json"))
    return policy
