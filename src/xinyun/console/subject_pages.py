"""The pages on which staff read everything that happened to a subject; a clerk reads what is public or the own office's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from django.utils.timezone import localtime

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive import rules as publicity
from xinyun.archive.queries import (
    Event,
    PastRecord,
    Provenance,
    RecordHistory,
    RevisionView,
    Row,
    Sourced,
    SubjectView,
    Told,
)
from xinyun.base import Text
from xinyun.base.identifiers import normalise
from xinyun.collection import queries as collection
from xinyun.console.collecting import scope
from xinyun.console.queries import headed, titled
from xinyun.identity import queries as identity
from xinyun.identity.queries import SubjectIdentity
from xinyun.identity.timeline import bond_events, decision_events
from xinyun.law import Item, Law
from xinyun.lists import queries as lists
from xinyun.lists.timeline import entry_events
from xinyun.plumbing import feed
from xinyun.subjects import queries as subjects
from xinyun.subjects.queries import BaseView

PAGE, MOST_ORPHANED = 100, 50


@dataclass(frozen=True, slots=True)
class Orphan:
    """A statement whose record was withdrawn."""

    code: str
    name: str
    item: Text
    office: Text
    on: date


@dataclass(frozen=True, slots=True)
class SubjectsPage:
    """The way to a subject; `code` is one that was not found."""

    code: str
    orphaned: tuple[Orphan, ...]


class PastRow(NamedTuple):
    """A record as it was known: whether it held on the day asked for."""

    about: Text
    title: str
    number: str
    office: Text
    decided_on: date | None
    in_force: bool
    under: str


@dataclass(frozen=True, slots=True)
class PastView:
    """The archive as it was valid on a day and known on another; `since` is the day from which the header holds."""

    on: date
    known: date
    name: str
    status: str
    since: date | None
    rows: tuple[PastRow, ...]

    @property
    def is_older(self) -> bool:
        """Whether the day lies before everything that is known."""
        return bool(self.since and self.since > self.on)


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """A subject's events and sources, under all its codes; before a purpose is given only the code asked about.

    `current` is its current code where that is another one.
    """

    code: str
    name: str = ""
    purpose: str = ""
    is_shown: bool = False
    is_partial: bool = False
    events: tuple[Told, ...] = ()
    total: int = 0
    sourced: tuple[Sourced, ...] = ()
    page: int = 1
    pages: int = 1
    past: PastView | None = None
    base: BaseView | None = None
    bonds: tuple[Text, ...] = ()
    others: tuple[str, ...] = ()
    current: str = ""


@dataclass(frozen=True, slots=True)
class SubjectAsked:
    """Whom a code means: the `headers` of its codes that the archive knows, the current one first, and what joins them.

    `then` is what joined them on the day whose knowledge was asked for; codes that it has and `bound` has no more are
    read as well.
    """

    bound: SubjectIdentity
    headers: tuple[SubjectView, ...]
    then: SubjectIdentity | None = None

    @property
    def ids(self) -> tuple[int, ...]:
        """The subjects that are read, each of which is logged."""
        return tuple(one.id for one in self.headers)


def subject_asked(code: str, *, known: date | None = None) -> SubjectAsked | None:
    """Whom a code means, now and by what was known on a day; `None` where the archive knows none of its codes."""
    bound = identity.identity(code)
    then = identity.identity(code, as_of=feed.seq_on(known)) if known else None
    codes = dict.fromkeys((bound.current, *bound.others, *(then.codes if then else ())))
    found = [header for one in codes if (header := archive.subject(one))]
    return SubjectAsked(bound, tuple(found), then) if found else None


def subjects_page(user: Any, on: date, *, code: str = "") -> SubjectsPage:
    """The search by code; for the centre also the statements that nobody has settled."""
    now = law.rulebook().on(on)
    found = [] if scope(user) else archive.orphaned(MOST_ORPHANED)
    return SubjectsPage(
        normalise(code)[:40],
        tuple(
            Orphan(
                about, name, titled(partial(now.item, one.item), one.item),
                titled(partial(now.office, one.office), one.office), localtime(one.recorded_at).date(),
            )
            for one, about, name in found
        ),
    )  # fmt: skip


def subject_page(
    asked: SubjectAsked,
    user: Any,
    on: date,
    *,
    purpose: str,
    page: int,
    valid: date | None,
    known: date | None,
) -> SubjectPage:
    """Everything that this person may read of a subject, on past days too; that it is read was logged before.

    What is held under any of its codes is told, each with its code where there are several. With `valid` or `known` also
    the archive as it was valid on the one day by what was known on the other.
    """
    reader = _Reader(law.rulebook().on(on), scope(user))
    bound, subject = asked.bound, asked.headers[0]
    held = [one for id in asked.ids for one in archive.histories(id) if reader.may_read(one)]
    mine = [one for one in held if one.current.code in bound.codes]
    under = {one.id: one.code for one in asked.headers if one.code in bound.codes}
    events = archive.newest_first(
        [
            *reader.record_events(mine, under),
            *reader.entry_events(under),
            *bond_events(bound, mine, reader.now),
            *decision_events(identity.decisions(codes=bound.codes)),
        ]
    )
    pages = max(-(-len(events) // PAGE), 1)
    page = min(max(page, 1), pages)
    return SubjectPage(
        code=bound.asked,
        name=subject.name,
        purpose=purpose,
        is_shown=True,
        is_partial=reader.own is not None,
        events=tuple(Told(one, reader.office(one.office)) for one in events[(page - 1) * PAGE : page * PAGE]),
        total=len(events),
        sourced=tuple(reader.sourced(one, under) for one in archive.provenance(mine, reader.now)),
        page=page,
        pages=pages,
        bonds=tuple(identity.said(tie, reader.now) for tie in (*bound.ties, *bound.beside)),
        others=tuple(code for code in bound.codes if code != bound.asked),
        current=bound.current if bound.is_superseded else "",
        past=reader.past(asked.then, held, valid or on, known or valid or on) if asked.then else None,
        base=reader.base(subject, mine, valid or on, known or valid),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads: the one office whose records a clerk may see beside what is public, or `None` for all."""

    now: Law
    own: str | None

    def may_read(self, one: RecordHistory) -> bool:
        if self.own is None or one.current.office == self.own:
            return one.item in self._items()
        return one.item in self._items() and self._is_public(one.current, self._items()[one.item])

    def record_events(self, mine: Sequence[RecordHistory], under: Mapping[int, str]) -> Iterator[Event]:
        seqs = [
            s for one in mine for said in one.statements for s in (said.recorded_seq, said.ended_seq) if s
        ]
        moments, items = feed.moments(seqs), self._items()
        for one in mine:
            for event in archive.record_events(one, items[one.item], self.shown, moments, self.now):
                if self.own is None or event.office == self.own or event.changes or event.kind == "decided":
                    yield replace(event, under=_told(one.current.subject_id, under))

    def entry_events(self, under: Mapping[int, str]) -> Iterator[Event]:
        known = {one.id: one for one in self.now.lists()}
        for entry in lists.history_of_all(list(under)):
            listed = known.get(entry.list_id)
            public = listed and listed.publicity == "public" and listed.polarity != "watch"
            if listed and (self.own in (None, entry.office) or (public and entry.in_force(self.now.day))):
                for event in entry_events(entry, listed, self.now.day):
                    yield replace(event, under=_told(entry.subject_id, under))

    def shown(self, row: Row, item: Item) -> Mapping[str, str]:
        """Values with what is personal masked; of another office's row a clerk sees open fields of what is public."""
        values = collection.shown(row, item).values
        if self.own in (None, row.office):
            return {name: text for name, text in values.items() if text}
        if not self._is_public(row, item):
            return {}
        open_fields = {field.name for field in item.fields if field.publicity == "public"}
        return {name: text for name, text in values.items() if name in open_fields and text}

    def sourced(self, one: Provenance, under: Mapping[int, str]) -> Sourced:
        code = _told(one.record.subject_id, under)
        item = self._items()[one.record.item]
        return archive.sourced(one, item, self.shown, self.office, self.now, under=code)

    def past(
        self, then: SubjectIdentity, held: list[RecordHistory], valid: date, known: date
    ) -> PastView | None:
        """The archive of past days, of what this person may read today, under all codes known then to be the subject."""
        pasts = identity.pasts(then, valid_on=valid, seq=feed.seq_on(known))
        if not pasts:
            return None
        readable = {(one.current.subject_id, one.item, one.key) for one in held}
        under = {one.subject.id: one.subject.code for one in pasts}
        rows = [
            self._past_row(one, _told(found.subject.id, under))
            for found in pasts
            for one in found.records
            if (found.subject.id, one.revision.item, one.key) in readable
        ]
        rows.sort(key=lambda row: row.decided_on or date.min, reverse=True)
        first = pasts[0]
        return PastView(valid, known, first.subject.name, first.subject.status, first.since, tuple(rows))

    def base(
        self, subject: SubjectView, mine: list[RecordHistory], valid: date, known: date | None
    ) -> BaseView:
        """The subject base of a day, of what this person may read today."""
        seq = feed.seq_on(known) if known else feed.head()
        among = {told[-1].id for one in mine if (told := one.known_by(seq))}
        found = subjects.base_of(subject, on=valid, seq=seq, shows=self.shows, now=self.now, among=among)
        return subjects.view(found, self.office, self.now)

    def shows(self, row: RevisionView, field: str) -> bool:
        """Whether this person may be told what a revision says in a field; `""` is the record itself."""
        return self.own in (None, row.office) or subjects.to_public(self.now)(row, field)

    def _past_row(self, one: PastRecord, under: str) -> PastRow:
        row, item = one.revision, self._items()[one.revision.item]
        values = self.shown(row, item)
        return PastRow(
            headed(item),
            values.get(item.display.title) or item.title,
            values.get(item.display.number, ""),
            self.office(row.office),
            row.decided_on,
            one.in_force,
            under,
        )

    def office(self, id: str) -> Text:
        return titled(partial(self.now.office, id), id)

    def _is_public(self, row: Row, item: Item) -> bool:
        if getattr(row, "withdrawal", ""):
            return False
        governing = law.rulebook().on(min(row.decided_on or self.now.day, self.now.day))
        return publicity.publicity(item, row.content, governing, self.now.day).outcome == publicity.SHOWN

    def _items(self) -> dict[str, Item]:
        return {item.id: item for item in self.now.items()}


def _told(subject: int, under: Mapping[int, str]) -> str:
    """The code under which something is held, where the subject has several."""
    return under[subject] if len(under) > 1 else ""
