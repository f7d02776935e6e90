"""For migrations: the database itself refuses to rewrite or delete facts, so that no bug and no console can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import migrations

EVERY_ROW = "1 = 1"
"""The condition of a table whose rows never change at all."""


def insert_only(tables: Mapping[str, str]) -> migrations.RunPython:
    """A migration step after which rows of these tables cannot be deleted, nor updated where the condition holds.

    The condition is SQL over OLD and NEW that both stores understand, made of our own constants.
    """

    return migrations.RunPython(_guarding(tables), _releasing(tables))


def erasable(tables: Mapping[str, str]) -> migrations.RunPython:
    """A step after which rows of these tables can be deleted where the condition holds: an order that names the row.

    The condition is SQL over OLD, of our own constants; it may look into other tables.
    """

    def guard(apps: Any, schema_editor: Any) -> None:
        for table, ordered in tables.items():
            for statement in _by_order(schema_editor.connection.vendor, table, ordered):
                schema_editor.execute(statement, params=None)

    return migrations.RunPython(guard)


def blankable(tables: Mapping[str, tuple[str, str]]) -> migrations.RunPython:
    """A step after which updates of these tables where the first condition holds need an order, by the second.

    Both are SQL over OLD and NEW, of our own constants; the second may look into other tables.
    """

    def guard(apps: Any, schema_editor: Any) -> None:
        for table, (when, ordered) in tables.items():
            for statement in _blanked(schema_editor.connection.vendor, table, when, ordered):
                schema_editor.execute(statement, params=None)

    return migrations.RunPython(guard)


def lifted(tables: Mapping[str, str]) -> migrations.RunPython:
    """A step that takes the guards of these tables away, before their shape changes; `insert_only` puts them back."""
    return migrations.RunPython(_releasing(tables), _guarding(tables))


def _guarding(tables: Mapping[str, str]) -> Any:
    def guard(apps: Any, schema_editor: Any) -> None:
        for table, forbidden in tables.items():
            for statement in _statements(schema_editor.connection.vendor, table, forbidden):
                schema_editor.execute(statement, params=None)

    return guard


def _releasing(tables: Mapping[str, str]) -> Any:
    def release(apps: Any, schema_editor: Any) -> None:
        on_postgresql = schema_editor.connection.vendor == "postgresql"
        for table in tables:
            for trigger in (f"{table}_unchanged", f"{table}_undeleted"):
                schema_editor.execute(f"DROP TRIGGER {trigger}" + (f" ON {table}" if on_postgresql else ""))
            if on_postgresql:
                schema_editor.execute(f"DROP FUNCTION {table}_is_kept()")

    return release


def _statements(vendor: str, table: str, forbidden: str) -> list[str]:
    told = f"{table} holds facts: they are added, never changed or deleted"
    update = f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({forbidden})"
    delete = f"CREATE TRIGGER {table}_undeleted BEFORE DELETE ON {table} FOR EACH ROW"
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{told}'); END"
        return [f"{update} {refuse}", f"{delete} {refuse}"]
    call = f"EXECUTE FUNCTION {table}_is_kept()"
    return [
        f"CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{told}'; END $$",
        f"{update} {call}",
        f"{delete} {call}",
    ]


def _by_order(vendor: str, table: str, ordered: str) -> list[str]:
    told = f"{table} holds facts: they are deleted by an order alone that names them"
    delete = f"CREATE TRIGGER {table}_undeleted BEFORE DELETE ON {table} FOR EACH ROW"
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {table}_undeleted",
            f"{delete} WHEN NOT ({ordered}) BEGIN SELECT RAISE(ABORT, '{told}'); END",
        ]
    return [  # a trigger's condition may not look into tables there, its function may
        f"DROP TRIGGER IF EXISTS {table}_undeleted ON {table}",
        f"CREATE FUNCTION {table}_is_erased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NOT ({ordered}) THEN RAISE EXCEPTION '{told}'; END IF; RETURN OLD; END $$",
        f"{delete} EXECUTE FUNCTION {table}_is_erased()",
    ]


def _blanked(vendor: str, table: str, when: str, ordered: str) -> list[str]:
    told = f"{table} holds facts: they are erased by an order alone that names them"
    update = f"CREATE TRIGGER {table}_unordered BEFORE UPDATE ON {table} FOR EACH ROW"
    if vendor == "sqlite":
        return [f"{update} WHEN ({when}) AND NOT ({ordered}) BEGIN SELECT RAISE(ABORT, '{told}'); END"]
    return [
        f"CREATE FUNCTION {table}_is_ordered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NOT ({ordered}) THEN RAISE EXCEPTION '{told}'; END IF; RETURN NEW; END $$",
        f"{update} WHEN ({when}) EXECUTE FUNCTION {table}_is_ordered()",
    ]
