"""``onevisit challenge``: draws a signed one-time challenge without a server, as the door does for a phone."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID, uuid4

import typer

from schemas.base import to_utc
from schemas.capture import Challenge, Prompt, PromptForm
from schemas.verification import Action
from services.gateway.domain.abilities import ABILITIES, AbilitySet, prompt_form

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

app = typer.Typer(
    help="Challenges: what a person is asked before the camera, signed, good for one recording. 动作要求（一次性）。",
    no_args_is_help=True,
)

EPILOG = """
Example 示例: onevisit challenge draw --ability deaf --out bundle.jws

Then film, and check: onevisit verify clip.mp4 --bundle bundle.jws --used used.txt --reference photo.jpg

For tests, --prompt nod@1-6 (repeatable) sets the windows, and --secrets FOLDER signs with a key of its own, made when
it is not there; FOLDER/public-keys.json is its public half. Exit status: 0 drawn, 1 the person can do too few actions
or there is no key, 2 wrong usage.
"""

_WINDOW: Final = re.compile(r"(?P<action>[a-z_]+)@(?P<at>\d+(?:\.\d+)?)-(?P<until>\d+(?:\.\d+)?)")
_TAIL_S: Final = 0.5


@app.command(epilog=EPILOG)
def draw(
    ability: Annotated[list[AbilitySet] | None, typer.Option(help="What limits the person; repeatable.")] = None,
    unable: Annotated[list[Action] | None, typer.Option(help="An action the person cannot do; repeatable.")] = None,
    prompt: Annotated[
        list[str] | None, typer.Option(help="Instead of drawing: ask ACTION@FROM-TO (seconds); repeatable, in order.")
    ] = None,
    longest: Annotated[float | None, typer.Option(help="With --prompt: the longest recording, in seconds.")] = None,
    visit: Annotated[UUID | None, typer.Option(help="The visit it is for; without it, a new id.")] = None,
    issued_at: Annotated[str | None, typer.Option(help="When it is drawn (ISO 8601 with zone); default: now.")] = None,
    days: Annotated[int, typer.Option(min=1, max=30, help="Days within which it is filmed.")] = 7,
    secrets: Annotated[Path | None, typer.Option(file_okay=False, help="Folder of the key; default: ours.")] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Write the bundle to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, as the door answers.")] = False,
) -> None:
    """Draw a challenge and sign it with the county's key: the bundle that `onevisit verify --bundle` takes."""
    from services.gateway.errors import Refusal  # noqa: PLC0415
    from services.gateway.phone.challenges import draw as draw_at_random  # noqa: PLC0415 - `--help` need not load it
    from services.gateway.phone.challenges import sign  # noqa: PLC0415
    from services.gateway.policy import DoorPolicy  # noqa: PLC0415

    sets, now, visit_id = set(ability or ()), moment(issued_at, "--issued-at"), visit or uuid4()
    if prompt:
        challenge = _timed(visit_id, prompt, longest, prompt_form(sets), now, now + timedelta(days=days))
    else:
        policy = DoorPolicy(challenge_days=days)
        try:
            challenge = draw_at_random(visit_id, policy, abilities=sets, unable=set(unable or ()), now=now)
        except Refusal as refusal:
            typer.echo(str(refusal), err=True)
            raise typer.Exit(1) from refusal
    bundle = sign(challenge, _key(secrets))
    if out is not None:
        out.write_text(f"{bundle}\n", encoding="ascii")
    if as_json:
        typer.echo(json.dumps({"challenge": challenge.model_dump(mode="json"), "jws": bundle}, indent=2))
    elif out is None:
        typer.echo(bundle)


@app.command()
def abilities() -> None:
    """List the ability sets: what each leaves to be asked."""
    from rich.console import Console  # noqa: PLC0415 (imported only when it runs)
    from rich.table import Table  # noqa: PLC0415

    table = Table("set 能力", "meaning 含义", "can be asked 可要求的动作")
    for name, entry in ABILITIES.items():
        able = ", ".join(action for action in Action if action in entry.able)
        table.add_row(name, f"{entry.english}\n{entry.chinese}", able or "– (another way 改用其他方式)")
    Console().print(table)


def moment(text: str | None, hint: str) -> datetime:
    """An ISO 8601 moment with its zone, in UTC; now when there is none. Raises ``BadParameter``."""
    if text is None:
        return datetime.now(UTC)
    try:
        given = datetime.fromisoformat(text)
        if given.tzinfo is None:
            raise ValueError
        return to_utc(given)
    except ValueError:
        raise typer.BadParameter(
            "give a moment with its zone, e.g. 2026-11-24T10:30:00+08:00.", param_hint=hint
        ) from None


def _timed(
    visit_id: UUID, windows: list[str], longest: float | None, form: PromptForm, issued: datetime, expires: datetime
) -> Challenge:
    fields = [_WINDOW.fullmatch(window.strip()) for window in windows]
    try:
        prompts = tuple(
            Prompt(action=Action(found["action"]), at_s=float(found["at"]), until_s=float(found["until"]))
            for found in (field for field in fields if field is not None)
        )
        if len(prompts) < len(windows):
            raise ValueError("a prompt has the form ACTION@FROM-TO, e.g. nod@1-6")
        challenge = Challenge(
            challenge_id=uuid4(),
            visit_id=visit_id,
            actions=tuple(prompt.action for prompt in prompts),
            issued_at=issued,
            expires_at=expires,
            prompts=prompts,
            longest_s=prompts[-1].until_s + _TAIL_S if longest is None else longest,
            prompt_form=form,
        )
        if not challenge.is_sound:
            raise ValueError(
                "windows follow each other, no action is asked twice, and all lie in the longest recording"
            )
        return challenge
    except ValueError as error:  # pydantic's too
        raise typer.BadParameter(_first_words(error), param_hint="--prompt") from None


def _first_words(error: Any) -> str:
    errors = getattr(error, "errors", None)
    return str(errors()[0]["msg"]) if errors else str(error)


def _key(folder: Path | None) -> "OKPKey":
    """The signing key of this folder, made there when the folder was named and has none; else the county's."""
    from services.platform import secrets  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    try:
        if folder is None:
            return secrets.load(Settings.from_env().secrets).signing_key
        secrets.make_missing(folder)
        secrets.publish_keys(folder, folder / "public-keys.json", Settings.from_env().issuer)
        return secrets.load(folder).signing_key
    except secrets.SecretMissing as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
