"""Questions about the rulebook and a store: whom a draft would touch, and which open matters a change touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any

from django.db.models import F

from xinyun.archive import queries as archive
from xinyun.law import Law, Rulebook
from xinyun.ledger import queries as ledger
from xinyun.lists import queries as lists
from xinyun.rulemaking.backtest import Asked, Backtest, Difference, differs
from xinyun.rulemaking.impact import Effect, Someone, on_lists, on_record
from xinyun.rulemaking.models import Draft
from xinyun.rulemaking.overlay import DraftFaulty, prove
from xinyun.rulemaking.rules import Change

__all__ = [
    "Backtest",
    "Difference",
    "DraftFaulty",
    "DraftView",
    "backtest",
    "draft",
    "drafts",
    "effects",
    "prove",
    "touched",
]

_CHUNK = 500


def effects(draft: Rulebook, current: Rulebook, on: date) -> Iterator[list[Effect]]:
    """For each subject or record that a draft touches on a day, what would be otherwise. Streamed; changes nothing."""
    before, after = current.on(on), draft.on(on)
    yield from _of_entries(before, after)
    for item in sorted({*current.ids("item"), *draft.ids("item")}):
        if _publicity_differs(item, before, after):
            yield from _of_records(item, before, after)


def backtest(
    draft: Rulebook, current: Rulebook, *, since: datetime, until: datetime, on: date, tested: Backtest
) -> Iterator[tuple[Difference, bool]]:
    """Each check of a time that a draft would have answered otherwise, and whether an entry that it then rests on is gone.

    The law of `on` is meant, of the draft and of the rulebook in use. What was asked is taken from the ledger, what was
    known from the lists' history. Streamed; `tested` counts as it goes.
    """
    before, after = current.on(on), draft.on(on)
    for chunk in _batched(ledger.contents("check", *ledger.span(since, until)), _CHUNK):
        tested.checks += len(chunk)
        # Not those erased since, nor from before checks were logged so that they can be decided again.
        told_all = ((one.leaf.index, one.payload) for one in chunk if one.payload)
        asked = [(leaf, told) for leaf, told in told_all if "counting" in told]
        codes = {code for _, told in asked for codes in _meant(told) for code in codes}
        held = lists.histories(sorted(codes))
        listed = [
            (leaf, told)
            for leaf, told in asked
            if any(code in held for codes in _meant(told) for code in codes)
        ]
        headers = archive.headers_by_code(sorted({codes[0] for _, told in listed for codes in _meant(told)}))
        for leaf, told in listed:
            if found := differs(_asked(leaf, told, held, headers, before), before, after):
                gone = {
                    one.id for codes in _meant(told) for code in codes for one in _ended(held.get(code, ()))
                }
                rests = bool(found.gained) and all(entry in gone for _, entry in found.gained)
                tested.add(found, rests)
                yield found, rests


def _batched(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def _meant(told: dict[str, Any]) -> list[tuple[str, ...]]:
    """The subjects that a check was about, each as its codes."""
    if told["code"]:
        return [(told["code"], *told["others"])] if told["subject"] else []
    return [(code,) for code, _ in told["counting"]]


def _asked(
    leaf: int,
    told: dict[str, Any],
    held: dict[str, tuple[lists.EntryHistory, ...]],
    headers: dict[str, archive.SubjectView],
    now: Law,
) -> Asked:
    kinds = [told["subject"][1]] if told["code"] else [kind for _, kind in told["counting"]]
    about = []
    for codes, kind in zip(_meant(told), kinds, strict=True):
        header = headers.get(codes[0])
        name, division = (header.name, header.division) if header else ("", "")
        known = (one.known_at(told["seq"]) for code in codes for one in held.get(code, ()))
        about.append(
            (Someone(codes[0], name, kind, _city(division, now)), tuple(one for one in known if one))
        )
    return Asked(
        leaf,
        date.fromisoformat(told["on"]),
        told["scene"],
        told["office"],
        not told["code"],
        tuple(about),
    )


def _ended(entries: Iterable[lists.EntryHistory]) -> Iterator[lists.EntryView]:
    """The entries that have been removed before their term."""
    return (one.view for one in entries if one.view.removed_on)


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
