"""Which column of an office's layout is which field, where its titles do not say so by themselves.

A likeness is only proposed; it counts from when a clerk of the office has confirmed it, for files of that layout.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rapidfuzz.fuzz import ratio

from xinyun.base.amounts import unit_in
from xinyun.collection.columns import CONFIRMED, RETURN_NUMBER, TOLD, fold, titles_of
from xinyun.collection.models import ColumnMapping
from xinyun.law import Field, Item

_ALIKE, _APART = 70, 8
"""In percent: how like a title must be to be proposed, and by how much more than the title is like another field."""
_NOISE = re.compile(r"[^0-9A-Z\u3007\u3400-\u9fff\U00020000-\U000323af]")
_OURS = TOLD | {RETURN_NUMBER, CONFIRMED}


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """For one title of a file the field that it is, may be (`alike`), or none; `score` is in percent."""

    title: str
    field: str | None
    how: Literal["title", "saved", "alike", "none"]
    score: float


@dataclass(frozen=True, slots=True)
class MappingView:
    """A confirmed mapping as others see it."""

    office: str
    item: str
    layout: str
    columns: dict[str, str]
    confirmed_by: str
    confirmed_on: date


def layout(titles: Iterable[str]) -> str:
    """The digest of a file's titles in their order, as columns are compared; our own columns are no part of it."""
    told = [folded for folded in map(fold, titles) if folded not in _OURS]
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()


def propose(item: Item, titles: list[str], saved: Mapping[str, str] | None) -> list[ColumnProposal]:
    """For each title the field that it is; what no title says and nobody has confirmed is proposed by likeness.

    No two columns are one field: the likest pairs come first, and a title that is almost as like another field
    that is still free is left to the clerk.
    """
    by_title = titles_of(item)
    found: dict[str, ColumnProposal] = {}
    for title in titles:
        if saved is not None and title in saved:
            found[title] = ColumnProposal(title, saved[title] or None, "saved", 100)
    taken = {one.field for one in found.values()}
    for title in titles:
        name = by_title.get(fold(title))
        if title not in found and name and name not in taken:
            taken.add(name)
            found[title] = ColumnProposal(title, name, "title", 100)
    open_titles = [title for title in titles if title not in found and fold(title) not in _OURS]
    found |= _alike([field for field in item.fields if field.name not in taken], open_titles)
    return [found.get(title) or ColumnProposal(title, None, "none", 0) for title in titles]


def _alike(fields: list[Field], titles: list[str]) -> dict[str, ColumnProposal]:
    scores = {title: {field.name: _likeness(field, title) for field in fields} for title in titles}
    pairs = sorted(
        ((score, title, name) for title, by_field in scores.items() for name, score in by_field.items()),
        key=lambda pair: -pair[0],
    )
    found: dict[str, ColumnProposal] = {}
    taken: set[str] = set()
    for score, title, name in pairs:
        if score < _ALIKE:
            break
        rivals = [s for other, s in scores[title].items() if other != name and other not in taken]
        if title in found or name in taken or max(rivals, default=0) > score - _APART:
            continue
        found[title] = ColumnProposal(title, name, "alike", round(score, 1))
        taken.add(name)
    return found


def _likeness(field: Field, title: str) -> float:
    """How like a title is to the likest name of a field; an amount in another unit is not alike at all."""
    if is_other_unit(field, title):
        return 0
    names = (*field.titles, field.english)
    return max(ratio(_bare(name), _bare(title)) for name in names)


def _bare(title: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", title).upper())


def is_other_unit(field: Field, title: str) -> bool:
    """Whether a title names another unit of money than the field has."""
    said, wanted = unit_in(title), unit_in(field.title)
    return bool(said and wanted and said != wanted)


def mapping_of(office: str, item: str, titles: Iterable[str]) -> dict[str, str] | None:
    """What the office last confirmed for a file with these titles, by these very titles; `None` where nothing.

    Titles that differ from those confirmed in width, case or blanks alone are the same.
    """
    given = list(titles)
    row = (
        ColumnMapping.objects.filter(office=office, item=item, layout=layout(given))
        .order_by("-at", "-pk")
        .first()
    )
    if row is None:
        return None
    by_fold = {
        fold(title): title for title in given
    }  # without our own columns, which may have been there then
    return {
        by_fold[folded]: name for title, name in row.columns.items() if (folded := fold(title)) in by_fold
    }


def mappings(*, office: str | None = None, item: str | None = None) -> list[MappingView]:
    """The mapping that counts for each layout, newest first: of an office and an item, where these are given."""
    wanted = {"office": office, "item": item}
    rows = ColumnMapping.objects.filter(**{name: value for name, value in wanted.items() if value})
    newest: dict[tuple[str, str, str], ColumnMapping] = {}
    for row in rows.order_by("-at", "-pk"):
        newest.setdefault((row.office, row.item, row.layout), row)
    names = MappingView.__dataclass_fields__
    return [MappingView(**{name: getattr(row, name) for name in names}) for row in newest.values()]
