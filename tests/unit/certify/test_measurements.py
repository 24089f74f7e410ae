"""What was measured on a clip travels as JSON and comes back the same."""

import json
import zlib
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from schemas.verification import Action, Reason, ReferenceOrigin, ReferenceScore
from services.certify.domain.measurements import ClipFacts, Comparison, Measurements, pack, rounded, unpack
from services.certify.domain.observation import FaceCheck, FaceSigns, Observation
from services.certify.measurement_box import close_box, open_box
from services.certify.policy import MatchEngine
from services.platform.sealing import Unsealable
from tests.unit.certify.clips import measured, nodding
from tests.unit.certify.faces import Face

numbers = st.floats(-1e6, 1e6)
signs = st.builds(FaceSigns, *[numbers] * 7)
rows = st.builds(Observation, numbers, st.booleans(), st.none() | signs)
looks = st.builds(
    FaceCheck, st.integers(0, 9), numbers, numbers, numbers, numbers, st.none() | st.tuples(numbers, numbers)
)
faults = st.none() | st.sampled_from(Reason)
facts = st.builds(ClipFacts, faults, st.none(), st.integers(1, 9), st.none() | st.text(), st.integers(0, 9))
scores = st.builds(
    ReferenceScore, origin=st.sampled_from(ReferenceOrigin), score=numbers, halves_apart=st.none() | st.floats(0, 2)
)
comparisons = st.builds(
    Comparison,
    engine=st.sampled_from(MatchEngine),
    fault=faults,
    references=st.lists(scores, max_size=3).map(tuple),
    frames=st.integers(0, 9),
    programmes=st.none() | st.lists(st.text()).map(tuple),
    identity_floor=st.none() | numbers,
)
everything = st.builds(
    lambda o, c, m, clip, comparison: replace(
        measured([]), observations=tuple(o), checks=tuple(c), motions=tuple(m), clip=clip, comparison=comparison
    ),
    st.lists(rows, max_size=6),
    st.lists(looks, max_size=4),
    st.lists(numbers, max_size=4),
    facts,
    comparisons,
)


@given(everything)
def test_rounded_measurements_survive_json_unchanged(raw: Measurements) -> None:
    """What is judged is what a reader will have: rounding twice changes nothing, and JSON changes nothing."""
    kept = rounded(raw)
    assert unpack(json.loads(json.dumps(pack(kept)))) == kept
    assert rounded(kept) == kept


@given(everything)
def test_columns_are_the_same_whatever_rows_are_null(raw: Measurements) -> None:
    """The number of rows and which of them are null is kept, none of them or all."""
    kept = rounded(raw)
    assert [o.face is None for o in kept.observations] == [o.face is None for o in raw.observations]
    assert [c.live is None for c in kept.checks] == [c.live is None for c in raw.checks]


def test_rounding_is_finer_than_any_threshold() -> None:
    """Half a thousandth of a second, of a degree; scores to four digits."""
    face = FaceSigns(12.3456789, -0.0123456, 1.0, 0.0312345, 0.5, 0.123456, 0.654321)
    raw = replace(measured([]), observations=(Observation(13.26666, seen=True, face=face),))
    row = rounded(raw).observations[0]
    assert (row.at_s, row.face) == (13.267, FaceSigns(12.346, -0.012346, 1.0, 0.031234, 0.5, 0.12346, 0.65432))


def test_a_number_that_is_none_is_kept() -> None:
    """A net that answers NaN must not cost the verdict."""
    kept = rounded(replace(measured([]), motions=(float("inf"), float("nan"))))
    assert str(kept.motions) == "(inf, nan)"


@pytest.mark.parametrize(
    "change",
    [
        {"observations": {"_rows": 1, "at_s": [0.1, 0.2]}},
        {"observations": {"_rows": 2, "at_s": [0.1]}},
        {"observations": 3},
        {"checks": {"_rows": "x"}},
        {"asked": {"actions": ["jump"]}},
        {"clip": None},
    ],
)
def test_what_is_no_measurement_is_refused(change: dict[str, JsonValue]) -> None:
    """One kind of error, whatever is wrong."""
    with pytest.raises(ValueError, match=r".+"):
        unpack(pack(measured(nodding())) | change)


def test_fifteen_seconds_at_thirty_frames_stay_small(capsys: pytest.CaptureFixture[str]) -> None:
    """Well below 64 kB as JSON; sealed and in base64 it is what an event carries."""
    face = Face(seconds=15.0, fps=30.0, tremble=1.0).with_swing("pitch", 2.0, 20.0, 1.2)
    packed = pack(measured(face.observations(), (Action.NOD, Action.BLINK)))
    plain = len(json.dumps(packed, separators=(",", ":")))
    sealed = len(close_box(bytes(32), UUID(int=0), packed)) * 4 // 3
    with capsys.disabled():
        print(f"\n15 s at 30 frames a second: {plain:,} bytes of JSON, {sealed:,} in an event")  # noqa: T201
    assert plain < 48_000
    assert sealed < 24_000


def test_no_picture_and_no_template_can_be_in_it() -> None:
    """Per frame there are fewer numbers than the smallest template of a face has (128 of SFace and dlib)."""
    packed = pack(measured(nodding()))
    rows = packed["observations"]
    assert isinstance(rows, dict)
    assert isinstance(rows["face"], dict)
    assert len(rows["face"]) + len(rows) < 64


def test_a_box_opens_with_its_key_only() -> None:
    """And a box that was changed does not open."""
    packed = pack(measured(nodding()))
    box = close_box(bytes(32), UUID(int=1), packed)
    assert open_box(bytes(32), UUID(int=1), box) == packed
    for key, key_id, sealed in (
        (b"x" * 32, UUID(int=1), box),
        (bytes(32), UUID(int=2), box),
        (bytes(32), UUID(int=1), box[:-1]),
    ):
        with pytest.raises(Unsealable):
            open_box(key, key_id, sealed)
    assert zlib.compress(b"pitch")[:2] not in box[:2]
