"""How far each subscriber has been told: who is due, what it has, what failed. Whoever comes second changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from xinyun.exchange import queries
from xinyun.exchange.models import Delivery, Subscription
from xinyun.exchange.queries import Messages
from xinyun.exchange.rules import Cursor, next_try
from xinyun.plumbing import feed

LEASE = timedelta(seconds=60)
"""For how long a process that delivers has a subscription for itself: longer than any delivery may take."""


def claim(at: datetime, *, busy: Collection[int]) -> list[tuple[Subscription, Messages]]:
    """The subscriptions for which something waits and that are due, each held for this process for a minute.

    Those that this process is `busy` with are left out.
    Of those for which nothing waits the cursor goes to the feed's end, so that they are not looked through again.
    """
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    due = Q(due_at__isnull=True) | Q(due_at__lte=at)
    end = Cursor(feed.head())
    # Whose key is revoked is told nothing more, as it could not ask any more.
    rows = Subscription.objects.filter(
        free, due, ended_at__isnull=True, client__revoked_at__isnull=True
    ).select_related("client")
    rows = (
        rows.exclude(pk__in=busy)
        .exclude(cursor_seq=end.seq, cursor_rank=end.rank)
        .exclude(channel=Subscription.Channel.INBOX)
    )
    claimed = []
    for row in rows.order_by("pk"):
        found = queries.waiting(row)
        if not found.messages:
            _standing_at(row).update(**_fields(found.cursor))
        elif _standing_at(row).filter(free).update(leased_until=at + LEASE):
            claimed.append((row, found))
    return claimed


@transaction.atomic
def delivered(row: Subscription, told: Messages, *, actor: str, at: datetime) -> bool:
    """Write down that a subscriber has these messages; false where its place was changed meanwhile."""
    moved = _standing_at(row).update(
        **_fields(told.cursor), failures=0, last_failure="", due_at=None, leased_until=None
    )
    if moved:
        Delivery.objects.create(
            subscription=row, after=str(told.after), through=str(told.cursor), messages=len(told.messages),
            oldest_at=told.oldest_at or at, actor=actor, at=at,
        )  # fmt: skip
    return bool(moved)


def failed(row: Subscription, why: str, *, at: datetime) -> None:
    """Write down that a subscriber could not be told, and when it is tried again."""
    failures = row.failures + 1
    _standing_at(row).update(
        failures=failures, last_failure=why[:200], due_at=next_try(failures, at), leased_until=None
    )


def _fields(cursor: Cursor) -> dict[str, int]:
    return {"cursor_seq": cursor.seq, "cursor_rank": cursor.rank, "cursor_id": cursor.id}


def _standing_at(row: Subscription) -> QuerySet[Subscription]:
    """The row while its place is the one that was read: who comes second changes nothing."""
    return Subscription.objects.filter(
        pk=row.pk,
        ended_at__isnull=True,
        cursor_seq=row.cursor_seq,
        cursor_rank=row.cursor_rank,
        cursor_id=row.cursor_id,
    )
