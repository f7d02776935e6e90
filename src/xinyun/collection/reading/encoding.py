"""Which encoding a text file has, found in one quick pass that also refuses what no table looks like."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from xinyun.base import Text
from xinyun.collection.reading.refusals import SAVE_AS_CSV, UnreadableFile, binary

LINE_LIMIT = 1 << 20
"""Bytes: the longest line a table of text may have. Every item's fields together stay far below it."""
BLOCK = 1 << 20
_ENOUGH = 16
"""Bytes beyond ASCII that make UTF-8 of a file: of a letter of GB18030, hardly one in seven is UTF-8 by chance."""
_ASCII = bytes(range(0x80))


def blocks(path: Path, size: int = BLOCK) -> Iterator[tuple[int, bytes]]:
    """The file's bytes, block by block, each with its position; without the mark of UTF-8."""
    position = 0
    with path.open("rb") as stream:
        while block := stream.read(size):
            yield position, block.removeprefix(codecs.BOM_UTF8) if position == 0 else block
            position += len(block)


def encoding_of(path: Path, *, lines: bool = True) -> str:
    """UTF-8 if all its bytes are, else GB18030; with `lines`, a line beyond `LINE_LIMIT` is refused.

    A file that begins as UTF-8 and breaks later is a damaged one, whose titles would be nonsense in GB18030. Bytes
    of GB18030 are proved when they are read.

    :raises UnreadableFile: damaged UTF-8, a zero byte, a line without end.
    """
    foreign, broken, open_line, carried, end = 0, -1, 0, b"", 0
    for position, block in blocks(path):
        end = position + len(block)
        if b"\0" in block:
            raise binary()
        if lines:
            open_line = _open_line(block, position, open_line)
        if broken < 0:
            begun = position - len(carried)
            whole, carried = _whole_letters(carried + block if carried else block)
            if not _is_utf8(whole):
                start = _first_wrong(whole)
                broken, whole = begun + start, whole[:start]
            if foreign < _ENOUGH:
                foreign += 0 if whole.isascii() else len(whole.translate(None, _ASCII))
    if broken < 0 and not carried:
        return "utf-8"
    if foreign >= _ENOUGH:
        raise _neither(broken if broken >= 0 else end - len(carried))
    return "gb18030"


def to_utf8(
    parts: Sequence[bytes | memoryview], encoding: str, position: int
) -> Sequence[bytes | memoryview]:
    """Parts that make up whole letters, and begin about at `position` of their file, in UTF-8."""
    if encoding == "utf-8":
        return parts
    try:
        return [b"".join(parts).decode(encoding).encode()]
    except UnicodeDecodeError as error:
        raise _neither(position + error.start) from None


def texts(path: Path, encoding: str) -> Iterator[str]:
    """The file's text, block by block.

    :raises UnreadableFile: bytes that are not of this encoding.
    """
    decoder, begun = codecs.getincrementaldecoder(encoding)(), 0
    try:
        for position, block in blocks(path):
            begun = position
            yield decoder.decode(block)
        yield decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        raise _neither(begun + error.start) from None


def _is_utf8(block: bytes) -> bool:
    try:
        pl.Series([block]).cast(pl.String)  # three times as quick as decoding
    except pl.exceptions.PolarsError:
        return False
    return True


def _first_wrong(block: bytes) -> int:
    try:
        block.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(block)


def _whole_letters(block: bytes) -> tuple[bytes, bytes]:
    """The block without a letter of UTF-8 that its end cuts, and the bytes of that letter."""
    for back in range(1, min(4, len(block) + 1)):
        byte = block[-back]
        if byte >= 0xC0:
            cut = (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4) > back
            return (block[:-back], block[-back:]) if cut else (block, b"")
        if byte < 0x80:
            break
    return block, b""


def _neither(position: int) -> UnreadableFile:
    return UnreadableFile(
        Text(
            f"文件既不是 UTF-8 也不是 GB18030 编码（约在第 {position} 字节处）。",
            f"Neither UTF-8 nor GB18030 (near byte {position}).",
        ),
        SAVE_AS_CSV,
    )


def _open_line(block: bytes, position: int, open_line: int) -> int:
    """How long the last line is at the end of a block, at whose start it was `open_line` bytes long.

    It leaps from line end to the farthest line end within the limit, not from line to line.
    """
    start = -open_line
    while (end := block.rfind(b"\n", max(start, 0), start + LINE_LIMIT + 1)) >= 0:
        start = end + 1
    if len(block) - start > LINE_LIMIT:
        raise UnreadableFile(
            Text(
                f"约第 {max(position + start, 0)} 字节处的一行超过 1 MiB，不像数据表。",
                f"A line near byte {max(position + start, 0)} exceeds 1 MiB.",
            ),
            Text("请检查换行符和引号是否完整。", "Check line ends and quotation marks."),
        )
    return len(block) - start
