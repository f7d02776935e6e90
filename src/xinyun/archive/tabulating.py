"""What records tell, field by field, as SQL for set-based work of contexts above; both stores.

Field names come from the catalogue, where their schema admits letters, digits and underscores only; every value is a
parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

Select = tuple[str, list[Any]]
"""A SELECT and its parameters."""


def told_fields(item: str, fields: Sequence[str], seq: int | None) -> Select:
    """What the records of an item about organisations tell: one row a revision, the `fields` as `f_<name>`.

    Of the current revisions that a change of the feed brought; without one, of all that ever stood. Beside the fields:
    `record code office decided_on valid_until first_seq last_seq`.
    """
    postgresql = connection.vendor == "postgresql"
    texts = [f"r.content ->> '{name if postgresql else f'$.{name}'}' AS f_{name}" for name in fields]
    which = "AND r.recorded_seq = %s AND r.superseded_seq IS NULL" if seq is not None else ""
    return (
        "SELECT r.id AS record, s.code, r.office, r.decided_on, r.valid_until, r.recorded_seq AS first_seq,"  # noqa: S608
        f" r.superseded_seq AS last_seq{''.join(f', {text}' for text in texts)}"
        " FROM archive_record r JOIN archive_subject s ON s.id = r.subject_id"
        f" WHERE r.item = %s AND r.withdrawal = '' AND s.code IS NOT NULL {which}",
        [item] if seq is None else [item, seq],
    )


def replaced_in_change(item: str, seq: int) -> Select:
    """The ids of the revisions that the current ones of an item replaced, which a change of the feed brought."""
    return (
        f"{_REPLACED} WHERE r.item = %s AND r.recorded_seq = %s AND r.superseded_seq IS NULL"
        " AND r.withdrawal = '' AND r.revision > 1",
        [item, seq],
    )


def replaced_by(records: Sequence[int]) -> Select:
    """The ids of the revisions that some hundred others replaced."""
    return f"{_REPLACED} WHERE r.id IN ({', '.join(['%s'] * len(records))})", list(records)


_REPLACED = (
    "SELECT p.id FROM archive_record r JOIN archive_record p ON p.subject_id = r.subject_id AND p.item = r.item"
    " AND p.key = r.key AND p.revision = r.revision - 1"
)
