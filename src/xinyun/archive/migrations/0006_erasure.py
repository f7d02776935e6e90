"""Rows may go that an order of erasure names, and no other; orders and what is left of the rows stay."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

from xinyun.plumbing.guards import EVERY_ROW, erasable, insert_only


def _ordered(table: str) -> str:
    return f"EXISTS (SELECT 1 FROM archive_erased e WHERE e.table_name = '{table}' AND e.row = OLD.id)"


class Migration(migrations.Migration):
    dependencies = [("archive", "0005_statements_and_sightings")]

    operations = [
        migrations.CreateModel(
            "ErasureOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("norm", models.CharField(max_length=80)),
                ("since", models.DateField()),
                ("basis", models.CharField(max_length=400)),
                ("seq", models.BigIntegerField(unique=True)),
                ("actor", models.CharField(max_length=80)),
                ("on", models.DateField()),
                ("at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=~Q(basis=""), name="erasure_has_its_article")]
            },
        ),
        migrations.CreateModel(
            "Erased",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table_name", models.CharField(max_length=40)),
                ("row", models.BigIntegerField()),
                ("item", models.CharField(blank=True, max_length=60)),
                ("batch", models.CharField(blank=True, max_length=32)),
                ("recorded_seq", models.BigIntegerField()),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="archive.erasureorder",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("table_name", "row"), name="erased_once")],
                "indexes": [
                    models.Index(fields=["order", "table_name"], name="erased_by_order"),
                    models.Index(fields=["batch"], name="erased_of_batch"),
                ],
            },
        ),
        migrations.AddIndex(
            "record",
            models.Index(
                condition=~Q(withdrawal="") & Q(superseded_seq__isnull=True), fields=["item"], name="record_withdrawn"
            ),
        ),
        insert_only({"archive_erasureorder": EVERY_ROW, "archive_erased": EVERY_ROW}),
        erasable({table: _ordered(table) for table in ("archive_record", "archive_statement", "archive_subject")}),
    ]
