"""Which recordings people look at, and how: by programme. Without a file: what the machine would not decide, and one in
fifty of what it certified."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.programmes import read_programme
from services.certify.domain.policy_text import read_policy


class ReviewPolicyInvalid(ValueError):
    """The county's policy of review cannot be used; the message names each wrong field."""

    code = "REVIEW_POLICY_INVALID"

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__(
            f"{self.code}: 复核策略文件有误，请按 docs/review.md 改正后重新启动。"
            " The policy of review is wrong; correct it as docs/review.md says, then start again: " + "; ".join(faults)
        )


class _Policy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True)


class ProgrammeReview(_Policy):
    """What one programme asks."""

    sample_rate: float = Field(default=0.02, ge=0, le=1)
    """Share of the recordings that the machine certified which a person looks at too. One in fifty: of a county's 10^5
    a year some 2,000, or 8 a working day; an attack that is made 150 times is seen with 95 %."""
    reviewers: int = Field(default=1, ge=1, le=2, strict=True)
    """How many must agree; two who do not agree call a third."""
    blind_to_machine: bool = Field(default=False, strict=True)
    """Whether reviewers do not see what the machine found, nor why they are asked."""
    blind_to_first: bool = Field(default=True, strict=True)
    """Whether reviewers do not see what other reviewers decided."""


class ReviewPolicy(_Policy):
    """The policies of all programmes; those that are not named have `default`."""

    name: str = Field(default="default", min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")
    """Given by the working group."""
    default: ProgrammeReview = ProgrammeReview()
    """Policy of the programmes that are not named."""
    programmes: Mapping[str, ProgrammeReview] = Field(default_factory=dict)
    """Policy by programme: its code, or any name that lists use for it."""

    @field_validator("programmes", mode="after")
    @classmethod
    def _by_code(cls, named: Mapping[str, ProgrammeReview]) -> Mapping[str, ProgrammeReview]:
        codes = {name: read_programme(name)[0] for name in named}
        if len(set(codes.values())) < len(codes):
            raise ValueError("one programme is named twice, under two of its names: keep one table")
        return {codes[name]: policy for name, policy in named.items()}

    @classmethod
    def from_toml(cls, text: str) -> "ReviewPolicy":
        """A county's own policy; an empty text is the default.

        Example:
            >>> text = '[programmes."高龄补贴"]' + chr(10) + 'reviewers = 2'
            >>> ReviewPolicy.from_toml(text).of("senior_subsidy").reviewers
            2

        Raises:
            ReviewPolicyInvalid: naming each field that is wrong, or the line that is no TOML.
        """
        return read_policy(cls, text, ReviewPolicyInvalid)

    def of(self, programme: str) -> ProgrammeReview:
        """The policy of one programme."""
        return self.programmes.get(programme, self.default)

    def of_visit(self, programmes: Iterable[str]) -> ProgrammeReview:
        """What holds for a recording that answers all of these: of each rule the strictest."""
        asked = [self.of(programme) for programme in programmes] or [self.default]
        return ProgrammeReview(
            sample_rate=max(one.sample_rate for one in asked),
            reviewers=max(one.reviewers for one in asked),
            blind_to_machine=any(one.blind_to_machine for one in asked),
            blind_to_first=any(one.blind_to_first for one in asked),
        )

    @property
    def version(self) -> str:
        """``name+digest``: the first 12 hex digits of the SHA-256 of what counts. It stands in each case."""
        content = json.dumps(self.model_dump(exclude={"name"}), sort_keys=True)
        return f"{self.name}+{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def is_drawn(lot: bytes, rate: float) -> bool:
    """Whether a lot (8 random bytes or more) falls into a share of all lots.

    Example:
        >>> is_drawn(bytes(8), 0.01), is_drawn(bytes(8), 0.0), is_drawn(bytes([255] * 8), 1.0)
        (True, False, True)
    """
    return int.from_bytes(lot[:8]) < rate * 2**64
