"""The snapshot as a user of DuckDB sees it: by the SQL that docs/operating.md gives, word for word."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

_PAGE = Path(__file__).parents[2] / "docs" / "operating.md"
_EXAMPLE = "/srv/xinyun/snapshot"


def opened(place: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A database that has the views of the documentation."""
    (text,) = re.findall(r"```sql\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.S)
    lake = duckdb.connect()
    lake.execute(text.replace(_EXAMPLE, str(place or settings.XINYUN.snapshot)))
    return lake


def rows(query: str) -> list[dict[str, Any]]:
    """The rows that a query finds, each as a dict."""
    with opened() as lake:
        return lake.execute(query).pl().to_dicts()


def standing(item: str, seq: int | None = None) -> list[dict[str, Any]]:
    """The records of an item that stand, as known at `seq` or now."""
    then = "_superseded_seq IS NULL" if seq is None else f"coalesce(_superseded_seq, {seq + 1}) > {seq}"
    known = "" if seq is None else f"AND _recorded_seq <= {seq}"
    return rows(f'SELECT * FROM "{item}" WHERE {then} {known} AND NOT _withdrawn ORDER BY _id')


def written(row: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """The values of a row's fields as its content writes them, where they are the same values."""
    told = {name: value for name, value in row.items() if not name.startswith("_") and name != "item"}
    return {
        name: content.get(name) if _same(value, content.get(name)) else value
        for name, value in told.items()
        if value is not None
    }


def _same(value: Any, text: Any) -> bool:
    if isinstance(value, Decimal | int):
        return isinstance(text, str) and Decimal(text) == value
    return isinstance(value, date) and value.isoformat() == text
