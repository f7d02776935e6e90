"""How the platform stands, in one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Text
from xinyun.collection import queries as collection
from xinyun.collection.queries import BatchView
from xinyun.law import Item, Law, NotInForce, Office, UnknownNorm
from xinyun.ledger import queries as ledger
from xinyun.lists import queries as lists


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch of the table of latest batches."""

    batch: str
    item: Text
    office: Text
    at: datetime
    received: int
    accepted: int
    unchanged: int
    revised: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The numbers and tables of the first page."""

    subjects: int
    records: int
    entries: int
    checks: int
    rejected: int
    batches: tuple[BatchRow, ...]
    ledger_size: int
    ledger_kinds: tuple[tuple[str, int], ...]
    signed_size: int | None
    signed_at: datetime | None
    rulebook: str
    on: date


def dashboard(on: date, *, batches: int = 10) -> Dashboard:
    """The numbers as of now; list entries are those that count on the day `on`."""
    now = law.rulebook().on(on)
    counts, kinds, head = archive.counts(), ledger.kinds(), ledger.latest_checkpoint()
    return Dashboard(
        subjects=counts.pop("subjects"),
        records=sum(counts.values()),
        entries=sum(lists.counts(on).values()),
        checks=kinds.get("check", 0),
        rejected=collection.totals()["rejected"],
        batches=tuple(_row(batch, now) for batch in collection.latest(batches)),
        ledger_size=ledger.size(),
        ledger_kinds=tuple(sorted(kinds.items())),
        signed_size=head.size if head else None,
        signed_at=head.at if head else None,
        rulebook=law.rulebook().hash,
        on=on,
    )


def _row(batch: BatchView, now: Law) -> BatchRow:
    return BatchRow(
        batch=batch.id,
        item=_titled(lambda: now.item(batch.item), batch.item),
        office=_titled(lambda: now.office(batch.office), batch.office),
        at=batch.at,
        received=batch.received,
        accepted=batch.accepted,
        unchanged=batch.unchanged,
        revised=batch.revised,
        rejected=batch.rejected,
    )


def _titled(get: Callable[[], Item | Office], id: str) -> Text:
    """A norm's title, or its id where the rulebook has dropped it since."""
    try:
        found = get()
    except (UnknownNorm, NotInForce):
        return Text(id, id)
    return Text(found.title, found.english)
