"""The SQL by which staged rows meet records that another office furnished: the order of authority decides.

What a lower authority says against a higher one is kept beside the record, as its *statement*. A higher authority's row
supersedes a lower one's record even where it says the same, so that what counts in the end does not depend on who came
first; what the lower one said, if it is something else, becomes its statement. Nothing here runs for a batch that meets
its own office's records alone.
"""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from xinyun.archive.authority import BELOW, SAME, department_of, relation
from xinyun.archive.dialect import day, json, now, on_postgresql
from xinyun.archive.staging import Stage
from xinyun.law import Item, Law

OTHER, REPEATED = "other", "repeated"
"""Fates in the plan: not decided yet, and a statement that is sent again."""


def prepare(cursor: CursorWrapper) -> None:
    """Make the temporary tables: what stands beside a staged row's record, and how its office stands to ours."""
    cursor.execute(
        "CREATE TEMPORARY TABLE merge_office (office TEXT PRIMARY KEY, department TEXT, standing TEXT)"
    )
    cursor.execute(
        "CREATE TEMPORARY TABLE merge_beside"
        " (row INTEGER PRIMARY KEY, department TEXT, standing TEXT, agrees BOOLEAN, statement BIGINT, repeated BOOLEAN,"
        " theirs BIGINT)"
    )


def decide(cursor: CursorWrapper, rows: str, item: Item, office: str, norms: Law) -> None:
    """Give each row of the plan that meets another office's record its fate; `rows` is the stage's table."""
    _offices(cursor, item, office, norms)
    own = department_of(office, norms)
    cursor.execute(
        f"""
        INSERT INTO merge_beside
        SELECT p.row, o.department, o.standing, c.digest = s.digest, t.id, t.digest = s.digest, u.id
        FROM merge_plan p JOIN {rows} s ON s.row = p.row JOIN archive_record c ON c.id = p.current_id
        JOIN merge_office o ON o.office = c.office
        {_standing("t", "%s")}
        {_standing("u", "o.department")}
        WHERE p.fate = '{OTHER}'
        """,
        [own],
    )
    cursor.execute(
        f"""
        UPDATE merge_plan SET fate = (
            SELECT CASE WHEN b.standing = '{BELOW}' OR b.standing = '{SAME}' AND NOT b.agrees THEN 'revised'
                        WHEN b.standing = '{SAME}' OR b.agrees AND b.statement IS NULL THEN 'unchanged'
                        WHEN b.agrees THEN 'agreed' WHEN b.repeated THEN '{REPEATED}' ELSE 'outranked' END
            FROM merge_beside b WHERE b.row = merge_plan.row)
        WHERE fate = '{OTHER}'
        """
    )


def _standing(alias: str, department: str) -> str:
    """A department's standing statement beside the record `c`, if there is one: one look by index for each.

    As for `merging._current_record`, PostgreSQL would else go by statistics that know nothing of the last minute.
    """
    meets = f"{alias}.subject_id = c.subject_id AND {alias}.item = c.item AND {alias}.key = c.key"
    meets += f" AND {alias}.department = {department} AND {alias}.ended_seq IS NULL"
    if not on_postgresql():
        return f"LEFT JOIN archive_statement {alias} ON {meets}"
    wanted = f"SELECT {alias}.id, {alias}.digest FROM archive_statement {alias} WHERE {meets} LIMIT 1"
    return f"LEFT JOIN LATERAL ({wanted}) {alias} ON TRUE"


def _offices(cursor: CursorWrapper, item: Item, office: str, norms: Law) -> None:
    """Put down how each office whose records are met stands to ours."""
    cursor.execute(
        "SELECT DISTINCT c.office FROM merge_plan p JOIN archive_record c ON c.id = p.current_id"
        f" WHERE p.fate = '{OTHER}'"
    )
    told = [
        (theirs, department_of(theirs, norms), relation(item, theirs, office, norms))
        for (theirs,) in cursor.fetchall()
    ]
    cursor.executemany("INSERT INTO merge_office VALUES (%s, %s, %s)", told)


def keep(
    cursor: CursorWrapper, stage: Stage, *, item: str, office: str, department: str, batch: str, seq: int
) -> None:
    """Write down the statements of the planned merge and end those that are no longer what their department says."""
    cursor.execute("SELECT COUNT(*) FROM merge_beside")
    if not cursor.fetchone()[0]:
        return
    _end(cursor, seq)
    _keep_outranked(cursor, stage, [item, office, department, batch, seq])
    _keep_superseded(cursor, seq)


def _end(cursor: CursorWrapper, seq: int) -> None:
    """End what our department has said otherwise until now, and what one would that is superseded now."""
    cursor.execute(
        f"""
        UPDATE archive_statement SET ended_seq = %s
        WHERE id IN (SELECT b.statement FROM merge_beside b JOIN merge_plan p ON p.row = b.row
                     WHERE p.fate IN ('revised', 'outranked', 'agreed')
                     UNION ALL
                     SELECT b.theirs FROM merge_beside b WHERE b.standing = '{BELOW}')
        """,
        [seq],
    )


def _keep_outranked(cursor: CursorWrapper, stage: Stage, told: list[str | int]) -> None:
    """Our rows that a higher authority's record does not give way to."""
    days = ", ".join(day(f"s.{name}") for name in ("decided_on", "valid_from", "valid_until"))
    cursor.execute(
        f"""
        INSERT INTO archive_statement
               (subject_id, key, digest, content, decided_on, valid_from, valid_until, item, office, department, batch,
                recorded_seq, recorded_at)
        SELECT k.id, s.key, s.digest, {json("s.content")}, {days}, %s, %s, %s, %s, %s, {now()}
        FROM merge_plan p JOIN {stage.table("rows")} s ON s.row = p.row JOIN merge_known k ON k.n = s.subject
        WHERE p.fate = 'outranked'
        """,
        told,
    )


def _keep_superseded(cursor: CursorWrapper, seq: int) -> None:
    """What lower authorities' records said, where our rows that supersede them say something else."""
    cursor.execute(
        f"""
        INSERT INTO archive_statement
               (subject_id, item, key, office, department, digest, content, batch, decided_on, valid_from,
                valid_until, recorded_seq, recorded_at)
        SELECT c.subject_id, c.item, c.key, c.office, b.department, c.digest, c.content, c.batch, c.decided_on,
               c.valid_from, c.valid_until, %s, c.recorded_at
        FROM merge_beside b JOIN merge_plan p ON p.row = b.row JOIN archive_record c ON c.id = p.current_id
        WHERE b.standing = '{BELOW}' AND NOT b.agrees
        """,
        [seq],
    )
