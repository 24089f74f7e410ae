"""Refusals about phones: enrolling one, what it says of a visit, codes that somebody types. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

_ANEW_EN = "Ask the township's desk for a new QR code and scan it with this phone."
_ANEW_ZH = "请联系乡镇重新生成二维码，并用本手机扫描。"

ABOUT_PHONES: Final[dict[Code, Entry]] = {
    Code.DEVICE_UNKNOWN: Entry(
        404,
        "There is no phone of this id.",
        "没有此编号的手机。",
        "Look at GET /v1/devices, or `onevisit access list`.",
        "请查看 GET /v1/devices 或 `onevisit access list`。",
    ),
    Code.ENROLMENT_UNKNOWN: Entry(404, "This enrolment code is not one of ours.", "登记码无效。", _ANEW_EN, _ANEW_ZH),
    Code.ENROLMENT_EXPIRED: Entry(410, "The enrolment code has expired.", "登记码已过期。", _ANEW_EN, _ANEW_ZH),
    Code.ENROLMENT_USED: Entry(
        409,
        "The enrolment code was used by another phone, or by another key of this one.",
        "登记码已被其他手机（或本手机的其他密钥）使用。",
        _ANEW_EN + " If nobody of yours used it, have that phone revoked.",
        _ANEW_ZH + "如非本人使用，请立即停用该手机。",
    ),
    Code.PUBLIC_KEY_INVALID: Entry(
        422,
        "The public key is no JWK of a P-256 or Ed25519 key.",
        "公钥不是 P-256 或 Ed25519 的 JWK。",
        "Make the key in the page of this phone (WebCrypto) and send its public half.",
        "请在本手机页面内生成密钥并提交公钥。",
    ),
    Code.TOO_MANY_TRIES: Entry(
        429,
        "Too many wrong codes were tried.",
        "错误代码尝试次数过多。",
        "Wait a minute, compare the code with the one that was given, and try again.",
        "请等待一分钟，核对代码后重试。",
    ),
    Code.OUTCOME_ID_USED: Entry(
        409,
        "Another outcome was sent under this id.",
        "该编号已用于另一条走访结果。",
        "Enter the outcome anew; the page gives it an id of its own.",
        "请在页面重新填写，系统会分配新编号。",
    ),
    Code.OUTCOME_IN_FUTURE: Entry(
        422,
        "The outcome happened in the future.",
        "走访结果的时间在未来。",
        "Set the phone's date and time, and enter the outcome anew.",
        "请校准手机日期和时间后重新填写。",
    ),
    Code.VISITOR_CODE_MISTYPED: Entry(
        422,
        "This is no visitor's code: it has 8 digits, and one of them is wrong.",
        "代码有误：应为8位数字。",
        "Compare each digit with what the visitor shows.",
        "请与来访者出示的数字逐位核对。",
    ),
    Code.VISITOR_CODE_UNKNOWN: Entry(
        404,
        "Nobody comes with this code, or it has expired.",
        "没有此代码对应的来访人员，或代码已过期。",
        "Ask the visitor for today's code. Do not hand over money, cards or papers; call the township when in doubt.",
        "请让来访者出示当日代码。切勿交出现金、银行卡或证件；如有疑问请致电乡镇。",
    ),
    Code.VISITOR_DAY_TOO_FAR: Entry(
        422,
        "A visitor's code is made for today or one of the next 14 days.",
        "来访代码只能用于今天或今后14天内。",
        "Choose a day within two weeks.",
        "请选择两周内的日期。",
    ),
}
"""One entry for each of their codes."""
