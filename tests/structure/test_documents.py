"""Documents point to what is there."""

import re
from pathlib import Path

import pytest

from tests.structure.source import ROOT, project_files, shown

DOCUMENTS = [path for path in project_files() if path.suffix == ".md"]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
NAMED_PATH = re.compile(r"`((?:schemas|services|deploy|tests|docs)/[\w./-]*\w/?)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=shown)
def test_links_and_named_files_exist(document: Path) -> None:
    """A reader who follows a link or a path arrives."""
    text = document.read_text("utf-8")
    links = [link for link in LINK.findall(text) if not (document.parent / link).exists()]
    paths = [path for path in NAMED_PATH.findall(text) if not (ROOT / path).exists()]
    assert links + paths == []


def test_decisions_are_numbered_once() -> None:
    """An ADR is cited by its number."""
    numbers = [path.name[:4] for path in sorted((ROOT / "docs/adr").glob("*.md"))]
    assert numbers
    assert len(numbers) == len(set(numbers))


def test_the_main_documents_are_there() -> None:
    """What a newcomer looks for first."""
    wanted = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/glossary.md", "docs/topics.md", "docs/codes.md"}
    assert wanted - {shown(path) for path in DOCUMENTS} == set()
