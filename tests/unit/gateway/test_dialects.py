"""A dialect is a folder that somebody drops: offered when it is whole, and not otherwise."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from services.gateway.phone.dialects import read_dialects
from tests.structure.source import ROOT

AUDIO = ROOT / "web/phone/audio"


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    """The page's voices, and one that was dropped beside them."""
    shutil.copytree(AUDIO, tmp_path / "audio")
    shutil.copytree(AUDIO / "zh-cmn", tmp_path / "audio/zh-yue")
    change(tmp_path / "audio/zh-yue", name={"zh": "粤语", "en": "Cantonese"})
    return tmp_path / "audio"


def change(folder: Path, **changes: Any) -> None:
    """Changes a folder's manifest."""
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes, ensure_ascii=False), "utf-8")


def test_a_dropped_folder_is_offered(audio: Path) -> None:
    """By its name; another content is another version."""
    before = read_dialects(audio)
    assert [(each.id, each.name.zh) for each in before] == [("zh-cmn", "普通话"), ("zh-yue", "粤语")]
    (audio / "zh-yue/nod.mp3").write_bytes(b"recorded anew")
    after = read_dialects(audio)
    assert [one.version == other.version for one, other in zip(before, after, strict=True)] == [True, False]


def test_a_folder_that_is_not_whole_is_not_offered(audio: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A missing file or prompt, one too long, a way out of the folder, no manifest: named in the log."""
    good = json.loads((audio / "zh-yue/manifest.json").read_text("utf-8"))["prompts"]
    wrongs: dict[str, dict[str, Any]] = {
        "a-missing": {name: spoken for name, spoken in good.items() if name != "blink"},
        "b-long": good | {"nod": {"file": "nod.mp3", "seconds": 2.6}},
        "c-out": good | {"nod": {"file": "../zh-cmn/nod.mp3", "seconds": 1.0}},
        "d-no-file": good | {"nod": {"file": "nod.ogg", "seconds": 1.0}},
    }
    for name, prompts in wrongs.items():
        shutil.copytree(audio / "zh-yue", audio / name)
        change(audio / name, prompts=prompts)
    (audio / "e-empty").mkdir()
    assert [each.id for each in read_dialects(audio)] == ["zh-cmn", "zh-yue"]
    assert [name for name in (*wrongs, "e-empty") if f"dialect {name} is not offered" not in caplog.text] == []


def test_no_folder_is_no_dialect(tmp_path: Path) -> None:
    """A door without the page's voices answers all the same."""
    assert read_dialects(tmp_path / "nothing") == []
