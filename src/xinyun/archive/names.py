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
    return re.sub(r"[\s·•.,，。、()（）〔〕\[\]【】“”\"'‘’-]", "", folded)


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
    with closing(sqlite3.connect(_path(), timeout=30, isolation_level=None)) as index:
        index.execute("PRAGMA journal_mode=WAL")
        index.execute("PRAGMA synchronous=OFF")  # disposable: a torn file is rebuilt
        if not _ready(index):
            _make(index)
        yield index


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
    head = feed.head()
    with _index() as index:
        if index.execute("SELECT seq FROM state").fetchone()[0] >= head:
            return head
        index.execute("BEGIN IMMEDIATE")
        (seq,) = index.execute("SELECT seq FROM state").fetchone()
        changed = Subject.objects.filter(seq__gt=seq, seq__lte=head, code__isnull=False).values_list(
            *_COLUMNS
        )
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


def rebuild() -> int:
    """Delete the index and build it again; returns the `seq` it stands at."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{_path()}{suffix}").unlink(missing_ok=True)
    return follow()


def search(
    text: str, *, limit: int, offset: int = 0, division: str | None = None, kind: str | None = None
) -> SearchResult:
    """Find organisations by two or more consecutive characters of the name, or by four or more of the code.

    Exact names come first, then names that begin with the text, then shorter names; the order is stable, so
    pages do not overlap. Where more than 5,000 match, names that begin with the text are counted first.
    `division` is a code prefix (5201 for a city), `kind` a category label.
    """
    folded = fold(text)
    source, arguments = _source(folded)
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


def _source(folded: str) -> tuple[str | None, list[str]]:
    """The FROM and WHERE that find a code's prefix or a name's part."""
    if re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{4,18}", folded) and re.match(r"[0-9A-Y][0-9]", folded):
        return "FROM subject s WHERE s.code >= ? AND s.code < ?", [folded, folded + "~"]
    if len(folded) >= 2:
        begins = "SELECT id FROM subject WHERE folded >= ? AND folded < ?"
        holds = "SELECT rowid FROM pairs WHERE pairs MATCH ? AND rowid NOT IN (" + begins + ")"
        found = f"SELECT id AS found FROM ({begins}) UNION ALL {holds}"
        span = [folded, folded + "\U0010ffff"]
        return f"FROM ({found}) JOIN subject s ON s.id = found WHERE TRUE", [
            *span,
            f'"{pairs(folded)}"',
            *span,
        ]
    return None, []
