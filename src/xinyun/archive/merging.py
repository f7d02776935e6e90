"""The SQL by which a staged batch becomes part of the archive: set-based, one transaction, both stores.

A staged row is *accepted* where the archive has no such record, *revised* where it says something else, *unchanged*
where it says the same, and *barred* where the office has withdrawn the record. Within a stage each record
stands once: `repeats` sees to that before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from xinyun.archive.staging import Stage, streamed


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a batch's good rows."""

    accepted: int
    unchanged: int
    revised: int
    barred: int

    @property
    def changed(self) -> bool:
        """Whether the archive differs after the batch."""
        return bool(self.accepted or self.revised)


@dataclass(frozen=True, slots=True)
class Barred:
    """A staged row whose record the office has withdrawn, for this reason."""

    row: int
    content: str
    withdrawal: str


def _on_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _day(expression: str) -> str:
    return f"CAST({expression} AS date)" if _on_postgresql() else expression


def _json(expression: str) -> str:
    return f"CAST({expression} AS jsonb)" if _on_postgresql() else expression


def _in_order() -> str:
    """A join whose left side is the outer loop: SQLite takes our word for it, PostgreSQL looks at the tables."""
    return "JOIN" if _on_postgresql() else "CROSS JOIN"


def _current_record() -> str:
    """The archive's record of a staged row, as `c`: one look by index for each, whatever the statistics say.

    PostgreSQL, which may know nothing yet of what the last minute brought, would else read the stage once for every
    record of the archive (10 s for 200,000 rows beside a hundred records, measured).
    """
    meets = "c.subject_id = k.id AND c.item = %s AND c.key = s.key AND c.superseded_seq IS NULL"
    if not _on_postgresql():
        return f"CROSS JOIN archive_record c ON {meets}"
    wanted = "c.id, c.revision, c.digest, c.withdrawal"
    return f"CROSS JOIN LATERAL (SELECT {wanted} FROM archive_record c WHERE {meets} LIMIT 1) c"


def _now() -> str:
    """This moment, asked once and not for each row."""
    return (
        "statement_timestamp()" if _on_postgresql() else "(SELECT STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'now'))"
    )


def plan(cursor: CursorWrapper, stage: Stage, item: str) -> Counts:
    """Write down, in a temporary table, what each staged row is that meets a record of the archive."""
    rows = stage.table("rows")
    if _on_postgresql():
        for name in ("rows", "subjects"):
            cursor.execute(f"ANALYZE {stage.table(name)}")
    cursor.execute("CREATE TEMPORARY TABLE merge_known (n INTEGER PRIMARY KEY, id BIGINT)")
    cursor.execute("CREATE TEMPORARY TABLE merge_subject (n INTEGER PRIMARY KEY, id BIGINT)")
    cursor.execute(
        "CREATE TEMPORARY TABLE merge_plan (row INTEGER PRIMARY KEY, fate TEXT, current_id BIGINT, revision BIGINT)"
    )
    _resolve(cursor, stage, "merge_known")
    cursor.execute(
        f"""
        INSERT INTO merge_plan
        SELECT s.row, CASE WHEN c.withdrawal <> '' THEN 'barred' WHEN c.digest = s.digest THEN 'unchanged'
                           ELSE 'revised' END,
               c.id, c.revision + 1
        FROM {rows} s {_in_order()} merge_known k ON k.n = s.subject
        {_current_record()}
        WHERE EXISTS (SELECT 1 FROM merge_known)
        """,
        [item],
    )
    cursor.execute(f"SELECT COUNT(*) FROM {rows}")
    (total,) = cursor.fetchone()
    cursor.execute("SELECT fate, COUNT(*) FROM merge_plan GROUP BY fate")
    fates = dict(cursor.fetchall())
    met = {fate: fates.get(fate, 0) for fate in ("unchanged", "revised", "barred")}
    return Counts(accepted=total - sum(met.values()), **met)


def would_revise(batches: Sequence[str]) -> tuple[int, int]:
    """How many rows of the planned merge would put a revision after one of these batches', and the first such row."""
    among = "= ANY(%s)" if _on_postgresql() else "IN (SELECT value FROM json_each(%s))"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*), MIN(p.row) FROM merge_plan p JOIN archive_record c ON c.id = p.current_id"
            f" WHERE p.fate = 'revised' AND c.batch {among}",
            [list(batches) if _on_postgresql() else json.dumps(list(batches))],
        )
        count, first = cursor.fetchone()
    return count, first or 0


def _resolve(cursor: CursorWrapper, stage: Stage, target: str) -> None:
    """Put down which subject of the archive each staged one is; those that it does not know are left out."""
    subjects = stage.table("subjects")
    for column, named in (("code", "code"), ("identity_hash", "hash")):
        cursor.execute(
            f"INSERT INTO {target} SELECT s.n, a.id FROM {subjects} s {_in_order()} archive_subject a"
            f" ON a.{column} = s.{named} WHERE s.{named} IS NOT NULL"
        )
    if _on_postgresql():
        cursor.execute(f"ANALYZE {target}")


def forget(cursor: CursorWrapper) -> None:
    """Drop the temporary tables of a merge."""
    for name in ("merge_plan", "merge_known", "merge_subject"):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


def barred(stage: Stage) -> Iterator[Barred]:
    """The rows whose record the office has taken back."""
    told = (
        f"SELECT s.row, s.content, c.withdrawal FROM merge_plan p JOIN {stage.table('rows')} s ON s.row = p.row"
        " JOIN archive_record c ON c.id = p.current_id WHERE p.fate = 'barred' ORDER BY s.row"
    )
    for found in streamed(told):
        yield Barred(*found)


def add_subjects(cursor: CursorWrapper, stage: Stage, seq: int, *, describes: bool) -> None:
    """Create the subjects that are new; where the item describes its subject, bring known headers up to date."""
    if describes:
        _update_headers(cursor, stage, seq)
    # Where a subject stands twice, the registry's last word is its header; of other items any will do.
    order = "DESC" if describes else "ASC"
    cursor.execute(
        f"""
        INSERT INTO archive_subject
               (code, identity_hash, identity_sealed, kind, category, name, division, status, established_on,
                first_seq, seq)
        SELECT s.code, s.hash, s.sealed, s.kind, s.category, s.name, s.division, COALESCE(s.status, ''),
               {_day("s.established")}, %s, %s
        FROM {stage.table("subjects")} s
        WHERE NOT EXISTS (SELECT 1 FROM merge_known k WHERE k.n = s.n)
        ORDER BY s.n {order}
        ON CONFLICT DO NOTHING
        """,
        [seq, seq],
    )
    _resolve(cursor, stage, "merge_subject")


def _update_headers(cursor: CursorWrapper, stage: Stage, seq: int) -> None:
    cursor.execute(
        f"""
        UPDATE archive_subject
        SET name = h.name, category = h.category, division = h.division, status = COALESCE(h.status, ''),
            established_on = {_day("h.established")}, seq = %s
        FROM (
            SELECT k.id, s.name, s.category, s.division, s.status, s.established,
                   ROW_NUMBER() OVER (PARTITION BY k.id ORDER BY s.n DESC) AS place
            FROM merge_known k JOIN {stage.table("subjects")} s ON s.n = k.n
            WHERE s.n IN (SELECT r.subject FROM {stage.table("rows")} r LEFT JOIN merge_plan p ON p.row = r.row
                          WHERE p.fate IS NULL OR p.fate = 'revised')
        ) h
        WHERE h.place = 1 AND archive_subject.id = h.id
        """,
        [seq],
    )


def add_records(cursor: CursorWrapper, stage: Stage, *, item: str, office: str, batch: str, seq: int) -> int:
    """Mark what is superseded and write the new revisions; returns how many."""
    cursor.execute(
        """
        UPDATE archive_record SET superseded_seq = %s
        WHERE id IN (SELECT current_id FROM merge_plan WHERE fate = 'revised')
        """,
        [seq],
    )
    cursor.execute(
        f"""
        INSERT INTO archive_record
               (subject_id, item, key, revision, digest, content, office, batch, decided_on, valid_from,
                valid_until, withdrawal, recorded_seq, recorded_at)
        SELECT m.id, %s, s.key, COALESCE(p.revision, 1), s.digest, {_json("s.content")}, %s, %s,
               {_day("s.decided_on")}, {_day("s.valid_from")}, {_day("s.valid_until")}, '', %s, {_now()}
        FROM {stage.table("rows")} s {_in_order()} merge_subject m ON m.n = s.subject
        LEFT JOIN merge_plan p ON p.row = s.row
        WHERE p.fate IS NULL OR p.fate = 'revised'
        """,
        [item, office, batch, seq],
    )
    written: int = cursor.rowcount
    return written
