"""Questions to the archive. Answers are values; nothing here changes anything."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.db.models.fields.json import KT

from xinyun.archive.authority import first_word
from xinyun.archive.coding import (
    code_stock,
    codes_of_divisions,
    codes_of_one_name,
    codes_sharing_a_name,
    codes_sharing_a_part,
    codes_with_parts,
    contents_of,
    contested_words,
    named_by,
    told_numbers,
)
from xinyun.archive.disputing import DisputeChange, Key, disputed_among, disputes_after, is_disputed
from xinyun.archive.documents import is_numberlike, records_numbered
from xinyun.archive.erasing import OrderView, erased_records, erasure_orders
from xinyun.archive.expiring import Dated, chains_of, may_be_past, standing_about
from xinyun.archive.folding import fold, matched, pieces
from xinyun.archive.history import RecordHistory, StatementView, histories, orphaned
from xinyun.archive.models import Record, Sighting, Statement, Subject
from xinyun.archive.past import FutureDay, Past, PastRecord, demand_past, past
from xinyun.archive.provenance import Provenance, provenance
from xinyun.archive.revisions import (
    RevisionView,
    chains,
    changes_of,
    current_after,
    find_current,
    revision,
    revisions,
    revisions_of,
    withdrawn_now,
)
from xinyun.archive.searching import (
    SHORTEST,
    Hit,
    Matches,
    Place,
    SearchResult,
    codes_of,
    match,
    same_name,
    search,
    suggest,
    told,
)
from xinyun.archive.subjects import SubjectView, header, header_as_told
from xinyun.archive.tabulating import replaced_by, replaced_in_change, told_fields
from xinyun.archive.telling import Sourced, Told, sourced
from xinyun.archive.timeline import Event, Row, Shown, newest_first, titles_of
from xinyun.archive.timeline import events as record_events
from xinyun.archive.words import Word, words
from xinyun.base import Period
from xinyun.law import rulebook

SIGHTING_BLOCK = Sighting.BLOCK
"""How many ids a block of sightings spans; no range crosses a block."""

__all__ = [
    "SHORTEST",
    "SIGHTING_BLOCK",
    "Dated",
    "DisputeChange",
    "Event",
    "FutureDay",
    "Hit",
    "Key",
    "Matches",
    "OrderView",
    "Past",
    "PastRecord",
    "Place",
    "Provenance",
    "RecordHistory",
    "RecordView",
    "RevisionView",
    "Row",
    "SearchResult",
    "Shown",
    "Sourced",
    "StatementView",
    "SubjectView",
    "Told",
    "Word",
    "chains",
    "chains_of",
    "changes_of",
    "code_stock",
    "codes_of",
    "codes_of_divisions",
    "codes_of_one_name",
    "codes_sharing_a_name",
    "codes_sharing_a_part",
    "codes_with_parts",
    "contents_of",
    "contested_words",
    "counts",
    "current_after",
    "current_records",
    "demand_past",
    "disputed_among",
    "disputes_after",
    "document_numbers",
    "erased_records",
    "erasure_orders",
    "find_current",
    "first_received",
    "fold",
    "headers_by_code",
    "headers_of",
    "histories",
    "holds_of_batch",
    "is_disputed",
    "is_numberlike",
    "latest",
    "match",
    "matched",
    "may_be_past",
    "named_by",
    "names_of",
    "newest_first",
    "orphaned",
    "past",
    "person",
    "pieces",
    "provenance",
    "record_counts",
    "record_events",
    "records_numbered",
    "records_of",
    "records_of_all",
    "records_of_change",
    "records_of_many",
    "records_standing",
    "replaced_by",
    "replaced_in_change",
    "revision",
    "revisions",
    "revisions_of",
    "same_name",
    "search",
    "sourced",
    "standing_about",
    "standing_record",
    "subject",
    "subjects_changed_since",
    "suggest",
    "titles_of",
    "told",
    "told_fields",
    "told_numbers",
    "withdrawn_now",
    "words",
]


@dataclass(frozen=True, slots=True)
class RecordView:
    """One revision of a record; `valid` is when it holds, `recorded_seq` when the archive learned of it."""

    id: int
    subject_id: int
    item: str
    key: int
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
    standing = Q(withdrawal="")
    if as_of is None:
        return standing & Q(superseded_seq__isnull=True)
    unsuperseded = Q(superseded_seq__isnull=True) | Q(superseded_seq__gt=as_of)
    return standing & Q(recorded_seq__lte=as_of) & unsuperseded


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


def subject(code: str, *, as_of: int | None = None) -> SubjectView | None:
    """The organisation or individual business of that code, as known at `as_of` (a `seq` of the feed)."""
    row = Subject.objects.filter(code=code).first()
    if row is None:
        return None
    standing = Record.objects.filter(_known_at(as_of), subject=row, item__in=rulebook().describing_items)
    told = first_word(standing)
    content, item = (told.content, told.item) if told else ({}, "")
    if as_of is None or row.seq <= as_of:
        return replace(header(row, content), item=item)
    return replace(header_as_told(row, content), item=item) if row.first_seq <= as_of else None


def person(identity_hash: str) -> SubjectView | None:
    """The natural person of a keyed hash, by which alone persons are found; who shows anything logs it first."""
    row = Subject.objects.filter(identity_hash=identity_hash, kind="person").first()
    return header(row, {}) if row else None


def records_of(
    subject_id: int, *, items: tuple[str, ...] | None = None, as_of: int | None = None
) -> list[RecordView]:
    """A subject's records as known at `as_of`, newest decision first."""
    return records_of_all([subject_id], items=items, as_of=as_of)


def records_of_all(
    subject_ids: Sequence[int], *, items: tuple[str, ...] | None = None, as_of: int | None = None
) -> list[RecordView]:
    """The same of the few subjects that are one under several codes, in one statement."""
    rows = Record.objects.filter(_known_at(as_of), subject_id__in=subject_ids)
    if items is not None:
        rows = rows.filter(item__in=items)
    return [_view(row) for row in rows.order_by("-decided_on", "-id")]


def records_of_many(subject_ids: list[int], items: tuple[str, ...]) -> dict[int, list[RecordView]]:
    """The current records of these items of each of a page's subjects; a subject without any is absent."""
    found: dict[int, list[RecordView]] = {}
    rows = Record.objects.filter(_known_at(None), subject_id__in=subject_ids, item__in=items)
    for row in rows.order_by("-decided_on", "-id"):
        found.setdefault(row.subject_id, []).append(_view(row))
    return found


def records_standing(ids: list[int]) -> dict[int, RecordView]:
    """Those of these revisions that are their record's current one and not withdrawn, by id."""
    return {row.pk: _view(row) for row in Record.objects.filter(_known_at(None), pk__in=ids)}


def standing_record(key: Key) -> RecordView | None:
    """The current revision of a record, told from others by its subject, item and key; `None` where it is withdrawn."""
    subject_id, item, fingerprint = key
    row = Record.objects.filter(_known_at(None), subject_id=subject_id, item=item, key=fingerprint).first()
    return _view(row) if row else None


def names_of(codes: list[str]) -> dict[str, str]:
    """The name of each of a page's codes; a code that the archive does not know is absent."""
    return dict(Subject.objects.filter(code__in=codes).values_list("code", "name"))


def headers_by_code(codes: Sequence[str]) -> dict[str, SubjectView]:
    """The headers of a page's codes; a code that the archive does not know is absent."""
    return {row.code or "": header(row, {}) for row in Subject.objects.filter(code__in=codes)}


def headers_of(subject_ids: list[int]) -> dict[int, SubjectView]:
    """The headers of some hundred subjects, persons too (they have no code), by their ids."""
    return {row.pk: header(row, {}) for row in Subject.objects.filter(pk__in=subject_ids)}


def current_records(item: str) -> Iterator[tuple[RecordView, SubjectView]]:
    """Every current record of an item with its subject, persons' too, streamed."""
    rows = Record.objects.filter(_known_at(None), item=item).select_related("subject")
    for row in rows.order_by("id").iterator(2000):
        yield _view(row), header(row.subject, {})


def records_of_change(item: str, seq: int) -> Iterator[RecordView]:
    """The records of an item that a change of the feed brought and that are current, streamed, in file order."""
    rows = Record.objects.filter(_known_at(None), item=item, recorded_seq=seq)
    for row in rows.order_by("id").iterator(2000):
        yield _view(row)


def record_counts(subject_ids: list[int]) -> dict[int, dict[str, int]]:
    """For each subject how many records of each item it has."""
    found: dict[int, dict[str, int]] = {id: {} for id in subject_ids}
    rows = Record.objects.filter(_known_at(None), subject_id__in=subject_ids)
    for subject_id, item, count in rows.values_list("subject_id", "item").annotate(Count("id")):
        found[subject_id][item] = count
    return found


def latest(item: str, limit: int) -> list[tuple[RecordView, str, str]]:
    """The records of an item about organisations that arrived last, newest decision first, with code and name."""
    arrived = Record.objects.filter(
        _known_at(None), item=item, subject__code__isnull=False, decided_on__isnull=False
    )
    rows = arrived.select_related("subject").order_by("-recorded_seq", "-id")[:limit]
    newest = sorted(rows, key=lambda row: (row.decided_on, row.pk), reverse=True)
    return [(_view(row), row.subject.code or "", row.subject.name) for row in newest]


def counts() -> dict[str, int]:
    """How many subjects with a code there are (`subjects`) and how many records of each item, by the index alone."""
    found = {"subjects": Subject.objects.filter(code__isnull=False).count()}
    rows = Record.objects.filter(_known_at(None)).values_list("item").annotate(Count("id"))
    return found | dict(rows)


def subjects_changed_since(seq: int) -> Iterator[SubjectView]:
    """Subjects with a code whose header changed after `seq`, streamed, for derived state."""
    for row in Subject.objects.filter(seq__gt=seq, code__isnull=False).order_by("seq").iterator(2000):
        yield header(row, {})


def first_received(first_seq: int, last_seq: int) -> list[tuple[str, str, str, date | None, int]]:
    """How many records were received for the first time between two changes of the feed.

    By office, item, batch and day of decision; corrections of a record that was there before are not counted.
    """
    rows = Record.objects.filter(pk__gt=_before(first_seq), pk__lte=_before(last_seq + 1), revision=1)
    return list(rows.values_list("office", "item", "batch", "decided_on").annotate(Count("id")))


def _before(seq: int) -> int:
    """An id after which come the rows of the change `seq` and of later ones, and no other.

    Batches are merged one after the other, so ids ascend with the feed: a few looks by id find what no index need.
    """

    def recorded(id: int) -> int:
        found = Record.objects.filter(pk__gte=id).order_by("pk").values_list("recorded_seq", flat=True)[:1]
        return found[0] if found else seq

    ends = Record.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return 0
    ids = range(ends["first"], ends["last"] + 1)
    return ends["first"] + bisect_left(ids, seq, key=recorded) - 1


def holds_of_batch(batch: str, seq: int) -> bool:
    """Whether a revision or a statement is held that a batch brought by the change `seq` of the feed.

    A copy of one, by a withdrawal or beside a higher authority's word, stands with the record that it belongs to.
    """
    brought = Record.objects.filter(pk__gt=_before(seq), pk__lte=_before(seq + 1), batch=batch)
    return brought.exists() or Statement.objects.filter(batch=batch).exists()


def document_numbers(item: str, field: str, *, office: str, since_seq: int, through: date) -> Iterator[str]:
    """The document numbers, in the content's `field`, that an office has furnished since a change of the feed.

    Those of standing records and of decisions up to the day `through`.
    """
    rows = Record.objects.filter(
        _known_at(None), item=item, recorded_seq__gte=since_seq, office=office, decided_on__lte=through
    )
    for number in rows.values_list(KT(f"content__{field}"), flat=True).iterator(2000):
        if number:
            yield number
