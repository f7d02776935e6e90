"""The questions to the subject base: what is known of a subject on a day. Answers are values; a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.utils.timezone import localtime

from xinyun.archive import queries as archive
from xinyun.archive.queries import RevisionView, SubjectView
from xinyun.law import Law
from xinyun.plumbing import feed
from xinyun.plumbing.sealing import keyed_hash
from xinyun.relations import queries as relations
from xinyun.relations.queries import Viewer, may_see
from xinyun.subjects import rules
from xinyun.subjects.facts import Base, Branch, Group, Number, Said, Span, Told
from xinyun.subjects.rules import group_of, state_of
from xinyun.subjects.telling import BaseView, Line, document, view

__all__ = [
    "CARD",
    "MOST_BRANCHES",
    "Base",
    "BaseView",
    "Branch",
    "Group",
    "Line",
    "Number",
    "Said",
    "Shows",
    "Span",
    "base",
    "base_of",
    "document",
    "everything",
    "group_of",
    "hash_of",
    "state_of",
    "to_public",
    "view",
]

CARD = "身份证"
"""The document by which residents are known, under its official label."""

MOST_BRANCHES = 50
"""Branches that are told; of more it is told how many there are."""
Shows = Callable[[RevisionView, str], bool]
"""Whether the reader may be told what a revision says in a field; `""` is the record itself."""
Chain = tuple[RevisionView, ...]


def everything(row: RevisionView, field: str) -> bool:
    """For those who may read all: whose reading is in the ledger."""
    return True


def to_public(now: Law) -> Shows:
    """For anybody: what the catalogue makes public, while its term lasts."""
    return lambda row, field: may_see(row, field, Viewer.PUBLIC, now)


def base(code: str, *, on: date, now: Law, seq: int | None = None, shows: Shows = everything) -> Base | None:
    """The subject base of a code on a day, by what the archive knew at `seq` (all that it knows, where none is given).

    `now` is the law by which words are read, that of the day of showing; `shows` says what the reader may be told.
    `None` where the archive knew of no such organisation or individual business; natural persons have no code.
    """
    seq = feed.head() if seq is None else seq
    found = archive.subject(code, as_of=seq)
    return base_of(found, on=on, seq=seq, shows=shows, now=now) if found else None


def base_of(
    subject: SubjectView,
    *,
    on: date,
    seq: int,
    shows: Shows,
    now: Law,
    among: Collection[int] | None = None,
) -> Base:
    """The same of a header that was read already: two queries, one more where it is a branch, and where it has some.

    `among` are the revisions, the latest known of their records, to which the reader is held; `None`: to all.
    """
    describing = now.book.describing_items
    wanted = {*describing, rules.CHANGE, rules.ASSIGNMENT, rules.BRANCH}
    known = archive.chains(subject.id, wanted, seq)
    held = [chain for chain in known if among is None or chain[-1].id in among]
    chains = [chain for chain in held if shows(chain[-1], "")]
    own = [chain for chain in chains if chain[0].item in describing]
    told = _words(own, on, shows)
    current = {
        item: [_told(chain[-1], shows) for chain in chains if chain[-1].item == item] for item in wanted
    }
    changes = [one for one in current[rules.CHANGE] if str(one.content.get("changed_on") or "") <= str(on)]
    names = rules.spans(told, rules.reading_names)
    states = rules.spans(told, rules.reading_states(now))
    divisions = rules.spans(told, rules.reading_places(subject.code, now))
    industries = rules.spans(told, rules.reading_industries(now))
    branches = _branches(current[rules.BRANCH], now, on)
    numbered = [*current[rules.ASSIGNMENT], *told]
    return Base(
        code=subject.code,
        name=names[-1].value if names else subject.name,
        kind=subject.kind,
        category=subject.category,
        group=group_of(subject.code, (one.said.item for one in told[::-1]), now),
        states=states,
        divisions=rules.divisions_of(divisions, changes, subject.code, now, on),
        industries=rules.with_changes(
            industries, changes, "行业", lambda words: rules.industry_of(words, now), now
        ),
        names=rules.with_changes(names, changes, rules.NAME, rules.named, now),
        numbers=rules.numbers(numbered, subject.code),
        branches=_known(branches[:MOST_BRANCHES]),
        branch_count=len(branches),
        head_offices=_heads(subject.code, on, seq, shows, now),
        on=on,
        seq=seq,
    )


def _words(own: Sequence[Chain], on: date, shows: Shows) -> list[Told]:
    """The words that held by a day; where none did, the one that was told first."""
    told = archive.words([[one for one in chain if shows(one, "")] for chain in own])
    held = [one for one in told if one.since is None or one.since <= on] or list(told[:1])
    return [_told(one.revision, shows, one.since) for one in held]


def _told(row: RevisionView, shows: Shows, since: date | None = None) -> Told:
    """A revision as far as the reader may be told what it says."""
    content = {name: value for name, value in row.content.items() if shows(row, name)}
    return Told(content, _said(row), since)


def _said(row: RevisionView) -> Said:
    return Said(row.id, row.item, row.office, row.batch, localtime(row.recorded_at).date())


def _branches(told: Iterable[Told], now: Law, on: date) -> tuple[Branch, ...]:
    """The branches that a subject's own records name and that were there by a day, the latest first."""
    found = []
    for one in told:
        text = {name: str(value) for name, value in one.content.items()}
        since = (
            date.fromisoformat(text["branch_established_on"]) if text.get("branch_established_on") else None
        )
        if since is None or since <= on:
            word = text.get("branch_status", "")
            name, code = text.get("branch_name", ""), text.get("branch_uscc", "")
            found.append(Branch(code, name, state_of(word, now)[0] if word else "", word, since, one.said))
    return tuple(sorted(found, key=lambda one: (one.since or date.min, one.code), reverse=True))


def _known(found: tuple[Branch, ...]) -> tuple[Branch, ...]:
    """The same, with whether the archive has them as subjects."""
    known = archive.names_of([one.code for one in found]) if found else {}
    return tuple(replace(one, is_known=one.code in known) for one in found)


def _heads(code: str, on: date, seq: int, shows: Shows, now: Law) -> tuple[Branch, ...]:
    """Whose branch the subject is, by records that the reader may read."""
    told = relations.head_offices(code, on=on, seq=seq)
    if not told:
        return ()
    rows = {row.id: row for row in archive.revisions([record for _, record in told])}
    return tuple(
        Branch(row.code, row.name, "", "", row.decided_on, _said(row))
        for _, record in told
        if (row := rows.get(record)) and row.is_current and not row.withdrawal and shows(row, "branch_uscc")
    )


def hash_of(document: str, plain: str) -> str:
    """The keyed hash by which the archive finds a person: of the kind of document, and its number in normal form."""
    return keyed_hash(f"{document}:{plain}".encode())
