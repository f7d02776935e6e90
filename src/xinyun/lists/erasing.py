"""Entries about natural persons whose time is over: which they are, and erasing them by an order of the archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from xinyun.archive import operations as archive
from xinyun.archive.operations import Terms
from xinyun.lists.models import Entry

_ENTRIES, _REMOVALS = Entry._meta.db_table, "lists_removal"
_SUSPENSIONS, _RESUMPTIONS = "lists_suspension", "lists_resumption"
_DISPUTES, _SETTLEMENTS = "lists_dispute", "lists_settlement"
PAGE = 500


def ended(kinds: Sequence[str], through: date) -> Iterator[list[tuple[int, int]]]:
    """Entries, without a code, of subjects of these kinds that ended up to a day: their ids with their subjects', by pages.

    An entry ends with its removal, else on the first free day after its term; one without a term ends by removal alone.
    """
    after = 0
    while page := list(_ended(kinds, through).filter(pk__gt=after).values_list("pk", "subject_id")[:PAGE]):
        after = page[-1][0]
        yield page


def count_ended(kinds: Sequence[str], through: date) -> int:
    """How many such entries there are."""
    return _ended(kinds, through).count()


def _ended(kinds: Sequence[str], through: date) -> QuerySet[Entry]:
    over = Q(removal__removed_on__lte=through) | Q(removal__isnull=True, ends_on__lte=through)
    return Entry.objects.filter(over, subject__kind__in=kinds, code="").order_by("pk")


def of_subjects(subjects: Sequence[int]) -> set[int]:
    """Those of these subjects that have an entry, ended or not."""
    found = set[int]()
    for start in range(0, len(subjects), PAGE):
        rows = Entry.objects.filter(subject_id__in=subjects[start : start + PAGE])
        found |= set(rows.values_list("subject_id", flat=True))
    return found


@transaction.atomic
def erase(*, entries: Sequence[int], terms: Terms, actor: str, on: date) -> int:
    """Erase up to a page of entries with their removals, suspensions and marks, by one order; returns how many entries went."""
    held = list(Entry.objects.filter(pk__in=entries).values_list("pk", flat=True))
    if not held:
        return 0
    told = {"entries": len(held)}
    order = archive.order_erasure(kind="entries.erased", told=told, terms=terms, actor=actor, on=on)
    marks = ", ".join(["%s"] * len(held))
    of_entries = f"IN ({marks})"
    of_suspensions = f"IN (SELECT s.id FROM {_SUSPENSIONS} s WHERE s.entry_id {of_entries})"
    of_disputes = f"IN (SELECT d.id FROM {_DISPUTES} d WHERE d.entry_id {of_entries})"
    whose = {
        _SETTLEMENTS: f"dispute_id {of_disputes}",
        _DISPUTES: f"entry_id {of_entries}",
        _RESUMPTIONS: f"suspension_id {of_suspensions}",
        _SUSPENSIONS: f"entry_id {of_entries}",
        _REMOVALS: f"entry_id {of_entries}",
        _ENTRIES: f"id {of_entries}",
    }
    for table, condition in whose.items():
        select = "SELECT t.id AS row, '' AS item, '' AS batch, t.seq AS recorded_seq"
        archive.name_rows(order, table, f"{select} FROM {table} t WHERE t.{condition}", held)
    for table in whose:
        archive.delete_named(order, table)
    return len(held)
