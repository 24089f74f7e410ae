"""``onevisit recognition``: shows which proofs answer a request without a visit, before a county uses its policy."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from schemas.certificate import EvidenceGrade

if TYPE_CHECKING:
    from services.certify.domain.recognition import ProgrammePolicy

app = typer.Typer(
    help="Recognition of a recent proof: check a county's policy. 近期认证互认：检查本县策略。", no_args_is_help=True
)

EPILOG = (
    "Example 示例: onevisit recognition check recognition.toml   Without FILE: the default. The service reads the file"
    " that ONEVISIT_RECOGNITION names when it starts. Exit status: 0 it can be used, 1 it cannot, 2 wrong usage."
)


class Language(StrEnum):
    """Languages of the table."""

    ZH = "zh"
    EN = "en"


_ZH: Final = {
    "pension": "养老保险",
    "senior_subsidy": "高龄补贴",
    "family_planning": "计划生育补贴",
    "in_person_face": "当面（人脸）",
    "in_person_witnessed": "当面（见证）",
    "video_call": "视频通话",
    "self_capture": "自助采集",
    "data_trace": "数据痕迹",
    "person": "本人",
    "proxy": "代办",
    "unknown": "不详",
}
_HEAD: Final = {
    Language.EN: ("programme", "accepted evidence", "acted by", "proof must lie", "oldest proof"),
    Language.ZH: ("项目", "认可的证据", "办理人", "认证日期须在", "最早认证"),
}


@app.callback()
def _group() -> None:
    """Keeps `check` a subcommand while it is the only one."""


@app.command(epilog=EPILOG)
def check(
    file: Annotated[Path | None, typer.Argument(dir_okay=False, help="The policy, TOML. 策略文件。")] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the table. 表格语言。")] = Language.ZH,
) -> None:
    """Check a policy of recognition and print what counts for each programme."""
    from rich.console import Console  # noqa: PLC0415 (imported only when it runs)
    from rich.table import Table  # noqa: PLC0415

    from services.certify.domain.recognition import RecognitionPolicyInvalid  # noqa: PLC0415
    from services.certify.recognition_file import read_recognition  # noqa: PLC0415

    try:
        policy = read_recognition(file)
    except RecognitionPolicyInvalid as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    table = Table(*_HEAD[lang], title=policy.version)
    for name, rule in policy.effective().items():
        table.add_row(*_row(name, rule, lang))
    Console().print(table)
    for name in policy.unknown_programmes:
        typer.echo(f"未知项目，请核对名称 unknown programme, check its name: {name}", err=True)


def _row(name: str, rule: "ProgrammePolicy", lang: Language) -> tuple[str, ...]:
    grades = [grade.value for grade in EvidenceGrade if grade in rule.accepted]
    actors = sorted(actor.value for actor in rule.accepted_actors)
    if lang is Language.EN:
        window = "within the window" if rule.within_window else "within the window or before"
        named = "all others" if name == "*" else name
        return (
            named,
            ", ".join(grades) or "nothing",
            ", ".join(actors),
            window,
            f"{rule.max_age_days} days before due",
        )
    window = "窗口期内" if rule.within_window else "窗口期内或之前"
    named = "其他项目" if name == "*" else _ZH.get(name, name)
    words = ["、".join(_ZH[text] for text in texts) for texts in (grades, actors)]
    return (named, words[0] or "无", words[1], window, f"截止日前{rule.max_age_days}天")
