"""``onevisit verify``: the machine check of one clip, without any server."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from services.cli.models import models_folder, pull_missing

if TYPE_CHECKING:
    from schemas.verification import Action, SeenBefore, Verification
    from services.certify.policy import VerificationPolicy
    from services.cli.answered import Answered


def verify(
    video: Annotated[
        Path | None, typer.Argument(help="The clip: MP4, MOV, WebM, MKV or MPEG.", metavar="VIDEO", show_default=False)
    ] = None,
    challenge: Annotated[
        str | None,
        typer.Option(
            help="The asked actions in order, comma-separated: nod, open_mouth, turn_left, turn_right, blink. "
            "Left and right are the person's own.",
        ),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(help="The signed one-time challenge (JWS) that the clip answers, instead of --challenge."),
    ] = None,
    keys: Annotated[Path | None, typer.Option(help="With --bundle: the county's public keys (JWK set).")] = None,
    captured_at: Annotated[
        str | None, typer.Option(help="With --bundle: when it was filmed (ISO 8601 with zone); default: now.")
    ] = None,
    visit: Annotated[UUID | None, typer.Option(help="With --bundle: the visit it was filmed at.")] = None,
    used: Annotated[
        Path | None,
        typer.Option(help="With --bundle: file of used challenges; this one is added, a repeat is refused."),
    ] = None,
    reference: Annotated[Path | None, typer.Option(help="A photo of the person (JPEG, PNG, WebP).")] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option(
            help="An earlier recording of the same person, to see whether VIDEO shows it again; may be given several"
            " times."
        ),
    ] = None,
    engine: Annotated[
        str, typer.Option(help="Match engine: sface, or face_recognition (never certifies alone).")
    ] = "sface",
    start: Annotated[float, typer.Option("--from", min=0.0, help="Judge from this second of the clip.")] = 0.0,
    end: Annotated[float | None, typer.Option("--to", min=0.0, help="Judge up to this second of the clip.")] = None,
    policy: Annotated[
        Path | None, typer.Option(help="Thresholds as TOML; what is not named keeps its default.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the verification as JSON on stdout, nothing else.")
    ] = False,
    verdict: Annotated[
        Path | None,
        typer.Option(
            "--replay",
            metavar="VERDICT",
            help="Judge no clip but a verdict again, from the numbers in it: what --json printed, or an event of the"
            " verdict topic; - reads stdin. With --policy: what that policy would have decided.",
        ),
    ] = None,
) -> None:
    """Check that VIDEO shows the living person of the reference photo doing the asked actions.

    The decision is certified, retry (film again; the reason says how) or review (a person decides). Exit status: 0
    when a
    decision was made, whatever it is; 2 for wrong usage; 1 when the check itself could not run.

    Example: onevisit verify clip.mp4 --challenge nod,open_mouth --reference photo.jpg --json

    Example: onevisit verify clip.mp4 --bundle bundle.jws --keys public-keys.json --used used.txt --reference photo.jpg

    Example: onevisit verify clip.mp4 --challenge nod --reference photo.jpg --earlier last-year.mp4   is it sent again?

    Example: onevisit verify --replay verdict.json   exit status: 0 the verdict holds; 3 it does not, field by field
    """
    if verdict is not None:
        if video is not None:
            raise typer.BadParameter("give VIDEO or --replay, not both.", param_hint="--replay")
        from services.cli.replay import replay_command  # noqa: PLC0415

        return replay_command(verdict, policy, as_json=as_json)
    if video is None:
        raise typer.BadParameter("name a clip, or a verdict with --replay.", param_hint="VIDEO")
    from services.certify.engines.errors import ModelError  # noqa: PLC0415 - `onevisit --help` must not load the engines
    from services.certify.policy import MatchEngine  # noqa: PLC0415
    from services.certify.verify import Verifier  # noqa: PLC0415

    answered = _answered(challenge, bundle, keys, captured_at, visit, used)
    if bundle is not None and (start > 0.0 or end is not None):
        raise typer.BadParameter(
            "a bundle is answered by the whole clip: leave --from and --to out.", param_hint="--from"
        )
    if engine not in set(MatchEngine):
        raise typer.BadParameter(f"{engine!r} is none of {', '.join(MatchEngine)}.", param_hint="--engine")
    if end is not None and end <= start:
        raise typer.BadParameter("--to must be later than --from.", param_hint="--to")
    clip = _file(video, "VIDEO")
    photo = None if reference is None else _read(_file(reference, "--reference"), "--reference")
    thresholds = read_policy(policy)
    content = _read(clip, "VIDEO")
    before = {path.name: _read(_file(path, "--earlier"), "--earlier") for path in earlier or ()}
    try:
        pull_missing()
        verifier = Verifier(thresholds, models_folder(), MatchEngine(engine))
        asked, faults = answered.take()
        motions = {name: verifier.motion(recording) for name, recording in before.items()}
        found = verifier.verify(content, asked, photo, start_s=start, end_s=end, bundle_faults=faults, earlier=motions)
    except ModelError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        _show(found)


def read_policy(path: Path | None) -> "VerificationPolicy":
    """The policy in that file, or the default. Ends the command when it is none."""
    from services.certify.policy import VerificationPolicy  # noqa: PLC0415

    try:
        return VerificationPolicy() if path is None else VerificationPolicy.from_toml(_file(path, "--policy"))
    except ValueError as error:
        raise typer.BadParameter(f"{path} is not a policy: {error}", param_hint="--policy") from error


def _actions(text: str | None) -> "list[Action]":
    from schemas.verification import Action  # noqa: PLC0415

    names = [name.strip().lower().replace("-", "_") for name in (text or "").split(",") if name.strip()]
    unknown = [name for name in names if name not in set(Action)]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(Action)}.", param_hint="--challenge")
    if len(set(names)) != len(names):
        raise typer.BadParameter("an action is named twice.", param_hint="--challenge")
    return [Action(name) for name in names]


def _answered(
    challenge: str | None,
    bundle: Path | None,
    keys: Path | None,
    captured_at: str | None,
    visit: UUID | None,
    used: Path | None,
) -> "Answered":
    from services.cli.answered import Answered  # noqa: PLC0415

    if bundle is None:
        if any(option is not None for option in (keys, captured_at, visit, used)):
            raise typer.BadParameter("--keys, --captured-at, --visit and --used go with --bundle.")
        return Answered(tuple(_actions(challenge)))
    if challenge is not None:
        raise typer.BadParameter("give --challenge or --bundle, not both.", param_hint="--bundle")
    return Answered.of_bundle(_read(_file(bundle, "--bundle"), "--bundle"), keys, captured_at, visit, used)


def _file(path: Path, hint: str) -> Path:
    if not path.is_file():
        raise typer.BadParameter(f"{path} is not a file.", param_hint=hint)
    return path


def _read(path: Path, hint: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}.", param_hint=hint) from error


def _show(found: "Verification") -> None:
    """The verification for people: what was decided, why, what to do, then the facts."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from schemas.verification import CueName  # noqa: PLC0415
    from schemas.verification_reason_texts import DECISION_TEXTS, REASON_TEXTS  # noqa: PLC0415

    console = Console()
    colour = {"certified": "green", "retry": "yellow", "review": "magenta"}[found.decision]
    english, chinese = DECISION_TEXTS[found.decision]
    console.print(f"[bold {colour}]{found.decision}[/]  {english} {chinese}")
    for reason in found.reasons:
        text = REASON_TEXTS[reason]
        console.print(f"  [bold]{reason}[/]: {text.english}\n    {text.chinese}")
    table = Table("check 检查", "passed 通过", "found 结果")
    for action, result in found.challenge.items():
        span = "not seen 未见" if result.span_s is None else f"{result.span_s[0]:.2f}–{result.span_s[1]:.2f} s"
        if result.window_s is not None:
            span += f" (asked 提示 {result.window_s[0]:.1f}–{result.window_s[1]:.1f} s)"
        table.add_row(action, _mark(result.passed), span)
    table.add_row("alive 活体", _mark(found.pad.passed), _score(found.pad.score, found.pad.threshold, "liveness"))
    table.add_row(
        "right person 本人",
        _mark(found.match.passed),
        _score(found.match.score, found.match.threshold, found.match.engine),
    )
    if found.seen is not None:
        table.add_row("not seen before 非旧录像", _mark(found.pad.cues[CueName.SEEN_BEFORE].passed), _seen(found.seen))
    console.print(table)
    facts = found.quality
    console.print(
        f"{facts.seconds or 0:.1f} s, {facts.width or '?'}×{facts.height or '?'} {facts.codec or '?'}, "
        f"{facts.frames} frames judged, CPU {found.timing_ms['cpu'] / 1000:.2f} s; policy {found.policy_version}",
        highlight=False,
    )


def _seen(seen: "SeenBefore") -> str:
    if seen.likeness is None or seen.span_s is None or seen.earlier_span_s is None:
        return f"too little motion 动作太少 ({seen.earlier})"
    played = [word for word, so in (("mirrored 镜像", seen.mirrored), ("backwards 倒放", seen.backwards)) if so]
    spans = "{:.1f}–{:.1f} s = {:.1f}–{:.1f} s".format(*seen.span_s, *seen.earlier_span_s)
    return f"{seen.likeness:.2f} like 相似 {seen.earlier}: {', '.join([spans, *played])}"


def _mark(passed: bool) -> str:
    return "[green]yes 是[/]" if passed else "[yellow]no 否[/]"


def _score(score: float | None, threshold: float, name: str) -> str:
    return f"not judged 未判断 ({name})" if score is None else f"{score:.2f} (needs 需 {threshold:.2f}, {name})"
