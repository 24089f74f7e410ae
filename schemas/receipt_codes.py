"""Why an agency does not take a certificate: permanent codes with their texts, and what follows from each.

A code is never renamed and never reused. What follows is decided here, once, for the scheduler that acts on it and for
the door that shows it: where another proof can help, the request is open again and somebody is sent; where only the
agency's record can be put right, nobody is sent in vain: the matter is held at the desk until the agency answers anew.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class ReceiptCode(StrEnum):
    """Why an agency rejects a certificate."""

    PROOF_TOO_OLD = "PROOF_TOO_OLD"
    EVIDENCE_NOT_ACCEPTED = "EVIDENCE_NOT_ACCEPTED"
    PERSON_DOUBTED = "PERSON_DOUBTED"
    QUESTION_UNANSWERED = "QUESTION_UNANSWERED"
    NAME_DIFFERS = "NAME_DIFFERS"
    ID_NUMBER_DIFFERS = "ID_NUMBER_DIFFERS"
    RECORD_NOT_FOUND = "RECORD_NOT_FOUND"
    DECEASED_IN_RECORD = "DECEASED_IN_RECORD"
    MOVED_IN_RECORD = "MOVED_IN_RECORD"
    BENEFIT_ENDED = "BENEFIT_ENDED"
    CERTIFICATE_UNREADABLE = "CERTIFICATE_UNREADABLE"
    OTHER = "OTHER"


class ReceiptText(NamedTuple):
    """What a rejection means, and what follows from it."""

    chinese: str
    english: str
    next_chinese: str
    next_english: str
    reopens: bool = False
    """Whether another proof can help: the request is open again, and the proof that was rejected answers it no more."""


_VISIT_ZH, _VISIT_EN = "请再次上门认证。", "Visit the person again."
_RECORD_ZH, _RECORD_EN = (
    "再次上门无济于事：请与该部门核对档案，由其更正后重新回执。",
    "Another visit does not help: settle the record with the agency, which then answers again.",
)

RECEIPT_TEXTS: Final[Mapping[ReceiptCode, ReceiptText]] = {
    ReceiptCode.PROOF_TOO_OLD: ReceiptText(
        "认证日期不在该部门认可的期限内。",
        "The proof lies outside of the days that the agency accepts.",
        *(_VISIT_ZH, _VISIT_EN),
        reopens=True,
    ),
    ReceiptCode.EVIDENCE_NOT_ACCEPTED: ReceiptText(
        "该部门不认可此种认证方式。",
        "The agency does not accept this kind of evidence.",
        *("请上门当面认证。", "Visit the person and film."),
        reopens=True,
    ),
    ReceiptCode.PERSON_DOUBTED: ReceiptText(
        "该部门对被认证人是否为本人存疑。",
        "The agency doubts that it was this person.",
        *("请再次上门，并当面核对身份证。", "Visit again, and compare the ID card with the person."),
        reopens=True,
    ),
    ReceiptCode.QUESTION_UNANSWERED: ReceiptText(
        "缺少该项目必问事项的回答。",
        "The programme's question was not answered at the visit.",
        *("请再次上门并询问该事项。", "Visit again and ask it."),
        reopens=True,
    ),
    ReceiptCode.NAME_DIFFERS: ReceiptText(
        "与该部门档案中的姓名不一致。", "The agency's record has another name.", _RECORD_ZH, _RECORD_EN
    ),
    ReceiptCode.ID_NUMBER_DIFFERS: ReceiptText(
        "与该部门档案中的身份证号不一致。", "The agency's record has another ID number.", _RECORD_ZH, _RECORD_EN
    ),
    ReceiptCode.RECORD_NOT_FOUND: ReceiptText(
        "该部门没有此人的档案。", "The agency has no record of the person.", _RECORD_ZH, _RECORD_EN
    ),
    ReceiptCode.DECEASED_IN_RECORD: ReceiptText(
        "该部门档案显示此人已死亡，但认证时在世。",
        "The agency's record says that the person is dead, who was seen alive.",
        "请将认证结果告知该部门并请其更正档案；核实前不得停发待遇。",
        "Show the agency the proof and have the record put right; suspicion is no ground to stop a payment.",
    ),
    ReceiptCode.MOVED_IN_RECORD: ReceiptText(
        "该部门档案显示此人户籍已迁出。",
        "The agency's record says that the registration has moved away.",
        _RECORD_ZH,
        _RECORD_EN,
    ),
    ReceiptCode.BENEFIT_ENDED: ReceiptText(
        "此人已不再享受该待遇，无需认证。",
        "The person does not have this benefit any more; no proof was needed.",
        "请该部门撤回申请，以免再次派人。",
        "Ask the agency to withdraw the request, so that nobody is sent again.",
    ),
    ReceiptCode.CERTIFICATE_UNREADABLE: ReceiptText(
        "该部门无法读取或核验证明。",
        "The agency could not read or check the certificate.",
        "请用 `onevisit certificate verify` 核验，并更新公钥和状态列表。",
        "Check it with `onevisit certificate verify`, and fetch the public keys and the status list anew.",
    ),
    ReceiptCode.OTHER: ReceiptText(
        "其他原因，见该部门说明。",
        "Another reason: see the agency's words.",
        *("请与该部门联系。", "Ask the agency."),
    ),
}
"""One entry for each code (a test holds it)."""


def reopens(code: str) -> bool:
    """Whether a rejection with this code opens the request again; a code that is newer than this reader does not."""
    return code in set(ReceiptCode) and RECEIPT_TEXTS[ReceiptCode(code)].reopens
