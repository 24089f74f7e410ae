"""The tables that the benchmark prints, in Markdown."""

import statistics
from collections.abc import Callable, Iterable, Sequence

from bench.merge.county import Cost
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


def factors(first: Sequence[Run], last: Sequence[Run]) -> str:
    """How many times dearer a request was in the last runs than in the first, by their means, in whole and in parts."""

    def grown(cost: Callable[[Cost], float]) -> str:
        before, after = (statistics.mean(cost(run.cost) / run.requests for run in runs) for runs in (first, last))
        return f"{after / before:.2f}"

    def share(part: str) -> Callable[[Cost], float]:
        return lambda cost: cost.cpu_s[part]

    parts = ", ".join(f"{part} {grown(share(part))}" for part in PARTS)
    stored = f"Kafka {grown(lambda cost: cost.log_bytes)}, WAL {grown(lambda cost: cost.wal_bytes)}"
    memory = max(run.cost.memory_mb["worker"] for run in last) / max(run.cost.memory_mb["worker"] for run in first)
    whole = grown(lambda cost: cost.cpu_in_all_s)
    return f"**CPU {whole}** ({parts}); bytes: {stored}; the worker's memory {memory:.2f}"
