"""What a person is told before being filmed (PIPL, articles 17, 29, 30 and 35), and on which basis it may be done.

The notice says for how many days a recording is held, as the county has it (`certified_days` in the file that
ONEVISIT_RETENTION names, docs/privacy.md). Every text has its version, and every capture and outcome is kept with the
version that was shown.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from schemas.capture import LegalBasis
from services.gateway.domain.words import Words

TEXT_VERSION: Final = "2026-12.2"
BASES: Final = (LegalBasis.STATUTORY_DUTY, LegalBasis.SEPARATE_CONSENT)
"""The first is the usual one: the agencies' statutory duty (article 13 (3))."""
_TOLD: Final = Words(
    zh="我们受县人社、民政、卫健等部门委托上门，核验您本人健在，以便继续发放待遇。全程免费。"
    "需要拍摄几秒钟的视频（不录音），仅在本县系统内与您的证件照片比对，并核对动作是否与此前的录像相同；"
    "视频加密保存，{deleted}。"
    "您可以不拍摄，改由见证人、视频通话或书面材料认证，待遇不受影响。"
    "您可以向乡镇查询、更正或要求删除您的信息。",
    en="We come for the county's agencies to see that you are alive, so that your benefits go on. It is free. We film "
    "you for a few seconds, without sound. The film is compared with your ID photo within the county's own system, "
    "and how you move with earlier films; it is kept encrypted, and deleted {deleted}. You may say no: a witness, a "
    "video call or a document will do, and your benefits go on. You may ask the township to see, correct or delete "
    "what is held of you.",
)


class HeldFor(BaseModel):
    """Of a county's retention policy, what the notice says; certify reads and checks the rest."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    certified_days: int = Field(default=30, ge=0, le=400)
    """Days for which the recording of a certified verdict is held: the same field and default as certify's."""


@dataclass(frozen=True)
class Notice:
    """What is told, under its version."""

    version: str
    words: Words


def notice_for(days: int) -> Notice:
    """The notice of a county that holds recordings for so many days after they were accepted."""
    zh = f"通过后{days}天删除" if days else "通过后立即删除"
    en = f"{days} day{'s' if days != 1 else ''} after it was accepted" if days else "as soon as it is accepted"
    words = Words(zh=_TOLD.zh.format(deleted=zh), en=_TOLD.en.format(deleted=en))
    return Notice(f"{TEXT_VERSION}/{days}", words)


def read_notice(retention: Path | None) -> Notice:
    """The notice under this county's retention policy; without a file, the default's.

    Raises:
        pydantic.ValidationError: naming the field that is wrong.
    """
    held = HeldFor() if retention is None else HeldFor.model_validate(tomllib.loads(retention.read_text("utf-8")))
    return notice_for(held.certified_days)
