"""XLSX: every visible sheet that has something on it, its titles wherever they stand.

Days come as `2026-05-10`, numbers without noise, `true` and `false` as words, errors such as #N/A as nothing. A
number of more than fifteen digits, whose end the spreadsheet has lost, comes as 5.22121199001011E+17, which no
rule takes for a code. The parser holds one sheet in memory, in a process of its own: see `sheets`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import polars as pl
import pyarrow as pa
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from xinyun.base import Text
from xinyun.collection.reading import sheets
from xinyun.collection.reading.archives import opened, refuse_encrypted, refuse_trap
from xinyun.collection.reading.headings import LOOK, Heading, heading
from xinyun.collection.reading.refusals import SAVE_AGAIN, SPLIT, UnreadableFile, told_of
from xinyun.collection.reading.shape import Known, Table, column_names, numbered

UNPACKED_LIMIT = 2 << 30
SHEETS_LIMIT = 100
_DIRECTORY = "xl/workbook.xml"
_DIRECTORY_LIMIT = 4 << 20
_MIDNIGHT = " 00:00:00"
_DAY = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_SECONDS = 2 * sheets.SECONDS
_OTHERS = {
    "xl/workbook.bin": Text("这是 XLSB 文件。", "This is an XLSB file."),
    "word/document.xml": Text("这是 Word 文件。", "This is a Word file."),
    "ppt/presentation.xml": Text("这是 PPT 文件。", "This is a PowerPoint file."),
    "mimetype": Text("这是 ODS 等 OpenDocument 文件。", "This is an OpenDocument file."),
}


def read(path: Path, known: Known | None) -> Iterator[Table]:
    """The tables of a workbook, each called after its sheet.

    With `known`, sheets of which it knows no title are passed over where it knows some of another.

    :raises UnreadableFile: damaged, under a password, too large, or nothing on any visible sheet.
    """
    names = _visible(path)
    with ExitStack() as stack:
        copies = [stack.enter_context(tempfile.TemporaryFile()) for _ in names]
        _take_out(path, names, copies)
        found = [
            (name, copy, head)
            for name, copy in zip(names, copies, strict=True)
            if (head := heading(_first_rows(copy), known))
        ]
        if not found:
            raise UnreadableFile(
                Text("工作簿里没有可见的数据。", "No visible sheet of the workbook has anything on it."),
                Text("请检查导出，并取消隐藏工作表。", "Check the export, and show hidden sheets."),
            )
        some = any(head.known for _, _, head in found)
        for name, copy, head in found:
            if head.known or not some:
                with told_of(name):
                    yield Table(name, head.titles, _frames(name, copy, head, column_names(head.titles)))


def _visible(path: Path) -> list[str]:
    """The names of the sheets that are not hidden."""
    with opened(path) as book:
        names = set(book.namelist())
        if _DIRECTORY not in names:
            what = next((what for name, what in _OTHERS.items() if name in names), None)
            raise UnreadableFile(what, SAVE_AGAIN) if what else _broken()
        for part in book.infolist():
            refuse_encrypted(part)
        parts = book.infolist()
        refuse_trap(path.stat().st_size, sum(part.file_size for part in parts), UNPACKED_LIMIT)
        directory = _directory(book)
    sheets_told = [element for element in directory.iter() if element.tag.rpartition("}")[2] == "sheet"]
    shown = [told.get("name", "") for told in sheets_told if told.get("state", "visible") == "visible"]
    if len(shown) > SHEETS_LIMIT:
        raise UnreadableFile(
            Text(f"工作表超过 {SHEETS_LIMIT} 个。", f"There are more than {SHEETS_LIMIT} sheets."), SPLIT
        )
    return shown


def _directory(book: zipfile.ZipFile) -> Any:
    try:
        with book.open(_DIRECTORY) as stream:
            return fromstring(stream.read(_DIRECTORY_LIMIT))
    except (ParseError, DefusedXmlException, zipfile.BadZipFile, EOFError, OSError, ValueError):
        raise _broken() from None


def _take_out(path: Path, names: list[str], copies: Sequence[IO[bytes]]) -> None:
    """Have the sheets written to `copies`.

    :raises UnreadableFile: the workbook is damaged, or asks for more memory or time than it may have.
    """
    descriptors = [copy.fileno() for copy in copies]
    pairs = [part for pair in zip(map(str, descriptors), names, strict=True) for part in pair]
    command = [sys.executable, "-I", sheets.__file__, *pairs]
    try:
        with path.open("rb") as book:
            done = subprocess.run(  # noqa: S603 - our own program; names are its data
                command, stdin=book, pass_fds=descriptors, capture_output=True, timeout=_SECONDS, check=False
            )
    except subprocess.TimeoutExpired:
        raise _too_large() from None
    if done.returncode == sheets.DAMAGED:
        raise _broken()
    if done.returncode:
        raise _too_large()


def _broken() -> UnreadableFile:
    return UnreadableFile(
        Text("XLSX 文件已损坏或不完整。", "The XLSX file is damaged or incomplete."), SAVE_AGAIN
    )


def _too_large() -> UnreadableFile:
    limit = sheets.MEMORY >> 30
    return UnreadableFile(
        Text(
            f"XLSX 文件太大：读一个工作表要用的内存超过 {limit} GiB。",
            f"The XLSX file is too large: a sheet of it takes more than {limit} GiB of memory.",
        ),
        Text(
            "请删去远处的空单元格，分成几个文件，或另存为「CSV UTF-8」后再报送。",
            "Delete cells far away, split the file, or save it as CSV UTF-8 and submit that.",
        ),
    )


def _batches(copy: IO[bytes]) -> Iterator[pl.DataFrame]:
    copy.seek(0)
    with pa.ipc.open_stream(copy) as stream:
        for batch in stream:
            frame = pl.DataFrame(pl.from_arrow(batch))
            yield frame.rename({name: f"c{n}" for n, name in enumerate(frame.columns)}).cast(pl.String)


def _first_rows(copy: IO[bytes]) -> list[list[str | None]]:
    first = next(_batches(copy), None)
    return [list(row) for row in first.head(LOOK + 1).rows()] if first is not None else []


def _frames(name: str, copy: IO[bytes], head: Heading, names: list[str]) -> Iterator[pl.DataFrame]:
    above, row = head.above, 1
    for batch in _batches(copy):
        frame = batch.slice(above).rename(dict(zip(batch.columns, names, strict=True)))
        above = max(above - batch.height, 0)
        yield numbered(_plain(frame), row)
        row += frame.height


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Days without the midnight that a spreadsheet's day has; texts without zero characters cannot occur."""
    timed = frame.select(pl.all().str.ends_with(_MIDNIGHT).any())
    dated = [name for name, some in timed.rows(named=True)[0].items() if some] if frame.height else []
    return frame.with_columns(pl.col(name).str.replace(_DAY, "$1") for name in dated)
