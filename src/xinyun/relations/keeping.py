"""Writing links: set by set where a code names the other end, row by row where a number must be hashed first.

The SQL is of our own constants; every value from outside is a parameter.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection

from xinyun.archive import queries as archive
from xinyun.law import Relation, Telling
from xinyun.plumbing.sealing import keyed_hash, open_sealed
from xinyun.relations.models import Link

_CHUNK, _SEALED = 500, "sealed:"
_TABLE = Link._meta.db_table


def keep(relation: Relation, item: str, seq: int | None) -> None:
    """Write the links that the records of an item tell: those of a change of the feed, or of all times."""
    telling = relation.told[item]
    if telling.code:
        _keep_codes(relation, item, telling, seq)
    if telling.person or telling.shared:
        rows = _others(relation, item, telling, seq)
        while chunk := list(islice(rows, _CHUNK)):
            Link.objects.bulk_create(chunk)


def end_replaced(item: str, seq: int) -> None:
    """End the links of the records that a change of the feed revised."""
    _end(*archive.replaced_in_change(item, seq), seq)


def end_withdrawn(records: Sequence[int], seq: int) -> None:
    """End the links of the records that these revisions, each with its withdrawal, replaced."""
    for start in range(0, len(records), _CHUNK):
        _end(*archive.replaced_by(records[start : start + _CHUNK]), seq)


def drop_erased(order: int) -> None:
    """Drop the links of the records that an order of erasure names."""
    select, given = archive.erased_records(order)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_TABLE} WHERE record_id IN ({select})", given)  # noqa: S608


def forget() -> None:
    """Drop every link, before all are made anew."""
    Link.objects.all()._raw_delete(Link.objects.db)


def _end(replaced: str, given: list[Any], seq: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_TABLE} SET ended_seq = %s WHERE ended_seq IS NULL AND record_id IN ({replaced})",  # noqa: S608
            [seq, *given],
        )


def _keep_codes(relation: Relation, item: str, telling: Telling, seq: int | None) -> None:
    select, given = archive.told_fields(item, telling.fields, seq)
    where, values = _conditions(telling)
    starts = f"NULLIF(t.f_{telling.starts}, '')" if telling.starts else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_TABLE} (link, relation, item, office, record_id, near, far, shape, document, share,"  # noqa: S608
            " starts_on, ends_on, seq, ended_seq)"
            f" SELECT %s, %s, %s, t.office, t.record, t.code, t.f_{telling.code}, 'code', {_text(telling.document, 200)},"
            f" {_text(telling.share, 20)}, COALESCE({_day(starts)}, t.decided_on), {_ends(telling)}, t.first_seq, t.last_seq"
            f" FROM ({select}) t WHERE LENGTH(t.f_{telling.code}) = 18 AND t.f_{telling.code} <> t.code{where}",
            [relation.link, relation.id, item, *given, *values],
        )


def _others(relation: Relation, item: str, telling: Telling, seq: int | None) -> Iterator[Link]:
    """Links to persons by number, and of partners by what they share."""
    select, given = archive.told_fields(item, telling.fields, seq)
    where, values = _conditions(telling)
    named = (telling.person, telling.person_type) if telling.person else telling.shared
    needed = " AND ".join(f"t.f_{name} <> ''" for name in named)
    shape = Link.Shape.PERSON if telling.person else Link.Shape.SHARED
    columns = [f"t.f_{name}" for name in named]
    wanted = ", ".join(
        [
            "t.record, t.code, t.office, t.first_seq, t.last_seq, t.decided_on",
            _ends(telling),
            _text(telling.document, 200),
            _text(telling.starts, 10),
            *columns,
        ]
    )
    for row in _streamed(f"SELECT {wanted} FROM ({select}) t WHERE {needed}{where}", [*given, *values]):  # noqa: S608
        record, code, office, first, last, decided, ends, document, starts, *told = row
        yield Link(
            link=relation.link, relation=relation.id, item=item, office=office, record_id=record, near=code,
            far=_person(*told) if telling.person else _shared(item, told), shape=shape, document=document,
            starts_on=starts or decided, ends_on=ends, seq=first, ended_seq=last,
        )  # fmt: skip


def _person(number: str, document: str) -> str:
    """The keyed hash by which the archive knows a person: of the kind of document and its number."""
    clear = open_sealed(base64.b64decode(number.removeprefix(_SEALED))).decode()
    return keyed_hash(f"{document}:{clear}".encode())


def _shared(item: str, told: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join((item, *told)).encode()).hexdigest()[:40]


def _conditions(telling: Telling) -> tuple[str, list[str]]:
    where, given = "", list[str]()
    for condition, word in ((telling.when, "IN"), (telling.unless, "NOT IN")):
        if condition:
            marks = ", ".join(["%s"] * len(condition.values))
            where += f" AND COALESCE(t.f_{condition.field}, '') {word} ({marks})"
            given += condition.values
    return where, given


def _ends(telling: Telling) -> str:
    """A record that tells of a day alone has an end of its decision, not of the relation."""
    return "CAST(NULL AS date)" if telling.registry else "t.valid_until"


def _text(field: str, length: int) -> str:
    return f"COALESCE(SUBSTR(t.f_{field}, 1, {length}), '')" if field else "''"


def _day(expression: str) -> str:
    return f"CAST({expression} AS date)" if connection.vendor == "postgresql" else expression


def _streamed(query: str, given: list[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, some at a time: PostgreSQL would otherwise hand over all at once."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, given)
        while block := cursor.fetchmany(_CHUNK):
            yield from block
