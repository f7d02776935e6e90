"""Questions to the archive. Answers are values; nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from xinyun.archive import names
from xinyun.archive.models import Record, Subject
from xinyun.archive.names import Hit, SearchResult, codes_of, same_name
from xinyun.base import Period
from xinyun.law import rulebook

__all__ = [
    "Hit",
    "RecordView",
    "SearchResult",
    "SubjectView",
    "codes_of",
    "counts",
    "current_records",
    "headers_of",
    "latest",
    "names_of",
    "record_counts",
    "records_of",
    "records_of_change",
    "records_of_many",
    "same_name",
    "search",
    "subject",
    "subjects_changed_since",
]


@dataclass(frozen=True, slots=True)
class SubjectView:
    """A subject's header; `content` are the registry's fields and `item` their item where the registry has spoken."""

    id: int
    code: str
    name: str
    kind: str
    category: str
    division: str
    status: str
    established_on: date | None
    content: dict[str, Any]
    seq: int
    item: str = ""


@dataclass(frozen=True, slots=True)
class RecordView:
    """One revision of a record; `valid` is when it holds, `recorded_seq` when the archive learned of it."""

    id: int
    subject_id: int
    item: str
    key: str
    revision: int
    office: str
    content: dict[str, Any]
    decided_on: date | None
    valid: Period
    batch: str
    recorded_seq: int
    recorded_at: datetime


def _known_at(as_of: int | None) -> Q:
    """Rows that were current when the feed stood at `as_of`; at its head where that is `None`."""
    if as_of is None:
        return Q(superseded_seq__isnull=True)
    return Q(recorded_seq__lte=as_of) & (Q(superseded_seq__isnull=True) | Q(superseded_seq__gt=as_of))


def _view(row: Record) -> RecordView:
    return RecordView(
        id=row.pk,
        subject_id=row.subject_id,
        item=row.item,
        key=row.key,
        revision=row.revision,
        office=row.office,
        content=row.content,
        decided_on=row.decided_on,
        valid=Period(row.valid_from, row.valid_until),
        batch=row.batch,
        recorded_seq=row.recorded_seq,
        recorded_at=row.recorded_at,
    )


def _header_as_told(row: Subject, content: dict[str, Any]) -> SubjectView:
    """The header of a past point of the feed: from what the registry had said by then, and nothing later."""
    told = content.get("established_on")
    then = replace(
        _header(row, content),
        status=content.get("status", ""),
        established_on=told and date.fromisoformat(told),
    )
    return then if content else replace(then, name=row.code or "")


def _header(row: Subject, content: dict[str, Any]) -> SubjectView:
    return SubjectView(
        id=row.pk,
        code=row.code or "",
        name=content.get("name") or row.name,
        kind=row.kind,
        category=row.category,
        division=row.division,
        status=content.get("status") or row.status,
        established_on=row.established_on,
        content=content,
        seq=row.seq,
    )


def subject(code: str, *, as_of: int | None = None) -> SubjectView | None:
    """The organisation or individual business of that code, as known at `as_of` (a `seq` of the feed)."""
    row = Subject.objects.filter(code=code).first()
    if row is None:
        return None
    words = Record.objects.filter(_known_at(as_of), subject=row, item__in=rulebook().describing_items)
    told = words.order_by("-recorded_seq", "-id").first()  # of several registries, whoever spoke last
    content, item = (told.content, told.item) if told else ({}, "")
    if as_of is None or row.seq <= as_of:
        return replace(_header(row, content), item=item)
    return replace(_header_as_told(row, content), item=item) if row.first_seq <= as_of else None


def records_of(
    subject_id: int, *, items: tuple[str, ...] | None = None, as_of: int | None = None
) -> list[RecordView]:
    """A subject's records as known at `as_of`, newest decision first."""
    rows = Record.objects.filter(_known_at(as_of), subject_id=subject_id)
    if items is not None:
        rows = rows.filter(item__in=items)
    return [_view(row) for row in rows.order_by("-decided_on", "-id")]


def records_of_many(subject_ids: list[int], items: tuple[str, ...]) -> dict[int, list[RecordView]]:
    """The current records of these items of each of a page's subjects; a subject without any is absent."""
    found: dict[int, list[RecordView]] = {}
    rows = Record.objects.filter(subject_id__in=subject_ids, item__in=items, superseded_seq__isnull=True)
    for row in rows.order_by("-decided_on", "-id"):
        found.setdefault(row.subject_id, []).append(_view(row))
    return found


def names_of(codes: list[str]) -> dict[str, str]:
    """The name of each of a page's codes; a code that the archive does not know is absent."""
    return dict(Subject.objects.filter(code__in=codes).values_list("code", "name"))


def headers_of(subject_ids: list[int]) -> dict[int, SubjectView]:
    """The headers of some hundred subjects, persons too (they have no code), by their ids."""
    return {row.pk: _header(row, {}) for row in Subject.objects.filter(pk__in=subject_ids)}


def current_records(item: str) -> Iterator[tuple[RecordView, SubjectView]]:
    """Every current record of an item with its subject, persons' too, streamed."""
    rows = Record.objects.filter(item=item, superseded_seq__isnull=True).select_related("subject")
    for row in rows.order_by("id").iterator(2000):
        yield _view(row), _header(row.subject, {})


def records_of_change(seq: int) -> Iterator[RecordView]:
    """The records that a change of the feed brought and that are current, streamed, in file order."""
    for row in (
        Record.objects.filter(recorded_seq=seq, superseded_seq__isnull=True).order_by("id").iterator(2000)
    ):
        yield _view(row)


def record_counts(subject_ids: list[int]) -> dict[int, dict[str, int]]:
    """For each subject how many records of each item it has."""
    found: dict[int, dict[str, int]] = {id: {} for id in subject_ids}
    rows = Record.objects.filter(subject_id__in=subject_ids, superseded_seq__isnull=True)
    for subject_id, item, count in rows.values_list("subject_id", "item").annotate(Count("id")):
        found[subject_id][item] = count
    return found


def latest(item: str, limit: int) -> list[tuple[RecordView, str, str]]:
    """The newest records of an item about organisations, each with its subject's code and name."""
    rows = (
        Record.objects.filter(
            item=item, superseded_seq__isnull=True, subject__code__isnull=False, decided_on__isnull=False
        )
        .select_related("subject")
        .order_by("-decided_on", "-id")[:limit]
    )
    return [(_view(row), row.subject.code or "", row.subject.name) for row in rows]


def counts() -> dict[str, int]:
    """How many subjects with a code there are (`subjects`) and how many current records of each item."""
    found = {"subjects": Subject.objects.filter(code__isnull=False).count()}
    rows = Record.objects.filter(superseded_seq__isnull=True).values_list("item").annotate(Count("id"))
    return found | dict(rows)


def subjects_changed_since(seq: int) -> Iterator[SubjectView]:
    """Subjects with a code whose header changed after `seq`, streamed, for derived state."""
    for row in Subject.objects.filter(seq__gt=seq, code__isnull=False).order_by("seq").iterator(2000):
        yield _header(row, {})


def search(
    text: str, *, limit: int, offset: int = 0, division: str | None = None, kind: str | None = None
) -> SearchResult:
    """Find organisations by part of the name or of the code; see `names.search`."""
    return names.search(text, limit=limit, offset=offset, division=division, kind=kind)
