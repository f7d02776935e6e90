"""Returned rows: kept sealed with the batch that brought them, and settled by the rows that mend them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl
from django.db import connection

from xinyun.archive.operations import Stage
from xinyun.collection.checking import Fault
from xinyun.collection.models import Returned
from xinyun.law import Law
from xinyun.plumbing.sealing import seal

RETURNED = pl.Schema({"row": pl.Int64, "place": pl.String, "content": pl.String, "faults": pl.String})
"""A row on its way back. `content` is sealed, `faults` JSON."""
MENDING = pl.Schema({"row": pl.Int64, "batch": pl.String, "returned_row": pl.Int64, "how": pl.String})
"""Which returned row a row is to mend, and whether its office says that it is right as it was."""
_CLOCK = "returned-rows"


def returned_later(norms: Law, on: date) -> date:
    """By when an office is to have settled a row that was returned on this day."""
    return norms.clock(_CLOCK).due(on)


def sealed(cells: dict[str, Any]) -> str:
    """A row as it came, title → text, sealed."""
    text = json.dumps({title: text for title, text in cells.items() if text}, ensure_ascii=False)
    return "sealed:" + base64.b64encode(seal(text.encode())).decode()


def told(faults: Iterable[Fault]) -> str:
    """Faults as a returned row keeps them."""
    return json.dumps([[fault.field, fault.rule, fault.severity] for fault in faults])


def add(stage: Stage, rows: list[tuple[int, str, str, str]]) -> None:
    """Add to an attached stage rows that are returned after all."""
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {stage.table('returned')} VALUES (%s, %s, %s, %s)", rows)


def keep(
    stage: Stage, *, batch: str, item: str, office: str, actor: str, on: date, due_on: date, digest: str
) -> dict[str, int]:
    """Keep what the stage returns and settle what its rows mend, set-based, in the caller's transaction.

    Where the very file was sent before (`digest`), its rows that are still open follow those of then, so that each is
    open once. Returns how many rows name a returned row that there is not, or that is settled, under the rule's name.
    """
    returned, mending = stage.table("returned"), stage.table("mending")
    faults = "CAST(r.faults AS jsonb)" if connection.vendor == "postgresql" else "r.faults"
    open_row = f"FROM {mending} m JOIN collection_returned o ON o.batch = m.batch AND o.row = m.returned_row"
    ours = "o.office = %s AND o.item = %s AND o.settled = ''"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {mending} SELECT r.row, MAX(o.batch), r.row, 'mended' FROM {returned} r"
            " JOIN collection_returned o ON o.row = r.row JOIN collection_batch b ON b.id = o.batch"
            f" WHERE b.file_digest = %s AND b.office = %s AND b.item = %s AND {ours}"
            f" AND NOT EXISTS (SELECT 1 FROM {mending} m WHERE m.row = r.row) GROUP BY r.row",
            [digest, office, item, office, item],
        )
        cursor.execute(
            "INSERT INTO collection_returned (batch, row, place, item, office, content, faults, follows, returned_on,"
            " due_on, settled, settled_batch, settled_by, reason)"
            f" SELECT %s, r.row, r.place, %s, %s, r.content, {faults},"
            f" (SELECT MIN(o.id) {open_row} WHERE m.row = r.row AND {ours}), %s, %s, '', '', '', '' FROM {returned} r",
            [batch, item, office, office, item, on, due_on],
        )
        cursor.execute(f"SELECT COUNT(*) FROM {mending}")
        (named,) = cursor.fetchone()
        if not named:
            return {}
        cursor.execute(
            "UPDATE collection_returned SET settled_on = %s, settled_batch = %s, settled_by = %s, settled = ("
            f" SELECT MIN(CASE WHEN r.row IS NULL THEN m.how ELSE '{Returned.Settled.AGAIN.value}' END)"
            f" FROM {mending} m LEFT JOIN {returned} r ON r.row = m.row"
            " WHERE m.batch = collection_returned.batch AND m.returned_row = collection_returned.row)"
            f" WHERE id IN (SELECT o.id {open_row} WHERE {ours})",
            [on, batch, actor, office, item],
        )
        unknown = named - cursor.rowcount
    return {"return-number": unknown} if unknown > 0 else {}
