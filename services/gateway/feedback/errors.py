"""Refusals about reports of cadres. Part of `errors`."""

from typing import Final

from services.gateway.codes import Code, Entry

_AGAIN_EN, _AGAIN_ZH = "Read it again, then decide.", "请重新读取后再处理。"

ABOUT_FEEDBACK: Final[dict[Code, Entry]] = {
    Code.FEEDBACK_UNKNOWN: Entry(
        404,
        "There is no such report for you: it does not exist, or somebody else has it.",
        "没有这条反馈，或已由其他单位处理。",
        "Fetch the list again: GET /v1/feedback.",
        "请重新获取列表：GET /v1/feedback。",
    ),
    Code.FEEDBACK_ID_USED: Entry(
        409,
        "Another report was sent under this id.",
        "该编号已用于另一条反馈。",
        "Write the report anew; the page gives it an id of its own.",
        "请在页面重新填写，系统会分配新编号。",
    ),
    Code.FEEDBACK_EMPTY: Entry(
        422,
        "The report says nothing: it has neither text nor voice nor picture.",
        "反馈没有内容：没有文字、语音或照片。",
        "Write a sentence, speak, or take a picture.",
        "请写一句话、录一段语音或拍一张照片。",
    ),
    Code.FEEDBACK_HAS_ID_NUMBER: Entry(
        422,
        "The text holds an ID number.",
        "文字中含有身份证号。",
        "Say it without anybody's number; the village is enough to find the matter. A cadre writes the report anew.",
        "请勿填写任何人的身份证号，写明村和事情即可；干部请去掉号码后重新填写反馈。",
    ),
    Code.FEEDBACK_FILE_TOO_LARGE: Entry(
        413,
        "The voice note or the picture is too large.",
        "语音或照片过大。",
        "Speak for at most 60 seconds; make the picture's long side at most 1600 pixels. A file has at most 1 MB.",
        "语音请不超过60秒；照片长边不超过1600像素；每个文件不超过1MB。",
    ),
    Code.FEEDBACK_FILE_DAMAGED: Entry(
        422,
        "What arrived is not what the phone announced (size or SHA-256 differs).",
        "收到的文件与手机声明的不一致（大小或SHA-256不符）。",
        "Send the file again from the phone; nothing was taken in.",
        "请从手机重新发送，本次内容未被接收。",
    ),
    Code.FEEDBACK_FILE_UNFIT: Entry(
        415,
        "The file is not of a kind that is taken here, or not of the kind that it says.",
        "文件类型不受支持，或与声明的类型不符。",
        "Send a voice note as WebM, MP4 or Ogg audio, a picture as JPEG.",
        "语音请用 WebM、MP4 或 Ogg 音频，照片请用 JPEG。",
    ),
    Code.FEEDBACK_PICTURE_TELLS: Entry(
        422,
        "The picture carries more than what is seen on it (place, time, phone), or may do so.",
        "照片附带了地点、时间、机型等信息，不能接收。",
        "Send it without metadata (EXIF, XMP, comments), as the page of the phone does.",
        "请去除附带信息（EXIF、XMP、注释）后再发送；手机页面会自动去除。",
    ),
    Code.FEEDBACK_FILE_GONE: Entry(
        404,
        "There is no such file: it has not come from the phone yet, or its time is over.",
        "没有此文件：手机尚未上传，或已到期删除。",
        "Look at `files`: `coming` comes with the phone's next signal; what is `gone` is gone for good.",
        "请查看 `files`：`coming` 表示手机联网后会上传，`gone` 表示已删除。",
    ),
    Code.FEEDBACK_VILLAGE_NOT_YOURS: Entry(
        422,
        "This phone does not serve that village.",
        "此手机不负责该村。",
        "Name one of the phone's own villages, or none.",
        "请选择本手机负责的村，或不填。",
    ),
    Code.FEEDBACK_TOO_MANY: Entry(
        429,
        "This phone has sent very many reports since yesterday.",
        "此手机一天内发送的反馈过多。",
        "Wait until tomorrow; the report stays on the phone and is sent then.",
        "请等到明天；反馈保存在手机中，届时自动发送。",
    ),
    Code.FEEDBACK_OVER: Entry(
        409,
        "The report is answered; that is final.",
        "该反馈已答复，不能再更改。",
        "Read the answer; nothing more can be done with it.",
        "请查看答复。",
    ),
    Code.FEEDBACK_CHANGED: Entry(
        409,
        "Somebody else has done something with this report since you read it.",
        "您读取之后，该反馈已有他人处理。",
        _AGAIN_EN,
        _AGAIN_ZH,
    ),
    Code.FEEDBACK_AGENCY_UNKNOWN: Entry(
        422,
        "There is no agency of this code here.",
        "本县没有此代码的部门。",
        "Use one of the codes in ONEVISIT_AGENCIES, or null for the joint group.",
        "请使用 ONEVISIT_AGENCIES 中的部门代码；转联合工作组请填 null。",
    ),
    Code.FEEDBACK_NOT_ANSWERED: Entry(
        404,
        "There is no answer to read: the report is not answered yet, or the answer's time is over.",
        "没有可读的答复：尚未答复，或答复已到期删除。",
        "Ask again after the next sync.",
        "请下次同步后再看。",
    ),
}
"""One entry for each of their codes."""
