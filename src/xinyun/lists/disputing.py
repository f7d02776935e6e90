"""An entry is marked as disputed while an objection to it is open, and no longer."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinyun.base import Refusal, Text
from xinyun.lists.models import Dispute, Entry, Settlement
from xinyun.lists.queries import EntryView, view
from xinyun.lists.suspending import NoSuchEntry
from xinyun.plumbing import feed


class AlreadyDisputed(Refusal):
    """An objection to the entry is open."""

    code = "already-disputed"
    status = 409


@transaction.atomic
def dispute(*, entry: int, reference: str, office: str, actor: str, on: date) -> EntryView:
    """Mark an entry as disputed from this moment: checks, pages, reports and subscribers are told.

    `reference` is the objection's number, `office` who is to answer it.

    :raises NoSuchEntry: there is none, or it was removed or has ended.
    :raises AlreadyDisputed: an objection to it is open.
    """
    feed.lock()
    row = Entry.objects.filter(pk=entry).first()
    if row is None or not view(row).stands(on):
        raise NoSuchEntry(
            Text(f"没有第 {entry} 号条目，或者已经移出、期满。", f"No entry {entry} stands."),
            Text(
                "已移出、期满的条目不再起作用。", "An entry that is removed or over has no effect any more."
            ),
        )
    if view(row).disputed:
        raise AlreadyDisputed(
            Text("对该条目的异议正在处理。", "An objection to the entry is open."),
            Text("请在该异议里补充证据。", "Add to that objection."),
        )
    seq = feed.append("list.disputed", _told(row, reference), actor=actor)
    Dispute(entry=row, reference=reference, office=office, starts_on=on, seq=seq).save(force_insert=True)
    return view(Entry.objects.get(pk=entry))


@transaction.atomic
def settle(*, reference: str, outcome: str, actor: str, on: date) -> int:
    """Lift the marks of an objection, also those that went over to a corrected entry; returns how many there were."""
    feed.lock()
    held = Dispute.objects.filter(reference=reference, settlement__isnull=True).select_related("entry")
    found = list(held.order_by("pk"))
    for one in found:
        seq = feed.append("list.settled", _told(one.entry, reference) | {"outcome": outcome}, actor=actor)
        Settlement(dispute=one, outcome=outcome, starts_on=one.starts_on, settled_on=on, seq=seq).save(
            force_insert=True
        )
    return len(found)


def _told(row: Entry, reference: str) -> dict[str, object]:
    return {
        "list": row.list_id,
        "code": row.code,
        "subject": row.subject_id,
        "entry": row.pk,
        "reference": reference,
    }
