"""Refusals about matters before a lapse. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

ABOUT_LAPSES: Final[dict[Code, Entry]] = {
    Code.LAPSE_UNKNOWN: Entry(
        404,
        "No open request stands on a step under this id: it was proved, withdrawn or given another due date.",
        "该编号下没有待处理的申请：可能已认证、已撤回或已修改截止日期。",
        "Fetch the list again: GET /v1/lapses.",
        "请重新获取列表：GET /v1/lapses。",
    ),
    Code.LAPSE_NOT_ESCALATED: Entry(
        409,
        "This request is not escalated yet: nobody has to decide.",
        "该申请尚未上报，暂不需要人工处理。",
        "Visit the person, or wait until its step is `escalate`.",
        "请先上门认证；步骤变为 escalate 后再处理。",
    ),
    Code.LAPSE_OF_COUNTY: Entry(
        403,
        "By the county's policy this matter is for the county, not for the township.",
        "按本县规则，该事项由县级处理，不由乡镇处理。",
        "Leave it to the county's reviewers.",
        "请交县级复核人员处理。",
    ),
    Code.LAPSE_TAKEN: Entry(
        409,
        "Somebody else has taken this matter.",
        "该事项已由他人领取。",
        "Leave it, or take it over by sending `take_over: true`.",
        "请勿重复处理；如需接手，请发送 `take_over: true`。",
    ),
    Code.LAPSE_NOT_TAKEN: Entry(
        409,
        "You have not taken this matter.",
        "您尚未领取该事项。",
        "Take it first: POST /v1/lapses/…/take.",
        "请先领取：POST /v1/lapses/…/take。",
    ),
    Code.LAPSE_DECISION_NOT_YOURS: Entry(
        403,
        "An agency says only that it gives more time or has suspended the payment.",
        "部门只能说明同意延期或已暂停发放。",
        "Send AGENCY_EXTENDED or AGENCY_SUSPENDED; the rest is the township's or the county's.",
        "请发送 AGENCY_EXTENDED 或 AGENCY_SUSPENDED，其余由乡镇或县级决定。",
    ),
}
"""One entry for each of their codes."""
