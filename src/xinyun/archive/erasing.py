"""Erase what the law says to delete: an order names the rows, the database lets go of these alone, a tombstone stays.

A record goes as a whole, with its revisions and with what others said beside it. What is left tells that there was a
row, of which item and batch, and by which article it went: enough to explain counts and the feed, nothing of whom.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from xinyun.archive.events import RecordsErased
from xinyun.archive.models import Erased, ErasureOrder, Record
from xinyun.base.announce import announce
from xinyun.plumbing import feed

RECORDS, STATEMENTS, PERSONS = "archive_record", "archive_statement", "archive_subject"
ERASED = "records.erased"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Terms:
    """By which edition of a retention norm something is erased, and its articles in words."""

    norm: str
    since: date
    basis: str


@dataclass(frozen=True, slots=True)
class Order:
    """An order of erasure and the change of the feed that it is."""

    id: int
    seq: int


@transaction.atomic
def order_erasure(*, kind: str, told: dict[str, Any], terms: Terms, actor: str, on: date) -> Order:
    """Write an order and the change of the feed that tells of it, in the caller's transaction."""
    seq = feed.append(kind, {**told, "norm": terms.norm, "basis": terms.basis}, actor=actor)
    row = ErasureOrder.objects.create(
        norm=terms.norm, since=terms.since, basis=terms.basis, seq=seq, actor=actor, on=on
    )
    return Order(row.pk, seq)


def name_rows(order: Order, table: str, select: str, given: list[Any]) -> int:
    """Name the rows of a table that go by an order: a SELECT of `row, item, batch, recorded_seq`; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO archive_erased (table_name, order_id, row, item, batch, recorded_seq)"  # noqa: S608 - our own constants
            f" SELECT %s, %s, q.row, q.item, q.batch, q.recorded_seq FROM ({select}) q",
            [table, order.id, *given],
        )
        return cursor.rowcount


def delete_named(order: Order, table: str) -> None:
    """Delete the rows of a table that an order names."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE id IN"  # noqa: S608 - our own constants
            " (SELECT e.row FROM archive_erased e WHERE e.order_id = %s AND e.table_name = %s)",
            [order.id, table],
        )


def among(ids: Sequence[int]) -> tuple[str, Any]:
    """`IN` of any number of ids, as SQL and its one parameter."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)", list(ids)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(ids))


@transaction.atomic
def erase_records(
    *, records: Sequence[int], terms: Terms, actor: str, on: date
) -> tuple[int, tuple[int, ...]]:
    """Erase the records whose current revisions these are; returns how many, and the subjects that they were about.

    All of them or none. Ids that are no current revision's are left out: somebody revised or erased them meanwhile.
    """
    feed.lock()
    current = Record.objects.filter(superseded_seq__isnull=True)
    items: dict[str, int] = {}
    subjects, known = set[int](), list[int]()
    for start in range(0, len(records), _CHUNK):
        rows = current.filter(pk__in=records[start : start + _CHUNK])
        for id, item, subject in rows.values_list("pk", "item", "subject_id"):
            known.append(id)
            subjects.add(subject)
            items[item] = items.get(item, 0) + 1
    if known:
        order = order_erasure(kind=ERASED, told={"items": items}, terms=terms, actor=actor, on=on)
        test, given = among(known)
        _erase_chains(order, f"g.id {test}", [given])
        announce(RecordsErased(order.id, order.seq, actor, on))
        for table in (RECORDS, STATEMENTS):
            delete_named(order, table)
    return len(known), tuple(sorted(subjects))


@transaction.atomic
def erase_persons(
    *, persons: Sequence[int], companions: Sequence[str], terms: Terms, actor: str, on: date
) -> int:
    """Erase what tells who these persons are, and the records of `companions` that go with it; returns how many went.

    A person of whom another record or statement is held stays.
    """
    feed.lock()
    gone = list(_alone(persons, companions))
    if not gone:
        return 0
    told = {"persons": len(gone)}
    order = order_erasure(kind="persons.erased", told=told, terms=terms, actor=actor, on=on)
    test, given = among(gone)
    _erase_chains(order, f"g.subject_id {test} AND g.superseded_seq IS NULL", [given])
    name_rows(
        order,
        PERSONS,
        f"SELECT s.id AS row, '' AS item, '' AS batch, s.first_seq AS recorded_seq FROM archive_subject s WHERE s.id {test}",  # noqa: S608
        [given],
    )
    announce(RecordsErased(order.id, order.seq, actor, on))
    for table in (RECORDS, STATEMENTS, PERSONS):
        delete_named(order, table)
    return len(gone)


def _erase_chains(order: Order, which: str, given: list[Any]) -> None:
    """Name every revision of the records `g`, and every statement beside them."""
    for table, seq in ((RECORDS, "r.recorded_seq"), (STATEMENTS, "r.recorded_seq")):
        name_rows(
            order,
            table,
            f"SELECT r.id AS row, r.item, r.batch, {seq} AS recorded_seq FROM archive_record g"  # noqa: S608
            f" JOIN {table} r ON r.subject_id = g.subject_id AND r.item = g.item AND r.key = g.key WHERE {which}",
            given,
        )


def _alone(persons: Sequence[int], companions: Sequence[str]) -> list[int]:
    """Those of these natural persons of whom nothing is held but records of `companions`."""
    found: list[int] = []
    rest = iter(persons)
    marks = ", ".join(["%s"] * len(companions)) or "''"
    other = f"o.subject_id = s.id AND o.item NOT IN ({marks})"
    while chunk := list(islice(rest, _CHUNK)):
        test, given = among(chunk)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT s.id FROM archive_subject s WHERE s.id {test} AND s.kind = 'person'"  # noqa: S608
                f" AND NOT EXISTS (SELECT 1 FROM archive_record o WHERE {other})"
                f" AND NOT EXISTS (SELECT 1 FROM archive_statement o WHERE {other}) ORDER BY s.id",
                [given, *companions, *companions],
            )
            found += [id for (id,) in cursor.fetchall()]
    return found


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order of erasure as a report tells it; `rows` says how many rows of which table and item went."""

    id: int
    norm: str
    basis: str
    seq: int
    actor: str
    on: date
    rows: dict[tuple[str, str], int]


def erasure_orders(*, since_seq: int = 0, limit: int = 100) -> list[OrderView]:
    """The latest orders of erasure after a change of the feed, the latest first."""
    rows = list(ErasureOrder.objects.filter(seq__gt=since_seq).order_by("-seq")[:limit])
    counted: dict[int, dict[tuple[str, str], int]] = {}
    told = Erased.objects.filter(order__in=rows).values_list("order_id", "table_name", "item")
    for order, table, item, count in told.annotate(Count("pk")):
        counted.setdefault(order, {})[table, item] = count
    return [
        OrderView(row.pk, row.norm, row.basis, row.seq, row.actor, row.on, counted.get(row.pk, {}))
        for row in rows
    ]


def erased_records(order: int) -> tuple[str, list[Any]]:
    """The ids of the revisions that an order erases, as SQL and its parameters."""
    return (
        "SELECT e.row FROM archive_erased e WHERE e.order_id = %s AND e.table_name = %s",
        [order, RECORDS],
    )


def erased_since(seq: int, table: str) -> list[tuple[int, str]]:
    """The rows of a table that were erased after a change of the feed, each with its item, by id."""
    rows = Erased.objects.filter(order__seq__gt=seq, table_name=table).order_by("row")
    return list(rows.values_list("row", "item"))
