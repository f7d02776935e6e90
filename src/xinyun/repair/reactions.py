"""A correction that an objection led to arrives as a batch like any other: then the objection is settled."""

from __future__ import annotations

from xinyun.archive.events import RecordsAccepted
from xinyun.base.announce import subscribe
from xinyun.repair import operations


@subscribe(RecordsAccepted)
def settle_corrected(event: RecordsAccepted) -> None:
    """Settle, in the transaction that accepted it, the objection that a batch corrects."""
    operations.correction_arrived(submission=event.batch, actor=event.actor, on=event.on)
