"""Which batches said again what the archive already held: ranges of ids, written by a merge, read one id at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from xinyun.archive.beside import REPEATED
from xinyun.archive.dialect import now
from xinyun.archive.models import Sighting

_PLANNED = {
    False: "SELECT current_id AS id FROM merge_plan WHERE fate = 'unchanged'",
    True: "SELECT b.statement AS id FROM merge_beside b JOIN merge_plan p ON p.row = b.row"
    f" WHERE p.fate = '{REPEATED}'",
}


class Seen(NamedTuple):
    """The last time that a revision or statement was sent again unchanged: when, by whom, in which batch."""

    at: datetime
    office: str
    batch: str


def add(cursor: CursorWrapper, unchanged: int, *, office: str, batch: str) -> None:
    """Write down what the planned merge met unchanged, as few ranges as there are; `unchanged` rows in all."""
    if not unchanged:
        return
    for statements, ids in _PLANNED.items():
        cursor.execute(
            f"""
            INSERT INTO archive_sighting (statements, block, first, last, office, batch, at)
            SELECT %s, id / {Sighting.BLOCK}, MIN(id), MAX(id), %s, %s, {now()}
            FROM (SELECT id, id - ROW_NUMBER() OVER (ORDER BY id) AS island FROM ({ids}) met) numbered
            GROUP BY island, id / {Sighting.BLOCK}
            """,
            [statements, office, batch],
        )


def last_seen(ids: Sequence[int], *, statements: bool = False) -> dict[int, Seen]:
    """For each of some hundred revisions, or statements, when it was last sent again; absent where it was not.

    One look by index for each id.
    """
    if not ids:
        return {}
    table = "archive_statement" if statements else "archive_record"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT r.id, (SELECT s.id FROM archive_sighting s WHERE s.statements = %s
                          AND s.block = r.id / {Sighting.BLOCK} AND s.first <= r.id AND s.last >= r.id
                          ORDER BY s.id DESC LIMIT 1)
            FROM {table} r WHERE r.id IN ({", ".join("%s" for _ in ids)})
            """,
            [statements, *ids],
        )
        found = {id: sighting for id, sighting in cursor.fetchall() if sighting}
    rows = Sighting.objects.in_bulk(set(found.values()))
    return {id: Seen(rows[one].at, rows[one].office, rows[one].batch) for id, one in found.items()}
