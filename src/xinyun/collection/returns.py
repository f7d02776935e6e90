"""The rows that wait to be settled: as a list, and as the file in which an office mends what a batch brought back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.collection import errors, proposals, records
from xinyun.collection.checking import Fault
from xinyun.collection.columns import fold, titles_of
from xinyun.collection.models import Returned
from xinyun.collection.records import Found, Record
from xinyun.collection.settling import columns_of, content, number
from xinyun.collection.workbooks import ReturnedFault, ReturnedRow, error_workbook
from xinyun.law import Law
from xinyun.ledger import operations as ledger

MOST_AT_ONCE = 5_000
"""Rows of a workbook that is written while somebody waits for it; each is opened, explained and given proposals."""


class NothingReturned(Refusal):
    """The batch has no returned row that waits."""

    code = "nothing-returned"
    status = 404


def returned_records(
    *, limit: int, offset: int, office: str | None, item: str = "", batch: str = "", rule: str = ""
) -> tuple[list[Record], int]:
    """Returned rows that wait, those first that are due first, identity numbers masked; and how many there are.

    What is wrong with each is told as it was found when the row came.
    """
    rows = records.open_rows(office=office, item=item, batch=batch)
    if rule:
        rows = rows.alias(told=Cast("faults", TextField())).filter(told__contains=f', "{rule}", ')
    page = rows.order_by("due_on", "pk")[offset : offset + limit]
    return [records.record_of(row, found=_told(row)) for row in page], rows.count()


def _told(row: Returned) -> Found:
    return Found(
        tuple(
            Fault(one.row, one.field, one.rule, one.value, one.problem, one.remedy)
            for one in errors.told([row])
        )
    )


def take_error_workbook(
    target: Path,
    *,
    batch: str,
    actor: str,
    on: date,
    at: datetime,
    office: str | None = None,
    most: int | None = MOST_AT_ONCE,
) -> None:
    """Write the returned rows of a batch that wait, as they were sent, to be mended in place and sent back.

    At `most` so many, and where more wait the workbook says so; when these are settled, the next ones are taken. They
    hold identity numbers as they came, so that it is logged first who took them.

    :raises NothingReturned: none waits, or with `office` none of that office.
    """
    rows = records.open_rows(office=office, batch=batch)
    first = rows.first()
    if first is None:
        raise NothingReturned(
            Text("这个批次没有待处理的退回行。", "No returned row of this batch waits."),
            Text("请刷新页面。", "Look at the batch again."),
        )
    waiting = rows.count()
    taken = min(waiting, most or waiting)
    told = {"batch": batch, "rows": taken, "purpose": "改正退回记录"}
    ledger.append([ledger.Entry("read", at, told)], actor=actor, on=on)
    norms = law.rulebook().on(first.returned_on)
    item = norms.item(first.item)
    sent = _Sent(titles_of(item), columns_of(batch))
    found = (_row(row, norms, sent) for row in rows.order_by("row")[:taken].iterator(2000))
    error_workbook(target, item, found, left=waiting - taken)


class _Sent(NamedTuple):
    """Which field the catalogue's titles are, by folded title, and the titles of the batch's file."""

    by_title: dict[str, str]
    columns: dict[str, str]

    def in_order(self, titles: Mapping[str, str]) -> dict[str, str]:
        """The title of each field as the file has them, those of one row (`titles`) before those of other tables."""
        first: dict[str, str] = {}
        for title, name in self.columns.items():
            first.setdefault(name, title)
        return first | dict(titles)


def _row(row: Returned, norms: Law, sent: _Sent) -> ReturnedRow:
    """The row with every column of the file, so that all stand in one sheet.

    What only a clerk's mapping made a field stands under the catalogue's title, and needs no mapping when it returns.
    """
    item, cells = norms.item(row.item), content(row)
    titles = records.titles_in(row, item, list(cells))
    plain = {
        name: title if sent.by_title.get(fold(title)) == name else item.field(name).title
        for name, title in sent.in_order(titles).items()
    }
    shown = {title: cells.get(titles.get(name, "")) or "" for name, title in plain.items()}
    values = {name: cells[title] or "" for name, title in titles.items()}
    proposed = proposals.of_row(item, values, [(name, rule) for name, rule, _ in row.faults], norms)
    faults = [
        ReturnedFault(one.field, one.rule, one.severity, one.problem, one.remedy, proposed.get(one.field))
        for one in errors.told([row])
    ]
    return ReturnedRow(number(row), row.place, shown, faults, plain)
