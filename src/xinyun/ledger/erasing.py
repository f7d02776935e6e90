"""Erasing contents: an order names the leaves, content and salt go together, the leaf and every proof stay.

Or it names the key of a person, and all contents under that key are gone at once, in every copy.

Each order is itself a leaf, so that nobody can erase in silence. That leaf is written after the contents went; a
crash between the two is made good by the next call, and `verify` tells of an order without its leaf.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connections, transaction
from django.db.models import Exists, OuterRef, QuerySet

from xinyun.ledger import models
from xinyun.plumbing.wiping import overwrite_deleted

REF = "erasure:"
KIND = "contents.erased"
_LOCK = 0x58594C45  # an arbitrary number for PostgreSQL's advisory lock, the eraser's alone


@dataclass(frozen=True, slots=True)
class LeafOrder:
    """An order of erasure in the log, and how many contents went by it."""

    id: int
    norm: str
    basis: str
    actor: str
    on: date
    at: datetime
    count: int
    keys: int = 0
    """How many keys of persons it destroyed."""


def erase_named(indexes: Sequence[int], *, norm: str, basis: str, actor: str, on: date) -> int:
    """Erase the contents of these leaves that are still there, by one order, whole or not at all; returns how many."""
    with _only_eraser():
        held = models.Preimage.objects.filter(leaf_id__in=list(indexes), erased_on=None)
        leaves = list(held.order_by("leaf_id").values_list("leaf_id", flat=True))
        if not leaves:
            return 0
        order = models.ErasureOrder.objects.create(norm=norm, basis=basis, actor=actor, on=on)
        models.ErasedLeaf.objects.bulk_create(
            [models.ErasedLeaf(leaf_id=leaf, order=order) for leaf in leaves], batch_size=400
        )
        named = models.ErasedLeaf.objects.filter(order=order).values("leaf_id")
        models.Preimage.objects.filter(leaf_id__in=named, erased_on=None).update(
            payload=None, salt=None, erased_on=on, erased_by=actor
        )
    return len(leaves)


def destroy_key(digest: str, *, norm: str, basis: str, actor: str, on: date) -> int:
    """Destroy the key of a label, by an order; returns how many contents lay under it."""
    with _only_eraser():
        key = models.PersonKey.objects.filter(about=digest, wrapped__isnull=False).first()
        if key is None:
            return 0
        order = models.ErasureOrder.objects.create(norm=norm, basis=basis, actor=actor, on=on)
        _destroy(models.PersonKey.objects.filter(pk=key.pk), order)
        return models.Preimage.objects.filter(key=key, erased_on=None).count()


def destroy_unused(*, norm: str, basis: str, actor: str, on: date) -> int:
    """Destroy the keys under which no content lies any more, by an order; returns how many."""
    held = models.Preimage.objects.filter(key=OuterRef("pk"), erased_on=None)
    with _only_eraser():
        idle = models.PersonKey.objects.filter(~Exists(held), wrapped__isnull=False)
        if not idle.exists():
            return 0
        order = models.ErasureOrder.objects.create(norm=norm, basis=basis, actor=actor, on=on)
        return _destroy(idle, order)


def _destroy(keys: QuerySet[models.PersonKey], order: models.ErasureOrder) -> int:
    return keys.update(about="", wrapped=None, order=order)


@contextmanager
def _only_eraser() -> Iterator[None]:
    overwrite_deleted(models.ALIAS)
    with transaction.atomic(using=models.ALIAS, durable=True):
        if connections[models.ALIAS].vendor == "postgresql":  # SQLite has one writer anyway
            with connections[models.ALIAS].cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def past(kinds: Sequence[str], before: datetime, after: int, limit: int) -> list[int]:
    """Up to `limit` leaves of these kinds after the leaf `after` that are older than `before` and still have contents."""
    # One statement over leaf and content, in the order of leaves; an old content is met once and then never again.
    rows = models.Preimage.objects.filter(
        leaf_id__gt=after, erased_on=None, leaf__kind__in=kinds, leaf__at__lt=before
    )
    return list(rows.order_by("leaf_id").values_list("leaf_id", flat=True)[:limit])


def count_past(kinds: Sequence[str], before: datetime) -> int:
    """How many leaves of these kinds are older than `before` and still have contents."""
    rows = models.Preimage.objects.filter(erased_on=None, leaf__kind__in=kinds, leaf__at__lt=before)
    return rows.count()


def orders(limit: int = 100) -> list[LeafOrder]:
    """The latest orders of erasure, the latest first."""
    return [_view(row) for row in models.ErasureOrder.objects.order_by("-pk")[:limit]]


def unlogged(limit: int = 500) -> list[LeafOrder]:
    """Orders that have no leaf of their own yet, the oldest first; those made up for older releases need none."""
    named = models.ErasureOrder.objects.exclude(norm="").order_by("-pk")
    found: list[LeafOrder] = []
    for row in named[
        :limit
    ]:  # the latest first: the leaf of an earlier order was written before the next began
        if models.Leaf.objects.filter(ref=f"{REF}{row.pk}").exists():
            break
        found.append(_view(row))
    return found[::-1]


def ordered(start: int, end: int) -> dict[int, int]:
    """The order by which each content of the leaves from `start` to `end` was erased."""
    rows = models.ErasedLeaf.objects.filter(leaf_id__gte=start, leaf_id__lt=end)
    return dict(rows.values_list("leaf_id", "order_id"))


def _view(row: models.ErasureOrder) -> LeafOrder:
    named = models.ErasedLeaf.objects.filter(order=row).count()
    earlier = models.ErasedLeaf.objects.filter(leaf=OuterRef("pk"), order_id__lt=row.pk)
    under = models.Preimage.objects.filter(~Exists(earlier), key__order=row).count()
    keys = models.PersonKey.objects.filter(order=row).count()
    return LeafOrder(row.pk, row.norm, row.basis, row.actor, row.on, row.at, named + under, keys)
