"""Certify: capture → verdict → certificate. Reads settings and secrets, builds what the folds need, runs them.

python -m services.certify.app
"""

import sys
from zoneinfo import ZoneInfo

from services.certify.agents import readers
from services.certify.certifying import Certifier
from services.certify.domain.recognition import RecognitionPolicyInvalid
from services.certify.domain.retention import RetentionInvalid
from services.certify.domain.review_policy import ReviewPolicyInvalid
from services.certify.judging import Judge
from services.certify.recognition_file import read_recognition
from services.certify.review_cases import CaseOpener, read_review
from services.certify.sweeper import Sweeper, read_retention
from services.certify.verification_file import VerificationPolicyInvalid, read_verification
from services.certify.verify import Verifier
from services.platform import secrets
from services.platform.blobs import FolderBlobs
from services.platform.runner import Reader
from services.platform.sealing import Keyring
from services.platform.settings import Settings
from services.platform.telemetry import configure_logging
from services.platform.worker import Worker


def build_readers(settings: Settings) -> tuple[Reader, ...]:
    """All subscriptions of certify with what their folds need: secrets, models, the county's policies."""
    own = secrets.load(settings.secrets)
    verification = read_verification(settings.verification)
    judge = Judge(
        Verifier(verification, settings.models),
        Keyring(own.master_key),
        FolderBlobs(settings.blobs),
        ZoneInfo(settings.timezone),
    )
    certifier = Certifier(
        issuer=settings.issuer,
        signing_key=own.signing_key,
        policy=read_recognition(settings.recognition),
        match=verification.match,
        county=ZoneInfo(settings.timezone),
        cases=CaseOpener(read_review(settings.review), own.county_secret),
        address=settings.address,
    )
    return readers(judge, certifier)


def main() -> None:
    """Runs certify's workers until a signal stops them; a policy that cannot be used stops it before it begins."""
    configure_logging()
    settings = Settings.from_env()
    try:
        own_readers = build_readers(settings)
        sweeper = Sweeper(FolderBlobs(settings.blobs), read_retention(settings.retention))
    except (RecognitionPolicyInvalid, RetentionInvalid, ReviewPolicyInvalid, VerificationPolicyInvalid) as error:
        sys.exit(f"onevisit: {error}")
    Worker("certify", settings, own_readers, chores=[sweeper.sweep_for_ever]).main()


if __name__ == "__main__":
    main()
