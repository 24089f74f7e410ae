"""A session that was certified is shown again: the real models and a real PostgreSQL notice it, and nothing else."""

import json
from pathlib import Path

import pytest

from bench.verify.films import encode, read
from bench.verify.photo_warps import mirrored
from schemas.base import stable_id
from schemas.capture import CaptureReceived
from schemas.verification import Action, CueName, Decision, Reason, SeenBefore, Verification
from services.certify.policy import VerificationPolicy
from services.certify.store import motions
from services.platform.sealing import key_id_of
from tests.integration.certify.test_command import run
from tests.integration.certify.test_refreshing import NODDING, PERSON, County, Still, county
from tests.streams.certifying_office import make_visit

__all__ = ["county"]
pytestmark = pytest.mark.data
OTHER = stable_id("capture", "other")


async def first_session(county: County, still: Still) -> CaptureReceived:
    """Certified, and folded twice, as a log may bring it."""
    county.policy = VerificationPolicy()
    await county.hand_in(still(NODDING, 0.2))
    first = await county.record("first")
    found = await county.judge(first)
    assert (found.decision, found.seen) == (Decision.CERTIFIED, None)
    await county.office.hear(make_visit(1, ["hrss"]))
    for _ in range(2):
        await county.office.hear(first)
    return first


def shown_again(found: Verification, *earlier: CaptureReceived) -> SeenBefore:
    """What the verdict says of it: that it is one of these."""
    assert found.decision is Decision.REVIEW
    assert Reason.SEEN_BEFORE in found.reasons
    assert found.seen is not None
    assert found.seen.earlier in {str(capture.capture_id) for capture in earlier}
    assert found.seen.likeness is not None
    assert found.seen.likeness == found.pad.cues[CueName.SEEN_BEFORE].score
    return found.seen


async def test_the_same_session_again_is_shown_to_a_reviewer(county: County, face_data: Path, still: Still) -> None:
    """For another challenge, months later: whole; compressed anew and mirrored; and a part of it. Another performance
    is not taken for it. Each says where in the earlier recording."""
    first = await first_session(county, still)
    second = await county.record("second", days=200)
    whole = shown_again(await county.judge(second), first)
    assert (whole.mirrored, whole.backwards, whole.speed) == (False, False, 1.0)
    assert whole.span_s == pytest.approx(whole.earlier_span_s, abs=0.2)
    film = read(face_data / "video" / NODDING, 0.0, 4.3)
    county.film = encode(mirrored(film))
    third = await county.record("third", days=201)
    assert shown_again(await county.judge(third), first, second).mirrored
    county.film = encode(film[20:])
    part = shown_again(await county.judge(await county.record("part", days=202)), first, second, third)
    assert part.span_s is not None
    assert part.earlier_span_s is not None
    assert part.earlier_span_s[0] == pytest.approx(part.span_s[0] + 0.8, abs=0.2)
    county.film = (face_data / "video" / "affinsys__hhn.mp4").read_bytes()
    other = await county.judge(await county.record("other", days=203))
    assert Reason.SEEN_BEFORE not in other.reasons
    assert other.seen is not None
    assert other.seen.likeness is not None
    assert other.seen.likeness < 0.5


async def test_a_recording_is_not_its_own_copy(county: County, still: Still) -> None:
    """Killed before the finding was kept, delivered again, judged again: compared with others only."""
    first = await first_session(county, still)
    await county.rows("DELETE FROM certify.judgement")
    found = await county.judge(first)
    assert (found.decision, found.seen) == (Decision.CERTIFIED, None)
    assert await county.rows("SELECT capture_id FROM certify.motion") == [(first.capture_id,)]


async def test_what_is_to_be_filmed_again_leaves_no_motion(county: County, still: Still) -> None:
    """Nothing rests on it; the person may do the same again."""
    county.policy = VerificationPolicy()
    await county.hand_in(still(NODDING, 0.2))
    capture = await county.record("only")
    asked = capture.challenge.model_copy(update={"actions": (Action.OPEN_MOUTH,)})
    found = await county.judge(capture.model_copy(update={"challenge": asked}))
    assert found.decision is Decision.RETRY
    assert await county.rows("SELECT count(*) FROM certify.motion") == [(0,)]


async def test_a_motion_is_sealed_and_goes_with_the_key(county: County, still: Still) -> None:
    """No channel in the open; with another key nothing is compared, and judging goes on."""
    first = await first_session(county, still)
    ((box,),) = await county.rows("SELECT box FROM certify.motion")
    assert isinstance(box, bytes)
    assert b"yaw" not in box
    async with county.pool.connection() as connection:
        keys = await county.keyring.get(connection, [key_id_of(PERSON)])
        opened = await motions.find_motions(connection, keys[key_id_of(PERSON)], PERSON, OTHER)
        assert list(opened) == [str(first.capture_id)]
        assert await motions.find_motions(connection, bytes(32), PERSON, OTHER) == {}
    await county.rows("UPDATE platform.keyring SET wrapped = NULL, destroyed_at = now()")
    later = first.model_copy(update={"capture_id": OTHER})
    assert (await county.judge(later)).seen is None


def test_the_command_line_compares_with_earlier_clips(face_data: Path, tmp_path: Path) -> None:
    """As a judge tries it by hand; the verdict is judged again from what it carries."""
    clip, other = (face_data / "video" / name for name in (NODDING, "affinsys__open_mouth.mp4"))
    again = tmp_path / "again.mp4"
    again.write_bytes(encode(mirrored(read(clip, 0.0, 4.3))))
    made = run("verify", again, "--challenge", "nod", "--earlier", clip, "--earlier", other, "--json")
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert "seen_before" in told["reasons"]
    assert (told["seen"]["earlier"], told["seen"]["mirrored"]) == (NODDING, True)
    verdict = tmp_path / "verdict.json"
    verdict.write_text(made.stdout)
    assert run("verify", "--replay", verdict).returncode == 0
    verdict.write_text(json.dumps(told | {"seen": told["seen"] | {"likeness": 0.1}}))
    assert run("verify", "--replay", verdict).returncode == 3
