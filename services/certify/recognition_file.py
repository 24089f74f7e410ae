"""The county's policy of recognition as a file: read, checked, and written into the log."""

import logging
from pathlib import Path

from services.certify.domain.recognition import RecognitionPolicy, RecognitionPolicyInvalid
from services.platform.county_files import read_county_file

log = logging.getLogger(__name__)


def read_recognition(file: Path | None) -> RecognitionPolicy:
    """The county's own policy of recognition, or the default; what counts is logged.

    Raises:
        RecognitionPolicyInvalid: when the file cannot be read or says something impossible.
    """
    policy = (
        RecognitionPolicy()
        if file is None
        else read_county_file(file, RecognitionPolicy.from_toml, RecognitionPolicyInvalid)
    )
    log.info("recognition of a recent proof: policy %s (%s)", policy.version, "the default" if file is None else "file")
    for programme, rule in policy.effective().items():
        log.info(
            "recognition, programme %s: %s", "of any other name" if programme == "*" else programme, rule.in_words()
        )
    for name in policy.unknown_programmes:
        log.warning("recognition: %s is no programme that lists speak of: misspelt, or a county's own", name)
    return policy
