"""Bonds follow the records that tell them, in the transaction that brings or takes back the records."""

from __future__ import annotations

from xinyun.archive.events import RecordsAccepted, RecordsWithdrawn
from xinyun.base.announce import subscribe
from xinyun.identity import operations


@subscribe(RecordsAccepted)
def follow_records(event: RecordsAccepted) -> None:
    """Make the bonds that a batch tells and end those that it told otherwise before; other items cost nothing."""
    operations.follow(item=event.item, seq=event.seq, actor=event.actor, on=event.on)


@subscribe(RecordsWithdrawn)
def end_bonds(event: RecordsWithdrawn) -> None:
    """End the bonds of records that their office took back."""
    operations.end(item=event.item, records=event.records, seq=event.seq, actor=event.actor, on=event.on)
