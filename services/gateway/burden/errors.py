"""Refusals about the plan of campaigns, the burden index and its escalations. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

ABOUT_BURDEN: Final[dict[Code, Entry]] = {
    Code.CAMPAIGN_DAYS_INVALID: Entry(
        422,
        "These cannot be the days of a campaign: it begins in its year, ends on or after its first day, and lasts a"
        " year at most.",
        "起止日期不符合要求：须在所填年度内开始，结束日期不早于开始日期，且不超过一年。",
        "Correct year, first_day or last_day. Nothing of this plan was taken in.",
        "请改正年度或起止日期；本次计划均未登记。",
    ),
    Code.CAMPAIGN_LIST_UNREADABLE: Entry(
        422,
        "The file is no table with the columns of the template.",
        "文件不是与模板列相同的表格。",
        "Take the template (GET /v1/campaign-lists/template.xlsx or .csv), fill it in, and send it as CSV or XLSX.",
        "请下载模板（接口：GET /v1/campaign-lists/template.xlsx 或 .csv），填写后以 CSV 或 XLSX 上传。",
    ),
    Code.CAMPAIGN_LIST_TOO_LONG: Entry(
        422,
        "The table has more than 100 rows; nothing of it was taken.",
        "表格超过 100 行，未登记任何一行。",
        "Send it in parts: what is stated twice counts once.",
        "请分批上传；重复申报只计一次。",
    ),
    Code.CAMPAIGN_ROW_DAYS: Entry(
        422,
        "The days of this row cannot be those of a campaign: whole days, begun in its year, a year at most.",
        "本行起止日期不符合要求：须为完整日期，在所填年度内开始，且不超过一年。",
        "Correct year, first_day or last_day (2027-03-01), and send the table again.",
        "请改正年度或起止日期（如 2027-03-01）后重新上传。",
    ),
    Code.CAMPAIGN_ROW_TEXTS: Entry(
        422,
        "Programme or reason of this row is missing, too long, or holds an ID number.",
        "本行项目或依据缺失、过长，或含有身份证号。",
        "Name programme and legal basis (400 characters at most, nobody's data), and send the table again.",
        "请填写项目和依据（不超过 400 字，不含个人信息）后重新上传。",
    ),
    Code.CAMPAIGN_UNKNOWN: Entry(
        404,
        "There is no campaign of this id.",
        "没有该编号的认证计划。",
        "Fetch the plan again: GET /v1/campaigns.",
        "请重新获取计划：GET /v1/campaigns。",
    ),
    Code.CAMPAIGN_DECIDED: Entry(
        409,
        "The joint group has decided on this campaign already.",
        "联合工作组已对该计划作出决定。",
        "The decision stands. A rejected campaign can be stated again with another reason; other days are another one.",
        "以原决定为准。被退回的计划可另述理由重新申报；更改日期则另行申报。",
    ),
    Code.CAMPAIGN_REASON_MISSING: Entry(
        422,
        "A campaign is rejected only with a reason.",
        "退回计划须说明理由。",
        "Say in `reason` what the agency should change.",
        "请在 reason 中说明部门应如何修改。",
    ),
    Code.BURDEN_MONTH_UNKNOWN: Entry(
        404,
        "There are no figures of this month: it lies ahead, or before the index began.",
        "没有该月的数据：该月尚未开始，或早于负担指数启用之时。",
        "Ask for the present month, or one that `months` in GET /v1/burden lists.",
        "请查询本月，或 GET /v1/burden 中 months 所列的月份。",
    ),
    Code.BURDEN_AGENCY_UNKNOWN: Entry(
        404,
        "There are no figures of this agency for you.",
        "没有可供您查看的该部门数据。",
        "Use your own agency's code, or one that GET /v1/burden lists.",
        "请使用本部门代码，或 GET /v1/burden 所列的代码。",
    ),
    Code.BURDEN_LETTER_NONE: Entry(
        404,
        "There is no letter of this agency for this month.",
        "该部门该月没有提示函。",
        "See `letter` in GET /v1/burden: only months that are closed have letters, and only for the highest burdens.",
        "请查看 GET /v1/burden 中的 letter：仅已结算的月份、负担居前的部门有提示函。",
    ),
    Code.ESCALATION_UNKNOWN: Entry(
        404,
        "There is no escalation of this id.",
        "没有该编号的上报事项。",
        "Fetch the list again: GET /v1/burden/escalations.",
        "请重新获取列表：GET /v1/burden/escalations。",
    ),
    Code.ESCALATION_TAKEN: Entry(
        409,
        "Somebody else has taken this matter.",
        "该事项已由他人领取。",
        "Leave it, or take it over by sending `take_over: true`.",
        "请勿重复处理；如需接手，请发送 `take_over: true`。",
    ),
    Code.ESCALATION_NOT_TAKEN: Entry(
        409,
        "You have not taken this matter.",
        "您尚未领取该事项。",
        "Take it first: POST /v1/burden/escalations/…/take.",
        "请先领取：POST /v1/burden/escalations/…/take。",
    ),
}
"""One entry for each of their codes."""
