"""A bundle is good for one clip of one visit, filmed in time, no longer than it says; else each fault has its code."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from joserfc import jws
from joserfc.jwk import KeySet, OKPKey

from schemas.capture import CHALLENGE_TYPE, Challenge, Prompt
from schemas.verification import Action, BundleResult, Decision, Reason
from services.certify.bundle import use_once
from services.certify.domain.bundle import bundle_faults, judge_bundle
from services.certify.domain.decision import Outcome, decide, refuse_bundle
from services.certify.policy import VerificationPolicy
from services.platform.signed_challenge import find_challenge
from tests.unit.certify.bundles import NONCE, NOON, VISIT, bundle
from tests.unit.certify.test_decision import findings

POLICY = VerificationPolicy()
GIVEN = bundle((Action.NOD, 1.0, 6.0), (Action.OPEN_MOUTH, 6.5, 11.5), longest_s=12.0)
KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
KEYS = KeySet([OKPKey.import_key(KEY.as_dict(private=False))])


@pytest.mark.parametrize(
    ("visit_id", "captured_at", "faults"),
    [
        (VISIT, NOON, ()),
        (None, NOON + timedelta(hours=1), ()),
        (uuid4(), NOON, (Reason.CHALLENGE_OTHER_VISIT,)),
        (VISIT, NOON - timedelta(minutes=2), (Reason.CLIP_OLDER_THAN_CHALLENGE,)),
        (VISIT, NOON + timedelta(minutes=62), (Reason.CHALLENGE_EXPIRED,)),
    ],
)
def test_the_right_visit_filmed_in_time(
    visit_id: UUID | None, captured_at: datetime, faults: tuple[Reason, ...]
) -> None:
    """Within a clock's error of a minute."""
    assert bundle_faults(GIVEN, visit_id=visit_id, captured_at=captured_at, skew=timedelta(minutes=1)) == faults


def judged(seconds: float | None, clip_fault: Reason | None = None, given: Challenge = GIVEN) -> tuple[Reason, ...]:
    found = judge_bundle(given, (), seconds, clip_fault, POLICY)
    assert found is not None
    return found.faults


def test_a_clip_may_not_be_longer_than_its_bundle() -> None:
    """But for the moment in which a recorder stops; a clip too long for any bundle is too long for this one."""
    assert judged(12.4) == judged(None) == ()
    assert judged(12.7) == (Reason.CLIP_LONGER_THAN_CHALLENGE,)
    assert judged(None, Reason.CLIP_TOO_LONG) == (Reason.CLIP_LONGER_THAN_CHALLENGE,)
    assert judged(60.0, given=bundle((Action.NOD, 1.0, 6.0), longest_s=None)) == ()


def test_a_bundle_that_contradicts_itself_is_not_trusted() -> None:
    """Windows that overlap, lie outside of the recording, or are not those of the actions."""
    backwards = bundle((Action.NOD, 6.0, 9.0), (Action.OPEN_MOUTH, 1.0, 5.0))
    outside = bundle((Action.NOD, 6.0, 9.0), longest_s=8.0)
    twice = bundle((Action.NOD, 1.0, 4.0), (Action.NOD, 5.0, 8.0))
    other = GIVEN.model_copy(update={"prompts": (Prompt(action=Action.BLINK, at_s=1.0, until_s=4.0),)})
    assert [judged(5.0, given=g) for g in (backwards, outside, twice, other)] == [(Reason.CHALLENGE_UNTRUSTED,)] * 4


def test_bare_actions_have_no_bundle() -> None:
    """And a bundle that could not be read has its fault and no name."""
    assert judge_bundle(None, (), 5.0, None, POLICY) is None
    unread = BundleResult(challenge_id=None, longest_s=None, faults=(Reason.CHALLENGE_UNTRUSTED,))
    assert judge_bundle(None, (Reason.CHALLENGE_UNTRUSTED,), 5.0, None, POLICY) == unread


FAULTS = [reason for reason in Reason if reason.startswith("challenge_") or reason.endswith("_than_challenge")]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_a_bundle_is_certified(fault: Reason) -> None:
    """However good the clip is; and its code comes first however bad it is."""
    wrong = BundleResult(challenge_id=NONCE, longest_s=12.0, faults=(fault,))
    good, bad = findings(), findings(live=False)
    assert decide(good, POLICY).decision is Decision.CERTIFIED
    for found in (good, bad):
        outcome = refuse_bundle(decide(found, POLICY), wrong)
        assert outcome.decision is not Decision.CERTIFIED
        assert outcome.reasons[0] is fault
    assert refuse_bundle(decide(bad, POLICY), wrong).decision is Decision.REVIEW


def test_a_sound_bundle_changes_nothing() -> None:
    """The clip decides."""
    sound = BundleResult(challenge_id=NONCE, longest_s=12.0, faults=())
    assert refuse_bundle(Outcome(Decision.CERTIFIED, ()), sound) == Outcome(Decision.CERTIFIED, ())


def signed(typ: str = CHALLENGE_TYPE, key: OKPKey = KEY, content: str | None = None) -> str:
    header = {"alg": "Ed25519", "typ": typ, "kid": key.thumbprint()}
    return jws.serialize_compact(header, content or GIVEN.model_dump_json(), key, algorithms=["Ed25519"])


def test_a_bundle_is_read_as_it_was_signed() -> None:
    """Bare, with a line end, or in the door's answer."""
    for text in (signed(), f"{signed()}\n", f'{{"challenge": {{}}, "jws": "{signed()}"}}'):
        assert find_challenge(text, KEYS) == GIVEN


def test_what_the_county_has_not_signed_is_not_trusted() -> None:
    """Another key, another kind of document of the same key, a changed or broken text."""
    head, body, tail = signed().split(".")
    other = OKPKey.generate_key("Ed25519", auto_kid=True)
    longer = signed(key=other, content=GIVEN.model_copy(update={"longest_s": 60.0}).model_dump_json()).split(".")[1]
    for text in (
        signed(key=other),
        signed(typ="vc+jwt"),
        signed(content="{}"),
        f"{head}.{longer}.{tail}",
        f"{head}.{body}",
        f"{head}.{body}.",
        "",
        "{}",
        "[]",
        '{"jws": 3}',
        "\x00\x80",
        "a.b.c",
    ):
        assert find_challenge(text, KEYS) is None


def test_a_bundle_is_used_once(tmp_path: Path) -> None:
    """The ledger is a file of ids, one a line, also one that somebody has begun by hand."""
    ledger = tmp_path / "used.txt"
    other = uuid4()
    assert [use_once(ledger, NONCE), use_once(ledger, NONCE), use_once(ledger, other)] == [True, False, True]
    assert ledger.read_text().split() == [str(NONCE), str(other)]
    ledger.write_text(str(NONCE))
    assert [use_once(ledger, other), use_once(ledger, NONCE)] == [True, False]
