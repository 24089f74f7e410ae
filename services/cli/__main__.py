"""Runs the command line: ``python -m services.cli``."""

import sys

from deploy.embedded.errors import StackError
from services.cli.main import app

try:
    app(prog_name="onevisit")
except StackError as error:
    sys.exit(f"onevisit: {error}")
except OSError as error:
    if error.filename is None:
        raise
    sys.exit(
        f"onevisit: {error.filename}: {error.strerror}\n  next: check the folder's rights and the free space; "
        "another place for what OneVisit keeps: ONEVISIT_VAR"
    )
