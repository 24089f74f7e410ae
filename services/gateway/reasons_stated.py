"""Decisions and reasons, of the machine, of reviewers and of agencies, as a phone shows them."""

from schemas.review_reasons import REVIEW_REASON_TEXTS, ReviewDecision, ReviewReason
from schemas.revocation import find_text
from schemas.verification_reason_texts import REASON_TEXTS
from schemas.verification_reasons import Decision, Reason
from services.gateway.domain.lost_captures import LOSS_TEXTS, loss_of
from services.gateway.phone.day_views import Stated


def any_decision(code: str | None) -> Decision | ReviewDecision | None:
    """A decision by its code; refused is a person's alone."""
    if code is None:
        return None
    return Decision(code) if code in set(Decision) else ReviewDecision(code)


def reason_stated(code: str) -> Stated:
    """A reason with its text in both languages; a code that is newer than this door stands alone."""
    if code in set(ReviewReason):
        by_person = REVIEW_REASON_TEXTS[ReviewReason(code)]
        return Stated(code=code, zh=by_person.chinese, en=by_person.english)
    text = REASON_TEXTS.get(Reason(code)) if code in set(Reason) else None
    return Stated(code=code, zh=text.chinese if text else "", en=text.english if text else "")


def receipt_stated(code: str) -> Stated:
    """Why an agency rejected, or somebody revoked, and what to do, in both languages."""
    text = find_text(code)
    zh, en = (f"{text.chinese}{text.next_chinese}", f"{text.english} {text.next_english}") if text else ("", "")
    return Stated(code=code, zh=zh, en=en)


def loss_stated(*, consent_withdrawn: bool) -> Stated:
    """That the county has lost a recording, and what to do, in both languages."""
    code = loss_of(consent_withdrawn=consent_withdrawn)
    return Stated(code=code, zh=LOSS_TEXTS[code].zh, en=LOSS_TEXTS[code].en)
