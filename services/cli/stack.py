"""``onevisit up``, ``down`` and ``doctor``: the stack alone, and what a machine lacks for it."""

import json
import signal
import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from deploy.embedded.checks import Finding
    from deploy.embedded.stack import EmbeddedStack
    from services.cli.interruption import Interruption

WATCH_S = 1.0

UP_EPILOG = "Example: onevisit up          (from another terminal: onevisit doctor, onevisit down)"
DOWN_EPILOG = "Example: onevisit down"
DOCTOR_EPILOG = 'Example: onevisit doctor --json | jq ".[] | select(.outcome != \\"ok\\")"'


def up() -> None:
    """Run the stack until Ctrl-C: Kafka, PostgreSQL, the workers and the gateway, each restarted when it dies.

    All data stays below ./var (ONEVISIT_VAR), logs are in var/log. With ONEVISIT_KAFKA or ONEVISIT_DATABASE set, that
    broker or database is used and the embedded one is not started.
    """
    from deploy.embedded.errors import StackError  # noqa: PLC0415 imported only when the command runs
    from deploy.embedded.stack import EmbeddedStack  # noqa: PLC0415
    from services.cli.interruption import Interruption  # noqa: PLC0415

    interruption = Interruption(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    _get_models()
    stack = EmbeddedStack.from_environment()
    began = time.monotonic()
    try:
        stack.start(on_progress=_tell)
        _tell(f"all is up after {time.monotonic() - began:.1f} s; Ctrl-C stops it")
        _show(stack)
        _watch(stack, interruption)
        _tell(f"the supervisor is gone; see {stack.logs}, then run `onevisit up` again")
        raise typer.Exit(1)
    except KeyboardInterrupt:
        _tell("stopping")
    except StackError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stack.stop()
    _tell("stopped; the data stays for the next start")


def down() -> None:
    """Stop the stack that runs in another terminal or was left behind; do nothing when there is none."""
    from deploy.embedded import running  # noqa: PLC0415
    from deploy.embedded.running import default_var  # noqa: PLC0415

    _tell("stopped" if running.stop(default_var()) else "nothing was running")


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False) -> None:
    """Say what this machine has and lacks for the demo, and how to get what is missing.

    Each line is ok, soon (a certificate that ends before long), later (made without your help by the command that needs
    it) or missing. The exit status is 1 when anything is missing.
    """
    from dataclasses import asdict  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from deploy.embedded.checks import Outcome, examine  # noqa: PLC0415
    from services.cli.stack_certificates import foreign_authorities  # noqa: PLC0415

    findings = list(examine(_models, _topics, foreign_authorities))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in findings], indent=2, ensure_ascii=False))
    else:
        colours = {Outcome.OK: "green", Outcome.LATER: "yellow", Outcome.SOON: "yellow", Outcome.MISSING: "red"}
        table = Table("what", "", "found", "how to get it", box=None)
        for one in findings:
            colour = colours[one.outcome]
            table.add_row(one.name, f"[{colour}]{one.outcome}[/{colour}]", one.detail, one.remedy)
        Console().print(table)
    if any(one.outcome is Outcome.MISSING for one in findings):
        raise typer.Exit(1)


def _get_models() -> None:
    """Get the weights; without them the stack runs, and captures wait."""
    from services.certify.engines.errors import ModelError  # noqa: PLC0415
    from services.cli.models import pull_missing  # noqa: PLC0415

    try:
        pull_missing()
    except ModelError as error:
        _tell(f"captures cannot be checked yet: {error}")


def _models() -> "Finding":
    """Look at the weights; what is wrong or absent is fetched by the commands that need it."""
    from deploy.embedded.checks import Finding, Outcome  # noqa: PLC0415
    from services.certify.engines.errors import ModelError  # noqa: PLC0415
    from services.certify.engines.store import ModelStore  # noqa: PLC0415
    from services.cli.models import models_folder  # noqa: PLC0415

    try:
        store = ModelStore(models_folder())
        absent = store.missing()
    except ModelError as error:
        return Finding("face models", Outcome.MISSING, str(error), "onevisit models pull")
    if absent:
        detail = f"{len(store.pins) - len(absent)} of {len(store.pins)}"
        return Finding("face models", Outcome.LATER, detail, "`onevisit models pull`; the demo does it by itself")
    return Finding("face models", Outcome.OK, f"{len(store.pins)} of {len(store.pins)}")


def _topics() -> list[str]:
    from services.platform.settings import Settings  # noqa: PLC0415
    from services.platform.topics_admin import wanted_topics  # noqa: PLC0415

    return list(wanted_topics(Settings.from_env()))


def _tell(line: str) -> None:
    typer.echo(f"onevisit: {line}", err=True)


def _show(stack: "EmbeddedStack") -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table("program", "state", "pid", "address", box=None)
    for one in stack.status():
        table.add_row(one.name, one.state, str(one.pid or ""), one.address)
    Console().print(table)
    typer.echo(f"logs: {stack.logs}/<program>.log")


def _watch(stack: "EmbeddedStack", interruption: "Interruption") -> None:
    """Tell of every program that died and of its return, and of certificates that end, until the supervisor is gone or
    we are told to end."""
    from deploy.embedded import clock_held  # noqa: PLC0415
    from deploy.embedded.errors import StackError  # noqa: PLC0415
    from services.cli.stack_certificates import watch_of  # noqa: PLC0415

    known = {one.name: one.pid for one in stack.status()}
    certificates = watch_of(stack, _tell)
    while stack.alive:
        interruption.check()
        certificates.look()
        if not clock_held.doubt(stack.var):
            clock_held.note_seen(stack.var)
        time.sleep(WATCH_S)
        try:
            now = {one.name: one.pid for one in stack.status()}
        except StackError:
            continue
        for name, pid in now.items():
            if pid != known[name]:
                _tell(f"{name} died, and is started again" if pid is None else f"{name} had died and runs again")
        known = now
