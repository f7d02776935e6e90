"""Records of some catalogue items are listing decisions: their subjects go on the list with them, and leave with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from xinyun import law
from xinyun.archive import operations as archive
from xinyun.archive import queries as archived
from xinyun.archive.events import RecordsAccepted, RecordsWithdrawn
from xinyun.archive.queries import RecordView, RevisionView
from xinyun.base.announce import subscribe
from xinyun.lists import operations


@subscribe(RecordsAccepted)
def enter_lists(event: RecordsAccepted) -> None:
    """Enter the decisions of a batch whose item says so (`enters` in the catalogue)."""
    item = law.rulebook().on(event.on).item(event.item)
    if item.enters:
        records = archived.records_of_change(event.item, event.seq)
        operations.enlist_many(
            _decisions(records, item, event.on),
            batch=event.batch,
            seq=event.seq,
            actor=event.actor,
            on=event.on,
        )


@subscribe(RecordsWithdrawn)
def leave_lists(event: RecordsWithdrawn) -> None:
    """End, on that day, the entries that the withdrawn records made."""
    item = law.rulebook().on(event.on).item(event.item)
    if item.enters:
        decisions = _decisions(archived.revisions(event.records), item, event.on)
        operations.take_back(decisions, item=item.id, seq=event.seq, actor=event.actor, on=event.on)


def _decisions(
    records: Iterable[RecordView | RevisionView], item: law.Item, on: date
) -> Iterator[operations.Proposed]:
    enters = item.enters
    assert enters is not None
    offices = _offices_by_title(law.rulebook())
    for record in records:
        told = record.content
        decided = date.fromisoformat(told[enters.decided])
        authority = told.get(enters.authority) or record.office
        code = told.get(item.subject.code) or ""
        yield operations.Proposed(
            list_id=_lists_by_title(law.rulebook(), decided).get(told[enters.list], told[enters.list]),
            subject_id=record.subject_id,
            subject_kind=archive.kind_of(code, on)[0] if code else "person",
            code=code,
            document=told[enters.document],
            # An authority that is none of our offices (a court elsewhere, a ministry) is kept as its document names it.
            office=offices.get(authority, authority),
            decided_on=decided,
            until=record.valid.end if enters.until else None,
        )


@lru_cache(maxsize=2)
def _offices_by_title(book: law.Rulebook) -> dict[str, str]:
    return {office.title: office.id for office in book.offices.values()}


@lru_cache(maxsize=4096)
def _lists_by_title(book: law.Rulebook, day: date) -> dict[str, str]:
    return {credit_list.title: credit_list.id for credit_list in book.on(day).lists()}
