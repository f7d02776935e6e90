"""What is read of each kind of file, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from xinyun.collection.reading import ROW, UnreadableFile, tables

Rows = list[list[str | None]]
KNOWN = {"名称", "统一社会信用代码", "处罚日期", "罚款金额", "文号"}.__contains__


def read(path: Path, known: Callable[[str], bool] | None = None) -> dict[str, tuple[list[str], Rows]]:
    """The tables of a file by name: titles and rows, without the rows' numbers."""
    with tables(path, known) as found:
        return {
            table.name: (
                table.titles,
                [list(r) for frame in table.frames for r in frame.drop(ROW).rows()],
            )
            for table in found
        }


def numbers(path: Path) -> list[int]:
    """The numbers of the rows of a file's only table."""
    with tables(path) as found:
        (table,) = ((t, pl.concat(list(t.frames))) for t in found)
    return table[1][ROW].to_list()


def refusal(path: Path, known: Callable[[str], bool] | None = None) -> UnreadableFile:
    """How a file is refused that must not be read."""
    with pytest.raises(UnreadableFile) as raised:
        read(path, known)
    assert raised.value.status == 400
    assert raised.value.remedy.zh
    assert raised.value.remedy.en
    return raised.value
