"""One run of one engine in a county of its own: fresh, or with a register of people known already."""

import asyncio
import subprocess
import sysconfig
from dataclasses import dataclass

from bench.merge.county import RELAY, Cost, County
from bench.merge.load import AGENCIES, encode_requests, wanted
from bench.merge.register import fill
from deploy.embedded.programs import PROJECT
from deploy.embedded.stack import EmbeddedStack

LINE, LOOP, QUIX = "the line (Faust)", "hand-written aiokafka loop", "Quix Streams"
MODULES = {LINE: "services.scheduler.app", LOOP: "bench.merge.loop", QUIX: "bench.merge.quix"}
QUIX_PIN = "quixstreams==3.28.1"
"""It pins another confluent-kafka than the project, so it lies in a folder of its own behind the project's."""
AFTER, BETWEEN = "after a checkpoint", "between checkpoints"


@dataclass(frozen=True)
class Run:
    """What one run took, and for how many requests."""

    cost: Cost
    requests: int


def quix_path() -> list[str]:
    """Installs Quix Streams once, aside; returns what must be on the path, the project's own packages first."""
    folder = PROJECT / "var" / "bench" / "quix"
    if not (folder / "quixstreams").exists():
        uv = PROJECT / ".tools" / "bin" / "uv"
        subprocess.run([uv, "pip", "install", "-q", "--target", folder, QUIX_PIN], check=True)
    return [sysconfig.get_path("purelib"), str(folder)]


def run_once(stack: EmbeddedStack, engine: str, partitions: int, people: range, workers: int = 1) -> Run:
    """One engine, once, in a fresh county; several workers share its partitions."""
    with County.made(stack, partitions) as county:
        messages = asyncio.run(encode_requests(county.settings, people))
        county.start(RELAY)
        for number in range(1, workers + 1):
            county.start(MODULES[engine], quix_path() if engine == QUIX else (), number=number)
        county.wait_until_reading()
        return Run(county.measure(messages, count(people)), count(people))


def run_known(stack: EmbeddedStack, size: int, requests: int) -> dict[str, Run]:
    """The line in a county with a register of this size, asked twice for people it knows.

    The first half is folded right after a checkpoint, when every page that is touched goes to the WAL whole: the worst
    that can be. The second half, other people, meets what is usual. Each half is of about `requests`.
    """
    known = range(0, size, max(1, size // requests))
    halves = {AFTER: known[0::2], BETWEEN: known[1::2]}
    with County.made(stack, 4) as county:
        fill(county.settings, range(size))
        loads = {when: asyncio.run(encode_requests(county.settings, half)) for when, half in halves.items()}
        county.start(RELAY)
        county.start(MODULES[LINE])
        county.wait_until_reading()
        county.checkpoint()
        return {
            when: Run(county.measure(load, count(halves[when])), count(halves[when])) for when, load in loads.items()
        }


def count(people: range) -> int:
    """How many requests the load holds."""
    return sum(1 for agency in AGENCIES for _ in wanted(people, agency))
