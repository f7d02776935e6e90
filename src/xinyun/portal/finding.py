"""What the public finds: by name as the index has it, by document number only where the public may see the record today.

The page, the interface and the command line ask here, so that none of them finds more than another.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive.queries import Hit, Place
from xinyun.law import Law
from xinyun.lists import queries as lists
from xinyun.portal import hints, queries

RANKED = 300
"""Of how many of the best finds the records are looked at, to count and to choose by the kind of record."""
_NUMBERED = 60
"""How many records that bear a number are looked at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is looking for: `city` a division's code, `kind` a category, `record` a kind of public record."""

    text: str
    city: str = ""
    kind: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of the finds: `limit` from `offset` on, or after or before a place that an earlier answer named."""

    limit: int
    offset: int = 0
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A part of what was found. `total` is a floor where `capped`; `numbers` are the documents by which hits were found.

    The facets count finds by the first four digits of the division, by category and by kind of record; those by kind
    of record look at the best 300 only, which `surveyed` tells.
    """

    total: int = 0
    capped: bool = False
    hits: tuple[Hit, ...] = ()
    tallies: Mapping[int, Counter[str]] = field(default_factory=dict)
    numbers: Mapping[int, str] = field(default_factory=dict)
    cities: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    records: Mapping[str, int] = field(default_factory=dict)
    surveyed: int = 0
    next: str = ""
    previous: str = ""


def find(asked: Asked, span: Span, on: date) -> Finding:
    """A part of what answers, best first; a resident identity number is never looked for."""
    if hints.holds_person(asked.text) or len(archive.fold(asked.text)) < archive.SHORTEST:
        return Finding()
    now = law.rulebook().on(on)
    numbers, capped = _by_document(asked.text, now)
    return _with_documents(numbers, capped, asked, span, now) if numbers else _with_names(asked, span, now)


def suggest(text: str, limit: int, on: date) -> tuple[tuple[Hit, str], ...]:
    """The likeliest finds while somebody types, each with the document number by which it is found, if it is."""
    if hints.holds_person(text):
        return ()
    numbers, _ = _by_document(text, law.rulebook().on(on))
    if numbers:
        return tuple((hit, numbers[hit.id]) for hit in _headed(list(numbers)[:limit]))
    return tuple((hit, "") for hit in archive.suggest(text, limit))


def _with_names(asked: Asked, span: Span, now: Law) -> Finding:
    found = archive.match(asked.text, division=asked.city[:4] or None, kind=asked.kind or None)
    best = archive.told(asked.text, found.part(0, RANKED))
    tallies = queries.tallies(best, now) if best else {}
    keys, capped = found.keys, found.capped
    if asked.record:
        holding = {hit.id for hit in best if tallies[hit.id][asked.record]}
        capped = capped or len(keys) > RANKED
        keys = tuple(place for place in found.part(0, RANKED) if place.id in holding)
    start, end = _cut(keys, span)
    shown = tuple(map(Place._make, keys[start:end]))
    hits = archive.told(asked.text, shown)
    return Finding(
        total=len(keys),
        capped=capped,
        hits=hits,
        tallies=tallies | queries.tallies([hit for hit in hits if hit.id not in tallies], now),
        cities=found.divisions,
        kinds=found.categories,
        records=_holders(tallies.values()),
        surveyed=len(best),
        next=str(shown[-1]) if shown and end < len(keys) else "",
        previous=str(shown[0]) if shown and start else "",
    )


def _with_documents(numbers: dict[int, str], capped: bool, asked: Asked, span: Span, now: Law) -> Finding:
    """Few are found by a number, so all of them are looked at."""
    everyone = _headed(list(numbers))
    tallies = queries.tallies(everyone, now)
    in_city = [hit for hit in everyone if hit.division.startswith(asked.city[:4])]
    of_kind = [hit for hit in everyone if not asked.kind or hit.category == asked.kind]
    both = [hit for hit in in_city if hit in of_kind]
    hits = [hit for hit in both if not asked.record or tallies[hit.id][asked.record]]
    return Finding(
        total=len(hits),
        capped=capped,
        hits=tuple(hits[span.offset : span.offset + span.limit]),
        tallies=tallies,
        numbers=numbers,
        cities=Counter(hit.division[:4] for hit in of_kind),
        kinds=Counter(hit.category for hit in in_city),
        records=_holders(tallies[hit.id] for hit in both),
        surveyed=len(both),
    )


def _cut(keys: Sequence[tuple[int, int, int]], span: Span) -> tuple[int, int]:
    """From where to where a part goes; what was collected in between shifts nothing."""
    after, before = Place.read(span.after), Place.read(span.before)
    if before:
        end = bisect_left(keys, before)
        return max(end - span.limit, 0), end
    start = bisect_right(keys, after) if after else span.offset
    return start, start + span.limit


def _holders(tallies: Iterable[Counter[str]]) -> Counter[str]:
    """How many subjects have a public record of each kind."""
    return Counter(kind for counted in tallies for kind, number in counted.items() if number)


def _headed(ids: list[int]) -> list[Hit]:
    """Subjects by their headers, in this order."""
    known = archive.headers_of(ids)
    return [
        Hit(one.id, one.code, one.name, one.kind, one.category, one.division, one.status,
            str(one.established_on) if one.established_on else None)
        for one in (known[id] for id in ids if id in known)
    ]  # fmt: skip


def _by_document(text: str, now: Law) -> tuple[dict[int, str], bool]:
    """Subjects with a public record or entry of this number, else of one that begins so, by id with the number; whether there may be more.

    The index names candidates; each is read and shown to this question as it would be to the public, or not at all.
    """
    wanted = archive.fold(text)
    if not archive.is_numberlike(wanted):
        return {}, False
    ids = archive.records_numbered(wanted, _NUMBERED)
    standing = archive.records_standing(ids)
    lines = [
        (record.subject_id, queries.public_line(record, now))
        for record in (standing[id] for id in ids if id in standing)
    ]
    entries = lists.entries_by_document(_written(text), now.day, limit=_NUMBERED)
    lines += [(entry.subject_id, queries.entry_line(entry, now)) for entry in entries]
    found = [
        (subject, line.number)
        for subject, line in lines
        if line and archive.fold(line.number).startswith(wanted)
    ]
    exact = [one for one in found if archive.fold(one[1]) == wanted]
    numbers: dict[int, str] = {}
    for subject, number in exact or found:
        numbers.setdefault(subject, number)
    return numbers, not exact and len(ids) == _NUMBERED


def _written(text: str) -> str:
    """A number in the brackets in which decisions are numbered."""
    return re.sub(r"[\[［【(（]", "〔", re.sub(r"[\]］】)）]", "〕", "".join(text.split())))
