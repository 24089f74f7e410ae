"""Certify: capture → verdict → certificate. Reads settings and secrets, builds what the folds need, runs them.

python -m services.certify.app
"""

from services.certify.agents import readers
from services.certify.certifying import Certifier
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
    certifier = Certifier(issuer=settings.issuer, signing_key=own.signing_key)
    Worker("certify", settings, readers(judge, certifier)).main()


if __name__ == "__main__":
    main()
