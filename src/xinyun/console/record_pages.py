"""The pages on which an office finds a record that it furnished, corrects it, or takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive.queries import RevisionView
from xinyun.base import Text
from xinyun.base.identifiers import normalise
from xinyun.collection import queries as collection
from xinyun.collection.queries import AmendmentView, Content
from xinyun.collection.records import Found
from xinyun.console import wording
from xinyun.console.collecting import ItemLink, actor_of, items_of, may_submit, person, scope
from xinyun.console.mending import told_by_field
from xinyun.console.queries import headed, titled
from xinyun.console.record_fields import Control, Form, controls
from xinyun.console.wording import Standing
from xinyun.law import Item, Law

MOST_FOUND, LATEST_WITHDRAWN = 50, 20


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record in a list; `name` is the subject's, or what the record is about where that is a person."""

    id: int
    name: str
    code: str
    item: Text
    office: Text
    number: str
    decided_on: date | None
    withdrawal: str


@dataclass(frozen=True, slots=True)
class FindPage:
    """The search for an office's records, and those that it has taken back."""

    office: Text | None
    item: str
    items: tuple[tuple[Text, tuple[ItemLink, ...]], ...]
    code: str
    number: str
    is_asked: bool
    rows: tuple[RecordRow, ...]
    withdrawn: tuple[RecordRow, ...]


class Revision(NamedTuple):
    """One revision: when it came, by which batch, and what happened by it."""

    number: int
    at: datetime
    batch: str
    said: Text


class AmendmentLine(NamedTuple):
    """What was done with the record, why, and what became of it where it was a correction."""

    said: Text
    reason: str
    notice: str
    notified_on: date | None
    actor: str
    on: date
    submission: str
    standing: Standing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage(Form):
    """A record of an office: what it says, how it came to say so, and what may be done about it."""

    row: RecordRow
    values: tuple[tuple[Text, str], ...]
    revisions: tuple[Revision, ...]
    amendments: tuple[AmendmentLine, ...]
    may_amend: bool
    may_readmit: bool
    disputed: bool
    today: date
    form: str = ""
    """The form that was sent and is to be shown again: correct, withdraw or readmit."""


def find_page(user: Any, on: date, *, item: str = "", code: str = "", number: str = "") -> FindPage:
    """The current records that this person's office furnished, as they were asked for."""
    now, own = law.rulebook().on(on), scope(user)
    asked = bool(item and (code or number))
    found = (
        collection.records_of_office(item, office=own, on=on, code=code, number=number, limit=MOST_FOUND)
        if asked
        else []
    )
    return FindPage(
        office=titled(partial(now.office, own), own) if own else None,
        item=item,
        items=items_of(now, own),
        code=normalise(code),
        number=number,
        is_asked=asked,
        rows=tuple(_row(one, now) for one in found),
        withdrawn=tuple(
            _row(one, now) for one in collection.withdrawn_of_office(own, limit=LATEST_WITHDRAWN)
        ),
    )


def record_page(
    found: RevisionView,
    user: Any,
    on: date,
    *,
    typed: Mapping[str, str] | None = None,
    examined: Found | None = None,
    form: str = "",
) -> RecordPage:
    """A record's current revision; `typed` is what was written into the correction so far."""
    now = law.rulebook().on(on)
    item = now.item(found.item)
    content, told = collection.shown(found, item), collection.amendments_of(found.id)
    titles = {field.name: headed(field) for field in item.fields}
    may_amend = may_submit(user) and not found.withdrawal
    withdrawn_by = next((one.actor for one in told if one.kind == "withdrawn"), "")
    return RecordPage(
        row=_row(found, now),
        values=tuple((titles[name], content.values[name]) for name in titles if content.values.get(name)),
        revisions=_revisions(found, titles),
        amendments=tuple(_line(one) for one in told),
        controls=_controls(item, now, content, typed, examined) if may_amend else (),
        may_amend=may_amend,
        disputed=archive.is_disputed(found.id),
        may_readmit=bool(found.withdrawal)
        and user.holds("operator")
        and withdrawn_by not in {"", actor_of(user)},
        today=on,
        form=form,
        sent=form == "correct",
    )


def _controls(
    item: Item, now: Law, content: Content, typed: Mapping[str, str] | None, examined: Found | None
) -> tuple[Control, ...]:
    """The fields that a correction may change."""
    open_values = {name: text for name, text in content.values.items() if name not in content.hidden}
    found = controls(
        item,
        now,
        open_values if typed is None else typed,
        faults=told_by_field(examined) if examined else {},
        kept={name: content.values[name] for name in content.hidden},
    )
    return tuple(control for control in found if control.name not in content.fixed)


def _row(found: RevisionView, now: Law) -> RecordRow:
    item = now.item(found.item)
    values = collection.shown(found, item).values
    about = values.get(item.display.title, "")
    return RecordRow(
        id=found.id,
        name=found.name if found.code else about,
        code=found.code,
        item=headed(item),
        office=titled(partial(now.office, found.office), found.office),
        number=values.get(item.display.number, "") if item.display.number != item.subject.code else "",
        decided_on=found.decided_on,
        withdrawal=found.withdrawal,
    )


def _revisions(found: RevisionView, titles: Mapping[str, Text]) -> tuple[Revision, ...]:
    rows = archive.revisions_of(found.id)
    before: list[RevisionView | None] = [*rows[1:], None]
    return tuple(
        Revision(row.revision, row.recorded_at, row.batch, _happened(row, earlier, titles))
        for row, earlier in zip(rows, before, strict=True)
    )


def _happened(row: RevisionView, before: RevisionView | None, titles: Mapping[str, Text]) -> Text:
    if before is None:
        return Text("首次报送", "First furnished")
    if row.withdrawal:
        return Text("撤回", "Withdrawn")
    if before.withdrawal:
        return Text("恢复", "Readmitted")
    changed = [titles.get(name, Text(name, name)) for name in collection.changed_fields(before, row)]
    return Text(
        f"改动：{'、'.join(one.zh for one in changed)}", f"Changed: {', '.join(one.en for one in changed)}"
    )


def _line(told: AmendmentView) -> AmendmentLine:
    return AmendmentLine(
        said=_KINDS[told.kind],
        reason=told.reason,
        notice=told.notice,
        notified_on=told.notified_on,
        actor=person(told.actor),
        on=told.amended_on,
        submission=told.submission,
        standing=wording.STANDINGS.get(told.state),
    )


_KINDS = {
    "corrected": Text("更正", "Correction"),
    "withdrawn": Text("撤回", "Withdrawal"),
    "readmitted": Text("恢复", "Readmission"),
}
