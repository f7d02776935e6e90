"""Reads a roster's file, CSV or XLSX or whatever else collection reads, a frame at a time; every bad row is told."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from xinyun.base import Refusal, Text
from xinyun.collection.reading import ROW, tables
from xinyun.enforcement.rules import TITLES, Fault, Row, row_of

SHOWN, KEPT = 20, 10_000
"""Bad rows that a refusal names, and those that its report holds."""
_FIELDS = {title: field for field, titles in TITLES.items() for title in titles}


class NoSuchColumns(Refusal):
    """The file has neither a column of codes nor one of names."""

    code = "roster-without-columns"


class BadRows(Refusal):
    """Some rows of the roster are wrong; nothing was taken. `faults` are up to ten thousand of them."""

    code = "roster-bad-rows"
    faults: tuple[Fault, ...] = ()


class EmptyRoster(Refusal):
    """The file has no rows."""

    code = "roster-empty"


def read(path: Path) -> Iterator[Row]:
    """The rows of a file, in order.

    :raises UnreadableFile: it is no table, or none that we can read.
    :raises NoSuchColumns: there is neither a column of codes nor one of names.
    :raises BadRows, EmptyRoster: once the file is read to its end, where rows are wrong or there is none.
    """
    return checked(_cells(path))


def checked(cells: Iterable[tuple[int, str, str, str]]) -> Iterator[Row]:
    """Rows by number, code, name and reference as they are kept.

    :raises BadRows, EmptyRoster: at the end, where rows are wrong or there is none.
    """
    faults: list[Fault] = []
    wrong = count = 0
    for number, code, name, reference in cells:
        count += 1
        match row_of(number, code, name, reference):
            case Row() as row:
                yield row
            case Fault() as fault:
                wrong += 1
                if len(faults) < KEPT:
                    faults.append(fault)
    if wrong:
        raise _bad(faults, wrong, count)
    if not count:
        raise EmptyRoster(
            Text("名册里没有一行。", "The roster has no rows."),
            Text("要全部去掉，请用「移除名册」。", "To take everybody off, remove the roster."),
        )


def write_report(stream: TextIO, faults: Iterable[Fault]) -> None:
    """Write bad rows as CSV: a line each, with what is wrong and what to do."""
    writer = csv.writer(stream)
    writer.writerow(["row", "column", "value", "problem", "remedy"])
    for one in faults:
        value = f"'{one.value}" if one.value[:1] in tuple("=+-@") else one.value
        writer.writerow([one.row, one.column, value, one.problem.both, one.remedy.both])


def _cells(path: Path) -> Iterator[tuple[int, str, str, str]]:
    with tables(path, lambda title: title in _FIELDS) as found:
        for table in found:
            columns: dict[str, str] = {}
            for title in table.titles:
                columns.setdefault(_FIELDS.get(title.strip(), ""), title)
            if not {"code", "name"} & columns.keys():
                raise _no_columns(table.titles)
            picked = [columns.get(field) for field in TITLES]
            for frame in table.frames:
                texts = [
                    frame[name].fill_null("").to_list() if name else [""] * frame.height for name in picked
                ]
                yield from zip(frame[ROW].to_list(), *texts, strict=True)


def _no_columns(titles: list[str]) -> NoSuchColumns:
    told = "、".join(title for title in titles if title)[:200]
    return NoSuchColumns(
        Text(
            f"没有「统一社会信用代码」或「名称」这样的列，只有：{told}。",
            f"There is no column 统一社会信用代码 (code) or 名称 (name), only: {told}.",
        ),
        Text("第一行写列名：统一社会信用代码、名称、业务编号。", "Title the columns code, name, reference."),
    )


def _bad(faults: list[Fault], wrong: int, count: int) -> BadRows:
    refusal = BadRows(
        Text(
            f"{count} 行里有 {wrong} 行有误，一行也没有收下。",
            f"{wrong} of {count} rows are wrong; none was taken.",
        ),
        Text("请照下面逐行改正后整份重交。", "Mend them and send the whole file again."),
        fields=tuple(
            (
                f"row {one.row}",
                Text(
                    f"第 {one.row} 行「{one.value}」：{one.problem.zh}。{one.remedy.zh}",
                    f"Row {one.row}, {one.value!r}: {one.problem.en}. {one.remedy.en}",
                ),
            )
            for one in faults[:SHOWN]
        ),
    )
    refusal.faults = tuple(faults)
    return refusal
