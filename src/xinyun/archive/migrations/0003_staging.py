"""The schema of staged batches, made once: two batches that both made it when they began would collide."""

from django.db import migrations


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE SCHEMA IF NOT EXISTS staging")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP SCHEMA staging CASCADE")


class Migration(migrations.Migration):
    dependencies = [("archive", "0002_insert_only")]

    operations = [migrations.RunPython(create, drop)]
