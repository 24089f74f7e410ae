"""One measured process of `make bench-verify`: ``… -m bench.verify.speed_worker ours|naive|stages SECONDS CLIP …``."""

import json
import sys
from pathlib import Path

from bench.verify.speed import work

if __name__ == "__main__":
    sys.stdout.write(json.dumps(work(sys.argv[1], float(sys.argv[2]), [Path(name) for name in sys.argv[3:]])))
