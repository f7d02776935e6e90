"""What lower authorities say beside a record, and which batches said again what was there. No stored row changes."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now

from xinyun.plumbing.guards import EVERY_ROW, insert_only
from xinyun.plumbing.models import TrustedJSON

KEPT = (
    "id", "subject_id", "item", "key", "office", "department", "digest", "content", "batch", "decided_on",
    "valid_from", "valid_until", "recorded_seq", "recorded_at",
)  # fmt: skip
"""A statement may be marked as ended, once; nothing else about it ever changes."""


class Migration(migrations.Migration):
    dependencies = [("archive", "0004_fingerprints")]

    operations = [
        migrations.CreateModel(
            "Sighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statements", models.BooleanField()),
                ("block", models.BigIntegerField()),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("office", models.CharField(max_length=80)),
                ("batch", models.CharField(max_length=32)),
                ("at", models.DateTimeField(db_default=Now())),
            ],
            options={"indexes": [models.Index(fields=["statements", "block", "id"], name="sighting_block")]},
        ),
        migrations.CreateModel(
            "Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=60)),
                ("key", models.BigIntegerField()),
                ("office", models.CharField(max_length=80)),
                ("department", models.CharField(max_length=80)),
                ("digest", models.BigIntegerField()),
                ("content", TrustedJSON()),
                ("batch", models.CharField(max_length=32)),
                ("decided_on", models.DateField(null=True)),
                ("valid_from", models.DateField(null=True)),
                ("valid_until", models.DateField(null=True)),
                ("recorded_seq", models.BigIntegerField()),
                ("ended_seq", models.BigIntegerField(null=True)),
                ("recorded_at", models.DateTimeField(db_default=Now())),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="archive.subject",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_seq__isnull=True),
                        fields=("subject", "item", "key", "department"),
                        name="statement_standing",
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_seq__isnull=True) | Q(ended_seq__gte=F("recorded_seq")),
                        name="statement_ended_later",
                    ),
                ],
                "indexes": [models.Index(fields=["subject", "item", "key"], name="statement_record")],
            },
        ),
        insert_only(
            {
                "archive_statement": "OLD.ended_seq IS NOT NULL OR "
                + " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in KEPT),
                "archive_sighting": EVERY_ROW,
            }
        ),
    ]
