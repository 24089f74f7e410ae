"""The table that ``onevisit plan`` prints for people."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.cli.plan_answer import PlanAnswer, clock
from services.scheduler.domain.plan_codes import Language, explain
from services.scheduler.domain.plan_model import Route
from services.scheduler.domain.plan_said import days_said

WEEKDAYS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
TEXTS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "title": "{cadre}: {half_days} half-days",
        "day": "half-day", "time": "time", "ride": "ride (min)", "stops": "stops in order (arrival, visits)",
        "am": "morning", "pm": "afternoon",
        "sum": "{first} to {last}: {planned} of {visits} visits planned, {stops} stops in {half_days} half-days, "
        "{ride:.1f} h ridden of {hours:.1f} h.",
        "told": "{told} visits were told their day; {told_moved} of these days could not stay.",
        "unplanned": "Not planned", "moves": "Moved", "faults": "About the input", "warnings": "To know",
        "no_plan": "no day any more", "announced": "told",
    },
    "zh": {
        "title": "{cadre}：{half_days}个半天",
        "day": "半天", "time": "时间", "ride": "路程（分钟）", "stops": "停靠顺序（到达时间、走访）",
        "am": "上午", "pm": "下午",
        "sum": "{first}至{last}：已安排{planned}/{visits}次走访，"
        "{half_days}个半天{stops}处，路程{ride:.1f}小时，共{hours:.1f}小时。",
        "told": "已告知日期的走访{told}次，其中{told_moved}次未能保持。",
        "unplanned": "未安排", "moves": "变动", "faults": "输入问题", "warnings": "提示",
        "no_plan": "暂无日期", "announced": "已告知",
    },
}  # fmt: skip
SHOWN: Final = 5
"""Most entries of one code in the tables for people; --json has all."""


def print_plan(answer: PlanAnswer, language: Language) -> None:
    """A table for each cadre, then what is not planned, what moved, and what is wrong with the input."""
    console, texts = Console(), TEXTS[language]

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False)

    by_cadre: defaultdict[str, list[Route]] = defaultdict(list)
    for route in answer.planned.plan.routes:
        by_cadre[route.cadre_id].append(route)
    for cadre_id, routes in by_cadre.items():
        table = Table(title=Text(texts["title"].format(cadre=cadre_id, half_days=len(routes))), show_lines=True)
        for heading in ("day", "time", "ride", "stops"):
            table.add_column(texts[heading])
        for route in routes:
            table.add_row(*map(Text, _cells(route, language)))
        console.print(table)
    figures = answer.figures()
    say(
        texts["sum"].format(
            first=days_said(str(answer.first), language),
            last=days_said(str(answer.last), language),
            ride=figures["ride_minutes"] / 60,
            hours=figures["minutes"] / 60,
            **{name: figures[name] for name in ("planned", "visits", "stops", "half_days")},
        )
    )
    if answer.planned.told:
        say(texts["told"].format(**figures))
    planned = answer.planned
    remarks = {
        "unplanned": [
            (out.code.value, explain(out.code, language), ", ".join(visit.visit_id for visit in out.stop.visits))
            for out in planned.plan.unplanned
        ],
        "moves": [
            (
                move.code.value,
                explain(move.code, language),
                days_said(
                    f"{move.visit_id}{' (' + texts['announced'] + ')' if move.announced else ''}: {move.was.day} → "
                    f"{move.now.day if move.now else texts['no_plan']}",
                    language,
                ),
            )
            for move in planned.moves
        ],
        "faults": [
            (fault.code.value, explain(fault.code, language, fault.said(language)), f"{fault.file}:{fault.row}")
            for fault in answer.faults
        ],
        "warnings": [(code.value, explain(code, language, detail), detail) for code, detail in planned.warnings],
    }
    for title, entries in remarks.items():
        _print_remarks(console, texts[title], entries)


def _cells(route: Route, language: Language) -> tuple[str, ...]:
    slot = route.slot
    weekday = WEEKDAYS[language][slot.day.weekday()]
    stops = [f"{clock(p.arrive)} {', '.join(visit.visit_id for visit in p.stop.visits)}" for p in route.stops]
    return (
        f"{slot.day} {weekday} {TEXTS[language][slot.half.value]}",
        f"{clock(slot.start)}-{clock(slot.start + route.minutes)}",
        f"{route.ride_minutes:.0f}",
        "\n".join(stops),
    )


def _print_remarks(console: Console, title: str, entries: list[tuple[str, str, str]]) -> None:
    if not entries:
        return
    console.print(title, style="bold")
    counts = Counter(code for code, _, _ in entries)
    for code, count in counts.items():
        mine = [(text, where) for kind, text, where in entries if kind == code]
        console.print(f"  {code} ({count}): {mine[0][0]}", markup=False, highlight=False)
        for _, where in mine[:SHOWN]:
            console.print(f"    {where}", markup=False, highlight=False)
        if count > SHOWN:
            console.print("    …", markup=False)
