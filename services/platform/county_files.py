"""The county's own rules as TOML files: read whole, or refused with all that is wrong, in the same words everywhere."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

RulesT = TypeVar("RulesT")


def read_county_file(file: Path, parse: Callable[[str], RulesT], invalid: Callable[[list[str]], Exception]) -> RulesT:
    """The rules that a file states.

    Args:
        file: UTF-8.
        parse: makes the rules of the text; may raise tomllib.TOMLDecodeError and pydantic.ValidationError.
        invalid: makes the error from what is wrong, field by field. It is raised.
    """
    try:
        return parse(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise invalid([f"{file}: the file cannot be read ({error.strerror})"]) from None
    except UnicodeDecodeError:
        raise invalid([f"{file}: the file is not UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise invalid([f"{file}: not TOML: {error}"]) from None
    except ValidationError as error:
        raise invalid([f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]) from None
