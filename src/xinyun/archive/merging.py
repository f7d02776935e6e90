"""The SQL by which a staged batch becomes part of the archive: set-based, one transaction, both stores.

A staged row is *accepted* where the archive has no such record, *revised* where it says something else, *unchanged*
where it says the same, and *barred* where the office has withdrawn the record. Where another office furnished the
record, `beside` decides by the order of authority. Within a stage each record stands once: `repeats` sees to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json import dumps

from django.db import connection
from django.db.backends.utils import CursorWrapper

from xinyun.archive import beside
from xinyun.archive.dialect import day, in_order, json, now, on_postgresql
from xinyun.archive.staging import Stage, streamed
from xinyun.law import Item, Law


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a batch's good rows.

    `outranked` say something else than a higher authority and stand beside its record from now on; `agreed` no longer
    do. Both change what the office has said, and no record.
    """

    accepted: int
    unchanged: int
    revised: int
    barred: int
    outranked: int = 0
    agreed: int = 0

    @property
    def records(self) -> int:
        """How many revisions the batch brings."""
        return self.accepted + self.revised

    @property
    def changed(self) -> bool:
        """Whether the archive differs after the batch."""
        return bool(self.records or self.outranked or self.agreed)


@dataclass(frozen=True, slots=True)
class Barred:
    """A staged row whose record the office has withdrawn, for this reason."""

    row: int
    content: str
    withdrawal: str


def _current_record() -> str:
    """The archive's record of a staged row, as `c`: one look by index for each, whatever the statistics say.

    PostgreSQL, which may know nothing yet of what the last minute brought, would else read the stage once for every
    record of the archive (10 s for 200,000 rows beside a hundred records, measured).
    """
    meets = "c.subject_id = k.id AND c.item = %s AND c.key = s.key AND c.superseded_seq IS NULL"
    if not on_postgresql():
        return f"CROSS JOIN archive_record c ON {meets}"
    wanted = "c.id, c.revision, c.digest, c.withdrawal, c.office"
    return f"CROSS JOIN LATERAL (SELECT {wanted} FROM archive_record c WHERE {meets} LIMIT 1) c"


def plan(cursor: CursorWrapper, stage: Stage, item: Item, office: str, norms: Law) -> Counts:
    """Write down, in a temporary table, what each staged row of `office` is that meets a record of the archive."""
    rows = stage.table("rows")
    if on_postgresql():
        for name in ("rows", "subjects"):
            cursor.execute(f"ANALYZE {stage.table(name)}")
    cursor.execute("CREATE TEMPORARY TABLE merge_known (n INTEGER PRIMARY KEY, id BIGINT)")
    cursor.execute("CREATE TEMPORARY TABLE merge_subject (n INTEGER PRIMARY KEY, id BIGINT)")
    cursor.execute(
        "CREATE TEMPORARY TABLE merge_plan (row INTEGER PRIMARY KEY, fate TEXT, current_id BIGINT, revision BIGINT)"
    )
    beside.prepare(cursor)
    _resolve(cursor, stage, "merge_known")
    cursor.execute(
        f"""
        INSERT INTO merge_plan
        SELECT s.row, CASE WHEN c.withdrawal <> '' THEN 'barred' WHEN c.office <> %s THEN 'other'
                           WHEN c.digest = s.digest THEN 'unchanged' ELSE 'revised' END,
               c.id, c.revision + 1
        FROM {rows} s {in_order()} merge_known k ON k.n = s.subject
        {_current_record()}
        WHERE EXISTS (SELECT 1 FROM merge_known)
        """,
        [office, item.id],
    )
    cursor.execute(f"SELECT COUNT(*) FROM {rows}")
    (total,) = cursor.fetchone()
    fates = _fates(cursor)
    if beside.OTHER in fates:
        beside.decide(cursor, rows, item, office, norms)
        fates = _fates(cursor)
    met = {fate: fates.get(fate, 0) for fate in ("unchanged", "revised", "barred", "outranked", "agreed")}
    met["unchanged"] += fates.get(beside.REPEATED, 0)
    return Counts(accepted=total - sum(met.values()), **met)


def _fates(cursor: CursorWrapper) -> dict[str, int]:
    """How many rows of the plan there are of each fate."""
    cursor.execute("SELECT fate, COUNT(*) FROM merge_plan GROUP BY fate")
    return dict(cursor.fetchall())


def would_revise(batches: Sequence[str]) -> tuple[int, int]:
    """How many rows of the planned merge would put another word after one of these batches', and the first such row."""
    among = "= ANY(%s)" if on_postgresql() else "IN (SELECT value FROM json_each(%s))"
    given = list(batches) if on_postgresql() else dumps(list(batches))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*), MIN(row) FROM ("
            "SELECT p.row FROM merge_plan p JOIN archive_record c ON c.id = p.current_id"
            f" WHERE p.fate = 'revised' AND c.batch {among}"
            " UNION ALL SELECT p.row FROM merge_plan p JOIN merge_beside b ON b.row = p.row"
            " JOIN archive_statement t ON t.id = b.statement"
            f" WHERE p.fate IN ('outranked', 'agreed') AND t.batch {among}"
            ") undone",
            [given, given],
        )
        count, first = cursor.fetchone()
    return count, first or 0


def _resolve(cursor: CursorWrapper, stage: Stage, target: str) -> None:
    """Put down which subject of the archive each staged one is; those that it does not know are left out."""
    subjects = stage.table("subjects")
    for column, named in (("code", "code"), ("identity_hash", "hash")):
        cursor.execute(
            f"INSERT INTO {target} SELECT s.n, a.id FROM {subjects} s {in_order()} archive_subject a"
            f" ON a.{column} = s.{named} WHERE s.{named} IS NOT NULL"
        )
    if on_postgresql():
        cursor.execute(f"ANALYZE {target}")


def forget(cursor: CursorWrapper) -> None:
    """Drop the temporary tables of a merge."""
    for name in ("merge_plan", "merge_known", "merge_subject", "merge_beside", "merge_office"):
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


def barred(stage: Stage) -> Iterator[Barred]:
    """The rows whose record the office has taken back."""
    told = (
        f"SELECT s.row, s.content, c.withdrawal FROM merge_plan p JOIN {stage.table('rows')} s ON s.row = p.row"
        " JOIN archive_record c ON c.id = p.current_id WHERE p.fate = 'barred' ORDER BY s.row"
    )
    for found in streamed(told):
        yield Barred(*found)


def add_subjects(
    cursor: CursorWrapper, stage: Stage, seq: int, *, describes: bool, before: Sequence[str] = ()
) -> None:
    """Create the subjects that are new; where the item describes its subject, bring known headers up to date.

    A header stays as it is where one of the items `before` describes the subject too: their word comes first.
    """
    if describes:
        _update_headers(cursor, stage, seq, before)
    # Where a subject stands twice, the registry's last word is its header; of other items any will do.
    order = "DESC" if describes else "ASC"
    cursor.execute(
        f"""
        INSERT INTO archive_subject
               (code, identity_hash, identity_sealed, kind, category, name, division, status, established_on,
                first_seq, seq)
        SELECT s.code, s.hash, s.sealed, s.kind, s.category, s.name, s.division, COALESCE(s.status, ''),
               {day("s.established")}, %s, %s
        FROM {stage.table("subjects")} s
        WHERE NOT EXISTS (SELECT 1 FROM merge_known k WHERE k.n = s.n)
        ORDER BY s.n {order}
        ON CONFLICT DO NOTHING
        """,
        [seq, seq],
    )
    _resolve(cursor, stage, "merge_subject")


def _update_headers(cursor: CursorWrapper, stage: Stage, seq: int, before: Sequence[str]) -> None:
    told = (
        "SELECT 1 FROM archive_record r WHERE r.subject_id = archive_subject.id AND r.superseded_seq IS NULL"
    )
    told += f" AND r.withdrawal = '' AND r.item IN ({', '.join('%s' for _ in before)})"
    cursor.execute(
        f"""
        UPDATE archive_subject
        SET name = h.name, category = h.category, division = h.division, status = COALESCE(h.status, ''),
            established_on = {day("h.established")}, seq = %s
        FROM (
            SELECT k.id, s.name, s.category, s.division, s.status, s.established,
                   ROW_NUMBER() OVER (PARTITION BY k.id ORDER BY s.n DESC) AS place
            FROM merge_known k JOIN {stage.table("subjects")} s ON s.n = k.n
            WHERE s.n IN (SELECT r.subject FROM {stage.table("rows")} r LEFT JOIN merge_plan p ON p.row = r.row
                          WHERE p.fate IS NULL OR p.fate = 'revised')
        ) h
        WHERE h.place = 1 AND archive_subject.id = h.id {f"AND NOT EXISTS ({told})" if before else ""}
        """,
        [seq, *before],
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
        SELECT m.id, %s, s.key, COALESCE(p.revision, 1), s.digest, {json("s.content")}, %s, %s,
               {day("s.decided_on")}, {day("s.valid_from")}, {day("s.valid_until")}, '', %s, {now()}
        FROM {stage.table("rows")} s {in_order()} merge_subject m ON m.n = s.subject
        LEFT JOIN merge_plan p ON p.row = s.row
        WHERE p.fate IS NULL OR p.fate = 'revised'
        """,
        [item, office, batch, seq],
    )
    written: int = cursor.rowcount
    return written
