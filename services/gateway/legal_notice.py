"""What a person is told before being filmed (PIPL, articles 17, 29, 30 and 35), and on which basis it may be done.

The text has a version, and every outcome and capture carries its basis. A county that holds recordings for another time
than the default (docs/privacy.md) has its own text here, under another version.
"""

from typing import Final

from schemas.capture import LegalBasis
from services.gateway.domain.words import Words

NOTICE_VERSION: Final = "2026-12"
NOTICE: Final = Words(
    zh="我们受县人社、民政、卫健等部门委托上门，核验您本人健在，以便继续发放待遇。全程免费。"
    "需要拍摄几秒钟的视频（不录音），仅在本县系统内与您的证件照片比对；视频加密保存，通过后30天删除。"
    "您可以不拍摄，改由见证人、视频通话或书面材料认证，待遇不受影响。"
    "您可以向乡镇查询、更正或要求删除您的信息。",
    en="We come for the county's agencies to see that you are alive, so that your benefits go on. It is free. We film "
    "you for a few seconds, without sound. The film is compared with your ID photo within the county's own system, "
    "kept encrypted, and deleted 30 days after it was accepted. You may say no: a witness, a video call or a document "
    "will do, and your benefits go on. You may ask the township to see, correct or delete what is held of you.",
)
BASES: Final = (LegalBasis.STATUTORY_DUTY, LegalBasis.SEPARATE_CONSENT)
"""The first is the usual one: the agencies' statutory duty (article 13 (3))."""
