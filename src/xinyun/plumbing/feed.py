"""The change feed: the spine along which every derived state and every receiver follows the archive.

One row a change, or a batch, appended in the transaction of the change itself. Appending takes a lock that
is held until commit, so that the order of `seq` is the order of commits and a reader's cursor never skips one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.timezone import get_default_timezone

from xinyun.plumbing.models import Change as ChangeRow

_LOCK = 0x58595F46  # an arbitrary number for PostgreSQL's advisory lock, ours alone


@dataclass(frozen=True, slots=True)
class Change:
    """A change as its readers see it."""

    seq: int
    kind: str
    payload: dict[str, Any]
    actor: str
    at: datetime


def lock() -> None:
    """Become the only writer of the archive until the transaction ends."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "the feed is appended inside the change's own transaction"
        )
    if connection.vendor == "postgresql":  # SQLite has one writer anyway: BEGIN IMMEDIATE
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def append(kind: str, payload: dict[str, Any], *, actor: str) -> int:
    """Append a change inside the caller's transaction and return its `seq`."""
    lock()
    return ChangeRow.objects.create(kind=kind, payload=payload, actor=actor).seq


def head() -> int:
    """The `seq` of the last committed change; 0 before the first."""
    # Asked with every page and check: ready SQL, for putting the statement together takes ten times as long as its answer.
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM feed_change")
        (last,) = cursor.fetchone()
    return int(last)


def seq_on(day: date) -> int:
    """The `seq` of the last change that was committed before `day` ended; 0 when there was none."""
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=get_default_timezone())
    return ChangeRow.objects.filter(at__lt=end).aggregate(last=Max("seq"))["last"] or 0


def moments(seqs: Iterable[int]) -> dict[int, datetime]:
    """When each of some hundred changes was written."""
    return dict(ChangeRow.objects.filter(seq__in=set(seqs)).values_list("seq", "at"))


def since(seq: int, limit: int = 1000) -> list[Change]:
    """Up to `limit` changes after `seq`, oldest first."""
    rows = ChangeRow.objects.filter(seq__gt=seq).order_by("seq")[:limit]
    return [Change(row.seq, row.kind, row.payload, row.actor, row.at) for row in rows]
