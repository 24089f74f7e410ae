"""The report's pictures, as SVG text: a plotting library would weigh more than the three pictures."""

from collections.abc import Mapping, Sequence
from math import log10
from textwrap import wrap
from typing import Final

from services.certify.evaluation.statistics import DetPoint, wilson

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 400, 70, 50, 20
COLOURS: Final = ("#1b6ca8", "#b5442e", "#4c8c4a", "#7a5195")
_NAME: Final = 34
"""Letters of a name that fit into one line beside a bar."""
_FLOOR: Final = 0.001
"""Errors are drawn on a logarithmic scale from here to 1; a measured zero stands on the floor."""


def det_picture(curves: Mapping[str, Sequence[DetPoint]]) -> str:
    """False non-matches over false matches, both logarithmic, one stepped line an engine."""

    def x(share: float) -> float:
        return LEFT + (WIDTH - LEFT - 20) * (1 + log10(max(share, _FLOOR)) / 3)

    def y(share: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (-log10(max(share, _FLOOR)) / 3)

    parts = []
    for share in (0.001, 0.01, 0.1, 1.0):
        name = "0 … 0.1 %" if share == _FLOOR else f"{share:.0%}"
        parts.append(_line(x(share), TOP, x(share), HEIGHT - BOTTOM, "#ddd"))
        parts.append(_line(LEFT, y(share), WIDTH - 20, y(share), "#ddd"))
        parts.append(_text(x(share), HEIGHT - BOTTOM + 16, name, "middle"))
        parts.append(_text(LEFT - 6, y(share) + 4, name, "end"))
    for number, (name, points) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        line = " ".join(f"{x(p.fmr):.1f},{y(p.fnmr):.1f}" for p in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(WIDTH - 30, TOP + 18 + 18 * number, name, "end", colour))
    parts.append(_text((LEFT + WIDTH) / 2, HEIGHT - 10, "false match rate", "middle"))
    parts.append(_text(LEFT, TOP - 6, "false non-match rate", "start"))
    return _picture("DET curves", HEIGHT, parts)


def bar_picture(title: str, rows: Sequence[tuple[str, int, int]]) -> str:
    """One bar a row: name, count, n; the thin line is the Wilson 95 % interval, as wide as the few trials make it."""
    left, step = 260, 30
    height = 40 + step * max(1, len(rows))
    parts = []
    for number, (name, count, n) in enumerate(rows):
        at = 34 + step * number
        lines = wrap(name, _NAME)
        parts += [_text(left - 8, at + 19 - 7 * len(lines) + 14 * i, line, "end") for i, line in enumerate(lines)]
        parts.append(_text(WIDTH - 4, at + 12, f"{count} of {n}", "end"))
        room = WIDTH - left - 80
        parts.append(_box(left, at, room, 16, "#eee"))
        if n:
            low, high = wilson(count, n)
            parts.append(_box(left, at, room * count / n, 16, COLOURS[1]))
            parts.append(_line(left + room * low, at + 8, left + room * high, at + 8, "#222"))
    return _picture(title, height, parts)


def confusion_picture(title: str, rows: Sequence[str], columns: Sequence[str], counts: Mapping[str, list[int]]) -> str:
    """Rows = what is shown, columns = what was found; the last number of a row is how many parts it has."""
    left, cell = 130, 80
    parts = []
    for number, name in enumerate(columns):
        parts.append(_text(left + cell * number + cell / 2, 42, name, "middle"))
    for number, name in enumerate(rows):
        at = 50 + 36 * number
        *found, n = counts[name]
        parts.append(_text(left - 8, at + 22, f"{name} ({n})", "end"))
        for place, count in enumerate(found):
            share = count / n if n else 0.0
            right = columns[place] == name
            parts.append(_box(left + cell * place, at, cell - 2, 34, COLOURS[0] if right else COLOURS[1], share))
            parts.append(_text(left + cell * place + cell / 2, at + 22, str(count), "middle"))
    return _picture(title, 60 + 36 * len(rows), parts)


def _picture(title: str, height: int, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="12" role="img"><title>{_safe(title)}</title>\n<rect width="100%" height="100%" fill="#fff"/>\n'
        f"{body}\n</svg>\n"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _box(x: float, y: float, width: float, height: float, colour: str, strength: float = 1.0) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}" '
        f'fill-opacity="{strength:.2f}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#222") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{_safe(text)}</text>'


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
