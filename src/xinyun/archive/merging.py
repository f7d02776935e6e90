"""The SQL by which a staged batch becomes part of the archive: set-based, one transaction, both stores.

Within a file the last row of a key is what the office now says; rows before it that differ become revisions
of their own. If that last row is what the archive already holds, the key is unchanged, however often the
file repeats it: so sending a file twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a batch's good rows."""

    accepted: int
    unchanged: int
    revised: int

    @property
    def changed(self) -> bool:
        """Whether the archive differs after the batch."""
        return bool(self.accepted or self.revised)


def _day(expression: str) -> str:
    return f"CAST({expression} AS date)" if connection.vendor == "postgresql" else expression


def _json(expression: str) -> str:
    return f"CAST({expression} AS jsonb)" if connection.vendor == "postgresql" else expression


def plan(cursor: CursorWrapper, table: str, item: str) -> Counts:
    """Write down, in a temporary table, what each staged row is: accepted, revised or unchanged."""
    cursor.execute("DROP TABLE IF EXISTS merge_plan")
    # By its row number a plan's row is found from a staged one without an index of its own.
    cursor.execute(
        "CREATE TEMPORARY TABLE merge_plan (row INTEGER PRIMARY KEY, fate TEXT, current_id BIGINT, revision BIGINT,"
        " is_last BOOLEAN)"
    )
    cursor.execute(
        f"""
        INSERT INTO merge_plan
        WITH seen AS (
            SELECT s.row, s.key, s.digest,
                   LAG(s.digest) OVER (PARTITION BY s.key ORDER BY s.row) AS before,
                   FIRST_VALUE(s.digest) OVER (PARTITION BY s.key ORDER BY s.row DESC) AS final,
                   c.id AS current_id, c.digest AS current_digest, c.revision AS current_revision
            FROM {table} s
            LEFT JOIN archive_record c ON c.item = %s AND c.key = s.key AND c.superseded_seq IS NULL
        ), judged AS (
            SELECT row, key, current_id, current_revision,
                   CASE WHEN current_digest = final THEN 'unchanged'
                        WHEN digest = COALESCE(before, current_digest) THEN 'unchanged'
                        WHEN before IS NULL AND current_id IS NULL THEN 'accepted'
                        ELSE 'revised' END AS fate
            FROM seen
        )
        SELECT row, fate, current_id,
               COALESCE(current_revision, 0) + ROW_NUMBER() OVER (PARTITION BY key, (fate = 'unchanged') ORDER BY row) AS revision,
               ROW_NUMBER() OVER (PARTITION BY key, (fate = 'unchanged') ORDER BY row DESC) = 1 AS is_last
        FROM judged
        """,
        [item],
    )
    cursor.execute("SELECT fate, COUNT(*) FROM merge_plan GROUP BY fate")
    fates = dict(cursor.fetchall())
    return Counts(fates.get("accepted", 0), fates.get("unchanged", 0), fates.get("revised", 0))


def add_subjects(cursor: CursorWrapper, table: str, seq: int, *, describes: bool) -> None:
    """Create the subjects that are new; where the item describes its subject, bring known headers up to date."""
    header = f"""
        SELECT s.subject_code AS code, s.subject_hash AS identity_hash, s.subject_sealed AS identity_sealed,
               s.subject_kind AS kind, s.subject_category AS category, s.subject_name AS name,
               s.subject_division AS division, COALESCE(s.subject_status, '') AS status,
               {_day("s.subject_established")} AS established_on,
               ROW_NUMBER() OVER (PARTITION BY s.subject_code, s.subject_hash ORDER BY s.row DESC) AS place
        FROM {table} s JOIN merge_plan p ON p.row = s.row WHERE p.fate <> 'unchanged'
    """
    if describes:
        cursor.execute(
            f"""
            UPDATE archive_subject SET name = h.name, category = h.category, division = h.division,
                   status = h.status, established_on = h.established_on, seq = %s
            FROM ({header}) h WHERE h.place = 1 AND archive_subject.code = h.code
            """,
            [seq],
        )
    cursor.execute(
        f"""
        INSERT INTO archive_subject
               (code, identity_hash, identity_sealed, kind, category, name, division, status, established_on,
                first_seq, seq)
        SELECT code, identity_hash, identity_sealed, kind, category, name, division, status, established_on, %s, %s
        FROM ({header}) h
        WHERE h.place = 1
          AND NOT EXISTS (SELECT 1 FROM archive_subject a WHERE a.code = h.code)
          AND NOT EXISTS (SELECT 1 FROM archive_subject a WHERE a.identity_hash = h.identity_hash)
        """,
        [seq, seq],
    )


def add_records(cursor: CursorWrapper, table: str, *, item: str, office: str, batch: str, seq: int) -> None:
    """Mark what is superseded and write the new revisions."""
    cursor.execute(
        """
        UPDATE archive_record SET superseded_seq = %s
        WHERE id IN (SELECT current_id FROM merge_plan WHERE fate = 'revised' AND current_id IS NOT NULL)
        """,
        [seq],
    )
    for by in ("code", "identity_hash"):
        staged = {"code": "subject_code", "identity_hash": "subject_hash"}[by]
        cursor.execute(
            f"""
            INSERT INTO archive_record
                   (subject_id, item, key, revision, digest, content, office, batch, decided_on, valid_from,
                    valid_until, recorded_seq, superseded_seq)
            SELECT a.id, %s, s.key, p.revision, s.digest, {_json("s.content")}, %s, %s, {_day("s.decided_on")},
                   {_day("s.valid_from")}, {_day("s.valid_until")}, %s, CASE WHEN p.is_last THEN NULL ELSE %s END
            FROM {table} s JOIN merge_plan p ON p.row = s.row AND p.fate <> 'unchanged'
            JOIN archive_subject a ON a.{by} = s.{staged}
            ORDER BY s.row
            """,
            [item, office, batch, seq, seq],
        )
