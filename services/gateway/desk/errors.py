"""Refusals at the scheduler's desk. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

_RELOAD_EN, _RELOAD_ZH = "Load the board again, and decide on what is there now.", "请刷新页面，按最新内容再作决定。"

ABOUT_DESK: Final[dict[Code, Entry]] = {
    Code.PLANNER_AWAY: Entry(
        503,
        "The planner does not answer; nothing was done.",
        "排程程序无响应，未作任何更改。",
        "Try again in a minute; the operator sees it with `onevisit status`.",
        "请一分钟后重试；管理员可用 `onevisit status` 查看。",
    ),
    Code.PLAN_NONE: Entry(
        409,
        "There is no draft of a plan yet.",
        "尚无计划草案。",
        "Have one made: Plan again at the desk, or POST /v1/desk/plans.",
        "请先在调度台“重新优化”编制计划（接口：POST /v1/desk/plans）。",
    ),
    Code.PLAN_DRAFT_CHANGED: Entry(
        409, "The draft has changed since it was seen.", "草案在此期间已更改。", _RELOAD_EN, _RELOAD_ZH
    ),
    Code.PLAN_NOTHING_TO_UNDO: Entry(
        409, "There is no step to undo or to do again.", "没有可撤销或重做的步骤。", _RELOAD_EN, _RELOAD_ZH
    ),
    Code.PLAN_ALREADY_PUBLISHED: Entry(
        409,
        "The phones have exactly this plan already.",
        "手机上已是此计划。",
        "Nothing to do; to tell more days, choose a later day until which days count as told (told_until).",
        "无需处理；如需告知更多日期，请选择更晚的告知截止日（told_until）。",
    ),
    Code.PLAN_JOB_RUNNING: Entry(
        409,
        "Another search is running.",
        "另一项计算正在进行。",
        "Wait until it is done, or stop it at the desk (or DELETE /v1/desk/jobs/…).",
        "请等待其完成，或在调度台停止（接口：DELETE /v1/desk/jobs/…）。",
    ),
    Code.PLAN_JOB_UNKNOWN: Entry(
        404, "There is no such search.", "没有该项计算。", "Use the job_id of the answer.", "请使用返回的 job_id。"
    ),
    Code.PLAN_NO_CADRES: Entry(
        409,
        "No cadres are known: there is nobody to plan for.",
        "尚无村干部名单，无法编制计划。",
        "Hand in CADRES.csv: Data at the desk, or POST /v1/desk/cadre-lists.",
        "请先在调度台“数据”导入干部表（接口：POST /v1/desk/cadre-lists）。",
    ),
    Code.PLAN_CADRE_UNKNOWN: Entry(
        404,
        "There is no such cadre.",
        "没有该村干部。",
        "Choose one of the cadres at the desk (Data), or of GET /v1/desk/cadres.",
        "请在调度台“数据”的干部名单中选择（接口：GET /v1/desk/cadres）。",
    ),
    Code.PLAN_CADRE_UNREADABLE: Entry(
        422,
        "The cadre's days, hours or home cannot be read.",
        "该村干部的工作日、时间或住址坐标无法读取。",
        "Write weekdays as 1-7, hours as 08:30, one part before noon and one after; docs/planning.md has the columns.",
        "工作日写1-7，时间写08:30，上午下午各一段；各列说明见 docs/planning.md。",
    ),
    Code.PLAN_ROUTE_EMPTY: Entry(
        404, "Nobody is visited in that half-day.", "该半天没有走访。", _RELOAD_EN, _RELOAD_ZH
    ),
    Code.PLAN_STOPPED: Entry(
        500,
        "The planner could not work this out; the draft is as it was.",
        "排程程序未能完成，草案未改变。",
        "Tell the operator, with the time of day: the planner's log says why.",
        "请告知管理员并说明时间：原因见排程程序日志。",
    ),
    Code.PLAN_FILE_UNREADABLE: Entry(
        422,
        "The file is no table of visits with the columns visit_id, cadre_id, day, half_day and order.",
        "文件不是含走访编号、干部、日期、上下午、次序列的表格。",
        "Take the plan out at the desk (Data; GET /v1/desk/plan.xlsx or .csv), edit it, and send it back as it came.",
        "请使用调度台“数据”导出的计划（接口：GET /v1/desk/plan.xlsx 或 .csv），编辑后以同样格式上传。",
    ),
    Code.PLAN_FEED_UNKNOWN: Entry(
        404,
        "There is no calendar at this address; it may have been replaced.",
        "该日历地址不存在或已更换。",
        "Ask the township's desk for the new address.",
        "请向乡镇排程人员索取新地址。",
    ),
}
"""One entry for each of their codes."""
