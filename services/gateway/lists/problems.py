"""What can be wrong with a list as a whole, with permanent codes; what is wrong with a row is intake's business."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

Language = Literal["en", "zh"]


class ProblemCode(StrEnum):
    """Permanent codes of problems with a list."""

    LIST_NOT_FOUND = "LIST_NOT_FOUND"
    LIST_UNREADABLE = "LIST_UNREADABLE"
    LIST_TOO_LARGE = "LIST_TOO_LARGE"
    LIST_TOO_SLOW = "LIST_TOO_SLOW"
    LIST_SPREAD_TOO_FAR = "LIST_SPREAD_TOO_FAR"
    LIST_LOCKED = "LIST_LOCKED"
    LIST_IS_HTML = "LIST_IS_HTML"
    LIST_EMPTY = "LIST_EMPTY"
    HEADER_NOT_FOUND = "HEADER_NOT_FOUND"
    CHARACTERS_LOST = "CHARACTERS_LOST"
    COLUMN_MISSING = "COLUMN_MISSING"
    COLUMN_UNKNOWN = "COLUMN_UNKNOWN"
    COLUMN_TWICE = "COLUMN_TWICE"
    SHEET_SKIPPED = "SHEET_SKIPPED"
    ROW_SKIPPED = "ROW_SKIPPED"
    QUOTE_UNCLOSED = "QUOTE_UNCLOSED"
    ELEMENT_UNREADABLE = "ELEMENT_UNREADABLE"


FATAL: Final = frozenset(
    {
        ProblemCode.LIST_NOT_FOUND,
        ProblemCode.LIST_UNREADABLE,
        ProblemCode.LIST_TOO_LARGE,
        ProblemCode.LIST_TOO_SLOW,
        ProblemCode.LIST_SPREAD_TOO_FAR,
        ProblemCode.LIST_LOCKED,
        ProblemCode.LIST_IS_HTML,
        ProblemCode.HEADER_NOT_FOUND,
    }
)
"""Problems after which no row of the list was read."""

_TEXTS: Final[dict[ProblemCode, tuple[str, str]]] = {
    ProblemCode.LIST_NOT_FOUND: (
        "There is no such file. Check its name and folder.",
        "文件不存在。请检查文件名和目录。",
    ),
    ProblemCode.LIST_UNREADABLE: (
        "The file cannot be read ({detail}). Open it in a spreadsheet and save it again as XLSX or CSV.",
        "文件无法读取（{detail}）。请用表格软件打开后另存为 XLSX 或 CSV。",
    ),
    ProblemCode.LIST_TOO_LARGE: (
        "The file, or what is packed in it, is larger than {detail}. Split it into several lists.",
        "文件（或其解压后的内容）超过{detail}。请拆分成多个名单。",
    ),
    ProblemCode.LIST_TOO_SLOW: (
        "The file takes longer than {detail} to read. Save it as CSV, or split it into several lists.",
        "文件读取时间超过{detail}。请另存为 CSV，或拆分成多个名单。",
    ),
    ProblemCode.LIST_SPREAD_TOO_FAR: (
        "The sheet reaches too far: a cell far to the right or below holds something. Delete the empty columns and "
        "rows beside the list, save, and send it again.",
        "工作表范围过大：名单右侧或下方很远处有内容。请删除名单以外的空行空列，保存后重新报送。",
    ),
    ProblemCode.LIST_LOCKED: (
        "The file is protected by a password. Save it without a password.",
        "文件设有密码。请取消密码后保存。",
    ),
    ProblemCode.LIST_IS_HTML: (
        "The file is a web page under the name of a spreadsheet. Open it in a spreadsheet and save it as XLSX.",
        "文件实为网页，只是扩展名像表格。请用表格软件打开后另存为 XLSX。",
    ),
    ProblemCode.LIST_EMPTY: ("The list has no rows below its header.", "名单表头下没有数据行。"),
    ProblemCode.HEADER_NOT_FOUND: (
        "No header row was found in the first {detail} rows. Put the column names above the data (request_id, "
        "agency, programme, id_number, name, window_start, due_date, or their Chinese names).",
        "前{detail}行中没有找到表头。请在数据上方写明列名（申请编号、机构、项目、身份证号、姓名、开始日期、截止日期）。",
    ),
    ProblemCode.CHARACTERS_LOST: (
        "Some characters cannot be read in any known encoding. Save the list as XLSX or as CSV in UTF-8.",
        "部分字符无法识别。请另存为 XLSX 或 UTF-8 编码的 CSV。",
    ),
    ProblemCode.COLUMN_MISSING: (
        "There is no column for {detail}. Add it, or rename the column that holds it.",
        "缺少列：{detail}。请补充该列，或改用通用列名。",
    ),
    ProblemCode.COLUMN_UNKNOWN: (
        "The column “{detail}” is not used. Rename it if it holds something that is needed.",
        "列“{detail}”未使用。如含所需内容请改用通用列名。",
    ),
    ProblemCode.COLUMN_TWICE: (
        "Two columns hold {detail}; the first that is not empty counts. Remove one of them.",
        "有两列都表示{detail}，取第一个非空值。请删除其中一列。",
    ),
    ProblemCode.SHEET_SKIPPED: (
        "The sheet “{detail}” was not read: it is hidden or has no header row. Show it or give it a header if it "
        "belongs to the list.",
        "工作表“{detail}”未读取：已隐藏或没有表头。如属于名单请取消隐藏或补充表头。",
    ),
    ProblemCode.ROW_SKIPPED: (
        "The row is a total, a repeated header or a note and was not read as a request.",
        "该行是合计、重复表头或附注，未作为申请读取。",
    ),
    ProblemCode.QUOTE_UNCLOSED: (
        "A quotation mark is opened and not closed; the lines were read one by one. Remove the mark.",
        "引号未成对，已按行读取。请删除多余的引号。",
    ),
    ProblemCode.ELEMENT_UNREADABLE: (
        "The element is no object with texts. Send each request as one JSON object.",
        "该元素不是由文本组成的对象。请将每个申请写成一个 JSON 对象。",
    ),
}


@dataclass(frozen=True, slots=True)
class ListProblem:
    """One problem with a list; never holds personal data."""

    code: ProblemCode
    detail: str = ""
    """A column, a sheet, a limit or the kind of failure."""
    row: int | None = None
    """The row, when it concerns one."""
    sheet: str | None = None
    """The sheet, when the list has several."""

    @property
    def fatal(self) -> bool:
        """Whether no row was read because of it."""
        return self.code in FATAL

    def explain(self, language: Language = "en") -> str:
        """What is wrong and what to do next."""
        return _TEXTS[self.code][0 if language == "en" else 1].format(detail=self.detail)


class UnreadableList(Exception):
    """Stops the reading of a list; `read_list` turns it into its problem."""

    def __init__(self, code: ProblemCode, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.problem = ListProblem(code, detail)
