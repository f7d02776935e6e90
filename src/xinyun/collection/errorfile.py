"""The error file of the command line: a CSV, a line a fault."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from xinyun.collection.checking import Fault


def error_writer(stream: TextIO) -> Any:
    """A CSV writer, its titles written."""
    writer = csv.writer(stream)
    writer.writerow(["row", "field", "rule", "value", "problem", "remedy"])
    return writer


def lines(faults: Iterable[Fault]) -> Iterator[list[Any]]:
    """The cells of each fault's line."""
    for f in faults:
        yield [f.row, f.field, f.rule, inert(f.value), f.problem.both, f.remedy.both]


def inert(value: str) -> str:
    """A cell that a spreadsheet would run as a formula is written as text."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
