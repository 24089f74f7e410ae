"""Files stay small enough to be read, and have names that say what is in them."""

import re
from fnmatch import fnmatchcase

import services.scheduler.domain
from tests.structure.source import CODE_FOLDERS, ROOT, project_files, python_files, shown

SECOND_THOUGHT = 300
SPLIT = 500
THOUGHT_TWICE = {
    "services/scheduler/domain/codes.py": "a catalogue: one entry per code, in two languages",
    "services/gateway/errors.py": "a catalogue: one entry per code, in two languages",
}
"""Files that may have more than 300 lines, each with its reason; none may have more than 500."""
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "lib"}


def test_no_file_is_too_long() -> None:
    """A file over 300 lines deserves a second thought, one over 500 is split."""
    lines = {shown(path): len(path.read_text("utf-8").splitlines()) for path in python_files(*CODE_FOLDERS)}
    long = {
        name: count for name, count in lines.items() if count > (SPLIT if name in THOUGHT_TWICE else SECOND_THOUGHT)
    }
    assert long == {}


def test_no_module_is_a_drawer() -> None:
    """A module is named for what it holds."""
    drawers = [shown(path) for path in python_files(*CODE_FOLDERS, "tests") if path.stem in NAMES_THAT_SAY_NOTHING]
    assert drawers == []


def test_the_map_of_the_scheduler_s_rules_is_whole() -> None:
    """Who reads the rules in the order of the map finds every module on it, by name or by pattern, and no other."""
    named = re.findall(r"`([a-z_]+\*?)`", services.scheduler.domain.__doc__ or "")
    there = [path.stem for path in python_files("services/scheduler/domain") if path.stem != "__init__"]
    assert [module for module in there if not any(fnmatchcase(module, pattern) for pattern in named)] == []
    assert [pattern for pattern in named if not any(fnmatchcase(module, pattern) for module in there)] == []


def test_every_folder_with_code_is_a_package() -> None:
    """Without __init__.py a folder escapes mypy, import-linter and pytest's module names."""
    folders = {path.parent for path in python_files(*CODE_FOLDERS, "tests")}
    assert [shown(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_no_face_and_no_recording_lies_in_the_project() -> None:
    """Pictures and recordings of people are never committed."""
    media = {".jpg", ".jpeg", ".mp4", ".webm", ".mov", ".avi", ".mkv", ".3gp"}
    folders = [path for path in ROOT.iterdir() if path.name in {*CODE_FOLDERS, "tests", "docs"}]
    found = [shown(path) for folder in folders for path in folder.rglob("*") if path.suffix.lower() in media]
    assert found == []
    assert any(True for _ in project_files())
