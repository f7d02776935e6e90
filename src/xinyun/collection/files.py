"""Read a submitted file as frames of text, in bounded memory, or refuse it with a reason.

What a file is, is told by its first bytes and not by its name. CSV may be UTF-8 or GB18030; one pass over
the bytes finds the encoding and refuses what no table looks like before anything is parsed.
"""

from __future__ import annotations

import codecs
import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt
import polars as pl

from xinyun.base import Refusal, Text

LINE_LIMIT = 1 << 20
"""Bytes: the longest line a CSV may have. Every item's fields together stay far below it."""
BLOCK = 4 << 20
ROWS_BLOCK = 16 << 20
FRAME_ROWS = 50_000
"""A CSV's bytes and a Parquet file's rows handled at a time: the bound on memory, whatever the file's size."""
ROW = "__row"

_MAGIC = {
    b"PK\x03\x04": Text(
        "这是 XLSX（或 ZIP）文件，扩展名被改成了 CSV。", "This is an XLSX (or ZIP) file renamed to CSV."
    ),
    b"\xd0\xcf\x11\xe0": Text("这是旧版 Excel（XLS）文件。", "This is an old Excel (XLS) file."),
    b"%PDF": Text("这是 PDF 文件。", "This is a PDF file."),
    b"\x1f\x8b": Text("这是压缩文件（gzip）。", "This is a gzip file."),
    b"\xff\xfe": Text("文件是 UTF-16 编码。", "The file is encoded in UTF-16."),
    b"\xfe\xff": Text("文件是 UTF-16 编码。", "The file is encoded in UTF-16."),
}
_OTHER_SEPARATORS = {"\t": Text("制表符", "tabs"), ";": Text("分号", "semicolons"), "|": Text("竖线", "bars")}
_SAVE_AS_CSV = Text("请在表格软件中另存为「CSV UTF-8」后再报送。", "Save it as CSV UTF-8 and submit that.")


class UnreadableFile(Refusal):
    """The file is no table that we can read; nothing of it was stored."""

    code = "unreadable-file"
    status = 400


def _binary() -> UnreadableFile:
    what = Text("文件含有二进制内容，不是文本表格。", "The file holds binary content and is no text table.")
    return UnreadableFile(what, _SAVE_AS_CSV)


@contextmanager
def frames(path: Path) -> Iterator[tuple[list[str], Iterator[pl.DataFrame]]]:
    """Open a CSV or Parquet file: its column titles, and frames of text with the row's number in `ROW`.

    :raises UnreadableFile: wrong kind, wrong encoding, empty, a line without end, a broken quotation.
    """
    if not path.is_file():
        raise UnreadableFile(
            Text(f"没有文件 {path.name}。", f"There is no file {path.name}."),
            Text("请检查路径。", "Check the path."),
        )
    with path.open("rb") as stream:
        head = stream.read(8)
    if not head.strip():
        raise UnreadableFile(
            Text("文件是空的。", "The file is empty."),
            Text("请检查导出是否成功。", "Check that the export succeeded."),
        )
    if head.startswith(b"PAR1"):
        yield _parquet(path)
        return
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            raise UnreadableFile(what, _SAVE_AS_CSV)
    with _as_utf8(path) as text:
        yield _csv(text)


def _parquet(path: Path) -> tuple[list[str], Iterator[pl.DataFrame]]:
    try:
        scan = pl.scan_parquet(path)
        titles = scan.collect_schema().names()
    except pl.exceptions.PolarsError as error:
        raise _damaged(error) from None
    _refuse_duplicates(titles)
    return titles, _parquet_frames(scan)


def _parquet_frames(scan: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """Slice by slice: Polars' own batches run ahead of a slow reader until all of the file is in memory."""
    try:
        for offset in range(0, scan.select(pl.len()).collect().item(), FRAME_ROWS):
            texts = scan.slice(offset, FRAME_ROWS).select(pl.all().cast(pl.String))
            frame = texts.with_row_index(ROW, offset=offset + 1).collect()
            if frame.select(pl.any_horizontal(pl.exclude(ROW).str.contains("\0", literal=True)).any()).item():
                raise _binary()
            yield frame
    except pl.exceptions.PolarsError as error:
        raise _damaged(error) from None


def _damaged(error: Exception) -> UnreadableFile:
    first = str(error).partition("\n")[0]
    return UnreadableFile(
        Text(
            f"Parquet 文件已损坏，或有不是文字、数字、日期的列：{first}。",
            f"The Parquet file is damaged, or has columns of lists or bytes: {first}.",
        ),
        Text("请重新导出。", "Export it again."),
    )


def _csv(path: Path) -> tuple[list[str], Iterator[pl.DataFrame]]:
    blocks = _row_blocks(path)
    first = next(blocks, b"")
    while (head := _first_row(first)) and not head.strip(b'", \t\r\n\xef\xbb\xbf'):
        first = first[len(head) :]  # empty lines above the titles
    titles = _titles(head)
    _refuse_duplicates(titles)
    return titles, _csv_frames(chain([first[len(head) :]], blocks), titles)


def _titles(line: bytes) -> list[str]:
    try:
        (titles,) = csv.reader([line.decode("utf-8")], strict=True)
    except (csv.Error, ValueError):
        titles = []
    titles = [title.strip(" \t\r\n\u3000\ufeff") for title in titles]
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
            _SAVE_AS_CSV,
        )
    return titles


def _csv_frames(blocks: Iterable[bytes], titles: list[str]) -> Iterator[pl.DataFrame]:
    """Block by block of whole rows, for the same reason as with Parquet.

    Each block gets a line of titles of our own: by it, and not by its first row, Polars tells how wide a row is.
    """
    # Spreadsheets leave empty titles behind the last column; each needs a name of its own to be passed over.
    names = [title or f"__{position}" for position, title in enumerate(titles)]
    columns = {f"c{position}": name for position, name in enumerate(names)}
    head = (",".join(columns) + "\n").encode()
    blank, row = pl.all_horizontal(pl.exclude(ROW).is_null()), 1
    for block in blocks:
        try:
            frame = pl.read_csv(head + block, schema=dict.fromkeys(columns, pl.String), raise_if_empty=False)
        except pl.exceptions.PolarsError as error:
            raise _broken_row(block, len(titles), row, error) from None
        yield frame.rename(columns).with_row_index(ROW, offset=row).filter(~blank)
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


def _first_row(block: bytes) -> bytes:
    """The first row with its line end; the whole block where it has no more."""
    ends = _row_ends(block, 0)
    return block[: int(ends[0]) + 1] if len(ends) else block


def _row_ends(block: bytes, quotes_before: int) -> npt.NDArray[np.int64]:
    """Where in a block rows end: the line ends before which the quotation marks, counted from the start, are even."""
    letters = np.frombuffer(block, dtype=np.uint8)
    quotes, ends = np.flatnonzero(letters == ord('"')), np.flatnonzero(letters == ord("\n"))
    return ends[(np.searchsorted(quotes, ends) + quotes_before) % 2 == 0]


def _row_blocks(path: Path) -> Iterator[bytes]:
    """The file in blocks that end where a row ends."""
    carried, quotes = b"", 0
    for position, block in _blocks(path, ROWS_BLOCK):
        ends = _row_ends(block, quotes)
        if position == 0 and b"\n" not in block and b"\r" in block:
            raise UnreadableFile(
                Text("各行以旧式回车符（CR）结尾。", "Lines end with a carriage return alone."), _SAVE_AS_CSV
            )
        quotes += block.count(b'"')
        if len(ends) == 0 and len(block) == ROWS_BLOCK:
            raise UnreadableFile(
                Text(
                    "有引号未闭合，其后的内容成了一个单元格。",
                    "A quotation is not closed: what follows is one cell.",
                ),
                Text("请检查成对的双引号。", "Check that double quotes come in pairs."),
            )
        cut = int(ends[-1]) + 1 if len(ends) else 0
        if cut:
            yield carried + block[:cut]
            carried = b""
        carried += block[cut:]
    if carried:
        yield carried


def _refuse_duplicates(titles: list[str]) -> None:
    repeated = sorted({title for title in titles if title and titles.count(title) > 1})
    if repeated:
        raise UnreadableFile(
            Text(f"列名重复：{'、'.join(repeated)}。", f"Columns repeat: {', '.join(repeated)}."),
            Text("每个列名只保留一列。", "Keep one column of each title."),
        )


@contextmanager
def _as_utf8(path: Path) -> Iterator[Path]:
    """The file itself when it is UTF-8 without a mark, else a transcoded copy.

    The copy has no name on disk, so that it is gone with the process, however that ends.
    """
    encoding = _encoding(path)
    if encoding == "utf-8":
        yield path
        return
    with tempfile.TemporaryFile("w", encoding="utf-8", newline="") as copy:
        with path.open(encoding=encoding, newline="") as source:
            while block := source.read(BLOCK):
                copy.write(block)
        copy.flush()
        yield Path(f"/proc/self/fd/{copy.fileno()}")


def _encoding(path: Path) -> str:
    """UTF-8 if all its bytes are, else GB18030 if they are; refuses the rest, and what no table looks like."""
    _refuse_endless_lines(path)
    with path.open("rb") as stream:
        marked = stream.read(3) == codecs.BOM_UTF8
    if _undecodable(path, "utf-8") is None:
        return "utf-8-sig" if marked else "utf-8"
    position = _undecodable(path, "gb18030")
    if position is None:
        return "gb18030"
    raise _wrong_encoding(position)


def _blocks(path: Path, size: int = BLOCK) -> Iterator[tuple[int, bytes]]:
    position = 0
    with path.open("rb") as stream:
        while block := stream.read(size):
            yield position, block
            position += len(block)


def _undecodable(path: Path, encoding: str) -> int | None:
    """About where the bytes stop to be of this encoding; `None` when all of them are."""
    decoder, begun = codecs.getincrementaldecoder(encoding)(), 0
    try:
        for position, block in _blocks(path):
            begun = position
            decoder.decode(block)
        decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        return begun + error.start
    return None


def _wrong_encoding(position: int) -> UnreadableFile:
    return UnreadableFile(
        Text(
            f"文件既不是 UTF-8 也不是 GB18030 编码（约在第 {position} 字节处）。",
            f"Neither UTF-8 nor GB18030 (near byte {position}).",
        ),
        _SAVE_AS_CSV,
    )


def _refuse_endless_lines(path: Path) -> None:
    open_line = 0
    for position, block in _blocks(path):
        if b"\0" in block:
            raise _binary()
        start = 0
        while (end := block.find(b"\n", start, start + LINE_LIMIT)) >= 0:
            start, open_line = end + 1, 0
        open_line += len(block) - start
        if open_line > LINE_LIMIT:
            raise UnreadableFile(
                Text(
                    f"约第 {position + start} 字节处的一行超过 1 MiB，不像数据表。",
                    f"A line near byte {position + start} exceeds 1 MiB.",
                ),
                Text("请检查换行符和引号是否完整。", "Check line ends and quotation marks."),
            )


def error_writer(stream: TextIO) -> Any:
    """A CSV writer for the error file, its titles written."""
    writer = csv.writer(stream)
    writer.writerow(["row", "field", "rule", "value", "problem", "remedy"])
    return writer
