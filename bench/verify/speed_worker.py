"""One measured process of `make bench-verify`: ``python -m bench.verify.speed_worker ours|naive SECONDS``."""

import json
import sys

from bench.verify.speed import work

if __name__ == "__main__":
    sys.stdout.write(json.dumps(work(sys.argv[1], float(sys.argv[2]))))
