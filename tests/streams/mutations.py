"""Damage to real messages, as it happens between programs: cut, flipped, swapped, nested, enormous, of a wrong type."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from schemas.topics import Topic
from schemas.wire import EVENT_TYPES, Headers, encode

EXAMPLES = Path(__file__).resolve().parents[2] / "schemas" / "examples"
Raw = tuple[Headers, bytes | None]

RAW_VALUES = (
    *("null", "true", "[]", "{}", '""', '" "', "0", "-1", "1.5", "1e400", "NaN", "-Infinity", "9" * 400, "1" * 19),
    *(
        '"\\u0000"',
        '"A\\u0000B"',
        '"\\ud800"',
        '"\\udc00\\ud800"',
        '"\U00030edd"',
        '"\\u202e\\u200b"',
        '"%s"' % ("长" * 65),
    ),
    *('"' + "x" * size + '"' for size in (399, 401, 200_000)),
    *('"0001-01-01"', '"9999-12-31"', '"2026-02-30"', '"2026-03-01T00:00:00"', '"9999-12-31T23:59:59-14:00"'),
    *('"0001-01-01T00:00:00+14:00"', '"00000000-0000-0000-0000-000000000000"', '"zz_nobody"', '"' + "f" * 64 + '"'),
    *("[" * 5_000 + "]" * 5_000, '{"a":' * 3_000 + "1" + "}" * 3_000),
)
"""JSON that stands where something else should."""


def specimens(topic: Topic | None = None) -> list[Raw]:
    """The valid examples of the contract, as messages; of one topic or of all."""
    types = [event.event_type for event in topic.carries] if topic else sorted(EVENT_TYPES)
    return [
        encode(EVENT_TYPES[name].model_validate_json(path.read_bytes()), source="/test")
        for name in types
        for path in sorted((EXAMPLES / name).glob("valid*.json"))
    ]


def mutated(topic: Topic) -> st.SearchStrategy[Raw]:
    """A message that began as a real one, mostly of this topic, with one or several injuries."""
    return st.one_of(*[st.sampled_from(specimens(topic))] * 4, st.sampled_from(specimens())).flatmap(_injured)


def _injured(raw: Raw) -> st.SearchStrategy[Raw]:
    headers, value = raw
    assert value is not None
    values = st.one_of(_replaced(value), _replaced(value), _replaced(value, times=3), _bytes(value), _whole())
    return st.one_of(
        st.tuples(st.just(headers), values),
        st.tuples(st.just(headers), values),
        st.tuples(_headers(headers), st.just(value)),
        st.tuples(_headers(headers), values),
    )


def _replaced(value: bytes, times: int = 1) -> st.SearchStrategy[bytes]:
    """One or several places of the document hold something else, are gone, or stand twice."""
    places = list(_places(json.loads(value)))
    change = st.tuples(
        st.sampled_from(places), st.sampled_from(("put", "put", "put", "drop", "twice")), st.sampled_from(RAW_VALUES)
    )
    return st.lists(change, min_size=times, max_size=times).map(lambda changes: _apply(value, changes))


def _places(document: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for name, part in inner:
        yield (*at, name)
        yield from _places(part, (*at, name))


def _apply(value: bytes, changes: list[tuple[tuple[str | int, ...], str, str]]) -> bytes:
    document = json.loads(value)
    put: dict[str, str] = {}
    for path, what, raw in changes:
        holder: Any = document
        try:
            for name in path[:-1]:
                holder = holder[name]
            found = holder[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue
        if isinstance(holder, str):
            continue  # an earlier change put something else there
        if what == "drop":
            del holder[path[-1]]
        elif what == "twice" and isinstance(holder, list):
            holder.append(found)
        else:
            holder[path[-1]] = f"@{len(put)}@"
            put[f'"@{len(put)}@"'] = raw
    text = json.dumps(document, ensure_ascii=False)
    for mark, raw in put.items():
        text = text.replace(mark, raw)
    return text.encode("utf-8", "surrogatepass")


def _bytes(value: bytes) -> st.SearchStrategy[bytes]:
    """Cut short, a bit flipped, something in between."""
    at = st.integers(0, len(value) - 1)
    return st.one_of(
        at.map(lambda n: value[:n]),
        st.tuples(at, st.integers(0, 7)).map(
            lambda f: value[: f[0]] + bytes([value[f[0]] ^ (1 << f[1])]) + value[f[0] + 1 :]
        ),
        st.tuples(at, st.binary(min_size=1, max_size=8)).map(lambda f: value[: f[0]] + f[1] + value[f[0] :]),
        st.just(value + value),
        st.just(b"\xef\xbb\xbf" + value),
        st.just(value.decode().encode("utf-16")),
    )


def _whole() -> st.SearchStrategy[bytes | None]:
    """Something else altogether; ``None`` is the tombstone of a compacted topic."""
    return st.one_of(
        st.none(), st.just(b""), st.binary(max_size=40), st.sampled_from([raw.encode("utf-8") for raw in RAW_VALUES])
    )


def _headers(headers: Headers) -> st.SearchStrategy[Any]:
    """Missing, doubled, of another event, of another case, empty, or no text at all."""
    others = [other for other, _ in specimens()]
    strange = st.sampled_from([b"", b"\xff\xfe", b"\0", b"1.0", b"application/xml", b"x" * 70_000, None])
    place = st.integers(0, len(headers) - 1)
    return st.one_of(
        place.map(lambda n: headers[:n] + headers[n + 1 :]),
        st.tuples(place, strange).map(lambda f: [*headers[: f[0]], (headers[f[0]][0], f[1]), *headers[f[0] + 1 :]]),
        st.tuples(place, strange).map(lambda f: [*headers, (headers[f[0]][0], f[1])]),
        st.sampled_from(others),
        st.just([*headers, *headers]),
        st.just([(name.upper(), content) for name, content in headers]),
        st.just([]),
    )
