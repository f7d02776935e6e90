"""The questions about lists: who is on them, since when, by which decision, and what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Literal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from xinyun.base import Period
from xinyun.lists.erasing import count_ended, ended, of_subjects
from xinyun.lists.models import Dispute, Entry, Removal, Resumption, Settlement, Suspension
from xinyun.lists.rules import (
    Standing,
    ToldMeasure,
    Verdict,
    basis_told,
    check,
    check_name,
    clean,
    doubt_code,
    doubt_name,
    remark,
    term,
)

__all__ = [
    "EntryHistory",
    "EntryView",
    "ListChange",
    "Standing",
    "ToldMeasure",
    "Verdict",
    "basis_told",
    "changed_after",
    "check",
    "check_name",
    "clean",
    "codes_changed",
    "count_ended",
    "counts",
    "documents_in_force",
    "doubt_code",
    "doubt_name",
    "each_in_force",
    "ended",
    "entries",
    "entries_of",
    "entries_of_all",
    "entry",
    "histories",
    "history_of",
    "history_of_all",
    "of_subjects",
    "offices_of",
    "remark",
    "standings",
    "standings_of",
    "term",
    "view",
]

_CHUNK = 500  # parameters of one statement stay below SQLite's limit


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as other contexts see it; `period` is its term, `removed_on` the day it was removed, if it was."""

    id: int
    list_id: str
    subject_id: int
    code: str
    document: str
    office: str
    decided_on: date
    period: Period
    removed_on: date | None = None
    removal_document: str = ""
    removal_reason: str = ""
    disputed: bool = False
    recorded_at: datetime | None = None
    removal_recorded_at: datetime | None = None
    suspended: tuple[Period, ...] = ()

    @property
    def standing(self) -> Standing:
        """What the check rule needs of it."""
        return Standing(
            self.list_id, self.id, self.document, self.decided_on, self.period, self.removed_on, self.disputed,
            self.suspended,
        )  # fmt: skip

    def stands(self, day: date) -> bool:
        """Whether the entry exists on `day`, suspended or not."""
        return self.standing.stands(day)

    def in_force(self, day: date) -> bool:
        """Whether the entry counts on `day`."""
        return self.standing.in_force(day)


@dataclass(frozen=True, slots=True)
class ListChange:
    """What a change of the feed did to an entry: by which document, why, from which day and until when; `id` is the row's."""

    seq: int
    id: int
    entry: int
    list_id: str
    code: str
    decided_on: date
    document: str
    office: str
    on: date
    until: date | None = None
    reason: str = ""


def view(row: Entry) -> EntryView:
    """A row as a view; fetch the row with its `removal` when there are many."""
    removal = getattr(row, "removal", None)
    return EntryView(
        row.pk,
        row.list_id,
        row.subject_id,
        row.code,
        row.document,
        row.office,
        row.decided_on,
        Period(row.starts_on, row.ends_on),
        removal.removed_on if removal else None,
        removal.document if removal else "",
        removal.reason if removal else "",
        recorded_at=row.at,
        removal_recorded_at=removal.at if removal else None,
        suspended=_suspended(row),
        disputed=_disputed(row),
    )


def _disputed(row: Entry, as_of: int | None = None) -> bool:
    """Whether an objection to an entry is open, as known at `as_of`."""
    for one in row.disputes.all():
        ended = getattr(one, "settlement", None)
        begun = as_of is None or one.seq <= as_of
        if begun and (ended is None or (as_of is not None and ended.seq > as_of)):
            return True
    return False


def _suspended(row: Entry, as_of: int | None = None) -> tuple[Period, ...]:
    """The spans in which an entry does not count, as known at `as_of`, in the order of their orders."""
    spans = []
    for one in sorted(row.suspensions.all(), key=lambda one: one.pk):
        if as_of is not None and one.seq > as_of:
            continue
        ended = getattr(one, "resumption", None)
        known = ended is not None and (as_of is None or ended.seq <= as_of)
        end = min(ended.resumed_on, one.ends_on or ended.resumed_on) if known else one.ends_on
        spans.append(Period(one.starts_on, end))
    return tuple(spans)


def _rows() -> QuerySet[Entry]:
    return Entry.objects.select_related("removal").prefetch_related(*_BESIDE)


_BESIDE = ("suspensions__resumption", "disputes__settlement")


def _in_force(on: date, as_of: int | None = None) -> Q:
    """Entries that count on a day, as known when the feed stood at `as_of`; at its head where that is `None`."""
    return _stands(on, as_of) & ~Q(Exists(_suspending(on, as_of)))


def _suspending(on: date, as_of: int | None) -> QuerySet[Suspension]:
    """The suspensions of the outer query's entry that hold on a day, as known at `as_of`."""
    held = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    lasting = Q(resumption__isnull=True) | Q(resumption__resumed_on__gt=on)
    known = Q()
    if as_of is not None:
        lasting, known = lasting | Q(resumption__seq__gt=as_of), Q(seq__lte=as_of)
    return Suspension.objects.filter(held & lasting & known, entry=OuterRef("pk"), starts_on__lte=on)


def _stands(on: date, as_of: int | None = None) -> Q:
    """Entries that have begun, not ended and were not removed by a day, suspended or not."""
    begun_not_ended = Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))
    kept = Q(removal__isnull=True) | Q(removal__removed_on__gt=on)
    if as_of is None:
        return begun_not_ended & kept
    return begun_not_ended & Q(seq__lte=as_of) & (kept | Q(removal__seq__gt=as_of))


def entry(entry_id: int) -> EntryView | None:
    """The entry of that id, in force or not."""
    row = _rows().filter(pk=entry_id).first()
    return view(row) if row else None


def entries_of(subject_id: int, on: date, as_of: int | None = None) -> list[EntryView]:
    """The subject's entries that count on a day, as known at `as_of` (a `seq` of the feed), latest decision first."""
    return entries_of_all([subject_id], on, as_of)


def entries_of_all(subject_ids: Sequence[int], on: date, as_of: int | None = None) -> list[EntryView]:
    """The same of the few subjects that are one under several codes, in one statement."""
    rows = _rows().filter(_in_force(on, as_of), subject_id__in=subject_ids).order_by("-decided_on", "-pk")
    seen = [view(row) for row in rows]
    return (
        seen if as_of is None else [_known_at(as_of, row, one) for row, one in zip(rows, seen, strict=True)]
    )


def _known_at(as_of: int, row: Entry, seen: EntryView) -> EntryView:
    """An entry without a removal, a suspension or an objection of which nobody knew yet."""
    removal = getattr(row, "removal", None)
    seen = replace(seen, suspended=_suspended(row, as_of), disputed=_disputed(row, as_of))
    if removal is None or removal.seq <= as_of:
        return seen
    return replace(seen, removed_on=None, removal_document="", removal_reason="", removal_recorded_at=None)


def entries_by_document(document: str, on: date, *, limit: int) -> list[EntryView]:
    """The entries of organisations that count on a day and rest on the decision of exactly this number."""
    rows = _of(persons=False).filter(_in_force(on), document=document)
    return [view(row) for row in rows.order_by("pk")[:limit]]


def documents_in_force(subjects: Iterable[int], on: date) -> dict[int, tuple[str, ...]]:
    """The decisions on which the entries rest that each subject has on a day, suspended ones too; one without any is absent."""
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    rest = iter(subjects)
    while chunk := list(islice(rest, _CHUNK)):
        rows = Entry.objects.filter(_stands(on), subject_id__in=chunk).order_by("pk")
        for subject, document in rows.values_list("subject_id", "document"):
            found[subject] += (document,)
    return dict(found)


def offices_of(ids: Iterable[int]) -> dict[int, str]:
    """Which office decided about each of these entries."""
    found: dict[int, str] = {}
    rest = iter(ids)
    while chunk := list(islice(rest, _CHUNK)):
        found.update(Entry.objects.filter(pk__in=chunk).values_list("pk", "office"))
    return found


def history_of(subject_id: int) -> list[EntryView]:
    """Every entry that the subject ever had, the latest decision first."""
    return history_of_all([subject_id])


def history_of_all(subject_ids: Sequence[int]) -> list[EntryView]:
    """The same of the few subjects that are one under several codes, in one statement."""
    rows = _rows().filter(subject_id__in=subject_ids)
    return [view(row) for row in rows.order_by("-decided_on", "-pk")]


def entries(
    list_id: str,
    on: date,
    *,
    codes: Sequence[str] | None = None,
    limit: int = 100,
    offset: int = 0,
    persons: bool = True,
) -> list[EntryView]:
    """A page of a list as it stands on a day, the latest decision first; without `persons`, of organisations alone.

    With `codes` those entries alone that name one of them: the few codes of one subject.
    """
    rows = _of(persons).filter(_in_force(on), list_id=list_id).order_by("-decided_on", "-pk")
    if codes is not None:
        rows = rows.filter(code__in=codes)
    return [view(row) for row in rows[offset : offset + limit]]


def each_in_force(on: date) -> Iterator[EntryView]:
    """Every entry that counts on a day, of all lists, persons' too, streamed subject by subject."""
    for row in _rows().filter(_in_force(on)).order_by("subject_id", "pk").iterator(_CHUNK):
        yield view(row)


def counts(on: date, *, persons: bool = True) -> dict[str, int]:
    """How many entries each list has on a day; lists without one are absent."""
    rows = _of(persons).filter(_in_force(on)).values("list_id").annotate(count=Count("pk"))
    return {row["list_id"]: row["count"] for row in rows.order_by("list_id")}


def _of(persons: bool) -> QuerySet[Entry]:
    """Entries with their removals; those about persons have no code."""
    return _rows() if persons else _rows().exclude(code="")


def codes_changed(after: int, through: int) -> Iterator[str]:
    """The codes whose standings changed by feed rows in (after, through], each once, in order.

    For followers of the change feed: read, apply, move the cursor to `through`. Persons have no code and are left out.
    """
    span = {"seq__gt": after, "seq__lte": through}
    entered = Entry.objects.filter(**span).exclude(code="").values_list("code")
    removed = Removal.objects.filter(**span).exclude(entry__code="").values_list(F("entry__code"))
    suspended = Suspension.objects.filter(**span).exclude(entry__code="").values_list(F("entry__code"))
    ended = Resumption.objects.filter(**span).exclude(suspension__entry__code="")
    resumed = ended.values_list(F("suspension__entry__code"))
    disputed = Dispute.objects.filter(**span).exclude(entry__code="").values_list(F("entry__code"))
    settled = Settlement.objects.filter(**span).exclude(dispute__entry__code="")
    settled_codes = settled.values_list(F("dispute__entry__code"))
    changed = entered.union(removed, suspended, resumed, disputed, settled_codes)
    return (code for (code,) in changed.order_by("code").iterator())


def changed_after(
    what: Literal["entered", "removed", "suspended", "resumed", "disputed", "settled"],
    place: tuple[int, int],
    lists: Sequence[str],
    *,
    through: int,
    division: str,
    limit: int,
) -> list[ListChange]:
    """The first changes of a kind to these lists after a place, a change of the feed and an id in it, known by row `through`.

    Organisations' alone, of a division that begins so; in order.
    """
    table, path = _TABLES[what]
    rows = table.objects.filter(
        _after(place, through),
        **{f"{path}list_id__in": lists, f"{path}subject__division__startswith": division},
    ).exclude(**{f"{path}code": ""})
    joined = rows.select_related(path.removesuffix("__")) if path else rows
    return [_change(row) for row in joined.order_by("seq", "pk")[:limit]]


_Row = Entry | Removal | Suspension | Resumption | Dispute | Settlement
_TABLES: dict[str, tuple[type[_Row], str]] = {
    "entered": (Entry, ""),
    "removed": (Removal, "entry__"),
    "suspended": (Suspension, "entry__"),
    "resumed": (Resumption, "suspension__entry__"),
    "disputed": (Dispute, "entry__"),
    "settled": (Settlement, "dispute__entry__"),
}
"""By what happened: the table that says so, and the way from it to its entry."""


def _change(row: _Row) -> ListChange:
    match row:
        case Dispute():
            return _marked(row, row, row.starts_on, "")
        case Settlement():
            return _marked(row, row.dispute, row.settled_on, row.outcome)
        case Entry():
            entry, on, until, reason = row, row.starts_on, row.ends_on, ""
        case Removal():
            entry, on, until, reason = row.entry, row.removed_on, None, row.reason
        case Suspension():
            entry, on, until, reason = row.entry, row.starts_on, row.ends_on, row.reason
        case Resumption():
            entry, on, until, reason = row.suspension.entry, row.resumed_on, None, row.reason
    return ListChange(
        row.seq, row.pk, entry.pk, entry.list_id, entry.code, entry.decided_on, row.document, row.office, on, until, reason
    )  # fmt: skip


def _marked(row: Dispute | Settlement, dispute: Dispute, on: date, outcome: str) -> ListChange:
    """A mark that came or went: `reason` is how the objection ended."""
    entry = dispute.entry
    return ListChange(
        row.seq, row.pk, entry.pk, entry.list_id, entry.code, entry.decided_on, entry.document, entry.office, on, None, outcome
    )  # fmt: skip


def _after(place: tuple[int, int], through: int) -> Q:
    return Q(seq__lte=through) & (Q(seq__gt=place[0]) | Q(seq=place[0], pk__gt=place[1]))


def standings(codes: Iterable[str], through: int) -> dict[str, tuple[Standing, ...]]:
    """The standings of each code as feed row `through` left them; a code without any is absent."""
    found: defaultdict[str, list[Standing]] = defaultdict(list)
    rest = iter(codes)
    while chunk := list(islice(rest, _CHUNK)):
        for row in _rows().filter(code__in=chunk, seq__lte=through).order_by("pk"):
            found[row.code].append(_known_at(through, row, view(row)).standing)
    return {code: tuple(rows) for code, rows in found.items()}


def standings_of(subject_id: int, through: int) -> tuple[Standing, ...]:
    """The standings of a subject as feed row `through` left them: for persons, whose entries have no code."""
    rows = _rows().filter(subject_id=subject_id, seq__lte=through).order_by("pk")
    return tuple(_known_at(through, row, view(row)).standing for row in rows)


@dataclass(frozen=True, slots=True)
class EntryHistory:
    """An entry as it is, that can tell how it was known at any change of the feed."""

    view: EntryView
    _row: Entry

    def known_at(self, seq: int) -> Standing | None:
        """What checks knew of it at `seq`; `None` before it was entered."""
        return _known_at(seq, self._row, self.view).standing if self._row.seq <= seq else None


def histories(codes: Iterable[str]) -> dict[str, tuple[EntryHistory, ...]]:
    """Every entry ever of each code; a code without any is absent."""
    found: defaultdict[str, list[EntryHistory]] = defaultdict(list)
    rest = iter(codes)
    while chunk := list(islice(rest, _CHUNK)):
        for row in _rows().filter(code__in=chunk).order_by("pk"):
            found[row.code].append(EntryHistory(view(row), row))
    return {code: tuple(rows) for code, rows in found.items()}
