"""Every permanent code is documented and means one thing."""

from collections import Counter
from pathlib import Path

from schemas.verification_reason_texts import REASON_TEXTS
from schemas.verification_reasons import Decision, Reason
from services.cli.codes import PAGE, find_codes, main
from tests.structure.source import ROOT


def test_the_page_of_codes_is_up_to_date() -> None:
    """Mend it with `python -m services.cli.codes`."""
    assert main(["--check"]) == 0


def test_every_code_is_on_the_page() -> None:
    """An agency or an operator who meets a code finds it."""
    page = (ROOT / PAGE).read_text("utf-8")
    codes = find_codes()
    assert {"ID_CHECK", "NOT_A_CLOUDEVENT", "BLOB_MISSING", "no_face"} <= {code.value for code in codes}
    assert [code for code in codes if f"`{code.value}`" not in page] == []


def test_a_code_stands_once_in_its_catalogue() -> None:
    """Two meanings of one code within one enumeration or exception cannot be told apart."""
    twice = [key for key, count in Counter((code.owner, code.value) for code in find_codes()).items() if count > 1]
    assert twice == []


def test_an_outdated_page_is_noticed(tmp_path: Path) -> None:
    """The check can fail, and the command mends it."""
    assert main(["--check"], tmp_path) == 1
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0


def test_every_reason_of_a_verdict_has_its_texts() -> None:
    """Nobody is sent away without being told what to do; and no reason goes with a certificate."""
    assert set(REASON_TEXTS) == set(Reason)
    for text in REASON_TEXTS.values():
        assert text.english and text.chinese
        assert text.decision in {Decision.RETRY, Decision.REVIEW}
