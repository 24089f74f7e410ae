"""The command ``python -m schemas.generate [--check]``."""

import argparse
import sys
from pathlib import Path

from schemas.generate.files import ROOT, differences, expected_files, stale_files


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Writes the derived files below `root`, or compares them; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m schemas.generate",
        description="Make JSON Schemas, AsyncAPI, examples and docs/topics.md from the models.",
        epilog="Example: python -m schemas.generate --check",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 with the difference")
    if parser.parse_args(arguments).check:
        difference = differences(root)
        sys.stdout.write(difference)
        if difference:
            sys.stderr.write("Derived files are out of date: run `python -m schemas.generate` and commit them.\n")
        return 1 if difference else 0
    files = expected_files()
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")
    for path in stale_files(root):
        (root / path).unlink()
    sys.stdout.write(f"{len(files)} files written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
