"""A certificate on paper: one page A4 in Chinese, with a QR code that holds the certificate itself.

The code is a link to the page that checks it, with the certificate behind the `#`, which a browser sends to nobody. The
font is the CID font STSong-Light, which every reader of PDF knows: none is shipped.
"""

import io
import json
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from services.gateway.domain.words import AGENCY_WORDS, programme_in_words

FONT: Final = "STSong-Light"
EVIDENCE_WORDS: Final = {
    "in_person_face": "当面认证（人脸）",
    "in_person_witnessed": "当面认证（见证人）",
    "video_call": "视频通话",
    "self_capture": "本人自助采集",
    "data_trace": "数据比对",
}
QR_SIDE: Final = 110 * mm
"""So large that a dot of the longest certificate (QR version 40, 177 dots) is half a millimetre: phones read that."""
_LEFT, _TOP, _LINE = 25 * mm, A4[1] - 30 * mm, 9 * mm


def make_sheet(certificate: str, page: str, timezone: str) -> bytes:
    """The sheet as PDF.

    Args:
        certificate: compact JWS; it is printed as it is, so check it before.
        page: address of the page that checks it, e.g. ``https://onevisit.example/verify/``.
        timezone: the county's, in which times are printed.
    """
    payload = certificate.split(".")[1]
    content: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=A4, invariant=1)
    canvas.setTitle("生存认证证明")
    canvas.setFont(FONT, 24)
    canvas.drawCentredString(A4[0] / 2, _TOP, "生存认证证明")
    canvas.setFont(FONT, 12)
    at = _TOP - 2 * _LINE
    for name, value in _rows(content, ZoneInfo(timezone)):
        canvas.drawString(_LEFT, at, name)
        canvas.drawString(_LEFT + 35 * mm, at, value)
        at -= _LINE
    _draw_code(canvas, f"{page}#{certificate}", (A4[0] - QR_SIDE) / 2, at - QR_SIDE)
    canvas.setFont(FONT, 10)
    canvas.drawCentredString(
        A4[0] / 2, at - QR_SIDE - 7 * mm, "请用手机扫描二维码核验真伪；本证明不含姓名、身份证号和人脸信息。"
    )
    canvas.drawCentredString(A4[0] / 2, at - QR_SIDE - 13 * mm, "纸质件以扫码核验结果为准，证明可能在打印后被撤销。")
    canvas.showPage()
    canvas.save()
    return made.getvalue()


def _rows(content: dict[str, Any], county: ZoneInfo) -> list[tuple[str, str]]:
    subject = content["credentialSubject"]
    agency = str(subject["agency"])
    until = content.get("validUntil")
    rows = [
        ("申请部门", AGENCY_WORDS[agency].zh if agency in AGENCY_WORDS else agency),
        ("待遇项目", programme_in_words(str(subject["programme"])).zh),
        ("申请编号", str(subject["requestId"])),
        ("认证日期", str(subject.get("provedOn") or _day(str(subject["provedAt"]), county))),
        ("认证方式", EVIDENCE_WORDS.get(str(subject["evidence"]), str(subject["evidence"]))),
        ("有效期至", f"{_day(str(until), county)} 前" if until else "长期"),
        ("策略版本", str(subject["policyVersion"])),
        ("模型版本", str(subject.get("modelsVersion", "—"))),
        ("签发单位", str(content["issuer"])),
        ("证明编号", str(content["id"]).removeprefix("urn:uuid:")),
    ]
    return rows


def _day(moment: str, county: ZoneInfo) -> str:
    return datetime.fromisoformat(moment).astimezone(county).date().isoformat()


def _draw_code(canvas: Canvas, text: str, left: float, bottom: float) -> None:
    """Draws the dark dots, each run of a row as one rectangle."""
    rows = [list(row) for row in segno.make(text, error="l", micro=False).matrix_iter(border=4)]
    dot = QR_SIDE / len(rows)
    for number, row in enumerate(rows):
        start = 0
        while start < len(row):
            end = start
            while end < len(row) and row[end] == row[start]:
                end += 1
            if row[start]:
                top = bottom + QR_SIDE - (number + 1) * dot
                canvas.rect(left + start * dot, top, (end - start) * dot, dot, stroke=0, fill=1)
            start = end
