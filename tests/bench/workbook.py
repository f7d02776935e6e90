"""Reading a workbook: our reader, which finds titles and numbers rows, beside the library that it stands on, alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bench import stores
from tests.bench.measure import Result, Row, Sample, alternate, rate, seconds

BENCH = "采集：读表格 workbooks"


def run(path: Path, *, rows: int, runs: int) -> Result:
    """Measure in a process of its own."""
    with stores.fresh() as store:
        found = store.run("read_workbook", path=path, rows=rows, runs=runs)
    samples = {name: rate(rows, Sample(tuple(values))) for name, values in found["seconds"].items()}
    row = Row(
        BENCH, "读 XLSX read", samples["ours"], "fastexcel 单独 alone", samples["fastexcel"], "行/s rows/s",
        target=0.8, remark=f"{rows:,} 行 rows × 20 列 columns",
    )  # fmt: skip
    return Result(rows=[row])


def contest(path: str, rows: int, runs: int) -> dict[str, Any]:
    """In the worker: read the sheet in turns.

    :raises AssertionError: a reader did not see all rows.
    """
    import fastexcel

    from xinyun.collection.reading import tables

    def ours() -> None:
        with tables(Path(path)) as found:
            seen = sum(frame.height for table in found for frame in table.frames)
        assert seen == rows, seen

    def theirs() -> None:
        sheet = fastexcel.read_excel(path).load_sheet(0, dtypes="string")
        assert sheet.to_polars().height == rows

    turns = {"ours": lambda: seconds(ours), "fastexcel": lambda: seconds(theirs)}
    return {"seconds": {name: sample.values for name, sample in alternate(turns, runs).items()}}
