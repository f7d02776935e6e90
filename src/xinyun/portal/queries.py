"""What the public may read, put together from the archive, the lists and the law. The door of this context.

Every answer holds only what the catalogue makes public and only while that lasts; pages and reports draw on
`public_snapshot` alone, so that none of them can show more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django.conf import settings

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive import rules as publicity
from xinyun.archive.queries import Hit, RecordView, SubjectView
from xinyun.base import Refusal, Text
from xinyun.base.identifiers import mask_within
from xinyun.identity import queries as identity
from xinyun.law import CreditList, Item, Law, NotInForce, UnknownNorm
from xinyun.law.citing import cite
from xinyun.lists import queries as lists
from xinyun.lists.queries import EntryView
from xinyun.plumbing import feed
from xinyun.portal import hints, rules
from xinyun.portal.rules import KINDS, Value
from xinyun.portal.snapshot import Line, Snapshot
from xinyun.subjects import queries as subjects


class NoSuchSubject(Refusal):
    """Nobody public has this code."""

    code = "no-such-subject"
    status = 404

    def __init__(self, code: str) -> None:
        super().__init__(
            Text(f"没有代码为 {code[:40]} 的主体。", f"There is no subject {code[:40]}."), hints.advice(code)
        )


def public_snapshot(code: str, *, on: date, as_of: int | None = None) -> Snapshot | None:
    """Everything that the public may see of an organisation on a day; `None` where there is no such subject.

    A code that went over into another leads to the current one, with what is recorded under any of its codes.

    `as_of` is a `seq` of the change feed; without one, the feed's head at the time of asking.
    """
    if not rules.is_code_shaped(code):
        return None
    seq = feed.head() if as_of is None else as_of
    known = identity.identity(code, as_of=seq)
    subject = archive.subject(known.current, as_of=seq)
    if subject is None or subject.kind not in rules.SUBJECT_KINDS:
        return None
    now = law.rulebook().on(on)
    under = codes_of_set(subject, known)
    records = archive.records_of_all(list(under), as_of=seq)
    entries = lists.entries_of_all(list(under), on, seq)
    return Snapshot(
        code=subject.code,
        name=subject.name,
        kind=kind_title(subject.kind, subject.category, now),
        division=division_title(subject.division, now),
        status=subject.status,
        state=state_title(subject.status, now),
        established_on=subject.established_on,
        registration=registration_of(subject, now),
        registrar=next(
            (office(r.office, now) for r in records if (r.item, r.subject_id) == (subject.item, subject.id)),
            None,
        ),
        lines=tuple(lines_of(records, entries, now, under, archive.disputed_among(list(under), seq))),
        base=subjects.base_of(subject, on=on, seq=seq, shows=subjects.to_public(now), now=now),
        seq=seq,
        rulebook=law.rulebook().hash,
        on=on,
        asked=code,
        others=known.others,
        history=tuple(identity.said(tie, now) for tie in (*known.ties, *known.beside)),
    )


def superseded(codes: Sequence[str]) -> dict[str, str]:
    """The current code of each of a page's codes that is no longer current."""
    return {code: one.current for code, one in identity.identities(codes).items() if one.is_superseded}


def codes_of_set(subject: SubjectView, known: identity.SubjectIdentity) -> dict[int, str]:
    """The subjects under whose codes one is recorded, each with that code; the current one with an empty text."""
    found = archive.headers_by_code(known.others) if known.others else {}
    return {subject.id: ""} | {one.id: one.code for one in found.values()}


def subject_document(code: str, on: date) -> dict[str, Any] | None:
    """What the subject page says, for programs: stable names, fields under the catalogue's names.

    `None` where there is no such subject. The keys are `code name kind division status established_on label
    registration base records identity as_of demo`.
    """
    snapshot = public_snapshot(code, on=on)
    return document(snapshot) if snapshot else None


def document(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot for programs; see `subject_document`."""
    return {
        "code": snapshot.code,
        "name": snapshot.name,
        "kind": snapshot.kind._asdict(),
        "division": snapshot.division,
        "status": snapshot.status,
        "established_on": snapshot.established_on,
        "label": snapshot.label._asdict() if snapshot.label else None,
        "registration": {value.name: value.text for value in snapshot.registration},
        "base": subjects.document(snapshot.base),
        "records": [line_document(line) for line in snapshot.lines],
        "identity": {
            "asked": snapshot.asked or snapshot.code,
            "current": snapshot.code,
            "others": list(snapshot.others),
            "history": [said._asdict() for said in snapshot.history],
        },
        "as_of": {"seq": snapshot.seq, "on": snapshot.on, "rulebook": snapshot.rulebook},
        "demo": settings.XINYUN.demo,
    }


def line_document(line: Line) -> dict[str, Any]:
    """A line for programs."""
    return {
        "id": line.id,
        "kind": line.kind.id,
        "title": line.title,
        "number": line.number,
        "decided_on": line.on,
        "authority": line.authority,
        "source": line.source._asdict() if line.source else None,
        "furnisher": line.furnisher._asdict() if line.furnisher else None,
        "listed": line.listed,
        "disputed": line.disputed,
        "until": line.until,
        "basis": [basis._asdict() for basis in line.basis],
        "under": line.under,
        "fields": {value.name: value.text for value in line.values},
    }


def kind_title(kind: str, category: str, now: Law) -> Text:
    """The official category of a subject, else the broad kind."""
    labels = now.codes("subject-kind").english_labels
    if category:
        return Text(category, labels.get(category, category).capitalize())
    return rules.SUBJECT_KINDS.get(kind, Text("主体", "Subject"))


def state_title(status: str, now: Law) -> Text:
    """A registration state; one that the code list does not know keeps its own words."""
    english = now.codes("enterprise-status").english_labels.get(status, status)
    return Text(status, english[:1].upper() + english[1:])


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


def registration_of(subject: SubjectView, now: Law) -> tuple[Value, ...]:
    """The registration as the public may see it; a subject known only from a decision has name and code."""
    content = {"name": subject.name, "uscc": subject.code} | subject.content
    return rules.public_values(now.item(subject.item or "registration"), content)


def lines_of(
    records: Sequence[RecordView],
    entries: list[EntryView],
    now: Law,
    under: Mapping[int, str] = MappingProxyType({}),
    disputed: Collection[archive.Key] = frozenset(),
) -> list[Line]:
    """Public records and list entries, newest first; `under` are the codes of subjects that are one, by their ids.

    `disputed` are the records to which an objection is open.

    A record that put its subject on a list is told by its entry, while the entry is in force and no longer.
    """
    items = {item.id: item for item in now.items()}
    told = {(r.subject_id, _entered(r, items[r.item], now)): r for r in records if r.item in items}
    found = [
        (
            entry.subject_id,
            _entry_line(entry, told.get((entry.subject_id, (entry.list_id, entry.document))), items, now),
        )
        for entry in entries
    ]
    for record in records:
        item = items.get(record.item)
        if item and item.category != "registration" and not _entered(record, item, now):
            marked = (record.subject_id, record.item, record.key) in disputed
            found.append((record.subject_id, record_line(record, item, now, disputed=marked)))
    codes = {subject: code for subject, code in under.items() if code}
    shown = [
        replace(line, under=codes[subject]) if subject in codes else line for subject, line in found if line
    ]
    return sorted(shown, key=lambda line: (line.on or date.min, line.id), reverse=True)


def _entered(record: RecordView, item: Item, now: Law) -> tuple[str, str] | None:
    """The list and document by which a record put its subject on a list, if it did."""
    if item.enters is None:
        return None
    title = record.content.get(item.enters.list)
    listed = next((one for one in now.lists() if one.title == title), None)
    return (listed.id, str(record.content.get(item.enters.document))) if listed else None


def record_line(record: RecordView, item: Item, now: Law, *, disputed: bool = False) -> Line | None:
    """A record as a line, or nothing where its publicity has not begun, has ended, or never was."""
    decision = publicity.publicity(item, record.content, _law_of(record, now), now.day)
    if decision.outcome != publicity.SHOWN:
        return None
    values = public_values_of(item, record.content, now)
    until = next((reason.until for reason in decision.reasons if reason.until), None)
    display = item.display
    return Line(
        id=str(record.id),
        kind=rules.kind_of(item),
        card=rules.kind_of(item).one if item.id in KINDS else Text(item.title, item.english),
        title=rules.value_of(values, display.title) or item.title,
        on=record.decided_on,
        number=rules.value_of(values, display.number),
        authority=rules.value_of(values, display.authority),
        source=_source(values, record, now),
        furnisher=office(record.office, now),
        until=until - timedelta(days=1) if until else None,
        values=values,
        disputed=disputed,
    )


def public_line(record: RecordView, now: Law) -> Line | None:
    """The line by which the public sees a record: its own, or that of the entry by which it put its subject on a list."""
    items = {item.id: item for item in now.items()}
    item = items.get(record.item)
    if item is None or item.category == "registration":
        return None
    entered = _entered(record, item, now)
    if entered is None:
        return record_line(record, item, now)
    standing = lists.entries_of(record.subject_id, now.day, feed.head())
    entry = next((one for one in standing if (one.list_id, one.document) == entered), None)
    return _entry_line(entry, record, items, now) if entry else None


def entry_line(entry: EntryView, now: Law) -> Line | None:
    """The line by which the public sees an entry; nothing where the list is not public."""
    return _entry_line(entry, None, {}, now)


def public_values_of(item: Item, content: dict[str, Any], now: Law) -> tuple[Value, ...]:
    """What the public may see of a record; the class that it gives its subject says whether that is a person."""
    given = item.subject.kind_field
    kinds = now.codes(item.field(given).codes).kinds if given else {}
    person = kinds.get(content.get(given, "")) == "person"
    return rules.public_values(item, content, person=person)


def _law_of(record: RecordView, now: Law) -> Law:
    """The law that governs a record's publicity: that of the day of its decision."""
    return law.rulebook().on(min(record.decided_on or now.day, now.day))


def _entry_line(entry: EntryView, record: RecordView | None, items: dict[str, Item], now: Law) -> Line | None:
    try:
        listed = now.list(entry.list_id)
    except (NotInForce, UnknownNorm):
        return None
    if not is_public_list(listed):
        return None
    decided_by = office(entry.office, now)
    values = public_values_of(items[record.item], record.content, now) if record else ()
    return Line(
        id=f"list-{entry.id}",
        kind=_list_kind(listed),
        card=_list_kind(listed).one,
        title=listed.title,
        on=entry.decided_on,
        number=mask_within(entry.document),
        authority=decided_by.zh,
        source=_source(values, record, now) if record else decided_by,
        furnisher=office(record.office, now) if record else decided_by,
        until=entry.period.last_day,
        basis=cite(listed.basis, now),
        leave=listed.exit,
        values=values,
        listed=True,
        disputed=entry.disputed,
    )


def _source(values: Sequence[Value], record: RecordView, now: Law) -> Text:
    """Whose fact it is: the unit that the record names, else the office that furnished it."""
    named = rules.value_of(values, "data_source_name")
    return Text(named, named) if named else office(record.office, now)


def is_public_list(listed: CreditList) -> bool:
    """Whether anybody may see who is on the list; watch lists are for offices."""
    return listed.publicity == "public" and listed.polarity != "watch"


def _list_kind(listed: CreditList) -> rules.Kind:
    return KINDS["honour" if listed.polarity == "favourable" else "serious"]


def tallies(hits: Sequence[Hit], now: Law) -> dict[int, Counter[str]]:
    """How many public records of each kind each hit has, as its page would count them, for a page of hits at once.

    Items that are public without a term are counted by the store; only records whose publicity depends on their
    content are read, where there are any.
    """
    members = _members(hits)
    ids = [id for own in members.values() for id in own]
    codes = list(dict.fromkeys(code for own in members.values() for code in own.values()))
    items = {item.id: item for item in now.items() if item.category != "registration"}
    dependent = tuple(id for id, item in items.items() if _depends_on_content(item))
    stored, read = archive.record_counts(ids), archive.records_of_many(ids, dependent)
    standings = lists.standings(codes, feed.head())
    listed = {one.id: _list_kind(one).id for one in now.lists() if is_public_list(one)}
    found = {}
    for hit in hits:
        counted: Counter[str] = Counter()
        for id, code in members[hit.id].items():
            counted += _counted(stored[id], read.get(id, []), items, now)
            counted.update(
                listed[one.list_id]
                for one in standings.get(code, ())
                if one.list_id in listed and one.in_force(now.day)
            )
        found[hit.id] = counted
    return found


def _members(hits: Sequence[Hit]) -> dict[int, dict[int, str]]:
    """For each hit the ids, with their codes, under which its subject is recorded: its page counts them together."""
    known = identity.identities([hit.code for hit in hits])
    others = {code for one in known.values() for code in one.codes}
    held = archive.headers_by_code(sorted(others)) if others else {}
    found: dict[int, dict[int, str]] = {}
    for hit in hits:
        codes = known[hit.code].codes if hit.code in known else ()
        found[hit.id] = {hit.id: hit.code} | {held[code].id: code for code in codes if code in held}
    return found


def _depends_on_content(item: Item) -> bool:
    """Whether it takes a record's content to tell that it is public today."""
    return bool(item.publicity_norm or item.publicity_field or item.enters)


def _counted(
    stored: dict[str, int], read: list[RecordView], items: dict[str, Item], now: Law
) -> Counter[str]:
    counted: Counter[str] = Counter()
    for id, number in stored.items():
        item = items.get(id)
        if item and item.publicity == "public" and not _depends_on_content(item):
            counted[rules.kind_of(item).id] += number
    for record in read:
        item = items[record.item]
        if not _entered(record, item, now) and record_line(record, item, now):
            counted[rules.kind_of(item).id] += 1
    return counted
