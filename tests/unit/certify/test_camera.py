"""Which camera a recording came from: what is made of the browser's words, and what follows from it."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from schemas.camera import STATEMENT_CHARACTERS, CameraAbility, CameraFacts, CameraKind, CameraStatement, Facing
from schemas.verification import Decision, Reason
from services.certify.domain import program_names
from services.certify.domain.camera import facts_of
from services.certify.domain.judgement import judge
from services.certify.domain.measurements import pack, rounded, unpack
from services.certify.policy import PadPolicy, VerificationPolicy
from tests.unit.certify.clips import measured, nodding, verdict_on

PHONES = (
    "",
    "camera2 0, facing back",
    "camera 1, facing front",
    "后置相机",
    "后置双广角镜头",
    "前置摄像头",
    "Back Camera",
    "Back Dual Wide Camera",
    "Rückkamera",
    "張三的 iPhone 相機",
    "Facing front:1",
    "Integrated Camera (04f2:b6c2)",
    "FaceTime HD Camera",
    "HP TrueVision HD Camera (05c8:0815)",
    "UVCamera: USB2.0 VGA",
    "Lenovo EasyCamera",
    "OBSBOT Tiny 2 (3564:fef8)",
    "SanDisk Handi Cam",
    "fake_device_0",
    "/var/lib/person.mjpeg",
)
"""As browsers name cameras of makers, in several languages; the last are of Chromium's own test device."""


@pytest.mark.parametrize("label", PHONES)
def test_no_label_of_a_maker_is_held_against_anybody(label: str) -> None:
    """Whatever it is: an unknown label and a missing one say nothing."""
    assert facts_of(CameraStatement(label=label)).kind is None


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("OBS Virtual Camera", CameraKind.VIRTUAL_CAMERA),
        ("OBS-Camera2", CameraKind.VIRTUAL_CAMERA),
        ("ManyCam Virtual Webcam", CameraKind.VIRTUAL_CAMERA),
        ("Dummy video device (0x0000)", CameraKind.VIRTUAL_CAMERA),
        ("XSplit VCam", CameraKind.VIRTUAL_CAMERA),
        ("Unity Video Capture #2", CameraKind.VIRTUAL_CAMERA),
        ("NewTek NDI Video", CameraKind.VIRTUAL_CAMERA),
        ("魔力秀虚拟摄像头", CameraKind.VIRTUAL_CAMERA),
        ("screen-capture-recorder", CameraKind.SCREEN),
    ],
)
def test_well_known_programs_are_told_by_their_names(label: str, kind: CameraKind) -> None:
    """However they are written."""
    assert facts_of(CameraStatement(label=label)).kind is kind
    assert facts_of(CameraStatement(label=label.upper())).kind is kind


def test_a_screen_is_told_by_the_browser() -> None:
    """A shared screen needs no name; a virtual camera is the graver of the two."""
    assert facts_of(CameraStatement(label="web-contents-media-stream://5:1", is_screen=True)).kind is CameraKind.SCREEN
    assert facts_of(CameraStatement(label="OBS Virtual Camera", is_screen=True)).kind is CameraKind.VIRTUAL_CAMERA


def test_names_are_written_as_they_are_looked_for() -> None:
    """In small letters, and none so short that it stands in other words."""
    names = (*program_names.VIRTUAL_CAMERAS, *program_names.SCREEN_RECORDERS)
    assert len(set(names)) == len(names)
    assert [name for name in names if name != name.lower() or len(name.encode()) < 4] == []


def test_no_word_of_the_label_is_kept() -> None:
    """It may name whoever owns the phone."""
    said = CameraStatement(label="Li's OBS Virtual Camera", facing=Facing.USER, offers=(CameraAbility.ZOOM,) * 2)
    kept = facts_of(said)
    assert kept == CameraFacts(kind=CameraKind.VIRTUAL_CAMERA, facing=Facing.USER, offers=(CameraAbility.ZOOM,))
    assert "Li" not in kept.model_dump_json()


@pytest.mark.parametrize(
    "text",
    [
        '{"label": "' + "a" * 101 + '"}',
        '{"facing": "up"}',
        '{"offers": ["torch", "torch", "torch", "torch", "torch"]}',
        '{"offers": ["laser"]}',
        '{"is_screen": "yes"}',
        '{"label": null}',
        '{"label": "\\ud800"}',
        "OBS Virtual Camera",
        "[]",
        "",
    ],
)
def test_what_is_no_statement_is_none(text: str) -> None:
    """Bounded, and of these words only."""
    with pytest.raises(ValidationError):
        CameraStatement.model_validate_json(text)


def test_the_longest_statement_fits() -> None:
    """A label of the longest length whose every character is written out, and all that can be said beside it."""
    label, offers = "\\u4e00" * 100, ",".join(f'"{ability}"' for ability in CameraAbility)
    text = f'{{"label": "{label}", "facing": "environment", "offers": [{offers}], "is_screen": false}}'
    assert len(CameraStatement.model_validate_json(text).label) == 100
    assert len(text) <= STATEMENT_CHARACTERS


@pytest.mark.parametrize("kind", [None, *CameraKind])
def test_a_reviewer_looks_at_what_came_from_no_camera(kind: CameraKind | None) -> None:
    """Nothing else is known of the clip to be wrong; a county may only be told, and nobody is refused."""
    clip = replace(measured(nodding()), camera=CameraFacts(kind=kind))
    told = verdict_on(clip)
    assert told.quality.camera == CameraFacts(kind=kind)
    assert told.decision is (Decision.CERTIFIED if kind is None else Decision.REVIEW)
    assert told.reasons == (() if kind is None else (Reason.SOURCE_NOT_CAMERA,))
    lenient = VerificationPolicy(pad=PadPolicy(refused_cameras=()))
    assert verdict_on(clip, lenient).decision is Decision.CERTIFIED


def test_without_a_statement_nothing_changes() -> None:
    """Of phones that say nothing, and of verdicts from before they did, which are judged again as they were."""
    clip = measured(nodding())
    older = {name: value for name, value in pack(clip).items() if name != "camera"}
    assert unpack(older).camera is None
    told = verdict_on(unpack(older))
    assert (told.decision, told.quality.camera) == (Decision.CERTIFIED, None)


def test_the_kind_is_judged_again_from_the_verdicts_own_numbers() -> None:
    """A replay gives the same."""
    facts = CameraFacts(kind=CameraKind.SCREEN, offers=(CameraAbility.ZOOM,))
    clip = rounded(replace(measured(nodding()), camera=facts))
    again = judge(unpack(pack(clip)), VerificationPolicy())
    assert again == judge(clip, VerificationPolicy())
    assert again.quality.camera == facts
