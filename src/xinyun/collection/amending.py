"""Correct a record that is in the archive, take records back, let one in again: each with its reason, which is kept.

A correction is a file of one row like any other: the record as it stands, with the new values. So every rule applies
to it, and what breaks one is returned. What makes it the same record, its subject and its key fields, is not corrected:
then the record is the wrong one, to be withdrawn, and the right one is furnished.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import polars as pl
from django.db import connection, transaction

from xinyun import law
from xinyun.archive import operations as archive
from xinyun.archive import queries as archived
from xinyun.archive.operations import Notice
from xinyun.base import Refusal, Text
from xinyun.collection.amendments import corrected, fixed, opened
from xinyun.collection.columns import Columns, match
from xinyun.collection.models import Amendment, Submission
from xinyun.collection.onerow import lenient, one_row
from xinyun.collection.reading import ROW
from xinyun.collection.shaping import normalise
from xinyun.collection.submitting import submit
from xinyun.law import Item, Law

__all__ = [
    "KeyChanged",
    "NothingChanged",
    "UnknownFields",
    "correct_record",
    "readmit_record",
    "withdraw_records",
]

Kind = Amendment.Kind


class UnknownFields(Refusal):
    """The correction names a field that the item has not."""

    code = "unknown-fields"


class NothingChanged(Refusal):
    """The record says already what it is to say."""

    code = "nothing-changed"


class KeyChanged(Refusal):
    """What makes it this record would become another."""

    code = "key-changed"


def correct_record(
    *,
    record: int,
    values: Mapping[str, str],
    reason: str,
    office: str | None,
    actor: str,
    on: date,
    at: datetime,
    way: str = Submission.Way.FORM,
) -> str:
    """Submit a current record with new values, by title, code or name of the field; returns the submission's id.

    `office` is who furnished it; any where it is `None`, for the credit centre.

    :raises archive.NoSuchRecord, NotYourRecord, RecordChanged, AlreadyWithdrawn: it is not to be corrected.
    :raises archive.WrongReason: `reason` is empty, too long or not one line.
    :raises NotYours: the office may not furnish the item on that day.
    :raises UnknownFields: a value is of no field.
    :raises NothingChanged: all of it stands there already.
    :raises KeyChanged: it would be another record.
    """
    reason = archive.demand_reason(reason)
    archive.demand_current([record], office)
    row = archived.revision(record)
    assert row is not None
    norms = law.rulebook().on(on)
    item, told = norms.item(row.item), opened(row)
    changes = {name: text.strip() for name, text in by_field(item, values).items()}
    becomes = corrected(row, changes)
    if all(text == told.get(name, "") for name, text in changes.items()):
        raise NothingChanged(
            Text("填写的内容与现有记录相同。", "The record says this already."),
            Text("请只在需要更正时提交，并填写新的内容。", "Give the values that are to change."),
        )
    _demand_same_key(item, norms, told, becomes)
    id = uuid.uuid4().hex
    with transaction.atomic():
        _keep(Kind.CORRECTED, row.item, row.office, [record], reason, actor, on, submission=id)
        submit(
            item=row.item,
            office=row.office,
            stream=one_row(item, _titled(item, becomes), {}),
            file_name=f"record-{record}.csv",
            actor=actor,
            way=way,
            on=on,
            at=at,
            id=id,
        )
    return id


@transaction.atomic
def withdraw_records(*, records: Sequence[int], reason: str, office: str | None, actor: str, on: date) -> int:
    """Take back current records of one item that an office furnished; returns the change of the feed.

    `office` is who furnished them; that of the first where it is `None`, for the credit centre.

    :raises archive.NoSuchRecord, NotYourRecord, RecordChanged, AlreadyWithdrawn, SeveralItems: none is withdrawn.
    :raises archive.WrongReason: `reason` is empty, too long or not one line.
    """
    items = archive.demand_current(records, office)
    furnisher = office or _office_of(records[0])
    item = next(iter(items.values()))
    seq = archive.withdraw(records=records, reason=reason, office=furnisher, actor=actor, on=on)
    _keep(Kind.WITHDRAWN, item, furnisher, list(items), reason.strip(), actor, on)
    return seq


@transaction.atomic
def readmit_record(*, record: int, reason: str, notice: Notice, actor: str, on: date) -> int:
    """Let a withdrawn record in again, by another person and after a notice; returns the id of the new revision.

    :raises archive.NoSuchRecord, RecordChanged, NotWithdrawn: it is no current withdrawn revision.
    :raises archive.WrongReason: `reason` is empty, too long or not one line.
    :raises archive.NoNotice: the notice has no number, or is dated after `on`.
    :raises archive.SamePerson: `actor` took it back.
    """
    fresh = archive.readmit(record=record, reason=reason, notice=notice, actor=actor, on=on)
    row = archived.revision(fresh)
    assert row is not None
    _keep(Kind.READMITTED, row.item, row.office, [record], reason.strip(), actor, on, notice=notice)
    return fresh


def by_field(item: Item, values: Mapping[str, str]) -> dict[str, str]:
    """Values by field that are given by title, code or name.

    :raises UnknownFields: one is of no field.
    :raises SameColumnTwice: two are the same field.
    """
    columns = match(lenient(item), list(values))
    unknown = [*columns.ignored, *columns.own.values()]
    if unknown or not values:
        raise UnknownFields(
            Text(
                f"没有这些字段：{'、'.join(name[:40] for name in unknown)}。"
                if unknown
                else "没有写要更正的字段。",
                f"No such fields: {', '.join(name[:40] for name in unknown)}."
                if unknown
                else "No field to correct is given.",
            ),
            Text("字段可用中文名称、字段代码或英文名。", "Name fields by title, code or name."),
            fields=tuple((name[:80], Text("没有这个字段", "no such field")) for name in unknown[:50]),
        )
    return {name: values[title] for name, title in columns.found.items()}


def _demand_same_key(item: Item, norms: Law, told: Mapping[str, str], becomes: Mapping[str, str]) -> None:
    """Check that what makes it this record stays, however it is written."""
    names = [name for name in fixed(item) if told.get(name, "") != becomes.get(name, "")]
    if not names:
        return
    frame = pl.DataFrame(
        {ROW: [1, 2], **{name: [told.get(name) or None, becomes.get(name) or None] for name in names}},
        schema={ROW: pl.UInt32, **dict.fromkeys(names, pl.String)},
    )
    cells = normalise(frame, item, norms, Columns({name: name for name in names}, (), {}))
    changed = [name for name in names if cells.column(name)[0] != cells.column(name)[1]]
    if changed:
        titles = "、".join(f"「{item.field(name).title}」" for name in changed)
        english = ", ".join(item.field(name).english for name in changed)
        raise KeyChanged(
            Text(
                f"{titles}决定这是哪一条记录，不能更正。",
                f"{english}: by this the record is told from others; it cannot be corrected.",
            ),
            Text(
                "请撤回这条记录，再按正确的内容另行报送。",
                "Withdraw this record, then furnish the right one.",
            ),
            fields=tuple((name, Text("不能更正", "cannot be corrected")) for name in changed),
        )


def _titled(item: Item, values: Mapping[str, str]) -> dict[str, str]:
    """Values by title; what a field that the item no longer has said is left behind."""
    return {field.title: values[field.name] for field in item.fields if field.name in values}


def _office_of(record: int) -> str:
    row = archived.revision(record)
    assert row is not None
    return row.office


def _keep(
    kind: Amendment.Kind,
    item: str,
    office: str,
    records: Sequence[int],
    reason: str,
    actor: str,
    on: date,
    *,
    submission: str = "",
    notice: Notice | None = None,
) -> None:
    """Write down what was done with each of these records, in one statement."""
    if connection.vendor == "postgresql":
        each, given = "unnest(%s::bigint[]) AS told (record)", list(records)
    else:
        each, given = "(SELECT value AS record FROM json_each(%s)) AS told", json.dumps(list(records))
    number, day = (notice.number.strip(), notice.on) if notice else ("", None)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO collection_amendment"  # noqa: S608 - our own constants
            " (kind, item, office, reason, notice, notified_on, submission, actor, amended_on, record)"
            f" SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, told.record FROM {each}",
            [kind.value, item, office, reason, number, day, submission, actor, on, given],
        )
