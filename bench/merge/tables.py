"""The tables that the benchmark prints, in Markdown."""

import statistics
from collections.abc import Iterable, Sequence

from bench.merge.runs import Run

PARTS = ("worker", "relay", "postgres", "kafka")
_COLUMNS = (
    "run",
    "requests/s",
    "rate ÷ loop",
    "CPU µs/request",
    "CPU ÷ loop",
    f"µs: {' / '.join(PARTS)}",
    "bytes/request: Kafka / WAL / tables",
    f"MB: {' / '.join(PARTS)}",
)
HEADER = f"| {' | '.join(_COLUMNS)} |\n{'| --- ' * len(_COLUMNS)}|"


def row(name: str, runs: Sequence[Run], base: Sequence[Run] | None = None) -> str:
    """One line of the table: medians; ratios are medians of the pairs of the same round.

    Args:
        name: what was run.
        runs: its runs, one for each round, all of the same load.
        base: the runs that the ratios are against, round by round; without it, there are none.
    """
    requests = runs[0].requests
    costs = [run.cost for run in runs]
    pairs = [(cost, run.cost) for cost, run in zip(costs, base, strict=True)] if base else []
    micro = {part: 1e6 * statistics.median(c.cpu_s[part] for c in costs) / requests for part in PARTS}
    cells = (
        name,
        f"{requests / statistics.median(c.seconds for c in costs):,.0f}",
        _median(b.seconds / c.seconds for c, b in pairs),
        f"{sum(micro.values()):.0f}",
        _median(c.cpu_in_all_s / b.cpu_in_all_s for c, b in pairs),
        " / ".join(f"{micro[part]:.0f}" for part in PARTS),
        " / ".join(
            f"{statistics.median(sizes) / requests:,.0f}"
            for sizes in zip(*((c.log_bytes, c.wal_bytes, c.table_bytes) for c in costs), strict=True)
        ),
        " / ".join(f"{max(c.memory_mb[part] for c in costs):,.0f}" for part in PARTS),
    )
    return f"| {' | '.join(cells)} |"


def _median(ratios: Iterable[float]) -> str:
    found = list(ratios)
    return f"{statistics.median(found):.2f}" if found else "–"


def factors(first: Run, last: Run) -> str:
    """How many times dearer a request was in the last run than in the first, in whole and in parts."""

    def grown(before: float, after: float) -> str:
        return f"{(after / last.requests) / (before / first.requests):.2f}"

    a, b = first.cost, last.cost
    parts = ", ".join(f"{part} {grown(a.cpu_s[part], b.cpu_s[part])}" for part in PARTS)
    stored = f"Kafka {grown(a.log_bytes, b.log_bytes)}, WAL {grown(a.wal_bytes, b.wal_bytes)}"
    memory = f"the worker's memory {b.memory_mb['worker'] / a.memory_mb['worker']:.2f}"
    return f"**CPU {grown(a.cpu_in_all_s, b.cpu_in_all_s)}** ({parts}); bytes: {stored}; {memory}"
