"""Damages clips as transfers, broken phones and attackers do: seeded, so that every finding can be made again."""

import random
from collections.abc import Callable, Sequence

Mutation = Callable[[bytearray, random.Random, Sequence[bytes]], bytearray]

_EXTREMES = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\1", b"\0\1\0\0")


def _bytes(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> bytearray:
    """Single bytes anywhere: a bad memory card."""
    for _number in range(chance.choice([1, 5, 40, 400])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return data


def _headers(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> bytearray:
    """Bytes of the first and the last two kilobytes, where containers keep what they say of themselves."""
    for _number in range(chance.choice([1, 3, 12])):
        at = chance.randrange(min(2048, len(data)))
        data[at if chance.random() < 0.5 else len(data) - 1 - at] = chance.randrange(256)
    return data


def _extremes(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> bytearray:
    """Sizes, counts and lengths of zero, the most and less than nothing."""
    for _number in range(chance.choice([1, 2, 5])):
        at = chance.randrange(min(2048, len(data)))
        at = at if chance.random() < 0.5 else max(0, len(data) - 4 - at)
        data[at : at + 4] = chance.choice(_EXTREMES)
    return data


def _cut(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> bytearray:
    """The end is missing: a broken upload."""
    return data[: chance.randrange(1, len(data))]


def _hole(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> bytearray:
    """A part is zero, or missing: a resumed upload gone wrong."""
    start, length = chance.randrange(len(data)), chance.randrange(1, max(2, len(data) // 4))
    data[start : start + length] = bytes(length) if chance.random() < 0.5 else b""
    return data or bytearray(1)


def _repeat(data: bytearray, chance: random.Random, _: Sequence[bytes]) -> bytearray:
    """A part comes again, there or at the end."""
    start, length = chance.randrange(len(data)), chance.randrange(1, max(2, len(data) // 2))
    part = data[start : start + length]
    at = chance.choice([start, len(data)])
    return data[:at] + part * chance.choice([1, 1, 8]) + data[at:]


def _splice(data: bytearray, chance: random.Random, others: Sequence[bytes]) -> bytearray:
    """The head of one file and the tail of another."""
    other = chance.choice(others)
    return data[: chance.randrange(1, len(data))] + other[chance.randrange(len(other)) :]


MUTATIONS: dict[str, Mutation] = {
    "bytes": _bytes,
    "headers": _headers,
    "extremes": _extremes,
    "cut": _cut,
    "hole": _hole,
    "repeat": _repeat,
    "splice": _splice,
}
"""By name."""


def mutate(clip: bytes, others: Sequence[bytes], chance: random.Random) -> tuple[str, bytes]:
    """The clip with one or two kinds of damage, and their names."""
    names = chance.sample(sorted(MUTATIONS), chance.choice([1, 1, 2]))
    data = bytearray(clip)
    for name in names:
        data = MUTATIONS[name](data, chance, others) or bytearray(1)
    return "+".join(names), bytes(data)
