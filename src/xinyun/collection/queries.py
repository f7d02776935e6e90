"""Questions about batches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from xinyun.collection.models import Batch


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch as others see it."""

    id: str
    item: str
    office: str
    actor: str
    file_name: str
    received: int
    accepted: int
    unchanged: int
    revised: int
    rejected: int
    faults: dict[str, int]
    warnings: dict[str, int]
    collected_on: date
    at: datetime


def latest(limit: int, *, office: str | None = None) -> list[BatchView]:
    """The newest batches, of one office where that is given."""
    rows = Batch.objects.order_by("-at")
    if office:
        rows = rows.filter(office=office)
    names = BatchView.__dataclass_fields__
    return [BatchView(**{name: getattr(row, name) for name in names}) for row in rows[:limit]]


def totals() -> dict[str, int]:
    """Sums over all batches of rows received and rejected."""
    sums = Batch.objects.aggregate(received=Sum("received"), rejected=Sum("rejected"))
    return {name: value or 0 for name, value in sums.items()}
