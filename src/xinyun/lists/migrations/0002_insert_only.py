from django.db import migrations

from xinyun.plumbing.guards import ALWAYS, insert_only

NUMBERED = "OLD.seq <> 0"
"""An entry gets its feed number in the transaction that wrote it; after that nothing about it changes."""


class Migration(migrations.Migration):
    dependencies = [("lists", "0001_initial")]

    operations = [insert_only({"lists_entry": NUMBERED, "lists_removal": ALWAYS.format(key="id")})]
