"""Refusals about agencies' own records before a visit. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

ABOUT_RECORD_CHECKS: Final[dict[Code, Entry]] = {
    Code.RECORD_CHECK_IN_FUTURE: Entry(
        422,
        "The moment of the check lies in the future.",
        "核对时间在未来。",
        "Set the clock of your computer, or leave `checked_at` out.",
        "请校准本机时钟，或不填 `checked_at`。",
    ),
    Code.RECORD_CHECK_USED: Entry(
        409,
        "Something else was said of this request for the same moment.",
        "同一申请在同一核对时间已有不同的结果。",
        "Look again and send the answer with the new moment as `checked_at`; the later check counts.",
        "请重新核对，并以新的核对时间填写 `checked_at`；以较晚的核对为准。",
    ),
    Code.RECORD_CHECK_LIST_UNREADABLE: Entry(
        422,
        "The file is no table with a column of request numbers and one of results.",
        "文件不是包含“申请编号”和“核对结果”两列的表格。",
        "Take the table (GET /v1/record-check-lists/open.xlsx or .csv), fill in the results, send it as CSV or XLSX.",
        "请下载表格（接口：GET /v1/record-check-lists/open.xlsx 或 .csv），填写核对结果后以 CSV 或 XLSX 上传。",
    ),
    Code.RECORD_CHECK_LIST_TOO_LONG: Entry(
        422,
        "The table has more than 2,000 results; nothing of it was taken.",
        "表格中的核对结果超过 2000 条，未登记任何一条。",
        "Send it in parts.",
        "请分批上传。",
    ),
    Code.RECORD_CHECK_ROW_UNCLEAR: Entry(
        422,
        "The result of this row is none of those that can be given, or its request number is missing or too long.",
        "本行核对结果不在可选范围内，或申请编号缺失、过长。",
        "Write one of: 相符, 姓名不符, 已去世, 已迁出, 已停发, 查无此人; leave a row blank to answer it later.",
        "请填写：相符、姓名不符、已去世、已迁出、已停发、查无此人；暂未核对的请留空。",
    ),
}
"""One entry for each of their codes."""
