"""What was said of a certificate: the last word, and whether the request is open again because of it.

Of several words for one certificate the last one decided counts, whatever the order in which they are heard (a
last-writer-wins register, as in `statement`), and a word heard twice is heard once. A revocation is final: of two that
were ordered the first counts, as its agency was told and the status list says.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.receipt import ReceiptGiven
from schemas.revocation import FALSE_PROOF, RevocationOrdered, find_text


@dataclass(frozen=True)
class LastWord:
    """The last word on one certificate."""

    decided_at: str
    """When (ISO 8601, UTC, microseconds, so that text order is time order)."""
    sequence: int
    """Tells words of one moment apart."""
    code: str | None
    """Why the certificate was rejected; None: it was accepted."""

    final: bool = False
    """Whether the certificate was revoked: no receipt changes that."""

    @classmethod
    def of(cls, event: ReceiptGiven | RevocationOrdered) -> LastWord:
        """The word that a receipt or a revocation gives."""
        if isinstance(event, RevocationOrdered):
            return cls(event.recorded_at.isoformat(timespec="microseconds"), 0, event.reason.value, final=True)
        code = event.code if event.outcome == "rejected" else None
        return cls(event.decided_at.isoformat(timespec="microseconds"), event.sequence, code)

    def after(self, earlier: LastWord | None) -> LastWord:
        """The word that counts of two: the later one; but a revocation before any receipt, and of two the first."""
        if earlier is None:
            return self
        first, last = sorted((self, earlier), key=lambda word: word._order)
        return first if first.final else last

    @property
    def opens_again(self) -> bool:
        """Whether the certificate is no answer any more: another proof is needed, and can help."""
        if self.code is None:
            return False
        text = find_text(self.code)
        return text is not None and text.reopens

    @property
    def says_false(self) -> bool:
        """Whether the certificate was revoked because what it rests on is false."""
        return self.final and self.code in FALSE_PROOF

    @property
    def _order(self) -> tuple[bool, str, int, str]:
        return self.final, self.decided_at, self.sequence, self.code or ""
