"""The reasons of a verdict, and of an agency that rejects a certificate, as a phone shows them."""

from schemas.revocation import find_text
from schemas.verification_reason_texts import REASON_TEXTS
from schemas.verification_reasons import Reason
from services.gateway.day_views import Stated


def reason_stated(code: str) -> Stated:
    """A reason with its text in both languages; a code that is newer than this door stands alone."""
    text = REASON_TEXTS.get(Reason(code)) if code in set(Reason) else None
    return Stated(code=code, zh=text.chinese if text else "", en=text.english if text else "")


def receipt_stated(code: str) -> Stated:
    """Why an agency rejected, or somebody revoked, and what to do, in both languages."""
    text = find_text(code)
    zh, en = (f"{text.chinese}{text.next_chinese}", f"{text.english} {text.next_english}") if text else ("", "")
    return Stated(code=code, zh=zh, en=en)
