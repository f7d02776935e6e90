"""How rows of the log go to the store and come back: past the ORM, which would cost half of the speed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connections

from xinyun.ledger import models, rules
from xinyun.ledger.entries import Leaf
from xinyun.ledger.personal import Held

_LEAF = ("index", "kind", "at", "commitment", "leaf_hash", "ref")
_PREIMAGE = ("leaf_id", "salt", "payload", "key_id", "erased_by")
_TILE = (
    'INSERT INTO ledger_tile (level, "index", width, hashes) VALUES (%s, %s, %s, %s)'
    ' ON CONFLICT (level, "index") DO UPDATE SET width = excluded.width, hashes = excluded.hashes'
)


def add(leaves: Sequence[Leaf], contents: Iterable[Held]) -> None:
    """Insert leaves with what they commit to."""
    _insert(models.Leaf, _LEAF, _rows(leaves))
    held = ((leaf.index, *content, "") for leaf, content in zip(leaves, contents, strict=True))
    _insert(models.Preimage, _PREIMAGE, held)


def put(tiles: rules.Tiles) -> None:
    """Insert tiles, or put them in the place of what they have grown from."""
    rows = [(*at, len(tile) // rules.HASH, tile) for at, tile in tiles.items()]
    with connections[models.ALIAS].cursor() as cursor:
        cursor.executemany(_TILE, rows)


def tiles(at: Sequence[tuple[int, int]]) -> rules.Tiles:
    """Those of these tiles, by level and index, that there are."""
    if not at:
        return {}
    among = " OR ".join(['level = %s AND "index" = %s'] * len(at))
    found = rows(f'SELECT level, "index", hashes FROM ledger_tile WHERE {among}', *chain(*at))
    return {(level, index): bytes(hashes) for level, index, hashes in found}


def rows(statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What the store answers, as the driver gives it."""
    with connections[models.ALIAS].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _rows(leaves: Sequence[Leaf]) -> Iterable[tuple[Any, ...]]:
    told: datetime | None = None
    for leaf in leaves:
        if leaf.at is not told:  # a batch has few instants, and most often one
            told = leaf.at
            instant = connections[models.ALIAS].ops.adapt_datetimefield_value(told)
        yield leaf.index, leaf.kind, instant, leaf.commitment, leaf.leaf_hash, leaf.ref


def _insert(model: Any, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    connection = connections[models.ALIAS]
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(map(quote, columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {into} VALUES ({places})", rows)
