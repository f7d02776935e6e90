"""Entries of natural persons, and their removals, may go by an order of erasure that names them."""

from django.db import migrations

from xinyun.plumbing.guards import erasable


def _ordered(table: str) -> str:
    return f"EXISTS (SELECT 1 FROM archive_erased e WHERE e.table_name = '{table}' AND e.row = OLD.id)"


class Migration(migrations.Migration):
    dependencies = [("lists", "0003_entry_by_document"), ("archive", "0006_erasure")]

    operations = [erasable({table: _ordered(table) for table in ("lists_entry", "lists_removal")})]
