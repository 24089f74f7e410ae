"""`make bench-verify`: what a check costs, beside naive `face_recognition` on every frame, in one run.

    python -m bench.verify.speed [--seconds 8] [--naive-seconds 2]
    python -m bench.verify.speed --stages                  # where the time goes, alone (half a minute)

The clips are judged as they were found, and as the phone page records them (`phone_films`). Every figure comes from a
process of its own that starts cold; loading the models is told apart. The media lie in ONEVISIT_SHARED_DATA (default
../shared/data), folder ``face``.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from os import environ, getloadavg
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final

import typer

from bench.verify.phone_films import record
from bench.verify.stages import measure, table
from schemas.verification import Action, Verification
from services.certify.decode.reader import Clip
from services.certify.evaluation.looks import SWINGS
from services.certify.evaluation.manifest import Folder, Label
from services.certify.policy import MatchEngine, VerificationPolicy
from services.certify.verify import Verifier

ROOT: Final = Path(__file__).resolve().parents[2]
CLIPS: Final = (
    "liveportrait__d13.mp4",
    "lv_lestari__real.mp4",
    "affinsys__vhn.mp4",
    "lv_wolf__eff17845a21796d55db31abd0579ac76.mp4",
)
"""720×1280, 1080×720, 640×480 and 544×960."""
EVERY_FRAME: Final = 1000.0
"""Frames a second that no clip has: every frame is judged."""
LABELS: Final = Path(__file__).with_name("shared_labels.csv")
app = typer.Typer(add_completion=False)


@app.command()
def main(
    seconds: Annotated[float, typer.Option(min=1.0, help="Of each clip, for the costs.")] = 8.0,
    naive_seconds: Annotated[float, typer.Option(min=0.5, help="The same for face_recognition on every frame.")] = 2.0,
    sampling: Annotated[bool, typer.Option(help="Also what is lost by not judging every frame.")] = True,
    stages: Annotated[bool, typer.Option("--stages", help="Only what each stage costs.")] = False,
) -> None:
    """Print the tables as Markdown."""
    load = getloadavg()[0]
    typer.echo(f"{len(CLIPS)} clips, all checks on, one thread a net; load before: {load:.1f}\n")
    with TemporaryDirectory() as folder:
        films = [Path(folder) / f"{number}.mp4" for number in range(len(CLIPS))]
        for name, film in zip(CLIPS, films, strict=True):
            record(shared() / "video" / name, film, seconds)
        if stages:
            table(_run("stages", films, seconds, 1)[0])
            return
        _costs("As the phone records: 720 lines, H.264 baseline, 1 Mbit/s", films, seconds, naive_seconds)
    found = [shared() / "video" / name for name in CLIPS]
    _costs("As found: 480 to 720 lines, VP8 and H.264, up to 7 Mbit/s", found, seconds, naive_seconds)
    if sampling:
        _sampling()


def _costs(title: str, clips: Sequence[Path], seconds: float, naive_seconds: float) -> None:
    one = _run("ours", clips, seconds, 1)
    two = _run("ours", clips, seconds, 2)
    naive = _run("naive", clips, naive_seconds, 1)
    typer.echo(f"{title}\n")
    typer.echo("| | processes | video s | CPU s a video s | wall s | clips/min | MB a process | load s |")
    typer.echo("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, rows in (("onevisit", one), ("onevisit", two), ("face_recognition, every frame", naive)):
        video = sum(row["video_s"] for row in rows)
        cpu, wall = sum(row["cpu_s"] for row in rows), max(row["wall_s"] for row in rows)
        memory, load = max(row["memory_mb"] for row in rows), max(row["load_s"] for row in rows)
        rate = 60 * len(clips) * len(rows) / wall
        typer.echo(
            f"| {name} | {len(rows)} | {video:.0f} | {cpu / video:.3f} | {wall:.1f} | {rate:.0f} | {memory:.0f} "
            f"| {load:.1f} |"
        )
    ours, other = (rows[0]["cpu_s"] / rows[0]["video_s"] for rows in (one, naive))
    typer.echo(f"\nNaive costs {other / ours:.1f} times as much a second, and looks at neither liveness nor actions.\n")


def _run(mode: str, clips: Sequence[Path], seconds: float, processes: int) -> list[dict[str, Any]]:
    """Each process judges all clips; the figures come back as JSON."""
    command = [sys.executable, "-m", "bench.verify.speed_worker", mode, str(seconds), *map(str, clips)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(processes)]
    answers = [process.communicate()[0] for process in started]
    if any(process.returncode for process in started):
        sys.exit(f"The {mode} process failed.")
    return [json.loads(answer) for answer in answers]


def work(mode: str, seconds: float, clips: Sequence[Path]) -> dict[str, Any]:
    """One process: load, judge every clip, tell what it cost."""
    if mode == "stages":
        return measure(_verify(seconds), clips)
    began = time.perf_counter()
    judge = _ours(seconds) if mode == "ours" else _naive(seconds)
    judge(clips[0])
    load = time.perf_counter() - began
    wall, cpu = time.perf_counter(), _cpu()
    video = sum(judge(clip) for clip in clips)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "video_s": video,
        "wall_s": time.perf_counter() - wall,
        "cpu_s": _cpu() - cpu,
        "memory_mb": memory + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "load_s": load,
    }


def _verify(seconds: float) -> Callable[[Path], Verification]:
    verifier = Verifier(VerificationPolicy(), ROOT / "var" / "models")
    photo = (shared() / "image/face_recognition/obama.jpg").read_bytes()
    return lambda clip: verifier.verify(clip, SWINGS, photo, end_s=seconds)


def _ours(seconds: float) -> Callable[[Path], float]:
    judge = _verify(seconds)
    return lambda clip: judge(clip).quality.seconds or 0.0


def _naive(seconds: float) -> Any:
    import face_recognition  # noqa: PLC0415 - only this process pays for it

    policy = VerificationPolicy().decode.model_copy(update={"long_side": 1920, "wait_seconds": 600.0})
    photo = face_recognition.load_image_file(str(shared() / "image/face_recognition/obama.jpg"))
    known = face_recognition.face_encodings(photo)

    def judge(clip: Path) -> float:
        source, last = Clip(clip.read_bytes(), policy, EVERY_FRAME, 0.0, seconds), 0.0
        for frame in source.frames():
            rgb = frame.image[:, :, ::-1].copy()
            for encoding in face_recognition.face_encodings(rgb):
                face_recognition.compare_faces(known, encoding)
            last = frame.at_s
        return last

    return judge


def _sampling() -> None:
    """What is lost by looking at 15 frames a second: every labelled part, both ways."""
    folder = Folder(shared() / "manifest.csv", LABELS)
    usual = VerificationPolicy()
    every = usual.model_copy(update={"decode": usual.decode.model_copy(update={"sample_fps": EVERY_FRAME})})
    models = ROOT / "var" / "models"
    parts = {(label.media.path, label.from_s): label for label in folder.labels}.values()
    same, actions, other, spent = 0, 0, [], [0.0, 0.0]
    right = {"15 a second": 0, "every frame": 0}
    verifiers = [Verifier(policy, models, MatchEngine.SFACE) for policy in (usual, every)]
    for label in parts:
        found = [_judge(verifier, folder, label) for verifier in verifiers]
        spent = [before + one["cpu"] for before, one in zip(spent, found, strict=True)]
        known = [action for action in SWINGS if action not in label.unsure]
        for action in known:
            actions += 1
            shown = action in label.shows
            for name, one in zip(right, found, strict=True):
                right[name] += (action in one["seen"]) == shown
        alike = found[0]["decision"] == found[1]["decision"]
        same += alike
        if not alike:
            other.append(f"{label.media.path} {label.from_s:g} s: {found[0]['decision']} / {found[1]['decision']}")
    typer.echo(f"Sampling, {len(parts)} labelled parts: the decision is the same in {same}; right on actions: ")
    typer.echo(", ".join(f"{name} {count} of {actions}" for name, count in right.items()))
    typer.echo(f"CPU: {spent[0] / 1000:.1f} s at 15 a second, {spent[1] / 1000:.1f} s with every frame.")
    for line in other:
        typer.echo(f"- differs: {line}")


def _judge(verifier: Verifier, folder: Folder, label: Label) -> dict[str, Any]:
    found = verifier.verify(folder.file(label.media.path), SWINGS, None, start_s=label.from_s, end_s=label.to_s)
    seen: Sequence[Action] = [action for action, result in found.challenge.items() if result.span_s is not None]
    return {"decision": (found.decision, *found.reasons), "seen": seen, "cpu": found.timing_ms["cpu"]}


def shared() -> Path:
    """The shared face media."""
    folder = Path(environ.get("ONEVISIT_SHARED_DATA", ROOT / "../shared/data")) / "face"
    if not (folder / "manifest.csv").is_file():
        sys.exit("The face media are not there: set ONEVISIT_SHARED_DATA to the folder that holds face/manifest.csv.")
    return folder


def _cpu() -> float:
    """CPU seconds of this process and of its ended children."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    app()
