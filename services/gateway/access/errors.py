"""Refusals about signing in, sessions and what somebody may see. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

_AGAIN_EN, _AGAIN_ZH = "Open the page and sign in again.", "请打开页面重新登录。"
_ASK_EN, _ASK_ZH = "Ask the administrator for a new invitation.", "请联系管理员重新发送邀请链接。"

ABOUT_ACCESS: Final[dict[Code, Entry]] = {
    Code.TOO_MANY_CALLS: Entry(
        429,
        "Too many requests in a short time.",
        "短时间内请求过多。",
        "Wait as long as the header Retry-After says, then go on more slowly.",
        "请按响应头 Retry-After 的秒数等待，然后放慢请求速度。",
    ),
    Code.AREA_NOT_SERVED: Entry(
        403,
        "This is done for the whole county, and your account is for a part of it.",
        "此操作面向全县，而您的账号只负责部分乡镇或村。",
        "Ask a colleague whose account is for the whole county, or the administrator to widen yours.",
        "请由负责全县的同事办理，或请管理员扩大您的账号范围。",
    ),
    Code.PROGRAM_ONLY: Entry(
        403,
        "This is done by your agency's program, not by a person who is signed in.",
        "此操作由贵单位的程序办理，不由登录人员办理。",
        "Have your engineers do it with client credentials (/v1/token); what people do is on the page /agency/.",
        "请由贵单位技术人员使用客户端凭证（/v1/token）办理；人员可办理的事项见 /agency/ 页面。",
    ),
    Code.PAGE_HEADER_MISSING: Entry(
        403,
        "The request did not come from a page of this county.",
        "请求不是由本系统页面发出的。",
        "Open the page of the county and try there; programs use client credentials (/v1/token).",
        "请在本系统页面内操作；程序请使用客户端凭证（/v1/token）。",
    ),
    Code.SESSION_ENDED: Entry(401, "Your session has ended.", "登录已结束。", _AGAIN_EN, _AGAIN_ZH),
    Code.SESSION_UNKNOWN: Entry(
        404,
        "There is no open session of this id, or it is not yours.",
        "没有此编号的登录，或者不属于您。",
        "Look at the list of sessions (GET /v1/sessions).",
        "请查看登录列表（GET /v1/sessions）。",
    ),
    Code.SIGN_IN_EXPIRED: Entry(
        401,
        "This sign-in took too long, was answered before, or was begun in another browser.",
        "本次登录超时、已被使用，或是在另一个浏览器中开始的。",
        _AGAIN_EN,
        _AGAIN_ZH,
    ),
    Code.INVITATION_UNKNOWN: Entry(401, "There is no such invitation.", "邀请链接无效。", _ASK_EN, _ASK_ZH),
    Code.INVITATION_EXPIRED: Entry(401, "The invitation has expired.", "邀请链接已过期。", _ASK_EN, _ASK_ZH),
    Code.INVITATION_USED: Entry(
        409,
        "The invitation was used before.",
        "邀请链接已被使用。",
        "Sign in with your passkey. If it was not you who used it, tell the administrator at once.",
        "请直接用通行密钥登录。如不是您本人使用的，请立即告知管理员。",
    ),
    Code.PASSKEY_REFUSED: Entry(
        401,
        "The answer of the passkey does not hold.",
        "通行密钥验证未通过。",
        "Try again on the page of the county, with the device that you registered.",
        "请在本系统页面用已登记的设备重试。",
    ),
    Code.PASSKEY_UNKNOWN: Entry(
        401,
        "This passkey is not registered here, or its account has ended.",
        "该通行密钥未在此登记，或账号已停用。",
        "Choose another passkey, or ask the administrator for an invitation.",
        "请选择其他通行密钥，或向管理员索取邀请链接。",
    ),
    Code.SSO_NOT_SET_UP: Entry(
        404,
        "This county has no single sign-on.",
        "本县未启用单点登录。",
        "Sign in with your passkey; the administrator sets single sign-on up by docs/access.md.",
        "请使用通行密钥登录；管理员可按 docs/access.md 启用单点登录。",
    ),
    Code.SSO_AWAY: Entry(
        503,
        "The single sign-on does not answer.",
        "单点登录服务暂时无法访问。",
        "Sign in with your passkey, or try again in a few minutes.",
        "请改用通行密钥登录，或几分钟后重试。",
    ),
    Code.SSO_REFUSED: Entry(
        401, "The single sign-on did not confirm this sign-in.", "单点登录未确认本次登录。", _AGAIN_EN, _AGAIN_ZH
    ),
    Code.SSO_TOKEN_INVALID: Entry(
        401,
        "What the single sign-on said of you does not hold (signature, issuer, audience, time or nonce).",
        "单点登录返回的身份信息无效（签名、签发方、受众、时间或随机数不符）。",
        "Sign in again; if this repeats, tell the administrator.",
        "请重新登录；如反复出现，请告知管理员。",
    ),
    Code.SSO_NO_ACCOUNT: Entry(
        403,
        "You are known to the single sign-on, but have no access here.",
        "单点登录已确认您的身份，但您在本系统没有权限。",
        "Ask the administrator of OneVisit for an account.",
        "请向一访通管理员申请账号。",
    ),
    Code.SSO_SEVERAL_ROLES: Entry(
        403,
        "Your groups give more than one role here.",
        "您所在的用户组对应本系统的多个角色。",
        "Ask the administrator to leave you one of them: who decides and who checks are two accounts.",
        "请管理员只保留其中一个：办理与监督须由不同账号承担。",
    ),
}
"""One entry for each of their codes."""
