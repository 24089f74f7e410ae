"""Damage to real messages, as it happens between programs: cut, flipped, swapped, nested, enormous, of a wrong type.

Everything is drawn from one `random.Random`: a seed for the long run (`tests.streams.fuzz`), hypothesis for the tests.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from schemas.topic import Topic
from schemas.wire import EVENT_TYPES, Headers, encode

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
Raw = tuple[Headers, bytes | None]

MARKERS = ("11010519491231002X", "留痕某甲")
"""Planted content: the ID number that GB 11643 gives as its example, and a name. No error and no log may repeat it."""

RAW_VALUES = (
    *("null", "true", "[]", "{}", '""', '" "', "0", "-1", "1.5", "1e400", "NaN", "-Infinity", "9" * 400, "1" * 19),
    *(
        '"\\u0000"',
        '"A\\u0000B"',
        '"\\ud800"',
        '"\\udc00\\ud800"',
        '"\U00030edd"',
        '"\\u202e\\u200b"',
        '"\\u200e"',
        '"%s"' % ("长" * 65),
    ),
    *('"' + "x" * size + '"' for size in (399, 401, 200_000)),
    *('"0001-01-01"', '"9999-12-31"', '"2026-02-30"', '"2026-03-01T00:00:00"', '"9999-12-31T23:59:59-14:00"'),
    *('"0001-01-01T00:00:00+14:00"', '"00000000-0000-0000-0000-000000000000"', '"zz_nobody"', '"' + "f" * 64 + '"'),
    *("[" * 5_000 + "]" * 5_000, '{"a":' * 3_000 + "1" + "}" * 3_000),
    *(form % marker for marker in MARKERS for form in ('"%s"', '{"%s": "%%s"}', '["R%s"]', "%s")),
)
"""JSON, or nearly, that stands where something else should."""

_STRANGE_HEADERS = (b"", b"\xff\xfe", b"\0", b"1.0", b"application/xml", b"x" * 70_000, *map(str.encode, MARKERS))


def specimens(topic: Topic | None = None) -> list[Raw]:
    """The valid examples of the contract, as messages; of one topic or of all."""
    types = [event.event_type for event in topic.carries] if topic else sorted(EVENT_TYPES)
    return [
        encode(EVENT_TYPES[name].model_validate_json(path.read_bytes()), source="/test")
        for name in types
        for path in sorted((EXAMPLES / name).glob("valid*.json"))
    ]


ALL_SPECIMENS = specimens()


def mutated(topic: Topic) -> st.SearchStrategy[Raw]:
    """A message that began as a real one, mostly of this topic, with one or several injuries."""
    begun = st.one_of(*[st.sampled_from(specimens(topic))] * 4, st.sampled_from(ALL_SPECIMENS))
    return st.builds(injured, begun, st.randoms(use_true_random=False))


def injured(raw: Raw, chance: Random) -> Raw:
    """The message with one or several injuries, to its value, its headers, or both."""
    headers, value = raw
    what = chance.randrange(4)
    if what != 2:
        value = _injured_value(value or b"", chance)
    return (headers if what < 2 else _injured_headers(headers, chance)), value


def crossed(raw: Raw, other: Raw, chance: Random) -> Raw:
    """The message with one to three parts of another: readable where both are of one type, and in contradiction."""
    headers, value = raw
    document, giver = json.loads(value or b"{}"), json.loads(other[1] or b"{}")
    for path in chance.choices(list(_places(document)), k=chance.randint(1, 3)):
        holder, source = document, giver
        try:
            for name in path[:-1]:
                holder, source = holder[name], source[name]
            holder[path[-1]] = source[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue
    return headers, json.dumps(document, ensure_ascii=False).encode()


def _injured_value(value: bytes, chance: Random) -> bytes | None:
    match chance.randrange(6):
        case 0 | 1 | 2:
            return _replaced(value, 1, chance)
        case 3:
            return _replaced(value, 3, chance)
        case 4:
            return _injured_bytes(value, chance)
        case _:
            return _something_else(chance)


def _replaced(value: bytes, times: int, chance: Random) -> bytes:
    """One or several places of the document hold something else, are gone, stand twice, or under another name."""
    document = json.loads(value)
    places = list(_places(document))
    put: dict[str, str] = {}
    for _ in range(times):
        path = chance.choice(places)
        holder: Any = document
        try:
            for name in path[:-1]:
                holder = holder[name]
            found = holder[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue
        if isinstance(holder, str):
            continue  # an earlier change put something else there
        what = chance.choice(("put", "put", "put", "drop", "twice"))
        if what == "drop":
            del holder[path[-1]]
        elif what == "twice" and isinstance(holder, list):
            holder.append(found)
        elif what == "twice":
            holder[chance.choice(MARKERS)] = found
        else:
            holder[path[-1]] = f"@{len(put)}@"
            put[f'"@{len(put)}@"'] = chance.choice(RAW_VALUES)
    text = json.dumps(document, ensure_ascii=False)
    for mark, raw in put.items():
        text = text.replace(mark, raw)
    return text.encode("utf-8", "surrogatepass")


def _places(document: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for name, part in inner:
        yield (*at, name)
        yield from _places(part, (*at, name))


def _injured_bytes(value: bytes, chance: Random) -> bytes:
    """Cut short, a bit flipped, something in between, sent twice in one, in another encoding."""
    at = chance.randrange(len(value))
    match chance.randrange(6):
        case 0:
            return value[:at]
        case 1:
            return value[:at] + bytes([value[at] ^ (1 << chance.randrange(8))]) + value[at + 1 :]
        case 2:
            return value[:at] + chance.choice((chance.randbytes(8), MARKERS[0].encode(), b"\0")) + value[at:]
        case 3:
            return value + value
        case 4:
            return b"\xef\xbb\xbf" + value
        case _:
            return value.decode().encode("utf-16")


def _something_else(chance: Random) -> bytes | None:
    """``None`` is the tombstone of a compacted topic."""
    kinds: Sequence[bytes | None] = (None, b"", chance.randbytes(40), chance.choice(RAW_VALUES).encode())
    return chance.choice(kinds)


def _injured_headers(headers: Headers, chance: Random) -> Headers:
    """Missing, doubled, of another event, of another case, empty, or no text at all."""
    at = chance.randrange(len(headers))
    name = headers[at][0]
    strange: Any = chance.choice((*_STRANGE_HEADERS, None))
    changed = [*headers[:at], (name, strange), *headers[at + 1 :]]
    kinds: Sequence[Headers] = (
        *([*headers[:at], *headers[at + 1 :]], changed, changed, [*headers, (name, strange)]),
        *(
            chance.choice(ALL_SPECIMENS)[0],
            [*headers, *headers],
            [(name.upper(), value) for name, value in headers],
            [],
        ),
    )
    return chance.choice(kinds)
