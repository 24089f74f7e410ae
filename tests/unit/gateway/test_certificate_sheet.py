"""The printed certificate is read back: its words, and the certificate itself out of the QR code."""

import json

import cv2
import numpy as np
import pypdfium2

from services.gateway.agencies.certificate_sheet import make_sheet
from tests.contract.certificate_vectors import FILE

CERTIFICATES = {one["name"]: one["certificate"] for one in json.loads(FILE.read_text("utf-8"))["certificates"]}
PAGE = "https://onevisit.county.example/verify/"


def _read(certificate: str) -> tuple[str, str]:
    """Text of the sheet, and what its QR code holds, from the page as it is printed (216 dots an inch)."""
    document = pypdfium2.PdfDocument(make_sheet(certificate, PAGE, "Asia/Shanghai"))
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range()
    picture = np.asarray(document[0].render(scale=3).to_pil().convert("L"))
    code = cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0]
    document.close()
    return text, code


def test_what_is_printed_can_be_read_and_scanned() -> None:
    """Chinese words, the county's day, and a link that carries the whole certificate behind the `#`."""
    text, code = _read(CERTIFICATES["valid"])
    for words in (
        "生存认证证明",
        "人社部门",
        "城乡居民养老保险",
        "养老-17/2026",
        "2026-11-24",
        "当面认证（人脸）",
        "长期",
    ):
        assert words in text
    assert code == f"{PAGE}#{CERTIFICATES['valid']}"


def test_a_certificate_without_a_visit_says_its_day_and_its_end() -> None:
    """The day of the evidence as it was given, the end in the county's days, no models."""
    text, code = _read(CERTIFICATES["valid without a visit, with an end"])
    for words in ("数据比对", "2026-11-24", "2026-11-26 前", "—"):
        assert words in text
    assert code.startswith(f"{PAGE}#eyJ")
