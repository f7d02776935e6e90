"""What the public may read, put together from the archive, the lists and the law. The door of this context.

Every answer holds only what the catalogue makes public and only while that lasts; pages and reports draw on
`public_snapshot` alone, so that none of them can show more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive import rules as publicity
from xinyun.archive.queries import RecordView, SubjectView
from xinyun.base import Basis, Refusal, Text
from xinyun.law import CreditList, Item, Law, NotInForce, UnknownNorm
from xinyun.lists import queries as lists
from xinyun.lists.queries import EntryView
from xinyun.plumbing import feed
from xinyun.portal import rules
from xinyun.portal.pages import Line, Snapshot
from xinyun.portal.rules import KINDS, Value


class NoSuchSubject(Refusal):
    """Nobody public has this code."""

    code = "no-such-subject"
    status = 404

    def __init__(self, code: str) -> None:
        super().__init__(
            Text(f"没有代码为 {code} 的主体。", f"There is no subject {code}."), rules.advice(code)
        )


def public_snapshot(code: str, *, on: date, as_of: int | None = None) -> Snapshot | None:
    """Everything that the public may see of an organisation on a day; `None` where there is no such subject.

    `as_of` is a `seq` of the change feed; without one, the feed's head at the time of asking.
    """
    seq = feed.head() if as_of is None else as_of
    subject = archive.subject(code, as_of=seq)
    if subject is None or subject.kind not in rules.SUBJECT_KINDS:
        return None
    now = law.rulebook().on(on)
    records = archive.records_of(subject.id, as_of=seq)
    return Snapshot(
        code=subject.code,
        name=subject.name,
        kind=kind_title(subject.kind, subject.category, now),
        division=division_title(subject.division, now),
        status=subject.status,
        established_on=subject.established_on,
        registration=_registration(subject, now),
        registrar=next((office(r.office, now) for r in records if r.item == "registration"), None),
        lines=tuple(_lines(records, lists.entries_of(subject.id, on), now)),
        seq=seq,
        rulebook=law.rulebook().hash,
        on=on,
    )


def subject_document(code: str, on: date) -> dict[str, Any] | None:
    """What the subject page says, for programs: stable names, fields under the catalogue's names.

    `None` where there is no such subject. The keys are `code name kind division status established_on label
    registration records as_of demo`.
    """
    snapshot = public_snapshot(code, on=on)
    if snapshot is None:
        return None
    return {
        "code": snapshot.code,
        "name": snapshot.name,
        "kind": snapshot.kind._asdict(),
        "division": snapshot.division,
        "status": snapshot.status,
        "established_on": snapshot.established_on,
        "label": snapshot.label._asdict() if snapshot.label else None,
        "registration": {value.name: value.text for value in snapshot.registration},
        "records": [_line_document(line) for line in snapshot.lines],
        "as_of": {"seq": snapshot.seq, "on": snapshot.on, "rulebook": snapshot.rulebook},
        "demo": settings.XINYUN.demo,
    }


def _line_document(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "kind": line.kind.id,
        "title": line.title,
        "number": line.number,
        "decided_on": line.on,
        "authority": line.authority,
        "source": line.source._asdict() if line.source else None,
        "listed": line.listed,
        "disputed": line.disputed,
        "until": line.until,
        "basis": [basis._asdict() for basis in line.basis],
        "fields": {value.name: value.text for value in line.values},
    }


def kind_title(kind: str, category: str, now: Law) -> Text:
    """The official category of a subject, else the broad kind."""
    labels = now.codes("subject-kind").english_labels
    if category:
        return Text(category, labels.get(category, category).capitalize())
    return rules.SUBJECT_KINDS.get(kind, Text("主体", "Subject"))


def division_title(code: str, now: Law) -> str:
    """A division with the ones above it below the province: 贵阳市南明区."""
    found = now.division(code) if code else None
    if found is None:
        return ""
    parent = now.division(found.parent) if found.parent else None
    if parent is None or parent.code.endswith("0000") or found.title.startswith(parent.title):
        return found.title
    return parent.title + found.title


def office(id: str, now: Law) -> Text:
    """An office by its id, or the name as written where it is none of ours."""
    try:
        found = now.office(id)
    except UnknownNorm:
        return Text(id, id)
    return Text(found.title, found.english)


def cite(basis: Iterable[Basis], now: Law) -> tuple[Text, ...]:
    """Articles as people cite them: 《instrument》第八条."""
    return tuple(_cite(one, now) for one in basis)


def _cite(basis: Basis, now: Law) -> Text:
    try:
        source = now.source(basis.source)
    except StopIteration:
        return Text(str(basis), str(basis))
    return Text(f"《{source.title}》{basis.article}", f"{source.english}, {basis.article}")


def _registration(subject: SubjectView, now: Law) -> tuple[Value, ...]:
    """The registration as the public may see it; a subject known only from a decision has name and code."""
    content = {"name": subject.name, "uscc": subject.code} | subject.content
    return rules.public_values(now.item("registration"), content)


def _lines(records: list[RecordView], entries: list[EntryView], now: Law) -> list[Line]:
    """Public records and list entries, newest first.

    A record that put its subject on a list is told by its entry, while the entry is in force and no longer.
    """
    items = {item.id: item for item in now.items()}
    told = {_entered(r, items[r.item], now): r for r in records if r.item in items}
    found = [_entry_line(entry, told.get((entry.list_id, entry.document)), items, now) for entry in entries]
    for record in records:
        item = items.get(record.item)
        if item and item.category != "registration" and not _entered(record, item, now):
            found.append(record_line(record, item, now))
    shown = [line for line in found if line]
    return sorted(shown, key=lambda line: (line.on or date.min, line.id), reverse=True)


def _entered(record: RecordView, item: Item, now: Law) -> tuple[str, str] | None:
    """The list and document by which a record put its subject on a list, if it did."""
    if item.enters is None:
        return None
    title = record.content.get(item.enters.list)
    listed = next((one for one in now.lists() if one.title == title), None)
    return (listed.id, str(record.content.get(item.enters.document))) if listed else None


def record_line(record: RecordView, item: Item, now: Law) -> Line | None:
    """A record as a line, or nothing where its publicity has not begun, has ended, or never was."""
    decision = publicity.publicity(item, record.content, _law_of(record, now), now.day)
    if decision.outcome != publicity.SHOWN:
        return None
    values = rules.public_values(item, record.content)
    until = next((reason.until for reason in decision.reasons if reason.until), None)
    display = item.display
    return Line(
        id=str(record.id),
        kind=rules.kind_of(item),
        card=rules.kind_of(item).title if item.id in KINDS else Text(item.title, item.english),
        title=rules.value_of(values, display.title) or item.title,
        on=record.decided_on,
        number=rules.value_of(values, display.number),
        authority=rules.value_of(values, display.authority),
        source=office(record.office, now),
        until=until - timedelta(days=1) if until else None,
        values=values,
    )


def _law_of(record: RecordView, now: Law) -> Law:
    """The law that governs a record's publicity: that of the day of its decision."""
    return law.rulebook().on(min(record.decided_on or now.day, now.day))


def _entry_line(entry: EntryView, record: RecordView | None, items: dict[str, Item], now: Law) -> Line | None:
    try:
        listed = now.list(entry.list_id)
    except NotInForce:
        return None
    if listed.publicity != "public" or listed.polarity == "watch":
        return None
    decided_by = office(entry.office, now)
    return Line(
        id=f"list-{entry.id}",
        kind=_list_kind(listed),
        card=_list_kind(listed).title,
        title=listed.title,
        on=entry.decided_on,
        number=entry.document,
        authority=decided_by.zh,
        source=office(record.office, now) if record else decided_by,
        until=entry.period.last_day,
        basis=cite(listed.basis, now),
        leave=listed.exit,
        values=rules.public_values(items[record.item], record.content) if record else (),
        listed=True,
        disputed=entry.disputed,
    )


def _list_kind(listed: CreditList) -> rules.Kind:
    return KINDS["honour" if listed.polarity == "favourable" else "serious"]
