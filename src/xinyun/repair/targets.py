"""What an objection or a repair is about: a current record or a standing list entry of an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive.queries import RecordView
from xinyun.base import Decision, Text
from xinyun.base.identifiers import mask_within
from xinyun.law import Law, Procedure
from xinyun.lists import queries as lists
from xinyun.lists.queries import EntryView
from xinyun.repair import grounds, rules


@dataclass(frozen=True, slots=True)
class Target:
    """A record (`of` is its item) or an entry (`of` is its list); `office` is whose record or decision it is."""

    subject_id: int
    code: str
    name: str
    of: str
    key: int | None
    document: str
    decided_on: date | None
    office: str
    title: Text
    record: int | None = None
    entry: int | None = None
    content: dict[str, Any] | None = None

    @property
    def line(self) -> str:
        """How pages and the interface name it."""
        return f"list-{self.entry}" if self.entry is not None else str(self.record)


def target(line: str, on: date) -> Target:
    """What a page's line is about: `123` is a current record, `list-45` an entry that stands.

    A record that put its subject on a list is told by its entry.

    :raises NotATarget: there is none, or it is about a natural person.
    """
    number = line.removeprefix("list-")
    if number.isascii() and number.isdigit() and len(number) < 19:
        found = of_entry(int(number), on) if line.startswith("list-") else of_record(int(number), on)
        if found and found.code:
            return found
    raise grounds.NotATarget(
        Text(f"没有可以办理的「{line[:30]}」。", f"There is nothing {line[:30]!r} that could be dealt with."),
        Text(
            "请用主体页上的记录编号；自然人的，请持身份证件到信用中心窗口办理。",
            "Use the record's number on the subject's page; natural persons come to the credit centre in person.",
        ),
    )


def of_record(id: int, on: date) -> Target | None:
    """A current record, or the entry that it made."""
    record = archive.records_standing([id]).get(id)
    return _of_view(record, on) if record else None


def of_entry(id: int, on: date) -> Target | None:
    """An entry that stands on a day."""
    entry = lists.entry(id)
    return _entry(entry, law.rulebook().on(on)) if entry and entry.stands(on) else None


def again(target_key: tuple[int, str, int | None, str], on: date) -> Target | None:
    """What a case is about as it stands now: its subject, item or list, key and document; `None` where it is gone."""
    subject_id, of, key, document = target_key
    if key is not None:
        record = archive.standing_record((subject_id, of, key))
        return _of_view(record, on) if record else None
    standing = [
        one
        for one in lists.history_of(subject_id)
        if (one.list_id, one.document) == (of, document) and one.stands(on)
    ]
    return _entry(standing[0], law.rulebook().on(on)) if standing else None


def repairable(
    found: Target, on: date, *, performed: bool = True
) -> tuple[Decision | None, Procedure | None]:
    """Whether and from when a target may be repaired, and by which procedure; nothing where no procedure is about it."""
    book = law.rulebook()
    now = book.on(on)
    if found.entry is not None:
        decided = found.decided_on or on
        way = rules.procedure_of_list(found.of, now)
        listed = book.on(decided).list(found.of)
        return (
            (rules.repair_of_entry(listed, decided, way, on, performed=performed), way)
            if way
            else (None, None)
        )
    item = now.item(found.of)
    office = book.offices.get(found.office)
    way = rules.procedure_of_record(item, office.department if office else "", now)
    if way is None or not (found.content or {}).get(item.display.date):
        return None, None
    then = book.on(min(found.decided_on or on, on))
    return rules.repair_of_record(item, found.content or {}, then, way, on, performed=performed), way


def demand_repairable(found: Target, on: date, *, performed: bool = True) -> Procedure:
    """The procedure by which a target may be repaired on a day.

    :raises NotYet: there is none, or its terms are not met; `until` of the rule's reason is told.
    """
    decision, procedure = repairable(found, on, performed=performed)
    if decision is None or procedure is None:
        raise grounds.NotYet(
            Text(
                f"「{found.title.zh}」没有信用修复的程序。", f"{found.title.en} has no procedure of repair."
            ),
            Text("认为内容有误的，可以提出异议。", "Where it is wrong, object to it."),
            law.rulebook().on(on).list(found.of).basis
            if found.entry
            else law.rulebook().on(on).item(found.of).basis,
        )
    if decision.outcome != rules.OPEN:
        reason = decision.reasons[0]
        raise grounds.NotYet(
            Text(f"现在不能修复：{reason.text.zh}。", f"It cannot be repaired now: {reason.text.en}."),
            Text(
                f"最早 {reason.until} 可以申请。" if reason.until and decision.outcome == rules.TOO_EARLY else "请看所引条款。",
                f"From {reason.until} at the earliest." if reason.until else "See the articles.",
            ),
            reason.basis,
        )  # fmt: skip
    return procedure


def _of_view(record: RecordView, on: date) -> Target | None:
    now = law.rulebook().on(on)
    item = now.item(record.item)
    if item.enters:
        title = record.content.get(item.enters.list)
        listed = next((one.id for one in now.lists() if one.title == title), "")
        document = record.content.get(item.enters.document)
        for entry in lists.history_of(record.subject_id):
            if (entry.list_id, entry.document) == (listed, document) and entry.stands(on):
                return _entry(entry, now)
    header = archive.headers_of([record.subject_id]).get(record.subject_id)
    number = item.display.number
    told = str(record.content.get(number) or "") if number and number != item.subject.code else ""
    return Target(
        record.subject_id, header.code if header else "", header.name if header else "", record.item, record.key,
        mask_within(told)[:200], record.decided_on, record.office, Text(item.title, item.english.capitalize()),
        record=record.id, content=record.content,
    )  # fmt: skip


def _entry(entry: EntryView, now: Law) -> Target:
    header = archive.headers_of([entry.subject_id]).get(entry.subject_id)
    office = (
        entry.office if entry.office in law.rulebook().offices else _furnisher(entry, now) or entry.office
    )
    title = now.book.title_of("list", entry.list_id)
    return Target(
        entry.subject_id, entry.code, header.name if header else entry.code, entry.list_id, None, entry.document,
        entry.decided_on, office, title, entry=entry.id,
    )  # fmt: skip


def _furnisher(entry: EntryView, now: Law) -> str:
    """Which of our offices furnished the record of a decision that was made elsewhere."""
    entering = {item.id: item.enters for item in now.items() if item.enters}
    for record in archive.records_of(entry.subject_id, items=tuple(entering)):
        told = entering[record.item]
        if told and record.content.get(told.document) == entry.document:
            return record.office
    return ""
