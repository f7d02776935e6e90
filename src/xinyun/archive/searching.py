"""Questions to the name index: who is meant by some characters, in which order, and how the finds are spread.

The order is exact, begins so, core of the name begins so, contains, bore the name, spelt so; then shorter names. It depends
on the find alone, so that a page begins after the last one's end whatever was collected in between.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from xinyun.archive.folding import fold, pairs, spans
from xinyun.archive.names import FILE, SPELLINGS, place_key, speller
from xinyun.archive.spelling import LETTERS, marked

COUNTED = 5000
"""How many matches are counted and ranked: enough for people, and a bound on the work of one search."""
SHORTEST = 2
_LOOKED_AT = 100_000
"""How many matches are looked at to find those of a division or category."""
_SUGGESTED = 200
"""How many matches are ranked for what is suggested while somebody types."""
_NEARBY = 1000
"""How many names that begin with a division are looked at for the one letter of the core that has been typed."""
EXACT, BEGINS, CORE, HOLDS, BORE, SPELT = range(6)
_CODE = re.compile(r"[0-9A-Y][0-9][0-9A-HJ-NPQRTUWXY]{2,16}")
_LETTERS = re.compile("[A-ZÜ]{2,60}")


@dataclass(frozen=True, slots=True)
class Hit:
    """A subject that a search found: by its name as it stands, by a name that it bore (`former`), or by its code.

    `marks` are the characters of the folded name, from and up to, that answer what was asked.
    """

    id: int
    code: str
    name: str
    kind: str
    category: str
    division: str
    status: str
    established_on: str | None
    former: str = ""
    marks: tuple[tuple[int, int], ...] = ()


class Place(NamedTuple):
    """Where a find stands in the order."""

    way: int
    length: int
    id: int

    def __str__(self) -> str:
        return ".".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place that `str` wrote; `None` for any other text."""
        parts = text.split(".")
        if len(parts) == 3 and all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            return cls(*map(int, parts))
        return None


@dataclass(frozen=True, slots=True)
class Matches:
    """All that was found, best first; `capped` when there is more than is counted.

    `divisions` count the first four digits and respect the category that was asked for, `categories` the division.
    """

    keys: tuple[tuple[int, int, int], ...]
    """The places of all, plainly: thousands of named tuples would take longer than finding them."""
    capped: bool
    divisions: Counter[str]
    categories: Counter[str]

    def part(self, start: int = 0, end: int | None = None) -> tuple[Place, ...]:
        """The places from one on up to another."""
        return tuple(map(Place._make, self.keys[start:end]))


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` hits in all, of which `hits` are one page; `capped` when there are more than are counted."""

    total: int
    hits: tuple[Hit, ...]
    capped: bool = False


_Ask = Callable[..., None]
_Row = tuple[int, int, int, str, str, int]
"""The parts of a place, the division, the category, and in how many ways it was found."""


def search(
    text: str,
    *,
    limit: int,
    offset: int = 0,
    division: str | None = None,
    kind: str | None = None,
    broad: bool = True,
) -> SearchResult:
    """A page of `match`; without `broad`, by names that are borne now and codes alone."""
    found = match(text, division=division, kind=kind, broad=broad)
    hits = told(text, found.part(offset, offset + limit))
    return SearchResult(len(found.keys), hits, found.capped)


def match(text: str, *, division: str | None = None, kind: str | None = None, broad: bool = True) -> Matches:
    """Find organisations by two or more characters of the name, letters of its pinyin, or four or more of the code.

    `division` is a code prefix (5201 for a city), `kind` a category label. Where more than 5,000 match, those that
    begin with the text are counted first. `broad` also looks among former names and spellings.
    """
    division, kind = division or "", kind or ""
    with FILE.reading() as index:
        rows = _rows(index, text, COUNTED + 1, broad=broad)
        chosen, capped = rows, _cut_short(rows)
        if capped and (division or kind):
            chosen = _rows(index, text, COUNTED + 1, division=division, kind=kind, broad=broad)
            capped = _cut_short(chosen)
    wanted = (
        row[:3] for row in chosen[:COUNTED] if row[3].startswith(division) and (not kind or row[4] == kind)
    )
    return Matches(
        tuple(sorted(wanted)),
        capped,
        Counter(row[3][:4] for row in rows[:COUNTED] if not kind or row[4] == kind),
        Counter(row[4] for row in rows[:COUNTED] if row[3].startswith(division)),
    )


def _cut_short(rows: list[_Row]) -> bool:
    """Whether there may be more, for as many were found as are asked for; some of them in several ways."""
    return sum(row[5] for row in rows) > COUNTED


def suggest(text: str, limit: int) -> tuple[Hit, ...]:
    """The likeliest finds for somebody who is still typing; bounded work, nothing is counted."""
    with FILE.reading() as index:
        rows = _rows(index, text, _SUGGESTED, first=limit)
        return _told(index, text, [Place._make(row[:3]) for row in rows])


def told(text: str, places: tuple[Place, ...]) -> tuple[Hit, ...]:
    """Whom `match` found at these places, in their order; who has gone in between is left out."""
    with FILE.reading() as index:
        return _told(index, text, list(places))


def same_name(one: str, other: str) -> bool:
    """Whether two names differ at most in width, case, brackets and blanks."""
    return fold(one) == fold(other)


def codes_of(name: str) -> list[str]:
    """The codes of all organisations of exactly this name, in the sense of `same_name`; not bounded."""
    with FILE.reading() as index:
        return [code for (code,) in index.execute("SELECT code FROM subject WHERE folded = ?", [fold(name)])]


def _rows(
    index: sqlite3.Connection,
    text: str,
    limit: int,
    *,
    first: int = -1,
    division: str = "",
    kind: str = "",
    broad: bool = True,
) -> list[_Row]:
    """Up to `limit` finds, each once, by the best way in which it is found; of them the `first` best alone."""
    folded = fold(text)
    found, arguments = _found(text, folded, broad=broad)
    if not found:
        return []
    looked_at = _LOOKED_AT if division or kind else limit
    ranked = f"""
        SELECT MIN(way) AS way, LENGTH(folded) AS length, id, division, category, COUNT(*) FROM (
            SELECT s.id, s.folded, s.division, s.category,
                   CASE WHEN s.folded = ?1 THEN {EXACT} WHEN SUBSTR(s.folded, 1, ?2) = ?1 THEN {BEGINS}
                        WHEN SUBSTR(s.folded, s.core + 1, ?2) = ?1 THEN {CORE} ELSE f.way END AS way
            FROM (SELECT * FROM ({" UNION ALL ".join(found)}) LIMIT {looked_at}) f JOIN subject s ON s.id = f.id
            WHERE (?3 = '' OR s.division GLOB ?3 || '*') AND (?4 = '' OR s.category = ?4) LIMIT ?5
        ) GROUP BY id {"ORDER BY way, length, id LIMIT " + str(first) if first >= 0 else ""}"""
    return index.execute(ranked, [folded, len(folded), division, kind, limit, *arguments]).fetchall()


def _found(text: str, folded: str, *, broad: bool) -> tuple[list[str], list[str]]:
    """The SELECTs, each of ids and the way in which they are found, with what they ask for from ?6 on."""
    found, arguments = [], []

    def ask(select: str, *given: str) -> None:
        first = 6 + len(arguments)
        found.append(select.format(*(f"?{first + n}" for n in range(len(given)))))
        arguments.extend(given)

    if _CODE.fullmatch(folded):
        way = f"CASE WHEN code = {{0}} THEN {EXACT} ELSE {BEGINS} END"
        ask(
            f"SELECT id, {way} AS way FROM subject WHERE code >= {{0}} AND code < {{1}}", folded, folded + "~"
        )
    if len(folded) < SHORTEST:
        return [], []
    words, begins = _words(text, folded), "SELECT id{0} FROM subject WHERE folded >= {{0}} AND folded < {{1}}"
    span = (folded, folded + "\U0010ffff")
    ask(begins.format(f", {BEGINS} AS way"), *span)
    ask(
        f"SELECT rowid AS id, {HOLDS} AS way FROM pairs WHERE pairs MATCH {{2}}"
        f" AND rowid NOT IN ({begins.format('')})", *span, words,
    )  # fmt: skip
    if broad:
        ask(
            f"SELECT f.subject AS id, {BORE} AS way FROM bore JOIN former f ON f.id = bore.rowid"
            " WHERE bore MATCH {0}", words,
        )  # fmt: skip
    if broad and _LETTERS.fullmatch(folded):
        _ask_by_letters(ask, folded)
    return found, arguments


def _ask_by_letters(ask: _Ask, folded: str) -> None:
    """The core may be spelt, or the divisions before it with as much of the core as has been typed."""
    letters = _letters(folded)
    spelt, after = "p.text >= {0} AND p.text < {1}", (letters, letters + "~")
    ask(f"SELECT p.id / {SPELLINGS} AS id, {SPELT} AS way FROM spelling p WHERE {spelt}", *after)
    for place, rest in speller().divided(letters):
        begun = f"""FROM (SELECT id, core FROM subject WHERE folded >= {{0}} AND folded < {{1}} LIMIT {_NEARBY}) s"""
        beginning, after = (place, place + "\U0010ffff"), (rest, rest + "~")
        if not rest:
            ask(f"SELECT s.id, {SPELT} AS way {begun}", *beginning)
        elif len(rest) < SHORTEST:  # too many cores begin so: those that begin with the division are fewer
            ask(
                f"SELECT s.id, {SPELT} AS way {begun} CROSS JOIN spelling p ON p.id = s.id * {SPELLINGS}"
                f" WHERE s.core = {len(place)} AND p.text >= {{2}} AND p.text < {{3}}", *beginning, *after,
            )  # fmt: skip
        else:
            ask(
                f"SELECT s.id, {SPELT} AS way FROM spelling p CROSS JOIN subject s ON s.id = p.id / {SPELLINGS}"
                f" WHERE {spelt} AND p.place = {place_key(place)} AND SUBSTR(s.folded, 1, {len(place)}) = {{2}}",
                *after, place,
            )  # fmt: skip


def _letters(folded: str) -> str:
    return folded.replace("Ü", "V")[:LETTERS]


def _words(text: str, folded: str) -> str:
    """The phrase that finds the text as a whole, or all of its parts that blanks set off."""
    parts = [part for word in text.split() if len(part := fold(word)) >= SHORTEST]
    apart = " AND ".join(f'"{pairs(part)}"' for part in parts)
    return (
        " OR ".join(dict.fromkeys([f'"{pairs(folded)}"', f"({apart})"]))
        if len(parts) > 1
        else f'"{pairs(folded)}"'
    )


def _told(index: sqlite3.Connection, text: str, places: list[Place]) -> tuple[Hit, ...]:
    among = ",".join(str(place.id) for place in places)
    rows = index.execute(
        "SELECT id, code, name, kind, category, division, status, established_on FROM subject"
        f" WHERE id IN ({among})"
    )
    known = {row[0]: row for row in rows}
    return tuple(
        Hit(*known[place.id], *_matched(index, text, place, known[place.id]))
        for place in places
        if place.id in known
    )


def _matched(
    index: sqlite3.Connection, text: str, place: Place, row: tuple[str, ...]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """By which former name, and by which characters of the name, a subject was found."""
    if place.way == BORE:
        bore = index.execute("SELECT name FROM former WHERE subject = ? ORDER BY id DESC", [place.id])
        return next((name for (name,) in bore if spans(name, text)), ""), ()
    if place.way == SPELT:
        return "", _spelt(fold(row[2]), _letters(fold(text)))
    return "", tuple(spans(row[2], text))


def _spelt(name: str, letters: str) -> tuple[tuple[int, int], ...]:
    """The characters of a folded name that the letters spell."""
    core = speller().core(name)
    tries = [("", letters), *speller().divided(letters)]
    for place, rest in tries:
        begun = marked(name[core:], rest) if rest else 0
        if begun or (place and name.startswith(place) and not rest):
            return ((0 if place else core, core + begun if begun else len(place)),)
    return ()
