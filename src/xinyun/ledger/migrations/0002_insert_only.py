"""Leaves and signed heads never change, a full tile neither, and a preimage may only be erased, once."""

from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        insert_only(
            {
                "ledger_leaf": EVERY_ROW,
                "ledger_checkpoint": EVERY_ROW,
                "ledger_tile": "OLD.width = 256",
                "ledger_preimage": (
                    "NEW.payload IS NOT NULL OR OLD.erased_on IS NOT NULL OR NEW.leaf_id <> OLD.leaf_id"
                ),
            }
        )
    ]
