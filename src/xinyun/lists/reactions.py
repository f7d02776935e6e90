"""Records of some catalogue items are listing decisions: accepting them puts their subjects on the list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from xinyun import law
from xinyun.archive import operations as archive
from xinyun.archive import queries as archived
from xinyun.archive.events import RecordsAccepted
from xinyun.base.announce import subscribe
from xinyun.lists import operations


@subscribe(RecordsAccepted)
def enter_lists(event: RecordsAccepted) -> None:
    """Enter the decisions of a batch whose item says so (`enters` in the catalogue)."""
    item = law.rulebook().on(event.on).item(event.item)
    if item.enters:
        operations.enlist_many(
            _decisions(event, item), batch=event.batch, seq=event.seq, actor=event.actor, on=event.on
        )


def _decisions(event: RecordsAccepted, item: law.Item) -> Iterator[operations.Proposed]:
    enters = item.enters
    assert enters is not None
    offices = _offices_by_title(law.rulebook())
    for record in archived.records_of_change(event.seq):
        told = record.content
        decided = date.fromisoformat(told[enters.decided])
        authority = told.get(enters.authority) or event.office
        code = told.get(item.subject.code) or ""
        yield operations.Proposed(
            list_id=_lists_by_title(law.rulebook(), decided).get(told[enters.list], told[enters.list]),
            subject_id=record.subject_id,
            subject_kind=archive.kind_of(code, event.on)[0] if code else "person",
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
