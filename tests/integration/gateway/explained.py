"""How many rows PostgreSQL reads to answer: what a query costs, whatever the machine is busy with."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import psycopg


async def rows_read(
    connection: psycopg.AsyncConnection[Any], query: str, parameters: Mapping[str, object], tables: Collection[str]
) -> Counter[str]:
    """How many rows of each of these tables are read, those that are thrown away included."""
    cursor = await connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}".encode(), parameters)
    ((plans,),) = await cursor.fetchall()
    read: Counter[str] = Counter()
    for node in _nodes((json.loads(plans) if isinstance(plans, str) else plans)[0]["Plan"]):
        if node.get("Relation Name") in tables:
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            read[node["Relation Name"]] += round(rows * node["Actual Loops"])
    return read


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
