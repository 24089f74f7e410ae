"""The files that an agency takes from its folder: one table as CSV and as XLSX, and a signed manifest.

The same deliveries give the same bytes. A cell that a spreadsheet would take for a formula is defused: what somebody
typed into a list must not run on the computer of whoever opens it (OWASP, CSV injection).
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from joserfc import jws
from joserfc.jwk import OKPKey

from services.delivery.store.files import FiledItem, PlannedFile

ALGORITHM = "Ed25519"
COLUMNS: Mapping[str, str] = {
    "number": "number 序号",
    "event_id": "event_id 事项编号",
    "kind": "kind 类型",
    "recorded_at": "recorded_at 时间",
    "request_id": "request_id 申请编号",
    "programme": "programme 项目",
    "proved_at": "proved_at 核验时间",
    "evidence": "evidence 证据等级",
    "code": "code 代码",
    "message": "message 说明",
    "next_step": "next_step 处理办法",
    "jws": "certificate 签名证明",
    "content": "content 全部内容 (JSON)",
}
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Also in full width: some spreadsheets read these as the plain ones."""
_CELL_LONGEST = 32_767
"""The longest text of a cell of XLSX."""
_SEE_CSV = "见 CSV 文件 see the CSV file"


def stem_of(planned: PlannedFile) -> str:
    """The name of a file without its ending: the agency, and a number without gaps."""
    return f"{planned.agency}-{planned.file_number:08d}"


def render(planned: PlannedFile, items: Sequence[FiledItem], key: OKPKey, issuer: str) -> dict[str, bytes]:
    """Name → content, the manifest last: what has a manifest is whole."""
    rows = [_row(item) for item in items]
    stem = stem_of(planned)
    files = {f"{stem}.csv": _csv(rows), f"{stem}.xlsx": _xlsx(planned, rows)}
    manifest = {
        "issuer": issuer,
        "agency": planned.agency,
        "file_number": planned.file_number,
        "first_number": planned.first_number,
        "last_number": planned.last_number,
        "rows": len(rows),
        "planned_at": planned.planned_at.isoformat(),
        "files": {name: {"sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()},
    }
    header = {"alg": ALGORITHM, "typ": "onevisit-manifest+json", "kid": key.thumbprint()}
    payload = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
    signed = jws.serialize_compact(header, payload, key, algorithms=[ALGORITHM])
    return {**files, f"{stem}.manifest.jws": signed.encode("ascii")}


def defused(text: str) -> str:
    """The text as no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_BEGINS) else text


def _row(item: FiledItem) -> list[str]:
    data: dict[str, Any] = json.loads(item.content)
    own = {
        "number": item.number,
        "event_id": item.event_id,
        "kind": item.kind,
        "recorded_at": item.recorded_at.isoformat(),
        "content": item.content,
    }
    return [defused(_text((data | own).get(name))) for name in COLUMNS]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")  # with the mark by which spreadsheets know UTF-8


def _xlsx(planned: PlannedFile, rows: Sequence[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": planned.planned_at.replace(tzinfo=None)})
    sheet = book.add_worksheet("deliveries")
    sheet.freeze_panes(1, 0)
    for at, row in enumerate([list(COLUMNS.values()), *rows]):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text if len(text) <= _CELL_LONGEST else _SEE_CSV)
    book.close()
    return out.getvalue()
