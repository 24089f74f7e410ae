"""Reads spreadsheet lists (XLSX, XLS, XLSB, ODS) in a bounded child process; refuses zip bombs before."""

import json
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, Final

from services.gateway.lists.contents import Cells, ListLimits, NumberedRow, printable, read_table
from services.gateway.lists.headers import SEARCHED_ROWS, find_header
from services.gateway.lists.problems import ListProblem, ProblemCode, UnreadableList

_BLOCK: Final = 256 * 1024
_CHILD: Final = Path(__file__).with_name("spreadsheet_child.py")
_WORKBOOK_MEMBERS: Final = ("workbook.xml", "workbook.bin", "content.xml")
"""What the main member of XLSX, XLSB and ODS is called."""


def read_spreadsheet(file: IO[bytes], problems: list[ListProblem], limits: ListLimits) -> Iterator[NumberedRow]:
    """The requests of all visible sheets that have a header; other sheets are reported.

    Raises:
        UnreadableList: locked, damaged, too large when unpacked, too far spread, or without any header.
    """
    file.seek(0)
    if file.read(2) == b"PK":
        refuse_bomb(file, limits.unpacked_bytes)
    file.seek(0)
    lists: list[tuple[str, list[Cells]]] = []
    skipped: list[str] = []
    for name, visible, cells in _sheets(file, limits):
        if visible and find_header([row.cells for row in cells[:SEARCHED_ROWS]]):
            lists.append((name, cells))
        elif any(any(row.cells) for row in cells):
            skipped.append(name)
    if not lists:
        raise UnreadableList(ProblemCode.HEADER_NOT_FOUND, str(SEARCHED_ROWS))
    problems.extend(ListProblem(ProblemCode.SHEET_SKIPPED, printable(name)) for name in skipped)
    for name, cells in lists:
        yield from read_table(cells, problems, limits, sheet=name if len(lists) > 1 else None)


def refuse_bomb(file: IO[bytes], limit: int) -> None:
    """Unpack every member into nothing, counting: the sizes that a zip file declares may be lies.

    Raises:
        UnreadableList: too large when unpacked, damaged, or another kind of packed file.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
        if not any(member.filename.endswith(_WORKBOOK_MEMBERS) for member in members):
            raise UnreadableList(ProblemCode.LIST_UNREADABLE, "packed, but no spreadsheet")
        total = 0
        for member in members:
            for size in _unpacked_sizes(file, member):
                total += size
                if total > limit:
                    raise UnreadableList(ProblemCode.LIST_TOO_LARGE, f"{limit // 1024**2} MiB")
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableList(ProblemCode.LIST_UNREADABLE, type(error).__name__) from None


def _unpacked_sizes(file: IO[bytes], member: zipfile.ZipInfo) -> Iterator[int]:
    if member.compress_type != zipfile.ZIP_DEFLATED:
        yield member.compress_size
        return
    file.seek(member.header_offset + 26)
    name_length, extra_length = struct.unpack("<HH", file.read(4))
    file.seek(name_length + extra_length, 1)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    left = member.compress_size
    while left > 0 and not inflater.eof and (packed := file.read(min(_BLOCK, left))):
        left -= len(packed)
        while packed and not inflater.eof:
            yield len(inflater.decompress(packed, _BLOCK))
            packed = inflater.unconsumed_tail


def _sheets(file: IO[bytes], limits: ListLimits) -> Iterator[tuple[str, bool, list[Cells]]]:
    """Name, visibility and rows of each sheet, as the child tells them."""
    name, visible, rows = "", False, list[Cells]()
    with _child_output(file, limits) as lines:
        for line in lines:
            document = json.loads(line)
            if isinstance(document, list):
                rows.append(Cells(len(rows) + 1, document))
                continue
            if name:
                yield name, visible, rows
            if "end" in document:
                return
            if "error" in document:
                raise UnreadableList(_CODE_OF.get(document["error"], ProblemCode.LIST_UNREADABLE), document["error"])
            name, visible, rows = document["sheet"], document["visible"], []


_CODE_OF: Final = {"locked": ProblemCode.LIST_LOCKED, "memory": ProblemCode.LIST_SPREAD_TOO_FAR}


@contextmanager
def _child_output(file: IO[bytes], limits: ListLimits) -> Iterator[Iterator[str]]:
    """The lines that the child writes; it never outlives the block.

    Raises:
        UnreadableList: the child died before its last line.
    """
    command = [sys.executable, "-I", str(_CHILD), str(limits.spreadsheet_memory), str(limits.spreadsheet_seconds)]
    with TemporaryFile() as source, TemporaryFile() as complaints:
        shutil.copyfileobj(file, source)
        source.seek(0)
        child = subprocess.Popen(
            command, stdin=source, stdout=subprocess.PIPE, stderr=complaints, env={"RUST_BACKTRACE": "0"}, text=True
        )
        assert child.stdout is not None
        watch = Timer(2 * limits.spreadsheet_seconds, child.kill)
        watch.start()
        try:
            yield _whole_lines(child.stdout)
        except EOFError:
            complaints.seek(0)
            memory = b"memory allocation" in complaints.read(_BLOCK)
            code = ProblemCode.LIST_SPREAD_TOO_FAR if memory else ProblemCode.LIST_UNREADABLE
            raise UnreadableList(code, "the file is damaged") from None
        finally:
            watch.cancel()
            child.kill()
            child.stdout.close()
            child.wait()


def _whole_lines(stdout: IO[str]) -> Iterator[str]:
    for line in stdout:
        if not line.endswith("\n"):
            break
        yield line
    raise EOFError("the child ended without its last line")
