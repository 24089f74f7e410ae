"""Refusals about phones: enrolling one, codes that somebody guesses at. Part of `errors`."""

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
}
"""One entry for each of their codes."""
