"""Where the SQL of the two stores differs: casts, joins, the clock. Expressions are our own constants."""

from __future__ import annotations

from django.db import connection


def on_postgresql() -> bool:
    """Whether the archive is on PostgreSQL; on SQLite otherwise."""
    return connection.vendor == "postgresql"


def day(expression: str) -> str:
    """A day from its ISO text."""
    return f"CAST({expression} AS date)" if on_postgresql() else expression


def json(expression: str) -> str:
    """JSON from its text."""
    return f"CAST({expression} AS jsonb)" if on_postgresql() else expression


def in_order() -> str:
    """A join whose left side is the outer loop: SQLite takes our word for it, PostgreSQL looks at the tables."""
    return "JOIN" if on_postgresql() else "CROSS JOIN"


def now() -> str:
    """This moment, asked once and not for each row; for statements with parameters."""
    return (
        "statement_timestamp()" if on_postgresql() else "(SELECT STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'now'))"
    )
