"""Makes ``docs/codes.md``, the one list of permanent codes, from the code.

    python -m services.cli.codes            # writes
    python -m services.cli.codes --check    # exits 1 when the file is out of date

Catalogues that carry texts give their own tables; every other code is found in the source, so none can be forgotten.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.receipt_codes import RECEIPT_TEXTS
from schemas.review_reasons import APPEAL_TEXTS, REVIEW_REASON_TEXTS
from schemas.revocation import REVOCATION_TEXTS
from schemas.verification_reason_texts import REASON_TEXTS
from services.certify.certificate_faults import EXPLANATIONS
from services.certify.domain.replay import FAULT_TEXTS
from services.gateway import errors as door
from services.gateway.domain.burden_decisions import BURDEN_DECISION_TEXTS
from services.gateway.domain.lapses import LAPSE_DECISION_TEXTS
from services.gateway.domain.lost_captures import LOSS_TEXTS
from services.gateway.lists.problems import ListProblem, ProblemCode
from services.platform.audit_faults import AUDIT_FAULT_TEXTS
from services.scheduler.domain import codes as intake
from services.scheduler.domain.plan_codes import TEXTS as PLAN_TEXTS
from services.scheduler.domain.plan_codes import explain as explain_plan
from services.scheduler.domain.plan_move_codes import TEXTS as MOVE_TEXTS
from services.scheduler.domain.plan_move_codes import words as move_words

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path("docs/codes.md")
SOURCES = ("schemas", "services", "deploy")

_CODE_ENUM = re.compile(r"(Code|Reason|Fault)$")
_WITH_TEXTS = frozenset(
    (
        *intake.CATALOGUE,
        *ProblemCode,
        *door.Code,
        *REASON_TEXTS,
        *FAULT_TEXTS,
        *EXPLANATIONS,
        *PLAN_TEXTS,
        *RECEIPT_TEXTS,
        *LAPSE_DECISION_TEXTS,
        *LOSS_TEXTS,
        *BURDEN_DECISION_TEXTS,
        *REVOCATION_TEXTS,
        *REVIEW_REASON_TEXTS,
        *APPEAL_TEXTS,
        *AUDIT_FAULT_TEXTS,
        *MOVE_TEXTS,
    )
)
"""Codes that stand, with their texts, in one of the tables of catalogues."""

_HEAD = """\
# Codes

Made from the code by `python -m services.cli.codes`; do not edit. A code is permanent: never renamed, never reused.
Agencies and manuals may rely on it; the texts may be improved.
"""


@dataclass(frozen=True)
class FoundCode:
    """A code that the source defines."""

    value: str
    owner: str
    """The enumeration or the exception."""
    meaning: str
    """What the source says about it, in one sentence."""


def find_codes(root: Path = ROOT) -> list[FoundCode]:
    """Every member of an enumeration of codes and every exception with a code of its own, in the order of the paths."""
    return [
        found
        for folder in SOURCES
        for path in sorted((root / folder).rglob("*.py"))
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef)
        for found in _codes_of(node)
    ]


def codes_markdown(root: Path = ROOT) -> str:
    """The whole page."""
    rest = [code for code in find_codes(root) if code.value not in _WITH_TEXTS]
    return "\n".join(
        [
            _HEAD,
            "## Rows of a list (intake)\n",
            intake.catalogue_table(),
            "## Lists as a whole\n",
            _table(
                ("code", "what is wrong and what to do", "说明"),
                [
                    (code, *(ListProblem(code, "…").explain(language) for language in ("en", "zh")))
                    for code in ProblemCode
                ],
            ),
            "## The HTTP door\n",
            door.catalogue_table(),
            "## Clips that were not certified (verdict)\n",
            "`retry`: the cadre can put it right on the spot. `review`: a person decides. The machine never refuses.\n",
            _table(
                ("code", "decision", "what is wrong and what to do", "说明"),
                [(code, text.decision, text.english, text.chinese) for code, text in REASON_TEXTS.items()],
            ),
            "## Recordings that the county has lost\n",
            _table(
                ("code", "what happened and what to do", "说明"), [(code, t.en, t.zh) for code, t in LOSS_TEXTS.items()]
            ),
            "## What reviewers say of a recording, and grounds of appeals\n",
            "Only a person refuses, and only with a reason. `reviewers_disagree` is stated by the desk itself.\n",
            _table(
                ("code", "decision", "what is wrong and what to do", "说明"),
                [(code, text.decision, text.english, text.chinese) for code, text in REVIEW_REASON_TEXTS.items()],
            ),
            _table(("code", "ground", "说明"), [(code, *texts) for code, texts in APPEAL_TEXTS.items()]),
            "## Verdicts that cannot be judged again (`onevisit verify --replay`)\n",
            _table(
                ("code", "what is wrong and what to do", "说明"),
                [(code, english, chinese) for code, (english, chinese) in FAULT_TEXTS.items()],
            ),
            "## Certificates that do not hold\n",
            _table(
                ("code", "what is wrong and what to do", "说明"),
                [(code, english, chinese) for code, (english, chinese) in EXPLANATIONS.items()],
            ),
            "## Why an agency rejects a certificate, or somebody revokes it (receipts)\n",
            "`visit again`: the request is open again. `held`: nobody is sent, until the agency answers anew.\n",
            _table(
                ("code", "what follows", "what is wrong and what to do", "说明"),
                [
                    (code, "visit again" if t.reopens else "held", f"{t[1]} {t[3]}", f"{t[0]}{t[2]}")
                    for code, t in (*RECEIPT_TEXTS.items(), *REVOCATION_TEXTS.items())
                ],
            ),
            "## What was decided before a lapse (`POST /v1/lapses/…/close`)\n",
            "The last two an agency says of its own. None of them stops a payment here.\n",
            _table(
                ("code", "what was decided", "说明"),
                [(code, text.english, text.chinese) for code, text in LAPSE_DECISION_TEXTS.items()],
            ),
            "## How the joint group settles three letters in a row (`POST /v1/burden/escalations/…/close`)\n",
            _table(
                ("code", "what was decided", "说明"),
                [(code, text.en, text.zh) for code, text in BURDEN_DECISION_TEXTS.items()],
            ),
            "## Audit logs that do not hold (`onevisit audit verify`)\n",
            _table(
                ("code", "what is wrong and what to do", "说明"),
                [(code, english, chinese) for code, (english, chinese) in AUDIT_FAULT_TEXTS.items()],
            ),
            "## Plans (`onevisit plan`)\n",
            "`PLAN_…`: why something is not planned, or what is to be said of the input. `MOVED_…`: why a visit is on\n"
            "another half-day than before.\n",
            _table(
                ("code", "what is wrong and what to do", "说明"),
                [(code, *(explain_plan(code, language, "…") for language in ("en", "zh"))) for code in PLAN_TEXTS],
            ),
            "## The scheduler's desk\n",
            "`MOVE_…`: which rule a move by hand would break, or what to know of it.\n"
            "`STEP_…`: what was done to the draft.\n",
            _table(
                ("code", "what is wrong and what to do", "说明"),
                [(code, move_words(code, "…")["en"], move_words(code, "…")["zh"]) for code in MOVE_TEXTS],
            ),
            "## Everything else\n",
            "Mostly for the operator. The message of the error says what to do next.\n",
            _table(("code", "means", "in"), [(code.value, code.meaning, f"`{code.owner}`") for code in rest]),
        ]
    )


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Writes the page or compares it; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m services.cli.codes", description="Make docs/codes.md.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
    page = root / PAGE
    content = codes_markdown(root)
    if not parser.parse_args(arguments).check:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(content, encoding="utf-8")
        return 0
    if page.is_file() and page.read_text("utf-8") == content:
        return 0
    sys.stderr.write(f"{PAGE} is out of date: run `python -m services.cli.codes` and commit it.\n")
    return 1


def _codes_of(node: ast.ClassDef) -> Iterator[FoundCode]:
    bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
    if "StrEnum" in bases and _CODE_ENUM.search(node.name):
        for member, after in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(member, ast.Assign) and (value := _text(member.value)):
                described = _text(after.value) if isinstance(after, ast.Expr) else ""
                yield FoundCode(value, node.name, described or _in_words(value))
    for statement in node.body:
        if not isinstance(statement, ast.Assign) or ast.unparse(statement.targets[0]) != "code":
            continue
        if value := _text(statement.value):
            yield FoundCode(value, node.name, (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " "))


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _in_words(code: str) -> str:
    return re.sub(r"[._-]+", " ", code).lower()


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *((f"`{row[0]}`", *row[1:]) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
