"""The county's days for receipts, as a TOML file."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from services.gateway.domain.receipts import ReceiptPolicy


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
    try:
        return ReceiptPolicy.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise ReceiptPolicyInvalid([f"{file}: the file cannot be read ({error.strerror})"]) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReceiptPolicyInvalid([f"{file}: not TOML: {error}"]) from None
    except ValidationError as error:
        raise ReceiptPolicyInvalid([f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]) from None
