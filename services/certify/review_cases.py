"""Which recordings become cases for a reviewer: what the machine would not decide, and a random sample of the rest.

The lot of a recording is drawn when its verdict is told: HMAC-SHA-256 of its id under the county's secret. Nobody
without the secret can tell from an id, from a time or from former lots which recording will be looked at; with it, an
auditor can tell afterwards that none was left out.
"""

import hmac
import logging
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from schemas.base import stable_id
from schemas.verification_reasons import Decision
from services.certify.domain.review_policy import ReviewPolicy, ReviewPolicyInvalid, is_drawn
from services.certify.store import reviews, visits
from services.certify.store.proofs import Judged
from services.certify.store.reviews import NewCase
from services.platform.county_files import read_county_file
from services.platform.database import Connection

log = logging.getLogger(__name__)


class CaseOpener:
    """Opens cases, in the transaction that tells the verdict."""

    def __init__(self, policy: ReviewPolicy, county_secret: bytes) -> None:
        self._policy = policy
        self._key = hmac.digest(county_secret, b"onevisit-review-sample", "sha256")

    def lot_of(self, capture_id: UUID) -> bytes:
        """The lot of a recording."""
        return hmac.digest(self._key, capture_id.bytes, "sha256")

    async def open_cases(self, connection: Connection, told: Iterable[Judged]) -> None:
        """A case for each of these recordings that a person is to look at; again is as once."""
        for judged in told:
            decision = judged.finding.decision
            if decision is Decision.RETRY:
                continue
            programmes = await visits.find_programmes(connection, judged.visit_id) or ()
            rule = self._policy.of_visit(programmes)
            if decision is Decision.CERTIFIED and not is_drawn(self.lot_of(judged.capture_id), rule.sample_rate):
                continue
            case = NewCase(
                case_id=stable_id("review-case", str(judged.capture_id)),
                capture_id=judged.capture_id,
                visit_id=judged.visit_id,
                person_key=judged.person_key,
                cause="sample" if decision is Decision.CERTIFIED else "machine",
                programmes=programmes,
                reviewers=rule.reviewers,
                blind_to_machine=rule.blind_to_machine,
                blind_to_first=rule.blind_to_first,
                policy_version=self._policy.version,
            )
            await reviews.add_case(connection, case)


def read_review(file: Path | None) -> ReviewPolicy:
    """The county's own policy of review, or the default; what counts is logged.

    Raises:
        ReviewPolicyInvalid: when the file cannot be read or says something impossible.
    """
    policy = ReviewPolicy() if file is None else read_county_file(file, ReviewPolicy.from_toml, ReviewPolicyInvalid)
    log.info("review: policy %s (%s)", policy.version, "the default" if file is None else "file")
    return policy
