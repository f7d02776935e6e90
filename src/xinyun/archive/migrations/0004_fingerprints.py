"""Keys and digests as 64-bit fingerprints, fewer indexes, withdrawals; what is stored gets its new fingerprints."""

import base64
import json

import polars as pl
from django.db import migrations, models
from django.db.models import Q

from xinyun.plumbing.guards import insert_only, lifted
from xinyun.plumbing.models import TrustedJSON

CHUNK = 5000
BEFORE = (
    "id", "subject_id", "item", "key", "revision", "digest", "content", "office", "batch", "decided_on",
    "valid_from", "valid_until", "recorded_seq", "recorded_at",
)  # fmt: skip


def _guard(columns):
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return {"archive_record": f"OLD.superseded_seq IS NOT NULL OR {changed}"}


def _open(value):
    from xinyun.plumbing.sealing import open_sealed

    if isinstance(value, str) and value.startswith("sealed:"):
        return open_sealed(base64.b64decode(value.removeprefix("sealed:"))).decode()
    return value


def renew(apps, schema_editor):
    from xinyun.archive.fingerprints import SEPARATOR, fingerprints
    from xinyun.law import rulebook

    records, book = apps.get_model("archive", "Record"), rulebook()
    rows = records.objects.select_related("subject").order_by("pk")
    last = 0
    while block := list(rows.filter(pk__gt=last)[:CHUNK]):
        texts, contents = [], []
        for row in block:
            told = {name: _open(value) for name, value in row.content.items()}
            item = book.on(row.recorded_at.date()).item(row.item)
            subject = row.subject.code or row.subject.identity_hash
            texts.append(SEPARATOR.join([row.item, subject, *(told.get(name) or "" for name in item.key)]))
            contents.append(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
        for row, key, digest in zip(
            block, fingerprints(pl.Series(texts)), fingerprints(pl.Series(contents)), strict=True
        ):
            row.new_key, row.new_digest = key, digest
        records.objects.bulk_update(block, ["new_key", "new_digest"], batch_size=300)
        last = block[-1].pk


class Migration(migrations.Migration):
    dependencies = [("archive", "0003_staging")]

    operations = [
        lifted(_guard(BEFORE)),
        migrations.RemoveConstraint("record", "record_revision"),
        migrations.RemoveConstraint("record", "record_current"),
        migrations.RemoveIndex("record", "record_subject"),
        migrations.RemoveIndex("record", "record_latest"),
        migrations.RemoveIndex("record", "record_seq"),
        migrations.AddField("record", "new_key", models.BigIntegerField(null=True)),
        migrations.AddField("record", "new_digest", models.BigIntegerField(null=True)),
        migrations.RunPython(renew, migrations.RunPython.noop),
        migrations.RemoveField("record", "key"),
        migrations.RemoveField("record", "digest"),
        migrations.RenameField("record", "new_key", "key"),
        migrations.RenameField("record", "new_digest", "digest"),
        migrations.AlterField("record", "key", models.BigIntegerField()),
        migrations.AlterField("record", "digest", models.BigIntegerField()),
        migrations.AlterField("record", "content", TrustedJSON()),
        migrations.AddField(
            "record", "withdrawal", models.CharField(blank=True, default="", db_default="", max_length=400)
        ),
        migrations.AddConstraint(
            "record",
            models.UniqueConstraint(fields=("subject", "item", "key", "revision"), name="record_revision"),
        ),
        migrations.AddIndex(
            "record",
            models.Index(
                fields=["item", "recorded_seq"],
                condition=Q(superseded_seq__isnull=True, withdrawal=""),
                name="record_arrival",
            ),
        ),
        insert_only(_guard([*BEFORE, "withdrawal"])),
    ]
