"""A program of its own: take the sheets of a workbook out as text, within bounds of memory and time.

A workbook of a few kilobytes can ask for any amount of memory: by a cell far away, by a text that a million cells
share, by lying about what unpacks. So the parser runs in a process that may take only so much, and dies alone.
It reads the workbook from its standard input and writes, for each pair of a file descriptor and a sheet's name in
its arguments, the sheet as an Arrow stream of text columns. It imports nothing of the platform: it starts at once.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

MEMORY, SECONDS = 4 << 30, 600
DAMAGED = 3
_ROWS = 50_000
_LONG = 16
_LONG_NUMBER_CELL = re.compile(rb"v>-?(?:[0-9]{16,}|[0-9.]+[Ee]\+?(?:1[5-9]|[2-9][0-9]))")
_BLOCK, _OVERLAP = 1 << 20, 64
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_SOURCE = "/proc/self/fd/0"


def main(arguments: list[str]) -> int:
    """Write the sheets; the exit status is 0 when all are written, `DAMAGED` when the workbook cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import fastexcel

    try:
        book = fastexcel.read_excel(_SOURCE)
        with ThreadPoolExecutor(1) as aside:  # the parser leaves the interpreter free for what is done there
            aside.submit(import_module, "pyarrow.compute")
            lost = aside.submit(_has_long_numbers)
            for descriptor, name in zip(arguments[::2], arguments[1::2], strict=True):
                sheet = book.load_sheet_eager(name, header_row=None, dtypes="string")
                columns = _with_long_numbers(sheet) if lost.result() else []
                if columns:
                    kinds = book.load_sheet_eager(
                        name, header_row=None, dtypes="boolean", use_columns=columns
                    )
                    sheet = _marked(sheet, columns, kinds)
                _write(int(descriptor), sheet)
    except (fastexcel.FastExcelError, *_BROKEN_ZIP) as error:
        sys.stderr.write(str(error).partition("\n")[0])
        return DAMAGED
    return 0


def _write(descriptor: int, sheet: Any) -> None:
    import pyarrow as pa

    with os.fdopen(descriptor, "wb") as out, pa.ipc.new_stream(out, sheet.schema) as stream:
        for start in range(0, sheet.num_rows, _ROWS):
            stream.write_batch(sheet.slice(start, _ROWS))


def _with_long_numbers(sheet: Any) -> list[int]:
    """The columns in which a text looks like a whole number of more than fifteen digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return [
        position
        for position, column in enumerate(sheet.columns)
        if pa.types.is_string(column.type) and pc.any(_long_numbers(column)).as_py()
    ]


def _long_numbers(texts: Any) -> Any:
    import pyarrow.compute as pc

    return pc.and_(pc.ascii_is_decimal(texts), pc.greater_equal(pc.binary_length(texts), _LONG))


def _has_long_numbers() -> bool:
    """Whether any cell of the workbook is such a number, and not a text: the file itself is searched for one."""
    with zipfile.ZipFile(_SOURCE) as book:
        for part in book.infolist():
            if part.filename.endswith(".xml") and "haredStrings" not in part.filename:
                with book.open(part) as stream:
                    tail = b""
                    while block := stream.read(_BLOCK):
                        if _LONG_NUMBER_CELL.search(tail + block):
                            return True
                        tail = block[-_OVERLAP:]
    return False


def _marked(sheet: Any, columns: list[int], kinds: Any) -> Any:
    """Write such numbers as spreadsheets show them, 5.22121199001011E+17: their last digits are lost."""
    import pyarrow as pa
    import pyarrow.compute as pc

    arrays = list(sheet.columns)
    for position, kind in zip(columns, kinds.columns, strict=True):
        texts = arrays[position]
        lost = pc.and_(_long_numbers(texts), pc.is_valid(kind))
        shown = [
            f"{float(t):.14E}" if is_lost else t
            for t, is_lost in zip(texts.to_pylist(), lost.to_pylist(), strict=True)
        ]
        arrays[position] = pa.array(shown, pa.string())
    return pa.RecordBatch.from_arrays(arrays, schema=sheet.schema)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
