"""``onevisit merge``: shows a county the gain from its own lists, before it installs anything."""

import gc
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from services.cli.memory import bounded_memory

if TYPE_CHECKING:
    from services.cli.merge_lists import MergeResult, Remark

Language = Literal["en", "zh"]

EPILOG = """
Example: onevisit merge pension.csv 高龄补贴.xlsx health.json --json

Columns: request_id, agency, programme, id_number, name, window_start, due_date, residence_address, village_code, phone,
reference_photo, or their usual Chinese names (身份证号, 姓名, 截止日期 …).
CSV (UTF-8, UTF-16, GB 18030), XLSX, XLS, ODS and JSON are read.

person_key is an HMAC of the ID number under the county's secret: ONEVISIT_COUNTY_SECRET, or the file
var/secrets/county.secret (made once, readable by its owner only). So two runs in one county can be compared, and nobody
can work an ID number out of the answer.

held lists what a person must decide before records count as one person's: one ID number with names that disagree, and
rows rejected for their ID number that may be of somebody else in the lists. It shows the names as typed, and no ID
number: keep the answer like the lists. A file made by --out can be read by its owner only.

Exit status: 0 when every file could be read (rejected rows are part of the answer), 1 when one could not, or when the
memory does not suffice, 2 for a wrong command.
"""


def merge_command(
    files: Annotated[list[Path], typer.Argument(help="The agencies' lists; of a request sent twice the later counts.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write the JSON answer to this file.")] = None,
    agency: Annotated[
        list[str] | None,
        typer.Option("--agency", metavar="FILE=CODE", help="Agency of a list without that column (CODE alone: all)."),
    ] = None,
    programme: Annotated[
        list[str] | None,
        typer.Option("--programme", metavar="FILE=CODE", help="Programme of a list without that column."),
    ] = None,
    same: Annotated[
        list[str] | None,
        typer.Option("--same", metavar="HELD_ID", help="Decided: the names of this held entry are one person's."),
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="Language of the messages: en or zh (default: from LANG).")
    ] = None,
) -> None:
    """Merge agencies' lists into the fewest visits; rejected rows come back with a code and what to do."""
    from services.cli.merge_lists import merge_lists  # noqa: PLC0415 - keeps `onevisit --help` fast

    language = chosen_language(lang)
    today = datetime.now(timezone(timedelta(hours=8))).date()
    status = typer.echo if sys.stderr.isatty() else None
    with bounded_memory(language):
        with without_garbage_collection():
            result = merge_lists(
                files,
                county_secret=county_secret(),
                today=today,
                agencies=by_file(agency),
                programmes=by_file(programme),
                same=same or (),
                progress=lambda what: status(f"… {what}", err=True) if status else None,
            )
        if unknown := set(same or ()) - result.decided:
            raise typer.BadParameter(
                f"{', '.join(sorted(unknown))}: nothing is held under this id; the names have changed, or it is of "
                "another county's secret. Run without --same and look under held",
                param_hint="--same",
            )
        if as_json or out:
            text = json_by_lines(result.as_json(language))
            if out:
                if not out.exists():
                    out.touch(mode=0o600)
                out.write_text(text + "\n", encoding="utf-8")
            if as_json:
                sys.stdout.buffer.write(text.encode() + b"\n")
        if not as_json:
            _print(result, language)
        if not result.readable:
            raise typer.Exit(1)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Without garbage collection: a run keeps nearly all it makes, and looking for the rest took 40 % of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def county_secret() -> bytes:
    """The key of the person keys: from the environment, or the file of the county, made when it is missing."""
    if given := os.environ.get("ONEVISIT_COUNTY_SECRET"):
        if len(given) < 16:
            raise typer.BadParameter("ONEVISIT_COUNTY_SECRET is shorter than 16 characters: choose a longer one")
        return given.encode()
    from services.platform import secrets  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    folder = Settings.from_env().secrets
    try:
        secrets.make_missing(folder)
        return (folder / secrets.COUNTY_SECRET).read_bytes()
    except OSError as error:
        raise typer.BadParameter(
            f"the county's secret cannot be kept in {folder} ({error.strerror}): "
            "set ONEVISIT_COUNTY_SECRET, or ONEVISIT_VAR to a folder that can be written"
        ) from None


def json_by_lines(answer: dict[str, Any]) -> str:
    """JSON with one entry a line: as readable as indented JSON, and many times faster to write for 100,000 rows."""

    def dump(value: object) -> str:
        if isinstance(value, list) and value:
            return "[\n  " + ",\n  ".join(json.dumps(entry, ensure_ascii=False) for entry in value) + "\n ]"
        return json.dumps(value, ensure_ascii=False)

    return "{\n " + ",\n ".join(f"{json.dumps(key)}: {dump(value)}" for key, value in answer.items()) + "\n}"


def chosen_language(lang: str | None) -> Language:
    """The language asked for, else that of the system."""
    if lang not in (None, "en", "zh"):
        raise typer.BadParameter("choose en or zh", param_hint="--lang")
    system = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if lang == "zh" or (lang is None and system.startswith("zh")) else "en"


def by_file(options: list[str] | None) -> dict[str, str]:
    """``FILE=CODE`` options as a table; a code alone stands under the empty name, for every file."""
    pairs = (option.rpartition("=") for option in options or [])
    return {file: code for file, _, code in pairs}


_TEXTS = {
    "en": {
        "title": "One visit for each person",
        "rows": "rows read",
        "accepted": "requests accepted",
        "repeats": "rows that repeat or amend",
        "again": "requests sent again under another number (--json: duplicates)",
        "rejected": "rows rejected",
        "persons": "persons",
        "before": "trips, one for each request",
        "after": "visits after the merge",
        "saved": "trips saved",
        "held": "questions for a person (--json: held)",
        "stops": "further trips saved by one stop for a dwelling",
        "rejected_title": "Rejected rows",
        "warnings_title": "To look at",
        "problems_title": "About the files",
        "code": "code",
        "count": "rows",
        "where": "where (file:row)",
        "what": "what to do",
        "assumed": "{file}: no column {column}; taken as {value}",
    },
    "zh": {
        "title": "一人一访",
        "rows": "读取行数",
        "accepted": "受理申请",
        "repeats": "重复或修改的行",
        "again": "换号重报的申请（--json：duplicates）",
        "rejected": "退回行数",
        "persons": "涉及人数",
        "before": "逐件上门次数",
        "after": "合并后上门次数",
        "saved": "节省上门次数",
        "held": "待人工核实（--json：held）",
        "stops": "同户同行再省上门次数",
        "rejected_title": "退回的行",
        "warnings_title": "需留意",
        "problems_title": "文件问题",
        "code": "代码",
        "count": "行数",
        "where": "位置（文件:行）",
        "what": "处理办法",
        "assumed": "{file}：没有列 {column}，按 {value} 处理",
    },
}


def _print(result: "MergeResult", language: Language) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    texts = _TEXTS[language]
    console = Console()
    before, after = len(result.register), len(result.visits)
    table = Table(title=texts["title"], show_header=False)
    for label, value in (
        (texts["rows"], f"{result.requests}"),
        (texts["accepted"], f"{before}"),
        (texts["repeats"], f"{result.repeated}"),
        (texts["again"], f"{len(result.duplicates) - result.repeated}"),
        (texts["rejected"], f"{len(result.rejected)}"),
        (texts["persons"], f"{result.persons}"),
        (texts["before"], f"{before}"),
        (texts["after"], f"{after}"),
        (texts["saved"], f"{before - after}" + (f" ({(before - after) / before:.0%})" if before else "")),
        (texts["stops"], f"{result.trips_saved_by_household}"),
        (texts["held"], f"{len(result.held)}"),
    ):
        table.add_row(label, value)
    console.print(table)
    for title, remarks in ((texts["rejected_title"], result.rejected), (texts["warnings_title"], result.warnings)):
        if remarks:
            console.print(_grouped(title, remarks, language))
    if result.problems or result.assumed:
        console.print(texts["problems_title"], style="bold")
    for file, problem in result.problems:
        where = file if problem.row is None else f"{file}:{problem.row}"
        console.print(f"  {where}  {problem.code}  {problem.explain(language)}", markup=False, highlight=False)
    for file, column, value in result.assumed:
        console.print("  " + texts["assumed"].format(file=file, column=column, value=value), markup=False)


def _grouped(title: str, remarks: "list[Remark]", language: Language) -> object:
    from rich.table import Table  # noqa: PLC0415

    from services.scheduler.domain.codes import explain  # noqa: PLC0415

    texts = _TEXTS[language]
    table = Table(title=title, show_lines=True)
    for heading in ("code", "count", "where", "what"):
        table.add_column(texts[heading])
    counts = Counter((remark.code, remark.column) for remark in remarks)
    places: defaultdict[object, list[str]] = defaultdict(list)
    for remark in remarks:
        if len(examples := places[remark.code, remark.column]) < 3:
            examples.append(f"{remark.place.file}:{remark.place.row}")
    for (code, column), count in counts.most_common():
        text = explain(code, column, language)
        where = ", ".join(places[code, column]) + (" …" if count > 3 else "")
        table.add_row(f"{code}\n{column}", str(count), where, f"{text.message} {text.next_step}")
    return table
