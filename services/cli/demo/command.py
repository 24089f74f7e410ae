"""The command: sets up, runs the line, says what came out, and whether it is right."""

import asyncio
import contextlib
import signal
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from deploy.embedded.stack import EmbeddedStack
    from services.cli.demo.line import Line

EPILOG = (
    "Examples 示例:  onevisit demo            the line, then the stack stays up until Ctrl-C    |    "
    "onevisit demo --once     ends; exit status 0 when the counts are right, 1 with the reason when not    |    "
    "onevisit demo --once --people 500 --villages 10     a smaller county, faster"
)


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End when the line has run (also when not in a terminal).")
    ] = False,
    seed: Annotated[int, typer.Option(help="Another seed makes another county. 随机种子。")] = 1,
    people: Annotated[int, typer.Option(min=100, max=100_000, help="Elderly people in the county. 老人人数。")] = 6000,
    villages: Annotated[int, typer.Option(min=5, max=1000, help="Villages in the county. 村庄数。")] = 110,
) -> None:
    """Run the whole line on a made-up county: three agencies' lists in, signed certificates out.

    Real Kafka, real PostgreSQL, real face models, real video. Everything it makes lies below ./var; a second run finds
    it again, and does not count anything twice.
    """
    from deploy.embedded.errors import StackError  # noqa: PLC0415 imported only when the command runs
    from deploy.embedded.stack import EmbeddedStack  # noqa: PLC0415
    from services.certify.engines.errors import ModelError  # noqa: PLC0415
    from services.cli.demo.errors import DemoFailed  # noqa: PLC0415
    from services.cli.demo.line import Line  # noqa: PLC0415
    from services.cli.demo.season import Season  # noqa: PLC0415
    from services.cli.interruption import Interruption  # noqa: PLC0415

    interruption = Interruption(signal.SIGINT, signal.SIGTERM)
    began = time.monotonic()
    stack = EmbeddedStack.from_environment()
    try:
        _fetch()
        _step("starting Kafka, PostgreSQL, scheduler, certify, relay, gateway 启动全部服务")
        stack.start(on_progress=_note)
        season = Season.remembered(stack.var / "demo", seed=seed, people=people, villages=villages)
        line = Line(stack, season, step=_step, note=_note)
        right = asyncio.run(line.run())
        interruption.check()
        _addresses(stack, line)
        _step(f"done in {time.monotonic() - began:.0f} s")
        if not once and sys.stdin.isatty() and sys.stdout.isatty():
            _step("the stack stays up; Ctrl-C stops it 服务保持运行，按 Ctrl-C 停止")
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()
    except (StackError, DemoFailed, ModelError) as error:
        typer.echo(f"onevisit demo: {error}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    finally:
        stack.stop()
    if not right:
        raise typer.Exit(1)


def _fetch() -> None:
    from deploy.embedded import clips  # noqa: PLC0415
    from services.cli.models import pull_missing  # noqa: PLC0415

    _step("face models and clips 人脸模型与视频")
    pull_missing()
    clips.fetch(_note)


def _addresses(stack: "EmbeddedStack", line: "Line") -> None:
    from rich.table import Table  # noqa: PLC0415

    from services.cli.demo.screen import show  # noqa: PLC0415

    table = Table("what 内容", "where 位置", box=None, title="Addresses 地址", title_justify="left")
    for what, where in (
        ("agencies hand in lists 报送名单", f"POST {stack.gateway}/v1/lists"),
        ("agencies fetch certificates 领取证明", f"GET {stack.gateway}/v1/certificates"),
        ("visits to be made 待上门", f"GET {stack.gateway}/v1/visits"),
        ("phones send recordings 上传视频", f"{stack.gateway}/v1/captures (tus)"),
        (
            "who may enter 开通账号",
            "./onevisit access --help   (all routes: docs/api/access.md, docs/api/openapi.json)",
        ),
        ("public keys 公钥", f"{stack.gateway}/.well-known/jwks.json"),
        ("health 健康检查", f"{stack.gateway}/healthz"),
        ("Kafka", stack.kafka),
        ("lists 名单", str(line.lists_folder)),
        ("certificates 证明", f"{line.certificates_folder}   (onevisit certificate verify FILE)"),
        ("logs 日志", str(stack.logs)),
    ):
        table.add_row(what, where)
    show(table)


def _step(text: str) -> None:
    typer.secho(f"▶ {text}", bold=True)


def _note(text: str) -> None:
    typer.echo(f"  {text}")
