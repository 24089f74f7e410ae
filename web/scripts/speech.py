"""Makes the prompts' audio from the text table `speech.json`, until a voice is recorded.

    python web/scripts/speech.py                       the page's own Mandarin
    python web/scripts/speech.py TABLE.json FOLDER     further dialects, to be dropped into the door's web/phone/audio

Needs `espeak-ng`. Writes `web/phone/audio/<dialect>/*.mp3` and the folder's manifest. MP3, because every browser from
2012 on plays it, iOS Safari and WeChat's among them. A recorded voice takes the same place: put its files and manifest
there and take the dialect out of the table.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import numpy as np

HERE = Path(__file__).resolve().parent
AUDIO = HERE.parent / "phone" / "audio"
WORDS_A_MINUTE = 190
"""espeak counts its Mandarin so that this is the pace of slow, clear speech: about three characters a second."""
SILENT = 0.01
"""Of full scale: what lies below it at both ends is cut off, because a prompt's window is five seconds."""
REST_S = 0.08
"""Left at both ends."""
BITS_PER_SECOND = 32_000


def speak(text: str, voice: str, target: Path) -> float:
    """Writes `text` as MP3; its length in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        wave = Path(folder) / "spoken.wav"
        subprocess.run(
            ["espeak-ng", "-v", voice, "-s", str(WORDS_A_MINUTE), "-a", "180", "-w", str(wave), text], check=True
        )
        return encode(wave, target)


def encode(wave: Path, target: Path) -> float:
    """Writes a WAV as MP3; its length in seconds."""
    with av.open(str(wave)) as source:
        frames = list(source.decode(audio=0))
    rate = frames[0].sample_rate
    sound = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.int16)
    loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > SILENT * np.iinfo(np.int16).max)
    rest = round(REST_S * rate)
    sound = sound[max(0, loud[0] - rest) : loud[-1] + rest]
    frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    with av.open(str(target), "w") as made:
        stream = made.add_stream("mp3", rate=24_000)
        stream.bit_rate = BITS_PER_SECOND
        stream.layout = "mono"
        resampler = av.AudioResampler(format=stream.codec_context.format or "s16p", layout="mono", rate=24_000)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            made.mux(stream.encode(part))
        made.mux(stream.encode(None))
    return round(sound.size / rate, 2)


def main() -> int:
    """Every dialect of the table, which is the page's own unless another one and a folder are named."""
    table_file, audio = map(Path, sys.argv[1:3]) if len(sys.argv) > 2 else (HERE / "speech.json", AUDIO)
    if shutil.which("espeak-ng") is None:
        print("espeak-ng is missing; next: apt-get install espeak-ng", file=sys.stderr)  # noqa: T201
        return 1
    table = json.loads(table_file.read_text("utf-8"))
    for dialect, told in table.items():
        folder = audio / dialect
        folder.mkdir(parents=True, exist_ok=True)
        prompts = {
            name: {"file": f"{name}.mp3", "seconds": speak(text, told["voice"], folder / f"{name}.mp3"), "text": text}
            for name, text in told["prompts"].items()
        }
        manifest = {"name": told["name"], "type": "audio/mpeg", "made_by": "espeak-ng", "prompts": prompts}
        (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
