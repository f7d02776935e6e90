"""XLSX as we write it: cells are text and nothing but text, and the same content gives the same bytes.

A value that a spreadsheet would run when it is typed, or that the library would take for markup, stays what it is.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

LAST_ROW = 1_048_575
"""The last row of a sheet, counted from 0, as the library does."""
CELL_LIMIT = 32_767
"""Characters that a cell can hold."""
TEXT = 49
"""The number of the format of text: what is typed stays as it is typed, zeros in front and eighteen digits included."""

_NEVER_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_NAME_LIMIT = 31


@contextmanager
def workbook(target: Path | BinaryIO, made_on: date, *, streamed: bool) -> Iterator[Workbook]:
    """A workbook to fill, written to `target` when the block ends well; `streamed` keeps no more than a row of it.

    A streamed sheet's rows must come in order.
    """
    with tempfile.TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(
            str(target) if isinstance(target, Path) else target,
            {"constant_memory": streamed, "tmpdir": folder},
        )
        # Else the library would write the time of day into it.
        book.set_properties({"created": datetime.combine(made_on, time.min)})
        yield book
        book.close()


def sheet_name(title: str) -> str:
    """A title as a sheet's name may be."""
    return _NOT_IN_A_NAME.sub(" ", title).strip()[:_NAME_LIMIT]


def put(sheet: Worksheet, row: int, column: int, text: str, form: Format) -> None:
    """Write a text into a cell as text; what is longer than a cell is cut."""
    plain = _NEVER_IN_XML.sub("", text)[:CELL_LIMIT]
    if not plain:
        sheet.write_blank(row, column, None, form)
        return
    if plain.startswith("<r>") and plain.endswith("</r>"):  # the library would take it for marked-up text
        plain += " "
    sheet.write_string(row, column, plain, form)
