"""Questions about the rulebook and a store: whom a draft would touch, and which open matters a change touches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice

from django.db.models import F

from xinyun.archive import queries as archive
from xinyun.law import Law, Rulebook
from xinyun.lists import queries as lists
from xinyun.rulemaking.impact import Effect, Someone, on_lists, on_record
from xinyun.rulemaking.models import Draft
from xinyun.rulemaking.overlay import DraftFaulty, prove
from xinyun.rulemaking.rules import Change

__all__ = ["DraftFaulty", "DraftView", "draft", "drafts", "effects", "prove", "touched"]

_CHUNK = 500


def effects(draft: Rulebook, current: Rulebook, on: date) -> Iterator[list[Effect]]:
    """For each subject or record that a draft touches on a day, what would be otherwise. Streamed; changes nothing."""
    before, after = current.on(on), draft.on(on)
    yield from _of_entries(before, after)
    for item in sorted({*current.ids("item"), *draft.ids("item")}):
        if _publicity_differs(item, before, after):
            yield from _of_records(item, before, after)


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft and what became of it; `state` is `open`, `released` or `withdrawn`."""

    id: int
    file: str
    kind: str
    norm: str
    text: str
    reason: str
    office: str
    by: str
    at: datetime
    state: str
    closed_by: str
    closed_at: datetime | None


def draft(id: int) -> DraftView | None:
    """The draft of that number."""
    row = Draft.objects.filter(pk=id).select_related("outcome").first()
    return _view(row) if row else None


def drafts(limit: int = 50) -> list[DraftView]:
    """The latest drafts, open ones first."""
    rows = Draft.objects.select_related("outcome").order_by(F("outcome__id").asc(nulls_first=True), "-pk")
    return [_view(row) for row in rows[:limit]]


def _view(row: Draft) -> DraftView:
    outcome = getattr(row, "outcome", None)
    state = "open" if outcome is None else "released" if outcome.released else "withdrawn"
    return DraftView(
        id=row.pk,
        file=row.file,
        kind=row.kind,
        norm=row.norm,
        text=row.text,
        reason=row.reason,
        office=row.office,
        by=row.by,
        at=row.at,
        state=state,
        closed_by=outcome.by if outcome else "",
        closed_at=outcome.at if outcome else None,
    )


def touched(change: Change, now: Law) -> int:
    """How many open matters a change is about, as of the law's day.

    Entries that count, of the list or of the lists that name the measure; current records of the item, or of the
    items whose publicity goes by the norm of terms.
    """
    entries, records = lists.counts(now.day), archive.counts()
    if change.kind == "list":
        return entries.get(change.id, 0)
    if change.kind == "measure":
        return sum(entries.get(one.id, 0) for one in now.lists() if change.id in one.measures)
    items = [
        item.id
        for item in now.items()
        if change.id == {"item": item.id, "repair": item.publicity_norm}.get(change.kind)
    ]
    return sum(records.get(item, 0) for item in items)


def _of_entries(before: Law, after: Law) -> Iterator[list[Effect]]:
    """Subject by subject, some hundred headers at a time."""
    grouped = (
        (id, list(held)) for id, held in groupby(lists.each_in_force(before.day), lambda e: e.subject_id)
    )
    while chunk := dict(islice(grouped, _CHUNK)):
        headers = archive.headers_of(list(chunk))
        for id, held in chunk.items():
            whom = _someone(headers[id], before)
            if found := list(on_lists(whom, [entry.standing for entry in held], before, after)):
                yield found


def _of_records(item: str, before: Law, after: Law) -> Iterator[list[Effect]]:
    for record, header in archive.current_records(item):
        whom = _someone(header, before)
        if found := list(on_record(whom, item, record.content, record.decided_on, before, after)):
            yield found


def _someone(header: archive.SubjectView, now: Law) -> Someone:
    """Persons stay without a name."""
    name = header.name if header.code else "（自然人）"
    return Someone(header.code, name, header.kind, _city(header.division, now))


def _city(code: str, now: Law) -> str:
    """The title of the city to which a division belongs; of the province itself where it is no city's."""
    division = now.division(code)
    if division is None:
        return "（未知）"
    while division.successor and (heir := now.division(division.successor)):
        division = heir
    while (
        division.parent and not division.parent.endswith("0000") and (above := now.division(division.parent))
    ):
        division = above
    return division.title


def _publicity_differs(item: str, before: Law, after: Law) -> bool:
    """Whether anything on which the publicity of the item's records rests differs between the rulebooks."""
    return _publicity_of(item, before) != _publicity_of(item, after)


def _publicity_of(item: str, law: Law) -> list[object]:
    if item not in law.book.ids("item"):
        return []
    told: list[object] = []
    for since, until, edition in law.book.editions("item", item):
        term = (edition or {}).get("publicity_term") or {}
        told.append((since, until, (edition or {}).get("publicity"), str(term)))
        if norm := term.get("norm"):
            told.append(law.book.editions("repair", norm))
    return told
