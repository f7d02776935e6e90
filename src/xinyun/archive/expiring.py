"""Which records may be past their time: a page at a time, with the days that a norm counts from, both stores.

The store only narrows down; whether a record is due is said by the rule that is asked about each (`retention.rules`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from xinyun.archive.erasing import among

PAGE = 5000


@dataclass(frozen=True, slots=True)
class Dated:
    """A record's current revision and the days its content tells; None where it tells none."""

    id: int
    subject_id: int
    key: int
    number: str
    days: tuple[date | None, ...]


def may_be_past(
    item: str, kinds: Sequence[str], fields: Sequence[str], before: date, number: str = ""
) -> Iterator[list[Dated]]:
    """The records of an item about subjects of these kinds with a day in `fields` up to `before`, or with none.

    Withdrawn ones too. `number` is the field of the document's number. In pages: what is found may be erased meanwhile.
    """
    postgresql = connection.vendor == "postgresql"

    def text(name: str) -> str:
        return f"NULLIF(r.content ->> '{name if postgresql else f'$.{name}'}', '')"

    days = ", ".join(text(name) for name in fields)
    early = " OR ".join(f"{text(name)} <= %s" for name in fields)
    missing = " AND ".join(f"{text(name)} IS NULL" for name in fields)
    told = f"COALESCE({text(number)}, '')" if number else "''"
    marks = ", ".join(["%s"] * len(kinds))
    for withdrawn in ("r.withdrawal = ''", "r.withdrawal <> ''"):
        after = (0, 0)
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT r.recorded_seq, r.id, r.subject_id, r.key, {told}, {days} FROM archive_record r"  # noqa: S608
                    f" JOIN archive_subject s ON s.id = r.subject_id AND s.kind IN ({marks})"
                    f" WHERE r.item = %s AND r.superseded_seq IS NULL AND {withdrawn}"
                    f" AND (r.recorded_seq, r.id) > (%s, %s) AND (({missing}) OR {early})"
                    f" ORDER BY r.recorded_seq, r.id LIMIT {PAGE}",
                    [*kinds, item, *after, *[before.isoformat()] * len(fields)],
                )
                rows = cursor.fetchall()
            if not rows:
                break
            after = rows[-1][:2]
            yield [Dated(row[1], row[2], row[3], row[4], tuple(map(_day, row[5:]))) for row in rows]


def standing_about(item: str, kinds: Sequence[str]) -> int:
    """How many records of an item about subjects of these kinds are held."""
    marks = ", ".join(["%s"] * len(kinds))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM archive_record r JOIN archive_subject s ON s.id = r.subject_id"  # noqa: S608
            f" WHERE r.item = %s AND r.superseded_seq IS NULL AND s.kind IN ({marks})",
            [item, *kinds],
        )
        (count,) = cursor.fetchone()
    return int(count)


def chains_of(records: Sequence[int]) -> dict[int, tuple[int, str, int]]:
    """The record that each of these revisions belongs to: subject, item and key; erased ones are left out."""
    test, given = among(records)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, subject_id, item, key FROM archive_record WHERE id {test}", [given])  # noqa: S608
        return {id: (subject, item, key) for id, subject, item, key in cursor.fetchall()}


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
