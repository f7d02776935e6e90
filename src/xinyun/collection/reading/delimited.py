"""CSV in UTF-8 or GB18030: blocks of whole rows, each parsed at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl

from xinyun.base import Text
from xinyun.collection.reading.encoding import blocks, encoding_of, to_utf8
from xinyun.collection.reading.refusals import SAVE_AS_CSV, UnreadableFile
from xinyun.collection.reading.shape import BLANKS, Table, column_names, evenly, numbered

ROWS_BLOCK = 16 << 20
"""Bytes parsed at a time."""
_STEPS = 64
_Parts = Sequence[bytes | memoryview]
_OTHER_SEPARATORS = {"\t": Text("制表符", "tabs"), ";": Text("分号", "semicolons"), "|": Text("竖线", "bars")}


def read(path: Path) -> Iterator[Table]:
    """The one table of a CSV file.

    :raises UnreadableFile: wrong encoding, no titles, a line without end, a broken quotation, a row too wide.
    """
    encoding = encoding_of(path)
    whole = _row_blocks(path, encoding)
    first = b"".join(next(whole, [b""]))
    titles, below = _title_row(first)
    yield Table("", titles, evenly(_frames(chain([[memoryview(first)[below:]]], whole), titles)))


def _title_row(block: bytes) -> tuple[list[str], int]:
    """The titles, and where the row below them begins; empty lines may stand above."""
    start, end = 0, _row_end(block, 0)
    while end < len(block) and not block[start:end].strip(b'", \t\r\n\xef\xbb\xbf'):
        start, end = end, _row_end(block, end)
    titles = _titles(block[start:end])
    column_names(titles)
    return titles, end


def _titles(line: bytes) -> list[str]:
    try:
        (titles,) = csv.reader([line.decode("utf-8")], strict=True)
    except (csv.Error, ValueError):
        titles = []
    titles = [title.strip(BLANKS) for title in titles]
    if not any(titles):
        raise UnreadableFile(
            Text(
                "第一行没有列名，或引号未闭合。",
                "The first line has no column titles, or a quotation is not closed.",
            ),
            Text(
                "第一行应为列名，可用目录中的中文名称、字段代码或英文名。",
                "Put the column titles in the first line.",
            ),
        )
    separator = next((sign for sign in _OTHER_SEPARATORS if sign in titles[0]), None)
    if len(titles) == 1 and separator:
        name = _OTHER_SEPARATORS[separator]
        raise UnreadableFile(
            Text(f"各列以{name.zh}分隔，应以逗号分隔。", f"Cells are separated by {name.en}, not by commas."),
            SAVE_AS_CSV,
        )
    return titles


def _frames(blocks_of_rows: Iterable[_Parts], titles: list[str]) -> Iterator[pl.DataFrame]:
    """Block by block of whole rows, so that memory does not grow with the file.

    Each block gets a line of titles of our own: by it, and not by its first row, Polars tells how wide a row is.
    """
    names = column_names(titles)
    columns = {f"c{position}": name for position, name in enumerate(names)}
    head, schema, row = (",".join(columns) + "\n").encode(), dict.fromkeys(columns, pl.String), 1
    for parts in blocks_of_rows:
        try:
            frame = pl.read_csv(b"".join((head, *parts)), schema=schema, raise_if_empty=False)
        except pl.exceptions.PolarsError as error:
            raise _broken_row(b"".join(parts), len(titles), row, error) from None
        yield numbered(frame.rename(columns), row)
        row += frame.height


def _broken_row(block: bytes, width: int, row: int, error: Exception) -> UnreadableFile:
    """Say which row breaks the table; Polars tells only that one does."""
    what = Text(
        f"第 {row} 行起有一处表格结构有误（{str(error).partition(chr(10))[0]}）。",
        f"The structure breaks somewhere from row {row} on.",
    )
    last = row - 1
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(block.decode("utf-8"), newline=""), strict=True), row
        ):
            if len(cells) > width:
                what = Text(
                    f"第 {number} 行有 {len(cells)} 格，而表头只有 {width} 列。",
                    f"Row {number} has {len(cells)} cells, the titles {width}.",
                )
                break
            last = number
    except csv.Error:
        what = Text(
            f"第 {last + 1} 行的引号未闭合，或引号之后还有内容。",
            f"In row {last + 1} a quotation is not closed, or text follows one.",
        )
    return UnreadableFile(
        what,
        Text(
            "请改正该行后重新报送（行号从列名下一行数起），本次未收入任何记录。",
            "Mend that row, counted from the line below the titles, and submit again; nothing was stored.",
        ),
    )


def _row_blocks(path: Path, encoding: str) -> Iterator[_Parts]:
    """The file in UTF-8, in blocks that end where a row ends; a block's parts are not yet put together.

    No byte of a letter in GB18030 or UTF-8 is a line end or a quotation mark, so this needs no decoding.
    """
    carried, odd = b"", 0
    for position, block in blocks(path, ROWS_BLOCK):
        if position == 0 and b"\n" not in block and b"\r" in block:
            raise UnreadableFile(
                Text("各行以旧式回车符（CR）结尾。", "Lines end with a carriage return alone."), SAVE_AS_CSV
            )
        quotes = block.count(b'"') if b'"' in block else 0
        cut = _last_row_end(block, quotes, odd)
        odd = (odd + quotes) % 2
        if cut == 0 and len(block) == ROWS_BLOCK:
            raise UnreadableFile(
                Text(
                    "有引号未闭合，其后的内容成了一个单元格。",
                    "A quotation is not closed: what follows is one cell.",
                ),
                Text("请检查成对的双引号。", "Check that double quotes come in pairs."),
            )
        if cut:
            yield to_utf8([carried, memoryview(block)[:cut]], encoding, position - len(carried))
            carried = b""
        carried += block[cut:]
    if carried:
        yield to_utf8([carried], encoding, position + len(block) - len(carried))


def _row_end(block: bytes, start: int) -> int:
    """Where the row that begins at `start` ends, behind its line end; the block's end where it has no more."""
    quotes, end = 0, start
    while (found := block.find(b"\n", end)) >= 0:
        quotes += block.count(b'"', end, found)
        end = found + 1
        if quotes % 2 == 0:
            return end
    return len(block)


def _last_row_end(block: bytes, quotes: int, odd: int) -> int:
    """Behind the last line end that ends a row, 0 where there is none: before it quotation marks are even.

    `quotes` are in the block; `odd` is 1 where a quotation was open before it. It looks from the end backwards;
    where lines inside a long cell follow one another, at all line ends at once.
    """
    before, end = quotes + odd, len(block)
    for _ in range(_STEPS):
        found = block.rfind(b"\n", 0, end)
        if found < 0:
            return 0
        before -= block.count(b'"', found, end) if quotes else 0
        if before % 2 == 0:
            return found + 1
        end = found
    letters = np.frombuffer(block, dtype=np.uint8)
    marks, ends = np.flatnonzero(letters == ord('"')), np.flatnonzero(letters == ord("\n"))
    closed = ends[(np.searchsorted(marks, ends) + odd) % 2 == 0]
    return int(closed[-1]) + 1 if len(closed) else 0
