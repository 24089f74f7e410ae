"""What no committed file may say: where somebody's machine keeps things, and anybody's identity."""

import re
from pathlib import Path

import pytest

from schemas.resident_id import InvalidResidentId, ResidentId, check_character
from tests.structure.source import ROOT, project_files, shown

MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|home|Users|mnt)/\w")
PACKAGE_HOST = re.compile(
    r"https?://[\w.:@-]*(?:pypi|pythonhosted|npmjs|nexus|artifactory|mirror|repo\d?\.maven|goproxy|crates\.io)[\w.-]*",
    re.I,
)
"""Hosts of package registries and mirrors: each machine has its own, set up outside the project."""
LOCK_LINE = re.compile(r"://|--(?:extra-)?index-url|--find-links|--trusted-host")
ID_LIKE = re.compile(
    r"(?<![0-9A-Za-z.])([0-9]{6})(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
MADE_UP_REGION = "99"
"""No province has it: every invented person of the project was first registered there."""
PUBLISHED = {
    "11010519491231002X": "the example of the standard itself (GB 11643-1999)",
    "440524188001010014": "the second example of GB 11643-1999",
}
THIRD_PARTY = {"tests/contract/asyncapi/3.0.0.json"}


def offences(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """Where the pattern stands, as file:line."""
    return [
        f"{shown(path)}:{number}"
        for path in files
        if shown(path) not in THIRD_PARTY
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    """The project runs wherever it is cloned."""
    assert offences(MACHINE_PATH, list(project_files())) == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    """Packages come from wherever the machine's own clients are pointed to."""
    assert offences(PACKAGE_HOST, list(project_files())) == []


def test_lock_files_hold_versions_and_hashes_only() -> None:
    """A lock with an address in it works on one network only."""
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert locks
    for lock in locks:
        lines = [line for line in lock.read_text("utf-8").splitlines() if not line.lstrip().startswith("#")]
        assert [line for line in lines if LOCK_LINE.search(line)] == []
        pins = [line for line in lines if line and not line[0].isspace()]
        assert [pin for pin in pins if "==" not in pin] == []
        assert "".join(lines).count("--hash=sha256:") >= len(pins)


def test_no_file_holds_a_number_that_could_be_somebodys() -> None:
    """Invented people have the made-up region 99; other valid numbers are published examples."""
    found = [
        f"{shown(path)}: region {match[1]}"
        for path in project_files()
        for match in ID_LIKE.finditer(path.read_text("utf-8"))
        if could_be_somebodys(match[0].upper())
    ]
    assert found == []


def could_be_somebodys(number: str) -> bool:
    """Whether it is valid, so that a person may have it, and is neither invented nor published."""
    if number.startswith(MADE_UP_REGION) or number in PUBLISHED:
        return False
    try:
        ResidentId.parse(number)
    except InvalidResidentId:
        return False
    return True


def test_a_number_that_could_be_somebodys_is_recognised() -> None:
    """The rule above sees a valid number of a region in use, and only that."""
    first = "110105" + "19600229" + "123"
    assert could_be_somebodys(first + check_character(first))
    assert not could_be_somebodys(first + ("1" if check_character(first) == "0" else "0"))
    made_up = "990105" + "19600229" + "123"
    assert not could_be_somebodys(made_up + check_character(made_up))


@pytest.mark.parametrize(
    ("pattern", "text", "seen"),
    [
        (MACHINE_PATH, "see /" + "home/li/notes", True),
        (MACHINE_PATH, "the folder ./" + "home/li", False),
        (MACHINE_PATH, "http://example/" + "work/list", False),
        (PACKAGE_HOST, "https://" + "files.pythonhosted.org/packages/x", True),
        (PACKAGE_HOST, "http://" + "nexus.example:8081/repository", True),
        (PACKAGE_HOST, "http://maven.apache.org/POM/4.0.0", False),
        (PACKAGE_HOST, "https://json-schema.org/draft/2020-12/schema", False),
        (PACKAGE_HOST, "https://www.w3.org/ns/credentials/v2", False),
        (ID_LIKE, "ID " + "110105" + "19491231" + "0011", True),
        (ID_LIKE, "110105" + "19491331" + "0011", False),
        (ID_LIKE, "a" + "110105" + "19491231" + "0011" + "f", False),
    ],
)
def test_the_patterns_see_what_they_should(pattern: re.Pattern[str], text: str, seen: bool) -> None:
    """And leave alone what is harmless."""
    assert bool(pattern.search(text)) == seen
