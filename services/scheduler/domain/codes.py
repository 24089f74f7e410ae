"""The permanent codes of intake, each with what is wrong and what to do next, in English and Chinese.

Agencies write these codes into their own manuals, so a code is never renamed and never reused. The only placeholder in
the texts is ``{field}``: a value that somebody typed is never repeated, because a shifted column may hold an ID number.
"""

from enum import StrEnum
from typing import Final, Literal, NamedTuple

Language = Literal["en", "zh"]


class RejectionCode(StrEnum):
    """Why a row is not taken. The row goes back to the agency; the rest of the list goes on."""

    FIELD_MISSING = "FIELD_MISSING"
    ID_LENGTH = "ID_LENGTH"
    ID_CHARACTERS = "ID_CHARACTERS"
    ID_CHECK = "ID_CHECK"
    ID_BIRTH_DATE = "ID_BIRTH_DATE"
    ID_BIRTH_FUTURE = "ID_BIRTH_FUTURE"
    ID_BIRTH_TOO_LONG_AGO = "ID_BIRTH_TOO_LONG_AGO"
    ID_CENTURY_UNKNOWN = "ID_CENTURY_UNKNOWN"
    ID_PRECISION_LOST = "ID_PRECISION_LOST"
    ID_MASKED = "ID_MASKED"
    ID_FOREIGN_OLD_CARD = "ID_FOREIGN_OLD_CARD"
    DATE_UNREADABLE = "DATE_UNREADABLE"
    DATE_TWO_DIGIT_YEAR = "DATE_TWO_DIGIT_YEAR"
    DATE_ORDER_UNCLEAR = "DATE_ORDER_UNCLEAR"
    DATE_WITHOUT_DAY = "DATE_WITHOUT_DAY"
    DATE_IMPOSSIBLE = "DATE_IMPOSSIBLE"
    DATE_OUT_OF_RANGE = "DATE_OUT_OF_RANGE"
    WINDOW_INVERTED = "WINDOW_INVERTED"
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    REQUEST_ID_PRECISION_LOST = "REQUEST_ID_PRECISION_LOST"
    REQUEST_ID_IS_ID_NUMBER = "REQUEST_ID_IS_ID_NUMBER"
    REQUEST_ID_REUSED = "REQUEST_ID_REUSED"
    REQUEST_UNKNOWN = "REQUEST_UNKNOWN"
    PERSON_ERASED = "PERSON_ERASED"
    PERSON_UNREADABLE = "PERSON_UNREADABLE"


class WarningCode(StrEnum):
    """What somebody should look at although the row is taken."""

    NAME_MISSING = "NAME_MISSING"
    NAME_DAMAGED = "NAME_DAMAGED"
    NAME_DIFFERS = "NAME_DIFFERS"
    NAME_UNCONFIRMED = "NAME_UNCONFIRMED"
    ID_UPGRADED_FROM_15 = "ID_UPGRADED_FROM_15"
    REGION_UNKNOWN = "REGION_UNKNOWN"
    AGENCY_UNKNOWN = "AGENCY_UNKNOWN"
    PROGRAMME_UNKNOWN = "PROGRAMME_UNKNOWN"
    VILLAGE_CODE_INVALID = "VILLAGE_CODE_INVALID"
    OVERDUE = "OVERDUE"


class RepeatCode(StrEnum):
    """How a row repeats an earlier one of the same agency."""

    REQUEST_REPEATED = "REQUEST_REPEATED"
    REQUEST_AMENDED = "REQUEST_AMENDED"
    REQUEST_SENT_AGAIN = "REQUEST_SENT_AGAIN"


Code = RejectionCode | WarningCode | RepeatCode


class Text(NamedTuple):
    """What is wrong, and what to do next."""

    message: str
    next_step: str


_CARD_EN: Final = "Compare the number with the identity card, correct it and send the row again."
_CARD_ZH: Final = "请对照身份证核对号码，改正后重新报送该行。"
_DATE_EN: Final = "Write the date as 2026-03-05 and send the row again."
_DATE_ZH: Final = "请把日期写成 2026-03-05 的形式，重新报送该行。"
_COLUMN_EN: Final = (
    "Set the column to the format Text, paste the numbers again from the source, and send the list again."
)
_COLUMN_ZH: Final = "请把该列设为“文本”格式，从原始数据重新粘贴号码后再报送。"

CATALOGUE: Final[dict[Code, tuple[Text, Text]]] = {
    RejectionCode.FIELD_MISSING: (
        Text("{field} is empty.", "Fill in {field} and send the row again."),
        Text("{field}为空。", "请填写{field}后重新报送该行。"),
    ),
    RejectionCode.ID_LENGTH: (
        Text("The ID number has neither 18 nor 15 characters.", _CARD_EN),
        Text("身份证号既不是18位也不是15位。", _CARD_ZH),
    ),
    RejectionCode.ID_CHARACTERS: (
        Text("The ID number holds characters other than digits and a final X (the letter O for a zero?).", _CARD_EN),
        Text("身份证号含有数字和末位X以外的字符（是否把0写成了字母O？）。", _CARD_ZH),
    ),
    RejectionCode.ID_CHECK: (
        Text("The check character of the ID number does not fit: at least one digit is wrong.", _CARD_EN),
        Text("身份证号校验码不符：至少有一位数字有误。", _CARD_ZH),
    ),
    RejectionCode.ID_BIRTH_DATE: (
        Text("The birth date inside the ID number does not exist.", _CARD_EN),
        Text("身份证号中的出生日期不存在。", _CARD_ZH),
    ),
    RejectionCode.ID_BIRTH_FUTURE: (
        Text("The birth date inside the ID number lies in the future.", _CARD_EN),
        Text("身份证号中的出生日期晚于今天。", _CARD_ZH),
    ),
    RejectionCode.ID_BIRTH_TOO_LONG_AGO: (
        Text("The birth date inside the ID number is more than 130 years ago.", _CARD_EN),
        Text("身份证号中的出生日期距今超过130年。", _CARD_ZH),
    ),
    RejectionCode.ID_CENTURY_UNKNOWN: (
        Text(
            "The 15-digit number has a sequence (996-999) of people born in the 1800s: the century cannot be told.",
            "Ask for the 18-digit number and send the row again with it.",
        ),
        Text("15位身份证号顺序码为996-999，无法判断出生世纪。", "请向本人核实18位身份证号后重新报送该行。"),
    ),
    RejectionCode.ID_PRECISION_LOST: (
        Text("A spreadsheet stored the ID number as a number and lost its last digits.", _COLUMN_EN),
        Text("表格软件把身份证号存成了数值，末尾几位已丢失。", _COLUMN_ZH),
    ),
    RejectionCode.ID_MASKED: (
        Text("Part of the ID number is hidden.", "Export the list again with full ID numbers."),
        Text("身份证号被脱敏（带*号）。", "请导出含完整身份证号的名单后重新报送。"),
    ),
    RejectionCode.ID_FOREIGN_OLD_CARD: (
        Text(
            "This is the old 15-character number of a foreign permanent resident.",
            "Send the 18-digit number of the new card (it starts with 9), or arrange the visit by hand.",
        ),
        Text(
            "这是外国人永久居留身份证的旧号码（15位）。",
            "请报送新证的18位号码（以9开头），或人工安排认证。",
        ),
    ),
    RejectionCode.DATE_UNREADABLE: (
        Text("{field} is no date that can be read.", _DATE_EN),
        Text("{field}不是可识别的日期。", _DATE_ZH),
    ),
    RejectionCode.DATE_TWO_DIGIT_YEAR: (
        Text("{field} has a year of two digits.", _DATE_EN),
        Text("{field}的年份只有两位。", _DATE_ZH),
    ),
    RejectionCode.DATE_ORDER_UNCLEAR: (
        Text("{field} ends with the year: day and month could be mistaken for each other.", _DATE_EN),
        Text("{field}的年份写在最后，月和日可能混淆。", _DATE_ZH),
    ),
    RejectionCode.DATE_WITHOUT_DAY: (
        Text("{field} names no day.", _DATE_EN),
        Text("{field}没有写明是哪一天。", _DATE_ZH),
    ),
    RejectionCode.DATE_IMPOSSIBLE: (
        Text("{field} is a day that does not exist.", _DATE_EN),
        Text("{field}是不存在的日期。", _DATE_ZH),
    ),
    RejectionCode.DATE_OUT_OF_RANGE: (
        Text("The year of {field} lies outside 2000-2100.", _DATE_EN),
        Text("{field}的年份不在2000至2100年之间。", _DATE_ZH),
    ),
    RejectionCode.WINDOW_INVERTED: (
        Text(
            "The due date lies before the window's first day.", "Correct one of the two dates and send the row again."
        ),
        Text("截止日期早于开始日期。", "请改正其中一个日期后重新报送该行。"),
    ),
    RejectionCode.TEXT_TOO_LONG: (
        Text("{field} has more than 64 characters.", "Shorten {field}, or check that the columns are not shifted."),
        Text("{field}超过64个字符。", "请缩短{field}，或检查各列是否错位。"),
    ),
    RejectionCode.REQUEST_ID_PRECISION_LOST: (
        Text("A spreadsheet stored the request number as a number and lost its last digits.", _COLUMN_EN),
        Text("表格软件把申请编号存成了数值，末尾几位已丢失。", _COLUMN_ZH),
    ),
    RejectionCode.REQUEST_ID_IS_ID_NUMBER: (
        Text(
            "The request number is or holds a person's ID number, which must not travel in the open.",
            "Number the requests in another way (list and running number) and send the row again.",
        ),
        Text("申请编号使用了身份证号，身份证号不得明文流转。", "请改用其他编号方式（如批次加序号）后重新报送。"),
    ),
    RejectionCode.REQUEST_ID_REUSED: (
        Text(
            "The same agency already used this request number for another person.",
            "Give this row a request number of its own and send it again.",
        ),
        Text("同一机构已将该申请编号用于另一人。", "请为该行重新编号后再报送。"),
    ),
    RejectionCode.REQUEST_UNKNOWN: (
        Text(
            "There is no accepted request with this number, so it can be neither changed nor withdrawn.",
            "Check the number; if its row was rejected, correct the row and send it again.",
        ),
        Text("没有该编号的已受理申请，无法修改或撤回。", "请核对编号；如该行曾被退回，请改正后重新报送。"),
    ),
    RejectionCode.PERSON_ERASED: (
        Text(
            "The personal data of this row can no longer be opened: they were erased.",
            "If the erasure was meant, do nothing; otherwise send the row again.",
        ),
        Text("该行的个人信息已被删除，无法打开。", "如确需删除则无需处理；否则请重新报送该行。"),
    ),
    RejectionCode.PERSON_UNREADABLE: (
        Text(
            "The personal data of this row were opened, but are not in the agreed form.",
            "Send the row again; if it comes back again, tell the county's administrator.",
        ),
        Text("该行的个人信息已打开，但不符合约定格式。", "请重新报送该行；如再次退回，请联系县级管理员。"),
    ),
    WarningCode.NAME_MISSING: (
        Text("The name is empty.", "Add the name: the cadre asks for the person by it."),
        Text("姓名为空。", "请补充姓名，便于村干部上门核对。"),
    ),
    WarningCode.NAME_DAMAGED: (
        Text(
            "The name holds a character that was lost on the way (a rare character?).",
            "Save the list as UTF-8 or XLSX, or correct the name.",
        ),
        Text("姓名中有丢失的字符（可能是生僻字）。", "请将名单另存为UTF-8或XLSX格式，或改正姓名。"),
    ),
    WarningCode.NAME_DIFFERS: (
        Text(
            "The same ID number stands with another name in another row; the two are not merged.",
            "Find out whether it is one person (see the held records).",
        ),
        Text("同一身份证号在另一行对应不同姓名，未合并。", "请核实是否为同一人（见待核实记录）。"),
    ),
    WarningCode.NAME_UNCONFIRMED: (
        Text(
            "The same ID number stands with a name in another row, this row has none; the two are not merged.",
            "Add the name and send the row again (until then it has a visit of its own; see the held records).",
        ),
        Text(
            "同一身份证号在另一行有姓名，本行无姓名，未合并。",
            "请补充姓名后重新报送（此前单独上门；见待核实记录）。",
        ),
    ),
    WarningCode.ID_UPGRADED_FROM_15: (
        Text("A 15-digit ID number was completed to 18 characters.", "Keep the 18-character number in your register."),
        Text("15位身份证号已升级为18位。", "请在本单位台账中改用18位号码。"),
    ),
    WarningCode.REGION_UNKNOWN: (
        Text("The region inside the ID number is not in use.", "Compare the number with the identity card."),
        Text("身份证号中的行政区划代码未启用。", "请对照身份证核对。"),
    ),
    WarningCode.AGENCY_UNKNOWN: (
        Text("The agency is not one this county has set up; it is kept as typed.", "Correct it if it is a slip."),
        Text("机构不在本县已配置的名录中，按原文保留。", "如系笔误请改正。"),
    ),
    WarningCode.PROGRAMME_UNKNOWN: (
        Text("The programme is not one this county has set up; it is kept as typed.", "Correct it if it is a slip."),
        Text("项目不在本县已配置的名录中，按原文保留。", "如系笔误请改正。"),
    ),
    WarningCode.VILLAGE_CODE_INVALID: (
        Text(
            "The village code has not 12 digits; the address is used instead.", "Enter the 12-digit statistical code."
        ),
        Text("村代码不是12位数字，将改用地址。", "请填写12位统计用区划代码。"),
    ),
    WarningCode.OVERDUE: (
        Text("The due date has passed; the visit stays open.", "Visit as soon as possible, or tell the agency."),
        Text("截止日期已过，仍可上门认证。", "请尽快上门，或告知机构。"),
    ),
    RepeatCode.REQUEST_REPEATED: (
        Text("The row repeats an earlier one; it is counted once.", "Nothing to do."),
        Text("该行与之前一行重复，只计一次。", "无需处理。"),
    ),
    RepeatCode.REQUEST_AMENDED: (
        Text(
            "The row changes an earlier one with the same request number; the later row counts.",
            "Check that the later row is the right one.",
        ),
        Text("该行修改了之前同一申请编号的内容，以后一行为准。", "请确认后一行正确。"),
    ),
    RepeatCode.REQUEST_SENT_AGAIN: (
        Text(
            "The agency asks again for the same person, programme and due date under another request number; a visit "
            "that suits both answers both.",
            "Withdraw one of the two numbers if it was sent twice.",
        ),
        Text(
            "该机构以另一申请编号就同一人、同一项目、同一截止日期再次报送；日期相容时一次上门同时答复。",
            "如系重复报送请撤回其一。",
        ),
    ),
}

_FIELD_NAMES_ZH: Final = {
    "request_id": "申请编号",
    "agency": "机构",
    "programme": "项目",
    "id_number": "身份证号",
    "name": "姓名",
    "window_start": "开始日期",
    "due_date": "截止日期",
    "residence_address": "居住地址",
    "village_code": "村代码",
}


def explain(code: Code, field: str = "", language: Language = "en") -> Text:
    """What ``code`` means for ``field`` and what to do next, in one language."""
    text = CATALOGUE[code][0 if language == "en" else 1]
    shown = field if language == "en" else _FIELD_NAMES_ZH.get(field, field)
    return Text(text.message.format(field=shown), text.next_step.format(field=shown))


def catalogue_table() -> str:
    """The whole catalogue as a Markdown table, for the manual; re-made and compared by a test."""
    lines = [
        "| code | kind | what is wrong | what to do next | 说明 | 下一步 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for code, (en, zh) in CATALOGUE.items():
        kind = {RejectionCode: "rejected", WarningCode: "warning", RepeatCode: "repeat"}[type(code)]
        cells = (f"`{code}`", kind, en.message, en.next_step, zh.message, zh.next_step)
        lines.append("| " + " | ".join(cell.replace("{field}", "*field*") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
