"""Tables at the door: each row is taken or refused by itself, and has an answer of its own (as in `batch_answers`)."""

from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from services.gateway.errors import CATALOGUE, Code


class RowAnswer(BaseModel):
    """What became of a row; nothing that stands in a refused one is repeated."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    row: int
    """Row number as a person sees it in the file."""
    code: Code | None = None
    """Permanent code of the reason (docs/api/errors.md); null: taken."""
    zh: str | None = None
    """What is wrong and what to do about it, in Chinese."""
    en: str | None = None
    """The same in English."""

    @classmethod
    def refused(cls, row: int, code: Code, **more: Any) -> Self:
        """The answer to a row that was not taken."""
        entry = CATALOGUE[code]
        return cls(row=row, code=code, zh=entry.zh, en=entry.en, **more)


AnswerT = TypeVar("AnswerT", bound=RowAnswer)


class TableAnswers(BaseModel, Generic[AnswerT]):
    """What became of a table."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    rows: int
    """Rows that said something."""
    taken: int
    """Of these, taken in, now or before."""
    refused: int
    """Of these, refused alone, each with its code."""
    items: list[AnswerT]
    """All of them, in their order."""

    @classmethod
    def of(cls, answers: list[AnswerT]) -> Self:
        """The answers with their counts."""
        refused = sum(answer.code is not None for answer in answers)
        return cls(rows=len(answers), taken=len(answers) - refused, refused=refused, items=answers)
