"""A subject as it was valid and known on past days, for the public: never more than may be shown today.

What is shown was public on the day on which it was known, and its record is public still: a term that has ended since, a
repair, a correction that hides it, a withdrawal or a removal from a list takes it out of the past as well. The codes that
were known to be one subject then, and are still, are told together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive.queries import Past, PastRecord, RecordView
from xinyun.identity import queries as identity
from xinyun.identity.queries import SubjectIdentity
from xinyun.law import Item, Law
from xinyun.lists import queries as lists
from xinyun.plumbing import feed
from xinyun.portal import queries, rules
from xinyun.portal.snapshot import Snapshot
from xinyun.subjects import queries as subjects


@dataclass(frozen=True, slots=True)
class Days:
    """The day of which is asked, the one whose knowledge counts, and the one on which somebody asks."""

    valid: date
    known: date
    today: date


def past_document(code: str, days: Days) -> dict[str, Any] | None:
    """The public view of a subject on a past day, in the shape of `queries.subject_document`; `None`: none was known.

    Each record says whether it was in force on the day, and of which other code of the subject it is; `as_of` names both
    days.

    :raises archive.FutureDay: one of the days is still to come.
    """
    for day in (days.valid, days.known):
        archive.demand_past(day, days.today)
    if not rules.is_code_shaped(code):
        return None
    seq = feed.seq_on(days.known)
    bound = identity.identity_still(code, as_of=seq)
    pasts = [
        one
        for one in identity.pasts(bound, valid_on=days.valid, seq=seq)
        if one.subject.kind in rules.SUBJECT_KINDS
    ]
    if not pasts:
        return None
    told = queries.document(_snapshot(pasts, bound, days, seq))
    held = {str(one.revision.id): one.in_force for found in pasts for one in found.records}
    for record in told["records"]:
        record["in_force"] = held.get(record["id"], True)
    told["identity"] |= {"current": bound.current, "others": list(bound.others)}
    told["as_of"] |= {"on": days.valid, "known": days.known}
    return told


def _snapshot(pasts: Sequence[Past], bound: SubjectIdentity, days: Days, seq: int) -> Snapshot:
    now, subject = law.rulebook().on(days.today), pasts[0].subject
    under = {one.subject.id: one.subject.code for one in pasts} | {subject.id: ""}
    shown = _shown_records(pasts, days, now)
    standing = {one.id for one in lists.entries_of_all(list(under), days.today)}
    entries = [one for one in lists.entries_of_all(list(under), days.valid, seq) if one.id in standing]
    own = [one for one in shown if one.subject_id == subject.id]
    return Snapshot(
        code=subject.code,
        name=subject.name,
        kind=queries.kind_title(subject.kind, subject.category, now),
        division=queries.division_title(subject.division, now),
        status=subject.status,
        state=queries.state_title(subject.status, now),
        established_on=subject.established_on,
        registration=queries.registration_of(subject, now),
        registrar=next((queries.office(one.office, now) for one in own if one.item == subject.item), None),
        lines=tuple(queries.lines_of(shown, entries, now, under, archive.disputed_among(list(under), seq))),
        base=subjects.base_of(
            subject,
            on=days.valid,
            seq=seq,
            shows=subjects.to_public(now),
            now=now,
            among={one.id for one in own},
        ),
        seq=seq,
        rulebook=law.rulebook().hash,
        on=days.valid,
        asked=bound.asked,
        others=bound.others,
        history=tuple(identity.said(tie, now) for tie in (*bound.ties, *bound.beside)),
    )


def _shown_records(pasts: Sequence[Past], days: Days, now: Law) -> list[RecordView]:
    """The records decided by the day that were public when they were known and are public still."""
    items, then = {item.id: item for item in now.items()}, law.rulebook().on(days.known)
    items_then = {item.id: item for item in then.items()}
    current = {
        (one.subject_id, one.item, one.key): one
        for one in archive.records_of_all([found.subject.id for found in pasts])
    }
    return [
        _view(one)
        for found in pasts
        for one in found.records
        if (one.revision.decided_on or days.valid) <= days.valid
        and (now_said := current.get((found.subject.id, one.revision.item, one.key)))
        and _is_public(now_said, items.get(now_said.item), now)
        and _is_public(_view(one), items_then.get(one.revision.item), then)
    ]


def _is_public(record: RecordView, item: Item | None, law_of_day: Law) -> bool:
    """Whether a record is shown on a day; one that put its subject on a list is told by its entry or not at all."""
    if item is None:
        return False
    return item.enters is not None or queries.record_line(record, item, law_of_day) is not None


def _view(one: PastRecord) -> RecordView:
    told = {
        field.name: getattr(one.revision, field.name) for field in fields(RecordView) if field.name != "key"
    }
    return RecordView(**told, key=one.key)
