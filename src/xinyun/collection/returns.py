"""The rows that wait to be settled: as a list, and as the file in which an office mends what a batch brought back."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from django.db.models import TextField
from django.db.models.functions import Cast

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.collection import errors, proposals, records
from xinyun.collection.checking import Fault
from xinyun.collection.models import Returned
from xinyun.collection.records import Found, Record
from xinyun.collection.settling import content, number
from xinyun.collection.workbooks import ReturnedFault, ReturnedRow, error_workbook
from xinyun.law import Law
from xinyun.ledger import operations as ledger


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
    target: Path, *, batch: str, actor: str, on: date, at: datetime, office: str | None = None
) -> None:
    """Write the returned rows of a batch that wait, as they were sent, to be mended in place and sent back.

    They hold identity numbers as they came, so that it is logged first who took them.

    :raises NothingReturned: none waits, or with `office` none of that office.
    """
    rows = records.open_rows(office=office, batch=batch)
    first = rows.first()
    if first is None:
        raise NothingReturned(
            Text("这个批次没有待处理的退回行。", "No returned row of this batch waits."),
            Text("请刷新页面。", "Look at the batch again."),
        )
    told = {"batch": batch, "rows": rows.count(), "purpose": "改正退回记录"}
    ledger.append([ledger.Entry("read", at, told)], actor=actor, on=on)
    norms = law.rulebook().on(first.returned_on)
    found = (_row(row, norms) for row in rows.order_by("row").iterator(2000))
    error_workbook(target, norms.item(first.item), found)


def _row(row: Returned, norms: Law) -> ReturnedRow:
    item, cells = norms.item(row.item), content(row)
    titles = records.titles_in(row, item, list(cells))
    values = {name: cells[title] or "" for name, title in titles.items()}
    proposed = proposals.of_row(item, values, [(name, rule) for name, rule, _ in row.faults], norms)
    faults = [
        ReturnedFault(one.field, one.rule, one.severity, one.problem, one.remedy, proposed.get(one.field))
        for one in errors.told([row])
    ]
    return ReturnedRow(number(row), row.place, cells, faults, titles)
