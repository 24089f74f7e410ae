"""Policies of a county as TOML: read whole, or refused with each field that is wrong. Pure."""

import tomllib
from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

PolicyT = TypeVar("PolicyT", bound=BaseModel)


def read_policy(model: type[PolicyT], text: str, invalid: Callable[[list[str]], Exception]) -> PolicyT:
    """The policy that a text states; what it does not name keeps its default.

    Args:
        model: the policy's type.
        text: TOML; an empty one is the default.
        invalid: makes the error from what is wrong, field by field. It is raised.
    """
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise invalid([f"no TOML: {error}"]) from None
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}" for fault in error.errors()]
        raise invalid(faults) from None
