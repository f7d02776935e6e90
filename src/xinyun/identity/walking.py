"""Which bonds hold at some codes and at whatever codes these are joined to: one statement for any number of codes.

The SQL is of our own constants; every value from outside is a parameter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection

from xinyun.identity.models import Bond
from xinyun.identity.rules import Tie
from xinyun.law.identities import SAME

_TABLE, _CHUNK = Bond._meta.db_table, 2000
_COLUMNS = (
    "id", "kind", "from_code", "into_code", "since", "item", "office", "document", "record_id", "decision_id", "seq",
)  # fmt: skip
_STANDING = "b.ended_seq IS NULL"
_KNOWN = "b.seq <= %s AND (b.ended_seq IS NULL OR b.ended_seq > %s)"
_JOINED = f"b.kind IN ({', '.join(repr(kind) for kind in SAME)})"


def ties_at(codes: Iterable[str], as_of: int | None = None) -> dict[str, tuple[Tie, ...]]:
    """For each code the bonds at it and at all codes that are the same subject; a code without any is absent.

    As known at `as_of`, a `seq` of the feed; now without one. A code that nothing joins costs two looks into an index.
    """
    found: dict[str, dict[int, Tie]] = {}
    rest = iter(dict.fromkeys(codes))
    while chunk := list(islice(rest, _CHUNK)):
        for root, tie in _rows(chunk, as_of):
            found.setdefault(root, {})[tie.id] = tie
    return {root: tuple(sorted(ties.values(), key=lambda tie: tie.id)) for root, ties in found.items()}


def _rows(codes: list[str], as_of: int | None) -> Iterator[tuple[str, Tie]]:
    known = _STANDING if as_of is None else _KNOWN
    given = [] if as_of is None else [as_of, as_of]
    columns = ", ".join(f"b.{name}" for name in _COLUMNS)
    step = "CASE WHEN b.from_code = s.code THEN b.into_code ELSE b.from_code END"
    if connection.vendor == "postgresql":
        first: Any = codes
        roots = "SELECT c, c FROM unnest(%s::text[]) AS n(c)"
        beside = f"{_lateral(known, f'AND {_JOINED}')} b", f"{_lateral(known, '')} b"
        statement = (
            f"WITH RECURSIVE same(root, code) AS ({roots} UNION SELECT s.root, {step} FROM same s CROSS JOIN LATERAL"  # noqa: S608
            f" {beside[0]}) SELECT s.root, {columns} FROM same s CROSS JOIN LATERAL {beside[1]}"
        )
        given = given * 4
    else:
        first = json.dumps(codes)
        # Most codes have no bond: two looks into an index keep them out of the recursion.
        touching = f"(b.from_code = s.code OR b.into_code = s.code) AND {known}"
        statement = (
            "WITH RECURSIVE same(root, code) AS (SELECT n.value, n.value FROM json_each(%s) n"  # noqa: S608
            f" WHERE EXISTS (SELECT 1 FROM {_TABLE} b WHERE b.from_code = n.value AND {known})"
            f" OR EXISTS (SELECT 1 FROM {_TABLE} b WHERE b.into_code = n.value AND {known}) UNION"
            f" SELECT s.root, {step} FROM same s CROSS JOIN {_TABLE} b ON {touching} AND {_JOINED})"
            f" SELECT s.root, {columns} FROM same s CROSS JOIN {_TABLE} b ON {touching}"
        )
        given = given * 4
    with connection.cursor() as cursor:
        cursor.execute(statement, [first, *given])
        for root, *row in cursor.fetchall():
            row[4] = _day(row[4])
            yield root, Tie(*row)


def _lateral(known: str, joined: str) -> str:
    """Two looks into an index, whatever the store believes of a table that it has not analysed yet."""
    looks = (
        f"SELECT b.* FROM {_TABLE} b WHERE b.{end} = s.code AND {known} {joined}"  # noqa: S608
        for end in ("from_code", "into_code")
    )
    return f"({' UNION ALL '.join(looks)})"


def codes_touched(after: int, through: int) -> set[str]:
    """The codes at which a bond came or went by changes of the feed in (after, through]."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT from_code, into_code FROM {_TABLE} WHERE seq > %s AND seq <= %s"  # noqa: S608
            f" UNION SELECT from_code, into_code FROM {_TABLE} WHERE ended_seq > %s AND ended_seq <= %s",
            [after, through, after, through],
        )
        return {code for row in cursor.fetchall() for code in row}


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
