"""Reads spreadsheet lists (XLSX, XLS, XLSB, ODS) in a bounded child process; refuses zip bombs before."""

import errno
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from services.gateway.lists.contents import MEBIBYTE, Cells, ListLimits, NumberedRow, printable, read_table
from services.gateway.lists.headers import SEARCHED_ROWS, find_header
from services.gateway.lists.problems import ListProblem, ProblemCode, UnreadableList

_BLOCK: Final = 256 * 1024
_CHILD: Final = Path(__file__).with_name("spreadsheet_child.py")
_WORKBOOK_MEMBERS: Final = ("workbook.xml", "workbook.bin", "content.xml")
"""What the main member of XLSX, XLSB and ODS is called."""


@dataclass
class _Sheet:
    """A sheet as the child wrote it down."""

    name: str
    visible: bool
    start: int
    """Where its first row begins in what the child wrote."""
    has_header: bool = False
    filled: bool = False
    """Whether any of its cells holds something."""


def read_spreadsheet(file: IO[bytes], problems: list[ListProblem], limits: ListLimits) -> Iterator[NumberedRow]:
    """The requests of all visible sheets that have a header; other sheets are reported.

    The rows lie in a temporary file meanwhile, which is gone afterwards: the largest list costs little memory here.

    Raises:
        UnreadableList: locked, damaged, too large when unpacked, too slow, too far spread, or without any header.
    """
    file.seek(0)
    if file.read(2) == b"PK":
        refuse_bomb(file, limits.unpacked_bytes)
    file.seek(0)
    with TemporaryFile() as told:
        _let_child_tell(file, told, limits)
        sheets = _survey(told)
        lists = [sheet for sheet in sheets if sheet.visible and sheet.has_header]
        if not lists:
            raise UnreadableList(ProblemCode.HEADER_NOT_FOUND, str(SEARCHED_ROWS))
        skipped = [sheet for sheet in sheets if sheet.filled and sheet not in lists]
        problems.extend(ListProblem(ProblemCode.SHEET_SKIPPED, printable(sheet.name)) for sheet in skipped)
        for sheet in lists:
            name = sheet.name if len(lists) > 1 else None
            yield from read_table(_rows_of(told, sheet), problems, limits, sheet=name)


def read_first_sheet(file: IO[bytes], limits: ListLimits) -> list[Cells]:
    """The rows of the first visible sheet that holds something, whatever its columns.

    Raises:
        UnreadableList: as `read_spreadsheet`, but no header is looked for.
    """
    file.seek(0)
    refuse_bomb(file, limits.unpacked_bytes)
    file.seek(0)
    with TemporaryFile() as told:
        _let_child_tell(file, told, limits)
        sheet = next((sheet for sheet in _survey(told) if sheet.visible and sheet.filled), None)
        return list(_rows_of(told, sheet)) if sheet else []


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
    if member.compress_type == zipfile.ZIP_STORED:
        yield member.compress_size
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise UnreadableList(ProblemCode.LIST_UNREADABLE, "packed in a way that no spreadsheet is")
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


def _survey(told: IO[bytes]) -> list[_Sheet]:
    """The sheets that the child told of.

    Raises:
        UnreadableList: what the child says is wrong, or that it fell silent.
    """
    sheets: list[_Sheet] = []
    first: list[list[str]] = []
    told.seek(0)
    while line := told.readline():
        if line.startswith(b"["):
            if len(first) < SEARCHED_ROWS or not sheets[-1].filled:
                cells = json.loads(line)
                sheets[-1].filled |= any(cells)
                first += [cells] if len(first) < SEARCHED_ROWS else []
            continue
        if sheets:
            sheets[-1].has_header = find_header(first) is not None
        document = json.loads(line) if line.endswith(b"\n") else {}
        if "end" in document:
            return sheets
        if "sheet" not in document:
            error = document.get("error", "the file is damaged")
            raise UnreadableList(_CODE_OF.get(error, ProblemCode.LIST_UNREADABLE), error)
        sheets.append(_Sheet(document["sheet"], document["visible"], told.tell()))
        first = []
    raise UnreadableList(ProblemCode.LIST_UNREADABLE, "the file is damaged")


_CODE_OF: Final = {"locked": ProblemCode.LIST_LOCKED, "memory": ProblemCode.LIST_SPREAD_TOO_FAR}


def _rows_of(told: IO[bytes], sheet: _Sheet) -> Iterator[Cells]:
    told.seek(sheet.start)
    for number, line in enumerate(iter(told.readline, b""), start=1):
        if not line.startswith(b"["):
            return
        yield Cells(number, json.loads(line))


def _let_child_tell(file: IO[bytes], told: IO[bytes], limits: ListLimits) -> None:
    """Runs the child on the file; what it tells lies in `told`. It never outlives the call.

    Raises:
        UnreadableList: it ran out of time, of memory or of room.
        OSError: there is no space left for what it tells.
    """
    bounds = (limits.spreadsheet_memory, limits.spreadsheet_seconds, limits.spreadsheet_spool)
    command = [sys.executable, "-I", str(_CHILD), *map(str, bounds)]
    with TemporaryFile() as source, TemporaryFile() as complaints:
        shutil.copyfileobj(file, source)
        source.seek(0)
        try:
            ended = subprocess.run(
                command,
                stdin=source,
                stdout=told,
                stderr=complaints,
                env={"RUST_BACKTRACE": "0"},
                timeout=2 * limits.spreadsheet_seconds,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            ended = -signal.SIGXCPU
        complaints.seek(0)
        said = complaints.read(_BLOCK)
    if ended in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise UnreadableList(ProblemCode.LIST_TOO_SLOW, f"{limits.spreadsheet_seconds} s")
    if ended and b"memory allocation" in said:
        raise UnreadableList(ProblemCode.LIST_SPREAD_TOO_FAR, "memory")
    if ended and os.strerror(errno.EFBIG).encode() in said:
        raise UnreadableList(ProblemCode.LIST_TOO_LARGE, f"{limits.spreadsheet_spool // MEBIBYTE} MiB")
    if ended and os.strerror(errno.ENOSPC).encode() in said:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
