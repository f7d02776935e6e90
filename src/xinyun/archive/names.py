"""The name index: one SQLite file that finds organisations by any two consecutive characters of the name.

Derived state, whichever the main store is: built from the archive, followed along the feed, deletable at any
time. Natural persons are never in it. Names are cut into overlapping pairs of characters, which FTS5 finds as
a phrase (measured: 0.1 ms over a million names, where PostgreSQL's trigrams take 77 to 560 ms).
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from django.conf import settings

from xinyun.archive.models import Subject
from xinyun.plumbing import feed

_VERSION = 1
_CANDIDATES = 5000
"""How many matches are counted and ranked: enough for people, and a bound on the work of one search."""
_LOOKED_AT = 100_000
"""How many matches are looked at to find those of a division or category."""
_BLOCK = 2000
_COLUMNS = ("id", "code", "name", "kind", "category", "division", "status", "established_on")
_SCHEMA = """
CREATE TABLE subject (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, folded TEXT NOT NULL,
                      kind TEXT NOT NULL, category TEXT NOT NULL, division TEXT NOT NULL, status TEXT NOT NULL,
                      established_on TEXT);
CREATE INDEX subject_folded ON subject (folded);
CREATE VIRTUAL TABLE pairs USING fts5(words, content='', tokenize="unicode61 tokenchars '_'");
CREATE TABLE state (seq INTEGER NOT NULL);
INSERT INTO state VALUES (0);
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A subject that a search found."""

    id: int
    code: str
    name: str
    kind: str
    category: str
    division: str
    status: str
    established_on: str | None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` hits in all, of which `hits` are one page; `capped` when there are more than are counted."""

    total: int
    hits: tuple[Hit, ...]
    capped: bool = False


def fold(text: str) -> str:
    """Fold width, case, brackets and blanks, so that what people type meets what is registered."""
    folded = unicodedata.normalize("NFKC", text).upper()
    folded = re.sub(r"[\s·•.,，。、()（）〔〕\[\]【】“”\"'‘’-]", "", folded)
    return unicodedata.normalize("NFKC", folded)  # what a blank kept apart may combine


def pairs(folded: str) -> str:
    """The overlapping pairs of characters, as hexadecimal words that any tokenizer leaves alone."""
    points = [f"{ord(char):x}" for char in folded]
    return " ".join(f"{a}_{b}" for a, b in pairwise(points))


def batched(rows: Iterable[tuple[Any, ...]], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in lists of at most `size`."""
    stream = iter(rows)
    while block := list(islice(stream, size)):
        yield block


def _path() -> Path:
    folder: Path = settings.XINYUN.derived
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"names-{_VERSION}.sqlite3"


@contextmanager
def _index() -> Iterator[sqlite3.Connection]:
    with closing(_opened()) as index:
        yield index


def _opened() -> sqlite3.Connection:
    """The index, its tables made; a torn file is disposable and made again."""
    try:
        return _connected()
    except sqlite3.DatabaseError as error:
        if isinstance(
            error, sqlite3.OperationalError
        ):  # busy, or the disk is full: nothing to do with the file
            raise
        for suffix in ("", "-wal", "-shm"):
            Path(f"{_path()}{suffix}").unlink(missing_ok=True)
        return _connected()


def _connected() -> sqlite3.Connection:
    index = sqlite3.connect(_path(), timeout=30, isolation_level=None)
    try:
        index.execute("PRAGMA journal_mode=WAL")
        index.execute("PRAGMA synchronous=OFF")  # disposable: a torn file is made again
        if not _ready(index):
            _make(index)
    except BaseException:
        index.close()
        raise
    return index


def _ready(index: sqlite3.Connection) -> bool:
    return index.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone() is not None


def _make(index: sqlite3.Connection) -> None:
    """Create the tables, unless another process just has."""
    index.execute("BEGIN IMMEDIATE")
    if not _ready(index):
        for statement in _SCHEMA.split(";\n"):
            index.execute(statement)
    index.execute("COMMIT")


def follow() -> int:
    """Bring the index up to the feed's head; returns the `seq` it stands at."""
    with _index() as index:
        (seq,) = index.execute("SELECT seq FROM state").fetchone()
        return seq if seq == feed.head() else _apply(index, anew=False)


def rebuild() -> int:
    """Build the index from nothing; returns the `seq` it stands at. Readers see the old one until then."""
    with _index() as index:
        return _apply(index, anew=True)


def _apply(index: sqlite3.Connection, *, anew: bool) -> int:
    """Put in what changed, in one transaction, from nothing where asked or where the index is of another store."""
    index.execute("BEGIN IMMEDIATE")
    (seq,), head = index.execute("SELECT seq FROM state").fetchone(), feed.head()
    if anew or seq > head:
        index.execute("DELETE FROM subject")
        index.execute("INSERT INTO pairs (pairs) VALUES ('delete-all')")
        seq = 0
    changed = Subject.objects.filter(seq__gt=seq, seq__lte=head, code__isnull=False).values_list(*_COLUMNS)
    for block in batched(changed.iterator(chunk_size=_BLOCK), _BLOCK):
        _put(index, block)
    index.execute("UPDATE state SET seq = ?", [head])
    index.execute("COMMIT")
    return head


def _put(index: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    """Add or replace subjects; a contentless table forgets a row when it is told the text that it had."""
    ids = [row[0] for row in rows]
    known = index.execute(f"SELECT id, folded FROM subject WHERE id IN ({','.join('?' * len(ids))})", ids)
    index.executemany(
        "INSERT INTO pairs (pairs, rowid, words) VALUES ('delete', ?, ?)",
        [(id, pairs(folded)) for id, folded in known],
    )
    folded = [fold(row[2]) for row in rows]
    index.executemany(
        "INSERT INTO pairs (rowid, words) VALUES (?, ?)", zip(ids, map(pairs, folded), strict=True)
    )
    index.executemany(
        "INSERT OR REPLACE INTO subject VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (id, code, name, text, kind, category, division, status, established and str(established))
            for (id, code, name, kind, category, division, status, established), text in zip(
                rows, folded, strict=True
            )
        ],
    )


def search(
    text: str, *, limit: int, offset: int = 0, division: str | None = None, kind: str | None = None
) -> SearchResult:
    """Find organisations by two or more consecutive characters of the name, or by four or more of the code.

    Exact names come first, then names that begin with the text, then shorter names; the order is stable, so
    pages do not overlap. Where more than 5,000 match, names that begin with the text are counted first.
    `division` is a code prefix (5201 for a city), `kind` a category label.
    """
    folded = fold(text)
    source, arguments = _source(text)
    if source is None:
        return SearchResult(0, ())
    if division:
        source += " AND s.division GLOB ?"
        arguments.append(f"{division}*")
    if kind:
        source += " AND s.category = ?"
        arguments.append(kind)
    with _index() as index:
        candidates = f"SELECT s.* {source} LIMIT {_CANDIDATES + 1}"
        (total,) = index.execute(f"SELECT COUNT(*) FROM ({candidates})", arguments).fetchone()
        ranked = index.execute(
            f"""
            SELECT id, code, name, kind, category, division, status, established_on
            FROM ({candidates}) ORDER BY folded <> ?, folded NOT GLOB ?, LENGTH(folded), id LIMIT ? OFFSET ?
            """,
            [*arguments, folded, f"{folded}*", limit, offset],
        ).fetchall()
    return SearchResult(
        min(total, _CANDIDATES), tuple(Hit(*row) for row in ranked), capped=total > _CANDIDATES
    )


def same_name(one: str, other: str) -> bool:
    """Whether two names differ at most in width, case, brackets and blanks."""
    return fold(one) == fold(other)


def codes_of(name: str) -> list[str]:
    """The codes of all organisations of exactly this name, in the sense of `same_name`; not bounded."""
    with _index() as index:
        return [code for (code,) in index.execute("SELECT code FROM subject WHERE folded = ?", [fold(name)])]


def _source(text: str) -> tuple[str | None, list[str]]:
    """The FROM and WHERE that find a code's prefix, a name's part, or a name by several parts set off by blanks."""
    folded = fold(text)
    if re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{4,18}", folded) and re.match(r"[0-9A-Y][0-9]", folded):
        return "FROM subject s WHERE s.code >= ? AND s.code < ?", [folded, folded + "~"]
    if len(folded) < 2:
        return None, []
    parts = [part for word in text.split() if len(part := fold(word)) >= 2]
    words = (
        " OR ".join(dict.fromkeys([f'"{pairs(folded)}"', _all_of(parts)])) if parts else f'"{pairs(folded)}"'
    )
    begins = "SELECT id FROM subject WHERE folded >= ? AND folded < ?"
    holds = "SELECT rowid FROM pairs WHERE pairs MATCH ? AND rowid NOT IN (" + begins + ")"
    found = f"SELECT id AS found FROM ({begins}) UNION ALL {holds} LIMIT {_LOOKED_AT}"
    span = [folded, folded + "\U0010ffff"]
    return f"FROM ({found}) JOIN subject s ON s.id = found WHERE TRUE", [*span, words, *span]


def _all_of(parts: list[str]) -> str:
    return "(" + " AND ".join(f'"{pairs(part)}"' for part in parts) + ")"
