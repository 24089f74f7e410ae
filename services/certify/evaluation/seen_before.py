"""Labelled parts beside the earlier recordings of their person: how many copies are found, and what is taken for one.

A county keeps how a person moved in earlier recordings (docs/seen-before.md); here they are named in ``labels.csv``.
The verdict of the part is judged anew with them, from the numbers that were measured.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from schemas.verification import CueName, Decision, SeenBefore, Verification
from services.certify.domain.judgement import Judgement, judge
from services.certify.domain.measurements import rounded, unpack
from services.certify.domain.motion import compare_motion
from services.certify.evaluation.looks import SWINGS, Looker, decide_alone
from services.certify.evaluation.manifest import GENUINE, Label
from services.certify.evaluation.statistics import Rate
from services.certify.policy import VerificationPolicy


@dataclass(frozen=True)
class Beside:
    """One part beside the earlier recordings of its person."""

    path: str
    part: tuple[float, float | None]
    species: str
    most_alike: SeenBefore | None
    """The earlier recording that moves most like it."""
    seen_before: bool
    """More alike than the policy allows: a reviewer looks."""
    certified_alone: bool
    """Certified while no earlier recording is known."""
    certified: bool
    """Certified although they are."""


@dataclass(frozen=True)
class SpeciesBeside:
    """All parts of one species, the genuine too, whose person's earlier recordings are known."""

    species: str
    seen_before: Rate
    """Taken for a copy: right of a replay, wrong of another performance."""
    untold: int
    """Parts of which nothing can be said: they or all earlier recordings move too little."""
    certified_alone: Rate
    certified: Rate


def beside_earlier(label: Label, looker: Looker, own: Verification, wide: Verification) -> Beside:
    """``own``: the look at what was asked; ``wide``: at all swings, of which an attack without a challenge is tried
    with each alone."""
    moved = looker.motion(label.media, label.from_s, label.to_s)
    copies = tuple(
        compare_motion(moved, looker.motion(one.media, one.from_s, one.to_s), one.name) for one in label.earlier
    )
    known = judge_beside(own, copies, looker.policy)

    def certified(earlier: tuple[SeenBefore, ...]) -> bool:
        if label.media.species == GENUINE or label.asked:
            return judge_beside(own, earlier, looker.policy).decision is Decision.CERTIFIED
        return any(decide_alone(wide, action, looker.policy, earlier) is Decision.CERTIFIED for action in SWINGS)

    return Beside(
        path=label.media.path,
        part=(label.from_s, label.to_s),
        species=label.media.species,
        most_alike=known.seen,
        seen_before=not known.pad.cues[CueName.SEEN_BEFORE].passed,
        certified_alone=certified(()),
        certified=certified(copies),
    )


def judge_beside(found: Verification, earlier: tuple[SeenBefore, ...], policy: VerificationPolicy) -> Judgement:
    """The judgement of a look had these comparisons been made."""
    assert found.measurements is not None
    return judge(rounded(replace(unpack(found.measurements), earlier=earlier)), policy)


def by_species(rows: Iterable[Beside]) -> list[SpeciesBeside]:
    """Counted, the genuine first."""
    kept = list(rows)
    names = sorted({row.species for row in kept}, key=lambda name: (name != GENUINE, name))
    return [_species(name, [row for row in kept if row.species == name]) for name in names]


def _species(name: str, rows: list[Beside]) -> SpeciesBeside:
    return SpeciesBeside(
        species=name,
        seen_before=Rate.of(row.seen_before for row in rows),
        untold=sum(row.most_alike is None or row.most_alike.likeness is None for row in rows),
        certified_alone=Rate.of(row.certified_alone for row in rows),
        certified=Rate.of(row.certified for row in rows),
    )
