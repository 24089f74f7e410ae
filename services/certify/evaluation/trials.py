"""Makes the trials that a label calls for, and says of each what came out and whether that was right."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.verification import Action, Decision, Reason, Verification
from services.certify.evaluation.looks import SWINGS, Looker, decide_alone
from services.certify.evaluation.manifest import GENUINE, Folder, Label, Media
from services.certify.evaluation.seen_before import Beside, beside_earlier

STRANGERS = 2
"""Other people's pictures that each clip is held against, where the clip and its own picture are certified."""

_DEFAULT_SECONDS = 12.0
"""An unlabelled clip is judged up to here: the longest challenge that the app asks for."""


@dataclass(frozen=True)
class Trial:
    """One clip part, one challenge, one verdict."""

    path: str
    part: tuple[float, float | None]
    species: str
    role: str
    """``asked`` (genuine, does what is asked), ``other`` (genuine, does something else or is faulty), ``attack`` or
    ``stranger`` (a clip that would be certified, against another person's picture)."""
    asked: tuple[Action, ...]
    decision: Decision
    reasons: tuple[Reason, ...]
    right: bool
    """Genuine: certified, or sent back for a labelled fault, or for an action that was not done. Else: not
    certified."""
    pad_passed: bool
    pad_scores: dict[str, float]
    match_score: float | None
    age_band: str
    sex: str
    certified_if_asked: tuple[Action, ...]
    """Attacks: the actions that would have been enough, had one alone been asked."""
    cpu_ms: float


@dataclass(frozen=True)
class Seen:
    """Whether one action was plainly there in a part, and whether it was found."""

    path: str
    part: tuple[float, float | None]
    action: Action
    shown: bool
    found: bool
    species: str


def labels_of(folder: Folder) -> list[Label]:
    """The labels, and one made up for each clip that has none: nothing asked of the genuine, everything of the
    attacks."""
    named = {label.media.path for label in folder.labels}
    bare = [media for media in folder.media.values() if media.video and media.path not in named]
    return [*folder.labels, *(_bare(media) for media in bare)]


def _bare(media: Media) -> Label:
    every = frozenset(Action)
    reference = "" if media.species == GENUINE else f"{media.path}@0.5"
    return Label(media, 0.0, _DEFAULT_SECONDS, (), False, frozenset(), every, reference, frozenset(), "")


def run_label(
    label: Label, looker: Looker, others: list[str], *, earlier: bool = False
) -> Iterator[Trial | Seen | Beside]:
    """All trials of a label. ``others`` are pictures of other people, for the trials of strangers; with ``earlier``
    it is also held against the earlier recordings that it names."""
    media, part = label.media, (label.from_s, label.to_s)
    wide = looker.look(media.path, media.sha256, part, SWINGS, label.reference)
    yield from _seen(label, looker, wide)
    attack = media.species != GENUINE
    own = looker.look(media.path, media.sha256, part, label.asked, label.reference) if label.asked else wide
    asked = label.asked or SWINGS
    enough: tuple[Action, ...] = ()
    if attack and not label.asked:
        enough = tuple(a for a in SWINGS if decide_alone(wide, a, looker.policy) is Decision.CERTIFIED)
    role = "attack" if attack else "asked" if label.done else "other"
    certified = own.decision is Decision.CERTIFIED or bool(enough)
    yield _trial(label, role, asked, own, right=_right(label, own) if not attack else not certified, enough=enough)
    if earlier and label.earlier:
        yield beside_earlier(label, looker, own, wide)
    if role == "asked" and own.decision is Decision.CERTIFIED:
        for picture in others[:STRANGERS]:
            found = looker.look(media.path, media.sha256, part, label.asked, picture)
            right = found.decision is not Decision.CERTIFIED
            yield _trial(label, "stranger", asked, found, right=right, enough=())


def _seen(label: Label, looker: Looker, wide: Verification) -> Iterator[Seen]:
    """Each action with a label, also for attacks with labels; in faulty parts nothing can be said."""
    media, part = label.media, (label.from_s, label.to_s)
    if label.faults or any(reason.startswith("clip_") for reason in wide.reasons):
        return
    known = [action for action in Action if action not in label.unsure]
    blink = None
    if Action.BLINK in known:
        blink = looker.look(media.path, media.sha256, part, (Action.BLINK,), label.reference)
    for action in known:
        result = (blink if action is Action.BLINK and blink is not None else wide).challenge.get(action)
        found = result is not None and result.span_s is not None
        yield Seen(media.path, part, action, action in label.shows, found, media.species)


def _right(label: Label, found: Verification) -> bool:
    """A right answer to a genuine clip."""
    if found.decision is Decision.CERTIFIED:
        return label.done
    if found.decision is Decision.REVIEW:
        return False
    undone = {Reason.ACTION_NOT_SEEN, Reason.ACTION_OUT_OF_ORDER, Reason.ACTION_WRONG_TIME}
    return bool(label.faults & set(found.reasons)) or (not label.done and bool(undone & set(found.reasons)))


def _trial(
    label: Label, role: str, asked: tuple[Action, ...], found: Verification, *, right: bool, enough: tuple[Action, ...]
) -> Trial:
    return Trial(
        path=label.media.path,
        part=(label.from_s, label.to_s),
        species=label.media.species,
        role=role,
        asked=asked if label.asked else (),
        decision=found.decision,
        reasons=found.reasons,
        right=right,
        pad_passed=found.pad.passed,
        pad_scores=found.pad.scores,
        match_score=found.match.score,
        age_band=label.media.age_band,
        sex=label.sex,
        certified_if_asked=enough,
        cpu_ms=found.timing_ms["cpu"],
    )
