"""For migrations: the database itself refuses to rewrite facts, so that no bug and no console can.

PostgreSQL refuses deletion too. SQLite does not, for want of a TRUNCATE with which to empty a test store.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import migrations

ALWAYS = "OLD.{key} IS NOT NULL"
"""The condition that holds for every row, in both stores' words; `key` is the table's primary key."""


def insert_only(tables: Mapping[str, str]) -> migrations.RunPython:
    """A migration step after which updates of these tables are refused where the given condition holds.

    The condition is SQL over OLD and NEW that both stores understand, made of our own constants.
    """

    def guard(apps: Any, schema_editor: Any) -> None:
        for table, forbidden in tables.items():
            for statement in _statements(schema_editor.connection.vendor, table, forbidden):
                schema_editor.execute(statement, params=None)

    def release(apps: Any, schema_editor: Any) -> None:
        on_postgresql = schema_editor.connection.vendor == "postgresql"
        for table in tables:
            schema_editor.execute(f"DROP TRIGGER {table}_kept" + (f" ON {table}" if on_postgresql else ""))
            if on_postgresql:
                schema_editor.execute(f"DROP TRIGGER {table}_held ON {table}")
                schema_editor.execute(f"DROP FUNCTION {table}_is_kept()")

    return migrations.RunPython(guard, release)


def _statements(vendor: str, table: str, forbidden: str) -> list[str]:
    told = f"{table} holds facts: they are added, never changed"
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} WHEN {forbidden} "
            f"BEGIN SELECT RAISE(ABORT, '{told}'); END"
        ]
    call = f"EXECUTE FUNCTION {table}_is_kept()"
    return [
        f"CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{told}'; END $$",
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({forbidden}) {call}",
        f"CREATE TRIGGER {table}_held BEFORE DELETE ON {table} FOR EACH ROW {call}",
    ]
