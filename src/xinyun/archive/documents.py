"""The index of document numbers: which records of the public items bear a number, or one that begins so.

Derived state like the name index, in a file of its own. It holds numbers of records whose publicity may have ended since, or
whose revision was superseded: who asks it for the public looks at each find as the public would (`portal.finding`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date

from django.db.models.fields.json import KT

from xinyun.archive.derived import DerivedFile, batched
from xinyun.archive.erasing import RECORDS, erased_since
from xinyun.archive.folding import fold
from xinyun.archive.models import Record
from xinyun.law import Item, rulebook
from xinyun.plumbing import feed

SHORTEST = 4
_BLOCK = 2000
_NUMBERED = "_no"
"""How the fields end that are numbers of documents; a display may also lead with a year or a code of the subject."""
_NOT_DOCUMENTS = frozenset({"account_no", "taxpayer_no", "household_no"})
FILE = DerivedFile(
    "documents",
    1,
    """
CREATE TABLE document (record INTEGER PRIMARY KEY, number TEXT NOT NULL);
CREATE INDEX document_number ON document (number);
CREATE TABLE state (seq INTEGER NOT NULL);
INSERT INTO state VALUES (0)""",
)


def numbered(item: Item) -> str:
    """The field with the document number by which the public may find an item's records; empty where there is none."""
    name = item.display.number
    if (
        item.publicity != "public"
        or item.describes_subject
        or not name.endswith(_NUMBERED)
        or name in _NOT_DOCUMENTS
    ):
        return ""
    return name if item.field(name).publicity == "public" else ""


def follow(on: date) -> int:
    """Bring the index up to the feed's head; returns the `seq` it stands at."""
    with FILE.opened() as index:
        (seq,) = index.execute("SELECT seq FROM state").fetchone()
        return seq if seq == feed.head() else _apply(index, on, anew=False)


def rebuild(on: date) -> int:
    """Build the index from nothing; returns the `seq` it stands at. Readers see the old one until then."""
    with FILE.opened() as index:
        return _apply(index, on, anew=True)


def is_numberlike(folded: str) -> bool:
    """Whether a folded text can be the beginning of a document number: four characters, a digit among them."""
    return len(folded) >= SHORTEST and any(char.isdigit() for char in folded)


def records_numbered(text: str, limit: int) -> list[int]:
    """Records that bear the number, else those whose number begins so; not all of them stand, nor are all public.

    Width, case, brackets and blanks do not matter. What is not `is_numberlike` finds nothing.
    """
    folded = fold(text)
    if not is_numberlike(folded):
        return []
    with FILE.reading() as index:
        exact = index.execute(
            "SELECT record FROM document WHERE number = ? ORDER BY record DESC LIMIT ?", [folded, limit]
        )
        begun = index.execute(
            "SELECT record FROM document WHERE number > ? AND number < ? ORDER BY number, record DESC LIMIT ?",
            [folded, folded + "\U0010ffff", limit],
        )
        return [record for (record,) in [*exact, *begun]][:limit]


def _apply(index: sqlite3.Connection, on: date, *, anew: bool) -> int:
    """Put in what arrived, in one transaction, from nothing where asked or where the index is of another store."""
    index.execute("BEGIN IMMEDIATE")
    (seq,), head = index.execute("SELECT seq FROM state").fetchone(), feed.head()
    if anew or seq > head:
        index.execute("DELETE FROM document")
        seq = 0
    gone = erased_since(seq, RECORDS) if seq else []
    index.executemany("DELETE FROM document WHERE record = ?", [(id,) for id, _ in gone])
    for item in rulebook().on(on).items():
        if field := numbered(item):
            for block in batched(_arrived(item.id, field, seq, head), _BLOCK):
                index.executemany(
                    "INSERT OR REPLACE INTO document VALUES (?, ?)",
                    [(id, fold(number)) for id, number in block if number],
                )
    index.execute("UPDATE state SET seq = ?", [head])
    index.execute("COMMIT")
    return head


def _arrived(item: str, field: str, after: int, through: int) -> Iterator[tuple[int, str]]:
    """The current records of an item about organisations that arrived between two changes of the feed."""
    rows = Record.objects.filter(
        item=item, superseded_seq__isnull=True, withdrawal="", recorded_seq__gt=after, recorded_seq__lte=through,
        subject__code__isnull=False,
    )  # fmt: skip
    return rows.values_list("pk", KT(f"content__{field}")).iterator(_BLOCK)
