"""The decoding process can reach nothing, and what leads elsewhere leads nowhere."""

import io
import json
import subprocess
import sys
from pathlib import Path

import av
import pytest

from schemas.verification import Reason
from services.certify.decode.reader import Clip
from services.certify.policy import DecodePolicy
from tests.integration.certify.baits import listening, playlists, with_external_data
from tests.integration.certify.films import film, pattern

GOOD = film([pattern(i) for i in range(30)])
OPEN_MINDED = {"protocol_whitelist": "file,http,tcp", "safe": "0", "enable_drefs": "1", "use_absolute_path": "1"}
"""FFmpeg's options of a careless reader."""

GIVEN_UP = """
import json, os, socket
from services.certify.decode.sandbox import give_up
open("/dev/null").close()
socket.socket().close()
give_up(1_500_000_000, 20)
refused = {}
for name, act in {
    "file": lambda: open("/dev/null"),
    "internet": lambda: socket.socket(socket.AF_INET),
    "local": lambda: socket.socket(socket.AF_UNIX),
    "pipe": os.pipe,
    "memory": lambda: bytearray(2_000_000_000),
}.items():
    try:
        act()
    except (OSError, MemoryError) as error:
        refused[name] = type(error).__name__
print(json.dumps(refused))
"""


def test_what_is_given_up_is_refused_by_the_kernel() -> None:
    """Files, sockets, pipes and memory could be had before, and not after."""
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", GIVEN_UP], cwd=root, capture_output=True, check=True)
    refused = json.loads(done.stdout)
    assert refused == dict.fromkeys(("file", "internet", "local", "pipe"), "OSError") | {"memory": "MemoryError"}


@pytest.mark.parametrize("kind", ["hls", "concat", "dash", "sdp"])
def test_a_list_of_addresses_calls_nobody(kind: str) -> None:
    """Not read as a clip, and nobody is asked."""
    with listening() as (address, calls):
        clip = Clip(playlists(address)[kind], DecodePolicy(), 15.0)
        assert list(clip.frames()) == []
    assert (clip.fault, calls) == (Reason.CLIP_UNREADABLE, [])


@pytest.mark.parametrize("kind", ["hls", "concat"])
def test_a_careless_reader_would_have_called(kind: str) -> None:
    """So the test above can fail."""
    with listening() as (address, calls):
        with pytest.raises(av.error.FFmpegError):
            av.open(io.BytesIO(playlists(address)[kind]), format=kind, options=OPEN_MINDED)
        assert calls


def test_a_reference_to_a_file_is_not_followed(tmp_path: Path) -> None:
    """An MP4 whose pictures lie in another file: a careless reader shows that file's, this one none."""
    elsewhere = tmp_path / "secret.mp4"
    elsewhere.write_bytes(GOOD)
    bait = with_external_data(GOOD, elsewhere)
    with av.open(io.BytesIO(bait), mode="r", options=OPEN_MINDED) as container:
        assert len(list(container.decode(video=0))) == 30
    clip = Clip(bait, DecodePolicy(), 15.0)
    assert list(clip.frames()) == []
    assert clip.fault is Reason.CLIP_UNREADABLE


def test_a_name_pattern_is_not_a_sequence_of_pictures(tmp_path: Path) -> None:
    """``image2`` would read every file that fits the pattern."""
    clip = Clip(f"{tmp_path}/%03d.jpg".encode(), DecodePolicy(), 15.0)
    assert (list(clip.frames()), clip.fault) == ([], Reason.CLIP_UNREADABLE)
