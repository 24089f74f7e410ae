"""Batches at the door: each item is taken or refused by itself, and has an answer of its own."""

from collections.abc import Sequence
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from services.gateway.errors import CATALOGUE, Code

MAX_ITEMS = 500
"""As in a batch of requests (`schemas.request.MAX_BATCH`)."""


class BatchAnswer(BaseModel):
    """What became of one item."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    index: int
    """Its place in the batch, from 0."""
    taken: bool
    """Whether it was taken in."""
    code: Code | None = None
    """Why it was refused (docs/api/errors.md)."""
    message: str | None = None
    """What is wrong, in Chinese and English."""
    next_step: str | None = None
    """What to do about it."""
    zh: str | None = None
    """What is wrong and what to do, in Chinese."""
    en: str | None = None
    """The same in English."""
    fields: list[str] | None = None
    """Which fields do not have the expected form."""

    @classmethod
    def refused(cls, index: int, code: Code, fields: Sequence[str]) -> Self:
        """The answer to an item that was not taken."""
        entry = CATALOGUE[code]
        return cls(
            index=index,
            taken=False,
            code=code,
            message=f"{entry.message_zh} {entry.message_en}",
            next_step=f"{entry.next_zh} {entry.next_en}",
            zh=entry.zh,
            en=entry.en,
            fields=list(fields) or None,
        )


AnswerT = TypeVar("AnswerT", bound=BatchAnswer)


class BatchAnswers(BaseModel, Generic[AnswerT]):
    """One answer for each item, in their order."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    taken: int
    """How many were taken in."""
    refused: int
    """How many were not."""
    items: list[AnswerT]
    """What became of each."""

    @classmethod
    def of(cls, answers: list[AnswerT]) -> Self:
        """The answers with their counts."""
        taken = sum(answer.taken for answer in answers)
        return cls(taken=taken, refused=len(answers) - taken, items=answers)
