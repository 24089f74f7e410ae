"""The project's own files, for the tests that read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE_FOLDERS = ("schemas", "services", "deploy")
_BINARY = frozenset(
    (
        ".png",
        ".mp3",
        ".bin",
        ".jpg",
        ".xlsx",
        ".xls",
        ".mp4",
        ".webm",
        ".onnx",
        ".task",
        ".tflite",
        ".jar",
        ".gz",
        ".pyc",
    )
)


@cache
def ignored_names() -> frozenset[str]:
    """What is no part of the project: git's own (a file in a further work tree) and the folders in .gitignore."""
    lines = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    return frozenset({".git"} | {line.strip("/").rpartition("/")[2] for line in lines if line.endswith("/")})


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file of the project, committed or about to be."""
    for path in sorted(folder.iterdir()):
        if path.name in ignored_names():
            continue
        if path.is_dir():
            yield from project_files(path)
        elif path.suffix not in _BINARY:
            yield path


def python_files(*folders: str) -> list[Path]:
    """The Python files below these folders."""
    return [path for folder in folders for path in project_files(ROOT / folder) if path.suffix == ".py"]


def shown(path: Path) -> str:
    """The path as a reader of a failure wants it."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), shown(path))
