"""Which programs named themselves in a file."""

from dataclasses import replace

import pytest

from schemas.verification import Decision, Reason, Trace
from services.certify.decode.traces import MARKS, find_traces
from services.certify.policy import PadPolicy, VerificationPolicy
from tests.unit.certify.clips import measured, nodding, verdict_on


@pytest.mark.parametrize(
    ("metadata", "kinds"),
    [
        ({"encoder": "Lavf61.1.100"}, ["converter"]),
        ({"encoder": "obs-output module (libobs version 30.1.2)"}, ["virtual_camera"]),
        ({"com.apple.quicktime.author": "ReplayKitRecording"}, ["screen_recorder"]),
        ({"ENCODER": "Bandicam 6.0", "handler_name": "Adobe Premiere Pro"}, ["screen_recorder", "editor"]),
        ({"encoder": "Chrome"}, []),
        ({"com.apple.quicktime.make": "Apple", "com.apple.quicktime.software": "17.5.1"}, []),
        ({"major_brand": "mp42", "com.android.version": "14", "handler_name": "VideoHandle"}, []),
        ({"title": "ManyCam", "location": "Las Vegas"}, []),
    ],
)
def test_a_kind_is_told_from_where_programs_write_their_names(metadata: dict[str, str], kinds: list[str]) -> None:
    """A title is the user's, and a place is nobody's business."""
    assert find_traces([{}, metadata], b"") == kinds


def test_x264_signs_the_stream() -> None:
    """Also where the file says nothing; its settings alone are chance."""
    assert find_traces([{}], b"\0\0\6\5x264 - core 164 r3095 baee400") == ["converter"]
    assert find_traces([{}], b"\0\0\6\5x264") == []
    assert find_traces([{}], bytes(5000) + b"x264 - core 164") == []


def test_every_kind_can_be_told() -> None:
    """The decoding process and the contract know the same words."""
    assert set(MARKS) == set(Trace)


@pytest.mark.parametrize("trace", list(Trace))
def test_a_reviewer_looks_at_what_no_phone_writes(trace: Trace) -> None:
    """A converter is on the way of many an honest clip; a county may see that otherwise, but never refuses."""
    clip = measured(nodding())
    named = replace(clip, clip=replace(clip.clip, traces=(trace,)))
    refused = trace in {Trace.VIRTUAL_CAMERA, Trace.SCREEN_RECORDER}
    told = verdict_on(named)
    assert told.quality.traces == (trace,)
    assert told.decision is (Decision.REVIEW if refused else Decision.CERTIFIED)
    assert told.reasons == ((Reason.FILE_NOT_FROM_CAMERA,) if refused else ())
    strict = VerificationPolicy(pad=PadPolicy(refused_traces=tuple(Trace)))
    assert verdict_on(named, strict).reasons == (Reason.FILE_NOT_FROM_CAMERA,)
