"""A few norms taken out of the rulebook for some days, and a rulebook that knows these alone.

Whoever must decide away from the platform takes along what the decision rests on, under the whole rulebook's hash.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from xinyun.law.book import Rulebook
from xinyun.law.reading import NormFile
from xinyun.law.shelf import Shelf


@dataclass(frozen=True, slots=True)
class _Taken:
    """A norm that was taken out; it has no file."""

    content: dict[str, Any]


def extract(
    book: Rulebook, norms: Iterable[tuple[str, str]], first: date, last: date
) -> list[dict[str, Any]]:
    """The norms of these kinds and ids as JSON, with the editions that hold on any day from `first` to `last`.

    :raises UnknownNorm: no such norm.
    """
    return [
        {
            "kind": kind,
            "id": id,
            "title": title.zh,
            "english": title.en,
            "values": _values(book, kind, id, first, last),
        }
        for kind, id in norms
        for title in [book.title_of(kind, id)]
    ]


def _values(book: Rulebook, kind: str, id: str, first: date, last: date) -> dict[str, Any]:
    return {
        since.isoformat(): edition
        for since, until, edition in book.editions(kind, id)
        if since <= last and (until is None or until > first)
    }


def rulebook_of(extracted: Iterable[dict[str, Any]], hash: str) -> Rulebook:
    """A rulebook that knows only what `extract` took out of the one of this hash."""
    norms = {(norm["kind"], norm["id"]): cast(NormFile, _Taken(norm)) for norm in extracted}
    return Rulebook(Path(), shelf=Shelf(norms=norms, hash=hash))


def norms_of(book: Rulebook, scene: str) -> list[tuple[str, str]]:
    """What a check in this scene rests on: the scene, its measures, and the lists that name any of them."""
    editions = [edition for *_, edition in book.editions("scene", scene) if edition]
    measures = {measure for edition in editions for measure in edition["measures"]}
    lists = [
        id
        for id in book.ids("list")
        if any(edition and measures & edition["measures"].keys() for *_, edition in book.editions("list", id))
    ]
    return [("scene", scene), *(("measure", id) for id in sorted(measures)), *(("list", id) for id in lists)]
