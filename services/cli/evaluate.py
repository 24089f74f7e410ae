"""``onevisit evaluate``: the errors of the machine check on labelled clips, a county's own ones too."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.models import models_folder, pull_missing

if TYPE_CHECKING:
    from services.certify.evaluation.evaluate import Evaluation

EPILOG = """
Examples:

onevisit evaluate clips/manifest.csv --json

onevisit evaluate clips/manifest.csv --earlier   are copies of earlier recordings found?

The folder needs manifest.csv (path, sha256, kind, identity, approx_age, genuine_or_attack); labels.csv says which
challenge was asked of which part and what the person does there, and in a column `earlier`, for --earlier, earlier
recordings of the same person; pairs.csv (a, b, same, kind) is for the matcher. The
columns are explained in docs/evaluation.md. A broken run goes on where it was. Use only clips whose people agreed.
"""


def evaluate_command(
    manifest: Annotated[Path, typer.Argument(help="manifest.csv of the folder.", metavar="MANIFEST")],
    labels: Annotated[Path | None, typer.Option(help="Labels, if not labels.csv beside the manifest.")] = None,
    pairs: Annotated[Path | None, typer.Option(help="Pairs, if not pairs.csv beside the manifest.")] = None,
    policy: Annotated[Path | None, typer.Option(help="Thresholds as TOML; the rest keeps its default.")] = None,
    earlier: Annotated[
        bool,
        typer.Option(
            "--earlier",
            help="Hold each part also against the earlier recordings of its person that labels.csv names, as the"
            " county does with those it has received: how many copies are found.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the evaluation as JSON on stdout.")] = False,
) -> None:
    """Judge every labelled clip and pair below MANIFEST, and count the errors with 95 % intervals.

    Progress goes to stderr. Exit status: 0 when the evaluation was made, whatever it found; 2 for a list that cannot be
    used; 1 when the check itself could not run.
    """
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - `onevisit --help` must not load the engines

    from services.certify.engines.errors import ModelError  # noqa: PLC0415
    from services.certify.engines.loader import get_engines  # noqa: PLC0415
    from services.certify.evaluation.evaluate import Evaluation, evaluate  # noqa: PLC0415
    from services.certify.evaluation.looks import Looker  # noqa: PLC0415
    from services.certify.evaluation.manifest import Folder, ManifestError  # noqa: PLC0415
    from services.certify.policy import VerificationPolicy  # noqa: PLC0415

    for path in (manifest, labels, pairs, policy):
        if path is not None and not path.is_file():
            raise typer.BadParameter(f"{path} is not a file.")
    try:
        thresholds = VerificationPolicy() if policy is None else VerificationPolicy.from_toml(policy)
    except (ValueError, ValidationError) as error:
        raise typer.BadParameter(f"{policy} is not a policy: {error}", param_hint="--policy") from error
    try:
        folder = Folder(manifest, labels, pairs)
    except (ManifestError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{manifest}: {error}", param_hint="MANIFEST") from error
    if earlier and not any(label.earlier for label in folder.labels):
        raise typer.BadParameter(
            "no good row of labels.csv names an earlier recording: give it a column `earlier` (docs/evaluation.md).",
            param_hint="--earlier",
        )
    try:
        pull_missing()
        models = models_folder()
        looker = Looker(folder, thresholds, models, models.parent / "evaluation")
        found = evaluate(folder, looker, get_engines(models), lambda step: typer.echo(step, err=True), earlier=earlier)
    except ModelError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{looker.made} looks made, {looker.known} known from before", err=True)
    if as_json:
        typer.echo(TypeAdapter(Evaluation).dump_json(found, indent=1))
    else:
        _show(found)


def _show(found: "Evaluation") -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console()
    console.print(f"{found.clips} clips, {found.identities} people, policy {found.policy_version}", highlight=False)
    table = Table("genuine 真人", "certified 通过", "retry 重拍", "review 人工", "right answer 判断正确")
    for group in found.genuine:
        table.add_row(group.group, str(group.certified), str(group.retry), str(group.review), str(group.right))
    console.print(table)
    table = Table("attack 攻击", "certified 通过", "passed liveness 活体通过")
    for species in found.species:
        table.add_row(species.species, str(species.certified), str(species.passed_pad))
    console.print(table)
    if found.seen_before:
        table = Table(
            "with earlier recordings 对照旧录像",
            "seen before 旧录像",
            "untold 无法判断",
            "certified without 不对照通过",
            "certified with 对照后通过",
        )
        for beside in found.seen_before:
            counts = (beside.seen_before, beside.untold, beside.certified_alone, beside.certified)
            table.add_row(beside.species, *map(str, counts))
        console.print(table)
    table = Table("action 动作", "found where shown 应见", "found where not 误见")
    for action in found.actions:
        table.add_row(action.action, str(action.true), str(action.false))
    console.print(table)
    table = Table("pairs 比对", "engine 引擎", "false match 误认", "false non-match 漏认")
    for compared in found.matching:
        table.add_row(compared.group, compared.engine, str(compared.fmr), str(compared.fnmr))
    console.print(table)
    console.print(f"strangers certified 他人通过: {found.strangers}", highlight=False)
    for row in found.bad_rows:
        console.print(f"{row.file}:{row.row} {row.code}: {row.what}", highlight=False)
