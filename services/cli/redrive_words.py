"""What ``onevisit redrive`` tells of dead letters: everything but their content, in English or Chinese."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from services.cli.merge import Language
    from services.platform.redrive import Letter, Mark

SHOWN = 30
"""Letters shown one by one; of more, the oldest of them."""

NEXT_STEPS = {
    "LETTER_UNKNOWN": ("see `onevisit redrive` for those that are kept", "请运行 `onevisit redrive` 查看现存的死信"),
    "STILL_UNREADABLE": (
        "update the reader, or write it out with --export, repair it and send it with --repaired",
        "请升级读取程序；或用 --export 导出，修正后用 --repaired 发回",
    ),
    "ALREADY_REDRIVEN": ("to send it once more, add --again", "如需再次发送，请加 --again"),
    "REPAIR_MALFORMED": (
        "begin with the file that --export wrote, and change headers and value only",
        "请以 --export 导出的文件为底稿，只修改 headers 和 value",
    ),
    "TOPIC_UNKNOWN": ("use a topic that `onevisit redrive` shows", "请使用 `onevisit redrive` 所列的主题"),
    "PLACE_MALFORMED": ("write --offset 0:17 for offset 17 of partition 0", "请写成 --offset 0:17（分区0，偏移量17）"),
    "EXPORT_EXISTS": ("choose another folder, or delete the old files", "请换一个文件夹，或删除旧文件"),
    "EXPORT_FAILED": ("name a folder that you may write", "请指定一个可写的文件夹"),
}
"""For each code of `services.platform.redrive.RedriveCode` what to do next, in English and Chinese."""

_TEXTS = {
    "en": {
        "none": "no dead letters: every message could be read, or its letter is older than 30 days",
        "more": "… and {count} more (--json shows all)",
        "hint": "put back what a mended reader can read: onevisit redrive --topic {topic}\n"
        "repair by hand: --export DIR, then --repaired FILE; --dry-run tries without sending",
        "would": "{place}: would be put back",
        "back": "{place}: put back",
        "repaired": "{line}, repaired",
        "sent": "{count} put back; the relay sends them now",
        "would_send": "{count} would be put back; nothing was sent",
        "nothing": "nothing to put back",
        "skipped": "{count} were put back before and left alone (--again sends them once more)",
        "written": "{count} letters written. They may hold personal data: keep them like the lists, delete them "
        "afterwards.",
    },
    "zh": {
        "none": "没有死信：所有消息均可读取，或死信已超过30天",
        "more": "……另有 {count} 条（--json 显示全部）",
        "hint": "读取程序修好后整个主题发回：onevisit redrive --topic {topic}\n"
        "人工修正：先 --export 目录，再 --repaired 文件；加 --dry-run 只试不发",
        "would": "{place}：可以发回",
        "back": "{place}：已发回",
        "repaired": "{line}（已修正）",
        "sent": "{count} 条已发回，由转发程序立即发送",
        "would_send": "{count} 条可以发回；未发送任何内容",
        "nothing": "没有可发回的死信",
        "skipped": "{count} 条此前已发回，未再处理（加 --again 可再次发送）",
        "written": "已写出 {count} 条。文件可能含个人信息：请按名单保管，用后删除。",
    },
}


_SUMS = {
    "en": ("topic", "reader", "code", "letters", "put back", "oldest"),
    "zh": ("主题", "读取方", "代码", "死信数", "已发回", "最早"),
}
_SINGLY = {
    "en": ("topic", "place", "reader", "what is wrong", "age", "put back"),
    "zh": ("主题", "位置", "读取方", "问题", "时长", "发回时间"),
}


def tell(what: str, language: Language, *, err: bool = False, **values: object) -> None:
    """One of the texts, with its values."""
    typer.echo(_TEXTS[language][what].format(**values), err=err)


def show(letters: Sequence[Letter], done: dict[Mark, datetime], language: Language) -> None:
    """How many letters of which kind there are, then the oldest ones singly, then what can be done."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    if not letters:
        tell("none", language)
        return
    console = Console(markup=False, highlight=False)
    kinds: dict[tuple[str, str, str], list[Letter]] = defaultdict(list)
    for letter in letters:
        kinds[letter.place.topic, letter.reader, letter.code].append(letter)
    sums = Table(*_SUMS[language], box=None)
    for kind, together in sorted(kinds.items()):
        back = sum(letter.mark in done for letter in together)
        sums.add_row(*kind, str(len(together)), str(back), _age(told(together[0], done)["age_s"]))
    console.print(sums)
    typer.echo()
    singly = Table(*_SINGLY[language], box=None)
    for row in (told(letter, done) for letter in letters[:SHOWN]):
        place = f"{row['partition']}:{row['offset']}"
        at = (row["redriven_at"] or "")[:16].replace("T", " ")
        what = f"{row['code']}: {row['error']}"
        singly.add_row(row["topic"], place, row["reader"], what, _age(row["age_s"]), at)
    console.print(singly)
    if len(letters) > SHOWN:
        tell("more", language, count=len(letters) - SHOWN)
    typer.echo()
    waiting = next((letter for letter in letters if letter.mark not in done), letters[0])
    tell("hint", language, topic=waiting.place.topic)


def told(letter: Letter, done: dict[Mark, datetime]) -> dict[str, Any]:
    """What may be shown of a letter: all but its content."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from services.platform.telemetry import redact  # noqa: PLC0415

    at = done.get(letter.mark)
    return {
        "topic": letter.place.topic,
        "partition": letter.place.partition,
        "offset": letter.place.offset,
        "reader": letter.reader,
        "code": letter.code,
        "error": redact(letter.error),
        "died_at": letter.died_at.isoformat(),
        "age_s": int((datetime.now(UTC) - letter.died_at).total_seconds()),
        "redriven_at": at.isoformat() if at else None,
    }


def tell_put_back(sent: Iterable[Letter], skipped: int, language: Language, *, dry_run: bool) -> None:
    """Which letters went back, or would."""
    count = 0
    for count, letter in enumerate(sent, start=1):  # noqa: B007
        line = _TEXTS[language]["would" if dry_run else "back"].format(place=letter.place)
        typer.echo(_TEXTS[language]["repaired"].format(line=line) if letter.repaired else line)
    tell("nothing" if not count else "would_send" if dry_run else "sent", language, count=count)
    if skipped:
        tell("skipped", language, count=skipped)


def _age(seconds: int) -> str:
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{max(seconds, 0)} s"
