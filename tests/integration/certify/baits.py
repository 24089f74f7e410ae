"""Files that try to make the decoder fetch something: playlists, lists of files, external references."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def playlists(address: str) -> dict[str, bytes]:
    """Small texts that FFmpeg takes for a clip which lies elsewhere; ``address`` is where."""
    return {
        "hls": f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n".encode(),
        "concat": f"ffconcat version 1.0\nfile {address}\n".encode(),
        "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 26\n",
        "dash": (
            '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
            'mediaPresentationDuration="PT5S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
            '<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1" codecs="avc1.42c00d">'
            f"<BaseURL>{address}</BaseURL></Representation></AdaptationSet></Period></MPD>"
        ).encode(),
    }


def with_external_data(clip: bytes, target: Path) -> bytes:
    """The MP4 without its pictures: its track says that they lie in the file ``target`` (a Macintosh alias record)."""
    path = str(target).encode() + bytes(len(str(target)) % 2)
    alias = bytes(10) + bytes([1]) + b"v".ljust(27, b"\0") + bytes(12) + bytes([1]) + b"f".ljust(63, b"\0")
    alias += bytes(16) + struct.pack(">hh", -1, -1) + bytes(16)
    alias += struct.pack(">HH", 2, len(path)) + path + struct.pack(">Hh", 18, 0) + bytes(40) + struct.pack(">hH", -1, 0)
    entry = struct.pack(">I4sI", 12 + len(alias), b"alis", 0) + alias
    old = struct.pack(">I4sI", 12, b"url ", 1)
    grown = len(entry) - len(old)
    assert clip.index(b"mdat") < clip.index(b"moov"), "the places of the pictures stay right only so"
    data = clip.replace(old, entry, 1)
    for box in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        at = data.index(box) - 4
        (size,) = struct.unpack_from(">I", data, at)
        data = data[:at] + struct.pack(">I", size + grown) + data[at + 4 :]
    start = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4
    return data[:start] + bytes(end - start) + data[end:]


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """An address of this machine, and who has called there (grows meanwhile)."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()

        def answer() -> None:
            while not over.is_set():
                try:
                    caller, (host, port) = server.accept()
                except TimeoutError:
                    continue
                calls.append(f"{host}:{port}")
                caller.close()

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/a.ts", calls
        finally:
            over.set()
            thread.join()
