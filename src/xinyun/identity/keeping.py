"""Writing the bonds that records tell: set by set where a field is the code, row by row where codes stand in a text.

The SQL is of our own constants; every value from outside is a parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection

from xinyun.archive import queries as archive
from xinyun.base.identifiers import USCC_SHAPE, is_uscc
from xinyun.identity.models import Bond
from xinyun.identity.rules import FORK
from xinyun.law import Identity, Naming
from xinyun.law.identities import SAME

_TABLE, _CHUNK = Bond._meta.db_table, 500
_CODES = re.compile(rf"(?<![0-9A-Z]){USCC_SHAPE}(?![0-9A-Z])")
_SAME = ", ".join(repr(kind) for kind in SAME)
_CARRIED = "told, from_code, into_code, since, item, office, document, record_id"


def keep(norm: Identity, item: str, seq: int | None) -> None:
    """Write the bonds that the records of an item tell: those of a change of the feed, or of all times."""
    naming = norm.told[item]
    if naming.code:
        _keep_codes(norm, item, naming, seq)
    else:
        rows = _within(norm, item, naming, seq)
        while chunk := list(islice(rows, _CHUNK)):
            Bond.objects.bulk_create(chunk)


def end_replaced(item: str, seq: int) -> None:
    """End the bonds of the records that a change of the feed revised."""
    _end(*archive.replaced_in_change(item, seq), seq)


def end_withdrawn(records: Sequence[int], seq: int) -> None:
    """End the bonds of the records that these revisions, each with its withdrawal, replaced."""
    for start in range(0, len(records), _CHUNK):
        _end(*archive.replaced_by(records[start : start + _CHUNK]), seq)


def forget() -> None:
    """Drop every bond that a record tells, before all are made anew; what persons decided stays."""
    told = Bond.objects.filter(record__isnull=False)
    told._raw_delete(told.db)


def settle_forks(seq: int) -> None:
    """Let a code that records let go over into several join none of them, and join again when one alone is left.

    Looks at the codes of which a bond came or went in this change; `seq` 0 looks at all.
    """
    touched, given = "", list[Any]()
    if seq:
        touched = (
            f" AND b.from_code IN (SELECT c.from_code FROM {_TABLE} c WHERE c.seq = %s"  # noqa: S608
            f" UNION SELECT c.from_code FROM {_TABLE} c WHERE c.ended_seq = %s)"
        )
        given = [seq, seq]
    standing = f"b.ended_seq IS NULL AND b.record_id IS NOT NULL AND b.kind IN ({_SAME}, '{FORK}'){touched}"
    several = (
        f"SELECT b.from_code FROM {_TABLE} b WHERE {standing}"  # noqa: S608
        " GROUP BY b.from_code HAVING COUNT(DISTINCT b.into_code) > 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(several, given)
        forked = [code for (code,) in cursor.fetchall()]
        cursor.execute(
            f"SELECT DISTINCT b.from_code FROM {_TABLE} b WHERE {standing} AND b.kind = '{FORK}'",  # noqa: S608
            given,
        )
        were = [code for (code,) in cursor.fetchall()]
    _turn(forked, f"'{FORK}'", f"b.kind IN ({_SAME})", seq)
    _turn(sorted(set(were) - set(forked)), "b.told", f"b.kind = '{FORK}'", seq)


def _turn(codes: list[str], kind: str, which: str, seq: int) -> None:
    """Give the standing bonds of records at these codes another kind from this change on."""
    for start in range(0, len(codes), _CHUNK):
        some = codes[start : start + _CHUNK]
        marks = ", ".join(["%s"] * len(some))
        where = f"b.ended_seq IS NULL AND b.record_id IS NOT NULL AND {which} AND b.from_code IN ({marks})"
        with connection.cursor() as cursor:
            if seq:
                cursor.execute(
                    f"INSERT INTO {_TABLE} (kind, {_CARRIED}, seq) SELECT {kind}, {_CARRIED}, %s FROM {_TABLE} b"  # noqa: S608
                    f" WHERE {where} AND b.seq < %s",
                    [seq, *some, seq],
                )
                cursor.execute(
                    f"UPDATE {_TABLE} AS b SET ended_seq = %s WHERE {where} AND b.seq < %s",  # noqa: S608
                    [seq, *some, seq],
                )
            told = kind.removeprefix("b.")
            cursor.execute(f"UPDATE {_TABLE} AS b SET kind = {told} WHERE {where}", some)  # noqa: S608


def _end(replaced: str, given: list[Any], seq: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_TABLE} SET ended_seq = %s WHERE ended_seq IS NULL AND record_id IN ({replaced})",  # noqa: S608
            [seq, *given],
        )


def _keep_codes(norm: Identity, item: str, naming: Naming, seq: int | None) -> None:
    select, given = archive.told_fields(item, naming.fields, seq)
    where, values = _condition(naming)
    other = f"UPPER(TRIM(t.f_{naming.code}))"
    source, into = ("t.code", other) if naming.own == "from" else (other, "t.code")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_TABLE} (kind, told, from_code, into_code, since, item, office, document, record_id, seq, ended_seq)"  # noqa: S608
            f" SELECT %s, %s, {source}, {into}, COALESCE({_day(naming)}, t.decided_on), %s, t.office, {_document(naming)},"
            f" t.record, t.first_seq, t.last_seq FROM ({select}) t"
            # No registering department has the code 0: eighteen characters that begin with it are a placeholder.
            f" WHERE LENGTH({other}) = 18 AND {other} <> t.code AND SUBSTR({other}, 1, 1) <> '0'{where}",
            [norm.bond, norm.bond, item, *given, *values],
        )


def _within(norm: Identity, item: str, naming: Naming, seq: int | None) -> Iterator[Bond]:
    """Bonds to every other code in a text whose check character is right."""
    select, given = archive.told_fields(item, naming.fields, seq)
    where, values = _condition(naming)
    columns = f"t.record, t.code, t.office, t.first_seq, t.last_seq, t.decided_on, {_text(naming.starts)}"
    query = (
        f"SELECT {columns}, {_document(naming)}, t.f_{naming.within} FROM ({select}) t"  # noqa: S608
        f" WHERE LENGTH(t.f_{naming.within}) >= 18{where}"
    )
    for record, own, office, first, last, decided, starts, document, text in _streamed(
        query, [*given, *values]
    ):
        if naming.word not in text:
            continue
        for other in dict.fromkeys(code for code in _CODES.findall(text.upper()) if is_uscc(code)):
            source, into = (own, other) if naming.own == "from" else (other, own)
            if other != own:
                yield Bond(
                    kind=norm.bond, told=norm.bond, from_code=source, into_code=into, since=starts or decided, item=item,
                    office=office, document=document, record_id=record, seq=first, ended_seq=last,
                )  # fmt: skip


def _condition(naming: Naming) -> tuple[str, list[str]]:
    if not naming.when:
        return "", []
    marks = ", ".join(["%s"] * len(naming.when.values))
    return f" AND COALESCE(t.f_{naming.when.field}, '') IN ({marks})", list(naming.when.values)


def _day(naming: Naming) -> str:
    told = f"NULLIF(t.f_{naming.starts}, '')" if naming.starts else "NULL"
    return f"CAST({told} AS date)" if connection.vendor == "postgresql" else told


def _text(field: str) -> str:
    return f"COALESCE(t.f_{field}, '')" if field else "''"


def _document(naming: Naming) -> str:
    return f"COALESCE(SUBSTR(t.f_{naming.document}, 1, 200), '')" if naming.document else "''"


def _streamed(query: str, given: list[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, some at a time: PostgreSQL would otherwise hand over all at once."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, given)
        while block := cursor.fetchmany(_CHUNK):
            yield from block
