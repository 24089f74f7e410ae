"""The whole evaluation of a folder: trials, pairs, rates, and every failure by name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from schemas.verification import Action, Decision
from services.certify.engines.loader import Engines
from services.certify.evaluation.looks import Looker
from services.certify.evaluation.manifest import GENUINE, BadRow, Folder
from services.certify.evaluation.matching import Compared, compare_pairs
from services.certify.evaluation.seen_before import Beside, SpeciesBeside, by_species
from services.certify.evaluation.statistics import LEAST_N, Rate
from services.certify.evaluation.trials import Seen, Trial, labels_of, run_label


@dataclass(frozen=True)
class Species:
    """One kind of attack. A clip counts once however often it was tried: the trials of one clip are not independent."""

    species: str
    clips: int
    certified: Rate
    """APCER of the whole check: clips of which any trial was certified."""
    passed_pad: Rate
    """APCER of liveness alone: clips of which any trial passed the nets."""


@dataclass(frozen=True)
class Detected:
    """One action over all parts where its presence or absence is labelled."""

    action: Action
    true: Rate
    """Found where it is shown."""
    false: Rate
    """Found where it is not."""


@dataclass(frozen=True)
class Genuine:
    """What became of genuine people of one group."""

    group: str
    certified: Rate
    retry: Rate
    review: Rate
    right: Rate
    """Certified, or sent back for a labelled reason: the bar is 95 %."""
    bpcer: Rate
    """Refused by liveness alone, of the parts that the nets could judge."""


@dataclass(frozen=True)
class Evaluation:
    """Everything that ``onevisit evaluate --json`` prints. Holds paths and numbers, nothing of a face."""

    policy_version: str
    models: dict[str, str]
    least_n: int
    clips: int
    identities: int
    trials: list[Trial]
    seen: list[Seen]
    species: list[Species]
    genuine: list[Genuine]
    actions: list[Detected]
    strangers: Rate
    """Clips certified against another person's picture."""
    beside: list[Beside]
    """Parts beside the earlier recordings of their person; empty unless asked for."""
    seen_before: list[SpeciesBeside]
    """The same counted."""
    matching: list[Compared]
    failures: list[Trial]
    bad_rows: list[BadRow]


def evaluate(
    folder: Folder,
    looker: Looker,
    engines: Engines,
    tell: Callable[[str], None] = lambda _: None,
    *,
    earlier: bool = False,
) -> Evaluation:
    """Look at every labelled part, compare every pair, count. ``tell`` is told each step of the progress; with
    ``earlier`` each part is also held against the earlier recordings that its label names."""
    labels = labels_of(folder)
    trials: list[Trial] = []
    seen: list[Seen] = []
    beside: list[Beside] = []
    for number, label in enumerate(labels, 1):
        tell(f"clip {number} of {len(labels)}: {label.media.path}")
        for made in run_label(label, looker, _others(folder, label.media.identity, number), earlier=earlier):
            match made:
                case Trial():
                    trials.append(made)
                case Seen():
                    seen.append(made)
                case Beside():
                    beside.append(made)
    matching = compare_pairs(folder, engines, looker.policy.match, tell)
    attacks = sorted({trial.species for trial in trials if trial.role == "attack"})
    return Evaluation(
        policy_version=looker.policy.version,
        models=looker.hashes,
        least_n=LEAST_N,
        clips=len({label.media.path for label in labels}),
        identities=len({label.media.identity for label in labels}),
        trials=trials,
        seen=seen,
        species=[_species(name, [t for t in trials if t.role == "attack" and t.species == name]) for name in attacks],
        genuine=[_genuine(group, rows) for group, rows in _genuine_groups(trials)],
        actions=[_detected(action, [s for s in seen if s.action is action]) for action in Action],
        strangers=Rate.of(t.decision is Decision.CERTIFIED for t in trials if t.role == "stranger"),
        beside=beside,
        seen_before=by_species(beside),
        matching=matching,
        failures=[trial for trial in trials if not trial.right],
        bad_rows=folder.bad,
    )


def _others(folder: Folder, identity: str, turn: int) -> list[str]:
    """One picture of each other person who is known by a still, begun at another one for each clip."""
    by_person: dict[str, str] = {}
    for media in folder.media.values():
        if not media.video and media.species == GENUINE and media.identity != identity and "+" not in media.identity:
            by_person.setdefault(media.identity, media.path)
    pictures = list(by_person.values())
    at = turn % len(pictures) if pictures else 0
    return pictures[at:] + pictures[:at]


def _by_clip(trials: Iterable[Trial], question: Callable[[Trial], bool]) -> Rate:
    """Any trial of the clip answers yes."""
    clips: dict[str, bool] = {}
    for trial in trials:
        clips[trial.path] = clips.get(trial.path, False) or question(trial)
    return Rate.of(clips.values())


def _species(name: str, rows: list[Trial]) -> Species:
    return Species(
        species=name,
        clips=len({trial.path for trial in rows}),
        certified=_by_clip(rows, lambda t: t.decision is Decision.CERTIFIED or bool(t.certified_if_asked)),
        passed_pad=_by_clip(rows, lambda t: t.pad_passed),
    )


def _genuine_groups(trials: list[Trial]) -> list[tuple[str, list[Trial]]]:
    done = [trial for trial in trials if trial.role == "asked"]
    other = [trial for trial in trials if trial.role == "other" and trial.asked]
    groups = [("does what is asked", done), ("does something else, or the clip is faulty", other)]
    every = [*done, *other]
    for band in sorted({trial.age_band for trial in every}):
        groups.append((f"age: {band}", [trial for trial in every if trial.age_band == band]))
    for sex in sorted({trial.sex for trial in every}):
        groups.append((f"sex: {sex or 'not labelled'}", [trial for trial in every if trial.sex == sex]))
    return groups


def _genuine(group: str, rows: list[Trial]) -> Genuine:
    judged = [trial for trial in rows if trial.pad_scores]
    return Genuine(
        group=group,
        certified=Rate.of(t.decision is Decision.CERTIFIED for t in rows),
        retry=Rate.of(t.decision is Decision.RETRY for t in rows),
        review=Rate.of(t.decision is Decision.REVIEW for t in rows),
        right=Rate.of(t.right for t in rows),
        bpcer=Rate.of(not t.pad_passed for t in judged),
    )


def _detected(action: Action, rows: list[Seen]) -> Detected:
    return Detected(action, Rate.of(s.found for s in rows if s.shown), Rate.of(s.found for s in rows if not s.shown))
