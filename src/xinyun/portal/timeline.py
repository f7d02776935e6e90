"""The timeline of a subject for the public: events of what may be shown today, and where its values come from.

A record or entry that is not public today has no events here, whatever it was once. A revision that would itself be
hidden is told without its values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive import rules as publicity
from xinyun.archive.queries import Event, RecordHistory, Row, Shown, Sourced, Told
from xinyun.identity import queries as identity
from xinyun.identity.timeline import bond_events
from xinyun.law import Item, Law
from xinyun.lists import queries as lists
from xinyun.lists.timeline import entry_events
from xinyun.plumbing import feed
from xinyun.portal import queries
from xinyun.portal.snapshot import Snapshot

PAGE = 50


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """A page of the timeline."""

    subject: Snapshot
    events: tuple[Told, ...]
    total: int
    sourced: tuple[Sourced, ...]
    page: int
    pages: int


def timeline(code: str, *, on: date, page: int = 1) -> TimelinePage | None:
    """The timeline of a subject as the public may see it on a day; `None` where there is no such subject."""
    snapshot = queries.public_snapshot(code, on=on)
    row = archive.subject(snapshot.code) if snapshot else None
    if snapshot is None or row is None:
        return None
    known = identity.identity(row.code)
    under = queries.codes_of_set(row, known)
    now = law.rulebook().on(on)
    items, lines = {item.id: item for item in now.items()}, {line.id for line in snapshot.lines}
    public = [one for id in under for one in archive.histories(id) if _is_public(one, items, lines)]
    named, shown = partial(queries.office, now=now), partial(_values, now=now)
    told = archive.newest_first(
        [
            *_record_events(public, items, shown, under, now),
            *_entry_events(under, lines, now),
            *bond_events(known, public, now),
        ]
    )
    pages = max(-(-len(told) // PAGE), 1)
    page = min(max(page, 1), pages)
    return TimelinePage(
        subject=snapshot,
        events=tuple(Told(one, named(one.office)) for one in told[(page - 1) * PAGE : page * PAGE]),
        total=len(told),
        sourced=tuple(
            archive.sourced(
                one, items[one.record.item], shown, named, now, under=under[one.record.subject_id]
            )
            for one in archive.provenance(public, now)
        ),
        page=page,
        pages=pages,
    )


def _is_public(one: RecordHistory, items: Mapping[str, Item], lines: set[str]) -> bool:
    """Whether a record is shown today: as a line of the subject's page, or as its registration."""
    item = items.get(one.item)
    if item is None or one.current.withdrawal:
        return False
    return item.publicity == "public" if item.describes_subject else str(one.current.id) in lines


def _record_events(
    public: list[RecordHistory], items: Mapping[str, Item], shown: Shown, under: Mapping[int, str], now: Law
) -> Iterator[Event]:
    seqs = [
        seq for one in public for said in one.statements for seq in (said.recorded_seq, said.ended_seq) if seq
    ]
    moments = feed.moments(seqs)
    for one in public:
        for event in archive.record_events(one, items[one.item], shown, moments, now):
            if event.changes or event.kind not in {"corrected", "changed", "contradicted", "settled"}:
                # an office's reason was not written for the public
                yield replace(event, reason="", under=under[one.current.subject_id])


def _values(row: Row, item: Item, now: Law) -> dict[str, str]:
    """What the public may see of a row today; nothing where the row by itself would not be shown."""
    governing = law.rulebook().on(min(row.decided_on or now.day, now.day))
    if not item.describes_subject and (
        publicity.publicity(item, row.content, governing, now.day).outcome != publicity.SHOWN
    ):
        return {}
    return {
        value.name: value.text for value in queries.public_values_of(item, row.content, now) if value.text
    }


def _entry_events(under: Mapping[int, str], lines: set[str], now: Law) -> Iterator[Event]:
    for entry in lists.entries_of_all(list(under), now.day):
        if f"list-{entry.id}" in lines:
            for event in entry_events(entry, now.list(entry.list_id), now.day):
                yield replace(event, under=under[entry.subject_id])
