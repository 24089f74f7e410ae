"""The county's own rules as TOML files: read, checked, and written into the log."""

import logging
from pathlib import Path
from typing import ClassVar

from services.platform.county_files import read_county_file
from services.scheduler.domain.align_policy import AlignmentPolicy
from services.scheduler.domain.ladder_policy import LadderPolicy
from services.scheduler.domain.life_event_policy import LifeEventPolicy

log = logging.getLogger(__name__)


class CountyRulesInvalid(ValueError):
    """Rules of the county cannot be used: what is wrong, field by field, and where the rules are described."""

    code: ClassVar[str]
    described_in: ClassVar[str]

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            f"{self.code}: {'; '.join(faults)}. Correct the file and start again (docs/{self.described_in})"
        )


class LifeEventPolicyInvalid(CountyRulesInvalid):
    """The rules for life events cannot be used: what is wrong, field by field."""

    code = "LIFE_EVENT_POLICY_INVALID"
    described_in = "life-events.md"


class AlignmentPolicyInvalid(CountyRulesInvalid):
    """The rules for window alignment cannot be used: what is wrong, field by field."""

    code = "ALIGNMENT_POLICY_INVALID"
    described_in = "alignment.md"


class LadderPolicyInvalid(CountyRulesInvalid):
    """The steps before a lapse cannot be used: what is wrong, field by field."""

    code = "LADDER_POLICY_INVALID"
    described_in = "ladder.md"


def read_life_events(file: Path | None) -> LifeEventPolicy:
    """The county's own rules for life events, or the default; what differs from it is logged.

    Raises:
        LifeEventPolicyInvalid: when the file cannot be read or says something impossible.
    """
    if file is None:
        return LifeEventPolicy()
    policy = read_county_file(file, LifeEventPolicy.from_toml, LifeEventPolicyInvalid)
    for kind, rule in policy.kinds.items():
        log.info("life events, %s: %s", kind.value, rule.model_dump(mode="json"))
    return policy


def read_alignment(file: Path | None) -> AlignmentPolicy:
    """The county's own rules for window alignment, or the default; with a file all that counts is logged.

    Raises:
        AlignmentPolicyInvalid: when the file cannot be read or says something impossible.
    """
    if file is None:
        return AlignmentPolicy()
    policy = read_county_file(file, AlignmentPolicy.from_toml, AlignmentPolicyInvalid)
    for programme, rule in policy.programmes.items():
        log.info("alignment, %s: %s", programme, rule.model_dump(mode="json"))
    return policy


def read_ladder(file: Path | None) -> LadderPolicy:
    """The county's own steps before a lapse, or the default; with a file all that counts is logged.

    Raises:
        LadderPolicyInvalid: when the file cannot be read or says something impossible.
    """
    if file is None:
        return LadderPolicy()
    policy = read_county_file(file, LadderPolicy.from_toml, LadderPolicyInvalid)
    for programme, rule in (*policy.programmes.items(), ("of any other name", policy.default)):
        log.info("ladder, programme %s: %s", programme, rule.model_dump_json())
    return policy
