"""What registries say of old numbers is kept as their records arrive."""

from __future__ import annotations

from xinyun import law
from xinyun.archive.events import RecordsAccepted
from xinyun.base.announce import subscribe
from xinyun.codes import operations, sources


@subscribe(RecordsAccepted)
def keep_old_numbers(event: RecordsAccepted) -> None:
    """Keep the old numbers that a batch of registrations brought; other items cost nothing."""
    item = law.rulebook().on(event.on).item(event.item)
    if sources.is_telling(item) and sources.fields_of(item):
        operations.keep_old_numbers(item=item, seq=event.seq, actor=event.actor, on=event.on)
