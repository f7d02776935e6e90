from django.db import migrations

from xinyun.plumbing.guards import insert_only

KEPT = (
    "id", "subject_id", "item", "key", "revision", "digest", "content", "office", "batch", "decided_on",
    "valid_from", "valid_until", "recorded_seq", "recorded_at",
)  # fmt: skip
"""A revision may be marked as superseded, once; nothing else about it ever changes."""


class Migration(migrations.Migration):
    dependencies = [("archive", "0001_initial")]

    operations = [
        insert_only(
            {
                "archive_record": "OLD.superseded_seq IS NOT NULL OR "
                + " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in KEPT)
            }
        )
    ]
