"""What is said of a recording that the county had received, and has lost since."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.gateway.domain.words import Words


class LossCode(StrEnum):
    """Why a recording that was received must be made again."""

    LOST_BY_COUNTY = "lost_by_county"
    """The county was restored from a backup that is older than the recording."""
    LOST_WITHOUT_CONSENT = "lost_without_consent"
    """The same, and the person does not consent to be filmed any more: another way is offered."""


LOSS_TEXTS: Final[Mapping[LossCode, Words]] = {
    LossCode.LOST_BY_COUNTY: Words(
        "县里系统故障，丢失了这段录像，请重新拍摄。", "The county lost this recording in an outage; please film again."
    ),
    LossCode.LOST_WITHOUT_CONSENT: Words(
        "县里系统故障，丢失了这段录像；此人已撤回拍摄同意，请改由见证人、视频通话或书面材料认证。",
        "The county lost this recording in an outage, and consent to be filmed was withdrawn: offer a witness, a video"
        " call or a document.",
    ),
}


def loss_of(*, consent_withdrawn: bool) -> LossCode:
    """What to say of a lost recording."""
    return LossCode.LOST_WITHOUT_CONSENT if consent_withdrawn else LossCode.LOST_BY_COUNTY
