"""Links follow the records that tell them, in the transaction that brings or takes back the records."""

from __future__ import annotations

from xinyun.archive.events import RecordsAccepted, RecordsErased, RecordsWithdrawn
from xinyun.base.announce import subscribe
from xinyun.relations import operations


@subscribe(RecordsAccepted)
def follow_records(event: RecordsAccepted) -> None:
    """Make the links that a batch tells and end those that it told otherwise before; other items cost nothing."""
    operations.follow(item=event.item, seq=event.seq, actor=event.actor, on=event.on)


@subscribe(RecordsWithdrawn)
def end_links(event: RecordsWithdrawn) -> None:
    """End the links of records that their office took back."""
    operations.end(item=event.item, records=event.records, seq=event.seq, actor=event.actor, on=event.on)


@subscribe(RecordsErased)
def drop_links(event: RecordsErased) -> None:
    """Drop the links that erased records told: they point to them, and tell the same."""
    operations.drop(order=event.order, actor=event.actor, on=event.on)
