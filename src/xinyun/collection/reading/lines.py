"""JSON lines: one object a line, whose keys are the titles.

The titles are the keys of all lines, found in a pass of its own. Numbers keep their writing, `true` and `false`
are these words, `null` is empty; of a key that comes twice in an object, the last counts, as JSON readers do.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from xinyun.base import Text
from xinyun.collection.reading.encoding import blocks, encoding_of, to_utf8
from xinyun.collection.reading.refusals import UnreadableFile
from xinyun.collection.reading.shape import BLANKS, Table, column_names, evenly, numbered

_BLOCK = 4 << 20
_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=str)
_WORDS = {True: "true", False: "false"}


def read(path: Path) -> Iterator[Table]:
    """The one table of a file of JSON lines.

    :raises UnreadableFile: a line is no object, or one holds another object or a list; wrong encoding.
    """
    encoding = encoding_of(path)
    keys: dict[str, None] = {}
    for _, rows in _rows(path, encoding):
        for row in rows:
            if not row.keys() <= keys.keys():
                keys |= dict.fromkeys(row)
                column_names(list(keys))
    titles = [key.strip(BLANKS) for key in keys]
    names = column_names(titles)
    yield Table("", titles, evenly(_frames(path, encoding, dict(zip(keys, names, strict=True)))))


def _frames(path: Path, encoding: str, names: dict[str, str]) -> Iterator[pl.DataFrame]:
    for first, rows in _rows(path, encoding):
        columns = {name: _column([row.get(key) for row in rows], key, first) for key, name in names.items()}
        yield numbered(pl.DataFrame(columns), first)


def _column(values: list[Any], key: str, first: int) -> pl.Series:
    try:
        return pl.Series(values, dtype=pl.String, strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        texts = [_text(value, key, row) for row, value in enumerate(values, first)]
        return pl.Series(texts, dtype=pl.String)


def _text(value: Any, key: str, row: int) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        return str(value)
    raise UnreadableFile(
        Text(
            f"第 {row} 行的「{key:.40}」里还有一层数据。",
            f"In line {row} the value of {key:.40} holds others.",
        ),
        Text("每个值只能是文字、数字、true、false 或 null。", "Give text, numbers, true, false or null."),
    )


def _rows(path: Path, encoding: str) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """The objects of a block of lines, with the number of the first line; a blank line is an object without keys."""
    row = 1
    for block in _line_blocks(path, encoding):
        parts = block.removesuffix(b"\n").split(b"\n")
        yield row, [_object(part, row + position) for position, part in enumerate(parts)]
        row += len(parts)


def _object(line: bytes, row: int) -> dict[str, Any]:
    try:
        return _DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if not line.strip():
            return {}
        raise UnreadableFile(
            Text(f"第 {row} 行不是一个 JSON 对象。", f"Line {row} is no JSON object."),
            Text(
                "应每行一个对象，行间不加逗号，对象中间不换行。",
                "Write one object a line, without commas between lines and without line ends inside.",
            ),
        ) from None


def _line_blocks(path: Path, encoding: str) -> Iterator[bytes]:
    """The file in UTF-8, in blocks of whole lines."""
    carried = b""
    for position, block in blocks(path, _BLOCK):
        cut = block.rfind(b"\n") + 1
        if cut:
            yield b"".join(to_utf8([carried, block[:cut]], encoding, position - len(carried)))
            carried = b""
        carried += block[cut:]
    if carried:
        yield b"".join(to_utf8([carried], encoding, position + len(block) - len(carried)))
