"""A large file is read in blocks of whole rows, so that memory does not grow with it."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from xinyun.collection.reading import ROW, UnreadableFile, delimited, tables


def _written(path: Path, rows: int) -> list[list[str]]:
    """Rows whose cells hold line ends, commas and doubled quotation marks."""
    told = [[str(n), f'第{n}行\n续，"引",{"长" * (n % 97)}'] for n in range(rows)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["编号", "说明"], *told])
    return told


@pytest.mark.parametrize("size", [64, 1000, 16 << 20])
def test_blocks_end_where_rows_end_and_nothing_is_lost_between_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    told = _written(tmp_path / "rows.csv", 500)
    monkeypatch.setattr(delimited, "ROWS_BLOCK", max(size, 700))

    with tables(tmp_path / "rows.csv") as found:
        table = next(found)
        titles, frames = table.titles, table.frames
        read = pl.concat(list(frames))

    assert titles == ["编号", "说明"]
    assert read[ROW].to_list() == list(range(1, 501))
    assert [list(row) for row in read.drop(ROW).rows()] == told


def test_a_quotation_that_is_never_closed_is_refused_before_memory_runs_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.csv").write_text('编号,说明\n1,"开\n' + "2,x\n" * 1000, encoding="utf-8")
    monkeypatch.setattr(delimited, "ROWS_BLOCK", 700)

    with tables(tmp_path / "rows.csv") as found:
        frames = next(found).frames
        with pytest.raises(UnreadableFile):
            list(frames)
