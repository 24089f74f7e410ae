"""Certify: capture → verdict → certificate. Reads settings and secrets, builds what the folds need, runs them.

python -m services.certify.app
"""

from pathlib import Path
from zoneinfo import ZoneInfo

from services.certify.agents import readers
from services.certify.certifying import Certifier
from services.certify.domain.recognition import RecognitionPolicy
from services.certify.judging import Judge
from services.certify.policy import VerificationPolicy
from services.certify.verify import Verifier
from services.platform import secrets
from services.platform.blobs import FolderBlobs
from services.platform.sealing import Keyring
from services.platform.settings import Settings
from services.platform.telemetry import configure_logging
from services.platform.worker import Worker


def main() -> None:
    """Runs certify's workers until a signal stops them."""
    configure_logging()
    settings = Settings.from_env()
    own = secrets.load(settings.secrets)
    judge = Judge(Verifier(VerificationPolicy(), settings.models), Keyring(own.master_key), FolderBlobs(settings.blobs))
    certifier = Certifier(
        issuer=settings.issuer,
        signing_key=own.signing_key,
        policy=read_recognition(settings.recognition),
        county=ZoneInfo(settings.timezone),
    )
    Worker("certify", settings, readers(judge, certifier)).main()


def read_recognition(file: Path | None) -> RecognitionPolicy:
    """The county's own policy of recognition, or the default."""
    return RecognitionPolicy() if file is None else RecognitionPolicy.from_toml(file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
