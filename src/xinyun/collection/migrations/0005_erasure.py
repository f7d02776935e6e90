"""Originals are shredded and settled returned rows blanked by an order of erasure, and by nothing else."""

import django.db.models.deletion
from django.db import migrations, models

from xinyun.plumbing.guards import EVERY_ROW, blankable, insert_only, lifted

KEPT = ("batch", "row", "place", "item", "office", "faults", "follows", "returned_on", "due_on")
SETTLING = ("settled", "settled_on", "settled_batch", "settled_by", "reason")


def _changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


SETTLED_BUT = f"OLD.settled <> '' AND (NEW.content <> '' OR {_changed(*SETTLING)})"
OPEN_BUT = f"OLD.settled = '' AND ({_changed('content')})"
BEFORE = f"OLD.settled <> '' OR {_changed('content', *KEPT)}"
"""As it was: a returned row is settled once; nothing else about it ever changes."""
NOW = f"({SETTLED_BUT}) OR ({OPEN_BUT}) OR {_changed(*KEPT)}"
"""Once it is settled, its content may be blanked."""
ORDERED = "EXISTS (SELECT 1 FROM archive_erased e WHERE e.table_name = 'collection_returned' AND e.row = OLD.id)"


class Migration(migrations.Migration):
    dependencies = [("collection", "0004_amendment"), ("archive", "0006_erasure")]

    operations = [
        migrations.CreateModel(
            "ErasedOriginal",
            fields=[
                ("batch", models.CharField(max_length=32, primary_key=True, serialize=False)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="archive.erasureorder"
                    ),
                ),
            ],
        ),
        lifted({"collection_returned": BEFORE}),
        insert_only({"collection_returned": NOW, "collection_erasedoriginal": EVERY_ROW}),
        blankable({"collection_returned": (_changed("content"), ORDERED)}),
    ]
