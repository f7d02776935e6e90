"""What an edition rests on must exist, and be in force from the edition's first day to its last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xinyun.law.faults import RulebookFault
from xinyun.law.reading import NormFile
from xinyun.law.shelf import LAST, Edition, Shelf

Span = tuple[str, str]


def article(shelf: Shelf, source: str, place: str) -> dict[str, Any]:
    """What the rulebook says of an article: `says`, and `targets` or `until` where the article itself names them."""
    norm = shelf.norms.get(("source", source))
    told = (norm.content.get("articles") or {}).get(place, "") if norm else ""
    return told if isinstance(told, dict) else {"says": told}


def citations(
    kind: str, norm: NormFile, span: Span, edition: Edition, shelf: Shelf
) -> Iterator[RulebookFault]:
    """The faults of every article that an edition cites, for the time in which it cites it."""
    for path, source, place, start in _cited(kind, span[0], edition, shelf):
        where = ["values", span[0], *path]
        if ("source", source) not in shelf.known:
            yield norm.fault(
                where,
                f"依据 {source} 不在 sources/ 中",
                "补上这份文件或改正引用 (cite an instrument that exists)",
            )
        elif cited := shelf.norms.get(("source", source)):
            end = min(cited.content.get("until") or LAST, article(shelf, source, place).get("until", LAST))
            yield from _in_force(norm, where, (start, span[1]), (source, cited.content.get("in_force"), end))


def _cited(
    kind: str, since: str, edition: Edition, shelf: Shelf
) -> Iterator[tuple[list[Any], str, str, str]]:
    """Where in the edition, which source, which place in it, and from which day it is cited."""
    bases = [(["basis"], edition.get("basis"), since)]
    for key in ("update", "retention_of_persons", "early_exit"):
        bases.append(([key, "basis"], (edition.get(key) or {}).get("basis"), since))
    for listed, own in (edition["lists"] if kind == "association" else {}).items():
        bases.append((["lists", listed], own, since))
    for measure, own in (edition["measures"] if kind == "list" else {}).items():
        # A list may name a measure that comes into being later; its articles count from then on.
        first = min((day for day, _, _ in shelf.editions_of("measure", measure)), default=since)
        bases.append((["measures", measure], own, max(since, first)))
    for path, basis, start in bases:
        for index, (source, place) in enumerate(basis or ()):
            yield [*path, index], source, place, start


def _in_force(
    norm: NormFile, where: list[Any], edition: Span, cited: tuple[str, str | None, str]
) -> Iterator[RulebookFault]:
    """A source without a day is one whose day nobody has seen, and is not judged by it."""
    (since, until), (source, first, end) = edition, cited
    if since >= until:
        return
    if first and since < first:
        yield norm.fault(
            where,
            f"{since} 起引用的 {source} 自 {first} 起才施行",
            "改引当时有效的文件，或自该日起加一版 (cite what was in force, or add an edition from that day)",
        )
    if since >= end:
        yield norm.fault(
            where,
            f"{since} 起引用的 {source} 已于 {end} 失效",
            "改引当时有效的文件 (cite what was in force)",
        )
    elif until > end:
        yield norm.fault(
            where,
            f"{since} 起引用的 {source} 到 {end} 失效，而这一版仍在施行",
            f"自 {end} 起加一版，引用接替它的文件或写 null (add an edition from that day)",
        )
