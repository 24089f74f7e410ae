"""The reasons of a verdict as a phone shows them."""

from schemas.verification_reason_texts import REASON_TEXTS
from schemas.verification_reasons import Reason
from services.gateway.day_views import Stated


def reason_stated(code: str) -> Stated:
    """A reason with its text in both languages; a code that is newer than this door stands alone."""
    text = REASON_TEXTS.get(Reason(code)) if code in set(Reason) else None
    return Stated(code=code, zh=text.chinese if text else "", en=text.english if text else "")
