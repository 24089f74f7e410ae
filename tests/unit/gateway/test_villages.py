"""The county's file of villages."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from services.gateway.villages import Village, named, read_villages

CODE = "990101001001"


def test_without_a_file_a_village_is_called_by_its_code() -> None:
    """So is one that the file does not name."""
    assert named(read_villages(None), CODE) == Village(name=CODE)


def test_a_village_may_have_no_place(tmp_path: Path) -> None:
    """Its name alone helps already."""
    file = tmp_path / "villages.toml"
    file.write_text(f'[{CODE}]\nname = "清河村"\n')
    assert named(read_villages(file), CODE) == Village(name="清河村")


@pytest.mark.parametrize(
    "text", ['[12]\nname = "x"', f"[{CODE}]\n", f'[{CODE}]\nname = "x"\nlat = 104.1', f'[{CODE}]\nname = "x"\nlot = 1']
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str) -> None:
    """A code that is none, no name, latitude and longitude changed over, a field that nobody reads."""
    file = tmp_path / "villages.toml"
    file.write_text(text)
    with pytest.raises(ValidationError):
        read_villages(file)
