"""Refusals about window alignment. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

ABOUT_ALIGNMENT: Final[dict[Code, Entry]] = {
    Code.ALIGNMENT_UNKNOWN: Entry(
        404,
        "There is no such alignment for you.",
        "没有该次窗口对齐，或与您无关。",
        "Use the alignment_id of the answer to POST /v1/alignments; an agency sees it once a proposal concerns it.",
        "请使用 POST /v1/alignments 返回的 alignment_id；机构仅能查看涉及本机构的建议。",
    ),
    Code.ALIGNMENT_DAY_PAST: Entry(
        422,
        "The day from which windows are to count has passed.",
        "起算日期早于今天。",
        "Leave as_of out, or give today or a later day in the county's calendar.",
        "请不填 as_of，或填写今天及以后的日期（以本县日期为准）。",
    ),
    Code.PROPOSAL_UNKNOWN: Entry(
        404,
        "There is no such proposal for your agency.",
        "没有该项建议，或不涉及本机构。",
        "Look at GET /v1/alignment-proposals for those that wait for your answer.",
        "请查询 GET /v1/alignment-proposals 中待答复的建议。",
    ),
    Code.PROPOSAL_ALREADY_ANSWERED: Entry(
        409,
        "Your agency has answered this proposal otherwise, and an answer stands.",
        "本机构已作出不同答复，答复不可更改。",
        "For other dates, have the joint group ask for a new alignment.",
        "如需其他日期，请由联合认证工作组重新发起对齐。",
    ),
    Code.PROPOSAL_SETTLED: Entry(
        409,
        "This proposal waits for no answer any more: it was applied, declined or is outdated.",
        "该项建议已生效、被拒绝或已作废，无需答复。",
        "Look at GET /v1/alignment-proposals for those that wait; for other dates a new alignment is needed.",
        "请查询 GET /v1/alignment-proposals 中待答复的建议；如需其他日期，请重新发起对齐。",
    ),
}
