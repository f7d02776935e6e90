"""Questions about batches, submissions and returned rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from xinyun.collection.amendments import AmendmentView as AmendmentView
from xinyun.collection.amendments import Content as Content
from xinyun.collection.amendments import amendments_of as amendments_of
from xinyun.collection.amendments import changed_fields as changed_fields
from xinyun.collection.amendments import corrected as corrected
from xinyun.collection.amendments import records_of_office as records_of_office
from xinyun.collection.amendments import shown as shown
from xinyun.collection.amendments import withdrawn_of_office as withdrawn_of_office
from xinyun.collection.erasing import count_settled as count_settled
from xinyun.collection.erasing import without_records as without_records
from xinyun.collection.models import Batch, Returned, Submission


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch as others see it; `ignored` are titles of its file that the item does not know."""

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
    ignored: tuple[str, ...]


def latest(limit: int, *, office: str | None = None) -> list[BatchView]:
    """The newest batches, of one office where that is given."""
    rows = Batch.objects.order_by("-at")
    if office:
        rows = rows.filter(office=office)
    return [batch_view(row) for row in rows[:limit]]


def totals() -> dict[str, int]:
    """Sums over all batches of rows received and rejected."""
    sums = Batch.objects.aggregate(received=Sum("received"), rejected=Sum("rejected"))
    return {name: value or 0 for name, value in sums.items()}


def batch_view(row: Batch) -> BatchView:
    """A stored batch as a value."""
    derived = {"ignored": tuple(row.profile.get("ignored", ()))}
    names = [name for name in BatchView.__dataclass_fields__ if name not in derived]
    return BatchView(**{name: getattr(row, name) for name in names}, **derived)


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A submission as others see it; `batch` is what it became, once it is in the archive."""

    id: str
    item: str
    office: str
    actor: str
    way: str
    file_name: str
    size: int
    state: str
    progress: int
    attempts: int
    problem: dict[str, Any] | None
    doubts: list[dict[str, Any]] | None
    reviewed_by: str
    review: str
    submitted_on: date
    at: datetime
    ended_at: datetime | None
    batch: BatchView | None


@dataclass(frozen=True, slots=True)
class ReturnedView:
    """A returned row without its content; `number` is how its office names it, `faults` field, rule, severity."""

    id: int
    number: str
    batch: str
    row: int
    place: str
    item: str
    office: str
    faults: tuple[tuple[str, str, str], ...]
    returned_on: date
    due_on: date
    settled: str
    settled_on: date | None
    settled_batch: str
    settled_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Clock:
    """How many returned rows wait to be mended, and how many of them beyond their day."""

    open: int
    overdue: int


def is_id(text: str) -> bool:
    """Whether a text can be a submission's or a batch's id at all."""
    return re.fullmatch("[0-9a-f]{32}", text) is not None


def submission(id: str, *, office: str | None = None) -> SubmissionView | None:
    """A submission, where it is there and, with `office`, that office's."""
    if not is_id(id):
        return None
    rows = Submission.objects.filter(pk=id, **({"office": office} if office else {}))
    return next(iter(_submissions(list(rows))), None)


def submissions(
    *, limit: int, office: str | None = None, state: str | None = None, before: datetime | None = None
) -> list[SubmissionView]:
    """The newest submissions: of an office, in a state, made before an instant, where these are given."""
    wanted = {"office": office, "state": state, "at__lt": before}
    rows = Submission.objects.filter(**{name: value for name, value in wanted.items() if value})
    return _submissions(list(rows.order_by("-at", "pk")[:limit]))


def returned(
    *,
    limit: int,
    office: str | None = None,
    item: str | None = None,
    batch: str | None = None,
    open_only: bool = True,
    offset: int = 0,
) -> list[ReturnedView]:
    """Returned rows, those first that are due first: of an office, an item, a batch, where these are given."""
    wanted = {"office": office, "item": item, "batch": batch}
    rows = Returned.objects.filter(**{name: value for name, value in wanted.items() if value})
    if open_only:
        rows = rows.filter(settled="")
    return [returned_view(row) for row in rows.order_by("due_on", "pk")[offset : offset + limit]]


def correction_clock(office: str | None, on: date) -> Clock:
    """The returned rows that still wait on that day, of one office or of all."""
    rows = Returned.objects.filter(settled="", **({"office": office} if office else {}))
    counts = rows.aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on)))
    return Clock(counts["open"], counts["overdue"])


def _submissions(rows: list[Submission]) -> list[SubmissionView]:
    batches = {row.pk: batch_view(row) for row in Batch.objects.filter(pk__in=[row.pk for row in rows])}
    names = [name for name in SubmissionView.__dataclass_fields__ if name != "batch"]
    return [
        SubmissionView(**{name: getattr(row, name) for name in names}, batch=batches.get(row.pk))
        for row in rows
    ]


def returned_view(row: Returned) -> ReturnedView:
    """A stored returned row as a value."""
    derived = {"number": f"{row.batch}-{row.row}", "faults": tuple(tuple(fault) for fault in row.faults)}
    names = [name for name in ReturnedView.__dataclass_fields__ if name not in derived]
    return ReturnedView(**{name: getattr(row, name) for name in names}, **derived)


@dataclass(frozen=True, slots=True)
class BatchSums:
    """What came of an item from an office between two days: sums over its batches."""

    office: str
    item: str
    batches: int
    received: int
    accepted: int
    unchanged: int
    revised: int
    rejected: int


def sums(first: date, last: date, *, office: str = "") -> list[BatchSums]:
    """The sums of each office's items over the batches collected between two days; of one office where it is named."""
    counts = ("received", "accepted", "unchanged", "revised", "rejected")
    rows = (
        _collected(first, last, office)
        .values_list("office", "item")
        .annotate(Count("id"), *(Sum(name) for name in counts))
    )
    return [BatchSums(*row) for row in rows]


def faults_by_rule(first: date, last: date) -> dict[tuple[str, str], dict[str, int]]:
    """For each office and item how many faults of each rule its batches between two days had."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    rows = _collected(first, last).exclude(rejected=0)
    for office, item, faults in rows.values_list("office", "item", "faults").iterator(2000):
        counted = found.setdefault((office, item), {})
        for rule, count in faults.items():
            counted[rule] = counted.get(rule, 0) + count
    return found


def collected_on(first: date, last: date, *, office: str = "", after: int = 0) -> dict[str, tuple[date, int]]:
    """The day and the change of the feed, one later than `after`, of each batch that brought something between two days.

    Of every office where none is named.
    """
    rows = _collected(first, last, office).filter(seq__gt=after).exclude(accepted=0, revised=0)
    return {id: (day, seq) for id, day, seq in rows.values_list("id", "collected_on", "seq")}


def first_and_last(through: date) -> dict[tuple[str, str], tuple[date, date]]:
    """For each office and item that ever came the first and the last day up to `through` on which it did."""
    rows = _collected(date.min, through).values_list("office", "item")
    days = rows.annotate(Min("collected_on"), Max("collected_on"))
    return {(office, item): (first, last) for office, item, first, last in days}


def batches_through(day: date) -> int:
    """How many batches were collected up to a day, by the index alone; the same again means that none was added."""
    return _collected(date.min, day).count()


def _collected(first: date, last: date, office: str = "") -> QuerySet[Batch]:
    rows = Batch.objects.filter(collected_on__range=(first, last))
    return rows.filter(office=office) if office else rows


def months_collected(through: date) -> list[date]:
    """The first days of the latest months up to a day in which anything was collected, the newest first."""
    days = _collected(date.min, through).order_by().values_list("collected_on", flat=True).distinct()
    return sorted({day.replace(day=1) for day in days}, reverse=True)[:MOST_MONTHS]


MOST_MONTHS = 24


def rows_without_code(fields: Mapping[str, str]) -> dict[tuple[str, str], int]:
    """For each office and item how many returned rows wait because their subject's code is missing or wrong.

    `fields` names the field of the code for each item that is asked about.
    """
    found: dict[tuple[str, str], int] = {}
    rows = Returned.objects.filter(settled="", item__in=list(fields)).values_list("office", "item", "faults")
    for office, item, faults in rows.iterator(2000):
        if any(field == fields[item] and rule in _CODELESS for field, rule, _ in faults):
            found[office, item] = found.get((office, item), 0) + 1
    return found


_CODELESS = frozenset({"required", "required-when", "uscc", "placeholder"})
