"""The database itself refuses to rewrite the log: leaves, signed heads and full tiles never change.

PostgreSQL refuses deletion too. SQLite does not, for want of a TRUNCATE with which to empty a test store; there a
deletion is found by `verify`.
"""

from django.db import migrations

SQLITE = {
    "ledger_leaf": "1",
    "ledger_checkpoint": "1",
    "ledger_tile": "OLD.width = 256",
    "ledger_preimage": "NEW.payload IS NOT NULL OR OLD.erased_on IS NOT NULL OR NEW.leaf_id <> OLD.leaf_id",
}
POSTGRESQL = SQLITE | {"ledger_leaf": "true", "ledger_checkpoint": "true"}
REFUSE = """
    CREATE FUNCTION ledger_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger is insert-only: %', TG_TABLE_NAME; END $$
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table, forbidden in SQLITE.items():
            schema_editor.execute(
                f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} WHEN {forbidden} "
                f"BEGIN SELECT RAISE(ABORT, 'the ledger is insert-only: {table}'); END"
            )
        return
    schema_editor.execute(REFUSE, params=None)  # its % is plpgsql's
    for table, forbidden in POSTGRESQL.items():
        call = "EXECUTE FUNCTION ledger_is_insert_only()"
        schema_editor.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({forbidden}) {call}"
        )
        schema_editor.execute(f"CREATE TRIGGER {table}_held BEFORE DELETE ON {table} FOR EACH ROW {call}")


def release(apps, schema_editor):
    for table in SQLITE:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_kept")
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_kept ON {table}")
            schema_editor.execute(f"DROP TRIGGER {table}_held ON {table}")
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute("DROP FUNCTION ledger_is_insert_only()")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(guard, release)]
