"""One record at a time: what is wrong with one, in words, and what a returned row holds.

A returned row keeps which rules it broke; what these say is asked of the law of the day on which it was returned.
Identity numbers are masked unless an officer asks for the row in full, which is logged first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

import polars as pl
from django.db.models import Count, Min, Q, QuerySet

from xinyun import law
from xinyun.base import Text
from xinyun.base.identifiers import mask
from xinyun.collection import proposals, queries
from xinyun.collection.checking import Fault, check, without_identities
from xinyun.collection.columns import Columns, match
from xinyun.collection.models import Returned
from xinyun.collection.onerow import lenient
from xinyun.collection.proposals import Proposal
from xinyun.collection.queries import ReturnedView
from xinyun.collection.reading import ROW
from xinyun.collection.rules import Rule, compile_rules
from xinyun.collection.settling import NoSuchReturned, columns_of, content
from xinyun.collection.shaping import normalise
from xinyun.collection.submitting import NoReason
from xinyun.law import Item, Law
from xinyun.ledger import operations as ledger

MOST_COUNTED = 20_000
"""Rows among which rules are counted: a choice of what to look at, no statistic."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The returned rows that wait: how many, how many beyond their day, and the first such day."""

    open: int
    overdue: int
    due: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with a record, and what may have been meant, by field; nothing is taken unless a person says so."""

    faults: tuple[Fault, ...] = ()
    proposals: Mapping[str, Proposal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A returned row by its fields.

    `values` are as they came, or masked where they are personal and `hidden` names them; `titles` are the column
    titles by which `mend_returned` takes a field. What is found is by the law of the day of return.
    """

    row: ReturnedView
    values: dict[str, str]
    titles: dict[str, str]
    hidden: frozenset[str]
    found: Found


def examine(item: Item, norms: Law, values: Mapping[str, str]) -> Found:
    """What is wrong with one record of an item, all of it at once; `values` are texts by field."""
    written = {name: text for name, text in values.items() if text}
    columns = Columns({one.name: one.name for one in item.fields}, (), {})
    row = {ROW: [1], **{name: [written.get(name)] for name in columns.found}}
    schema = {ROW: pl.UInt32, **dict.fromkeys(columns.found, pl.String)}
    frame = normalise(pl.DataFrame(row, schema=schema), item, norms, columns)
    faults = check(frame, _rules(item.id, norms.book, norms.day), item).faults
    broken = [(fault.field, fault.rule) for fault in faults]
    return Found(tuple(faults), proposals.of_row(item, values, broken, norms))


@lru_cache(maxsize=64)
def _rules(item: str, book: law.Rulebook, day: date) -> list[Rule]:
    """The rules of an item of which every field is there; to compile them takes longer than to apply them."""
    found = book.on(day).item(item)
    return compile_rules(found, book.on(day), day, {one.name: one.name for one in found.fields})


def waiting(office: str | None, on: date, *, batch: str = "") -> Waiting:
    """The returned rows of an office, or of all, that wait on that day; of one batch where that is given."""
    found = open_rows(office=office, batch=batch).aggregate(
        open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on)), due=Min("due_on")
    )
    return Waiting(**found)


def rules_waiting(office: str | None) -> dict[str, int]:
    """The rules by which returned rows wait, with how many each, among those that are due first."""
    faults = open_rows(office=office).order_by("due_on", "pk").values_list("faults", flat=True)[:MOST_COUNTED]
    counted: dict[str, int] = {}
    for found in faults:
        for rule in {rule for _, rule, _ in found}:
            counted[rule] = counted.get(rule, 0) + 1
    return counted


def returned_record(id: int, *, office: str | None) -> Record:
    """A returned row, settled or not, identity numbers masked; with `office` only one of that office.

    :raises NoSuchReturned: there is none of that id and office.
    """
    return record_of(_demand(id, office))


def examine_mended(id: int, changes: Mapping[str, str], *, office: str | None, on: date) -> Found:
    """What would still be wrong with a returned row by the law of the day, with these fields changed.

    :raises NoSuchReturned: there is none of that id and office.
    """
    row = _demand(id, office)
    norms = law.rulebook().on(on)
    return examine(norms.item(row.item), norms, {**_values(row), **changes})


def read_returned(
    *, returned: int, purpose: str, actor: str, on: date, at: datetime, office: str | None = None
) -> Record:
    """A returned row in full, for a purpose; that it is read is logged first.

    :raises NoSuchReturned: there is none of that id and office.
    :raises NoReason: no purpose is given.
    """
    row = _demand(returned, office)
    if not purpose.strip():
        raise NoReason(
            Text("没有写明用途。", "No purpose is given."), Text("请写明用途。", "Give the purpose.")
        )
    told = {"returned": f"{row.batch}-{row.row}", "purpose": purpose.strip()}
    ledger.append([ledger.Entry("read", at, told)], actor=actor, on=on)
    return record_of(row, whole=True)


def open_rows(office: str | None = None, **wanted: str) -> QuerySet[Returned]:
    """The returned rows that wait, of an office, an item, a batch, where these are given."""
    given = {name: value for name, value in {"office": office, **wanted}.items() if value}
    return Returned.objects.filter(settled="", **given)


def _demand(id: int, office: str | None) -> Returned:
    row = Returned.objects.filter(pk=id, **({"office": office} if office else {})).first()
    if row is None:
        raise NoSuchReturned(
            Text("没有这样的退回行。", "There is no such returned row."),
            Text("请从退回清单中选择。", "Choose from the list of returned rows."),
        )
    return row


def record_of(row: Returned, *, whole: bool = False, found: Found | None = None) -> Record:
    """A returned row by its fields, masked unless `whole`; `found` is what is known to be wrong, else it is examined."""
    norms = law.rulebook().on(row.returned_on)
    item = norms.item(row.item)
    titles, values = titles_in(row, item, list(content(row))), _values(row)
    masked = {name: _masked(item, name, value) for name, value in values.items()}
    hidden = frozenset(name for name in values if masked[name] != values[name])
    return Record(
        row=queries.returned_view(row),
        values=values if whole else masked,
        titles={one.name: titles.get(one.name, one.title) for one in item.fields},
        hidden=frozenset() if whole else hidden,
        found=found or examine(item, norms, values),
    )


def _values(row: Returned) -> dict[str, str]:
    """What the row holds, by field, as it came."""
    cells = content(row)
    item = law.rulebook().on(row.returned_on).item(row.item)
    return {name: cells[title] or "" for name, title in titles_in(row, item, list(cells)).items()}


def titles_in(row: Returned, item: Item, titles: list[str]) -> dict[str, str]:
    """Which column is which field, as it was when the row came: by the mapping of its batch, else by the titles."""
    return _matched(row.batch, item.id, law.rulebook(), row.returned_on, tuple(titles))


@lru_cache(maxsize=1024)
def _matched(batch: str, item: str, book: law.Rulebook, day: date, titles: tuple[str, ...]) -> dict[str, str]:
    """The same for all rows of a batch that have the same cells filled in."""
    return match(lenient(book.on(day).item(item)), list(titles), columns_of(batch)).found


def _masked(item: Item, name: str, value: str) -> str:
    return mask(value) if item.field(name).personal else without_identities(value)
