"""The county's days for receipts, as a TOML file."""

import tomllib
from pathlib import Path

from services.gateway.domain.receipts import ReceiptPolicy
from services.platform.county_files import read_county_file


class ReceiptPolicyInvalid(ValueError):
    """The days for receipts cannot be used: what is wrong, field by field."""

    code = "RECEIPT_POLICY_INVALID"

    def __init__(self, faults: list[str]) -> None:
        super().__init__(f"{self.code}: {'; '.join(faults)}. Correct the file and start again (docs/receipts.md)")


def read_receipt_policy(file: Path | None) -> ReceiptPolicy:
    """The county's own days, or the default.

    Raises:
        ReceiptPolicyInvalid: when the file cannot be read or says something impossible.
    """
    if file is None:
        return ReceiptPolicy()
    return read_county_file(file, _parse, ReceiptPolicyInvalid)


def _parse(text: str) -> ReceiptPolicy:
    return ReceiptPolicy.model_validate(tomllib.loads(text))
