"""An entry is held off by an order of a court or a reviewing body, and counts again by another."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.lists.admission import (
    DOCUMENT_LENGTH,
    EndsTooSoon,
    NoReason,
    demand_competence,
    demand_document,
    demand_reason,
)
from xinyun.lists.models import Entry, Resumption, Suspension
from xinyun.lists.queries import EntryView, view
from xinyun.plumbing import feed


class NoSuchEntry(Refusal):
    """There is no entry of that number that stands."""

    code = "no-such-entry"
    status = 404


class AlreadySuspended(Refusal):
    """An order holds the entry off already."""

    code = "already-suspended"
    status = 409


class NotSuspended(Refusal):
    """Nothing holds the entry off."""

    code = "not-suspended"
    status = 409


@transaction.atomic
def suspend(
    *,
    entry: int,
    document: str,
    ordered_by: str,
    reason: str,
    office: str,
    actor: str,
    on: date,
    until: date | None = None,
) -> EntryView:
    """Hold an entry off from `on`, by an order of a court or a reviewing body (`ordered_by`); its measures stop that day.

    It counts again on `until` where the order names that day, else when it is resumed. The term goes on running.

    :raises NoSuchEntry: there is none, or it was removed or has ended.
    :raises AlreadySuspended: an order holds it off already.
    :raises law.UnknownNorm, NotCompetent: there is no such office, or it does not decide about the list.
    :raises NoDocument, NoReason, TooLong: nothing identifies the order, or it does not say who gave it and why.
    :raises EndsTooSoon: `until` is not after `on`.
    """
    feed.lock()
    row = _standing(entry, office, document, reason, on)
    if _suspension(row, on):
        raise AlreadySuspended(
            Text("该条目已经停止执行。", "The entry is suspended already."),
            Text(
                "需要延长的，先恢复，再凭新的决定停止。", "Resume it first; then suspend it by the new order."
            ),
        )
    if not 0 < len(ordered_by.strip()) <= DOCUMENT_LENGTH:
        raise NoReason(
            Text("没有写明哪个法院或者复议机关决定。", "It is not said which court or body ordered it."),
            Text("请照文书填写。", "Write it as in the document."),
            fields=(("ordered_by", Text("必填", "required")),),
        )
    if until and until <= on:
        raise EndsTooSoon(
            Text(f"恢复日期 {until} 不晚于 {on}。", f"{until} is not after {on}."),
            Text("请核对文书。", "Check the document."),
        )
    seq = feed.append("list.suspended", _told(row, document, office), actor=actor)
    Suspension(
        entry=row, document=document.strip(), ordered_by=ordered_by.strip(), reason=reason.strip(), office=office,
        starts_on=on, ends_on=until, seq=seq,
    ).save(force_insert=True)  # fmt: skip
    return view(_row(entry))


@transaction.atomic
def resume(*, entry: int, document: str, reason: str, office: str, actor: str, on: date) -> EntryView:
    """Let a suspended entry count again from `on`.

    :raises NoSuchEntry, NotSuspended: there is none that stands, or nothing holds it off.
    :raises law.UnknownNorm, NotCompetent, NoDocument, NoReason, TooLong: as `suspend`.
    """
    feed.lock()
    row = _standing(entry, office, document, reason, on)
    held = _suspension(row, on)
    if held is None:
        raise NotSuspended(
            Text("该条目没有停止执行。", "The entry is not suspended."),
            Text("无需恢复。", "There is nothing to resume."),
        )
    seq = feed.append("list.resumed", _told(row, document, office), actor=actor)
    Resumption(
        suspension=held, document=document.strip(), reason=reason.strip(), office=office, starts_on=held.starts_on,
        resumed_on=on, seq=seq,
    ).save(force_insert=True)  # fmt: skip
    return view(_row(entry))


def _standing(entry: int, office: str, document: str, reason: str, on: date) -> Entry:
    demand_document(document)
    demand_reason(reason)
    decider = law.rulebook().on(on).office(office)
    row = Entry.objects.filter(pk=entry).first()
    if row is None or not view(row).stands(on):
        raise NoSuchEntry(
            Text(f"没有第 {entry} 号条目，或者已经移出、期满。", f"No entry {entry} stands."),
            Text("编号见 xinyun subject show。", "xinyun subject show tells the numbers."),
        )
    demand_competence(law.rulebook().on(row.decided_on).list(row.list_id), decider)
    return row


def _suspension(row: Entry, on: date) -> Suspension | None:
    """What holds an entry off on a day."""
    held = row.suspensions.filter(resumption__isnull=True).exclude(ends_on__lte=on)
    return held.order_by("pk").last()


def _row(entry: int) -> Entry:
    return Entry.objects.select_related("removal").get(pk=entry)


def _told(row: Entry, document: str, office: str) -> dict[str, object]:
    return {
        "list": row.list_id,
        "code": row.code,
        "subject": row.subject_id,
        "entry": row.pk,
        "document": document.strip(),
        "office": office,
    }
