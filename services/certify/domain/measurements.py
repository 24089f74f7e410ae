"""Everything measured on one clip, as plain numbers: what a verdict is judged from, and can be judged from again. Pure.

The rules read nothing else, so a field added to one of these dataclasses travels with every verdict, without further
code; give it a default, so that verdicts that were recorded before it can still be read.

This is no template of a face: how far a head turned, how wide a mouth and the eyes stood open and how sure a net was
say what somebody did, not who he is. The points of the mesh, the embeddings and all pixels are left behind in
`observe.py`: from a pose no picture can be made again, and nobody can be found by it. It is told of a person all the
same, so in the line it is sealed under that person's key and kept by the retention clock.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue, TypeAdapter

from schemas.camera import CameraFacts
from schemas.capture import Challenge
from schemas.verification import Action, Reason, ReferenceScore, SeenBefore, Trace
from services.certify.domain.observation import ClipCues, FaceCheck, Observation
from services.certify.policy import MatchEngine


@dataclass(frozen=True)
class Asked:
    """What the person was asked to do."""

    actions: tuple[Action, ...]
    """In order."""
    bundle: Challenge | None = None
    """The signed challenge with its windows; null when bare actions were asked."""
    bundle_faults: tuple[Reason, ...] = ()
    """What was wrong with the bundle before anybody looked."""


@dataclass(frozen=True)
class ClipFacts:
    """What the decoder says of the file. All but the fault become facts of the same name in ``Quality``."""

    fault: Reason | None
    """Why the clip cannot be used; null when it can."""
    width: int | None
    height: int | None
    codec: str | None
    damaged_packets: int
    traces: tuple[Trace, ...] = ()
    """Kinds of programs that left their names in the file."""


@dataclass(frozen=True)
class Comparison:
    """How alike the clip is to the reference, and to itself."""

    engine: MatchEngine
    fault: Reason | None
    """Why there is no comparison with the reference; null when there is one to compare with."""
    references: tuple[ReferenceScore, ...]
    """The clip against each picture there is."""
    frames: int
    """How many frames of the clip were pooled for that."""
    programmes: tuple[str, ...] | None
    """What the visit answers, by code: whose rules of the match hold. Null when it was not known which."""
    identity_floor: float | None
    """Lowest similarity (SFace) of one of the best frames to the clip's own face."""


@dataclass(frozen=True)
class Measurements:
    """One clip."""

    asked: Asked
    clip: ClipFacts
    net_names: tuple[str, ...]
    """The liveness nets, in the order of ``FaceCheck.live``."""
    observations: tuple[Observation, ...]
    checks: tuple[FaceCheck, ...]
    motions: tuple[float, ...]
    """Change of the picture from one looked-at frame to the next, in grey levels."""
    comparison: Comparison
    cues: ClipCues = field(default_factory=ClipCues)
    """What speaks of a presentation attack without a net."""
    earlier: tuple[SeenBefore, ...] = ()
    """How alike the clip moves to each earlier recording of the person. The motions that were compared are left behind:
    those of the earlier ones belong to other recordings, with days of their own."""
    camera: CameraFacts | None = None
    """What the browser said of the camera; null when it said nothing."""


_AS_JSON = TypeAdapter(Measurements)
_ROWS, _ABSENT = "_rows", "_absent"
_DIGITS, _DECIMALS = 5, 6
"""Kept of each number: a thousandth of a second of 99, a thousandth of a degree, four digits of a score. More than any
threshold tells apart, and a third of the bytes."""


def pack(measured: Measurements) -> dict[str, JsonValue]:
    """As JSON, numbers rounded, rows turned into columns: ``{"_rows": 2, "at_s": [0.0, 0.067], …}``; ``_absent`` names
    the rows that are null."""
    packed = _pack(_AS_JSON.dump_python(measured, mode="json"))
    assert isinstance(packed, dict)
    return packed


def unpack(packed: Mapping[str, JsonValue]) -> Measurements:
    """The reverse of ``pack``. Raises ``ValueError`` when it is something else."""
    try:
        return _AS_JSON.validate_json(json.dumps(_unpack(dict(packed))))
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"these are no measurements of a clip ({type(error).__name__})") from None


def rounded(measured: Measurements) -> Measurements:
    """What a reader of the verdict will have. Judging this, and never the raw numbers, makes a replay exact."""
    return unpack(pack(measured))


def _pack(value: Any) -> JsonValue:
    match value:
        case float() if not math.isfinite(value):
            return str(value)  # JSON has no word for it; it is read back as the same number
        case float():
            return round(float(f"{value:.{_DIGITS}g}"), _DECIMALS)
        case dict():
            return {name: _pack(part) for name, part in value.items()}
        case list() if _is_table(value):
            rows = [row for row in value if row is not None]
            columns = {name: _pack([row[name] for row in rows]) for name in rows[0]}
            absent: JsonValue = [number for number, row in enumerate(value) if row is None]
            return {_ROWS: len(value), **({_ABSENT: absent} if absent else {}), **columns}
        case list():
            return [_pack(part) for part in value]
        case _:
            plain: JsonValue = value
            return plain


def _is_table(rows: list[Any]) -> bool:
    """Whether these are objects with the same names, and perhaps nulls among them."""
    present = [row for row in rows if row is not None]
    return bool(present) and all(isinstance(row, dict) and row and row.keys() == present[0].keys() for row in present)


def _unpack(value: Any) -> Any:
    match value:
        case dict() if _ROWS in value:
            absent = set(value.get(_ABSENT, ()))
            columns = {name: _unpack(column) for name, column in value.items() if name not in (_ROWS, _ABSENT)}
            present = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
            rows = [None if number in absent else next(present, None) for number in range(int(value[_ROWS]))]
            if next(present, None) is not None:
                raise KeyError(_ROWS)
            return rows
        case dict():
            return {name: _unpack(part) for name, part in value.items()}
        case list():
            return [_unpack(part) for part in value]
        case _:
            return value
