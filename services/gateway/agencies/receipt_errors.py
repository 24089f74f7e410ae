"""Refusals about receipts and revocations: what is said of certificates. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

ABOUT_RECEIPTS: Final[dict[Code, Entry]] = {
    Code.RECEIPT_CODE_MISSING: Entry(
        422,
        "A rejection needs a code.",
        "退回时必须填写原因代码。",
        "Send one of the codes of docs/codes.md as `code`.",
        "请在 `code` 中填写 docs/codes.md 所列代码之一。",
    ),
    Code.RECEIPT_CODE_NEEDLESS: Entry(
        422,
        "A certificate that was accepted has no code.",
        "已采信的证明不应带原因代码。",
        "Leave `code` out, or send the outcome `rejected`.",
        "请去掉 `code`，或将 outcome 改为 rejected。",
    ),
    Code.RECEIPT_HAS_ID_NUMBER: Entry(
        422,
        "Message or record holds an ID number.",
        "说明或档案编号中含有身份证号。",
        "Say it without personal data; the certificate names the person already.",
        "请勿填写个人信息；证明编号已能对应到人。",
    ),
    Code.RECEIPT_ID_USED: Entry(
        409,
        "Another receipt was sent under this receipt_id.",
        "该 receipt_id 已用于另一条回执。",
        "Give each receipt an id of its own; the same id is for sending the same receipt again.",
        "请为每条回执使用新的编号；同一编号仅用于重发同一回执。",
    ),
    Code.RECEIPT_IN_FUTURE: Entry(
        422,
        "The moment of decision lies in the future.",
        "决定时间在未来。",
        "Set the clock of your computer, or leave `decided_at` out.",
        "请校准本机时钟，或不填 `decided_at`。",
    ),
    Code.REVOKED_ALREADY: Entry(
        409,
        "The certificate was revoked before, for another reason.",
        "该证明此前已因其他原因撤销。",
        "Nothing needs to be done: it does not hold. A revocation is not changed.",
        "无需处理：证明已失效，撤销原因不可更改。",
    ),
}
"""One entry for each of their codes."""
