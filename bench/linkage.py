"""How well records are linked: precision, recall and false links, on data whose truth is known.

    python -m bench.linkage [--people 10000] [--seed 1] [--scratch FOLDER]

AUTO is what the merge does by itself (`services/scheduler/domain/identity.py`); "with the queue" adds the pairs that
stand under ``held``, which a person would join. A false link of AUTO is two people in one visit: there must be none.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.linkage_data import Record, county, febrl4
from schemas.resident_id import InvalidResidentId, ResidentId
from services.scheduler.domain.identity import sides_by_name
from services.scheduler.domain.linkage import Finder, Known, Sought

Pair = tuple[int, int]
UNKNOWN_BIRTH = date(1000, 1, 1)
TODAY = date(2027, 1, 1)


def sides(records: Sequence[Record], members: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The records of one number in sides, by the rule of the merge."""
    return sides_by_name({index: records[index].name for index in members}, female=records[members[0]].female)


def pairs_of(groups: Iterable[Iterable[int]]) -> set[Pair]:
    """All pairs within each group."""
    return {(a, b) for group in groups for a, b in combinations(sorted(group), 2)}


def measure(title: str, records: Sequence[Record], *, checked: bool, with_number: bool = True) -> list[str]:
    """One line of the table.

    Args:
        title: name of the data.
        records: the records.
        checked: numbers have a check character; those that fail it are damaged.
        with_number: without, every record of the later registers counts as one without a number.
    """
    began = time.process_time()
    sound = [bool(r.number) and (with_number or r.register == 0) and _is_sound(r, checked) for r in records]
    by_number: defaultdict[str, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        if sound[index]:
            by_number[record.number].append(index)
    parted = [sides(records, members) for members in by_number.values()]
    auto = pairs_of(side for mine in parted for side in mine)
    held = [members for members, mine in zip(by_number.values(), parted, strict=True) if len(mine) > 1]
    queue = pairs_of(held) - auto
    asked, first_right, listed = sum(map(len, held)), 0, 0
    finder = Finder(_known(record, index) for index, record in enumerate(records) if sound[index])
    for index, record in enumerate(records):
        partners = by_number.get(record.number, ())
        if sound[index] and (checked or len(partners) > 1 or record.register == 0):
            continue
        number = record.number if checked and with_number else None
        found = finder.find(Sought(number, record.name, record.village, None, record.born))
        found = [candidate for candidate in found if candidate.number != record.number or not sound[index]]
        asked += bool(found)
        listed += bool(found)
        first_right += bool(found) and records[found[0].best.origin].truth == record.truth
        queue |= {
            (min(index, other), max(index, other)) for candidate in found for other in by_number[candidate.number]
        } - auto
    true = {(a, b) for a, b in pairs_of(_by(records, "truth")) if records[a].register != records[b].register}
    wrong = {(a, b) for a, b in auto if records[a].truth != records[b].truth}
    seconds = time.process_time() - began
    return [
        title,
        f"{len(records):,}",
        f"{1 - len(wrong) / len(auto):.5f}" if auto else "–",
        f"{len(auto & true) / len(true):.4f}",
        str(len(wrong)),
        f"{len((auto | queue) & true) / len(true):.4f}",
        f"{asked / len(records):.1%}",
        f"{first_right / listed:.1%}" if listed else "–",
        f"{seconds / len(records) * 1000:.2f}",
    ]


def _by(records: Sequence[Record], field: str) -> Iterable[list[int]]:
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        groups[getattr(record, field)].append(index)
    return groups.values()


def _is_sound(record: Record, checked: bool) -> bool:
    if not checked:
        return True
    try:
        return ResidentId.parse(record.number, today=TODAY).number == record.number
    except InvalidResidentId:
        return False


def _known(record: Record, index: int) -> Known[int]:
    born = record.born or UNKNOWN_BIRTH
    if record.born is None and len(record.number) == 18:
        born = ResidentId.parse(record.number, today=TODAY).birth_date
    return Known(record.number, born, record.name, record.village, None, index)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000, help="people of the made county")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scratch", type=Path, help="folder that keeps the package with FEBRL4 (default: a new one)")
    given = parser.parse_args()
    table = Table(title="Record linkage")
    for heading in (
        "data", "records", "AUTO precision", "AUTO recall", "AUTO false links",
        "recall with the queue", "records asked about", "first candidate right", "CPU ms/record",
    ):  # fmt: skip
        table.add_column(heading, no_wrap=heading == "data")
    with tempfile.TemporaryDirectory() as new:
        real = febrl4(given.scratch or Path(new))
    table.add_row(*measure("FEBRL4, with the number", real, checked=False))
    table.add_row(*measure("FEBRL4, without the number", real, checked=False, with_number=False))
    for seed in range(given.seed, given.seed + 3):
        table.add_row(*measure(f"three registers, seed {seed}", county(seed, given.people), checked=True))
    Console(width=160).print(table)


if __name__ == "__main__":
    main()
