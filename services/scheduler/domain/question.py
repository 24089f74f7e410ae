"""The question whether the names that stand with one ID number are one person's, and what a reviewer has decided.

The scheduler compares names by their tags (`schemas.base.NameTag`) and opens the sealed names only where two tags
differ; the rule by which names agree is `identity.sides_by_name`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from schemas.base import stable_id
from schemas.identity import IdentityDecided
from services.scheduler.domain.identity import sides_by_name
from services.scheduler.domain.statement import Statement
from services.scheduler.domain.visit import RequestKey

Sides = tuple[tuple[RequestKey, ...], ...]
"""Requests of one ID number, parted by name; each part in order."""


@dataclass(frozen=True)
class KnownNames:
    """The opened names of one ID number. Never shown, never kept."""

    by_tag: Mapping[str, str]
    """Visible name in normal form by its tag."""
    female: bool
    """As the ID number says: a married woman's two surnames agree."""

    def __repr__(self) -> str:
        return f"KnownNames({len(self.by_tag)})"


@dataclass(frozen=True)
class Question:
    """Names that disagree under one ID number. It is of certain names: with others it is another question."""

    question_id: UUID
    person_key: str
    sides: Sides = ()
    """As they were when it last stood; empty while only a decision is known."""
    standing: bool = False
    """Whether these are the names that stand with the number now."""
    same: bool | None = None
    """What was decided last; None while nobody has."""
    decided_by: str | None = None
    decided_at: str = ""
    """ISO 8601, UTC."""
    settled_same: bool | None = None
    """What counts, as `questions_after` last worked it out from all decisions; None while nobody has decided."""

    @property
    def waits(self) -> bool:
        """Whether a person has to decide."""
        return self.standing and self.settled_same is None

    def hear(self, event: IdentityDecided) -> Question:
        """The question with a decision: the later one stands, of two of one moment the one that parts."""
        moment = event.recorded_at.isoformat(timespec="microseconds")
        mine = (self.decided_at, self.same is False, self.decided_by or "")
        if self.same is not None and mine >= (moment, not event.same, event.decided_by):
            return self
        return replace(self, same=event.same, decided_by=event.decided_by, decided_at=moment)


def _labels(statements: Iterable[Statement]) -> set[str]:
    """What the standing requests are told apart by: their names' tags, and "" where one has no visible name."""
    return {s.name_tag or "" for s in statements if s.stands}


def name_tags(statements: Iterable[Statement]) -> set[str]:
    """The distinct names that stand, by tag."""
    return {s.name_tag for s in statements if s.stands and s.name_tag is not None}


def part_by_name(statements: Mapping[RequestKey, Statement], names: KnownNames | None) -> Sides:
    """The standing requests of one ID number by side; one side when all names agree, or when none has a name.

    Args:
        statements: all requests of the number.
        names: the opened names; only needed when there are two tags. Where a name cannot be opened any more (its key
            was destroyed), only equal tags agree.
    """
    standing = {key: statements[key] for key in sorted(statements) if statements[key].stands}
    if len(_labels(standing.values())) < 2:
        return (tuple(standing),)
    tags = name_tags(standing.values())
    if len(tags) > 1 and names is not None and tags <= names.by_tag.keys():
        stated = {key: None if s.name_tag is None else names.by_tag[s.name_tag] for key, s in standing.items()}
        return sides_by_name(stated, female=names.female)
    by_tag: defaultdict[str, list[RequestKey]] = defaultdict(list)
    for key, statement in standing.items():
        by_tag[statement.name_tag or ""].append(key)
    return tuple(tuple(by_tag[tag]) for tag in sorted(by_tag, key=lambda tag: (not tag, tag)))


def questions_after(
    person_key: str, known: Mapping[UUID, Question], statements: Mapping[RequestKey, Statement], sides: Sides
) -> tuple[dict[UUID, Question], Question | None, Sides]:
    """All questions of a number now that its requests lie on these sides, the one that stands, if any, and the sides
    as far as decisions have joined them.

    A row without a name makes it another question, but what was decided of the same names holds on: whoever came to be
    one person stays so, and only the row is asked about; and who was decided to be one with it is so without it.
    """
    questions = {key: replace(question, standing=False) for key, question in known.items()}
    if len(sides) < 2:
        return questions, None, sides
    tags = name_tags(statements.values())
    of_names, with_nameless = (questions.get(_id_of(person_key, names)) for names in (tags, {*tags, ""}))
    named = tuple(side for side in sides if statements[side[0]].name_tag is not None)
    nameless = sides[len(named) :]
    words = [] if of_names is None or of_names.same is None else [(of_names.decided_at, not of_names.same)]
    if with_nameless is not None and with_nameless.same:
        words.append((with_nameless.decided_at, False))
    names_same = None if not words else not max(words)[1]
    known_apart = (_joined(named) if names_same else named) + nameless
    question_id = _id_of(person_key, _labels(statements.values()))
    question = questions.get(question_id, Question(question_id, person_key))
    same = names_same
    if nameless:
        same = question.same and len(known_apart) == 2
    question = replace(question, sides=known_apart if nameless else sides, standing=True, settled_same=same)
    return {**questions, question_id: question}, question, _joined(sides) if same else known_apart


def _id_of(person_key: str, labels: Iterable[str]) -> UUID:
    return stable_id("identity-question", person_key, *sorted(labels))


def _joined(sides: Sides) -> Sides:
    return (tuple(sorted(key for side in sides for key in side)),)
