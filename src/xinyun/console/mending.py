"""The pages on which an office settles what was returned, row by row or many at once, and fills in one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from xinyun import law
from xinyun.base import Text
from xinyun.collection import queries as collection
from xinyun.collection import records
from xinyun.collection.arrivals import arrival
from xinyun.collection.records import Found, Record
from xinyun.collection.returns import returned_records
from xinyun.collection.wording import rule as rule_in_words
from xinyun.console import wording
from xinyun.console.collecting import Choice, items_of, may_submit, scope
from xinyun.console.queries import headed, titled
from xinyun.console.record_fields import Control, Form, Proposed, Told, controls
from xinyun.law import Item, Law

PER_PAGE = 20
LATEST_BATCHES = 30


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault in a list: the value that is wrong is masked where it is personal."""

    problem: Text
    value: str


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A returned row in a list; `name` is the subject's, or empty where it is a person's."""

    id: int
    number: str
    batch: str
    name: str
    place: Text
    item: Text
    office: Text
    due_on: date
    is_overdue: bool
    is_asked: bool
    settled_batch: str
    faults: tuple[FaultLine, ...]


@dataclass(frozen=True, slots=True)
class ReturnedPage:
    """What an office, or for the centre every office, has to settle."""

    office: Text | None
    office_id: str
    offices: tuple[Choice, ...]
    items: tuple[Choice, ...]
    rules: tuple[Choice, ...]
    batches: tuple[Choice, ...]
    item: str
    rule: str
    batch: str
    rows: tuple[ReturnedRow, ...]
    total: int
    page: int
    pages: int
    may_settle: bool
    picked: frozenset[int] = frozenset()

    @property
    def any_asked(self) -> bool:
        """Whether there is anything here that may be confirmed."""
        return any(row.is_asked for row in self.rows)

    @property
    def all_offices(self) -> bool:
        """Whether rows of several offices stand together."""
        return self.office is None


@dataclass(frozen=True, slots=True, kw_only=True)
class MendPage(Form):
    """The form in which one returned row is mended: first the fields at fault, then the others."""

    row: ReturnedRow
    settled: Text | None
    is_masked: bool
    revealed: bool
    may_settle: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecordPage(Form):
    """The form of one new record: what must be filled in first, then the rest."""

    item: str
    title: Text
    office: Text
    office_id: str


def returned_page(
    user: Any,
    on: date,
    *,
    item: str = "",
    rule: str = "",
    batch: str = "",
    office: str = "",
    page: int = 1,
) -> ReturnedPage:
    """Returned rows that wait, those due first, with what they may be filtered by."""
    now, own = law.rulebook().on(on), scope(user)
    whose = own or office or None
    offset = (page - 1) * PER_PAGE
    found, total = returned_records(
        limit=PER_PAGE, offset=offset, office=whose, item=item, batch=batch, rule=rule
    )
    batches = [one for one in collection.latest(LATEST_BATCHES, office=whose) if one.rejected]
    if batch and batch not in {one.id for one in batches}:
        batches += [one.batch for one in [arrival(batch, office=own)] if one and one.batch]
    counted = records.rules_waiting(whose)
    return ReturnedPage(
        office=titled(partial(now.office, own), own) if own else None,
        office_id=office,
        offices=() if own else tuple(Choice(one.id, Text(one.title, one.english)) for one in now.offices()),
        items=_items(now, own),
        rules=tuple(
            Choice(id, rule_in_words(id)) for id in sorted(counted, key=counted.__getitem__, reverse=True)
        ),
        batches=tuple(
            Choice(
                one.id, Text(f"{one.file_name} · {one.collected_on}", f"{one.file_name} · {one.collected_on}")
            )
            for one in batches
        ),
        item=item,
        rule=rule,
        batch=batch,
        rows=tuple(_row(record, now, on) for record in found),
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        may_settle=may_submit(user),
    )


def mend_page(
    record: Record, user: Any, on: date, *, typed: Mapping[str, str] | None = None, revealed: bool = False
) -> MendPage:
    """The form of a returned row; `typed` is what was written into it so far, `revealed` that it is shown in full."""
    now = law.rulebook().on(on)
    item = now.item(record.row.item)
    settled = wording.SETTLED.get(record.row.settled)
    found = () if settled else _controls(item, now, record, typed, revealed=revealed)
    wrong = tuple(control for control in found if control.faults or control.proposal)
    return MendPage(
        row=_row(record, now, on),
        settled=settled,
        controls=wrong or found,
        others=tuple(control for control in found if control not in wrong) if wrong else (),
        is_masked=bool(record.hidden) and not settled,
        revealed=revealed,
        may_settle=may_submit(user),
        sent=typed is not None,
        unfolded=revealed,
    )


def new_record_page(
    item: Item, office: str, now: Law, values: Mapping[str, str], examined: Found
) -> NewRecordPage:
    """The form of a new record with what was typed and what is wrong with it."""
    found = controls(
        item, now, values, faults=told_by_field(examined), proposals=_proposals(examined, frozenset())
    )
    shown = [one for one in found if item.field(one.name).required != "no" or one.faults]
    return NewRecordPage(
        item=item.id,
        title=headed(item),
        office=titled(partial(now.office, office), office),
        office_id=office,
        controls=tuple(shown),
        others=tuple(one for one in found if one not in shown),
        sent=True,
        unfolded=any(values.get(one.name) for one in found if one not in shown),
    )


def told_by_field(examined: Found) -> dict[str, tuple[Told, ...]]:
    """Faults by the field at which they are shown."""
    found: dict[str, tuple[Told, ...]] = {}
    for fault in examined.faults:
        found[fault.field] = (*found.get(fault.field, ()), Told(fault.problem, fault.remedy))
    return found


def _controls(
    item: Item, now: Law, record: Record, typed: Mapping[str, str] | None, *, revealed: bool
) -> tuple[Control, ...]:
    faults = told_by_field(record.found)
    stored = record.row.faults if typed is None else ()
    for name, rule, _ in stored:  # what cannot be asked of the row alone, such as a repeated one
        faults.setdefault(name, (Told(rule_in_words(rule), Text("", "")),))
    values = {name: value for name, value in record.values.items() if name not in record.hidden}
    kept = {name: record.values[name] for name in record.hidden}
    shown = values if typed is None else typed
    proposals = _proposals(record.found, record.hidden)
    return controls(item, now, shown, faults=faults, proposals=proposals, kept=kept)


def _proposals(examined: Found, hidden: frozenset[str]) -> dict[str, Proposed]:
    """What may have been meant; not where that would give away what is masked."""
    return {
        name: Proposed(proposal.value, proposal.why)
        for name, proposal in examined.proposals.items()
        if name not in hidden
    }


def _row(record: Record, now: Law, on: date) -> ReturnedRow:
    row = record.row
    return ReturnedRow(
        id=row.id,
        number=row.number,
        batch=row.batch,
        name=_name(record, now),
        place=_place(row.place),
        item=titled(partial(now.item, row.item), row.item),
        office=titled(partial(now.office, row.office), row.office),
        due_on=row.due_on,
        is_overdue=not row.settled and row.due_on < on,
        is_asked=all(severity == "ask" for _, _, severity in row.faults),
        settled_batch=row.settled_batch,
        faults=tuple(FaultLine(fault.problem, fault.value) for fault in record.found.faults)
        or tuple(FaultLine(rule_in_words(rule), "") for _, rule, _ in row.faults),
    )


def _place(place: str) -> Text:
    """Where the row stood in its file; of a file that has one table that is a number."""
    return Text(f"第 {place} 行", f"row {place}") if place.isdigit() else Text(place, place)


def _name(record: Record, now: Law) -> str:
    """The subject's name; nothing for a person, who is found by the row's place in the file."""
    try:
        item = now.item(record.row.item)
    except (law.UnknownNorm, law.NotInForce):
        return ""
    fields = item.subject
    if item.subjects == ("person",):
        return ""
    if fields.kind_field:
        kinds = now.codes(item.field(fields.kind_field).codes).kinds
        if kinds.get(record.values.get(fields.kind_field, "")) == "person":
            return ""
    return record.values.get(fields.name, "")


def _items(now: Law, own: str | None) -> tuple[Choice, ...]:
    return tuple(Choice(link.id, link.title) for _, links in items_of(now, own) for link in links)
