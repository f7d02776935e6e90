"""The name index: one SQLite file that finds organisations by name, former name, pinyin, initials and code.

Derived state, whichever the main store is: built from the archive, followed along the feed, deletable at any
time. Natural persons are never in it. Names are cut into overlapping pairs of characters, which FTS5 finds as
a phrase (measured: 0.1 ms over a million names, where PostgreSQL's trigrams take 77 to 560 ms). How it is asked: `searching`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any
from zlib import crc32

from django.db.models import Q
from django.db.models.fields.json import KT

from xinyun.archive import renaming
from xinyun.archive.derived import DerivedFile, batched
from xinyun.archive.folding import fold, pairs
from xinyun.archive.models import Record
from xinyun.archive.spelling import Speller, spellings
from xinyun.archive.staging import streamed
from xinyun.law import rulebook
from xinyun.plumbing import feed

SPELLINGS = 4
"""A subject's spellings have the ids from so many times its own on: initials and letters, of two readings."""
_BLOCK = 2000
_COLUMNS = ("id", "code", "name", "kind", "category", "division", "status", "established_on")
_LOOKUPS = {
    "subject_code": "subject (code)",
    "subject_folded": "subject (folded)",
    "spelling_text": "spelling (text, place)",
    "former_subject": "former (subject)",
}
"""Made after the rows when an index is built anew: sorting once takes less time than keeping in order."""
_SCHEMA = """
CREATE TABLE subject (id INTEGER PRIMARY KEY, code TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL,
                      core INTEGER NOT NULL, kind TEXT NOT NULL, category TEXT NOT NULL, division TEXT NOT NULL,
                      status TEXT NOT NULL, established_on TEXT);
CREATE TABLE former (id INTEGER PRIMARY KEY, subject INTEGER NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL);
CREATE TABLE spelling (id INTEGER PRIMARY KEY, text TEXT NOT NULL, place INTEGER NOT NULL);
CREATE VIRTUAL TABLE pairs USING fts5(words, content='', columnsize=0, tokenize='ascii');
CREATE VIRTUAL TABLE bore USING fts5(words, content='', columnsize=0, tokenize='ascii');
CREATE TABLE state (seq INTEGER NOT NULL);
INSERT INTO state VALUES (0)
"""
FILE = DerivedFile(
    "names", 4, ";\n".join([_SCHEMA, *(f"CREATE INDEX {name} ON {what}" for name, what in _LOOKUPS.items())])
)


@cache
def speller() -> Speller:
    """Who spells names here: the divisions are those of the rulebook."""
    divisions = rulebook().divisions.values()
    provinces = (division for division in divisions if division.code.endswith("0000"))
    return Speller(
        frozenset(fold(one.title) for one in provinces), frozenset(fold(one.title) for one in divisions)
    )


def place_key(place: str) -> int:
    """By which number the spellings after a division are found in their index, where its title would take more room."""
    return crc32(place.encode()) if place else 0


def follow(on: date) -> int:
    """Bring the index up to the feed's head; returns the `seq` it stands at. Changes are read by the law of that day."""
    with FILE.opened() as index:
        (seq,) = index.execute("SELECT seq FROM state").fetchone()
        return seq if seq == feed.head() else _apply(index, on, anew=False)


def rebuild(on: date) -> int:
    """Build the index from nothing; returns the `seq` it stands at. Readers see the old one until then."""
    with FILE.opened() as index:
        return _apply(index, on, anew=True)


def _apply(index: sqlite3.Connection, on: date, *, anew: bool) -> int:
    """Put in what changed, in one transaction, from nothing where asked or where the index is of another store."""
    index.execute("BEGIN IMMEDIATE")
    (seq,), head = index.execute("SELECT seq FROM state").fetchone(), feed.head()
    if anew or seq > head or not seq or renaming.were_erased(seq):
        _fill(index, head, on)
    else:
        for block in batched(_subjects(seq, head), _BLOCK):
            _forget(index, [row[0] for row in block])
            _put(index, block)
            _put_former(index, _former_names([row[0] for row in block], on))
    index.execute("UPDATE state SET seq = ?", [head])
    index.execute("COMMIT")
    return head


def _fill(index: sqlite3.Connection, head: int, on: date) -> None:
    """Build from nothing: rows first, what finds them afterwards."""
    for name in _LOOKUPS:
        index.execute(f"DROP INDEX IF EXISTS {name}")
    for table in ("subject", "former", "spelling"):
        index.execute(f"DELETE FROM {table}")
    for table in ("pairs", "bore"):
        index.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
    for block in batched(_subjects(0, head), _BLOCK):
        _put(index, block)
    for name, what in _LOOKUPS.items():
        index.execute(f"CREATE INDEX {name} ON {what}")
    for ids in batched(_renamed(), _BLOCK):
        _put_former(index, _former_names([id for (id,) in ids], on))


def _subjects(after: int, through: int) -> Iterator[tuple[Any, ...]]:
    """Subjects with a code whose header or former names changed between two changes of the feed."""
    columns = ", ".join(_COLUMNS[:-1])
    touched = renaming.TOUCHED.format(first=int(after) + 1, last=int(through))
    changed = (
        f"SELECT id FROM archive_subject WHERE seq > {int(after)} AND seq <= {int(through)} UNION {touched}"
    )
    return streamed(
        f"SELECT {columns}, CAST(established_on AS TEXT) FROM archive_subject WHERE code IS NOT NULL AND "
        + (f"id IN ({changed})" if after else f"seq <= {int(through)}")
    )


def _put(index: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> None:
    """Add subjects."""
    spell = speller()
    folded = [fold(row[2]) for row in rows]
    cores = list(map(spell.core, folded))
    index.executemany(
        "INSERT INTO subject VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*row[:3], text, core, *row[3:]) for row, text, core in zip(rows, folded, cores, strict=True)],
    )
    index.executemany(
        "INSERT INTO pairs (rowid, words) VALUES (?, ?)",
        [(row[0], pairs(text)) for row, text in zip(rows, folded, strict=True)],
    )
    places = [place_key(text[:core]) for text, core in zip(folded, cores, strict=True)]
    spelt = spellings([text[core:] for text, core in zip(folded, cores, strict=True)])
    index.executemany(
        "INSERT INTO spelling VALUES (?, ?, ?)",
        [
            (row[0] * SPELLINGS + n, one, key)
            for row, found, key in zip(rows, spelt, places, strict=True)
            for n, one in enumerate(found)
        ],
    )


def _forget(index: sqlite3.Connection, ids: list[int]) -> None:
    """Take subjects out; a contentless table forgets a row when it is told the text that it had."""
    among = ",".join("?" * len(ids))
    known = index.execute(f"SELECT id, folded FROM subject WHERE id IN ({among})", ids).fetchall()
    former = index.execute(f"SELECT id, folded FROM former WHERE subject IN ({among})", ids).fetchall()
    for table, rows in (("pairs", known), ("bore", former)):
        index.executemany(
            f"INSERT INTO {table} ({table}, rowid, words) VALUES ('delete', ?, ?)",
            [(id, pairs(folded)) for id, folded in rows],
        )
    index.executemany(
        "DELETE FROM spelling WHERE id BETWEEN ? AND ?",
        [(id * SPELLINGS, id * SPELLINGS + SPELLINGS - 1) for id in ids],
    )
    index.execute(f"DELETE FROM former WHERE subject IN ({among})", ids)
    index.execute(f"DELETE FROM subject WHERE id IN ({among})", ids)


def _put_former(index: sqlite3.Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Add names that subjects bore."""
    for subject, name in rows:
        folded = fold(name)
        added = index.execute(
            "INSERT INTO former (subject, name, folded) SELECT id, ?, ? FROM subject WHERE id = ? AND folded <> ?",
            [name, folded, subject, folded],
        )
        if added.rowcount:
            index.execute("INSERT INTO bore (rowid, words) VALUES (?, ?)", [added.lastrowid, pairs(folded)])


def _renamed() -> Iterator[tuple[int]]:
    """The subjects with a standing registration that was revised, or with a change of registration."""
    rows = Record.objects.filter(
        item__in={*rulebook().describing_items, renaming.CHANGE}, superseded_seq__isnull=True, withdrawal="",
        subject__code__isnull=False,
    )  # fmt: skip
    telling = Q(revision__gt=1) | Q(item=renaming.CHANGE)
    return rows.filter(telling).values_list("subject_id").distinct().iterator(_BLOCK)


def _former_names(ids: list[int], on: date) -> list[tuple[int, str]]:
    """The names that standing registrations of these subjects gave them before, then those that changes told.

    Each as it was told first, in the order in which they were told. What a registry has taken back as a whole tells no
    name.
    """
    rows = Record.objects.filter(subject_id__in=ids, item__in=rulebook().describing_items)
    standing = rows.filter(superseded_seq__isnull=True, withdrawal="", revision__gt=1)
    chains = set(standing.values_list("subject_id", "item", "key"))
    found: dict[tuple[int, str], str] = {}
    if chains:
        told = rows.filter(superseded_seq__isnull=False).order_by("pk")
        for subject, item, key, name in told.values_list("subject_id", "item", "key", KT("content__name")):
            if name and (subject, item, key) in chains:
                found.setdefault((subject, fold(name)), name)
    changes = renaming.changes().filter(subject_id__in=ids)
    for name, subject in renaming.names_told(changes, rulebook().on(on), "subject_id"):
        found.setdefault((subject, fold(name)), name)
    return [(subject, name) for (subject, _), name in found.items()]
