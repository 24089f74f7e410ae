"""``onevisit verify --replay``: judges a verdict again from the numbers in it, without the clip, without any model."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from pydantic import TypeAdapter, ValidationError

from schemas.verdict import VerdictReached
from schemas.verification import Verification
from services.certify.domain.replay import Replay, ReplayFault, Unreplayable, measuring_differs, replay, replay_under
from services.cli.verify import read_policy

if TYPE_CHECKING:
    from services.platform.database import Connection

_MAX_BYTES = 50_000_000
_DIFFERENT = 3
"""Exit status when a verdict does not hold, or another policy would have decided otherwise."""


def replay_command(source: Path, policy: Path | None, *, as_json: bool) -> None:
    """Judge every verdict of the file; one JSON document, or one on each line."""
    thresholds = None if policy is None else read_policy(policy)
    different = False
    try:
        for told in _verdicts(_read(source)):
            held = replay(told)
            other = None if thresholds is None else replay_under(told, thresholds)
            unseen = [] if thresholds is None else measuring_differs(told, thresholds)
            different |= bool(held.differences) or (other is not None and _decides_otherwise(told, other))
            if as_json:
                typer.echo(json.dumps(_as_json(told, held, other, unseen), ensure_ascii=False, indent=2))
            else:
                _show(told, held, other, unseen)
    except Unreplayable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if different:
        raise typer.Exit(_DIFFERENT)


def _read(source: Path) -> str:
    try:
        content = sys.stdin.buffer.read(_MAX_BYTES) if str(source) == "-" else source.open("rb").read(_MAX_BYTES)
        return content.decode("utf-8-sig")
    except OSError as error:
        raise typer.BadParameter(f"{source} cannot be read: {error.strerror}.", param_hint="--replay") from None
    except UnicodeDecodeError:
        raise Unreplayable(ReplayFault.NOT_A_VERDICT) from None


def _verdicts(text: str) -> list[Verification]:
    """The verdicts in a text, each with its measurements. Raises ``Unreplayable``."""
    try:
        documents = [json.loads(text)]
    except ValueError:
        try:
            documents = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            documents = []
    if not documents:
        raise Unreplayable(ReplayFault.NOT_A_VERDICT)
    return [_verdict(document) for document in documents]


def _verdict(document: Any) -> Verification:
    if not isinstance(document, dict):
        raise Unreplayable(ReplayFault.NOT_A_VERDICT)
    try:
        if "verification" not in document:
            return Verification.model_validate_json(json.dumps(document))
        event = VerdictReached.model_validate_json(json.dumps(document))
    except ValidationError:
        raise Unreplayable(ReplayFault.NOT_A_VERDICT) from None
    if event.measurements is None:
        return event.verification
    return event.verification.model_copy(update={"measurements": _open(event)})


def _open(event: VerdictReached) -> dict[str, Any]:
    """The measurements of an event, with the keys of this installation."""
    import base64  # noqa: PLC0415 (only where something is sealed)

    from services.certify.measurement_box import open_box  # noqa: PLC0415
    from services.cli.database import in_transaction  # noqa: PLC0415
    from services.platform import secrets  # noqa: PLC0415
    from services.platform.audit import note  # noqa: PLC0415
    from services.platform.audit_chain import OPERATOR, Act, Entry  # noqa: PLC0415
    from services.platform.sealing import Keyring, Unsealable  # noqa: PLC0415
    from services.platform.secrets import SecretMissing  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    sealed = event.measurements
    assert sealed is not None

    async def key(connection: "Connection") -> bytes:
        keyring = Keyring(secrets.load(Settings.from_env().secrets).master_key)
        found = (await keyring.get(connection, [sealed.key_id]))[sealed.key_id]
        subject = f"capture:{event.capture_id}"
        await note(connection, Entry(*OPERATOR, Act.MEASUREMENTS_OPENED, subject, (sealed.key_id,)))
        return found

    try:
        return open_box(in_transaction(key), sealed.key_id, base64.b64decode(sealed.box))
    except (Unsealable, SecretMissing, OSError, ValueError):
        raise Unreplayable(ReplayFault.SEALED) from None


def _decides_otherwise(told: Verification, other: Replay) -> bool:
    return (told.decision, told.reasons) != (other.judged.decision, other.judged.reasons)


def _as_json(told: Verification, held: Replay, other: Replay | None, unseen: list[str]) -> dict[str, Any]:
    answer: dict[str, Any] = {"holds": not held.differences} | _outcome(held)
    if other is not None:
        answer["other_policy"] = _outcome(other) | {
            "decides_otherwise": _decides_otherwise(told, other),
            "acts_while_looking": unseen,
        }
    return answer


def _outcome(found: Replay) -> dict[str, Any]:
    document: dict[str, Any] = TypeAdapter(Replay).dump_python(found, mode="json")
    return {**document.pop("judged"), **document}


def _show(told: Verification, held: Replay, other: Replay | None, unseen: list[str]) -> None:
    if held.differences:
        typer.echo("different 不一致: the verdict is not what its own numbers give 结论与其测量数据不符")
    else:
        typer.echo(f"same 一致: {told.decision} {', '.join(told.reasons)}".rstrip())
        for action, result in held.judged.challenge.items():
            span = "not seen 未见" if result.span_s is None else "{:.2f}–{:.2f} s".format(*result.span_s)
            typer.echo(f"  {action}: {span}")
    _list(held)
    if other is None:
        return
    word = "another decision 结论改变" if _decides_otherwise(told, other) else "the same decision 结论不变"
    typer.echo(
        f"under 按策略 {other.policy_version}: {word}: {other.judged.decision} {', '.join(other.judged.reasons)}"
    )
    _list(other)
    if unseen:
        typer.echo("  not shown here, they act while a clip is looked at 仅在分析视频时生效: " + ", ".join(unseen))


def _list(found: Replay) -> None:
    for difference in found.differences:
        told, now = (json.dumps(value, ensure_ascii=False) for value in (difference.told, difference.found))
        typer.echo(f"  {difference.field}: told 原结论 {told}, found 重算 {now}")
