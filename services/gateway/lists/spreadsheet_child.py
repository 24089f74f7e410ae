"""The child process that opens a spreadsheet: standard input is the file, standard output one JSON document a line.

It exists because a damaged or hostile workbook can bring the reading library down with the whole process (out of
memory for one cell at XFD1048576, a panic on a broken XLS). Here that costs one list, not the gateway. It knows nothing
of lists and imports nothing of ours: ``{"sheet": name, "visible": bool}`` opens a sheet, then each row is an array of
texts; ``{"end": true}`` or ``{"error": kind}`` closes.
"""

import datetime as dt
import io
import json
import resource
import sys

import python_calamine as calamine

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

EXACT_DIGITS = 15
"""A spreadsheet keeps 15 significant digits of a number (ECMA-376 part 1, 18.17.5.2); more of them are invented."""


def main(memory_bytes: int, cpu_seconds: int, output_bytes: int) -> None:
    """Limit this process, then tell what is in the workbook."""
    limit(resource.RLIMIT_AS, memory_bytes)
    limit(resource.RLIMIT_CPU, cpu_seconds)
    limit(resource.RLIMIT_FSIZE, output_bytes)
    limit(resource.RLIMIT_CORE, 0)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())) as workbook:
            for meta in workbook.sheets_metadata:
                if meta.typ == calamine.SheetTypeEnum.WorkSheet:
                    tell({"sheet": meta.name, "visible": meta.visible == calamine.SheetVisibleEnum.Visible})
                    tell_rows(workbook.get_sheet_by_name(meta.name))
        tell({"end": True})
    except calamine.PasswordError:
        tell({"error": "locked"})
    except MemoryError:
        tell({"error": "memory"})
    except BaseException as error:  # a panic of the library is no Exception
        tell({"error": type(error).__name__})


def limit(what: int, most: int) -> None:
    """Never more than this, nor than the system allows already."""
    _, allowed = resource.getrlimit(what)
    bound = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(what, (bound, bound))


def tell_rows(sheet: calamine.CalamineSheet) -> None:
    """All rows from the first of the sheet, cells merged downwards repeated in each of their rows."""
    if sheet.start is None:
        return
    first_row, first_column = sheet.start
    above: dict[int, tuple[int, str]] = {}
    merged = {
        (top, left): bottom
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
        if bottom > top and left == right
    }
    for _ in range(first_row):
        tell([])
    for number, row in enumerate(sheet.iter_rows(), start=first_row):
        texts = [""] * first_column + [text_of(cell) for cell in row]
        if merged or above:
            repeat_merged(texts, number, merged, above)
        tell(texts)


def repeat_merged(
    texts: list[str], number: int, merged: dict[tuple[int, int], int], above: dict[int, tuple[int, str]]
) -> None:
    """Fill a row from the merged cells above it, and remember those that begin in it."""
    for column, (bottom, text) in list(above.items()):
        if number > bottom:
            del above[column]
        elif column < len(texts) and not texts[column]:
            texts[column] = text
    for column, text in enumerate(texts):
        if (bottom_here := merged.get((number, column))) is not None:
            above[column] = bottom_here, text


def text_of(cell: Cell) -> str:
    """A cell as a person would type it; a number with more digits than a spreadsheet keeps shows its loss."""
    match cell:
        case str():
            return cell.strip()
        case bool() | None:
            return "" if cell is None else str(cell)
        case int() | float():
            return text_of_number(cell)
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)


def text_of_number(value: float) -> str:
    """Whole numbers without a fraction; above 15 digits in scientific notation, so that nobody takes them for whole."""
    if abs(value) < 10**EXACT_DIGITS and value == int(value):
        return str(int(value))
    return f"{value:.14E}" if abs(value) >= 10**EXACT_DIGITS else repr(value)


def tell(document: object) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps(document, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
