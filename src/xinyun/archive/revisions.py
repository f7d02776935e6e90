"""Questions about the revisions of records, withdrawn ones included: for those who answer for them, never for readers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from xinyun.archive.models import Record, Subject
from xinyun.base import Period

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One revision of a record: the current one has no `superseded_seq`, a withdrawn one says why in `withdrawal`.

    `name` and `code` are its subject's; a person has no code.
    """

    id: int
    subject_id: int
    name: str
    code: str
    item: str
    revision: int
    office: str
    content: dict[str, Any]
    decided_on: date | None
    valid: Period
    batch: str
    withdrawal: str
    recorded_seq: int
    recorded_at: datetime
    superseded_seq: int | None

    @property
    def is_current(self) -> bool:
        """Whether it is its record's latest."""
        return self.superseded_seq is None


def revision(id: int) -> RevisionView | None:
    """The revision of that id, current or not."""
    return next(iter(_views(Record.objects.filter(pk=id))), None)


def revisions(ids: Sequence[int]) -> Iterator[RevisionView]:
    """The revisions of these ids in the order of ids, streamed; ids that are none are left out."""
    for start in range(0, len(ids), _CHUNK):
        yield from _views(Record.objects.filter(pk__in=ids[start : start + _CHUNK]).order_by("pk"))


def revisions_of(id: int) -> list[RevisionView]:
    """Every revision of the record that a revision belongs to, the latest first."""
    row = Record.objects.filter(pk=id).first()
    if row is None:
        return []
    same = Record.objects.filter(subject_id=row.subject_id, item=row.item, key=row.key)
    return list(_views(same.order_by("-revision")))


def chains(subject_id: int, items: Collection[str], seq: int) -> list[tuple[RevisionView, ...]]:
    """The revisions, known at a change of the feed, of each of a subject's records of these items that stood then.

    The oldest first; one look by index. Records that were withdrawn by then are left out.
    """
    rows = Record.objects.filter(subject_id=subject_id, item__in=sorted(items), recorded_seq__lte=seq)
    found: dict[tuple[str, int], list[RevisionView]] = {}
    for row in rows.select_related("subject").order_by("item", "key", "revision"):
        found.setdefault((row.item, row.key), []).append(view(row))
    return [tuple(told) for told in found.values() if not told[-1].withdrawal]


def withdrawn_now(ids: Sequence[int]) -> dict[int, RevisionView]:
    """For each revision whose record is withdrawn now, the current revision, which says why; others are left out."""
    known = {row.pk: row for row in Record.objects.filter(pk__in=ids).defer("content")}
    gone = Record.objects.filter(
        subject_id__in={row.subject_id for row in known.values()},
        item__in={row.item for row in known.values()},
        superseded_seq__isnull=True,
    ).exclude(withdrawal="")
    current = {(row.subject_id, row.item, row.key): view(row) for row in gone.select_related("subject")}
    keys = {id: (row.subject_id, row.item, row.key) for id, row in known.items()}
    return {id: current[key] for id, key in keys.items() if key in current}


def changes_of(item: str, subject_ids: Collection[int]) -> set[int]:
    """The changes of the feed by which revisions of an item's records about some hundred subjects came."""
    rows = Record.objects.filter(item=item, subject_id__in=subject_ids)
    return set(rows.values_list("recorded_seq", flat=True))


def current_after(
    place: tuple[int, int], items: Sequence[str], *, through: int, division: str, limit: int
) -> list[RevisionView]:
    """The first current revisions of these items after a place, a change of the feed and an id in it, withdrawals too.

    Known by the feed's row `through`, about organisations of a division that begins so; in order. Who reads on from the
    last one meets every record whose current revision came later, each as it stands at the time of reading.
    """
    seq, id = place
    found: list[RevisionView] = []
    for item in items:
        rows = Record.objects.filter(
            Q(recorded_seq__gt=seq) | Q(recorded_seq=seq, pk__gt=id),
            item=item, superseded_seq__isnull=True, recorded_seq__gte=seq, recorded_seq__lte=through,
            subject__code__isnull=False, subject__division__startswith=division,
        ).order_by("recorded_seq", "pk")  # fmt: skip
        for half in (rows.filter(withdrawal=""), rows.exclude(withdrawal="")):  # each by an index of its own
            found += _views(half[:limit])
    return sorted(found, key=lambda row: (row.recorded_seq, row.id))[:limit]


def find_current(
    item: str,
    *,
    office: str | None,
    code: str = "",
    identity_hash: str = "",
    field: str = "",
    number: str = "",
    limit: int = 50,
) -> list[RevisionView]:
    """Current records of an item, not withdrawn: about the subject of a code or of a keyed hash, with a document number.

    `field` is the field that holds the number. A number alone is looked for in all of the item's records.
    """
    rows = Record.objects.filter(item=item, superseded_seq__isnull=True, withdrawal="")
    if office:
        rows = rows.filter(office=office)
    if code or identity_hash:
        named = {"code": code} if code else {"identity_hash": identity_hash}
        rows = rows.filter(subject_id=Subject.objects.filter(**named).values("pk")[:1])
    if number:
        rows = rows.filter(**{f"content__{field}": number})
    return list(_views(rows.order_by("-decided_on", "-pk")[:limit]))


def _views(rows: QuerySet[Record]) -> Iterator[RevisionView]:
    return (view(row) for row in rows.select_related("subject"))


def view(row: Record) -> RevisionView:
    """A row as a view; fetch it with its `subject`."""
    return RevisionView(
        id=row.pk,
        subject_id=row.subject_id,
        name=row.subject.name,
        code=row.subject.code or "",
        item=row.item,
        revision=row.revision,
        office=row.office,
        content=row.content,
        decided_on=row.decided_on,
        valid=Period(row.valid_from, row.valid_until),
        batch=row.batch,
        withdrawal=row.withdrawal,
        recorded_seq=row.recorded_seq,
        recorded_at=row.recorded_at,
        superseded_seq=row.superseded_seq,
    )
