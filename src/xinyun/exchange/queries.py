"""What subscribers are to be told, and how far each has been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import Max, Sum

from xinyun.archive import queries as archive
from xinyun.archive.queries import DisputeChange, RevisionView
from xinyun.base import Refusal, Text
from xinyun.exchange.models import Delivery, Subscription
from xinyun.exchange.rules import (
    BATCH,
    DISPUTED,
    ENTERED,
    RECORD_DISPUTED,
    RECORD_SETTLED,
    RECORDED,
    REMOVED,
    RESUMED,
    SETTLED,
    SUSPENDED,
    Cursor,
)
from xinyun.lists import queries as lists
from xinyun.lists.queries import ListChange
from xinyun.plumbing import feed


class UnknownSubscription(Refusal):
    """There is no such subscription, or it is somebody else's: which of these is not told."""

    code = "unknown-subscription"
    status = 404


class NotACursor(Refusal):
    """The text is no place in the order of messages."""

    code = "not-a-cursor"


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription as other contexts see it; `failures` counts those in a row, `waiting` says how far it is behind."""

    id: int
    client: str
    office: str
    channel: str
    lists: tuple[str, ...]
    items: tuple[str, ...]
    division: str
    address: str
    cursor: str
    failures: int
    last_failure: str
    due_at: datetime | None
    created_at: datetime
    ended_at: datetime | None
    delivered: int = 0
    last_delivery: datetime | None = None
    quota: int | None = None
    """How many checks its client may ask in a minute."""


@dataclass(frozen=True, slots=True)
class Messages:
    """Some messages in order, and the cursor after them; `more` says that others wait."""

    messages: tuple[dict[str, Any], ...]
    after: Cursor
    cursor: Cursor
    more: bool
    oldest_at: datetime | None


def subscriptions(office: str = "") -> list[SubscriptionView]:
    """All subscriptions, or those of an office's clients, the newest first."""
    rows = Subscription.objects.select_related("client").order_by("-pk")
    return [view(row) for row in _counted(rows.filter(client__office=office) if office else rows)]


def subscription(id: int, *, client: int | None = None, office: str = "") -> SubscriptionView:
    """One subscription; of this client, or of this office's clients, where they are given.

    :raises UnknownSubscription: there is none.
    """
    return view(row_of(id, client=client, office=office))


def row_of(id: int, *, client: int | None = None, office: str = "") -> Subscription:
    """Its row.

    :raises UnknownSubscription: there is none.
    """
    named = {"client_id": client, "client__office": office}
    rows = _counted(Subscription.objects.select_related("client")).filter(pk=id)
    found = rows.filter(**{key: value for key, value in named.items() if value}).first()
    if found is None:
        raise UnknownSubscription(
            Text(f"没有编号为 {id} 的订阅。", f"There is no subscription {id}."),
            Text("请核对编号和密钥。", "Check the number and the key."),
        )
    return found


def view(row: Subscription) -> SubscriptionView:
    """A row as a view."""
    return SubscriptionView(
        row.pk, row.client.name, row.client.office, row.channel, tuple(row.lists), tuple(row.items), row.division,
        row.address, str(cursor_of(row)), row.failures, row.last_failure, row.due_at, row.created_at, row.ended_at,
        getattr(row, "delivered", None) or 0, getattr(row, "last_delivery", None),
        row.client.quota,
    )  # fmt: skip


def cursor_of(row: Subscription) -> Cursor:
    """Up to where it has been told."""
    return Cursor(row.cursor_seq, row.cursor_rank, row.cursor_id)


def read_cursor(text: str) -> Cursor:
    """A cursor as somebody wrote it.

    :raises NotACursor: it is none.
    """
    found = Cursor.read(text)
    if found is None:
        raise NotACursor(
            Text(f"「{text[:40]}」不是消息的位置。", f"{text[:40]!r} is no place among the messages."),
            Text("请照上一次答复里的 cursor 填写。", "Send the cursor of the answer before."),
        )
    return found


def waiting(row: Subscription, after: Cursor | None = None, limit: int = BATCH) -> Messages:
    """What the subscriber is to be told next, from its cursor or from another place on.

    Where nothing waits, the cursor is the end of the feed: whatever was committed by then is not for it.
    """
    after, through = after or cursor_of(row), feed.head()
    asked = {"through": through, "division": row.division, "limit": limit + 1}
    found = [
        *(
            message
            for rank, what in _KINDS.items()
            for message in _messages(rank, lists.changed_after(what, _place(after, rank), row.lists, **asked))
        ),
        *_records(archive.current_after(_place(after, RECORDED), row.items, **asked)),
        *(
            message
            for rank, mark in _MARKS.items()
            for message in _marks(rank, archive.disputes_after(mark, _place(after, rank), row.items, **asked))
        ),
    ]
    found.sort(key=lambda one: one[0])
    told = found[:limit]
    names = archive.names_of([body["code"] for _, body in told])
    return Messages(
        tuple({"id": str(cursor)} | body | {"name": names.get(body["code"], "")} for cursor, body in told),
        after,
        told[-1][0] if told else max(after, Cursor(through)),
        len(found) > limit,
        feed.since(told[0][0].seq - 1, limit=1)[0].at if told else None,
    )


def _place(after: Cursor, rank: int) -> tuple[int, int]:
    """After which row of a kind to read on: all of the cursor's change where the kind comes before the cursor's."""
    if rank == after.rank:
        return after.seq, after.id
    return (after.seq, 0) if rank > after.rank else (after.seq + 1, -1)


_KINDS: dict[int, Literal["entered", "removed", "suspended", "resumed", "disputed", "settled"]] = {
    REMOVED: "removed",
    ENTERED: "entered",
    SUSPENDED: "suspended",
    RESUMED: "resumed",
    DISPUTED: "disputed",
    SETTLED: "settled",
}
_MARKS: dict[int, Literal["disputed", "settled"]] = {RECORD_DISPUTED: "disputed", RECORD_SETTLED: "settled"}


def _messages(rank: int, changes: Sequence[ListChange]) -> list[tuple[Cursor, dict[str, Any]]]:
    return [
        (
            Cursor(one.seq, rank, one.id),
            {
                "kind": f"list.{_KINDS[rank]}",
                "seq": one.seq,
                "code": one.code,
                "list": one.list_id,
                "entry": one.entry,
                "document": one.document,
                "office": one.office,
                "decided_on": one.decided_on.isoformat(),
                "on": one.on.isoformat(),
                "until": one.until.isoformat() if one.until else None,
                "reason": one.reason,
            },
        )
        for one in changes
    ]


def _records(rows: Sequence[RevisionView]) -> list[tuple[Cursor, dict[str, Any]]]:
    return [
        (
            Cursor(row.recorded_seq, RECORDED, row.id),
            {
                "kind": "record.withdrawn" if row.withdrawal else "record.current",
                "seq": row.recorded_seq,
                "code": row.code,
                "item": row.item,
                "record": row.id,
                "revision": row.revision,
                "office": row.office,
                "decided_on": row.decided_on.isoformat() if row.decided_on else None,
            },
        )
        for row in rows
    ]


def _marks(rank: int, changes: Sequence[DisputeChange]) -> list[tuple[Cursor, dict[str, Any]]]:
    return [
        (
            Cursor(one.seq, rank, one.id),
            {
                "kind": f"record.{_MARKS[rank]}",
                "seq": one.seq,
                "code": one.code,
                "item": one.item,
                "record": one.record,
                "office": one.office,
                "on": one.on.isoformat(),
                "outcome": one.outcome,
            },
        )
        for one in changes
    ]


def _counted(rows: Any) -> Any:
    return rows.annotate(delivered=Sum("deliveries__messages"), last_delivery=Max("deliveries__at"))


def deliveries(id: int, limit: int = 50) -> list[Delivery]:
    """What a subscriber was told, the latest first."""
    return list(Delivery.objects.filter(subscription_id=id).order_by("-pk")[:limit])
