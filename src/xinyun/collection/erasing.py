"""What collection keeps and must let go: the content of returned rows that are settled, and originals nothing is left of."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction
from django.db.models import QuerySet

from xinyun.archive import operations as archive
from xinyun.archive import queries as archived
from xinyun.archive.operations import Terms
from xinyun.collection import originals
from xinyun.collection.models import Batch, ErasedOriginal, Returned

PAGE = 2000
_SHREDDED = 64
"""Bytes at the head of a sealed file that hold its own salt, without which its key cannot be derived, and more."""


def settled_through(through: date) -> QuerySet[Returned]:
    """The returned rows with a content that were settled up to a day."""
    return Returned.objects.filter(settled_on__lte=through).exclude(settled="").exclude(content="")


def count_settled(through: date) -> int:
    """How many returned rows with a content were settled up to a day."""
    return settled_through(through).count()


def blank_settled(*, through: date, terms: Terms, actor: str, on: date) -> int:
    """Blank the contents of returned rows that were settled up to a day, an order a page; returns how many."""
    done = 0
    while count := _blank_page(through, terms, actor, on):
        done += count
    return done


@transaction.atomic
def _blank_page(through: date, terms: Terms, actor: str, on: date) -> int:
    page = list(settled_through(through).order_by("pk").values_list("pk", flat=True)[:PAGE])
    if not page:
        return 0
    told = {"returned": len(page)}
    order = archive.order_erasure(kind="returned.erased", told=told, terms=terms, actor=actor, on=on)
    marks = ", ".join(["%s"] * len(page))
    select = (
        "SELECT r.id AS row, r.item, r.batch, b.seq AS recorded_seq FROM collection_returned r"
        f" JOIN collection_batch b ON b.id = r.batch WHERE r.id IN ({marks})"
    )
    archive.name_rows(order, "collection_returned", select, page)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE collection_returned SET content = '' WHERE id IN (SELECT e.row FROM archive_erased e"
            " WHERE e.order_id = %s AND e.table_name = 'collection_returned')",
            [order.id],
        )
        return cursor.rowcount


_TOUCHED = f"""
    SELECT e.batch FROM archive_erased e WHERE e.batch <> '' AND e.order_id > %s
    UNION
    SELECT g.batch FROM archive_erased e
    JOIN archive_sighting g ON g.block = e.row / {archived.SIGHTING_BLOCK} AND g.statements = (e.table_name = 'archive_statement')
     AND e.row BETWEEN g.first AND g.last
    WHERE e.table_name IN ('archive_record', 'archive_statement') AND e.order_id > %s
"""
_SEEN = """
    SELECT 1 FROM archive_sighting g JOIN {table} r ON r.id BETWEEN g.first AND g.last
    WHERE g.batch = %s AND g.statements = %s LIMIT 1
"""


def without_records(after: int = 0) -> list[str]:
    """The batches of which nothing is left that they brought or saw again, among those that orders after `after` touched."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, [after, after])
        touched = [batch for (batch,) in cursor.fetchall()]
    found: list[str] = []
    for start in range(0, len(touched), PAGE):
        page = Batch.objects.filter(pk__in=touched[start : start + PAGE])
        kept = set(
            ErasedOriginal.objects.filter(pk__in=touched[start : start + PAGE]).values_list("pk", flat=True)
        )
        rows = page.order_by("pk").values_list("pk", "seq")
        found += [batch for batch, seq in rows if batch not in kept and not _stands(batch, seq)]
    return found


def _stands(batch: str, seq: int) -> bool:
    """Whether something is held that a batch brought or saw again, or a row of it that was returned."""
    if Returned.objects.filter(batch=batch).exclude(content="").exists() or archived.holds_of_batch(
        batch, seq
    ):
        return True
    with connection.cursor() as cursor:
        for table, statements in (("archive_record", False), ("archive_statement", True)):
            cursor.execute(_SEEN.format(table=table), [batch, statements])
            if cursor.fetchone():
                return True
    return False


@transaction.atomic
def order_originals(*, batches: Sequence[str], terms: Terms, actor: str, on: date) -> int:
    """Order that the originals of these batches are shredded; `shred` does it. Returns how many."""
    if not batches:
        return 0
    told = {"originals": len(batches)}
    order = archive.order_erasure(kind="originals.erased", told=told, terms=terms, actor=actor, on=on)
    ErasedOriginal.objects.bulk_create(
        [ErasedOriginal(batch=batch, order_id=order.id) for batch in batches], batch_size=PAGE
    )
    return len(batches)


def shred(*, actor: str, on: date) -> int:
    """Shred the files of originals that an order names and that are still there; returns how many.

    The salt at a file's head is overwritten first: without it the file's key cannot be derived, whatever of its blocks
    a file system keeps. Doing it again after a crash finds what is left.
    """
    done = 0
    for batch in ErasedOriginal.objects.values_list("batch", flat=True).iterator(PAGE):
        path = originals.place(batch)
        if not path.exists():
            continue
        with path.open("r+b") as sealed:
            sealed.write(bytes(_SHREDDED))
            sealed.flush()
            os.fsync(sealed.fileno())
        path.unlink()
        done += 1
    return done
