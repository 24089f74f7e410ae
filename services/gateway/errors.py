"""The one catalogue of the door's refusals: permanent codes, with what is wrong and what to do, in Chinese and English.

A code is never renamed and never reused. No text has a placeholder: a value that somebody sent is never repeated,
because it may be a national ID. `docs/api/errors.md` is made from this table.
"""

from typing import Final

from services.gateway.access.errors import ABOUT_ACCESS
from services.gateway.agencies.receipt_errors import ABOUT_RECEIPTS
from services.gateway.agencies.record_check_errors import ABOUT_RECORD_CHECKS
from services.gateway.agencies.webhook_errors import ABOUT_WEBHOOKS
from services.gateway.burden.errors import ABOUT_BURDEN
from services.gateway.codes import Code, Entry
from services.gateway.desk.alignment_errors import ABOUT_ALIGNMENT
from services.gateway.desk.errors import ABOUT_DESK
from services.gateway.desk.lapse_errors import ABOUT_LAPSES
from services.gateway.feedback.errors import ABOUT_FEEDBACK
from services.gateway.people.errors import ABOUT_PEOPLE
from services.gateway.phone.errors import ABOUT_PHONES
from services.gateway.review.errors import ABOUT_REVIEWS

__all__ = ["CATALOGUE", "Code", "Entry", "Refusal", "catalogue_table"]


_TOKEN_EN, _TOKEN_ZH = (
    "Ask for a new token at /v1/token and send it as a bearer token.",
    "请到 /v1/token 重新获取令牌后再试。",
)
_FILM_EN, _FILM_ZH = "Fetch a new challenge for this visit and film again.", "请重新获取本次走访的动作要求并重新拍摄。"
_CHECK_EN, _CHECK_ZH = "Compare the request with docs/api/openapi.json.", "请对照接口文档 docs/api/openapi.json 检查。"

CATALOGUE: Final[dict[Code, Entry]] = {
    Code.TOKEN_MISSING: Entry(401, "The request carries no token.", "请求未携带令牌。", _TOKEN_EN, _TOKEN_ZH),
    Code.TOKEN_INVALID: Entry(401, "The token is not one of ours.", "令牌无效。", _TOKEN_EN, _TOKEN_ZH),
    Code.TOKEN_EXPIRED: Entry(401, "The token has expired.", "令牌已过期。", _TOKEN_EN, _TOKEN_ZH),
    Code.CLIENT_UNKNOWN: Entry(
        401,
        "The client id or its secret is wrong, or the access was revoked.",
        "客户端编号或密钥错误，或授权已被撤销。",
        "Check both, or ask the county's operator for new access (`onevisit access`).",
        "请核对，或向县级管理员申请新的授权。",
    ),
    Code.GRANT_UNSUPPORTED: Entry(
        400,
        "Only the grant type client_credentials is served here.",
        "此处仅支持 client_credentials 授权类型。",
        "Send grant_type=client_credentials as a form.",
        "请以表单提交 grant_type=client_credentials。",
    ),
    Code.DEVICE_REVOKED: Entry(
        403,
        "This phone was revoked: it may have been reported lost. Nothing more is taken from it.",
        "此手机已被停用（可能已挂失），不再接收其数据。",
        "Ask the township to enrol the phone again; recordings still on it must be filmed again.",
        "请联系乡镇重新登记手机；手机中未上传的录像需重新拍摄。",
    ),
    Code.ROLE_NOT_ALLOWED: Entry(
        403,
        "Your role may not do this.",
        "您的角色无权执行此操作。",
        "See docs/api/access.md for who may call what; ask the operator if your role is wrong.",
        "各角色权限见 docs/api/access.md；如角色有误请联系管理员。",
    ),
    Code.NOT_FOUND: Entry(404, "There is nothing at this address.", "此地址不存在。", _CHECK_EN, _CHECK_ZH),
    Code.METHOD_NOT_ALLOWED: Entry(
        405, "This address does not serve this method.", "此地址不支持该请求方法。", _CHECK_EN, _CHECK_ZH
    ),
    Code.MALFORMED: Entry(
        422, "The request does not have the expected form.", "请求格式不正确。", _CHECK_EN, _CHECK_ZH
    ),
    Code.BODY_TOO_LARGE: Entry(
        413,
        "The body is larger than allowed here.",
        "请求内容超过允许的大小。",
        "Send less in one request; split a list.",
        "请减少单次内容；名单请拆分。",
    ),
    Code.BODY_TOO_SLOW: Entry(
        408,
        "The rest of the body did not come.",
        "请求内容没有传完。",
        "Send the request again, whole.",
        "请完整地重新发送。",
    ),
    Code.DATABASE_AWAY: Entry(
        503,
        "The database does not answer at the moment.",
        "数据库暂时无响应。",
        "Nothing was taken in. Try again in a minute.",
        "数据未被接收，请一分钟后重试。",
    ),
    Code.CLOCK_IN_DOUBT: Entry(
        503,
        "The county's clock is in doubt, so nothing is taken in that would be dated by it.",
        "县级服务器时钟存疑，暂不接收会据此记录时间的数据。",
        "Nothing is lost: try again later. Operator: see `onevisit clock`.",
        "数据不会丢失，请稍后重试。管理员请运行 `onevisit clock`。",
    ),
    Code.INTERNAL: Entry(
        500,
        "Something went wrong on our side.",
        "系统内部错误。",
        "Try again; if it stays, give the operator the time of the request.",
        "请重试；如仍失败，请将请求时间告知管理员。",
    ),
    Code.LIST_MISSING: Entry(
        400,
        "The request carries no list.",
        "请求中没有名单文件。",
        "Send the file as the body, or as the part `file` of a form.",
        "请将文件作为请求体，或作为表单的 file 字段提交。",
    ),
    Code.LIST_UNKNOWN: Entry(
        404,
        "Your agency handed in no list of this id.",
        "本机构未提交过该编号的名单。",
        "Use the list_id of the receipt.",
        "请使用回执中的 list_id。",
    ),
    Code.AGENCY_DIFFERS: Entry(
        422,
        "The row names another agency than the one that sends the list.",
        "该行所填机构与报送机构不一致。",
        "Let that agency send the row, or correct the column.",
        "请由该机构自行报送，或改正机构列。",
    ),
    Code.TEXT_TOO_LONG: Entry(
        422,
        "A cell of the row has more than 400 characters.",
        "该行某单元格超过400个字符。",
        "Shorten it, or check that the columns are not shifted.",
        "请缩短内容，或检查各列是否错位。",
    ),
    Code.REQUEST_ID_IS_ID_NUMBER: Entry(
        422,
        "The request number is a national ID number; an ID number must not travel as a reference.",
        "申请编号填写成了身份证号；身份证号不得作为公开流转的编号。",
        "Give the row a request number of its own, or check that the columns are not shifted.",
        "请为该行另编申请编号，或检查各列是否错位。",
    ),
    Code.DATA_ERASED: Entry(
        410,
        "The data of this person were erased; their key is destroyed.",
        "该人员数据已依法删除，密钥已销毁。",
        "Handle this person by hand, or ask the county's operator.",
        "请人工处理，或联系县级管理员。",
    ),
    Code.REQUEST_UNKNOWN: Entry(
        404,
        "Your agency made no request of this number.",
        "本机构没有该编号的申请。",
        "Check the request number.",
        "请核对申请编号。",
    ),
    Code.NOTHING_TO_CHANGE: Entry(
        422,
        "The change names no field.",
        "变更内容为空。",
        "Name at least one of programme, window_start, due_date, village_code.",
        "请至少填写 programme、window_start、due_date、village_code 之一。",
    ),
    Code.CERTIFICATE_UNKNOWN: Entry(
        404,
        "There is no certificate for this request of your agency (yet).",
        "本机构该申请（尚）无认证凭证。",
        "Look at /v1/requests/{request_id} for its state.",
        "请通过 /v1/requests/{request_id} 查看状态。",
    ),
    Code.ID_NUMBER_INVALID: Entry(
        422, "The ID number is not valid.", "身份证号无效。", "Compare it with the identity card.", "请对照身份证核对。"
    ),
    Code.PHOTO_UNREADABLE: Entry(
        422,
        "The photo is not a readable JPEG or PNG.",
        "照片不是可读取的 JPEG 或 PNG。",
        "Save it again as JPEG and send it once more.",
        "请另存为 JPEG 后重新提交。",
    ),
    Code.PHOTO_TOO_LARGE: Entry(
        413,
        "The photo is too large.",
        "照片过大。",
        "Send at most 10 MB and 40 megapixels.",
        "照片不得超过10MB、4000万像素。",
    ),
    Code.PHOTO_TOO_SMALL: Entry(
        422,
        "The photo has too few pixels to compare a face with.",
        "照片像素过低，无法用于人脸比对。",
        "Send a photo of at least 160 pixels on each side.",
        "请提交边长至少160像素的照片。",
    ),
    Code.EVIDENCE_SOURCE_NOT_YOURS: Entry(
        403,
        "Evidence of this source may not be handed in by you.",
        "您无权提交此来源的生存证据。",
        "Agencies hand in traces in data, reviewers witnessed visits, video calls and self-captures.",
        "机构提交数据痕迹；复核人员提交见证走访、视频通话和自助采集。",
    ),
    Code.EVIDENCE_PERSON_UNCLEAR: Entry(
        422,
        "The evidence does not name its person in exactly one way.",
        "未以唯一方式指明证据所属人员。",
        "Agencies: give either id_number or request_id. Reviewers: give visit_id.",
        "机构请填写 id_number 或 request_id 其中之一；复核人员请填写 visit_id。",
    ),
    Code.EVIDENCE_DAY_IN_FUTURE: Entry(
        422,
        "The day of the evidence lies in the future.",
        "证据日期晚于今天。",
        "Give the day on which it happened, in the county's calendar.",
        "请填写实际发生的日期（以本县日期为准）。",
    ),
    Code.EVIDENCE_DAY_TOO_EARLY: Entry(
        422,
        "The day of the evidence lies before 1900.",
        "证据日期早于1900年。",
        "Check that the date is not an empty cell or shifted.",
        "请检查日期是否为空单元格或错位。",
    ),
    Code.PERSON_UNKNOWN: Entry(
        404,
        "No agency of the county asks for a proof of life of this person.",
        "本县没有机构要求认证该人员。",
        "Check the ID number; hand the evidence in again once a request has been made.",
        "请核对身份证号；如日后有认证申请，请再次提交。",
    ),
    Code.VISIT_UNKNOWN: Entry(
        404,
        "There is no such visit for you.",
        "没有该走访任务，或不属于您。",
        "Refresh the list of visits.",
        "请刷新走访任务列表。",
    ),
    Code.VISIT_CLOSED: Entry(
        409,
        "The visit need not be made any more: it was answered, withdrawn, or joined with another.",
        "该走访已无需进行：已认证、已撤回或已并入其他走访。",
        "Refresh the list of visits; do not film.",
        "请刷新走访任务列表，无需拍摄。",
    ),
    Code.CURSOR_INVALID: Entry(
        400,
        "The cursor is not one that we gave.",
        "分页游标无效。",
        "Start again without a cursor.",
        "请不带游标重新查询。",
    ),
    Code.CURSOR_AHEAD: Entry(
        409,
        "No number was given yet up to `after`: you have read further than the county's database reaches.",
        "after 超过了县级数据库已有的最大编号：贵单位读到的位置比数据库更靠后。",
        "Keep your position. Tell the county's operator: a backup was restored, and the numbers must be moved on by"
        " `onevisit restore --by-hand`; then go on from the same `after`.",
        "请保留现有位置，并告知县级管理员：数据库已从备份恢复，须运行 `onevisit restore --by-hand` 后移编号；"
        "之后以同一 after 继续拉取。",
    ),
    Code.AUDIT_BEYOND_END: Entry(
        422,
        "The audit log ends before the line that you ask for.",
        "审计日志尚无所请求的起始行。",
        "Ask from a line that is there: `next_after` of GET /v1/audit says how far it goes.",
        "请自已有的行起导出：GET /v1/audit 的 next_after 说明最后一行的编号。",
    ),
    Code.NO_ACTION_LEFT: Entry(
        422,
        "The person can do too few of the actions: fewer than two are left.",
        "该老人能完成的动作不足两个。",
        "Use the path that needs no face: in person with a witness, video call, or document.",
        "请改用无需人脸的方式：见证人当面认证、视频通话或书面材料。",
    ),
    Code.CAPTURE_UNKNOWN: Entry(
        404,
        "There is no such capture for you.",
        "没有该采集记录，或不属于您。",
        "Use the capture id that the upload returned.",
        "请使用上传时返回的采集编号。",
    ),
    Code.UPLOAD_UNKNOWN: Entry(
        404,
        "There is no such upload of this phone.",
        "本手机没有该上传。",
        "Start the upload again.",
        "请重新开始上传。",
    ),
    Code.UPLOAD_EXPIRED: Entry(
        410,
        "The upload was left unfinished for too long and was removed.",
        "上传长期未完成，已被清除。",
        "Start the upload again; the recording is still on the phone.",
        "请重新上传，录像仍在手机中。",
    ),
    Code.UPLOAD_BUSY: Entry(
        423,
        "Another connection is writing this upload.",
        "另一连接正在传输该文件。",
        "Try again in a few seconds.",
        "请几秒后重试。",
    ),
    Code.UPLOAD_OFFSET_DIFFERS: Entry(
        409,
        "The upload stands at another offset.",
        "上传位置不一致。",
        "Ask for the offset (HEAD) and go on from there.",
        "请先查询当前位置（HEAD）再继续。",
    ),
    Code.UPLOAD_REQUEST_INVALID: Entry(
        400,
        "This is not a tus 1.0.0 upload as served here (length stated first, one file, no body on creation).",
        "不符合此处支持的 tus 1.0.0 上传方式（须先声明长度、单文件、创建时不带内容）。",
        "Use a tus client with Upload-Length and without concatenation.",
        "请使用带 Upload-Length 的 tus 客户端，不使用分片合并。",
    ),
    Code.UPLOAD_METADATA_INVALID: Entry(
        422,
        "The upload's metadata are incomplete or malformed.",
        "上传的元数据不完整或格式不正确。",
        "State filename, filetype, visit_id, challenge_id, captured_at, sha256, signature and legal_basis.",
        "请填写 filename、filetype、visit_id、challenge_id、captured_at、sha256、signature、legal_basis。",
    ),
    Code.RECORDING_EMPTY: Entry(422, "The recording is empty.", "录像为空。", "Film again.", "请重新拍摄。"),
    Code.RECORDING_TOO_LARGE: Entry(
        413,
        "The recording is larger than 30 MB.",
        "录像超过30MB。",
        "Film 4 to 10 seconds at 720p.",
        "请以720p拍摄4至10秒。",
    ),
    Code.RECORDING_DAMAGED: Entry(
        422,
        "What arrived is not what the phone announced (the SHA-256 differs).",
        "收到的内容与手机声明的不一致（SHA-256不符）。",
        "Upload the recording again from the phone; nothing was taken in.",
        "请从手机重新上传，本次内容未被接收。",
    ),
    Code.SIGNATURE_WRONG: Entry(
        422,
        "The recording is not signed by this phone's key.",
        "录像签名与本手机密钥不符。",
        "Film again in the page of this phone; enrol the phone again if this repeats.",
        "请在本手机页面内重新拍摄；如反复出现请重新登记手机。",
    ),
    Code.CHALLENGE_UNKNOWN: Entry(
        422,
        "This challenge was not given to this phone for this visit.",
        "该动作要求不是发给本手机、本次走访的。",
        _FILM_EN,
        _FILM_ZH,
    ),
    Code.CHALLENGE_EXPIRED: Entry(422, "The challenge has expired.", "动作要求已过期。", _FILM_EN, _FILM_ZH),
    Code.CHALLENGE_USED: Entry(
        409,
        "This challenge was already answered by another recording.",
        "该动作要求已被另一段录像使用。",
        _FILM_EN,
        _FILM_ZH,
    ),
    **ABOUT_ACCESS,
    **ABOUT_PEOPLE,
    **ABOUT_PHONES,
    **ABOUT_WEBHOOKS,
    **ABOUT_REVIEWS,
    **ABOUT_ALIGNMENT,
    **ABOUT_DESK,
    **ABOUT_RECEIPTS,
    **ABOUT_RECORD_CHECKS,
    **ABOUT_LAPSES,
    **ABOUT_BURDEN,
    **ABOUT_FEEDBACK,
}
"""One entry for each code (a test holds it)."""


class Refusal(Exception):
    """A request, or a row of a list, that the door does not take."""

    def __init__(self, code: Code, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{code}: {CATALOGUE[code].message_en} {CATALOGUE[code].next_en}")
        self.code = code
        self.headers = headers or {}

    @property
    def entry(self) -> Entry:
        """Its line in the catalogue."""
        return CATALOGUE[self.code]


def catalogue_table() -> str:
    """The catalogue as a Markdown table, for `docs/api/errors.md`."""
    head = "| code | HTTP | what is wrong | what to do next | 说明 | 下一步 |\n| --- | --- | --- | --- | --- | --- |\n"
    return head + "".join(
        f"| `{code}` | {e.status} | {e.message_en} | {e.next_en} | {e.message_zh} | {e.next_zh} |\n"
        for code, e in CATALOGUE.items()
    )
