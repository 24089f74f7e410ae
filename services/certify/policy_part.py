"""What every part of the policy of the machine check is: frozen, and nothing misspelt keeps a default silently."""

from pydantic import BaseModel, ConfigDict


class PolicyPart(BaseModel):
    """One table of the policy."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
